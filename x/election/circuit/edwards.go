package circuit

import (
	"math/big"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/twistededwards"
	"github.com/consensys/gnark/frontend"
)

// Point is a Jubjub point in affine twisted Edwards coordinates:
// -x^2 + y^2 = 1 + d*x^2*y^2 over the scalar field of BLS12-381.
type Point struct {
	X, Y frontend.Variable
}

// edwardsD is the coefficient d of Jubjub, a non-square: with a = -1, a square,
// the addition law below is complete, so its denominators 1 +- d*x1*x2*y1*y2 are
// never zero for two points of the curve.
func edwardsD() fr.Element { return twistededwards.GetEdwardsCurve().D }

// divide returns n/d at one constraint (quotient times d equals n). The caller
// states why d is not zero: with n = d = 0 the quotient would be free.
func (b *builder) divide(f family, n, d frontend.Variable) frontend.Variable {
	return b.define(f, func() frontend.Variable { return b.DivUnchecked(n, d) })
}

// product returns x*y at one constraint.
func (b *builder) product(f family, x, y frontend.Variable) frontend.Variable {
	return b.define(f, func() frontend.Variable { return b.Mul(x, y) })
}

// add returns p+q by the complete law, six constraints (fewer with constants).
func (b *builder) add(f family, p, q Point) Point {
	d := edwardsD()
	cross := b.product(f, b.Add(p.X, p.Y), b.Add(q.X, q.Y))
	v1 := b.product(f, p.X, q.Y)
	v2 := b.product(f, p.Y, q.X)
	v3 := b.product(f, b.Mul(v1, element(d)), v2)
	odd := b.Add(v1, v2)
	return Point{
		X: b.divide(f, odd, b.Add(1, v3)),
		Y: b.divide(f, b.Sub(cross, odd), b.Sub(1, v3)),
	}
}

// addConstant returns p+q for a constant q: three constraints.
func (b *builder) addConstant(f family, p Point, q twistededwards.PointAffine) Point {
	d := edwardsD()
	d.Mul(&d, &q.X).Mul(&d, &q.Y)
	v3 := b.Mul(b.product(f, p.X, p.Y), element(d))
	x, y := element(q.X), element(q.Y)
	return Point{
		X: b.divide(f, b.Add(b.Mul(p.X, y), b.Mul(p.Y, x)), b.Add(1, v3)),
		Y: b.divide(f, b.Add(b.Mul(p.Y, y), b.Mul(p.X, x)), b.Sub(1, v3)),
	}
}

// double returns 2p for a point p of the curve: five constraints. By the curve
// equation y^2 - x^2 = 1 + d*x^2*y^2, the denominators are those of the complete
// law, never zero.
func (b *builder) double(f family, p Point) Point {
	xy := b.product(f, p.X, p.Y)
	xx := b.product(f, p.X, p.X)
	yy := b.product(f, p.Y, p.Y)
	den := b.Sub(yy, xx)
	return Point{
		X: b.divide(f, b.Mul(xy, 2), den),
		Y: b.divide(f, b.Add(yy, xx), b.Sub(2, den)),
	}
}

// requireOnCurve constrains p to satisfy the curve equation.
func (b *builder) requireOnCurve(f family, p Point) {
	b.require(f, func() {
		xx, yy := b.Mul(p.X, p.X), b.Mul(p.Y, p.Y)
		// (1 - d*xx)*yy = 1 + xx: the equation with the terms in yy collected.
		b.AssertIsEqual(b.Mul(b.Sub(1, b.Mul(xx, element(edwardsD()))), yy), b.Add(1, xx))
	})
}

// requireEqual constrains p and q to be the same point.
func (b *builder) requireEqual(f family, p, q Point) {
	b.require(f, func() {
		b.AssertIsEqual(p.X, q.X)
		b.AssertIsEqual(p.Y, q.Y)
	})
}

// element turns a constant of the field into what gnark's API takes.
func element(e fr.Element) *big.Int { return e.BigInt(new(big.Int)) }
