// Package curve is the group of the protocol: the prime-order subgroup of Jubjub,
// the twisted Edwards curve -x^2 + y^2 = 1 + d*x^2*y^2 over the scalar field of
// BLS12-381.
//
// Statement. The group has prime order l (252 bits), cofactor 8 and the generator
// G of gnark-crypto's ecc/bls12-381/twistededwards, which is also the base point
// of gnark's circuits. The addition law is complete, so no operation has an
// exceptional case.
//
// Source. The Zcash protocol specification, section 5.4.9.3 (Jubjub); Hisil et al.,
// https://eprint.iacr.org/2008/522 (formulas).
//
// Encodings. A point is 64 bytes: its affine x and y, each 32 big-endian bytes
// smaller than the field's modulus. The same x and y are the public inputs of the
// ballot proof, so there is no sign bit to flip and nothing to decompress. A scalar
// is 32 big-endian bytes smaller than l. Every decoder rejects all but the one
// canonical encoding: ParsePoint and ParseKey also reject points outside the
// subgroup, ParseKey also the identity. ParseOnCurve leaves the subgroup check to a
// proof that computes the point from subgroup points.
//
// Domain separation. None here: nothing is hashed.
//
// Not protected. Scalars are math/big integers and multiplication branches on
// their digits: neither is constant time. An attacker who measures the machine
// that holds a secret is outside the model (see the protocol's threat model).
package curve

import (
	"errors"
	"fmt"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/twistededwards"

	"github.com/evoted/evoted/x/election/crypto/field"
)

// PointSize is the length in bytes of an encoded point.
const PointSize = 2 * field.Size

var (
	// ErrLength says that an encoded point, or list of points, has the wrong length.
	ErrLength = errors.New("curve: wrong length")
	// ErrNotCanonical says that a coordinate is not smaller than the field's modulus.
	ErrNotCanonical = errors.New("curve: coordinate is not canonical")
	// ErrNotOnCurve says that the coordinates do not satisfy the curve's equation.
	ErrNotOnCurve = errors.New("curve: point is not on the curve")
	// ErrNotInSubgroup says that a point has a component of small order.
	ErrNotInSubgroup = errors.New("curve: point is not in the prime-order subgroup")
	// ErrIdentity says that a point is the identity where that makes no sense.
	ErrIdentity = errors.New("curve: point is the identity")
)

// Point is a point of Jubjub in affine coordinates. It is a value; the zero value
// is not a point of the curve (no decoder gives it, no operation leads to it from
// valid points). The identity is Identity().
type Point struct{ x, y field.Element }

// Generator returns G, of prime order l.
func Generator() Point { return Point{x: params.Base.X, y: params.Base.Y} }

// Identity returns the neutral element (0, 1).
func Identity() Point {
	var p Point
	p.y.SetOne()
	return p
}

// ParseOnCurve decodes a point that is canonical and on the curve. It does not check
// the subgroup: use it only for points that a verified ballot proof computes from
// points of the subgroup. Errors: ErrLength, ErrNotCanonical, ErrNotOnCurve.
func ParseOnCurve(b []byte) (Point, error) {
	if len(b) != PointSize {
		return Point{}, fmt.Errorf("%w: %d bytes, want %d", ErrLength, len(b), PointSize)
	}
	x, err := field.Parse(b[:field.Size])
	if err != nil {
		return Point{}, fmt.Errorf("%w: x: %w", ErrNotCanonical, err)
	}
	y, err := field.Parse(b[field.Size:])
	if err != nil {
		return Point{}, fmt.Errorf("%w: y: %w", ErrNotCanonical, err)
	}
	affine := twistededwards.NewPointAffine(x, y)
	if !affine.IsOnCurve() {
		return Point{}, ErrNotOnCurve
	}
	return Point{x: x, y: y}, nil
}

// ParsePoint decodes a point of the prime-order subgroup; the identity is accepted.
// Errors: those of ParseOnCurve, and ErrNotInSubgroup.
func ParsePoint(b []byte) (Point, error) {
	p, err := ParseOnCurve(b)
	if err != nil {
		return Point{}, err
	}
	if !p.inSubgroup() {
		return Point{}, ErrNotInSubgroup
	}
	return p, nil
}

// ParseKey decodes a point of the prime-order subgroup that is not the identity: a
// key or a commitment. Errors: those of ParsePoint, and ErrIdentity.
func ParseKey(b []byte) (Point, error) {
	p, err := ParsePoint(b)
	if err != nil {
		return Point{}, err
	}
	if p.IsIdentity() {
		return Point{}, ErrIdentity
	}
	return p, nil
}

// Bytes encodes p as x || y, PointSize bytes.
func (p Point) Bytes() []byte { return p.appendTo(make([]byte, 0, PointSize)) }

func (p Point) appendTo(b []byte) []byte {
	x, y := p.x.Bytes(), p.y.Bytes()
	b = append(b, x[:]...)
	return append(b, y[:]...)
}

// JoinPoints encodes points one after the other, PointSize bytes each.
func JoinPoints(points ...Point) []byte {
	b := make([]byte, 0, len(points)*PointSize)
	for _, p := range points {
		b = p.appendTo(b)
	}
	return b
}

// SplitPoints decodes exactly n points, each with parse (ParsePoint, ParseKey or
// ParseOnCurve). It returns ErrLength, before anything is allocated, if b does not
// hold exactly n points, else the first error of parse.
func SplitPoints(b []byte, n int, parse func([]byte) (Point, error)) ([]Point, error) {
	if n < 0 || len(b)%PointSize != 0 || len(b)/PointSize != n {
		return nil, fmt.Errorf("%w: %d bytes for %d points", ErrLength, len(b), n)
	}
	points := make([]Point, n)
	for i := range points {
		p, err := parse(b[i*PointSize : (i+1)*PointSize])
		if err != nil {
			return nil, fmt.Errorf("point %d: %w", i, err)
		}
		points[i] = p
	}
	return points, nil
}

// X returns the affine x coordinate.
func (p Point) X() field.Element { return p.x }

// Y returns the affine y coordinate.
func (p Point) Y() field.Element { return p.y }

// Equal reports whether p and q are the same point.
func (p Point) Equal(q Point) bool { return p.x.Equal(&q.x) && p.y.Equal(&q.y) }

// IsIdentity reports whether p is the neutral element.
func (p Point) IsIdentity() bool { return p.x.IsZero() && p.y.IsOne() }

// Add returns p + q.
func (p Point) Add(q Point) Point {
	a, b := p.extended(), q.extended()
	c := b.cache()
	a.addAffine(&c)
	return a.affine()
}

// Neg returns -p.
func (p Point) Neg() Point {
	p.x.Neg(&p.x)
	return p
}

// Sub returns p - q.
func (p Point) Sub(q Point) Point { return p.Add(q.Neg()) }

// Sum adds points with one normalisation at the end. The empty sum is the identity.
func Sum(points ...Point) Point {
	var a Accumulator
	for _, p := range points {
		a.Add(p)
	}
	return a.Point()
}

// Accumulator adds many points without normalising in between. The zero value is
// the empty sum.
type Accumulator struct {
	sum     extended
	started bool
}

func (a *Accumulator) start() {
	if !a.started {
		a.sum, a.started = extendedIdentity(), true
	}
}

// Add adds p to the sum.
func (a *Accumulator) Add(p Point) {
	a.start()
	e := p.extended()
	c := e.cache()
	a.sum.addAffine(&c)
}

// Sub subtracts p from the sum.
func (a *Accumulator) Sub(p Point) { a.Add(p.Neg()) }

// Point returns the sum.
func (a *Accumulator) Point() Point {
	a.start()
	return a.sum.affine()
}

// Points returns the sums of many accumulators with one inversion for all.
func Points(accumulators []Accumulator) []Point {
	sums := make([]extended, len(accumulators))
	for i := range accumulators {
		accumulators[i].start()
		sums[i] = accumulators[i].sum
	}
	return normalise(sums)
}
