package circuit

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/consensys/gnark/frontend"

	"github.com/evoted/evoted/x/election/crypto/curve"
)

// The randomness r of a ballot, a residue modulo the group order l, enters the
// circuit as ONE odd integer
//
//	rho = sum_{i<254} d_i*2^i,   d_i in {-1, +1},   d_253 = d_252 = +1,
//
// congruent to r. Such sums are exactly the odd integers in (2^253, 2^254), an
// interval longer than 2*l, so every residue has a representative; it does not
// matter which one the prover takes, as R = rho*G and rho*PK depend on r alone.
//
// For rho*PK the digits are taken from the top, k -> 2k + d, starting from k = 3.
// After n digits k is odd and 2^(n-1) < k < 2^n. ladderStep(k*PK, d*PK) needs, with
// PK of exact order l,
//
//	k*PK != 0, k*PK != +-d*PK           k != 0, +-1 mod l
//	(k+d)*PK != 0, (k+d)*PK != +-k*PK   k+d != 0, d != 0, 2k+d != 0 mod l
//
// all of which hold while 3 <= k and 2k+1 < l. As 2^251 < l, that is so while the
// step leads to n <= 251 digits (then 2k+1 <= 2^251 - 1). The remaining three
// digits use the complete Edwards law. No prover can therefore reach a division
// 0/0, whose quotient would be free, whatever digits it chooses. That PK has order
// l and is not the identity is for the chain to see to, which it does when keys
// are made (key generation) and parsed.
const (
	rhoBits        = 254
	leadingDigits  = 2
	freeDigits     = rhoBits - leadingDigits // 252, a multiple of windowBits
	completeDigits = 3
	foldEvery      = 32
)

// encryption constrains R and C_i to be m_i*G + rho*PK_i with the digits of m_i
// given and rho*G, all with the same digits of rho.
func (b *builder) encryption(c *Ballot, amounts [][]frontend.Variable) {
	signs := make([]frontend.Variable, len(c.Rho))
	for i, bit := range c.Rho {
		b.require(familyDigit, func() { b.AssertIsBoolean(bit) })
		signs[i] = b.Sub(b.Mul(bit, 2), 1)
	}

	points := make([]Point, 0, 1+len(c.Keys))
	points = append(points, b.baseMulSigned(c.Rho[:]))
	for i, key := range c.Keys {
		points = append(points, b.add(familyEdwards, b.baseMulBits(amounts[i]), b.keyMul(key, signs)))
	}
	if b.observe != nil {
		for _, p := range points {
			b.observe(b, p)
		}
	}
	b.requireEqual(familyR, points[0], c.R)
	for i, p := range points[1:] {
		b.requireEqual(familyC, p, c.C[i])
	}
}

// keyMul returns rho*key for the digits signs (least significant first) below the
// two leading ones: six constraints a digit.
func (b *builder) keyMul(key Point, signs []frontend.Variable) Point {
	b.requireOnCurve(familyKeyCurve, key)
	base := b.toMontgomery(key)
	acc := b.toMontgomery(b.add(familyEdwards, b.double(familyEdwards, key), key))

	i := len(signs) - 1
	for ; i >= completeDigits; i-- {
		acc = b.ladderStep(acc, montgomeryPoint{u: base.u, v: b.product(familySign, signs[i], base.v)})
		if i%foldEvery == 0 {
			acc.v = b.fold(acc.v)
		}
	}
	out := b.toEdwards(acc)
	for ; i >= 0; i-- {
		signed := Point{X: b.product(familySign, signs[i], key.X), Y: key.Y}
		out = b.add(familyEdwards, b.double(familyEdwards, out), signed)
	}
	return out
}

// errDigits reports a scalar without a representative: none is, see above.
var errDigits = errors.New("circuit: randomness has no representative")

// rhoDigits returns the bits (d_i + 1)/2 of the representative of r, least
// significant first, without the two leading ones.
func rhoDigits(r curve.Scalar) ([]uint64, error) {
	order := curve.Order()
	rho := new(big.Int).Set(r.BigInt())
	low := new(big.Int).Lsh(big.NewInt(1), rhoBits-1)
	for rho.Cmp(low) <= 0 || rho.Bit(0) == 0 {
		rho.Add(rho, order)
	}
	if rho.BitLen() > rhoBits {
		return nil, fmt.Errorf("%w: %d bits", errDigits, rho.BitLen())
	}
	// sum d_i*2^i = 2*sum b_i*2^i - (2^254 - 1).
	rho.Add(rho, new(big.Int).Lsh(big.NewInt(1), rhoBits))
	rho.Sub(rho, big.NewInt(1)).Rsh(rho, 1)
	bits := make([]uint64, freeDigits)
	for i := range bits {
		bits[i] = uint64(rho.Bit(i))
	}
	return bits, nil
}
