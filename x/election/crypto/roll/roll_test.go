package roll_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/roll"
)

type key struct {
	level int
	index uint64
}

// store keeps what Append emits, as the keeper does.
type store map[key]field.Element

func (s store) read(level int, index uint64) (field.Element, bool, error) {
	e, ok := s[key{level, index}]
	return e, ok, nil
}

func leaves(n int) []field.Element {
	out := make([]field.Element, n)
	for i := range out {
		out[i].SetUint64(uint64(i)*0x9e3779b97f4a7c15 + 1)
	}
	return out
}

// appendInBatches appends all leaves in random batches and checks that each batch
// emits each node once.
func appendInBatches(t *testing.T, all []field.Element, rnd *rand.Rand) (roll.Accumulator, store) {
	t.Helper()
	var a roll.Accumulator
	nodes := store{}
	for rest := all; len(rest) > 0; {
		n := 1 + rnd.IntN(len(rest))
		seen := map[key]bool{}
		require.NoError(t, a.Append(rest[:n], func(level int, index uint64, node field.Element) error {
			require.Contains(t, []int{8, 16, 24}, level)
			require.False(t, seen[key{level, index}], "node emitted twice")
			seen[key{level, index}] = true
			nodes[key{level, index}] = node
			return nil
		}))
		rest = rest[n:]
	}
	return a, nodes
}

func TestAccumulatorAgreesWithReference(t *testing.T) {
	t.Parallel()
	sizes := []int{0, 1, 2, 3, 7, 255, 256, 257, 511, 512, 513, 1000, 65535, 65536, 65537}
	for _, n := range sizes {
		rnd := rand.New(rand.NewPCG(uint64(n), 1))
		all := leaves(n)
		want := roll.BuildRoot(all)
		a, nodes := appendInBatches(t, all, rnd)
		require.Equal(t, uint64(n), a.Count)
		require.Equal(t, want, a.Root(), "size %d", n)
		back, err := roll.ParseAccumulator(a.Bytes())
		require.NoError(t, err)
		require.Equal(t, a, back)
		require.Len(t, nodes, stored(n), "size %d", n)
		positions := []int{0, n / 2, n - 1, 255, 256}
		for range 5 {
			positions = append(positions, rnd.IntN(max(n, 1)))
		}
		for _, i := range positions {
			if i < 0 || i >= n {
				continue
			}
			bucket := uint64(i) / roll.BucketSize
			path, err := roll.BucketPath(nodes.read, bucket)
			require.NoError(t, err)
			require.Len(t, path, roll.BucketPathLength)
			inside := all[i-i%256 : min(i-i%256+256, n)]
			full, err := roll.CompletePath(inside, i%256, path, bucket)
			require.NoError(t, err)
			require.NoError(t, full.Validate())
			require.Equal(t, uint64(i), full.Index)
			require.Equal(t, want, full.Root(all[i]), "size %d leaf %d", n, i)
			if n > 1 {
				require.NotEqual(t, want, full.Root(all[(i+1)%n]))
			}
		}
	}
}

// stored is the number of nodes on the stored levels of a roll of n leaves.
func stored(n int) int {
	total := 0
	for _, bits := range []int{8, 16, 24} {
		total += (n + 1<<bits - 1) >> bits
	}
	return total
}

func TestPathOfUnusedBucketIsConsistent(t *testing.T) {
	t.Parallel()
	all := leaves(300)
	_, nodes := appendInBatches(t, all, rand.New(rand.NewPCG(3, 3)))
	const last = 1<<roll.BucketPathLength - 1
	path, err := roll.BucketPath(nodes.read, last)
	require.NoError(t, err)
	full, err := roll.CompletePath(make([]field.Element, 1), 0, path, last)
	require.NoError(t, err)
	require.Equal(t, roll.BuildRoot(all), full.Root(field.Element{}))
}

func TestAppendFailures(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	var a roll.Accumulator
	require.NoError(t, a.Append(leaves(300), nil))
	before := a
	cases := []struct {
		name   string
		leaves []field.Element
		emit   func(int, uint64, field.Element) error
		want   error
	}{
		{"zero leaf", append(leaves(3), field.Element{}), nil, roll.ErrEmptyLeaf},
		{"emit fails on a complete node", leaves(300), func(int, uint64, field.Element) error { return stop }, stop},
		{"emit fails on an incomplete node", leaves(1), func(int, uint64, field.Element) error { return stop }, stop},
	}
	for _, tc := range cases {
		require.ErrorIs(t, a.Append(tc.leaves, tc.emit), tc.want, tc.name)
		require.Equal(t, before, a, tc.name)
	}
	full := roll.Accumulator{Count: roll.MaxLeaves}
	require.ErrorIs(t, full.Append(leaves(1), nil), roll.ErrFull)
	full.Count = 1 << 60
	require.ErrorIs(t, full.Append(nil, nil), roll.ErrFull)
	require.NoError(t, a.Append(nil, func(int, uint64, field.Element) error { return stop }))
	require.Equal(t, before, a)
}

func TestLeaf(t *testing.T) {
	t.Parallel()
	id := field.Tag("id")
	for _, w := range []uint64{1, 2, roll.MaxWeight} {
		leaf, err := roll.Leaf(id, w)
		require.NoError(t, err)
		require.False(t, leaf.IsZero())
	}
	for _, w := range []uint64{0, roll.MaxWeight + 1, 1 << 63, 1<<64 - 1} {
		_, err := roll.Leaf(id, w)
		require.ErrorIs(t, err, roll.ErrWeight)
	}
	_, err := roll.Leaf(field.Element{}, 1)
	require.ErrorIs(t, err, roll.ErrIdentity)
	a, err := roll.Leaf(id, 1)
	require.NoError(t, err)
	var one field.Element
	one.SetOne()
	require.NotEqual(t, roll.Node(id, one), a, "a leaf must not pass for a node")
}

func TestMalformedPaths(t *testing.T) {
	t.Parallel()
	siblings := make([]field.Element, roll.BucketPathLength)
	_, err := roll.CompletePath(leaves(3), 3, siblings, 0)
	require.ErrorIs(t, err, roll.ErrBucket)
	_, err = roll.CompletePath(leaves(3), -1, siblings, 0)
	require.ErrorIs(t, err, roll.ErrBucket)
	_, err = roll.CompletePath(leaves(257), 0, siblings, 0)
	require.ErrorIs(t, err, roll.ErrBucket)
	_, err = roll.CompletePath(leaves(3), 0, siblings, 1<<24)
	require.ErrorIs(t, err, roll.ErrBucket)
	_, err = roll.CompletePath(leaves(3), 0, siblings[:23], 0)
	require.ErrorIs(t, err, roll.ErrPath)
	_, err = roll.BucketPath(store{}.read, 1<<24)
	require.ErrorIs(t, err, roll.ErrBucket)
	stop := errors.New("stop")
	_, err = roll.BucketPath(func(int, uint64) (field.Element, bool, error) { return field.Element{}, false, stop }, 0)
	require.ErrorIs(t, err, stop)
	long := roll.Path{Siblings: make([]field.Element, 33)}
	require.ErrorIs(t, long.Validate(), roll.ErrPath)
	leaf := field.Tag("x")
	require.Equal(t, field.Element{}, long.Root(leaf))
	far := roll.Path{Index: 1 << 32, Siblings: make([]field.Element, 32)}
	require.ErrorIs(t, far.Validate(), roll.ErrPath)
}

func TestMalformedAccumulators(t *testing.T) {
	t.Parallel()
	var a roll.Accumulator
	require.NoError(t, a.Append(leaves(5), nil))
	good := a.Bytes()
	change := func(f func(b []byte)) []byte {
		b := append([]byte(nil), good...)
		f(b)
		return b
	}
	cases := []struct {
		name string
		in   []byte
	}{
		{"nil", nil},
		{"short", good[:len(good)-1]},
		{"long", append(append([]byte(nil), good...), 0)},
		{"count too large", change(func(b []byte) { b[0] = 1 })},
		{"count without its node", change(func(b []byte) { b[7] = 7 })},
		{"node without its count", change(func(b []byte) { b[7] = 4 })},
		{"not canonical", change(func(b []byte) {
			for i := range 32 {
				b[8+i] = 0xff
			}
		})},
	}
	for _, tc := range cases {
		_, err := roll.ParseAccumulator(tc.in)
		require.ErrorIs(t, err, roll.ErrEncoding, tc.name)
	}
}

func TestEmptyLevels(t *testing.T) {
	t.Parallel()
	require.Equal(t, field.Element{}, roll.Empty(0))
	for level := range roll.Depth {
		require.Equal(t, roll.Node(roll.Empty(level), roll.Empty(level)), roll.Empty(level+1))
	}
	require.Equal(t, roll.Empty(0), roll.Empty(-1))
	require.Equal(t, roll.Empty(32), roll.Empty(33))
	require.Equal(t, roll.Empty(32), roll.Accumulator{}.Root())
}

func BenchmarkNode(b *testing.B) {
	x, y := field.Tag("a"), field.Tag("b")
	b.ReportAllocs()
	for b.Loop() {
		x = roll.Node(x, y)
	}
}

func BenchmarkAppend(b *testing.B) {
	batch := leaves(1000)
	for b.Loop() {
		var a roll.Accumulator
		if err := a.Append(batch, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBucketPath(b *testing.B) {
	var a roll.Accumulator
	nodes := store{}
	if err := a.Append(leaves(20000), func(level int, index uint64, node field.Element) error {
		nodes[key{level, index}] = node
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := roll.BucketPath(nodes.read, 7); err != nil {
			b.Fatal(err)
		}
	}
}
