package circuit

import (
	"math/big"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/twistededwards"
	"github.com/consensys/gnark/frontend"
)

// windowBits is the number of digits looked up at once. Three is the cheapest:
// four products to select an entry and six constraints to add it, 10/3 a digit.
const windowBits = 3

// table holds the multiples one window of digits selects from; entry i belongs to
// the digits of i, least significant first.
type table [1 << windowBits]twistededwards.PointAffine

// bitTables returns the tables of sum b_i*2^i*G for digits b_i in {0, 1}.
func bitTables(windows int) []table {
	return tables(windows, 0)
}

// signTables returns the tables of sum d_i*2^i*G for digits d_i = 2*b_i - 1.
func signTables(windows int) []table {
	return tables(windows, 1)
}

// tables returns, for each window j and entry i, 8^j*(i + signed*(i-7))*G: i for
// plain digits and 2i - 7 for signed ones.
func tables(windows, signed int) []table {
	base := twistededwards.GetEdwardsCurve().Base
	out := make([]table, windows)
	for j := range out {
		for i := range out[j] {
			n := int64(i + signed*(i-(1<<windowBits-1)))
			p := base
			if n < 0 {
				p.Neg(&p)
				n = -n
			}
			out[j][i].ScalarMultiplication(&p, big.NewInt(n))
		}
		for range windowBits {
			base.Double(&base)
		}
	}
	return out
}

// lookup returns entry bits[0] + 2*bits[1] + 4*bits[2] of t. The coordinates are
// written as multilinear polynomials in the digits; only the four products of
// digits cost a constraint. The digits must be constrained to 0 and 1.
func (b *builder) lookup(t *table, bits []frontend.Variable) Point {
	b01 := b.product(familyWindow, bits[0], bits[1])
	b02 := b.product(familyWindow, bits[0], bits[2])
	b12 := b.product(familyWindow, bits[1], bits[2])
	b012 := b.product(familyWindow, b01, bits[2])
	monomials := [1 << windowBits]frontend.Variable{1, bits[0], bits[1], b01, bits[2], b02, b12, b012}

	coordinate := func(of func(*twistededwards.PointAffine) fr.Element) frontend.Variable {
		var c [1 << windowBits]fr.Element
		for i := range t {
			c[i] = of(&t[i])
		}
		// Moebius transform: values at the corners to coefficients.
		for bit := 1; bit < len(c); bit <<= 1 {
			for i := range c {
				if i&bit != 0 {
					c[i].Sub(&c[i], &c[i^bit])
				}
			}
		}
		terms := make([]frontend.Variable, len(c))
		for i := range c {
			terms[i] = b.Mul(monomials[i], element(c[i]))
		}
		return b.sum(terms)
	}
	return Point{
		X: coordinate(func(p *twistededwards.PointAffine) fr.Element { return p.X }),
		Y: coordinate(func(p *twistededwards.PointAffine) fr.Element { return p.Y }),
	}
}

// baseMulBits returns sum bits_i*2^i*G for digits 0 and 1; their number is a
// multiple of windowBits. Additions are complete, so every value is allowed.
func (b *builder) baseMulBits(bits []frontend.Variable) Point {
	var acc Point
	for j, t := range bitTables(len(bits) / windowBits) {
		p := b.lookup(&t, bits[j*windowBits:(j+1)*windowBits])
		if j == 0 {
			acc = p
			continue
		}
		acc = b.add(familyFixedBase, acc, p)
	}
	return acc
}

// baseMulSigned returns (sum d_i*2^i + 3*2^n)*G for the n digits d_i = 2*bits_i - 1:
// two leading digits +1 are implied. n is a multiple of windowBits.
func (b *builder) baseMulSigned(bits []frontend.Variable) Point {
	top := twistededwards.GetEdwardsCurve().Base
	leading := new(big.Int).Lsh(big.NewInt(3), uint(len(bits)))
	top.ScalarMultiplication(&top, leading)

	var acc Point
	for j, t := range signTables(len(bits) / windowBits) {
		p := b.lookup(&t, bits[j*windowBits:(j+1)*windowBits])
		if j == 0 {
			acc = b.addConstant(familyFixedBase, p, top)
			continue
		}
		acc = b.add(familyFixedBase, acc, p)
	}
	return acc
}
