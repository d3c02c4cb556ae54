package types

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	errorsmod "cosmossdk.io/errors"

	"github.com/evoted/evoted/x/election/crypto/keygen"
	"github.com/evoted/evoted/x/election/crypto/roll"
)

const (
	// MaxRegistrars is the largest number of registrars of one election.
	MaxRegistrars = 50
	// MaxTrustees is the largest number of trustees of one election.
	MaxTrustees = keygen.MaxTrustees
	// DefaultMinBallots is the least number of ballots that are decrypted together where
	// the organiser does not say.
	DefaultMinBallots = 3
	// LeastMinBallots is the smallest min_ballots: the sum of one ballot is that ballot.
	LeastMinBallots = 2
)

// The years in which a deadline may lie: block times in nanoseconds fit 64 bits there.
const (
	firstYear = 2000
	lastYear  = 2199
)

// description is what an organiser says of an election; the same rules hold for a message
// and for a genesis.
type description struct {
	organiser          string
	title, text        string
	format             string
	contests           []Contest
	split              bool
	quadratic          bool
	distinct           bool
	schedule           Schedule
	registrars         []string
	registrarThreshold uint32
	trustees           []string
	trusteeThreshold   uint32
	revotePolicy       RevotePolicy
	minBallots         uint64
}

func (m *MsgCreateElection) description() description {
	d := description{
		organiser: m.Organiser, title: m.Title, text: m.Description, format: m.Format, contests: m.Contests,
		split: m.Split, quadratic: m.Quadratic, distinct: m.Distinct, schedule: m.Schedule,
		registrars: m.Registrars, registrarThreshold: m.RegistrarThreshold,
		trustees: m.Trustees, trusteeThreshold: m.TrusteeThreshold,
		revotePolicy: m.RevotePolicy, minBallots: m.MinBallots,
	}
	if d.trusteeThreshold == 0 {
		d.trusteeThreshold = DefaultTrusteeThreshold(len(m.Trustees))
	}
	if d.minBallots == 0 {
		d.minBallots = DefaultMinBallots
	}
	return d
}

func (e *Election) description() description {
	d := description{
		organiser: e.Organiser, title: e.Title, text: e.Description, format: e.Format, contests: e.Contests,
		split: e.Split, quadratic: e.Quadratic, distinct: e.Distinct, schedule: e.Schedule,
		registrars: e.Registrars, registrarThreshold: e.RegistrarThreshold,
		trusteeThreshold: e.TrusteeThreshold, revotePolicy: e.RevotePolicy, minBallots: e.MinBallots,
	}
	d.trustees = make([]string, 0, len(e.Trustees))
	for _, t := range e.Trustees {
		d.trustees = append(d.trustees, t.Address)
	}
	return d
}

// DefaultTrusteeThreshold returns floor(2n/3)+1, at most n.
func DefaultTrusteeThreshold(n int) uint32 {
	return uint32(keygen.DefaultThreshold(n))
}

// Election returns the election that the message describes, with defaults filled in and
// in its first state, but for what only the chain knows: the id, the trustees' keys, the
// verifying key's hash, the empty roll's root and the height.
func (m *MsgCreateElection) Election() Election {
	d := m.description()
	e := Election{
		Organiser: d.organiser, Title: d.title, Description: d.text, Format: d.format, Contests: d.contests,
		Split: d.split, Quadratic: d.quadratic, Distinct: d.distinct, Schedule: d.schedule,
		Registrars: d.registrars, RegistrarThreshold: d.registrarThreshold,
		TrusteeThreshold: d.trusteeThreshold, RevotePolicy: d.revotePolicy, MinBallots: d.minBallots,
		Phase:         PHASE_SETUP,
		Roll:          Roll{Status: ROLL_STATUS_ENROLLING},
		KeyGeneration: KeyGeneration{Status: KEY_STATUS_COMMIT},
	}
	e.Trustees = make([]Trustee, 0, len(d.trustees))
	for _, address := range d.trustees {
		e.Trustees = append(e.Trustees, Trustee{Address: address})
	}
	return e
}

// validate checks everything that needs no state. Every error is ErrInvalidElection (or
// ErrInvalidEncoding for an address) and says what to change.
func (d description) validate() error {
	if err := d.validateTexts(); err != nil {
		return errorsmod.Wrap(ErrInvalidElection, err.Error())
	}
	if err := d.schedule.validate(); err != nil {
		return err
	}
	if err := d.validateOfficials(); err != nil {
		return err
	}
	if d.revotePolicy != REVOTE_POLICY_REJECT && d.revotePolicy != REVOTE_POLICY_LAST_COUNTS {
		return errorsmod.Wrap(ErrInvalidElection, "say what a second ballot does: revote_policy must be REJECT or LAST_COUNTS")
	}
	if d.minBallots < LeastMinBallots {
		return errorsmod.Wrapf(ErrInvalidElection, "min_ballots is %d: raise it to at least %d, because the sum of one ballot is that ballot", d.minBallots, LeastMinBallots)
	}
	m, err := manifest(d.format, d.contests, d.split, d.quadratic, d.distinct)
	if err != nil {
		return err
	}
	if err := m.Validate(); err != nil {
		return errorsmod.Wrap(ErrInvalidElection, err.Error())
	}
	// Every elector has a weight of 1 or more.
	if largest := min(m.MaxTotalPower(), roll.MaxLeaves); d.minBallots > largest {
		return errorsmod.Wrapf(ErrInvalidElection, "min_ballots is %d, but no roll of this election can hold more than %d electors: lower it", d.minBallots, largest)
	}
	return nil
}

func (d description) validateTexts() error {
	if err := validateText("title", d.title, 1, MaxTitleLength, false); err != nil {
		return err
	}
	if err := validateText("description", d.text, 0, MaxDescriptionLength, true); err != nil {
		return err
	}
	if len(d.contests) == 0 {
		return errors.New("there is no contest: add at least one")
	}
	// Numbers before contents: comparing options costs the square of their number.
	options := 0
	for i := range d.contests {
		options += len(d.contests[i].Options)
	}
	if max(options, len(d.contests)) > MaxSlots {
		return fmt.Errorf("%d options in %d contests are too many: no ballot format holds more than %d", options, len(d.contests), MaxSlots)
	}
	for i := range d.contests {
		if err := d.contests[i].validateTexts(i + 1); err != nil {
			return err
		}
	}
	return nil
}

func (c *Contest) validateTexts(number int) error {
	if err := validateText(fmt.Sprintf("title of contest %d", number), c.Title, 1, MaxTitleLength, false); err != nil {
		return err
	}
	if len(c.Options) == 0 {
		return fmt.Errorf("contest %d has no option: add at least one", number)
	}
	for j, option := range c.Options {
		name := fmt.Sprintf("option %d of contest %d", j+1, number)
		if err := validateText(name, option, 1, MaxOptionLength, false); err != nil {
			return err
		}
		// Options that differ in case alone are the same to a reader.
		if slices.ContainsFunc(c.Options[:j], func(s string) bool { return strings.EqualFold(s, option) }) {
			return fmt.Errorf("%s, %q, is there twice: remove or rename one", name, option)
		}
	}
	return nil
}

// validate checks that the deadlines ascend strictly and lie in the years that a block
// time can have.
func (s Schedule) validate() error {
	deadlines := []struct {
		name string
		time time.Time
	}{
		{"commit_deadline", s.CommitDeadline},
		{"deal_deadline", s.DealDeadline},
		{"confirm_deadline", s.ConfirmDeadline},
		{"open_time", s.OpenTime},
		{"close_time", s.CloseTime},
		{"tally_deadline", s.TallyDeadline},
	}
	previous := deadlines[0]
	for i, d := range deadlines {
		if year := d.time.UTC().Year(); year < firstYear || year > lastYear {
			return errorsmod.Wrapf(ErrInvalidElection, "%s is missing or not between the years %d and %d: set it", d.name, firstYear, lastYear)
		}
		if i > 0 && !d.time.After(previous.time) {
			return errorsmod.Wrapf(ErrInvalidElection, "%s (%s) must be later than %s (%s): move it",
				d.name, d.time.UTC().Format(time.RFC3339), previous.name, previous.time.UTC().Format(time.RFC3339))
		}
		previous = d
	}
	return nil
}

func (d description) validateOfficials() error {
	if _, err := ParseAddress(d.organiser); err != nil {
		return errorsmod.Wrap(err, "organiser")
	}
	if err := validateList("registrar", d.registrars, MaxRegistrars); err != nil {
		return err
	}
	if n := len(d.registrars); d.registrarThreshold < 1 || uint64(d.registrarThreshold) > uint64(n) {
		return errorsmod.Wrapf(ErrInvalidElection, "registrar_threshold is %d: set it from 1 to %d, the number of registrars", d.registrarThreshold, n)
	}
	if err := validateList("trustee", d.trustees, MaxTrustees); err != nil {
		return err
	}
	n := len(d.trustees)
	if least := n/2 + 1; uint64(d.trusteeThreshold) < uint64(least) || uint64(d.trusteeThreshold) > uint64(n) {
		return errorsmod.Wrapf(ErrInvalidElection, "trustee_threshold is %d: with %d trustees set it from %d to %d, or 0 for the default", d.trusteeThreshold, n, least, n)
	}
	return nil
}

func validateList(role string, addresses []string, most int) error {
	if len(addresses) == 0 {
		return errorsmod.Wrapf(ErrInvalidElection, "there is no %s: name at least one", role)
	}
	if len(addresses) > most {
		return errorsmod.Wrapf(ErrInvalidElection, "%d %ss are too many: name at most %d", len(addresses), role, most)
	}
	for i, address := range addresses {
		if _, err := ParseAddress(address); err != nil {
			return errorsmod.Wrapf(err, "%s %d", role, i+1)
		}
		if slices.Contains(addresses[:i], address) {
			return errorsmod.Wrapf(ErrInvalidElection, "%s %s is named twice: remove one", role, address)
		}
	}
	return nil
}
