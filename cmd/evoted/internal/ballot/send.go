package ballot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/evoted/evoted/cmd/evoted/internal/connection"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/client/elector"
)

// maxFile bounds a file that is read, in bytes.
const maxFile = 1 << 16

// delivery is a sealed ballot on its way.
type delivery struct {
	client   *client.Client
	sealed   *elector.Sealed
	election *elector.Election
	receipt  string
	output   string
	outcome  *outcome
}

// send gives a ballot to the nodes, waits for it and reports. The receipt is written
// before anything is sent, so that an interruption cannot lose the tracking code, and
// again with the block when the ballot is counted. It is taken away only if nothing was
// sent: else it stays, without a block, since a node that was given the ballot may still
// have it recorded.
func send(ctx context.Context, cmd *cobra.Command, status *terminal.Status, d delivery) error {
	if err := writeReceipt(d.receipt, d.client.ChainID(), d.sealed, 0, "", false); err != nil {
		return fmt.Errorf("nothing was sent: %w", err)
	}
	d.outcome.Receipt = d.receipt
	start := time.Now()
	status.Step("Sending your ballot to %d node(s)", len(d.client.Nodes()))
	sentAt := start
	closing := d.election.Data.Schedule.CloseTime
	result := d.client.Deliver(ctx, d.sealed.Message, d.sealed.Tx, closing, d.election, func(nodes []string) {
		sentAt = time.Now()
		status.Step("Waiting for a block (tracking code %s, taken by %d)", d.sealed.TrackingCode, len(nodes))
	})
	d.outcome.Seconds["send"] = sentAt.Sub(start).Seconds()
	d.outcome.Seconds["inclusion"] = time.Since(sentAt).Seconds()
	d.outcome.fill(result)
	if result.Fate == client.FateCounted {
		status.Done()
	} else {
		status.Fail()
	}
	if err := settle(&d, result); err != nil {
		terminal.Warning(cmd, "the receipt could not be brought up to date: %s", terminal.Sentence(err))
	}
	return report(cmd, d.output, d.outcome, result)
}

// settle brings the receipt up to date with what became of the ballot.
func settle(d *delivery, result client.Delivery) error {
	switch {
	case d.receipt == "":
		return nil
	case result.Fate == client.FateCounted:
		return writeReceipt(d.receipt, d.client.ChainID(), d.sealed, result.Height, result.Seen[0], true)
	case result.Fate == client.FateNotCounted && !result.Sent:
		d.outcome.Receipt = ""
		return os.Remove(d.receipt)
	}
	return nil
}

func sendCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "send FILE",
		Short: "Send a ballot that was sealed with --offline-file",
		Long: `Sends a ballot that evoted ballot cast --offline-file wrote, on this or another machine,
and waits until it is in a block. The file holds nothing secret. It may be sent again: if the
ballot is recorded already, nothing is sent and the command says so.`,
		Example: `  evoted ballot send sealed.json --node tcp://a:26657 --node tcp://b:26657`,
		Args:    cobra.ExactArgs(1),
		RunE:    runSend,
	}
	connection.AddNodeFlags(cmd)
	cmd.Flags().String(flagReceipt, "", `file of the receipt, or "none" (default receipt-ELECTION-CODE.json)`)
	return cmd
}

func runSend(cmd *cobra.Command, args []string) error {
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	output, err := terminal.Output(cmd)
	if err != nil {
		return err
	}
	raw, err := readFile(args[0])
	if err != nil {
		return connection.Explain(err)
	}
	chainID, sealed, err := elector.ParseOffline(raw)
	if err != nil {
		return err
	}
	c, _, err := connection.Open(cmd)
	if err != nil {
		return err
	}
	if c.ChainID() != chainID {
		return terminal.WithHint(fmt.Errorf("the ballot is for the chain %q, the node serves %q", terminal.Clean(chainID), c.ChainID()),
			"name a node of that chain with --node")
	}
	receipt, err := receiptPath(cmd, sealed)
	if err != nil {
		return err
	}
	if done, err := sentBefore(ctx, cmd, c, output, sealed, receipt); done || err != nil {
		return connection.Explain(err)
	}
	election, err := elector.LoadElection(ctx, c, sealed.Message.ElectionId)
	if err != nil {
		if errors.Is(err, elector.ErrNotOpen) {
			return terminal.WithHint(err, "a ballot can be sent only while voting is open")
		}
		return connection.Explain(err)
	}
	return connection.Explain(send(ctx, cmd, terminal.Progress(cmd), delivery{
		client: c, sealed: sealed, election: election, receipt: receipt, output: output, outcome: describe(chainID, sealed),
	}))
}

// sentBefore is done if this very ballot is recorded already. It says so and completes
// the receipt.
func sentBefore(ctx context.Context, cmd *cobra.Command, c *client.Client, output string, s *elector.Sealed, receipt string) (done bool, err error) {
	recorded, err := c.RecordedBallot(ctx, s.Message.ElectionId, s.Message.Nullifier, nil)
	if err != nil || recorded == nil || !recorded.Agreed {
		return false, err
	}
	found, err := elector.Identify(c.ChainID(), s.Message.ElectionId, &recorded.Ballot)
	if err != nil || found.TrackingCode != s.TrackingCode {
		return false, nil //nolint:nilerr // another ballot, or one that a node made up: sending tells
	}
	mine := receipt != "" && isReceiptOf(receipt, s)
	if err := writeReceipt(receipt, c.ChainID(), s, found.Height, recorded.Seen[0], mine); err != nil {
		terminal.Warning(cmd, "the receipt could not be written: %s", terminal.Sentence(err))
		receipt = ""
	}
	o := already(c.ChainID(), found)
	o.SeenBy, o.Receipt, o.TxHash, o.TxBytes = recorded.Seen, receipt, client.TxHash(s.Tx), len(s.Tx)
	return true, terminal.Print(cmd, output, o, func(w io.Writer) {
		_, _ = fmt.Fprintf(w, "Already counted in block %d: nothing more was sent\nTracking code: %s\n", o.Height, o.TrackingCode)
	})
}

// errTooLong reports a file that cannot be a ballot or a receipt.
var errTooLong = errors.New("the file is too long")

func readFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // read only
	raw, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxFile {
		return nil, fmt.Errorf("%w: %s", errTooLong, path)
	}
	return raw, nil
}
