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
	errAlready    = errors.New("no second ballot was sent")
	errUnknown    = errors.New("it is not known yet whether the ballot is counted")
)

// outcome is what `ballot cast` and `ballot send` print as JSON. Its outcome is counted,
// not_counted, unknown, not_sent, or already_counted if an earlier ballot is recorded,
// which the other fields then describe.
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
	Replaces     int64              `json:"replaces_ballot_of_block,omitempty"`
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
	if errors.Is(err, client.ErrUnknownFate) {
		return "no node has shown it in a block yet"
	}
	if sentence, _ := client.Explain(err); sentence != "" {
		return sentence
	}
	return terminal.Sentence(err)
}

// again tells whether sending once more can help.
func again(err error) bool {
	return !errors.Is(err, types.ErrNullifierUsed)
}

// report prints the outcome and returns the error that the command ends with.
func report(cmd *cobra.Command, output string, o *outcome, d client.Delivery) error {
	err := terminal.Print(cmd, output, o, func(w io.Writer) {
		_, _ = fmt.Fprintln(w, sentence(o, d))
		switch d.Fate {
		case client.FateNotCounted:
			_, _ = fmt.Fprintf(w, "Tracking code: %s (of the ballot that is not counted)\n", o.TrackingCode)
		default:
			_, _ = fmt.Fprintf(w, "Tracking code: %s\n", o.TrackingCode)
		}
		if o.Replaces > 0 && d.Fate == client.FateCounted {
			_, _ = fmt.Fprintf(w, "It has replaced your ballot of block %d\n", o.Replaces)
		}
		switch {
		case o.Receipt == "":
		case d.Fate == client.FateCounted:
			_, _ = fmt.Fprintf(w, "Receipt: %s (it shows that your ballot is recorded, not how you voted)\n", o.Receipt)
		default:
			_, _ = fmt.Fprintf(w, "Receipt: %s (not confirmed: it names the ballot that was sent, and no block)\n", o.Receipt)
		}
	})
	if err != nil {
		return err
	}
	switch d.Fate {
	case client.FateCounted:
		return nil
	case client.FateNotCounted:
		return terminal.WithHint(errNotCounted, nextStep(o, d))
	case client.FateUnknown:
		return terminal.WithHint(errUnknown, "ask in some seconds with: evoted ballot status "+o.TrackingCode)
	default:
		return errUnknown
	}
}

// nextStep is the hint for a ballot that is not counted.
func nextStep(o *outcome, d client.Delivery) string {
	if errors.Is(d.Reason, types.ErrNullifierUsed) {
		if d.Other != nil {
			if found, err := elector.Identify(o.ChainID, o.ElectionID, d.Other); err == nil {
				return "your earlier ballot counts; look at it with: evoted ballot status " + found.TrackingCode
			}
		}
		return fmt.Sprintf("your earlier ballot counts; look at it with: evoted ballot status %s %d", o.Nullifier, o.ElectionID)
	}
	_, hint := client.Explain(d.Reason)
	return hint
}

// already describes an earlier ballot that is recorded.
func already(chainID string, found *elector.Recorded) *outcome {
	return &outcome{
		Outcome: "already_counted", ChainID: chainID, ElectionID: found.ElectionID, TrackingCode: found.TrackingCode,
		Nullifier: found.Nullifier, Digest: found.Digest, Revision: found.Revision, Height: found.Height,
		Nodes: []string{}, SeenBy: []string{}, Seconds: map[string]float64{},
	}
}

// alreadyCounted says that another ballot is recorded and final. It is an error, so that
// a script that casts twice notices.
func alreadyCounted(cmd *cobra.Command, output string, o *outcome) error {
	err := terminal.Print(cmd, output, o, func(w io.Writer) {
		_, _ = fmt.Fprintf(w, "Already counted in block %d: no second ballot was sent\nTracking code: %s\n", o.Height, o.TrackingCode)
	})
	if err != nil {
		return err
	}
	return terminal.WithHint(errAlready, "your earlier ballot counts; look at it with: evoted ballot status "+o.TrackingCode)
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
// randomness or the secret. Height 0 means that the ballot is not confirmed. A file that
// holds a receipt of the same ballot is left alone, unless replace is set.
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
	err = secretfile.Write(path, raw, replace)
	switch {
	case errors.Is(err, secretfile.ErrExists):
		if isReceiptOf(path, s) {
			return nil
		}
		return terminal.WithHint(err, "name another file with --receipt, or none with --receipt none")
	case errors.Is(err, secretfile.ErrNoFolder):
		return terminal.WithHint(err, "make the folder first, or name a file in another one with --receipt")
	}
	return err
}

// isReceiptOf tells whether a file holds the receipt of this very ballot.
func isReceiptOf(path string, s *elector.Sealed) bool {
	raw, err := readFile(path)
	if err != nil {
		return false
	}
	receipt, err := ballot.ParseReceipt(raw)
	return err == nil && receipt.Digest == hex.EncodeToString(s.Digest[:])
}
