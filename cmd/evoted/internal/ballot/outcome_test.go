package ballot

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/client/elector"
	"github.com/evoted/evoted/x/election/client/secretfile"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/types"
)

// sealed is a well-formed ballot with a proof of nothing.
func sealed(t *testing.T) *elector.Sealed {
	t.Helper()
	keys := make([]curve.Point, 8)
	for i := range keys {
		keys[i] = curve.Generator()
	}
	message := &types.MsgCastBallot{
		ElectionId: 1, Revision: 1, Nullifier: make([]byte, 32), EphemeralKey: append([]byte{2}, make([]byte, 32)...),
		Ciphertext: elgamal.Encrypt(keys, make([]uint64, 8), curve.NewScalar(7)).Bytes(), Proof: make([]byte, 192),
	}
	parsed, err := message.Ballot("chain")
	require.NoError(t, err)
	tx, err := types.EncodeBallotTx(message, make([]byte, types.BallotSignatureSize))
	require.NoError(t, err)
	return &elector.Sealed{Message: message, Tx: tx, Digest: parsed.Digest(), TrackingCode: ballot.TrackingCode(parsed.Digest())}
}

func TestExactlyOneOfThreeSentences(t *testing.T) {
	t.Parallel()
	s := sealed(t)
	for want, d := range map[string]client.Delivery{
		"Counted in block 7\n": {Fate: client.FateCounted, Height: 7},
		"Not counted: voting is not open; try again\n": {
			Fate: client.FateNotCounted, Reason: fmt.Errorf("%w: x", types.ErrVotingClosed),
		},
		"Not counted: a ballot of this elector is already recorded\n": {Fate: client.FateNotCounted, Reason: types.ErrNullifierUsed},
		"Unknown: no node has shown it in a block yet; check with evoted ballot status " + s.TrackingCode + "\n": {
			Fate: client.FateUnknown, Reason: client.ErrUnknownFate,
		},
	} {
		o := describe("chain", s)
		o.fill(d)
		var out bytes.Buffer
		cmd := &cobra.Command{}
		cmd.SetOut(&out)
		err := report(cmd, terminal.Text, o, d)
		if d.Fate == client.FateNotCounted {
			want += "Tracking code: " + s.TrackingCode + " (of the ballot that is not counted)\n"
		} else {
			want += "Tracking code: " + s.TrackingCode + "\n"
		}
		require.Equal(t, want, out.String())
		switch d.Fate {
		case client.FateCounted:
			require.NoError(t, err)
		case client.FateNotCounted:
			require.ErrorIs(t, err, errNotCounted)
		case client.FateUnknown:
			require.ErrorIs(t, err, errUnknown)
		}
	}
}

func TestOutcomeAsJSON(t *testing.T) {
	t.Parallel()
	o := describe("chain", sealed(t))
	o.fill(client.Delivery{Fate: client.FateNotCounted, Reason: types.ErrNullifierUsed})
	raw, err := json.Marshal(o)
	require.NoError(t, err)
	var fields map[string]any
	require.NoError(t, json.Unmarshal(raw, &fields))
	require.Equal(t, "not_counted", fields["outcome"])
	for _, name := range []string{"tracking_code", "nullifier", "digest", "tx_hash", "height", "nodes", "seconds"} {
		require.Contains(t, fields, name)
	}
}

func TestReceiptIsPrivateAndReadBack(t *testing.T) {
	t.Parallel()
	s := sealed(t)
	path := filepath.Join(t.TempDir(), "receipt.json")
	require.NoError(t, writeReceipt("", "chain", s, 0, "", false))
	require.NoError(t, writeReceipt(path, "chain", s, 0, "", false))
	require.NoError(t, writeReceipt(path, "chain", s, 9, "node", false), "a receipt of this ballot is left alone")
	other := *s
	other.Digest[0]++
	require.ErrorIs(t, writeReceipt(path, "chain", &other, 9, "node", false), secretfile.ErrExists)
	require.NoError(t, writeReceipt(path, "chain", s, 9, "node", true))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	track, chainID, err := parseTrack([]string{path})
	require.NoError(t, err)
	require.Equal(t, "chain", chainID)
	require.Equal(t, elector.Track{ElectionID: 1, Nullifier: s.Message.Nullifier, Code: s.TrackingCode}, track)
}

func TestParseTrack(t *testing.T) {
	t.Parallel()
	s := sealed(t)
	nullifier := hex.EncodeToString(s.Message.Nullifier)
	track, _, err := parseTrack([]string{s.TrackingCode})
	require.NoError(t, err)
	require.Equal(t, elector.Track{Code: s.TrackingCode}, track)
	track, _, err = parseTrack([]string{nullifier, "4"})
	require.NoError(t, err)
	require.Equal(t, elector.Track{ElectionID: 4, Nullifier: s.Message.Nullifier}, track)
	for _, args := range [][]string{{nullifier}, {"nonsense"}, {s.TrackingCode, "0"}, {s.TrackingCode, "x"}} {
		_, _, err = parseTrack(args)
		require.Error(t, err)
		require.Equal(t, terminal.ExitUsage, terminal.ExitCode(err))
	}
}
