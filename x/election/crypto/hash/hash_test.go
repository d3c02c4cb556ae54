package hash_test

import (
	"encoding/hex"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr/poseidon2"
	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/hash"
)

func TestCompressIsTheLibrarys(t *testing.T) {
	t.Parallel()
	p := poseidon2.NewDefaultPermutation()
	for i := range uint64(50) {
		a, b := field.HashTo("test", field.Uint64(i)), field.HashTo("test", field.Uint64(i+1000))
		want, err := p.Compress(field.Bytes(a), field.Bytes(b))
		require.NoError(t, err)
		got := hash.Compress(a, b)
		require.Equal(t, hex.EncodeToString(want), hex.EncodeToString(field.Bytes(got)))
	}
}

func TestTagsDiffer(t *testing.T) {
	t.Parallel()
	tags := []field.Element{hash.TagIdentity, hash.TagLeaf, hash.TagNode, hash.TagNullifier}
	for i := range tags {
		for j := range i {
			require.False(t, tags[i].Equal(&tags[j]))
		}
	}
}

func TestSumChains(t *testing.T) {
	t.Parallel()
	a, b := field.Tag("a"), field.Tag("b")
	require.Equal(t, hash.Compress(hash.Compress(hash.TagLeaf, a), b), hash.Sum(hash.TagLeaf, a, b))
	require.Equal(t, hash.Compress(hash.TagLeaf, a), hash.Sum(hash.TagLeaf, a))
	require.Equal(t, hash.Compress(hash.TagLeaf, field.Element{}), hash.Sum(hash.TagLeaf))
	require.NotEqual(t, hash.Sum(hash.TagLeaf, a, b), hash.Sum(hash.TagLeaf, b, a))
}

func TestCompressAllocatesNothing(t *testing.T) {
	a, b := field.Tag("a"), field.Tag("b")
	require.Zero(t, testing.AllocsPerRun(100, func() { a = hash.Compress(a, b) }))
}

func BenchmarkCompress(b *testing.B) {
	x, y := field.Tag("a"), field.Tag("b")
	b.ReportAllocs()
	for b.Loop() {
		x = hash.Compress(x, y)
	}
}
