package authority

import autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

// AutoCLIOptions describes the query commands of the module. It has no transactions.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "evoted.authority.v1.Query",
			Short:   "Questions about the authorities that run the chain",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{
					RpcMethod: "Params",
					Use:       "params",
					Short:     "Show the rules of the set of authorities",
					Example:   "evoted query authority params",
				},
				{
					RpcMethod: "Authorities",
					Use:       "list",
					Short:     "List the authorities that run the chain",
					Example:   "evoted query authority list --output json",
				},
				{
					RpcMethod:      "Authority",
					Use:            "show [operator]",
					Short:          "Show one authority by its operator account",
					Example:        "evoted query authority show evoted1...",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "operator"}},
				},
			},
		},
	}
}
