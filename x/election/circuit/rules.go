package circuit

import (
	"github.com/consensys/gnark/frontend"
)

// Widths of range checks, in bits. The bounds that keep every integer below from
// wrapping in the field (254 bits) are, with caps below 2^32 and lo, hi below 2^40
// as ballot.Rules.Validate demands of public data:
//
//	v < 2^32, w < 2^32, B <= w or 1    so cap*B < 2^64 and |cap*B - v| < 2^64
//	cost <= v^2 < 2^64, K <= 32        so a sum of costs < 2^69
//	lo*B, hi*B < 2^72                  so |sum - lo*B|, |hi*B - sum| < 2^72
//	m = u*v < 2^64                     compared with 2^48
const (
	valueBits  = 32
	weightBits = 32
	capBits    = 64
	boundBits  = 72
	amountBits = 48
)

// rules constrains the values to obey the rules of the election and returns the
// digits of the amounts m_i = u*v_i, amountBits each.
func (b *builder) rules(c *Ballot) [][]frontend.Variable {
	b.flags(c)
	// shift = split*(1 - w), so that u = w + shift and B = 1 - shift.
	shift := b.product(familyUnit, c.Split, b.Sub(1, c.Weight))
	unit, budget := b.Add(c.Weight, shift), b.Sub(1, shift)

	amounts := make([][]frontend.Variable, len(c.Values))
	for i, v := range c.Values {
		b.digits(familyValueRange, v, valueBits)
		limit := b.product(familyProducts, c.Cap[i], budget)
		b.digits(familyCap, b.Sub(limit, v), capBits)
		amounts[i] = b.digits(familyAmountRange, b.product(familyAmount, unit, v), amountBits)
	}
	b.bounds(c, budget)
	b.distinct(c)
	return amounts
}

// flags constrains the switches of the rules to be 0 or 1. The chain builds them
// from booleans; the constraint costs little and keeps the circuit sound alone.
func (b *builder) flags(c *Ballot) {
	b.require(familyFlags, func() {
		b.AssertIsBoolean(c.Split)
		b.AssertIsBoolean(c.Quadratic)
		b.AssertIsBoolean(c.Distinct)
		for _, start := range c.Start {
			b.AssertIsBoolean(start)
		}
	})
}

// bounds constrains the cost of each contest to lie in [lo*B, hi*B]. The running
// sum starts again where a contest begins and is compared where it ends: before
// the next start, or at the last slot.
func (b *builder) bounds(c *Ballot, budget frontend.Variable) {
	var sum frontend.Variable
	for i, v := range c.Values {
		square := b.product(familyCost, v, v)
		cost := b.Add(v, b.product(familyCost, c.Quadratic, b.Sub(square, v)))
		if i == 0 {
			sum = cost
		} else {
			sum = b.Add(cost, b.product(familyRestart, b.Sub(1, c.Start[i]), sum))
		}

		above := b.Sub(sum, b.product(familyProducts, c.Lo[i], budget))
		under := b.Sub(b.product(familyProducts, c.Hi[i], budget), sum)
		if i+1 < len(c.Values) {
			above = b.product(familyContestEnd, c.Start[i+1], above)
			under = b.product(familyContestEnd, c.Start[i+1], under)
		}
		b.digits(familyLow, above, boundBits)
		b.digits(familyHigh, under, boundBits)
	}
}

// distinct constrains the values of each contest to differ pairwise, if the
// election says so: for each pair, flag = distinct and "no contest begins between
// the two", and (v_i - v_j)*inverse = flag has a solution only if they differ or
// the flag is 0.
func (b *builder) distinct(c *Ballot) {
	for i := range c.Values {
		flag := c.Distinct
		for j := i + 1; j < len(c.Values); j++ {
			flag = b.product(familySameContest, flag, b.Sub(1, c.Start[j]))
			diff := b.Sub(c.Values[i], c.Values[j])
			inverse := b.hint(quotientHint, 1, flag, diff)[0]
			b.require(familyDistinct, func() { b.AssertIsEqual(b.Mul(diff, inverse), flag) })
		}
	}
}
