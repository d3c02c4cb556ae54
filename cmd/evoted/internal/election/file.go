package election

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/types"
)

const (
	// maxFile bounds an election file, in bytes.
	maxFile = 1 << 20
	// defaultTally is how long after the close the result may take.
	defaultTally = 24 * time.Hour
	// leastKeyTime is how long the trustees need at least until a deadline of the key
	// generation: some blocks.
	leastKeyTime = 5 * time.Second
)

// Errors of an election file. Mistakes that the chain itself would refuse have the
// chain's errors.
var (
	errSchedule     = errors.New("the schedule cannot be used")
	errPolicy       = errors.New("revote_policy must be REJECT or LAST_COUNTS")
	errUnregistered = errors.New("these trustees have not registered their keys")
)

// Example is a complete election file.
const Example = `{
  "title": "Statutes 2026",
  "description": "A change of the statutes, to be accepted or not.",
  "contests": [
    {"title": "Do you accept the new statutes?", "options": ["Yes", "No"]}
  ],
  "opens_in": "60s",
  "open_for": "90s",
  "registrars": ["registrar1", "registrar2"],
  "trustees": ["trustee1", "trustee2", "trustee3"],
  "revote_policy": "REJECT",
  "min_ballots": 3
}
`

// file is the content of an election file. What is left out takes the default named in
// the help text of the command.
type file struct {
	Title       string    `json:"title"`
	Description string    `json:"description"`
	Format      string    `json:"format"`
	Contests    []contest `json:"contests"`
	Split       bool      `json:"split"`
	Quadratic   bool      `json:"quadratic"`
	Distinct    bool      `json:"distinct"`

	CommitDeadline  string `json:"commit_deadline"`
	DealDeadline    string `json:"deal_deadline"`
	ConfirmDeadline string `json:"confirm_deadline"`
	OpenTime        string `json:"open_time"`
	CloseTime       string `json:"close_time"`
	TallyDeadline   string `json:"tally_deadline"`
	OpensIn         string `json:"opens_in"`
	OpenFor         string `json:"open_for"`
	TallyWithin     string `json:"tally_within"`

	Registrars         []string `json:"registrars"`
	RegistrarThreshold uint32   `json:"registrar_threshold"`
	Trustees           []string `json:"trustees"`
	TrusteeThreshold   uint32   `json:"trustee_threshold"`
	RevotePolicy       string   `json:"revote_policy"`
	MinBallots         uint64   `json:"min_ballots"`
}

type contest struct {
	Title        string   `json:"title"`
	Options      []string `json:"options"`
	MaxPerOption *uint64  `json:"max_per_option"`
	MinTotal     *uint64  `json:"min_total"`
	MaxTotal     *uint64  `json:"max_total"`
}

// message makes the message of an election that organiser creates at the time now.
// resolve turns the name of a key into an address. Errors: errSchedule, errPolicy,
// resolve's own, and those of the chain (types.ErrInvalidElection).
func (f *file) message(organiser string, now time.Time, resolve func(string) (string, error)) (*types.MsgCreateElection, error) {
	m := &types.MsgCreateElection{
		Organiser: organiser, Title: f.Title, Description: f.Description, Format: f.Format,
		Split: f.Split, Quadratic: f.Quadratic, Distinct: f.Distinct,
		RegistrarThreshold: f.RegistrarThreshold, TrusteeThreshold: f.TrusteeThreshold, MinBallots: f.MinBallots,
	}
	if m.Format == "" {
		m.Format = ballot.Slots8.Name
	}
	for _, c := range f.Contests {
		m.Contests = append(m.Contests, types.Contest{
			Title: c.Title, Options: c.Options,
			MaxPerOption: or(c.MaxPerOption, 1), MinTotal: or(c.MinTotal, 1), MaxTotal: or(c.MaxTotal, 1),
		})
	}
	var err error
	if m.Schedule, err = f.schedule(now); err != nil {
		return nil, err
	}
	if m.Registrars, err = resolveAll(f.Registrars, resolve); err != nil {
		return nil, err
	}
	if m.Trustees, err = resolveAll(f.Trustees, resolve); err != nil {
		return nil, err
	}
	if m.RegistrarThreshold == 0 {
		m.RegistrarThreshold = uint32(min(len(m.Registrars), types.MaxRegistrars))
	}
	if m.RevotePolicy, err = policy(f.RevotePolicy); err != nil {
		return nil, err
	}
	return m, m.ValidateBasic()
}

func or(value *uint64, otherwise uint64) uint64 {
	if value == nil {
		return otherwise
	}
	return *value
}

func policy(text string) (types.RevotePolicy, error) {
	switch strings.ToUpper(strings.TrimPrefix(strings.ToUpper(text), "REVOTE_POLICY_")) {
	case "", "REJECT":
		return types.REVOTE_POLICY_REJECT, nil
	case "LAST_COUNTS":
		return types.REVOTE_POLICY_LAST_COUNTS, nil
	default:
		return 0, fmt.Errorf("%w, not %q", errPolicy, text)
	}
}

func resolveAll(names []string, resolve func(string) (string, error)) ([]string, error) {
	addresses := make([]string, 0, len(names))
	for _, name := range names {
		address, err := resolve(name)
		if err != nil {
			return nil, err
		}
		addresses = append(addresses, address)
	}
	return addresses, nil
}

// schedule computes the six deadlines. Those of the key generation that are left out
// divide the time before the opening into four equal parts, so that the last quarter is
// left for what went wrong.
func (f *file) schedule(now time.Time) (types.Schedule, error) {
	var s types.Schedule
	var err error
	if s.OpenTime, err = moment("open_time", f.OpenTime, "opens_in", f.OpensIn, now, 0); err != nil {
		return s, err
	}
	if s.CloseTime, err = moment("close_time", f.CloseTime, "open_for", f.OpenFor, s.OpenTime, 0); err != nil {
		return s, err
	}
	if s.TallyDeadline, err = moment("tally_deadline", f.TallyDeadline, "tally_within", f.TallyWithin, s.CloseTime, defaultTally); err != nil {
		return s, err
	}
	const parts = 4
	quarter := s.OpenTime.Sub(now) / parts
	if quarter <= 0 {
		return s, fmt.Errorf("%w: the opening, %s, is not in the future: move it", errSchedule, s.OpenTime.Format(time.RFC3339))
	}
	for i, d := range []struct {
		name, text string
		to         *time.Time
	}{
		{"commit_deadline", f.CommitDeadline, &s.CommitDeadline},
		{"deal_deadline", f.DealDeadline, &s.DealDeadline},
		{"confirm_deadline", f.ConfirmDeadline, &s.ConfirmDeadline},
	} {
		if *d.to, err = moment(d.name, d.text, "", "", now, quarter*time.Duration(i+1)); err != nil {
			return s, err
		}
		if left := d.to.Sub(now); left < leastKeyTime {
			return s, fmt.Errorf("%w: %s would be %s from now, and the trustees need %s at least: open later (opens_in %s or more)",
				errSchedule, d.name, left.Round(time.Millisecond), leastKeyTime, (parts * leastKeyTime))
		}
	}
	return s, nil
}

// moment reads a time in RFC 3339, or a duration after from; both empty take fallback
// after from, unless that is 0.
func moment(name, text, durationName, duration string, from time.Time, fallback time.Duration) (time.Time, error) {
	switch {
	case text != "" && duration != "":
		return time.Time{}, fmt.Errorf("%w: give %s or %s, not both", errSchedule, name, durationName)
	case text != "":
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return time.Time{}, fmt.Errorf("%w: %s %q is not a time like 2026-05-01T08:00:00Z", errSchedule, name, text)
		}
		return t.UTC(), nil
	case duration != "":
		d, err := time.ParseDuration(duration)
		if err != nil || d <= 0 {
			return time.Time{}, fmt.Errorf("%w: %s %q is not a duration like 90s, 10m or 48h", errSchedule, durationName, duration)
		}
		return from.Add(d).UTC(), nil
	case fallback == 0:
		return time.Time{}, fmt.Errorf("%w: give %s or %s", errSchedule, name, durationName)
	}
	return from.Add(fallback).UTC(), nil
}
