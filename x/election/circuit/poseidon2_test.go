package circuit

import (
	"math/rand/v2"
	"testing"

	"github.com/consensys/gnark-crypto/ecc"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
	"github.com/consensys/gnark/frontend"
	"github.com/consensys/gnark/std/permutation/poseidon2"
	"github.com/consensys/gnark/test"
	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/crypto/hash"
)

// compressions computes one compression by this package and by gnark's gadget.
type compressions struct {
	Left, Right, Out frontend.Variable
}

func (c *compressions) Define(api frontend.API) error {
	theirs, err := poseidon2.NewPoseidon2(api)
	if err != nil {
		return err
	}
	api.AssertIsEqual(newCompression(api).Compress(c.Left, c.Right), c.Out)
	api.AssertIsEqual(theirs.Compress(c.Left, c.Right), c.Out)
	return nil
}

func TestCompressionIsPoseidon2(t *testing.T) {
	t.Parallel()
	rnd := rand.NewChaCha8([32]byte{1})
	random := func() fr.Element {
		var raw [fr.Bytes]byte
		_, err := rnd.Read(raw[:])
		require.NoError(t, err)
		var e fr.Element
		e.SetBytes(raw[:])
		return e
	}
	inputs := [][2]fr.Element{{}, {fr.NewElement(1), fr.Element{}}, {fr.Element{}, fr.NewElement(1)}}
	for range 20 {
		inputs = append(inputs, [2]fr.Element{random(), random()})
	}
	for _, in := range inputs {
		out := hash.Compress(in[0], in[1])
		right := &compressions{Left: in[0], Right: in[1], Out: out}
		require.NoError(t, test.IsSolved(&compressions{}, right, ecc.BLS12_381.ScalarField()))
		var wrong fr.Element
		wrong.Add(&out, new(fr.Element).SetOne())
		require.Error(t, test.IsSolved(&compressions{}, &compressions{Left: in[0], Right: in[1], Out: wrong}, ecc.BLS12_381.ScalarField()))
	}
}
