package roll_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/roll"
)

// Whatever the batches, root and stored nodes are those of one batch.
func TestBatchesDoNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := leaves(rapid.IntRange(1, 700).Draw(t, "n"))
		keep := func(nodes store) func(int, uint64, field.Element) error {
			return func(level int, index uint64, node field.Element) error {
				nodes[key{level, index}] = node
				return nil
			}
		}
		var once, many roll.Accumulator
		want, got := store{}, store{}
		require.NoError(t, once.Append(all, keep(want)))
		for rest := all; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "batch")
			require.NoError(t, many.Append(rest[:n], keep(got)))
			rest = rest[n:]
		}
		require.Equal(t, once, many)
		require.Equal(t, want, got)
		require.Equal(t, roll.BuildRoot(all), many.Root())
	})
}

func FuzzParseAccumulator(f *testing.F) {
	var a roll.Accumulator
	f.Add(a.Bytes())
	if err := a.Append(leaves(300), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(a.Bytes())
	f.Add([]byte(nil))
	f.Add(bytes.Repeat([]byte{0xff}, roll.AccumulatorSize))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := roll.ParseAccumulator(b)
		if err != nil {
			return
		}
		if !bytes.Equal(a.Bytes(), b) {
			t.Fatal("two encodings of one accumulator")
		}
	})
}
