package ballot_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/ballot"
)

func manifest(flags ballot.Manifest, contests ...ballot.Contest) ballot.Manifest {
	flags.Format, flags.Contests = ballot.Slots8, contests
	return flags
}

func contest(limit, lo, hi uint64, options ...string) ballot.Contest {
	return ballot.Contest{Title: "Question", Options: options, Cap: limit, Lo: lo, Hi: hi}
}

func TestManifestValidate(t *testing.T) {
	t.Parallel()
	plain, split := ballot.Manifest{}, ballot.Manifest{Split: true}
	quadratic, distinct := ballot.Manifest{Quadratic: true}, ballot.Manifest{Distinct: true}
	titled := func(title string) ballot.Manifest {
		c := contest(1, 0, 1, "A", "B")
		c.Title = title
		return manifest(plain, c)
	}
	unknown := manifest(plain, contest(1, 0, 1, "A"))
	unknown.Format = ballot.Format{Name: "slots8", Slots: 9}
	tests := map[string]struct {
		m    ballot.Manifest
		says string // empty: valid
	}{
		"yes/no":                     {manifest(plain, contest(1, 0, 1, "Yes", "No")), ""},
		"2 of 5":                     {manifest(plain, contest(1, 2, 2, "A", "B", "C", "D", "E")), ""},
		"split":                      {manifest(split, contest(1, 0, 1, "A", "B")), ""},
		"quadratic":                  {manifest(quadratic, contest(10, 0, 100, "A", "B")), ""},
		"borda":                      {manifest(distinct, contest(2, 3, 3, "A", "B", "C")), ""},
		"two contests":               {manifest(plain, contest(1, 1, 1, "A", "B"), contest(1, 1, 1, "A", "B")), ""},
		"eight options":              {manifest(plain, contest(1, 1, 1, "A", "B", "C", "D", "E", "F", "G", "H")), ""},
		"accents":                    {titled("Élection générale – où ?"), ""},
		"no contests":                {manifest(plain), "at least one contest"},
		"no options":                 {manifest(plain, contest(1, 0, 1)), "at least one option"},
		"nine options":               {manifest(plain, contest(1, 1, 1, "A", "B", "C", "D", "E"), contest(1, 1, 1, "A", "B", "C", "D")), "room for 8"},
		"same option":                {manifest(plain, contest(1, 0, 1, "Yes", "YES")), "twice"},
		"empty option":               {manifest(plain, contest(1, 0, 1, "Yes", "")), "option 2 is empty"},
		"long option":                {manifest(plain, contest(1, 0, 1, strings.Repeat("x", 101))), "longer than 100"},
		"title of spaces":            {titled("  "), "empty"},
		"title with space at end":    {titled("Q "), "space"},
		"title too long":             {titled(strings.Repeat("é", 101)), "longer than 200"},
		"title not UTF-8":            {titled("a\xff"), "UTF-8"},
		"title with control":         {titled("a\x1b[31mb"), "printed"},
		"title with bidi override":   {titled("a\u202eb"), "printed"},
		"cap 0":                      {manifest(plain, contest(0, 0, 1, "A")), "largest value"},
		"cap 2^32":                   {manifest(plain, contest(1<<32, 0, 1, "A")), "largest value"},
		"hi 0":                       {manifest(plain, contest(1, 0, 0, "A")), "largest total"},
		"hi 2^40":                    {manifest(plain, contest(1, 0, 1<<40, "A")), "largest total"},
		"lo over hi":                 {manifest(plain, contest(5, 3, 2, "A")), "exceeds"},
		"lo out of reach":            {manifest(plain, contest(1, 3, 3, "A", "B")), "no ballot can reach"},
		"quadratic lo out of reach":  {manifest(quadratic, contest(1, 3, 9, "A", "B")), "no ballot can reach"},
		"quadratic split with lo":    {manifest(ballot.Manifest{Split: true, Quadratic: true}, contest(5, 1, 9, "A", "B")), "must be 0"},
		"borda with small cap":       {manifest(distinct, contest(1, 0, 9, "A", "B", "C")), "at least 2"},
		"borda with small hi":        {manifest(distinct, contest(2, 0, 2, "A", "B", "C")), "cost at least 3"},
		"borda with large lo":        {manifest(distinct, contest(2, 4, 9, "A", "B", "C")), "cost at most 3"},
		"quadratic ranking, between": {manifest(ballot.Manifest{Distinct: true, Quadratic: true}, contest(9, 2, 50, "A", "B")), "let the bounds"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := tc.m.Validate()
			if tc.says == "" {
				require.NoError(t, err)
				require.NoError(t, tc.m.Rules().Validate())
				return
			}
			require.ErrorIs(t, err, ballot.ErrManifest)
			require.ErrorContains(t, err, tc.says)
		})
	}
	require.ErrorIs(t, unknown.Validate(), ballot.ErrUnknownFormat)
	require.ErrorIs(t, ballot.Manifest{}.Validate(), ballot.ErrUnknownFormat)
}

func TestManifestRules(t *testing.T) {
	t.Parallel()
	m := manifest(ballot.Manifest{Quadratic: true}, contest(3, 0, 9, "A", "B"), contest(2, 0, 4, "A", "B", "C"))
	r := m.Rules()
	require.Equal(t, []bool{true, false, true, false, false, true, true, true}, r.Start)
	require.Equal(t, []uint64{3, 3, 2, 2, 2, 0, 0, 0}, r.Cap)
	require.Equal(t, []uint64{9, 9, 4, 4, 4, 0, 0, 0}, r.Hi)
	require.True(t, r.Quadratic)
	require.Equal(t, 5, m.Options())
	require.ErrorIs(t, r.Check([]uint64{0, 0, 0, 0, 0, 1, 0, 0}, 1), ballot.ErrCap, "an unused slot stays 0")
}

func TestLargestSlot(t *testing.T) {
	t.Parallel()
	tests := []struct {
		m    ballot.Manifest
		want uint64
	}{
		{manifest(ballot.Manifest{}, contest(1, 0, 1, "A")), 1},
		{manifest(ballot.Manifest{}, contest(5, 0, 3, "A"), contest(4, 0, 9, "A")), 4},
		{manifest(ballot.Manifest{Quadratic: true}, contest(100, 0, 99, "A")), 9},
		{manifest(ballot.Manifest{Split: true}, contest(1, 0, 1, "A")), 1},
	}
	for _, tc := range tests {
		require.Equal(t, tc.want, tc.m.LargestSlot())
		require.Equal(t, ballot.MaxResult/tc.want, tc.m.MaxTotalPower())
	}
}

func TestParseChoice(t *testing.T) {
	t.Parallel()
	single := manifest(ballot.Manifest{}, contest(1, 0, 1, "Yes", "No"))
	two := manifest(ballot.Manifest{}, contest(1, 0, 1, "Yes", "No"), contest(5, 0, 5, "Ana", "Bo", "No"))
	split := manifest(ballot.Manifest{Split: true}, contest(1, 0, 1, "A", "B=C"))
	years := manifest(ballot.Manifest{}, contest(1, 0, 2, "2", "1", "x:y"))
	blanks := manifest(ballot.Manifest{}, contest(1, 1, 1, "Blank", "No"))
	const weight = 10
	tests := map[string]struct {
		m    ballot.Manifest
		args []string
		want []uint64 // nil: err
		err  error
	}{
		"text":                 {single, []string{"Yes"}, []uint64{1, 0}, nil},
		"any case":             {single, []string{" nO "}, []uint64{0, 1}, nil},
		"number":               {single, []string{"2"}, []uint64{0, 1}, nil},
		"with contest":         {single, []string{"1:Yes"}, []uint64{1, 0}, nil},
		"with value":           {single, []string{"1: Yes = 1"}, []uint64{1, 0}, nil},
		"value 0":              {single, []string{"Yes=0"}, []uint64{0, 0}, nil},
		"blank":                {single, []string{"blank"}, []uint64{0, 0}, nil},
		"blank as an option":   {blanks, []string{"blank"}, []uint64{1, 0}, nil},
		"several contests":     {two, []string{"Yes", "2:1=3", "Bo=2"}, []uint64{1, 0, 3, 2, 0}, nil},
		"same text":            {two, []string{"1:No", "2:No=4"}, []uint64{0, 1, 0, 0, 4}, nil},
		"whole power":          {split, []string{"A"}, []uint64{10, 0}, nil},
		"parts":                {split, []string{"A=4", "B=C=6"}, []uint64{4, 6}, nil},
		"equals in text":       {split, []string{"B=C"}, []uint64{0, 10}, nil},
		"text before number":   {years, []string{"2"}, []uint64{1, 0, 0}, nil},
		"colon in text":        {years, []string{"x:y"}, []uint64{0, 0, 1}, nil},
		"nothing":              {single, nil, nil, ballot.ErrChoice},
		"unknown option":       {single, []string{"Maybe"}, nil, ballot.ErrChoice},
		"number 0":             {single, []string{"0"}, nil, ballot.ErrChoice},
		"number 3":             {single, []string{"3"}, nil, ballot.ErrChoice},
		"negative":             {single, []string{"Yes=-1"}, nil, ballot.ErrChoice},
		"fraction":             {single, []string{"Yes=0.5"}, nil, ballot.ErrChoice},
		"over 64 bits":         {single, []string{"Yes=18446744073709551616"}, nil, ballot.ErrChoice},
		"twice":                {single, []string{"Yes", "1"}, nil, ballot.ErrChoice},
		"ambiguous":            {two, []string{"No"}, nil, ballot.ErrChoice},
		"number of no contest": {two, []string{"1"}, nil, ballot.ErrChoice},
		"contest 3":            {two, []string{"3:1"}, nil, ballot.ErrChoice},
		"too many":             {single, []string{"Yes", "No"}, nil, ballot.ErrTooHigh},
		"too large":            {single, []string{"Yes=2"}, nil, ballot.ErrCap},
		"over the power":       {split, []string{"A=6", "B=C=5"}, nil, ballot.ErrTooHigh},
		"blank not allowed":    {blanks, []string{"Blank=0"}, nil, ballot.ErrTooLow},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, tc.m.Validate())
			got, err := ballot.ParseChoice(tc.m, weight, tc.args)
			if tc.want == nil {
				require.ErrorIs(t, err, tc.err)
				return
			}
			require.NoError(t, err)
			want := make([]uint64, 8)
			copy(want, tc.want)
			require.Equal(t, want, got)
		})
	}
}

func FuzzParseChoice(f *testing.F) {
	m := manifest(ballot.Manifest{}, contest(3, 0, 5, "Yes", "No"), contest(1, 0, 1, "A=1", "1:B", "2"))
	f.Add("Yes", "2:2", uint64(5))
	f.Add("1:Yes=3", "A=1=1", uint64(1))
	f.Add(":", "=", uint64(0))
	f.Add("blank", "", uint64(1<<32))
	f.Fuzz(func(t *testing.T, first, second string, weight uint64) {
		values, err := ballot.ParseChoice(m, weight, []string{first, second})
		if err == nil {
			require.NoError(t, m.Rules().Check(values, weight))
		}
	})
}

// A value has 32 bits, so a least total that grows with the power can be out of reach for
// those who have much of it, though not for those who have little.
func TestSplitReachable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		cap, lo, hi uint64
		options     int
		distinct    bool
		ok          bool
	}{
		{"one per option", 4, 2, 4, 2, false, true},
		{"more than two values hold", 4, 3, 4, 2, false, false},
		{"exactly", 4, 4, 4, 2, false, false},
		{"blank", 4, 0, 4, 2, false, true},
		{"small powers only", 1 << 20, 1 << 10, 1 << 20, 2, false, true},
		{"small powers only, too much", 1 << 20, 1 << 14, 1 << 20, 2, false, false},
		{"different values", 2, 2, 3, 2, true, false},
		{"different values, less", 2, 1, 3, 2, true, true},
	}
	for _, tc := range tests {
		c := ballot.Contest{Title: "Q", Options: []string{"A", "B"}[:tc.options], Cap: tc.cap, Lo: tc.lo, Hi: tc.hi}
		m := ballot.Manifest{Format: ballot.Slots8, Split: true, Distinct: tc.distinct, Contests: []ballot.Contest{c}}
		err := m.Validate()
		if !tc.ok {
			require.ErrorIs(t, err, ballot.ErrManifest, tc.name)
			require.ErrorContains(t, err, "least total", tc.name)
			continue
		}
		require.NoError(t, err, tc.name)
		// The elector with the most power finds a ballot.
		power := min(m.MaxTotalPower(), uint64(ballot.MaxWeight))
		values := make([]uint64, 8)
		values[0] = min(tc.cap*power, ballot.MaxValue, tc.lo*power)
		values[1] = tc.lo*power - values[0]
		if tc.distinct && values[0] == values[1] {
			values[0]++
		}
		require.NoError(t, m.Check(values, power), tc.name)
	}
}

// People read contests and options, not slots, and programs find the same errors.
func TestManifestCheck(t *testing.T) {
	t.Parallel()
	m := ballot.Manifest{Format: ballot.Slots8, Distinct: true, Contests: []ballot.Contest{
		{Title: "Budget", Options: []string{"Yes", "No"}, Cap: 3, Lo: 1, Hi: 4},
		{Title: "Board", Options: []string{"Ada", "Ben", "Cleo"}, Cap: 9, Lo: 0, Hi: 6},
	}}
	require.NoError(t, m.Validate())
	tests := []struct {
		values []uint64
		err    error
		texts  []string
	}{
		{[]uint64{1, 0, 1, 2, 3, 0, 0, 0}, nil, nil},
		{[]uint64{4, 0, 1, 2, 3, 0, 0, 0}, ballot.ErrCap, []string{`"Yes"`, `"Budget"`, "at most 3"}},
		{[]uint64{1, 0, 1, 2, 2, 0, 0, 0}, ballot.ErrRepeated, []string{`"Ben"`, `"Cleo"`, `"Board"`, "both have 2"}},
		{[]uint64{1, 0, 1, 2, 4, 0, 0, 0}, ballot.ErrTooHigh, []string{`"Board"`, "has 7", "at most 6"}},
		{[]uint64{3, 2, 1, 2, 3, 0, 0, 0}, ballot.ErrTooHigh, []string{`"Budget"`, "has 5", "at most 4"}},
		{[]uint64{1 << 32, 0, 1, 2, 3, 0, 0, 0}, ballot.ErrValue, []string{`"Yes"`, `"Budget"`}},
		{[]uint64{1, 0, 1, 2, 3, 0, 0, 1}, ballot.ErrCap, nil},
		{[]uint64{1}, ballot.ErrSlots, nil},
	}
	for _, tc := range tests {
		err := m.Check(tc.values, 1)
		require.ErrorIs(t, err, tc.err)
		require.Equal(t, m.Rules().Check(tc.values, 1) == nil, err == nil)
		for _, text := range tc.texts {
			require.ErrorContains(t, err, text)
			require.NotContains(t, err.Error(), "slot")
		}
	}
	m.Distinct = false
	err := m.Check(make([]uint64, 8), 1)
	require.ErrorIs(t, err, ballot.ErrTooLow)
	require.ErrorContains(t, err, `"Budget" has 0, give at least 1`)
	_, err = ballot.ParseChoice(m, 1, []string{"Yes=4"})
	require.ErrorIs(t, err, ballot.ErrCap)
	require.ErrorContains(t, err, `"Yes" in "Budget" has 4, give at most 3`)
	require.ErrorIs(t, m.Check(make([]uint64, 8), 0), ballot.ErrWeight)
}
