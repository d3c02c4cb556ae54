package root

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
	// AutoCLI finds these types only if something imports them: they occur in answers as
	// messages of any type.
	_ "cosmossdk.io/api/cosmos/crypto/ed25519"
	_ "cosmossdk.io/api/cosmos/crypto/mldsa65"
	"cosmossdk.io/client/v2/autocli"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/client/rpc"
	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	"github.com/cosmos/cosmos-sdk/server"
	"github.com/cosmos/cosmos-sdk/x/auth"
	authcli "github.com/cosmos/cosmos-sdk/x/auth/client/cli"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/cosmos-sdk/x/consensus"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"

	"github.com/evoted/evoted/app"
	"github.com/evoted/evoted/cmd/evoted/internal/localnet"
	"github.com/evoted/evoted/cmd/evoted/internal/settings"
	"github.com/evoted/evoted/x/authority"
	authoritytypes "github.com/evoted/evoted/x/authority/types"
	"github.com/evoted/evoted/x/election"
	electiontypes "github.com/evoted/evoted/x/election/types"
)

// addQueryAndTx adds the groups query and tx with the SDK's own commands.
func addQueryAndTx(root *cobra.Command) {
	query := &cobra.Command{
		Use:     "query",
		Aliases: []string{"q"},
		Short:   "Ask a node",
		Example: `  evoted query election show 1
  evoted query authority list --output json
  evoted query tx HASH`,
		SuggestionsMinimumDistance: 2,
		RunE:                       client.ValidateCmd,
	}
	query.AddCommand(
		rpc.WaitTxCmd(), rpc.ValidatorCommand(),
		server.QueryBlockCmd(), server.QueryBlocksCmd(), server.QueryBlockResultsCmd(),
		authcli.QueryTxsByEventsCmd(), authcli.QueryTxCmd(),
	)
	query.PersistentFlags().String(flags.FlagChainID, "", "identifier of the chain")

	tx := &cobra.Command{
		Use:   "tx",
		Short: "Sign and send the transactions of officials",
		Example: `  evoted tx election create election.json --from organiser
  evoted tx sign unsigned.json --from organiser`,
		SuggestionsMinimumDistance: 2,
		RunE:                       client.ValidateCmd,
	}
	tx.AddCommand(
		authcli.GetSignCommand(), authcli.GetSignBatchCommand(), authcli.GetMultiSignCommand(), authcli.GetMultiSignBatchCmd(),
		authcli.GetValidateSignaturesCommand(), authcli.GetBroadcastCommand(), authcli.GetEncodeCommand(),
		authcli.GetDecodeCommand(), authcli.GetSimulateCmd(),
	)
	tx.PersistentFlags().String(flags.FlagChainID, "", "identifier of the chain")
	root.AddCommand(query, tx)
}

// addModuleCommands lets AutoCLI make commands of the modules' services. Their
// descriptions are taken from the modules without an application, which would make
// every command slower.
func addModuleCommands(root *cobra.Command, encoding app.EncodingConfig) error {
	sdkQueries := func(options *autocliv1.ModuleOptions) *autocliv1.ModuleOptions {
		// The messages of these modules change parameters by a governance that is not here.
		return &autocliv1.ModuleOptions{Query: options.Query}
	}
	prefix := app.Bech32Prefix
	return autocli.AppOptions{
		ModuleOptions: map[string]*autocliv1.ModuleOptions{
			authtypes.ModuleName:      sdkQueries(auth.AppModule{}.AutoCLIOptions()),
			consensustypes.ModuleName: sdkQueries(consensus.AppModule{}.AutoCLIOptions()),
			authoritytypes.ModuleName: authority.AppModule{}.AutoCLIOptions(),
			electiontypes.ModuleName:  election.AppModule{}.AutoCLIOptions(),
		},
		AddressCodec:          app.AddressCodec(),
		ValidatorAddressCodec: addresscodec.NewBech32Codec(prefix + "valoper"),
		ConsensusAddressCodec: addresscodec.NewBech32Codec(prefix + "valcons"),
		ClientCtx:             client.Context{InterfaceRegistry: encoding.InterfaceRegistry},
	}.EnhanceRootCommand(root)
}

// addOwnCommands adds the commands of this project.
func addOwnCommands(root *cobra.Command) {
	root.AddCommand(localnet.Command(), settings.Command())
	root.AddCommand(people()...)
}

// describeQueries gives the groups of our own modules' questions what AutoCLI has no place
// for.
func describeQueries(root *cobra.Command) {
	for _, group := range []struct{ name, long, example string }{
		{
			name: electiontypes.ModuleName,
			long: `Questions about elections, rolls, ballots and results.

Bytes are printed in base64. In hexadecimal, the root of a roll is shown by evoted registrar
status ELECTION --output json, which also has its number of electors and total power.`,
			example: `  evoted query election show 1
  evoted query election elections --phase open
  evoted query election tally 1 --output json`,
		},
		{
			name: authoritytypes.ModuleName,
			long: `Questions about the authorities that run the chain. Bytes are printed in base64.`,
			example: `  evoted query authority list
  evoted query authority show evoted1...`,
		},
	} {
		cmd, _, err := root.Find([]string{"query", group.name})
		if err == nil && cmd.Name() == group.name {
			cmd.Long, cmd.Example = group.long, group.example
		}
	}
	indent := func(cmd *cobra.Command) {
		if cmd.Example != "" && !strings.HasPrefix(cmd.Example, " ") {
			cmd.Example = "  " + cmd.Example
		}
	}
	if query, _, err := root.Find([]string{"query"}); err == nil {
		for _, group := range query.Commands() {
			for _, cmd := range group.Commands() {
				indent(cmd)
			}
		}
	}
}

// addElectionCommands adds the hand-made transactions of elections to those of AutoCLI.
func addElectionCommands(root *cobra.Command) error {
	tx, _, err := root.Find([]string{"tx"})
	if err != nil {
		return fmt.Errorf("find the command tx: %w", err)
	}
	var group *cobra.Command
	for _, cmd := range tx.Commands() {
		if cmd.Name() == electiontypes.ModuleName {
			group = cmd
		}
	}
	if group == nil {
		group = &cobra.Command{Use: electiontypes.ModuleName, Short: "Transactions of organisers"}
		tx.AddCommand(group)
	}
	group.Example = `  evoted tx election create election.json --from organiser
  evoted tx election abort 1 "the list of candidates was wrong" --from organiser`
	for _, made := range electionTransactions() {
		for _, cmd := range group.Commands() {
			if cmd.Name() == made.Name() {
				group.RemoveCommand(cmd)
			}
		}
		group.AddCommand(made)
	}
	return nil
}
