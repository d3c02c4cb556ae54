package ballot

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/ballot"
)

func manifest(change func(*ballot.Manifest)) ballot.Manifest {
	m := ballot.Manifest{Format: ballot.Slots8, Contests: []ballot.Contest{
		{Title: "Agree?", Options: []string{"Yes", "No"}, Cap: 1, Lo: 0, Hi: 1},
		{Title: "Two of three", Options: []string{"A", "B", "C"}, Cap: 1, Lo: 2, Hi: 2},
	}}
	if change != nil {
		change(&m)
	}
	return m
}

func TestDialogue(t *testing.T) {
	t.Parallel()
	split := func(m *ballot.Manifest) { m.Split, m.Contests = true, m.Contests[:1] }
	points := func(m *ballot.Manifest) {
		m.Contests = []ballot.Contest{{Title: "Points", Options: []string{"A", "B"}, Cap: 3, Lo: 1, Hi: 4}}
	}
	ranking := func(m *ballot.Manifest) {
		points(m)
		m.Distinct = true
	}
	tests := map[string]struct {
		change func(*ballot.Manifest)
		weight uint64
		input  string
		want   []uint64
		says   []string
		err    error
	}{
		"plain":             {weight: 1, input: "1\n1 3\n", want: []uint64{1, 0, 1, 0, 1, 0, 0, 0}, says: []string{"Contest 2 of 2: Two of three", "exactly 2"}},
		"commas and blank":  {weight: 5, input: "\n2,3\n", want: []uint64{0, 0, 0, 1, 1, 0, 0, 0}, says: []string{"blank vote"}},
		"asked again":       {weight: 1, input: "7\nyes\n1 2\n2\n1\n1 1\n1 2\n", want: []uint64{0, 1, 1, 1, 0, 0, 0, 0}, says: []string{"options have the numbers 1 to 2", "more than this contest allows", "less than this contest asks", "named twice"}},
		"end of input":      {weight: 1, input: "1\n", err: errStopped},
		"nothing":           {weight: 1, input: "", err: errStopped},
		"no final newline":  {weight: 1, input: "1\n1 2", want: []uint64{1, 0, 1, 1, 0, 0, 0, 0}},
		"split all":         {change: split, weight: 9, input: "2\n", want: []uint64{0, 9, 0, 0, 0, 0, 0, 0}},
		"split parts":       {change: split, weight: 9, input: "1 2\n1=4 2=5\n", want: []uint64{4, 5, 0, 0, 0, 0, 0, 0}, says: []string{"at most 9 for one option", "how many points"}},
		"points":            {change: points, weight: 2, input: "1=4\n1=x\n1=3 2=1\n", want: []uint64{3, 1, 0, 0, 0, 0, 0, 0}, says: []string{"an option has more than it may get", "points are whole numbers"}},
		"different numbers": {change: ranking, weight: 1, input: "1=1 2=1\n1=2 2=1\n", want: []uint64{2, 1, 0, 0, 0, 0, 0, 0}, says: []string{"two options have the same", "Give each option a different number from 0 to 3", "1=2 2=1", "From 1 to 4 points"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			values, err := newDialogue(t.Context(), strings.NewReader(test.input), &out, manifest(test.change), test.weight).choose()
			require.ErrorIs(t, err, test.err)
			if test.err == nil {
				require.Equal(t, test.want, values)
			}
			for _, part := range test.says {
				require.Contains(t, out.String(), part)
			}
			require.NotContains(t, out.String(), "\x1b", "no cursor movements")
		})
	}
}

func TestConfirmTakesOnlyYes(t *testing.T) {
	t.Parallel()
	for answer, err := range map[string]error{"yes\n": nil, "YES\n": nil, "y\n": errStopped, "Y\n": errStopped, "\n": errStopped, "no\n": errStopped, "": errStopped, "yess\n": errStopped} {
		var out bytes.Buffer
		require.ErrorIs(t, newDialogue(t.Context(), strings.NewReader(answer), &out, manifest(nil), 1).confirm(), err, answer)
	}
}

func TestReviewCleansTextsOfTheChain(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	m := manifest(func(m *ballot.Manifest) { m.Contests[0].Title = "evil\x1b[2J" })
	newDialogue(t.Context(), strings.NewReader(""), &out, m, 3).review([]uint64{1, 0, 0, 0, 0, 0, 0, 0})
	require.NotContains(t, out.String(), "\x1b")
	require.Contains(t, out.String(), "    Yes\n")
	require.Contains(t, out.String(), "(blank)")
	require.Contains(t, out.String(), "voting power is 3")
}

func FuzzDialogue(f *testing.F) {
	f.Add("1\n1 2\n", uint64(1))
	f.Add("1=1\n\n0\nblank\n", uint64(1<<32-1))
	f.Add("18446744073709551616\n=\n1==1\n", uint64(7))
	f.Fuzz(func(t *testing.T, input string, weight uint64) {
		m := manifest(nil)
		var out bytes.Buffer
		values, err := newDialogue(t.Context(), strings.NewReader(input), &out, m, weight).choose()
		if err == nil {
			require.NoError(t, m.Rules().Check(values, weight))
		}
	})
}
