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
	client  *client.Client
	sealed  *elector.Sealed
	closing time.Time
	receipt string
	output  string
	outcome *outcome
}

// send gives a ballot to the nodes, waits for it and reports. The receipt is written
// before anything is sent, so that an interruption cannot lose the tracking code, and
// again with the block when the ballot is counted.
func send(ctx context.Context, cmd *cobra.Command, status *terminal.Status, d delivery) error {
	if err := writeReceipt(d.receipt, d.client.ChainID(), d.sealed, 0, "", false); err != nil {
		return fmt.Errorf("nothing was sent: %w", err)
	}
	d.outcome.Receipt = d.receipt
	start := time.Now()
	status.Step("Sending your ballot to %d node(s)", len(d.client.Nodes()))
	sentAt := start
	result := d.client.Deliver(ctx, d.sealed.Message, d.sealed.Tx, d.closing, func(nodes []string) {
		sentAt = time.Now()
		status.Step("Waiting for a block (tracking code %s, taken by %d)", d.sealed.TrackingCode, len(nodes))
	})
	d.outcome.Seconds["send"] = sentAt.Sub(start).Seconds()
	d.outcome.Seconds["inclusion"] = time.Since(sentAt).Seconds()
	d.outcome.fill(result)
	switch result.Fate {
	case client.FateCounted:
		status.Done()
		if err := writeReceipt(d.receipt, d.client.ChainID(), d.sealed, result.Height, result.Seen[0], true); err != nil {
			terminal.Warning(cmd, "the receipt could not be completed: %s", err)
		}
	case client.FateNotCounted:
		status.Fail()
		if d.receipt != "" {
			if err := os.Remove(d.receipt); err != nil {
				terminal.Warning(cmd, "the receipt of the ballot that is not counted is still there: %s", err)
			}
		}
	case client.FateUnknown:
		status.Fail()
	}
	return report(cmd, d.output, d.outcome, result)
}

func sendCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "send FILE",
		Short: "Send a ballot that was sealed with --offline-file",
		Long: `Sends a ballot that evoted ballot cast --offline-file wrote, on this or another machine,
and waits until it is in a block. The file holds nothing secret.`,
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
	election, err := c.Election(ctx, sealed.Message.ElectionId)
	if err != nil {
		return connection.Explain(err)
	}
	receipt, err := receiptPath(cmd, sealed)
	if err != nil {
		return err
	}
	return connection.Explain(send(ctx, cmd, terminal.Progress(cmd), delivery{
		client: c, sealed: sealed, closing: election.Schedule.CloseTime, receipt: receipt, output: output, outcome: describe(chainID, sealed),
	}))
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
