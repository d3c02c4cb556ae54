package ballot

import (
	"errors"
	"fmt"
	"math/big"
)

// Bounds of the numbers in rules and ballots. The circuit's range checks have
// these widths, see package circuit.
const (
	// MaxValue is the largest value of a slot and the largest cap.
	MaxValue = 1<<32 - 1
	// MaxCost is the largest bound on a contest's total cost.
	MaxCost = 1<<40 - 1
	// MaxAmount is the largest encrypted amount.
	MaxAmount = 1<<48 - 1
	// MaxWeight is the largest voting power of one elector.
	MaxWeight = 1<<32 - 1
)

// Errors of Rules.Check and Rules.Validate.
var (
	ErrRules    = errors.New("ballot: invalid rules")
	ErrSlots    = errors.New("ballot: wrong number of values")
	ErrWeight   = errors.New("ballot: voting power must be from 1 to 4294967295")
	ErrValue    = errors.New("ballot: value exceeds 32 bits")
	ErrCap      = errors.New("ballot: value exceeds the largest allowed for its option")
	ErrTooLow   = errors.New("ballot: total of a contest is below its minimum")
	ErrTooHigh  = errors.New("ballot: total of a contest is above its maximum")
	ErrRepeated = errors.New("ballot: values of a contest must differ")
	ErrAmount   = errors.New("ballot: encrypted amount exceeds 48 bits")
)

// Rules are the voting rules as the circuit takes them: one entry a slot, those of
// a contest the same at each of its slots. An unused slot is a contest of its own
// (Start true) with all bounds 0.
type Rules struct {
	// Start marks the first slot of each contest; the first slot always is one.
	Start []bool
	// Cap, Lo and Hi bound the value of a slot and the total cost of its contest,
	// in units of the budget: 1, or the elector's power if Split.
	Cap, Lo, Hi []uint64
	// Split lets electors divide their power between options: values count 1 each.
	Split bool
	// Quadratic makes a value v cost v^2.
	Quadratic bool
	// Distinct asks the values of a contest to differ pairwise.
	Distinct bool
}

// Slots returns the number of slots.
func (r Rules) Slots() int { return len(r.Start) }

// Validate reports, as ErrRules, rules outside the bounds on which the circuit's
// arithmetic relies.
func (r Rules) Validate() error {
	n := len(r.Start)
	if n == 0 || len(r.Cap) != n || len(r.Lo) != n || len(r.Hi) != n {
		return fmt.Errorf("%w: lists differ in length", ErrRules)
	}
	for i := range n {
		if r.Cap[i] > MaxValue || r.Lo[i] > MaxCost || r.Hi[i] > MaxCost {
			return fmt.Errorf("%w: bound of slot %d too large", ErrRules, i+1)
		}
	}
	return nil
}

// Check reports whether an elector with that power may cast those values: the same
// relation as the circuit's, written again in plain Go. The texts name slots; for people
// use Manifest.Check. Errors: ErrRules, ErrSlots, ErrWeight, ErrValue, ErrCap, ErrTooLow,
// ErrTooHigh, ErrRepeated, ErrAmount.
func (r Rules) Check(values []uint64, weight uint64) error {
	_, err := r.check(values, weight)
	return err
}

// violation is where values break the rules: at a slot, or two slots, counted from 0, or in
// the whole contest that begins at first, whose total is out of bounds.
type violation struct {
	kind          error
	first, second int
	// total and bound of the contest, for ErrTooLow and ErrTooHigh.
	total, bound *big.Int
}

// check is Check, and tells where the values break the rules if it is a rule that they
// break.
func (r Rules) check(values []uint64, weight uint64) (*violation, error) {
	v, err := r.firstViolation(values, weight)
	switch {
	case err != nil || v == nil:
		return nil, err
	case v.total != nil:
		side := "at most"
		if errors.Is(v.kind, ErrTooLow) {
			side = "at least"
		}
		return v, fmt.Errorf("%w: %s, %s %s", v.kind, v.total, side, v.bound)
	case errors.Is(v.kind, ErrRepeated):
		return v, fmt.Errorf("%w: slots %d and %d", v.kind, v.first+1, v.second+1)
	}
	return v, fmt.Errorf("%w: slot %d", v.kind, v.first+1)
}

func (r Rules) firstViolation(values []uint64, weight uint64) (*violation, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	if len(values) != r.Slots() {
		return nil, fmt.Errorf("%w: %d values for %d slots", ErrSlots, len(values), r.Slots())
	}
	if weight == 0 || weight > MaxWeight {
		return nil, ErrWeight
	}
	unit, budget := r.unitAndBudget(weight)
	for i, v := range values {
		switch {
		case v > MaxValue:
			return &violation{kind: ErrValue, first: i}, nil
		case v > r.Cap[i]*budget:
			return &violation{kind: ErrCap, first: i}, nil
		case unit*v > MaxAmount:
			return &violation{kind: ErrAmount, first: i}, nil
		}
	}
	for first := 0; first < r.Slots(); {
		last := r.contestEnd(first)
		if v := r.checkContest(values, first, last, budget); v != nil {
			return v, nil
		}
		first = last + 1
	}
	return nil, nil
}

// contestEnd returns the last slot of the contest that begins at first.
func (r Rules) contestEnd(first int) int {
	last := first
	for last+1 < r.Slots() && !r.Start[last+1] {
		last++
	}
	return last
}

func (r Rules) checkContest(values []uint64, first, last int, budget uint64) *violation {
	// Squares of 32 slots take 69 bits, bounds 72: more than a machine word.
	sum := new(big.Int)
	for i := first; i <= last; i++ {
		cost := new(big.Int).SetUint64(values[i])
		if r.Quadratic {
			cost.Mul(cost, cost)
		}
		sum.Add(sum, cost)
		for j := first; r.Distinct && j < i; j++ {
			if values[i] == values[j] {
				return &violation{kind: ErrRepeated, first: j, second: i}
			}
		}
	}
	b := new(big.Int).SetUint64(budget)
	if low := new(big.Int).SetUint64(r.Lo[last]); sum.Cmp(low.Mul(low, b)) < 0 {
		return &violation{kind: ErrTooLow, first: first, total: sum, bound: low}
	}
	if high := new(big.Int).SetUint64(r.Hi[last]); sum.Cmp(high.Mul(high, b)) > 0 {
		return &violation{kind: ErrTooHigh, first: first, total: sum, bound: high}
	}
	return nil
}

// unitAndBudget returns what a value of 1 adds to the result, and what the bounds
// are multiples of.
func (r Rules) unitAndBudget(weight uint64) (unit, budget uint64) {
	if r.Split {
		return 1, weight
	}
	return weight, 1
}

// Amounts returns the amounts to encrypt, m_i = u*v_i, for values that Check
// accepts.
func (r Rules) Amounts(values []uint64, weight uint64) []uint64 {
	unit, _ := r.unitAndBudget(weight)
	out := make([]uint64, len(values))
	for i, v := range values {
		out[i] = unit * v
	}
	return out
}
