// Package registrar does a registrar's work: it reads the list of those who may vote
// (commitments and voting powers, no names), puts it on the chain in batches, and states
// afterwards, from its own list, what the roll must be.
package registrar

import (
	"bytes"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/evoted/evoted/x/election/client/elector"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/roll"
	"github.com/evoted/evoted/x/election/types"
)

const (
	// columns of the list: commitment, weight.
	columns = 2
	// maxReported bounds the mistakes that one error names.
	maxReported = 20
)

// Errors of ParseList.
var (
	ErrList      = errors.New("registrar: the list has mistakes")
	ErrEmptyList = errors.New("registrar: the list is empty")
)

// MistakesError is the ErrList of ParseList, with a line for each mistake.
type MistakesError struct{ mistakes []string }

// Error says that there are mistakes; Details names them.
func (e *MistakesError) Error() string { return ErrList.Error() }

// Unwrap gives ErrList.
func (e *MistakesError) Unwrap() error { return ErrList }

// Details are the mistakes, a line each, the first twenty of them.
func (e *MistakesError) Details() []string { return e.mistakes }

// ParseList reads a CSV list with the columns commitment (64 hexadecimal digits) and
// weight (1 to 2^32-1). A first line that names columns is allowed, as are empty lines
// and lines that begin with #. Nothing else is: every mistake is named with its line (see
// MistakesError), and one is enough to refuse the list. The electors are returned in the order of their
// commitments, so that their places on the roll do not tell when they registered.
func ParseList(r io.Reader) ([]types.Elector, error) {
	reader := csv.NewReader(r)
	reader.FieldsPerRecord = -1
	reader.Comment = '#'
	reader.ReuseRecord = true
	list := parser{lines: make(map[string]int)}
	for first := true; ; first = false {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			list.mistakes = append(list.mistakes, fmt.Sprintf("line %d: %s", syntax.Line, syntax.Err))
			break
		}
		if err != nil {
			return nil, fmt.Errorf("registrar: reading the list: %w", err)
		}
		line, _ := reader.FieldPos(0)
		if first && isHeader(record) {
			continue
		}
		list.add(line, record)
	}
	return list.finish()
}

// isHeader tells whether a first line names columns: its first field is not hexadecimal,
// and no field looks like the data of an elector, so that a mistyped commitment in the
// first line is a mistake and not passed over as a header.
func isHeader(record []string) bool {
	for i, text := range record {
		text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
		_, numberErr := strconv.ParseInt(text, 10, 64)
		_, hexErr := hex.DecodeString(text)
		if numberErr == nil || len(text) == hex.EncodedLen(field.Size) || (i == 0 && hexErr == nil) {
			return false
		}
	}
	return true
}

// parser collects electors and mistakes.
type parser struct {
	electors []types.Elector
	lines    map[string]int // line of each commitment
	mistakes []string
	more     int
}

func (p *parser) add(line int, record []string) {
	elector, err := parseRecord(record)
	if err == nil {
		if earlier, ok := p.lines[string(elector.Commitment)]; ok {
			err = fmt.Errorf("the same commitment as in line %d: %x", earlier, elector.Commitment)
		}
	}
	if err != nil {
		if len(p.mistakes) < maxReported {
			p.mistakes = append(p.mistakes, fmt.Sprintf("line %d: %s", line, err))
		} else {
			p.more++
		}
		return
	}
	p.lines[string(elector.Commitment)] = line
	p.electors = append(p.electors, elector)
}

func parseRecord(record []string) (types.Elector, error) {
	if len(record) != columns {
		return types.Elector{}, fmt.Errorf("%d columns, want commitment,weight", len(record))
	}
	commitment, err := elector.ParseHex(strings.ToLower(strings.TrimSpace(record[0])))
	if err != nil {
		return types.Elector{}, fmt.Errorf("the commitment must be 64 hexadecimal digits of a field element: %w", err)
	}
	if commitment.IsZero() {
		return types.Elector{}, errors.New("the commitment is zero")
	}
	weight, err := strconv.ParseUint(strings.TrimSpace(record[1]), 10, 64)
	if err != nil || weight == 0 || weight > roll.MaxWeight {
		return types.Elector{}, fmt.Errorf("the weight must be a whole number from 1 to %d", uint64(roll.MaxWeight))
	}
	return types.Elector{Commitment: field.Bytes(commitment), Weight: weight}, nil
}

func (p *parser) finish() ([]types.Elector, error) {
	if len(p.mistakes) > 0 {
		if p.more > 0 {
			p.mistakes = append(p.mistakes, fmt.Sprintf("and %d more", p.more))
		}
		return nil, &MistakesError{mistakes: p.mistakes}
	}
	if len(p.electors) == 0 {
		return nil, ErrEmptyList
	}
	slices.SortFunc(p.electors, func(a, b types.Elector) int { return bytes.Compare(a.Commitment, b.Commitment) })
	return p.electors, nil
}

// Difference is what sets two lists of electors apart.
type Difference struct {
	// Missing are on the registrar's list and not on the chain's roll.
	Missing []types.Elector
	// Extra are on the chain's roll and not on the registrar's list.
	Extra []types.Elector
	// Changed are on both with different weights; the weight is the chain's.
	Changed []types.Elector
}

// Compare compares the registrar's own list with the chain's roll as sets.
func Compare(own, chain []types.Elector) Difference {
	weights := make(map[string]uint64, len(own))
	for _, e := range own {
		weights[string(e.Commitment)] = e.Weight
	}
	var d Difference
	seen := make(map[string]bool, len(chain))
	for _, e := range chain {
		weight, ok := weights[string(e.Commitment)]
		seen[string(e.Commitment)] = true
		switch {
		case !ok:
			d.Extra = append(d.Extra, e)
		case weight != e.Weight:
			d.Changed = append(d.Changed, e)
		}
	}
	for _, e := range own {
		if !seen[string(e.Commitment)] {
			d.Missing = append(d.Missing, e)
		}
	}
	return d
}

// Empty tells whether the lists are the same.
func (d Difference) Empty() bool {
	return len(d.Missing) == 0 && len(d.Extra) == 0 && len(d.Changed) == 0
}

// Lines describes the difference for people, one line an elector, at most so many a kind.
func (d Difference) Lines(most int) []string {
	var lines []string
	add := func(kind string, electors []types.Elector) {
		for i, e := range electors {
			if i == most {
				lines = append(lines, fmt.Sprintf("%s: and %d more", kind, len(electors)-most))
				break
			}
			lines = append(lines, fmt.Sprintf("%s: %s weight %d", kind, hex.EncodeToString(e.Commitment), e.Weight))
		}
	}
	add("missing on the chain", d.Missing)
	add("on the chain only", d.Extra)
	add("another weight on the chain", d.Changed)
	return lines
}

// TotalPower is the sum of the weights.
func TotalPower(electors []types.Elector) uint64 {
	total := uint64(0)
	for _, e := range electors {
		total += e.Weight
	}
	return total
}
