package ballot

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/evoted/evoted/cmd/evoted/internal/connection"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/client/elector"
	"github.com/evoted/evoted/x/election/crypto/field"
)

func statusCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "status CODE|NULLIFIER|RECEIPTFILE [ELECTION]",
		Short: "See whether a ballot is counted",
		Long: `Looks for a ballot by its tracking code, by its nullifier (with the election), or by the
file of its receipt, and says in which block it is recorded. The tracking code is computed
again from what the nodes show, and of several nodes two must show the ballot.`,
		Example: "  evoted ballot status " + exampleCode + "\n  evoted ballot status receipt-1-" + exampleCode + ".json --output json",
		Args:    cobra.RangeArgs(1, 2),
		RunE:    runStatus,
	}
	connection.AddNodeFlags(cmd)
	return cmd
}

func runStatus(cmd *cobra.Command, args []string) error {
	output, err := terminal.Output(cmd)
	if err != nil {
		return err
	}
	track, chainID, err := parseTrack(args)
	if err != nil {
		return err
	}
	c, _, err := connection.Open(cmd)
	if err != nil {
		return err
	}
	if chainID != "" && chainID != c.ChainID() {
		return terminal.WithHint(fmt.Errorf("the receipt is of the chain %q, the node serves %q", terminal.Clean(chainID), c.ChainID()),
			"name a node of that chain with --node")
	}
	recorded, err := elector.Find(cmd.Context(), c, track)
	if errors.Is(err, elector.ErrNotRecorded) {
		return terminal.WithHint(err, "if it was sent a moment ago, ask again in some seconds; naming the election after the code searches its whole list")
	}
	if errors.Is(err, elector.ErrNotAgreed) {
		return terminal.WithHint(err, "if it was sent a moment ago, ask again in some seconds; else one of the nodes is behind, or lies")
	}
	if err != nil {
		return connection.Explain(err)
	}
	return terminal.Print(cmd, output, recorded, func(w io.Writer) {
		if recorded.Replaced {
			_, _ = fmt.Fprintf(w, "Replaced: a later ballot of the same elector counts, in block %d\n", recorded.Height)
		} else {
			_, _ = fmt.Fprintf(w, "Counted in block %d\n", recorded.Height)
		}
		terminal.Table(w, nil, [][]string{
			{"Election:", fmt.Sprint(recorded.ElectionID)},
			{"Tracking code:", recorded.TrackingCode},
			{"Revision:", fmt.Sprint(recorded.Revision)},
		})
	})
}

// parseTrack reads what names a ballot. chainID is that of a receipt, else empty.
func parseTrack(args []string) (track elector.Track, chainID string, err error) {
	if len(args) > 1 {
		if track.ElectionID, err = connection.ElectionID(args[1]); err != nil {
			return track, "", err
		}
	}
	text := args[0]
	if _, statErr := os.Stat(text); statErr == nil {
		raw, err := readFile(text)
		if err != nil {
			return track, "", err
		}
		receipt, err := ballot.ParseReceipt(raw)
		if err != nil {
			return track, "", err
		}
		if track.Nullifier, err = hex.DecodeString(receipt.Nullifier); err != nil {
			return track, "", err
		}
		track.ElectionID, track.Code = receipt.ElectionID, receipt.TrackingCode
		return track, receipt.ChainID, nil
	}
	if nullifier, parseErr := elector.ParseHex(text); parseErr == nil {
		track.Nullifier = field.Bytes(nullifier)
		if track.ElectionID == 0 {
			return track, "", terminal.WithHint(terminal.Usagef("a nullifier belongs to one election"), "name it: evoted ballot status NULLIFIER ELECTION")
		}
		return track, "", nil
	}
	if track.Code, err = ballot.ParseTrackingCode(text); err != nil {
		if filepath.Ext(text) != "" || filepath.Base(text) != text {
			return track, "", terminal.WithHint(fmt.Errorf("no such file: %s", text), "check the name of the receipt's file")
		}
		return track, "", terminal.WithHint(terminal.Usage(err), "give a tracking code, a nullifier or the file of a receipt")
	}
	return track, "", nil
}
