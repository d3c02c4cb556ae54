package ballot

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of the texts of a manifest, in bytes of UTF-8.
const (
	MaxContestTitle = 200
	MaxOptionText   = 100
)

// MaxResult is the largest total a slot can reach: results up to it are found from
// their point in seconds.
const MaxResult = 1 << 40

// ErrManifest reports a manifest that cannot be voted on. The text says what to change.
var ErrManifest = errors.New("ballot: invalid election rules")

// Contest is one question: a run of consecutive slots, one an option.
type Contest struct {
	// Title is the question, Options the answers in the order of their slots.
	Title   string
	Options []string
	// Cap is the largest value of one option; Lo and Hi bound the total cost of the
	// contest. If the election splits power they count per unit of power.
	Cap, Lo, Hi uint64
}

// Manifest is what an election asks, and how.
type Manifest struct {
	Format   Format
	Contests []Contest
	// Split, Quadratic and Distinct are as in Rules.
	Split, Quadratic, Distinct bool
}

// Validate reports, as ErrManifest (or ErrUnknownFormat), a manifest with an unknown
// format, too many options, texts that are empty, too long, repeated or not printable,
// numbers out of bounds, or a contest that no ballot can satisfy.
func (m Manifest) Validate() error {
	if f, err := FormatByName(m.Format.Name); err != nil || f != m.Format {
		return fmt.Errorf("%w: %q", ErrUnknownFormat, m.Format.Name)
	}
	if len(m.Contests) == 0 {
		return fmt.Errorf("%w: there must be at least one contest", ErrManifest)
	}
	slots := 0
	for i, c := range m.Contests {
		if err := m.validateContest(c); err != nil {
			return fmt.Errorf("%w: contest %d: %w", ErrManifest, i+1, err)
		}
		slots += len(c.Options)
	}
	if slots > m.Format.Slots {
		return fmt.Errorf("%w: %d options in total, format %s has room for %d", ErrManifest, slots, m.Format.Name, m.Format.Slots)
	}
	return nil
}

func (m Manifest) validateContest(c Contest) error {
	if err := checkText("the title", c.Title, MaxContestTitle); err != nil {
		return err
	}
	if len(c.Options) == 0 {
		return errors.New("there must be at least one option")
	}
	seen := map[string]bool{}
	for i, option := range c.Options {
		if err := checkText(fmt.Sprintf("option %d", i+1), option, MaxOptionText); err != nil {
			return err
		}
		folded := strings.ToLower(option)
		if seen[folded] {
			return fmt.Errorf("option %q appears twice", option)
		}
		seen[folded] = true
	}
	switch {
	case c.Cap == 0 || c.Cap > MaxValue:
		return fmt.Errorf("the largest value of an option must be from 1 to %d", MaxValue)
	case c.Hi == 0 || c.Hi > MaxCost:
		return fmt.Errorf("the largest total must be from 1 to %d", MaxCost)
	case c.Lo > c.Hi:
		return fmt.Errorf("the least total %d exceeds the largest total %d", c.Lo, c.Hi)
	case len(c.Options) > 1<<10:
		return errors.New("too many options")
	}
	return m.checkReachable(c)
}

// checkReachable refuses a contest for which no ballot may exist, at a voting power of
// 1 and, where a split budget grows with it, at the largest. It is exact for plain costs;
// for quadratic costs with a minimum it may refuse a contest that has solutions hard to find.
func (m Manifest) checkReachable(c Contest) error {
	if m.Split && m.Quadratic && c.Lo > 0 {
		return errors.New("with quadratic costs of a split power the least total must be 0")
	}
	n := uint64(len(c.Options))
	if m.Split {
		if err := m.checkSplit(c, n); err != nil {
			return err
		}
	}
	if m.Distinct {
		return m.checkDistinct(c, n)
	}
	if most := m.greedy(c, n); most < c.Lo {
		return fmt.Errorf("no ballot can reach the least total %d: %d is possible", c.Lo, most)
	}
	return nil
}

// checkSplit refuses a least total that the electors with the most power could not reach,
// because a value has 32 bits however large the power is.
func (m Manifest) checkSplit(c Contest, n uint64) error {
	power := min(m.MaxTotalPower(), MaxWeight)
	largest := min(MaxValue, c.Cap*power) // below 2^64
	most := n * largest
	if m.Distinct {
		most -= min(most, n*(n-1)/2)
	}
	if c.Lo > most/power {
		return fmt.Errorf("the least total %d cannot be reached by an elector with power %d, since a value is at most %d: lower it to %d, or name more options",
			c.Lo, power, uint64(MaxValue), most/power)
	}
	return nil
}

// greedy returns the largest total, at most c.Hi, of n values taken as large as fits.
func (m Manifest) greedy(c Contest, n uint64) uint64 {
	total := uint64(0)
	for range n {
		v := c.Hi - total
		if m.Quadratic {
			v = isqrt(v)
		}
		v = min(v, c.Cap)
		total += m.cost(v)
	}
	return total
}

// checkDistinct looks at the smallest values 0..n-1 and the largest cap-n+1..cap. For
// plain costs every total between the two is possible.
func (m Manifest) checkDistinct(c Contest, n uint64) error {
	if c.Cap < n-1 {
		return fmt.Errorf("%d options need different values, so the largest value must be at least %d", n, n-1)
	}
	least, most := uint64(0), uint64(0)
	for i := range n {
		least += m.cost(i)
		if most <= MaxCost { // larger sums need not be exact
			most += m.cost(c.Cap - i)
		}
	}
	switch {
	case least > c.Hi:
		return fmt.Errorf("different values cost at least %d, more than the largest total %d", least, c.Hi)
	case most < c.Lo:
		return fmt.Errorf("different values cost at most %d, less than the least total %d", most, c.Lo)
	case m.Quadratic && least < c.Lo && most > c.Hi:
		return errors.New("with quadratic costs of different values, let the bounds include the least or the largest possible total")
	}
	return nil
}

// cost of a value up to MaxValue.
func (m Manifest) cost(v uint64) uint64 {
	if m.Quadratic {
		return v * v
	}
	return v
}

// Rules returns the rules as the circuit takes them. The manifest must be valid.
func (m Manifest) Rules() Rules {
	n := m.Format.Slots
	r := Rules{
		Start: make([]bool, n), Cap: make([]uint64, n), Lo: make([]uint64, n), Hi: make([]uint64, n),
		Split: m.Split, Quadratic: m.Quadratic, Distinct: m.Distinct,
	}
	slot := 0
	for _, c := range m.Contests {
		for i := range c.Options {
			if slot == n {
				return r
			}
			r.Start[slot] = i == 0
			r.Cap[slot], r.Lo[slot], r.Hi[slot] = c.Cap, c.Lo, c.Hi
			slot++
		}
	}
	for ; slot < n; slot++ {
		r.Start[slot] = true
	}
	return r
}

// Check is Rules.Check with errors for people: they name the contest and the options, not
// slots. errors.Is finds the same errors.
func (m Manifest) Check(values []uint64, weight uint64) error {
	rules := m.Rules()
	v, err := rules.check(values, weight)
	if v == nil {
		return err
	}
	contest, option := m.at(v.first)
	if option == "" {
		return err // a slot without an option
	}
	switch {
	case v.total != nil && errors.Is(v.kind, ErrTooLow):
		return fmt.Errorf("%w: %q has %s, give at least %s", v.kind, contest, v.total, v.bound)
	case v.total != nil:
		return fmt.Errorf("%w: %q has %s, give at most %s", v.kind, contest, v.total, v.bound)
	case errors.Is(v.kind, ErrRepeated):
		_, second := m.at(v.second)
		return fmt.Errorf("%w: %q and %q in %q both have %d", v.kind, option, second, contest, values[v.first])
	case errors.Is(v.kind, ErrCap):
		_, budget := rules.unitAndBudget(weight)
		return fmt.Errorf("%w: %q in %q has %d, give at most %d", v.kind, option, contest, values[v.first], rules.Cap[v.first]*budget)
	}
	return fmt.Errorf("%w: %q in %q has %d", v.kind, option, contest, values[v.first])
}

// at returns the contest and the option of a slot, counted from 0; nothing if the slot is
// not used.
func (m Manifest) at(slot int) (contest, option string) {
	for _, c := range m.Contests {
		if slot < len(c.Options) {
			return c.Title, c.Options[slot]
		}
		slot -= len(c.Options)
	}
	return "", ""
}

// Options returns the number of slots in use.
func (m Manifest) Options() int {
	n := 0
	for _, c := range m.Contests {
		n += len(c.Options)
	}
	return n
}

// LargestSlot returns the largest amount one unit of voting power can add to a slot.
func (m Manifest) LargestSlot() uint64 {
	largest := uint64(0)
	for _, c := range m.Contests {
		most := c.Hi
		if m.Quadratic {
			most = isqrt(c.Hi)
		}
		largest = max(largest, min(c.Cap, most))
	}
	return largest
}

// MaxTotalPower returns the largest total voting power of a roll for this manifest:
// with more, a slot's result could exceed MaxResult.
func (m Manifest) MaxTotalPower() uint64 {
	return MaxResult / max(m.LargestSlot(), 1)
}

func checkText(what, s string, limit int) error {
	switch {
	case strings.TrimSpace(s) == "":
		return fmt.Errorf("%s is empty", what)
	case s != strings.TrimSpace(s):
		return fmt.Errorf("%s begins or ends with a space", what)
	case len(s) > limit:
		return fmt.Errorf("%s is longer than %d bytes", what, limit)
	case !utf8.ValidString(s):
		return fmt.Errorf("%s is not valid UTF-8", what)
	}
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return fmt.Errorf("%s holds a character that cannot be printed", what)
		}
	}
	return nil
}

// isqrt returns the integer square root of n, bit by bit: no floating point, since the
// chain uses it.
func isqrt(n uint64) uint64 {
	s := uint64(0)
	for bit := uint64(1) << 31; bit > 0; bit >>= 1 {
		if t := s | bit; t*t <= n {
			s = t
		}
	}
	return s
}
