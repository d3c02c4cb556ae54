package election

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/evoted/evoted/cmd/evoted/internal/connection"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/types"
)

// aborted is what the command prints.
type aborted struct {
	ElectionID  uint64 `json:"election_id"`
	Height      int64  `json:"height"`
	TxHash      string `json:"tx_hash"`
	Explanation string `json:"explanation"`
}

// AbortCommand is `evoted tx election abort`.
func AbortCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "abort ELECTION EXPLANATION",
		Short: "End an election before it opens",
		Long: `Ends an election that has not opened yet, for good, and tells everyone why. It waits until
that is in a block and says so if the chain refuses: after the opening, nobody can end an
election.`,
		Example: `  evoted tx election abort 1 "the list of candidates was wrong" --from organiser`,
		Args:    cobra.ExactArgs(2),
		RunE:    runAbort,
	}
	addTxFlags(cmd)
	return cmd
}

func runAbort(cmd *cobra.Command, args []string) error {
	output, err := terminal.Output(cmd)
	if err != nil {
		return err
	}
	id, err := connection.ElectionID(args[0])
	if err != nil {
		return err
	}
	ctx, err := txContext(cmd)
	if err != nil {
		return err
	}
	message := &types.MsgAbortElection{Organiser: ctx.GetFromAddress().String(), ElectionId: id, Explanation: args[1]}
	if err := message.ValidateBasic(); err != nil {
		return terminal.WithHint(err, "say in some words why it ends; nothing was sent")
	}
	if unsent(ctx) {
		return writeUnsent(cmd, ctx, message)
	}
	show := func(w io.Writer) {
		_, _ = fmt.Fprintf(w, "Election %d ends without a result: %s\n", id, terminal.Clean(message.Explanation))
	}
	if err := confirm(cmd, ctx, show, "Abort this election?"); err != nil {
		return err
	}
	official, err := connect(cmd, ctx)
	if err != nil {
		return err
	}
	return abort(cmd, official, message, output)
}

// abort sends the message and prints what came of it.
func abort(cmd *cobra.Command, official sender, message *types.MsgAbortElection, output string) error {
	included, err := send(cmd, official, message, "Aborting election %d", message.ElectionId)
	if err != nil {
		return err
	}
	result := aborted{ElectionID: message.ElectionId, Height: included.Height, TxHash: included.Hash, Explanation: message.Explanation}
	return terminal.Print(cmd, output, result, func(w io.Writer) {
		_, _ = fmt.Fprintf(w, "Election %d was aborted in block %d\n", result.ElectionID, result.Height)
	})
}
