package curve

import (
	"slices"

	"github.com/evoted/evoted/x/election/crypto/field"
)

// Arithmetic in extended coordinates (X : Y : Z : T), x = X/Z, y = Y/Z, xy = T/Z,
// for a = -1: Hisil, Wong, Carter, Dawson, "Twisted Edwards Curves Revisited",
// https://eprint.iacr.org/2008/522, sections 3.1 and 3.3 (add-2008-hwcd-3 and
// dbl-2008-hwcd of the Explicit-Formulas Database). The addition is complete on
// Jubjub, since -1 is a square and d is not: there is no exceptional case, and no
// denominator is ever zero.

// extended is a point in extended coordinates.
type extended struct{ x, y, z, t field.Element }

// cached is a point prepared to be added: y-x, y+x, 2dt and 2z. For a point
// prepared from affine coordinates z is 1.
type cached struct{ minus, plus, t2d, z2 field.Element }

// twoD is 2d, where d is the curve's constant.
var twoD = func() field.Element {
	var e field.Element
	e.Double(&params.D)
	return e
}()

func extendedIdentity() extended {
	var e extended
	e.y.SetOne()
	e.z.SetOne()
	return e
}

func (p Point) extended() extended {
	e := extended{x: p.x, y: p.y}
	e.z.SetOne()
	e.t.Mul(&p.x, &p.y)
	return e
}

// cache prepares p for additions.
func (p *extended) cache() cached {
	var c cached
	c.minus.Sub(&p.y, &p.x)
	c.plus.Add(&p.y, &p.x)
	c.t2d.Mul(&p.t, &twoD)
	c.z2.Double(&p.z)
	return c
}

// neg returns the prepared form of the opposite point.
func (c *cached) neg() cached {
	n := cached{minus: c.plus, plus: c.minus, z2: c.z2}
	n.t2d.Neg(&c.t2d)
	return n
}

// add sets p to p + q.
func (p *extended) add(q *cached) {
	var d field.Element
	d.Mul(&p.z, &q.z2)
	p.addWith(q, &d)
}

// addAffine sets p to p + q for a q prepared from affine coordinates (z = 1).
func (p *extended) addAffine(q *cached) {
	var d field.Element
	d.Double(&p.z)
	p.addWith(q, &d)
}

// addWith finishes an addition given d = 2*z1*z2.
func (p *extended) addWith(q *cached, d *field.Element) {
	var a, b, c, e, f, g, h field.Element
	a.Sub(&p.y, &p.x)
	a.Mul(&a, &q.minus)
	b.Add(&p.y, &p.x)
	b.Mul(&b, &q.plus)
	c.Mul(&p.t, &q.t2d)
	e.Sub(&b, &a)
	f.Sub(d, &c)
	g.Add(d, &c)
	h.Add(&b, &a)
	p.x.Mul(&e, &f)
	p.y.Mul(&g, &h)
	p.t.Mul(&e, &h)
	p.z.Mul(&f, &g)
}

// double sets p to 2p. The coordinate t is computed only on demand: a doubling
// does not read it, an addition does.
func (p *extended) double(withT bool) {
	var a, b, c, e, f, g, h field.Element
	a.Square(&p.x)
	b.Square(&p.y)
	c.Square(&p.z)
	c.Double(&c)
	e.Add(&p.x, &p.y)
	e.Square(&e)
	e.Sub(&e, &a)
	e.Sub(&e, &b)
	g.Sub(&b, &a)
	f.Sub(&g, &c)
	h.Add(&a, &b)
	h.Neg(&h)
	p.x.Mul(&e, &f)
	p.y.Mul(&g, &h)
	p.z.Mul(&f, &g)
	if withT {
		p.t.Mul(&e, &h)
	}
}

// isIdentity reports whether p is (0, 1).
func (p *extended) isIdentity() bool {
	return p.x.IsZero() && p.y.Equal(&p.z)
}

// affine returns p in affine coordinates.
func (p *extended) affine() Point {
	var inv field.Element
	inv.Inverse(&p.z)
	var q Point
	q.x.Mul(&p.x, &inv)
	q.y.Mul(&p.y, &inv)
	return q
}

// normalise converts many points with one inversion (Montgomery's trick).
func normalise(in []extended) []Point {
	out := make([]Point, len(in))
	prefix := make([]field.Element, len(in))
	var acc field.Element
	acc.SetOne()
	for i := range in {
		prefix[i] = acc
		acc.Mul(&acc, &in[i].z)
	}
	acc.Inverse(&acc)
	for i, before := range slices.Backward(prefix) {
		var inv field.Element
		inv.Mul(&acc, &before)
		acc.Mul(&acc, &in[i].z)
		out[i].x.Mul(&in[i].x, &inv)
		out[i].y.Mul(&in[i].y, &inv)
	}
	return out
}
