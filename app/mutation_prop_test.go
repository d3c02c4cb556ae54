package app_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/evoted/evoted/testutil/fixture"
)

// TestAlteredTransactions: a transaction with some bytes changed, added or removed is refused
// everywhere in the same way, and never with a panic. Nothing of a ballot can be altered.
func TestAlteredTransactions(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	originals := [][]byte{ballotTx(t, c, 0, 1), officialTx(t, c, c.Election.Organiser, 0, abort(c))}
	rapid.Check(t, func(r *rapid.T) {
		original := rapid.SampledFrom(originals).Draw(r, "original")
		altered := bytes.Clone(original)
		for range rapid.IntRange(1, 4).Draw(r, "edits") {
			at := rapid.IntRange(0, len(altered)-1).Draw(r, "position")
			content := rapid.SliceOfN(rapid.Byte(), 1, 5).Draw(r, "content")
			switch rapid.IntRange(0, 3).Draw(r, "edit") {
			case 0:
				altered[at] ^= content[0]
			case 1:
				altered = slices.Insert(altered, at, content...)
			case 2:
				altered = slices.Delete(altered, at, min(at+len(content), len(altered)-1))
			default:
				altered = append(altered, altered[at:]...)
			}
		}
		if bytes.Equal(altered, original) {
			return
		}
		response, err := c.Check(altered)
		require.NoError(t, err)
		require.NotContains(t, response.Log, "panic")
		require.NotContains(t, response.Log, "nil pointer")
		require.NotZero(t, response.Code)
		require.False(t, accepts(t, c, altered))
		require.Empty(t, prepare(t, c, altered))
		_, _, _ = c.App.SimulateTx(altered)
	})
}
