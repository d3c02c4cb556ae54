package election

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions describes the commands that are made from the protobuf services. Ballots
// have no such command: they are cast with `evoted ballot cast`. No transaction has one: all
// are made by hand.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service:              "evoted.election.v1.Query",
			Short:                "Questions about elections, rolls, ballots and results",
			RpcCommandOptions:    queryCommands(),
			EnhanceCustomCommand: true,
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service:              "evoted.election.v1.Msg",
			Short:                "Transactions of organisers",
			RpcCommandOptions:    txCommands(),
			EnhanceCustomCommand: true,
		},
	}
}

func positional(fields ...string) []*autocliv1.PositionalArgDescriptor {
	args := make([]*autocliv1.PositionalArgDescriptor, 0, len(fields))
	for _, field := range fields {
		args = append(args, &autocliv1.PositionalArgDescriptor{ProtoField: field})
	}
	return args
}

func queryCommands() []*autocliv1.RpcCommandOptions {
	return []*autocliv1.RpcCommandOptions{
		{
			RpcMethod: "Params", Use: "params", Short: "The limits of the module",
			Example: "evoted query election params",
		},
		{
			RpcMethod: "Circuits", Use: "circuits", Short: "The ballot circuits and their verifying keys",
			Example: "evoted query election circuits",
		},
		{
			RpcMethod: "Election", Use: "show [election-id]", Alias: []string{"election"}, Short: "One election",
			Example: "evoted query election show 1", PositionalArgs: positional("election_id"),
		},
		{
			RpcMethod: "Elections", Use: "elections", Alias: []string{"list"}, Short: "All elections, or those of one phase",
			Example: "evoted query election elections --phase open",
		},
		{
			RpcMethod: "RollBucket", Use: "roll [election-id] [bucket]",
			Short:   "256 electors of a roll and their path to the root",
			Example: "evoted query election roll 1 0", PositionalArgs: positional("election_id", "bucket"),
		},
		{
			RpcMethod: "Attestations", Use: "attestations [election-id]", Short: "What the registrars say the roll is",
			Example: "evoted query election attestations 1", PositionalArgs: positional("election_id"),
		},
		{
			RpcMethod: "KeyContributions", Use: "key [election-id]", Short: "The trustees' parts of the key generation",
			Example: "evoted query election key 1", PositionalArgs: positional("election_id"),
		},
		{
			RpcMethod: "TrusteeKey", Use: "trustee [address]", Short: "The registered key of a trustee",
			Example: "evoted query election trustee evoted1...", PositionalArgs: positional("trustee"),
		},
		{
			RpcMethod: "Ballot", Use: "ballot [election-id] [nullifier]", Short: "One recorded ballot",
			Example:        "evoted query election ballot 1 1f3c...",
			PositionalArgs: positional("election_id", "nullifier"),
		},
		{
			RpcMethod: "Ballots", Use: "ballots [election-id]", Short: "The recorded ballots by nullifier",
			Example:        "evoted query election ballots 1 --page-limit 100",
			PositionalArgs: positional("election_id"),
		},
		{
			RpcMethod: "Tally", Use: "tally [election-id]", Short: "The sums, the decryption shares and the result",
			Example: "evoted query election tally 1", PositionalArgs: positional("election_id"),
		},
	}
}

func txCommands() []*autocliv1.RpcCommandOptions {
	return []*autocliv1.RpcCommandOptions{
		// A ballot is signed by a key made for it, proved, and sent to several nodes.
		{RpcMethod: "CastBallot", Skip: true},
		// An election is described in a file: `evoted tx election create`.
		{RpcMethod: "CreateElection", Skip: true},
		// A trustee's work is done by `evoted trustee`, which holds the secrets it needs.
		{RpcMethod: "RegisterTrusteeKey", Skip: true},
		{RpcMethod: "CommitDeal", Skip: true},
		{RpcMethod: "SubmitDeal", Skip: true},
		{RpcMethod: "SubmitDecryptionShare", Skip: true},
		// Electors come from a list: `evoted registrar enrol`.
		{RpcMethod: "RegisterElectors", Skip: true},
		// A transaction that AutoCLI sends is reported before its block, also if it fails there.
		// `evoted tx election abort` waits for the block.
		{RpcMethod: "AbortElection", Skip: true},
		// A registrar's own list is compared first: `evoted registrar attest`.
		{RpcMethod: "AttestRoll", Skip: true},
		// `evoted trustee run` checks the shares, and computes the totals, before it states them.
		{RpcMethod: "ConfirmDeals", Skip: true},
		{RpcMethod: "PublishResult", Skip: true},
	}
}
