package hash_test

import (
	"testing"

	"github.com/consensys/gnark-crypto/ecc"
	"github.com/consensys/gnark/frontend"
	"github.com/consensys/gnark/frontend/cs/r1cs"
	"github.com/consensys/gnark/std/permutation/poseidon2"
	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/hash"
)

// compression states Out = H(A, B) with gnark's own gadget.
type compression struct {
	A, B frontend.Variable
	Out  frontend.Variable `gnark:",public"`
}

func (c *compression) Define(api frontend.API) error {
	p, err := poseidon2.NewPoseidon2(api)
	if err != nil {
		return err
	}
	api.AssertIsEqual(p.Compress(c.A, c.B), c.Out)
	return nil
}

// The circuit of the ballot uses gnark's gadget with default parameters; it must
// compute what this package computes.
func TestCompressIsTheCircuits(t *testing.T) {
	t.Parallel()
	ccs, err := frontend.Compile(ecc.BLS12_381.ScalarField(), r1cs.NewBuilder, &compression{})
	require.NoError(t, err)
	for i := range uint64(10) {
		a, b := field.HashTo("test", field.Uint64(i)), field.HashTo("test", field.Uint64(i+1000))
		out := hash.Compress(a, b)
		w, err := frontend.NewWitness(&compression{A: a, B: b, Out: out}, ecc.BLS12_381.ScalarField())
		require.NoError(t, err)
		require.NoError(t, ccs.IsSolved(w))
		wrong := out
		wrong.Double(&wrong)
		w, err = frontend.NewWitness(&compression{A: a, B: b, Out: wrong}, ecc.BLS12_381.ScalarField())
		require.NoError(t, err)
		require.Error(t, ccs.IsSolved(w))
	}
}
