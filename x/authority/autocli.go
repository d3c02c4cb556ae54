package authority

import autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

// AutoCLIOptions describes the query commands of the module. It has no transactions.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "evoted.authority.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{
					RpcMethod: "Params",
					Use:       "params",
					Short:     "Show the rules of the set of authorities",
				},
				{
					RpcMethod: "Authorities",
					Use:       "list",
					Short:     "List the authorities that run the chain",
				},
				{
					RpcMethod:      "Authority",
					Use:            "show [operator]",
					Short:          "Show one authority by its operator account",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "operator"}},
				},
			},
		},
	}
}
