package election

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	sdkclient "github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/client/tx"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/cmd/evoted/internal/connection"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/client"
)

// errStopped is returned when the organiser does not confirm.
var errStopped = errors.New("stopped: nothing was sent")

// addTxFlags gives a command the SDK's flags of a transaction. The SDK's form of output
// for transactions is JSON; this project's is text everywhere.
func addTxFlags(cmd *cobra.Command) {
	flags.AddTxFlagsToCmd(cmd)
	if output := cmd.Flag(flags.FlagOutput); output.Value.Set(terminal.Text) == nil {
		output.DefValue = terminal.Text
	}
}

// txContext returns the client context of a transaction. The organiser must be named.
func txContext(cmd *cobra.Command) (sdkclient.Context, error) {
	ctx, err := sdkclient.GetClientTxContext(cmd)
	if err != nil {
		return ctx, connection.Explain(err)
	}
	if ctx.GetFromAddress().Empty() {
		return ctx, terminal.WithHint(terminal.Usagef("no organiser was named"), "name the key that signs with --from; evoted keys list shows them")
	}
	return ctx, nil
}

// unsent tells whether the flags ask for a transaction that is only written or simulated.
func unsent(ctx sdkclient.Context) bool {
	return ctx.GenerateOnly || ctx.Offline || ctx.Simulate || ctx.IsAux
}

// writeUnsent makes the transaction that unsent asks for.
func writeUnsent(cmd *cobra.Command, ctx sdkclient.Context, message sdk.Msg) error {
	factory, err := tx.NewFactoryCLI(ctx, cmd.Flags())
	if err != nil {
		return err
	}
	if !cmd.Flags().Changed(flags.FlagGas) {
		factory = factory.WithGas(client.GasLimit(message))
	}
	return tx.GenerateOrBroadcastTxWithFactory(ctx, factory, message)
}

// connect opens the connection that a transaction is sent through.
func connect(cmd *cobra.Command, ctx sdkclient.Context) (*client.Official, error) {
	node := ctx.NodeURI
	if node == "" {
		node = connection.DefaultNode
	}
	c, err := client.Dial(cmd.Context(), ctx, []string{node})
	if err != nil {
		return nil, connection.Explain(err)
	}
	official, err := client.NewOfficial(c, ctx, ctx.FromName)
	return official, connection.Explain(err)
}

// confirm shows what is about to be sent and asks, unless --yes was given.
func confirm(cmd *cobra.Command, ctx sdkclient.Context, show func(io.Writer), question string) error {
	if ctx.SkipConfirm {
		return nil
	}
	file, ok := cmd.InOrStdin().(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return terminal.WithHint(terminal.Usagef("there is no terminal to ask on"), "confirm with --yes")
	}
	show(cmd.ErrOrStderr())
	_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "%s Type yes to do it, anything else to stop: ", question)
	answer, err := bufio.NewReader(cmd.InOrStdin()).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if answer = strings.ToLower(strings.TrimSpace(answer)); answer != "yes" && answer != "y" {
		return errStopped
	}
	return nil
}

// sender signs and sends transactions; *client.Official outside tests.
type sender interface {
	Send(ctx context.Context, messages ...sdk.Msg) (client.Included, error)
}

// send signs and sends a message and waits for its block: a transaction that fails there
// is an error, in words.
func send(cmd *cobra.Command, official sender, message sdk.Msg, step string, args ...any) (client.Included, error) {
	status := terminal.Progress(cmd)
	status.Step(step, args...)
	included, err := official.Send(cmd.Context(), message)
	if err != nil {
		status.Fail()
		return included, connection.Explain(err)
	}
	status.Done()
	return included, nil
}
