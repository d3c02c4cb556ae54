package election

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

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
	require.Equal(t, types.Contest{Title: "Who shall sit on the council?", Options: []string{"Ada", "Grace", "Emmy"}, MaxPerOption: 1, MinTotal: 1, MaxTotal: 1}, m.Contests[0])
	require.Equal(t, uint64(0), m.Contests[1].MinTotal)
	require.Equal(t, types.Schedule{
		CommitDeadline: now.Add(150 * time.Second), DealDeadline: now.Add(300 * time.Second), ConfirmDeadline: now.Add(450 * time.Second),
		OpenTime: now.Add(10 * time.Minute), CloseTime: now.Add(70 * time.Minute), TallyDeadline: now.Add(70*time.Minute + 24*time.Hour),
	}, m.Schedule)
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
		"bad duration":        {text: replace(`"10m"`, `"ten"`), err: errSchedule, says: "opens_in"},
		"negative duration":   {text: replace(`"10m"`, `"-10m"`), err: errSchedule},
		"no opening":          {text: replace(`"opens_in": "10m",`, ``), err: errSchedule, says: "open_time or opens_in"},
		"opening in the past": {text: replace(`"opens_in": "10m"`, `"open_time": "2020-01-01T00:00:00Z"`), err: errSchedule, says: "future"},
		"bad time":            {text: replace(`"opens_in": "10m"`, `"open_time": "tomorrow"`), err: errSchedule},
		"closes first":        {text: replace(`"open_for": "1h"`, `"close_time": "2026-05-01T08:01:00Z"`), err: types.ErrInvalidElection, says: "close_time"},
		"trustee twice":       {text: replace(`"trustee3"`, `"trustee1"`), err: types.ErrInvalidElection, says: "twice"},
		"threshold too high":  {text: replace(`"min_ballots": 3`, `"trustee_threshold": 4`), err: types.ErrInvalidElection, says: "trustee_threshold"},
		"registrars too few":  {text: replace(`"min_ballots": 3`, `"registrar_threshold": 3`), err: types.ErrInvalidElection, says: "registrar_threshold"},
		"one ballot":          {text: replace(`"min_ballots": 3`, `"min_ballots": 1`), err: types.ErrInvalidElection},
		"option twice":        {text: replace(`"Grace"`, `"ada"`), err: types.ErrInvalidElection, says: "twice"},
		"too many options":    {text: replace(`"Emmy"`, `"Emmy","D","E","F","G"`), err: types.ErrInvalidElection, says: "options"},
		"unreachable":         {text: replace(`"min_total": 0`, `"min_total": 5, "max_total": 5`), err: types.ErrInvalidElection},
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
		`"opens_in": "10m"`, `"open_time": "2026-05-01T12:00:00+02:00", "commit_deadline": "2026-05-01T08:10:00Z", "tally_within": "1h"`,
		`"open_for": "1h"`, `"close_time": "2026-05-01T11:00:00Z"`,
		`"REJECT"`, `"last_counts"`).Replace(Example))
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC), m.Schedule.OpenTime)
	require.Equal(t, time.Date(2026, 5, 1, 8, 10, 0, 0, time.UTC), m.Schedule.CommitDeadline)
	require.Equal(t, time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC), m.Schedule.TallyDeadline)
	require.Equal(t, types.REVOTE_POLICY_LAST_COUNTS, m.RevotePolicy)
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
