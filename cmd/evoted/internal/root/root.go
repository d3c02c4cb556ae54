// Package root puts the command line of evoted together: the SDK's commands of a node,
// the commands that AutoCLI makes of the modules' services, and the project's own.
package root

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/server"
	"github.com/cosmos/cosmos-sdk/version"

	"github.com/evoted/evoted/app"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
)

// Main runs the command line with the given arguments and returns the exit code. Results
// go to stdout, everything else to stderr.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	defer func() {
		if cause := recover(); cause != nil {
			err := terminal.WithHint(plain(fmt.Errorf("%v", cause)), "run it again with --trace to see where it failed")
			code = terminal.Report(stderr, err)
			if traced(args) {
				_, _ = stderr.Write(debug.Stack())
			}
		}
	}()
	cmd, err := New()
	if err != nil {
		return terminal.Report(stderr, err)
	}
	cmd.SetArgs(args)
	cmd.SetIn(stdin)
	cmd.SetOut(stdout)
	cmd.SetErr(stderr)
	return terminal.Report(stderr, readable(cmd.ExecuteContext(newContext())))
}

// New returns the command evoted with all its subcommands.
func New() (*cobra.Command, error) {
	// The SDK prints these in version --long and in the commands it shows. A release sets
	// the version when it is linked.
	version.Name, version.AppName = app.Name, app.Name
	if version.Version == "" {
		version.Version = "dev"
	}
	app.SetAddressPrefixes()
	encoding := app.MakeEncodingConfig()

	cmd := &cobra.Command{
		Use:   app.Name,
		Short: "Run and use a chain for verifiable, secret voting",
		Long: `evoted runs a node of a chain for verifiable, secret voting, and is the tool of
everybody who takes part: authorities, organisers, registrars, trustees and electors.`,
		Example: `  evoted localnet                     a whole chain on this machine
  evoted elector new                  become an elector
  evoted results 1                    the result of election 1`,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return prepare(cmd, encoding)
		},
	}
	addPersistentFlags(cmd)
	addNodeCommands(cmd)
	addQueryAndTx(cmd)
	addOwnCommands(cmd)
	if err := addModuleCommands(cmd, encoding); err != nil {
		return nil, err
	}
	if err := addElectionCommands(cmd); err != nil {
		return nil, err
	}
	describeQueries(cmd)
	polish(cmd)
	return cmd, nil
}

func addPersistentFlags(cmd *cobra.Command) {
	f := cmd.PersistentFlags()
	f.String(flags.FlagHome, app.DefaultNodeHome, "directory of configuration, keys and data")
	f.Bool(terminal.FlagQuiet, false, "no progress and no notices")
	f.Bool(server.FlagTrace, false, "show stack traces of errors")
	f.String(flags.FlagLogLevel, zerolog.InfoLevel.String(),
		"level of the log (trace|debug|info|warn|error|fatal|panic|disabled, or *:<level>,<key>:<level>)")
	f.String(flags.FlagLogFormat, "plain", "form of the log (json|plain)")
	f.Bool(flags.FlagLogNoColor, false, "no colours in the log")
	f.String(flags.FlagVerboseLogLevel, zerolog.DebugLevel.String(), "level of the log during operations that need detail")
}

// newContext returns a context with the places where the SDK keeps its client and server
// contexts.
func newContext() context.Context {
	ctx := context.WithValue(context.Background(), client.ClientContextKey, &client.Context{})
	return context.WithValue(ctx, server.ServerContextKey, server.NewDefaultContext())
}

// polish gives every command what cobra leaves out: errors of the command line are
// marked as such, and a group called with an unknown subcommand says so.
func polish(cmd *cobra.Command) {
	cmd.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return terminal.WithHint(terminal.Usage(err), "see `"+c.CommandPath()+" --help`")
	})
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		if c.HasSubCommands() && !c.Runnable() && c != cmd {
			c.RunE = client.ValidateCmd
		}
		if c.HasSubCommands() && c.SuggestionsMinimumDistance == 0 {
			// Cobra has its default where it looks for the command itself; ValidateCmd has none.
			c.SuggestionsMinimumDistance = 2
		}
		// Results stay on standard output also when a command prints its help on an error.
		c.SilenceUsage, c.SilenceErrors = true, true
		if check := c.Args; check != nil {
			c.Args = func(c *cobra.Command, args []string) error {
				return terminal.WithHint(terminal.Usage(check(c, args)), "usage: "+c.UseLine())
			}
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(cmd)
}

// traced tells whether --trace is among the arguments; used when there is no command to
// ask any more.
func traced(args []string) bool {
	for _, arg := range args {
		if arg == "--"+server.FlagTrace || arg == "--"+server.FlagTrace+"=true" {
			return true
		}
	}
	return os.Getenv(envPrefix+"_TRACE") == "true"
}
