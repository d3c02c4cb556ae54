package circuit

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/evoted/evoted/x/election/ballot"
)

// drawRules makes rules near which the drawn values are often valid.
func drawRules(t *rapid.T, slots int) ballot.Rules {
	number := func(label string, most uint64) uint64 {
		return rapid.OneOf(rapid.Uint64Range(0, min(most, 4)), rapid.Uint64Range(0, most)).Draw(t, label)
	}
	r := ballot.Rules{
		Split: rapid.Bool().Draw(t, "split"), Quadratic: rapid.Bool().Draw(t, "quadratic"),
		Distinct: rapid.Bool().Draw(t, "distinct"),
	}
	for range slots {
		r.Start = append(r.Start, rapid.Bool().Draw(t, "start"))
		r.Cap = append(r.Cap, number("cap", ballot.MaxValue))
		r.Lo = append(r.Lo, number("lo", 2))
		r.Hi = append(r.Hi, number("hi", ballot.MaxCost))
	}
	return r
}

// TestNativeEqualsCircuit compares ballot.Rules.Check with the circuit on values that
// are valid about as often as not.
func TestNativeEqualsCircuit(t *testing.T) {
	t.Parallel()
	tiny := ballot.Format{Name: "tiny", Slots: 3}
	ccs, err := Compile(tiny)
	require.NoError(t, err)
	valid, invalid := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		r := drawRules(rt, tiny.Slots)
		w := rapid.OneOf(rapid.Uint64Range(1, 5), rapid.Uint64Range(1, ballot.MaxWeight)).Draw(rt, "weight")
		budget := uint64(1)
		if r.Split {
			budget = w
		}
		values := make([]uint64, tiny.Slots)
		for i := range values {
			limit := min(r.Cap[i]*budget, ballot.MaxValue)
			values[i] = rapid.OneOf(
				rapid.Uint64Range(0, min(limit, 3)), rapid.Uint64Range(0, limit), rapid.Uint64Range(0, limit+1),
			).Draw(rt, "value")
		}
		native := r.Check(values, w)
		c := newCast(t, tiny, r, w, values...)
		solved := solve(ccs, c.assign(t))
		require.Equal(rt, native == nil, solved == nil, "native %v, circuit %v", native, solved)
		if native == nil {
			valid++
		} else {
			invalid++
		}
	})
	require.Positive(t, valid)
	require.Positive(t, invalid)
}
