package curve

import (
	"math/bits"
	"slices"
	"sync"
)

const (
	// nafWidth is the window of the signed recoding: digits are odd and below
	// 2^(nafWidth-1) in absolute value, so a table holds nafTable multiples.
	nafWidth = 5
	nafTable = 1 << (nafWidth - 2)
	// nafLength is the most digits a 256-bit number recodes to.
	nafLength = 257
	// baseWindow is the window of the fixed-base table of the generator.
	baseWindow  = 4
	baseWindows = 256 / baseWindow
	baseEntries = 1<<baseWindow - 1
)

// naf is a signed recoding, least significant digit first; used is its length.
type naf struct {
	digit [nafLength]int8
	used  int
}

// recode computes the width-nafWidth non-adjacent form of a number below 2^255.
func recode(w [4]uint64) naf {
	var n naf
	for i := 0; w != [4]uint64{}; i++ {
		if w[0]&1 == 1 {
			d := int64(w[0] & (1<<nafWidth - 1))
			if d >= 1<<(nafWidth-1) {
				d -= 1 << nafWidth
			}
			n.digit[i] = int8(d)
			n.used = i + 1
			w = subtractSigned(w, d)
		}
		w[0] = w[0]>>1 | w[1]<<63
		w[1] = w[1]>>1 | w[2]<<63
		w[2] = w[2]>>1 | w[3]<<63
		w[3] >>= 1
	}
	return n
}

// subtractSigned returns w - d for a small signed d.
func subtractSigned(w [4]uint64, d int64) [4]uint64 {
	var carry uint64
	if d >= 0 {
		w[0], carry = bits.Sub64(w[0], uint64(d), 0)
		for i := 1; i < len(w); i++ {
			w[i], carry = bits.Sub64(w[i], 0, carry)
		}
		return w
	}
	w[0], carry = bits.Add64(w[0], uint64(-d), 0)
	for i := 1; i < len(w); i++ {
		w[i], carry = bits.Add64(w[i], 0, carry)
	}
	return w
}

// oddMultiples holds P, 3P, 5P, ... prepared for additions.
type oddMultiples [nafTable]cached

func (p Point) oddMultiples() *oddMultiples {
	var table oddMultiples
	acc := p.extended()
	table[0] = acc.cache()
	twice := acc
	twice.double(true)
	step := twice.cache()
	for i := 1; i < nafTable; i++ {
		acc.add(&step)
		table[i] = acc.cache()
	}
	return &table
}

// addDigit adds digit*P to acc.
func (t *oddMultiples) addDigit(acc *extended, digit int8) {
	switch {
	case digit > 0:
		acc.add(&t[digit>>1])
	case digit < 0:
		opposite := t[(-digit)>>1].neg()
		acc.add(&opposite)
	}
}

// straus computes the sum of n_i * P_i, sharing the doublings.
func straus(digits []naf, tables []*oddMultiples) extended {
	length := 0
	for i := range digits {
		length = max(length, digits[i].used)
	}
	acc := extendedIdentity()
	for pos := length - 1; pos >= 0; pos-- {
		needT := false
		for i := range digits {
			needT = needT || digits[i].digit[pos] != 0
		}
		acc.double(needT || pos == 0)
		for i := range digits {
			tables[i].addDigit(&acc, digits[i].digit[pos])
		}
	}
	return acc
}

// orderDigits is the recoding of l, used by every subgroup check.
var orderDigits = sync.OnceValue(func() naf {
	var w [4]uint64
	for i, word := range order.Bits() {
		w[i*bits.UintSize/64] |= uint64(word) << (i * bits.UintSize % 64)
	}
	return recode(w)
})

// inSubgroup reports whether l*P is the identity, for a P on the curve.
func (p Point) inSubgroup() bool {
	r := straus([]naf{orderDigits()}, []*oddMultiples{p.oddMultiples()})
	return r.isIdentity()
}

// Mul returns s*p.
func (p Point) Mul(s Scalar) Point {
	r := straus([]naf{recode(s.limbs())}, []*oddMultiples{p.oddMultiples()})
	return r.affine()
}

// MultiMul returns the sum of scalars[i]*points[i], sharing the doublings. Where one
// list is longer, its rest is multiplied by nothing: callers give equal lengths.
func MultiMul(scalars []Scalar, points []Point) Point {
	n := min(len(scalars), len(points))
	digits := make([]naf, n)
	tables := make([]*oddMultiples, n)
	for i := range n {
		digits[i] = recode(scalars[i].limbs())
		tables[i] = points[i].oddMultiples()
	}
	r := straus(digits, tables)
	return r.affine()
}

// Evaluate returns the sum of at^c * coefficients[c]: a polynomial given by
// commitments to its coefficients, evaluated at a small number (Horner's rule).
// Without coefficients it returns the identity.
func Evaluate(coefficients []Point, at uint64) Point {
	acc := extendedIdentity()
	for _, p := range slices.Backward(coefficients) {
		acc = acc.small(at)
		e := p.extended()
		q := e.cache()
		acc.addAffine(&q)
	}
	return acc.affine()
}

// small returns n*p by doubling and adding, for a small public n.
func (p *extended) small(n uint64) extended {
	acc := extendedIdentity()
	q := p.cache()
	for i := bits.Len64(n) - 1; i >= 0; i-- {
		acc.double(true)
		if n>>i&1 == 1 {
			acc.add(&q)
		}
	}
	return acc
}

// baseTable holds d * 16^i * G for every window i and digit d = 1..15.
var baseTable = sync.OnceValue(func() *[baseWindows][baseEntries]cached {
	flat := make([]extended, 0, baseWindows*baseEntries)
	start := Generator().extended()
	for range baseWindows {
		step := start.cache()
		acc := start
		for range baseEntries {
			flat = append(flat, acc)
			acc.add(&step)
		}
		start = acc
	}
	table := new([baseWindows][baseEntries]cached)
	for i, p := range normalise(flat) {
		e := p.extended()
		table[i/baseEntries][i%baseEntries] = e.cache()
	}
	return table
})

// baseMul returns s*G in extended coordinates, from the table.
func baseMul(s Scalar) extended {
	table := baseTable()
	acc := extendedIdentity()
	for i, word := range s.limbs() {
		for j := range 64 / baseWindow {
			if digit := word >> (j * baseWindow) & (1<<baseWindow - 1); digit != 0 {
				acc.addAffine(&table[i*64/baseWindow+j][digit-1])
			}
		}
	}
	return acc
}

// BaseMul returns s*G.
func BaseMul(s Scalar) Point {
	r := baseMul(s)
	return r.affine()
}
