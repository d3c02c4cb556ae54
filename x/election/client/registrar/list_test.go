package registrar_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/evoted/evoted/x/election/client/registrar"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/types"
)

// commitment is the canonical encoding of n in hexadecimal.
func commitment(n int) string { return fmt.Sprintf("%064x", n) }

func TestParseList(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		want []uint64 // weights in the order of the commitments
		err  error
		says []string
	}{
		"header, comment, spaces, any order": {
			text: "commitment, weight\n# people of the north\n" + commitment(2) + ", 7\n\n" + commitment(1) + ",3\n", want: []uint64{3, 7},
		},
		"no header, capitals, byte order mark of a header": {text: "\ufeffCommitment,Weight\r\n" + strings.ToUpper(commitment(0xabc)) + ",1\r\n", want: []uint64{1}},
		"other names of columns":                           {text: "Identity commitment;voting power\n" + commitment(1) + ",3\n", want: []uint64{3}},
		"three names of columns":                           {text: "id,power,remark\n" + commitment(1) + ",3\n", want: []uint64{3}},
		"a mistyped elector is not a header":               {text: "O" + commitment(1)[1:] + ",1\n" + commitment(2) + ",1\n", err: registrar.ErrList, says: []string{"line 1"}},
		"a name and a weight are not a header":             {text: "Ada,3\n" + commitment(2) + ",1\n", err: registrar.ErrList, says: []string{"line 1"}},
		"largest weight":                                   {text: commitment(1) + ",4294967295", want: []uint64{4294967295}},
		"empty":                                            {text: "", err: registrar.ErrEmptyList},
		"header alone":                                     {text: "commitment,weight\n", err: registrar.ErrEmptyList},
		"second header":                                    {text: "commitment,weight\ncommitment,weight\n", err: registrar.ErrList, says: []string{"line 2"}},
		"duplicate":                                        {text: commitment(1) + ",1\n" + commitment(2) + ",1\n" + commitment(1) + ",2\n", err: registrar.ErrList, says: []string{"line 3", "line 1", commitment(1)}},
		"weight zero":                                      {text: commitment(1) + ",0", err: registrar.ErrList, says: []string{"line 1", "weight"}},
		"weight too large":                                 {text: commitment(1) + ",4294967296", err: registrar.ErrList},
		"weight negative":                                  {text: commitment(1) + ",-1", err: registrar.ErrList},
		"weight not whole":                                 {text: commitment(1) + ",1.5", err: registrar.ErrList},
		"weight missing":                                   {text: commitment(1) + "\n", err: registrar.ErrList, says: []string{"1 columns"}},
		"name in a column":                                 {text: "Ada," + commitment(1) + ",1\n", err: registrar.ErrList, says: []string{"3 columns"}},
		"short commitment":                                 {text: "abcd,1\n", err: registrar.ErrList},
		"not hexadecimal":                                  {text: strings.Repeat("zz", 32) + ",1\n", err: registrar.ErrList},
		"not canonical":                                    {text: strings.Repeat("ff", 32) + ",1\n", err: registrar.ErrList},
		"zero":                                             {text: commitment(0) + ",1\n", err: registrar.ErrList, says: []string{"zero"}},
		"broken quotes":                                    {text: "\"" + commitment(1) + ",1\n", err: registrar.ErrList, says: []string{"line"}},
		"every line is named":                              {text: "x,1\ny,1\n", err: registrar.ErrList, says: []string{"line 1", "line 2"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list, err := registrar.ParseList(strings.NewReader(test.text))
			require.ErrorIs(t, err, test.err)
			for _, part := range test.says {
				require.Contains(t, details(err), part)
			}
			weights := make([]uint64, 0, len(list))
			for _, e := range list {
				weights = append(weights, e.Weight)
			}
			require.ElementsMatch(t, test.want, weights)
			require.True(t, slices.IsSortedFunc(list, func(a, b types.Elector) int { return bytes.Compare(a.Commitment, b.Commitment) }))
		})
	}
}

func TestManyMistakesAreCounted(t *testing.T) {
	t.Parallel()
	_, err := registrar.ParseList(strings.NewReader(strings.Repeat("x,1\n", 50)))
	require.ErrorIs(t, err, registrar.ErrList)
	var mistakes *registrar.MistakesError
	require.ErrorAs(t, err, &mistakes)
	require.Len(t, mistakes.Details(), 21, "a line each")
	require.Equal(t, "and 30 more", mistakes.Details()[20])
}

// details are the mistakes that an error names, a line each.
func details(err error) string {
	var mistakes *registrar.MistakesError
	if !errors.As(err, &mistakes) {
		return ""
	}
	return strings.Join(mistakes.Details(), "\n")
}

func electors(pairs ...uint64) []types.Elector {
	var list []types.Elector
	for i := 0; i < len(pairs); i += 2 {
		var e field.Element
		e.SetUint64(pairs[i])
		list = append(list, types.Elector{Commitment: field.Bytes(e), Weight: pairs[i+1]})
	}
	return list
}

func TestCompare(t *testing.T) {
	t.Parallel()
	d := registrar.Compare(electors(1, 10, 2, 20, 3, 30), electors(3, 30, 2, 21, 4, 40))
	require.Equal(t, electors(1, 10), d.Missing)
	require.Equal(t, electors(4, 40), d.Extra)
	require.Equal(t, electors(2, 21), d.Changed)
	require.False(t, d.Empty())
	require.Len(t, d.Lines(10), 3)
	require.Equal(t, []string{"missing on the chain: and 1 more", "on the chain only: and 1 more", "another weight on the chain: and 1 more"}, d.Lines(0))
	require.True(t, registrar.Compare(electors(1, 1, 2, 2), electors(2, 2, 1, 1)).Empty())
}

func TestPropertyOrderOfTheListDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOfNDistinct(rapid.IntRange(1, 1<<30), 1, 20, rapid.ID[int]).Draw(t, "numbers")
		lines := make([]string, len(numbers))
		for i, n := range numbers {
			lines[i] = fmt.Sprintf("%s,%d", commitment(n), n)
		}
		a, err := registrar.ParseList(strings.NewReader(strings.Join(lines, "\n")))
		require.NoError(t, err)
		shuffled := rapid.Permutation(lines).Draw(t, "shuffled")
		b, err := registrar.ParseList(strings.NewReader(strings.Join(shuffled, "\n")))
		require.NoError(t, err)
		require.Equal(t, a, b)
		require.True(t, registrar.Compare(a, b).Empty())
	})
}

func FuzzParseList(f *testing.F) {
	f.Add("commitment,weight\n" + commitment(1) + ",1\n")
	f.Add(commitment(1) + ",1\n" + commitment(1) + ",1\n")
	f.Add("\"\n,,,")
	f.Add("\ufeff#\r")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := registrar.ParseList(strings.NewReader(text))
		if err != nil {
			return
		}
		require.NotEmpty(t, list)
		for i := range list {
			require.NoError(t, list[i].Validate())
		}
	})
}
