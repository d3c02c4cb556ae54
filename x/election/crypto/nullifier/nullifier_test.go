package nullifier_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/hash"
	"github.com/evoted/evoted/x/election/crypto/nullifier"
)

func TestDefinitions(t *testing.T) {
	t.Parallel()
	s := nullifier.SecretFromSeed([]byte("a seed of more than sixteen bytes"))
	e := nullifier.ElectionScalar("chain-1", 7)
	require.Equal(t, hash.Compress(hash.TagIdentity, s), nullifier.Identity(s))
	require.Equal(t, hash.Compress(hash.Compress(hash.TagNullifier, s), e), nullifier.Nullifier(s, e))
	require.NotEqual(t, nullifier.Identity(s), nullifier.Nullifier(s, e))
}

// One secret has a different nullifier in each election and on each chain, and none is its
// identity commitment.
func TestNullifiersOfElectionsDiffer(t *testing.T) {
	t.Parallel()
	s := nullifier.SecretFromSeed([]byte("a seed of more than sixteen bytes"))
	seen := map[field.Element]bool{nullifier.Identity(s): true}
	for _, chain := range []string{"chain-1", "chain-2"} {
		for election := range uint64(500) {
			nf := nullifier.Nullifier(s, nullifier.ElectionScalar(chain, election))
			require.False(t, seen[nf])
			seen[nf] = true
		}
	}
}

func TestBindingCoversEverything(t *testing.T) {
	t.Parallel()
	all := []field.Element{
		nullifier.Binding("chain", 1, 2, []byte{3}),
		nullifier.Binding("chain2", 1, 2, []byte{3}),
		nullifier.Binding("chain", 2, 2, []byte{3}),
		nullifier.Binding("chain", 1, 3, []byte{3}),
		nullifier.Binding("chain", 2, 1, []byte{3}),
		nullifier.Binding("chain", 1, 2, []byte{4}),
		nullifier.Binding("chain", 1, 2, nil),
		nullifier.ElectionScalar("chain", 1),
	}
	for i := range all {
		for j := range i {
			require.NotEqual(t, all[i], all[j], "%d %d", i, j)
		}
	}
}

func TestSecretsDiffer(t *testing.T) {
	t.Parallel()
	a := nullifier.SecretFromSeed([]byte("seed one seed one"))
	require.Equal(t, a, nullifier.SecretFromSeed([]byte("seed one seed one")))
	require.NotEqual(t, a, nullifier.SecretFromSeed([]byte("seed one seed two")))
	require.False(t, a.IsZero())
}
