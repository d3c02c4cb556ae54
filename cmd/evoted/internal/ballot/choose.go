package ballot

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/ballot"
)

// maxAnswer bounds one line of an answer, in bytes.
const maxAnswer = 4096

// Errors of the dialogue.
var (
	errStopped = errors.New("stopped: nothing was sent")
	errAnswer  = errors.New("answer not understood")
)

// dialogue asks an elector, line by line, without moving the cursor: it can be followed
// with a screen reader and on a braille line.
type dialogue struct {
	in       *bufio.Reader
	out      io.Writer
	manifest ballot.Manifest
	weight   uint64
}

func newDialogue(in io.Reader, out io.Writer, manifest ballot.Manifest, weight uint64) *dialogue {
	return &dialogue{in: bufio.NewReader(io.LimitReader(in, 1<<20)), out: out, manifest: manifest, weight: weight}
}

func (d *dialogue) say(format string, args ...any) {
	_, _ = fmt.Fprintf(d.out, format+"\n", args...)
}

// line reads one answer. The end of the input is errStopped.
func (d *dialogue) line() (string, error) {
	text, err := d.in.ReadString('\n')
	if err != nil && (text == "" || !errors.Is(err, io.EOF)) {
		return "", errStopped
	}
	if len(text) > maxAnswer {
		return "", errStopped
	}
	return strings.TrimSpace(text), nil
}

// choose asks every contest and returns the values of all slots.
func (d *dialogue) choose() ([]uint64, error) {
	values := make([]uint64, d.manifest.Format.Slots)
	slot := 0
	for i, contest := range d.manifest.Contests {
		d.say("")
		d.say("Question %d of %d: %s", i+1, len(d.manifest.Contests), terminal.Clean(contest.Title))
		for j, option := range contest.Options {
			d.say("  %d. %s", j+1, terminal.Clean(option))
		}
		d.say("%s", d.howTo(contest))
		for {
			_, _ = fmt.Fprint(d.out, "Your choice: ")
			answer, err := d.line()
			if err != nil {
				return nil, err
			}
			chosen, err := d.read(contest, answer)
			if err == nil {
				copy(values[slot:], chosen)
				break
			}
			d.say("That cannot be counted: %s. Please choose again.", inWords(err))
		}
		slot += len(contest.Options)
	}
	return values, nil
}

// howTo says in one sentence what may be answered.
func (d *dialogue) howTo(c ballot.Contest) string {
	budget := uint64(1)
	if d.manifest.Split {
		budget = d.weight
	}
	least, most := c.Lo*budget, c.Hi*budget
	var text string
	switch {
	case c.Cap == 1 && !d.manifest.Split && most == 1:
		text = "Type the number of one option."
	case c.Cap == 1 && !d.manifest.Split:
		text = fmt.Sprintf("Type the numbers of %s options, separated by spaces.", span(least, min(most, uint64(len(c.Options)))))
	default:
		text = fmt.Sprintf("Type OPTION=POINTS for each option you support, separated by spaces, as in 1=%d. %s in total, at most %d for one option.",
			min(c.Cap*budget, most), points(least, most), c.Cap*budget)
	}
	if d.manifest.Quadratic {
		text += " Points cost their square."
	}
	if d.manifest.Distinct {
		text += " No two options may get the same."
	}
	if c.Lo == 0 {
		text += " Press Enter alone for a blank vote."
	}
	return text
}

func span(least, most uint64) string {
	if least == most {
		return fmt.Sprintf("exactly %d", most)
	}
	return fmt.Sprintf("%d to %d", least, most)
}

func points(least, most uint64) string {
	if least == most {
		return fmt.Sprintf("Exactly %d points", most)
	}
	return fmt.Sprintf("From %d to %d points", least, most)
}

// read turns an answer into the values of one contest, checked against its rules.
func (d *dialogue) read(c ballot.Contest, answer string) ([]uint64, error) {
	values := make([]uint64, len(c.Options))
	words := strings.FieldsFunc(answer, func(r rune) bool { return r == ' ' || r == ',' || r == ';' || r == '\t' })
	if len(words) == 1 && (strings.EqualFold(words[0], ballot.BlankChoice) || words[0] == "0") {
		words = nil
	}
	named := make(map[int]bool, len(words))
	for _, word := range words {
		option, value, err := d.readWord(c, word, len(words))
		if err != nil {
			return nil, err
		}
		if named[option] {
			return nil, fmt.Errorf("%w: option %d is named twice", errAnswer, option+1)
		}
		named[option] = true
		values[option] = value
	}
	alone := ballot.Manifest{
		Format: d.manifest.Format, Contests: []ballot.Contest{c},
		Split: d.manifest.Split, Quadratic: d.manifest.Quadratic, Distinct: d.manifest.Distinct,
	}
	padded := make([]uint64, alone.Format.Slots)
	copy(padded, values)
	return values, alone.Rules().Check(padded, d.weight)
}

// readWord reads N or N=V.
func (d *dialogue) readWord(c ballot.Contest, word string, words int) (option int, value uint64, err error) {
	number, amount, hasAmount := strings.Cut(word, "=")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > len(c.Options) {
		return 0, 0, fmt.Errorf("%w: options have the numbers 1 to %d", errAnswer, len(c.Options))
	}
	if !hasAmount {
		if !d.manifest.Split {
			return n - 1, 1, nil
		}
		if words > 1 {
			return 0, 0, fmt.Errorf("%w: say how many points each option gets, as in %d=%d", errAnswer, n, d.weight)
		}
		return n - 1, d.weight, nil
	}
	if value, err = strconv.ParseUint(amount, 10, 64); err != nil {
		return 0, 0, fmt.Errorf("%w: points are whole numbers", errAnswer)
	}
	return n - 1, value, nil
}

// inWords says what a rule of voting asks, for the person at the prompt.
func inWords(err error) string {
	for rule, words := range map[error]string{
		ballot.ErrCap:      "an option has more than it may get",
		ballot.ErrTooLow:   "that is less than this question asks for",
		ballot.ErrTooHigh:  "that is more than this question allows",
		ballot.ErrRepeated: "two options have the same",
		ballot.ErrValue:    "a number is too large",
		ballot.ErrAmount:   "a number is too large",
	} {
		if errors.Is(err, rule) {
			return words
		}
	}
	return err.Error()
}

// review shows what will be sealed.
func (d *dialogue) review(values []uint64) {
	d.say("")
	d.say("Please review your ballot:")
	slot := 0
	for _, contest := range d.manifest.Contests {
		d.say("  %s", terminal.Clean(contest.Title))
		blank := true
		for _, option := range contest.Options {
			if v := values[slot]; v > 0 {
				blank = false
				if v == 1 && contest.Cap == 1 && !d.manifest.Split {
					d.say("    %s", terminal.Clean(option))
				} else {
					d.say("    %s: %d", terminal.Clean(option), v)
				}
			}
			slot++
		}
		if blank {
			d.say("    (blank)")
		}
	}
	if d.weight != 1 {
		d.say("  Your voting power is %d.", d.weight)
	}
}

// confirm asks for the word yes.
func (d *dialogue) confirm() error {
	_, _ = fmt.Fprint(d.out, "Cast this ballot? Type yes to cast it, anything else to stop: ")
	answer, err := d.line()
	if err != nil {
		return err
	}
	if !strings.EqualFold(answer, "yes") && !strings.EqualFold(answer, "y") {
		return errStopped
	}
	return nil
}
