package ballot_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/evoted/evoted/x/election/ballot"
)

// TestAmountsAreBounded: values that pass the check encrypt to amounts below 2^48, and
// a manifest's largest slot times the power bounds each of them.
func TestAmountsAreBounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := manifest(ballot.Manifest{
			Split: rapid.Bool().Draw(t, "split"), Quadratic: rapid.Bool().Draw(t, "quadratic"),
		}, contest(rapid.Uint64Range(1, 40).Draw(t, "cap"), 0, rapid.Uint64Range(1, 60).Draw(t, "hi"), "A", "B"))
		weight := rapid.OneOf(rapid.Uint64Range(1, 9), rapid.Uint64Range(1, ballot.MaxWeight)).Draw(t, "weight")
		most := uint64(40)
		if m.Split {
			most *= min(weight, 1000)
		}
		values := make([]uint64, 8)
		for i := range 2 {
			values[i] = rapid.Uint64Range(0, most).Draw(t, "value")
		}
		r := m.Rules()
		if r.Check(values, weight) != nil {
			return
		}
		for _, amount := range r.Amounts(values, weight) {
			require.LessOrEqual(t, amount, uint64(ballot.MaxAmount))
			require.LessOrEqual(t, amount, m.LargestSlot()*weight)
		}
	})
}

// TestValidManifestsCanBeVoted: for every plain manifest that Validate accepts there is
// a ballot, found by trying all small ones.
func TestValidManifestsCanBeVoted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		number := func(label string, least, most uint64) uint64 { return rapid.Uint64Range(least, most).Draw(t, label) }
		m := manifest(ballot.Manifest{
			Split: rapid.Bool().Draw(t, "split"), Quadratic: rapid.Bool().Draw(t, "quadratic"),
			Distinct: rapid.Bool().Draw(t, "distinct"),
		}, contest(number("cap", 1, 4), number("lo", 0, 20), number("hi", 1, 20), []string{"A", "B", "C"}[:number("options", 1, 3)]...))
		weight := number("weight", 1, 2)
		exists := false
		r := m.Rules()
		for code := range 9 * 9 * 9 {
			values := make([]uint64, 8)
			for i, rest := 0, code; i < m.Options(); i, rest = i+1, rest/9 {
				values[i] = uint64(rest % 9)
			}
			exists = exists || r.Check(values, weight) == nil
		}
		err := m.Validate()
		if err == nil {
			require.True(t, exists)
		} else if !m.Quadratic && !largePowerFails(m) && m.Contests[0].Lo <= m.Contests[0].Hi && weight == 1 {
			require.False(t, exists, "%v", err)
		}
	})
}

// largePowerFails tells whether a split budget is refused for those with the most power,
// whose values are as large as 32 bits allow, while those with less may have a ballot.
func largePowerFails(m ballot.Manifest) bool {
	c := m.Contests[0]
	n := uint64(len(c.Options))
	if m.Distinct && n > 1 {
		return m.Split && c.Lo >= n
	}
	return m.Split && c.Lo > n
}
