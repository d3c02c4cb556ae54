package ballot

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"math/bits"
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
// with a screen reader and on a braille line. It ends with errStopped when its context
// does, also while it waits for an answer.
type dialogue struct {
	ctx      context.Context
	in       *bufio.Reader
	out      io.Writer
	manifest ballot.Manifest
	weight   uint64
}

func newDialogue(ctx context.Context, in io.Reader, out io.Writer, manifest ballot.Manifest, weight uint64) *dialogue {
	return &dialogue{ctx: ctx, in: bufio.NewReader(io.LimitReader(in, 1<<20)), out: out, manifest: manifest, weight: weight}
}

func (d *dialogue) say(format string, args ...any) {
	_, _ = fmt.Fprintf(d.out, format+"\n", args...)
}

// line reads one answer. The end of the input is errStopped.
func (d *dialogue) line() (string, error) {
	text, err := terminal.Await(d.ctx, func() (string, error) { return d.in.ReadString('\n') })
	if errors.Is(err, terminal.ErrStopped) {
		d.say("") // the question's line is not finished
		return "", errStopped
	}
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
		d.say("Contest %d of %d: %s", i+1, len(d.manifest.Contests), terminal.Clean(contest.Title))
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

// limits of one contest for the elector who is asked.
type limits struct {
	// least and most the contest may cost in total, largest what one option may get.
	least, most, largest uint64
}

func (d *dialogue) limits(c ballot.Contest) limits {
	budget := uint64(1)
	if d.manifest.Split {
		budget = d.weight
	}
	l := limits{least: times(c.Lo, budget), most: times(c.Hi, budget)}
	l.largest = min(times(c.Cap, budget), l.most)
	if d.manifest.Quadratic {
		l.largest = min(times(c.Cap, budget), root(l.most))
	}
	return l
}

// howTo says in a few sentences what may be answered.
func (d *dialogue) howTo(c ballot.Contest) string {
	l := d.limits(c)
	var text string
	switch {
	case d.manifest.Distinct && len(c.Options) > 1:
		text = fmt.Sprintf("Give each option a different number from 0 to %d: type OPTION=NUMBER for each, separated by spaces, as in %s. "+
			"An option left out gets 0.", l.largest, ranking(len(c.Options), l.largest))
		if d.manifest.Quadratic {
			text += fmt.Sprintf(" Numbers cost their square; spend %s.", span(l.least, l.most))
		} else {
			text += " " + points(l.least, l.most) + " in total."
		}
		return text
	case c.Cap == 1 && !d.manifest.Split && l.most == 1:
		text = "Type the number of one option."
	case c.Cap == 1 && !d.manifest.Split:
		text = fmt.Sprintf("Type the numbers of %s options, separated by spaces.", span(l.least, min(l.most, uint64(len(c.Options)))))
	case d.manifest.Quadratic:
		text = fmt.Sprintf("Type OPTION=POINTS for each option you support, separated by spaces, as in 1=%d. "+
			"Points cost their square (3 points cost 9): spend %s, at most %s for one option.",
			l.largest, span(l.least, l.most), counted(l.largest, "point"))
	default:
		text = fmt.Sprintf("Type OPTION=POINTS for each option you support, separated by spaces, as in 1=%d. %s in total, at most %d for one option.",
			l.largest, points(l.least, l.most), l.largest)
	}
	if c.Lo == 0 {
		text += " Press Enter alone for a blank vote."
	}
	return text
}

// ranking is an example of an answer with different numbers.
func ranking(options int, largest uint64) string {
	words := make([]string, 0, options)
	next := min(uint64(options), largest)
	for i := range options {
		if next == 0 {
			break
		}
		words = append(words, fmt.Sprintf("%d=%d", i+1, next))
		next--
	}
	return strings.Join(words, " ")
}

func counted(n uint64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// times multiplies, up to the largest number there is.
func times(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	if high > 0 {
		return math.MaxUint64
	}
	return low
}

// root is the integer square root.
func root(n uint64) uint64 {
	return new(big.Int).Sqrt(new(big.Int).SetUint64(n)).Uint64()
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
	return values, alone.Check(padded, d.weight)
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
		ballot.ErrTooLow:   "that is less than this contest asks for",
		ballot.ErrTooHigh:  "that is more than this contest allows",
		ballot.ErrRepeated: "two options have the same",
		ballot.ErrValue:    "a number is too large",
		ballot.ErrAmount:   "a number is too large",
	} {
		if errors.Is(err, rule) {
			return words
		}
	}
	return terminal.Sentence(err)
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

// confirm asks for the word yes: a single letter could be typed by mistake.
func (d *dialogue) confirm() error {
	_, _ = fmt.Fprint(d.out, "Cast this ballot? Type the word yes to cast it, anything else to stop: ")
	answer, err := d.line()
	if err != nil {
		return err
	}
	if !strings.EqualFold(answer, "yes") {
		return errStopped
	}
	return nil
}
