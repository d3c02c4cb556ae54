package circuit

import (
	"math/big"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr/poseidon2"
	"github.com/consensys/gnark/frontend"
)

// compression is Poseidon2 of width 2 (https://eprint.iacr.org/2023/323) with the
// library's default parameters for BLS12-381, the function of package hash.
//
// It differs from gnark's gadget in one thing only: x^5 is x^2*x^3 and not x^4*x. The
// number of constraints is the same, but x^3 then stays out of the second matrix of
// the constraint system, which takes a fifth off the multi-exponentiations of B. A test
// compares it with gnark's gadget and with package hash.
type compression struct {
	api           frontend.API
	full, partial int
	keys          [][]*big.Int
}

func newCompression(api frontend.API) *compression {
	p := poseidon2.GetDefaultParameters()
	c := &compression{api: api, full: p.NbFullRounds, partial: p.NbPartialRounds}
	for _, round := range p.RoundKeys {
		keys := make([]*big.Int, len(round))
		for i := range round {
			keys[i] = element(round[i])
		}
		c.keys = append(c.keys, keys)
	}
	return c
}

// Compress returns the second element of the permuted pair plus right.
func (c *compression) Compress(left, right frontend.Variable) frontend.Variable {
	a, b := c.external(left, right)
	first, last := c.full/2, c.full/2+c.partial
	for round, key := range c.keys {
		a = c.sbox(c.api.Add(a, key[0]))
		if round >= first && round < last {
			a, b = c.internal(a, b)
			continue
		}
		b = c.sbox(c.api.Add(b, key[1]))
		a, b = c.external(a, b)
	}
	return c.api.Add(b, right)
}

// sbox returns x^5 at three constraints.
func (c *compression) sbox(x frontend.Variable) frontend.Variable {
	square := c.api.Mul(x, x)
	cube := c.api.Mul(x, square)
	return c.api.Mul(cube, square)
}

// external multiplies by ((2, 1), (1, 2)).
func (c *compression) external(a, b frontend.Variable) (frontend.Variable, frontend.Variable) {
	return c.api.Add(c.api.Mul(a, 2), b), c.api.Add(a, c.api.Mul(b, 2))
}

// internal multiplies by ((2, 1), (1, 3)).
func (c *compression) internal(a, b frontend.Variable) (frontend.Variable, frontend.Variable) {
	return c.api.Add(c.api.Mul(a, 2), b), c.api.Add(a, c.api.Mul(b, 3))
}
