package trustee

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client/flags"

	"github.com/evoted/evoted/cmd/evoted/internal/connection"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/client/trustee"
)

const (
	flagOnce = "once"
	// waitForNode is the pause between two attempts to reach the own node.
	waitForNode = 2 * time.Second
)

func registerCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "register",
		Short: "Put a trustee's long-term key on the chain",
		Long: `Registers the long-term key, with a proof that its secret is known, so that organisers can
name the trustee. It may be repeated; evoted trustee run does it by itself.`,
		Example: `  evoted trustee register --from trustee1`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			output, err := terminal.Output(cmd)
			if err != nil {
				return err
			}
			worker, _, err := open(cmd)
			if err != nil {
				return connection.Explain(err)
			}
			if err := worker.Register(cmd.Context()); err != nil {
				return connection.Explain(err)
			}
			result := made{Name: worker.Key.Name, Address: worker.Key.Address}
			return terminal.Print(cmd, output, result, func(w io.Writer) {
				_, _ = fmt.Fprintf(w, "Registered: %s\n", result.Address)
			})
		},
	}
	connection.AddOfficialFlags(cmd)
	return cmd
}

func runCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Do all of a trustee's work until stopped",
		Long: `Looks at the chain each second and does what is due, in every election that names the
trustee: registers the key, commits to a deal, sends it, checks the shares of all others and
confirms them, and after the close sends the trustee's share of the decryption of the sum,
and the result when enough shares are there. Give your own node first with --node: it alone
is asked what to decrypt. The program may be stopped at any time. All it writes down, in
HOME/trustees/sums, is which sum it has decrypted for each election: it never decrypts a
second one, and nothing before this machine's clock is at the close (10 seconds less).

A wrong share of another trustee is logged with that trustee's name, and nothing is
confirmed.`,
		Example: `  evoted trustee run --from trustee1
  evoted trustee run --from trustee1 --once`,
		Args: cobra.NoArgs,
		RunE: run,
	}
	connection.AddOfficialFlags(cmd)
	cmd.Flags().Bool(flagOnce, false, "do what is due now and end")
	return cmd
}

func run(cmd *cobra.Command, _ []string) error {
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cmd.SetContext(ctx)
	once, err := cmd.Flags().GetBool(flagOnce)
	if err != nil {
		return err
	}
	if once {
		worker, _, err := openUnlessStopped(ctx, cmd)
		if err != nil {
			return connection.Explain(err)
		}
		worker.Stagger = 0
		return connection.Explain(worker.Step(ctx))
	}
	worker, err := openPatiently(ctx, cmd)
	if worker == nil || err != nil {
		return connection.Explain(err)
	}
	return worker.Run(ctx)
}

// openPatiently waits for the own node to come up, which may start after this program.
func openPatiently(ctx context.Context, cmd *cobra.Command) (*trustee.Worker, error) {
	log := logger(cmd)
	for told := false; ; told = true {
		worker, waiting, err := openUnlessStopped(ctx, cmd)
		if told && errors.Is(err, terminal.ErrStopped) {
			return nil, nil // while it waited, as below
		}
		if err == nil || !waiting {
			return worker, err
		}
		if !told {
			log.Warn("waiting for the node", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil, nil
		case <-time.After(waitForNode):
		}
	}
}

// openUnlessStopped is open, but ends with ctx: the keyring may ask for a passphrase.
func openUnlessStopped(ctx context.Context, cmd *cobra.Command) (*trustee.Worker, bool, error) {
	type opened struct {
		worker  *trustee.Worker
		waiting bool
	}
	o, err := terminal.Await(ctx, func() (opened, error) {
		worker, waiting, err := open(cmd)
		return opened{worker, waiting}, err
	})
	return o.worker, o.waiting, err
}

// open makes the worker of the trustee named by --from. waiting tells that only the node
// is missing.
func open(cmd *cobra.Command) (worker *trustee.Worker, waiting bool, err error) {
	name, err := cmd.Flags().GetString(flags.FlagFrom)
	if err != nil {
		return nil, false, err
	}
	if name == "" {
		return nil, false, terminal.WithHint(terminal.Usagef("no trustee was named"), "name it with --from")
	}
	base, err := connection.Context(cmd)
	if err != nil {
		return nil, false, err
	}
	key, err := trustee.Load(base.HomeDir, name)
	if errors.Is(err, trustee.ErrNoTrustee) {
		return nil, false, terminal.WithHint(err, "make one with: evoted trustee new "+name)
	}
	if err != nil {
		return nil, false, err
	}
	official, err := connection.OpenOfficial(cmd, name)
	if err != nil {
		return nil, errors.Is(err, client.ErrNoNode), err
	}
	own, err := connection.OwnNode(cmd, official.Client())
	if err != nil {
		return nil, true, err
	}
	return &trustee.Worker{
		ChainID: official.Client().ChainID(), Key: key, Chain: trustee.OwnNode(own), Sender: official,
		Log: logger(cmd), Stagger: trustee.PublishStagger,
	}, false, nil
}

// logger writes structured lines to standard error, as text or, with --log_format json,
// as JSON.
func logger(cmd *cobra.Command) *slog.Logger {
	if flag := cmd.Flag(flags.FlagLogFormat); flag != nil && flag.Value.String() == "json" {
		return slog.New(slog.NewJSONHandler(cmd.ErrOrStderr(), nil))
	}
	return slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil))
}
