package election

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/types"
)

var (
	errNoKey = errors.New("no such key")
	now      = time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
)

// address returns an account's address for a name.
func address(name string) (string, error) {
	if name == "nobody" {
		return "", errNoKey
	}
	raw := make([]byte, 20)
	copy(raw, name)
	return sdk.AccAddress(raw).String(), nil
}

func parse(t *testing.T, text string) (*types.MsgCreateElection, error) {
	t.Helper()
	f, err := parseFile(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	organiser, err := address("organiser")
	require.NoError(t, err)
	return f.message(organiser, now, address)
}

func TestExampleIsAnElection(t *testing.T) {
	t.Parallel()
	m, err := parse(t, Example)
	require.NoError(t, err)
	require.Equal(t, "slots8", m.Format)
	require.Equal(t, types.REVOTE_POLICY_REJECT, m.RevotePolicy)
	require.Equal(t, uint32(2), m.RegistrarThreshold)
	require.Equal(t, []types.Contest{{
		Title: "Do you accept the new statutes?", Options: []string{"Yes", "No"}, MaxPerOption: 1, MinTotal: 1, MaxTotal: 1,
	}}, m.Contests)
	require.Equal(t, types.Schedule{
		CommitDeadline: now.Add(15 * time.Second), DealDeadline: now.Add(30 * time.Second), ConfirmDeadline: now.Add(45 * time.Second),
		OpenTime: now.Add(time.Minute), CloseTime: now.Add(150 * time.Second), TallyDeadline: now.Add(150*time.Second + 24*time.Hour),
	}, m.Schedule)
	require.Empty(t, warnings(m))
}

func TestMistakesAreRefusedBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	replace := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(Example) }
	tests := map[string]struct {
		text string
		err  error
		says string
	}{
		"empty":               {text: "", err: errFile},
		"unknown field":       {text: replace(`"min_ballots"`, `"min_balots"`), err: errFile, says: "min_balots"},
		"second value":        {text: Example + "{}", err: errFile},
		"too long":            {text: strings.Repeat(" ", maxFile+1), err: errFile},
		"policy":              {text: replace(`"REJECT"`, `"MAYBE"`), err: errPolicy},
		"both times":          {text: replace(`"opens_in"`, `"open_time": "2026-05-01T09:00:00Z", "opens_in"`), err: errSchedule, says: "not both"},
		"bad duration":        {text: replace(`"60s"`, `"ten"`), err: errSchedule, says: "opens_in"},
		"negative duration":   {text: replace(`"60s"`, `"-60s"`), err: errSchedule},
		"no opening":          {text: replace(`"opens_in": "60s",`, ``), err: errSchedule, says: "open_time or opens_in"},
		"opening in the past": {text: replace(`"opens_in": "60s"`, `"open_time": "2020-01-01T00:00:00Z"`), err: errSchedule, says: "future"},
		"bad time":            {text: replace(`"opens_in": "60s"`, `"open_time": "tomorrow"`), err: errSchedule},
		"opens too soon":      {text: replace(`"60s"`, `"19s"`), err: errSchedule, says: "commit_deadline would be 4.75s from now, and the trustees need 5s at least: open later (opens_in 20s or more)"},
		"deadline too soon":   {text: replace(`"opens_in"`, `"commit_deadline": "2026-05-01T08:00:04Z", "opens_in"`), err: errSchedule, says: "commit_deadline"},
		"closes first":        {text: replace(`"open_for": "90s"`, `"close_time": "2026-05-01T08:01:00Z"`), err: types.ErrInvalidElection, says: "close_time"},
		"trustee twice":       {text: replace(`"trustee3"`, `"trustee1"`), err: types.ErrInvalidElection, says: "twice"},
		"threshold too high":  {text: replace(`"min_ballots": 3`, `"trustee_threshold": 4`), err: types.ErrInvalidElection, says: "trustee_threshold"},
		"registrars too few":  {text: replace(`"min_ballots": 3`, `"registrar_threshold": 3`), err: types.ErrInvalidElection, says: "registrar_threshold"},
		"one ballot":          {text: replace(`"min_ballots": 3`, `"min_ballots": 1`), err: types.ErrInvalidElection},
		"option twice":        {text: replace(`"No"`, `"yes"`), err: types.ErrInvalidElection, says: "twice"},
		"too many options":    {text: replace(`"No"`, `"B","C","D","E","F","G","H","I"`), err: types.ErrInvalidElection, says: "options"},
		"unreachable":         {text: replace(`["Yes", "No"]`, `["Yes", "No"], "min_total": 5, "max_total": 5`), err: types.ErrInvalidElection},
		"unknown name":        {text: replace(`"trustee1"`, `"nobody"`), err: errNoKey},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := parse(t, test.text)
			require.ErrorIs(t, err, test.err)
			require.ErrorContains(t, err, test.says)
		})
	}
}

func TestAbsoluteSchedule(t *testing.T) {
	t.Parallel()
	m, err := parse(t, strings.NewReplacer(
		`"opens_in": "60s"`, `"open_time": "2026-05-01T12:00:00+02:00", "commit_deadline": "2026-05-01T08:10:00Z", "tally_within": "1h"`,
		`"open_for": "90s"`, `"close_time": "2026-05-01T11:00:00Z"`,
		`"REJECT"`, `"last_counts"`).Replace(Example))
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC), m.Schedule.OpenTime)
	require.Equal(t, time.Date(2026, 5, 1, 8, 10, 0, 0, time.UTC), m.Schedule.CommitDeadline)
	require.Equal(t, time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC), m.Schedule.TallyDeadline)
	require.Equal(t, types.REVOTE_POLICY_LAST_COUNTS, m.RevotePolicy)
}

// Every mistake of a file is named in words, with the place.
func TestMistakesOfTheFileAreNamedWithTheirPlaces(t *testing.T) {
	t.Parallel()
	replace := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(Example) }
	for name, test := range map[string]struct {
		text string
		says []string
	}{
		"not a whole number": {replace(`"min_ballots": 3`, `"min_ballots": 2.5`), []string{"line 12, column 20: min_ballots must be a whole number"}},
		"negative":           {replace(`"min_ballots": 3`, `"min_ballots": -1`), []string{"min_ballots must be a whole number"}},
		"not a list":         {replace(`["registrar1", "registrar2"]`, `"registrar1"`), []string{"line 9, column 28: registrars must be a list in [ ]"}},
		"in a contest":       {replace(`["Yes", "No"]`, `["Yes", "No"], "max_total": "2"`), []string{"line 5", "contests.max_total must be a whole number"}},
		"unknown in contest": {replace(`"options"`, `"option"`), []string{`line 5, column 57: there is no field "option"`}},
		"several at once": {
			replace(`"title": "Statutes 2026"`, `"titel": "Statutes 2026"`, `"min_ballots": 3`, `"min_ballots": "three", "split": 1`),
			[]string{`line 2, column 9: there is no field "titel"`, "min_ballots must be a whole number", "split must be true or false"},
		},
		"twice":        {replace(`"min_ballots": 3`, `"min_ballots": 3, "title": "Another"`), []string{`line 12, column 27: "title" is there twice`}},
		"comma":        {replace(`"60s",`, `"60s"`), []string{"line 8, column 2: this is not JSON"}},
		"cut off":      {Example[:200], []string{"ends too early"}},
		"empty":        {"", []string{"line 1, column 1: the file ends too early"}},
		"no object":    {"[1]", []string{"an election is an object in { }"}},
		"second value": {Example + "{}", []string{"something follows the election"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := parseFile(strings.NewReader(test.text))
			require.ErrorIs(t, err, errFile)
			var out bytes.Buffer
			require.Equal(t, terminal.ExitFailed, terminal.Report(&out, err))
			for _, part := range test.says {
				require.Contains(t, out.String(), part)
			}
			require.NotContains(t, out.String(), "json:")
			require.NotContains(t, out.String(), "Go ")
		})
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		from, to string
		says     []string
	}{
		"one option":       {`"Yes", "No"`, `"Yes"`, []string{"has one option only"}},
		"cap above total":  {`"No"]`, `"No"], "max_per_option": 2`, []string{"max_per_option 2 above max_total 1"}},
		"split as it is":   {`"opens_in"`, `"split": true, "opens_in"`, nil},
		"split by hundred": {`"No"]`, `"No"], "max_total": 100, "max_per_option": 100`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := parse(t, strings.Replace(Example, test.from, test.to, 1))
			require.NoError(t, err)
			found := warnings(m)
			require.Len(t, found, len(test.says))
			for i, part := range test.says {
				require.Contains(t, found[i], part)
			}
		})
	}
	m, err := parse(t, strings.NewReplacer(`"opens_in"`, `"split": true, "opens_in"`, `"No"]`, `"No"], "max_total": 100`).Replace(Example))
	require.NoError(t, err)
	require.Equal(t, []string{`the contest "Do you accept the new statutes?" has max_per_option 1 and max_total 100; ` + splitBounds}, warnings(m))
	var out bytes.Buffer
	summary(&out, m)
	require.Contains(t, out.String(), "with split, leave max_per_option and max_total at 1: the whole power")
}

func FuzzElectionFile(f *testing.F) {
	f.Add(Example)
	f.Add("{}")
	f.Add(`{"opens_in":"1ns","open_for":"2540400h"}`)
	f.Add("[")
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := parseFile(strings.NewReader(text))
		if err != nil {
			return
		}
		if m, err := parsed.message("organiser", now, address); err == nil {
			require.NoError(t, m.ValidateBasic())
		}
	})
}
