package root

import (
	"errors"
	"fmt"
	"os"

	cmtcmd "github.com/cometbft/cometbft/cmd/cometbft/commands"
	"github.com/spf13/cobra"

	"cosmossdk.io/log/v2"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/keys"
	"github.com/cosmos/cosmos-sdk/client/pruning"
	"github.com/cosmos/cosmos-sdk/client/snapshot"
	"github.com/cosmos/cosmos-sdk/server"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	"github.com/cosmos/cosmos-sdk/version"

	"github.com/evoted/evoted/app"
	"github.com/evoted/evoted/cmd/evoted/internal/genesis"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
)

// addNodeCommands adds the SDK's commands of a node. Those that open the state first
// look whether there is a genesis file, because the SDK panics without one.
func addNodeCommands(root *cobra.Command) {
	start := server.StartCmdWithOptions(newApp, app.DefaultNodeHome, server.StartCmdOptions{})
	start.Short = "Run the node"
	start.Example = `  evoted start
  evoted start --home /srv/evoted --log_level warn`
	before(start, warn)

	comet := &cobra.Command{
		Use:     "comet",
		Aliases: []string{"cometbft", "tendermint"},
		Short:   "Commands of CometBFT",
	}
	// The two commands are variables of CometBFT's package: copies can be changed.
	resetAll, resetState := *cmtcmd.ResetAllCmd, *cmtcmd.ResetStateCmd
	comet.AddCommand(server.ShowNodeIDCmd(), server.ShowValidatorCmd(), server.ShowAddressCmd(), server.VersionCmd(),
		&resetAll, &resetState, server.BootstrapStateCmd(newApp))

	export := server.ExportCmd(exportApp, app.DefaultNodeHome)
	rollback := server.NewRollbackCmd(newApp, app.DefaultNodeHome)
	prune := pruning.Cmd(newApp, app.DefaultNodeHome)
	prune.Example = "  evoted prune custom --pruning-keep-recent 100"
	hash := server.ModuleHashByHeightQuery(newApp)
	snapshots := snapshot.Cmd(newApp)
	for _, cmd := range append([]*cobra.Command{start, export, rollback, prune, hash}, snapshots.Commands()...) {
		before(cmd, requireGenesis)
	}
	root.AddCommand(genesis.InitCommand(), genesis.Command(), start, comet, export, rollback, prune, snapshots, hash,
		server.StatusCommand(), keys.Commands(), version.NewVersionCommand())
}

// newApp makes the application of a node.
func newApp(logger log.Logger, db dbm.DB, options servertypes.AppOptions) servertypes.Application {
	return app.New(logger, db, nil, true, options, server.DefaultBaseappOptions(options)...)
}

// exportApp returns the state of the application at a height, -1 for the latest.
func exportApp(logger log.Logger, db dbm.DB, height int64, forZeroHeight bool, jailAllowed []string,
	options servertypes.AppOptions, modules []string,
) (servertypes.ExportedApp, error) {
	latest := height == -1
	application := app.New(logger, db, nil, latest, options, server.DefaultBaseappOptions(options)...)
	if !latest {
		if err := application.LoadHeight(height); err != nil {
			return servertypes.ExportedApp{}, err
		}
	}
	return application.ExportAppStateAndValidators(forZeroHeight, jailAllowed, modules)
}

// before makes a command do something else first.
func before(cmd *cobra.Command, first func(*cobra.Command) error) {
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := first(cmd); err != nil {
			return err
		}
		return run(cmd, args)
	}
}

// requireGenesis refuses to go on without a genesis file.
func requireGenesis(cmd *cobra.Command) error {
	file := genesisFile(cmd)
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
		return terminal.WithHint(fmt.Errorf("there is no genesis file %s", file),
			"make a node with `evoted init`, copy the genesis file of a chain there, or name the directory with --home")
	}
	return nil
}

// warn logs why the chain that is about to start must not hold a real election.
func warn(cmd *cobra.Command) error {
	document, err := genesis.Load(client.GetClientContextFromCmd(cmd).Codec, genesisFile(cmd))
	if err != nil {
		return err
	}
	summary, err := document.Summary()
	if err != nil {
		return err
	}
	logger := server.GetServerContextFromCmd(cmd).Logger
	for _, warning := range summary.Warnings() {
		logger.Warn("THIS CHAIN IS NOT FOR REAL ELECTIONS", "reason", warning)
	}
	return nil
}

func genesisFile(cmd *cobra.Command) string {
	config := server.GetServerContextFromCmd(cmd).Config
	config.SetRoot(client.GetClientContextFromCmd(cmd).HomeDir)
	return config.GenesisFile()
}
