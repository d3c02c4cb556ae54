package circuit

import (
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
	"github.com/consensys/gnark/frontend"
)

// montgomeryPoint is a point of the Montgomery form of Jubjub,
// B*v^2 = u^3 + A*u^2 + u, with u = (1+y)/(1-y) and v = u/x.
type montgomeryPoint struct {
	u, v frontend.Variable
}

// montgomery returns the coefficients A = 2(a+d)/(a-d) and B = 4/(a-d), a = -1.
func montgomery() (a, bb fr.Element) {
	d := edwardsD()
	var one, sum, diff, inv fr.Element
	one.SetOne()
	sum.Sub(&d, &one)             // a + d
	diff.Add(&d, &one).Neg(&diff) // a - d
	inv.Inverse(&diff)
	a.Double(&sum).Mul(&a, &inv)
	bb.Double(&inv).Double(&bb)
	return a, bb
}

// toMontgomery maps p, which must be neither (0, 1) nor (0, -1): the caller's
// points have the odd prime order l, and those have order 1 and 2. Two constraints.
func (b *builder) toMontgomery(p Point) montgomeryPoint {
	u := b.divide(familyKeyMap, b.Add(1, p.Y), b.Sub(1, p.Y))
	return montgomeryPoint{u: u, v: b.divide(familyKeyMap, u, p.X)}
}

// toEdwards maps p back. v = 0 only for points of order 2; u = -1 for no affine
// point of the curve at all, since every point of a complete twisted Edwards curve
// has an affine y. Two constraints.
func (b *builder) toEdwards(p montgomeryPoint) Point {
	return Point{
		X: b.divide(familyKeyMap, p.u, p.v),
		Y: b.divide(familyKeyMap, b.Sub(p.u, 1), b.Add(p.u, 1)),
	}
}

// ladderStep returns 2p + q, computed as (p+q)+p without the ordinate of p+q: five
// constraints. The formulas are incomplete: the caller shows that p != +-q, that
// p+q != +-p, and that none of them is the point at infinity.
func (b *builder) ladderStep(p, q montgomeryPoint) montgomeryPoint {
	a, bb := montgomery()
	curveA, curveB := element(a), element(bb)

	slope1 := b.divide(familyLadder, b.Sub(q.v, p.v), b.Sub(q.u, p.u))
	u3 := b.Sub(b.Mul(b.product(familyLadder, slope1, slope1), curveB), curveA, p.u, q.u)
	// The second slope is (v3 - v)/(u3 - u) with v3 = slope1*(u - u3) - v.
	slope2 := b.Sub(0, slope1, b.divide(familyLadder, b.Mul(p.v, 2), b.Sub(u3, p.u)))
	u4 := b.Sub(b.Mul(b.product(familyLadder, slope2, slope2), curveB), curveA, p.u, u3)
	return montgomeryPoint{
		u: u4,
		v: b.Sub(b.product(familyLadder, slope2, b.Sub(p.u, u4)), p.v),
	}
}
