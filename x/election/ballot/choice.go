package ballot

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrChoice reports a choice that cannot be understood. The text says what to write.
var ErrChoice = errors.New("ballot: cannot read the choice")

// BlankChoice as the only argument is a blank vote: 0 for every option.
const BlankChoice = "blank"

// ParseChoice reads what an elector wants and returns the values v_1..v_K, checked
// against the rules (errors of Manifest.Check) for that voting power.
//
// An argument is [CONTEST:]OPTION[=VALUE]. CONTEST is its number and may be left out if
// there is one contest only, or if OPTION is written out and appears in one only. OPTION
// is the text of the option, in any case, or its number within the contest; the text
// comes first where an option reads like a number. VALUE is 1 if left out, or the whole
// voting power in an election that splits it.
func ParseChoice(m Manifest, weight uint64, args []string) ([]uint64, error) {
	values := make([]uint64, m.Format.Slots)
	if len(args) == 1 && strings.EqualFold(args[0], BlankChoice) && m.find(BlankChoice) == nil {
		return values, m.Check(values, weight)
	}
	if len(args) == 0 {
		return nil, fmt.Errorf("%w: name an option, or write %q for a blank vote", ErrChoice, BlankChoice)
	}
	given := make(map[int]bool, len(args))
	for _, arg := range args {
		slot, value, err := m.parseArgument(strings.TrimSpace(arg), weight)
		if err != nil {
			return nil, err
		}
		if given[slot] {
			return nil, fmt.Errorf("%w: %q names an option a second time", ErrChoice, arg)
		}
		given[slot], values[slot] = true, value
	}
	if err := m.Check(values, weight); err != nil {
		return nil, err
	}
	return values, nil
}

func (m Manifest) parseArgument(arg string, weight uint64) (slot int, value uint64, err error) {
	value = 1
	if m.Split {
		value = weight
	}
	// An option's text may hold '=': the whole text is tried first.
	if slot, err = m.parseOption(arg); err == nil {
		return slot, value, nil
	}
	i := strings.LastIndexByte(arg, '=')
	if i < 0 {
		return 0, 0, err
	}
	if slot, err = m.parseOption(strings.TrimSpace(arg[:i])); err != nil {
		return 0, 0, err
	}
	if value, err = strconv.ParseUint(strings.TrimSpace(arg[i+1:]), 10, 64); err != nil {
		return 0, 0, fmt.Errorf("%w: %q: the value must be a whole number", ErrChoice, arg)
	}
	return slot, value, nil
}

func (m Manifest) parseOption(s string) (int, error) {
	if found := m.find(s); len(found) == 1 {
		return found[0], nil
	} else if len(found) > 1 {
		return 0, fmt.Errorf("%w: %q appears in several contests: put the contest's number before it, as in \"1:%s\"", ErrChoice, s, s)
	}
	if before, option, ok := strings.Cut(s, ":"); ok {
		if n, err := strconv.Atoi(strings.TrimSpace(before)); err == nil && n >= 1 && n <= len(m.Contests) {
			return m.parseOptionOf(n-1, strings.TrimSpace(option))
		}
	}
	if len(m.Contests) == 1 {
		return m.parseOptionOf(0, s)
	}
	return 0, fmt.Errorf("%w: no option %q; write CONTEST:OPTION", ErrChoice, s)
}

// parseOptionOf finds an option by text or number in one contest.
func (m Manifest) parseOptionOf(contest int, s string) (int, error) {
	first := 0
	for _, c := range m.Contests[:contest] {
		first += len(c.Options)
	}
	options := m.Contests[contest].Options
	for i, option := range options {
		if strings.EqualFold(option, s) {
			return first + i, nil
		}
	}
	if n, err := strconv.Atoi(s); err == nil && n >= 1 && n <= len(options) {
		return first + n - 1, nil
	}
	return 0, fmt.Errorf("%w: contest %d has no option %q, only %s", ErrChoice, contest+1, s, strings.Join(options, ", "))
}

// find returns the slots of all options that read s.
func (m Manifest) find(s string) []int {
	var found []int
	slot := 0
	for _, c := range m.Contests {
		for _, option := range c.Options {
			if strings.EqualFold(option, s) {
				found = append(found, slot)
			}
			slot++
		}
	}
	return found
}
