// Package dlog finds the small discrete logarithms that turn decrypted sums into
// numbers.
//
// Statement. Given points P_i = v_i*G with 0 <= v_i <= bound <= 2^40, Solve finds all
// v_i by baby steps and giant steps. One table of baby steps serves all points; the table
// stores y coordinates, which a point shares with its opposite, so m baby steps cover 2m+1
// values. Points come in blocks P +- t*Q around a centre, with one inversion a block and
// about 5.5 multiplications a point.
//
// Source. Shanks (1971); the use of the opposite and of Montgomery's simultaneous
// inversion after Bernstein and Lange, "Computing Small Discrete Logarithms Faster"
// (INDOCRYPT 2012).
//
// Domain separation and encodings. None.
//
// Not protected. The running time depends on the values, which are public results.
package dlog

import (
	"errors"
	"fmt"
	"math/bits"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/twistededwards"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/field"
)

const (
	// MaxBound is the largest bound Solve accepts: no result of an election is larger.
	MaxBound = 1 << 40
	// maxBaby is the largest number of baby steps: a table of 32 MiB.
	maxBaby = 1 << 21
	// wing is the number of points on each side of a block's centre.
	wing = 256
	// span is the number of points in a block.
	span = 2*wing + 1
)

var (
	// ErrBound says that the bound is above MaxBound.
	ErrBound = errors.New("dlog: bound too large")
	// ErrNotFound says that a point is no multiple v*G with 0 <= v <= bound.
	ErrNotFound = errors.New("dlog: not found below the bound")
)

// Solve returns for each point the v with v*G = point and 0 <= v <= bound. It returns
// ErrBound, or ErrNotFound naming the first point without such a v. progress, which may be
// nil, is called from time to time with the work done so far and the most that may be
// needed, in steps.
func Solve(points []curve.Point, bound uint64, progress func(done, total uint64)) ([]uint64, error) {
	if bound > MaxBound {
		return nil, fmt.Errorf("%w: %d", ErrBound, bound)
	}
	if progress == nil {
		progress = func(uint64, uint64) {}
	}
	out := make([]uint64, len(points))
	if len(points) == 0 {
		return out, nil
	}
	baby := babySteps(bound, len(points))
	step := 2*baby + 1
	giants := bound/step + 1
	m := &meter{report: progress, limit: baby, total: baby + giants*uint64(len(points))}
	t := newTable(baby, m)
	search := newSearch(t, step, bound)
	for i, p := range points {
		m.limit = baby + giants*uint64(i+1)
		v, ok := search.find(p, giants, m)
		if !ok {
			return nil, fmt.Errorf("%w: point %d, bound %d", ErrNotFound, i, bound)
		}
		out[i] = v
		m.done = m.limit
		m.report(m.done, m.total)
	}
	return out, nil
}

// babySteps balances the table against the giant steps of n points: about
// sqrt(n*bound/2), as a power of two between one block and maxBaby.
func babySteps(bound uint64, n int) uint64 {
	work := bound / 2 * uint64(min(n, 64))
	baby := uint64(1) << ((bits.Len64(work) + 1) / 2)
	return min(max(baby, wing), maxBaby)
}

// meter reports progress.
type meter struct {
	report func(done, total uint64)
	// done never passes limit, the end of the present part of the work.
	done, limit, total uint64
	calls              uint
}

func (m *meter) add(n uint64) {
	m.done = min(m.done+n, m.limit)
	if m.calls++; m.calls%64 == 0 {
		m.report(m.done, m.total)
	}
}

// wings holds the points Q, 2Q, .., wing*Q that a block adds to and subtracts from its
// centre, prepared: x, y and d*x*y.
type wings struct {
	x, y, dxy [wing]field.Element
	// next is span*Q, the way from one centre to the next.
	next curve.Point
}

func newWings(q curve.Point) *wings {
	d := twistededwards.GetEdwardsCurve().D
	w := new(wings)
	p := q
	for i := range wing {
		w.x[i], w.y[i] = p.X(), p.Y()
		w.dxy[i].Mul(&w.x[i], &w.y[i])
		w.dxy[i].Mul(&w.dxy[i], &d)
		p = p.Add(q)
	}
	w.next = q.Mul(curve.NewScalar(span))
	return w
}

// block holds the y coordinates of centre + t*Q and centre - t*Q for t = 1..wing.
type block struct {
	plus, minus [wing]field.Element
	denominator [2 * wing]field.Element
	prefix      [2 * wing]field.Element
}

// compute fills the block. With centre (x1, y1), tQ = (x2, y2) and e = d*x1*x2*y1*y2, the
// complete addition law for a = -1 gives
// y(centre+tQ) = (y1*y2 + x1*x2)/(1 - e) and y(centre-tQ) = (y1*y2 - x1*x2)/(1 + e),
// and no denominator is ever zero.
func (b *block) compute(centre curve.Point, w *wings) {
	x1, y1 := centre.X(), centre.Y()
	var xy, one, a, c, e field.Element
	one.SetOne()
	xy.Mul(&x1, &y1)
	for i := range wing {
		a.Mul(&x1, &w.x[i])
		c.Mul(&y1, &w.y[i])
		e.Mul(&xy, &w.dxy[i])
		b.plus[i].Add(&c, &a)
		b.minus[i].Sub(&c, &a)
		b.denominator[2*i].Sub(&one, &e)
		b.denominator[2*i+1].Add(&one, &e)
	}
	acc := one
	for i := range b.denominator {
		b.prefix[i] = acc
		acc.Mul(&acc, &b.denominator[i])
	}
	acc.Inverse(&acc)
	for i := wing - 1; i >= 0; i-- {
		e.Mul(&acc, &b.prefix[2*i+1])
		b.minus[i].Mul(&b.minus[i], &e)
		acc.Mul(&acc, &b.denominator[2*i+1])
		e.Mul(&acc, &b.prefix[2*i])
		b.plus[i].Mul(&b.plus[i], &e)
		acc.Mul(&acc, &b.denominator[2*i])
	}
}

// table maps the y coordinate of j*G to j, for j = 0..baby: an open-addressing hash table
// of 32 bits of fingerprint and 32 bits of j+1. A match is confirmed by multiplying.
type table struct {
	slot  []uint64
	shift int
	baby  uint64
}

// newTable fills the table with the multiples 0..baby of G.
func newTable(baby uint64, m *meter) *table {
	size := bits.Len64(2*baby + 1)
	t := &table{slot: make([]uint64, 1<<size), shift: 64 - size, baby: baby}
	w := newWings(curve.Generator())
	b := new(block)
	centre := curve.Identity()
	for c := uint64(0); ; c += span {
		// The first block's minus side would only repeat its plus side.
		b.compute(centre, w)
		t.insert(centre.Y(), c)
		for i := range wing {
			t.insert(b.plus[i], c+uint64(i)+1)
			if c > 0 {
				t.insert(b.minus[i], c-uint64(i)-1)
			}
		}
		m.add(span)
		if c+wing >= baby {
			return t
		}
		centre = centre.Add(w.next)
	}
}

// mix spreads the lowest word of an element; the elements are as good as random, but the
// word is of their internal form.
func mix(e field.Element) uint64 {
	return (e[0] ^ e[2]) * 0x9e3779b97f4a7c15
}

func (t *table) insert(y field.Element, j uint64) {
	if j > t.baby {
		return
	}
	h := mix(y)
	entry := h<<32 | (j + 1)
	for i := h >> t.shift; ; i = (i + 1) & uint64(len(t.slot)-1) {
		if t.slot[i] == 0 {
			t.slot[i] = entry
			return
		}
	}
}

// lookup calls try with each j whose entry matches, until it returns true.
func (t *table) lookup(y field.Element, try func(j uint64) bool) bool {
	h := mix(y)
	for i := h >> t.shift; t.slot[i] != 0; i = (i + 1) & uint64(len(t.slot)-1) {
		if uint32(t.slot[i]>>32) == uint32(h) && try(t.slot[i]&(1<<32-1)-1) {
			return true
		}
	}
	return false
}

// search walks the giant steps of one point after another.
type search struct {
	table *table
	wings *wings
	block *block
	step  uint64
	bound uint64
}

func newSearch(t *table, step, bound uint64) *search {
	return &search{table: t, wings: newWings(curve.BaseMul(curve.NewScalar(step))), block: new(block), step: step, bound: bound}
}

// find looks for v = g*step +- j with g < giants + 1 and j <= baby.
func (s *search) find(p curve.Point, giants uint64, m *meter) (uint64, bool) {
	var found uint64
	// check confirms that p is (g*step +- j)*G.
	check := func(y field.Element, g uint64) bool {
		return s.table.lookup(y, func(j uint64) bool {
			for _, v := range [2]uint64{g*s.step + j, g*s.step - j} {
				// g*step - j wraps around below zero and is then above the bound.
				if v <= s.bound && curve.BaseMul(curve.NewScalar(v)).Equal(p) {
					found = v
					return true
				}
			}
			return false
		})
	}
	// The block around g = c holds p - g*step*G for g = c-wing .. c+wing.
	centre := p.Sub(curve.BaseMul(curve.NewScalar(wing * s.step)))
	for c := uint64(wing); c < giants+1+wing; c += span {
		s.block.compute(centre, s.wings)
		if check(centre.Y(), c) {
			return found, true
		}
		for i := range wing {
			if check(s.block.plus[i], c-uint64(i)-1) || check(s.block.minus[i], c+uint64(i)+1) {
				return found, true
			}
		}
		m.add(span)
		centre = centre.Sub(s.wings.next)
	}
	return 0, false
}
