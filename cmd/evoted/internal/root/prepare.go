package root

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/client"
	clientconfig "github.com/cosmos/cosmos-sdk/client/config"
	"github.com/cosmos/cosmos-sdk/server"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/evoted/evoted/app"
	"github.com/evoted/evoted/cmd/evoted/internal/node"
)

// envPrefix begins the names of environment variables that stand for flags: EVOTED_HOME
// for --home.
const envPrefix = "EVOTED"

// Commands by what they need before they run, by the name below the root. Commands of
// neither list need the settings of a client: codecs, a keyring, a node to ask.
var (
	// bareCommands need no home directory and make none.
	bareCommands = []string{"version", "completion", "help", "localnet", "elector"}
	// nodeCommands need the configuration of a node, which is made if it is not there.
	nodeCommands = []string{
		"init", "genesis", "start", "export", "rollback", "prune", "snapshots", "comet", "config",
		"module-hash-by-height",
	}
)

// prepare runs before every command.
func prepare(cmd *cobra.Command, encoding app.EncodingConfig) error {
	if err := flagsFromEnvironment(cmd); err != nil {
		return err
	}
	ctx := client.Context{}.
		WithCmdContext(cmd.Context()).
		WithCodec(encoding.Codec).
		WithInterfaceRegistry(encoding.InterfaceRegistry).
		WithTxConfig(encoding.TxConfig).
		WithLegacyAmino(encoding.Amino).
		WithInput(cmd.InOrStdin()).
		WithOutput(cmd.OutOrStdout()).
		WithAccountRetriever(authtypes.AccountRetriever{}).
		WithHomeDir(app.DefaultNodeHome).
		WithViper(envPrefix)
	name := topLevel(cmd)
	if slices.Contains(bareCommands, name) {
		home, err := cmd.Flags().GetString("home")
		if err != nil {
			return err
		}
		return client.SetCmdClientContext(cmd, ctx.WithHomeDir(home))
	}

	ctx, err := client.ReadPersistentCommandFlags(ctx, cmd.Flags())
	if err != nil {
		return err
	}
	if err := ensureClientConfig(ctx.HomeDir); err != nil {
		return err
	}
	if ctx, err = clientconfig.ReadFromClientConfig(ctx); err != nil {
		return err
	}
	if err := client.SetCmdClientContextHandler(ctx, cmd); err != nil {
		return err
	}
	if slices.Contains(nodeCommands, name) {
		return prepareNode(cmd, ctx.HomeDir)
	}
	return nil
}

// prepareNode reads the configuration of the node. The log goes to standard error: on
// standard output it would stand in the middle of an exported state.
func prepareNode(cmd *cobra.Command, home string) error {
	if err := node.EnsureComet(home); err != nil {
		return err
	}
	serverCtx, err := server.InterceptConfigsAndCreateContext(cmd, serverconfig.DefaultConfigTemplate, *node.App(), node.Comet())
	if err != nil {
		return err
	}
	logger, err := server.CreateSDKLogger(serverCtx, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	serverCtx.Logger = logger.With(log.ModuleKey, "server")
	return server.SetCmdServerContext(cmd, serverCtx)
}

// ensureClientConfig writes client.toml with our defaults where there is none.
func ensureClientConfig(home string) error {
	_, err := os.Stat(filepath.Join(home, "config", "client.toml"))
	if !os.IsNotExist(err) {
		return err
	}
	return node.WriteClient(home, clientconfig.DefaultConfig())
}

// flagsFromEnvironment sets every flag that is not on the command line but has an
// environment variable.
func flagsFromEnvironment(cmd *cobra.Command) (err error) {
	names := strings.NewReplacer("-", "_", ".", "_")
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		value, found := os.LookupEnv(envPrefix + "_" + strings.ToUpper(names.Replace(flag.Name)))
		if found && !flag.Changed && err == nil {
			err = cmd.Flags().Set(flag.Name, value)
		}
	})
	return err
}

// topLevel returns the name of the command directly below the root that a command
// belongs to.
func topLevel(cmd *cobra.Command) string {
	for cmd.HasParent() && cmd.Parent().HasParent() {
		cmd = cmd.Parent()
	}
	return cmd.Name()
}
