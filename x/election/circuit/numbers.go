package circuit

import (
	"math/big"

	"github.com/consensys/gnark/frontend"
)

// digits splits v into n binary digits, least significant first, and constrains
// v to be below 2^n, as part of the family f. Plain bit decomposition on purpose:
// gnark's range checker and lookups would add Groth16 commitments. n is far below
// the 254 bits of the field, so the sum of digits cannot wrap, and a negative
// integer -x with x < r - 2^n is outside the range.
func (b *builder) digits(f family, v frontend.Variable, n int) []frontend.Variable {
	bits := b.hint(bitsHint, n, v)
	terms := make([]frontend.Variable, n)
	b.as(f, func() {
		power := big.NewInt(1)
		for i, bit := range bits {
			if !b.dropped.has(familyBitBoolean) {
				b.AssertIsBoolean(bit)
			}
			terms[i] = b.Mul(bit, new(big.Int).Set(power))
			power.Lsh(power, 1)
		}
	})
	b.require(f, func() { b.AssertIsEqual(b.sum(terms), v) })
	return bits
}

// sum adds terms without a constraint.
func (b *builder) sum(terms []frontend.Variable) frontend.Variable {
	switch len(terms) {
	case 0:
		return 0
	case 1:
		return terms[0]
	default:
		return b.Add(terms[0], terms[1], terms[2:]...)
	}
}

// fold returns a variable equal to v, of one term, at one constraint. It keeps
// the linear expressions of the ladder short.
func (b *builder) fold(v frontend.Variable) frontend.Variable {
	out := b.hint(foldHint, 1, v)[0]
	b.require(familyFold, func() { b.AssertIsEqual(out, v) })
	return out
}
