package ballot

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/client/elector"
	"github.com/evoted/evoted/x/election/client/secretfile"
	"github.com/evoted/evoted/x/election/types"
)

// Errors with which a ballot that is not counted ends the command.
var (
	errNotCounted = errors.New("the ballot is not counted")
	errUnknown    = errors.New("it is not known yet whether the ballot is counted")
)

// outcome is what `ballot cast` and `ballot send` print as JSON.
type outcome struct {
	Outcome      string             `json:"outcome"`
	Reason       string             `json:"reason,omitempty"`
	ChainID      string             `json:"chain_id"`
	ElectionID   uint64             `json:"election_id"`
	TrackingCode string             `json:"tracking_code"`
	Nullifier    string             `json:"nullifier"`
	Digest       string             `json:"digest"`
	Revision     uint64             `json:"revision"`
	TxHash       string             `json:"tx_hash"`
	TxBytes      int                `json:"tx_bytes"`
	Height       int64              `json:"height"`
	Nodes        []string           `json:"nodes"`
	SeenBy       []string           `json:"seen_by"`
	Receipt      string             `json:"receipt,omitempty"`
	OfflineFile  string             `json:"offline_file,omitempty"`
	Setup        string             `json:"setup,omitempty"`
	Seconds      map[string]float64 `json:"seconds"`
}

func describe(chainID string, s *elector.Sealed) *outcome {
	return &outcome{
		ChainID: chainID, ElectionID: s.Message.ElectionId, TrackingCode: s.TrackingCode,
		Nullifier: hex.EncodeToString(s.Message.Nullifier), Digest: hex.EncodeToString(s.Digest[:]),
		Revision: s.Message.Revision, TxHash: client.TxHash(s.Tx), TxBytes: len(s.Tx),
		Nodes: []string{}, SeenBy: []string{}, Seconds: map[string]float64{},
	}
}

// fill takes over what became of the ballot.
func (o *outcome) fill(d client.Delivery) {
	o.Outcome = strings.ReplaceAll(d.Fate.String(), " ", "_")
	o.Height = d.Height
	o.Nodes, o.SeenBy = append(o.Nodes, d.Nodes...), append(o.SeenBy, d.Seen...)
	if d.Reason != nil {
		o.Reason = reason(d.Reason)
	}
}

// reason puts a failure into plain words.
func reason(err error) string {
	if sentence, _ := client.Explain(err); sentence != "" {
		return sentence
	}
	if errors.Is(err, client.ErrUnknownFate) {
		return "no node has shown it in a block yet"
	}
	return err.Error()
}

// again tells whether sending once more can help.
func again(err error) bool {
	return !errors.Is(err, types.ErrNullifierUsed)
}

// report prints the outcome and returns the error that the command ends with.
func report(cmd *cobra.Command, output string, o *outcome, d client.Delivery) error {
	err := terminal.Print(cmd, output, o, func(w io.Writer) {
		_, _ = fmt.Fprintln(w, sentence(o, d))
		_, _ = fmt.Fprintf(w, "Tracking code: %s\n", o.TrackingCode)
		if o.Receipt != "" && d.Fate != client.FateNotCounted {
			_, _ = fmt.Fprintf(w, "Receipt: %s (it shows that your ballot is recorded, not how you voted)\n", o.Receipt)
		}
	})
	if err != nil {
		return err
	}
	switch d.Fate {
	case client.FateCounted:
		return nil
	case client.FateNotCounted:
		_, hint := client.Explain(d.Reason)
		return terminal.WithHint(errNotCounted, hint)
	case client.FateUnknown:
		return errUnknown
	default:
		return errUnknown
	}
}

// sentence is the one of three that holds.
func sentence(o *outcome, d client.Delivery) string {
	switch {
	case d.Fate == client.FateCounted:
		return fmt.Sprintf("Counted in block %d", d.Height)
	case d.Fate == client.FateNotCounted && again(d.Reason):
		return fmt.Sprintf("Not counted: %s; try again", o.Reason)
	case d.Fate == client.FateNotCounted:
		return "Not counted: " + o.Reason
	default:
		return fmt.Sprintf("Unknown: %s; check with evoted ballot status %s", o.Reason, o.TrackingCode)
	}
}

// writeReceipt stores what the elector can show later. It never holds the choice, the
// randomness or the secret.
func writeReceipt(path string, chainID string, s *elector.Sealed, height int64, node string, replace bool) error {
	if path == "" {
		return nil
	}
	parsed, err := s.Message.Ballot(chainID)
	if err != nil {
		return err
	}
	raw, err := ballot.NewReceipt(parsed, client.TxHash(s.Tx), height, node).Encode()
	if err != nil {
		return err
	}
	return secretfile.Write(path, raw, replace)
}
