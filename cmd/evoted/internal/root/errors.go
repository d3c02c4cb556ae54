package root

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
)

// rephrased is an error in other words; the original stays below it.
type rephrased struct {
	error
	text string
}

func (e rephrased) Error() string { return e.text }
func (e rephrased) Unwrap() error { return e.error }

// readable makes an error of the SDK fit to be read: in plain words, with the next step.
func readable(err error) error {
	return withHint(plain(err))
}

var (
	// sourcePlace is what the SDK adds to errors: the line of the program that made them.
	sourcePlace = regexp.MustCompile(`\s*\[[^\[\]\s]+\.go:\d+\]`)
	// positional is how AutoCLI reports an argument: as a flag with a number, from 0.
	positional = regexp.MustCompile(`invalid argument ("(?:[^"\\]|\\.)*") for "--(\d+)" flag: `)
	// notNumber ends the report of an argument that had to be a number.
	notNumber = regexp.MustCompile(`strconv\.ParseU?[iI]nt: parsing "(?:[^"\\]|\\.)*": (?:invalid syntax|value out of range)`)
)

// plain takes from an error's text what only programmers can use.
func plain(err error) error {
	if err == nil {
		return nil
	}
	text := sourcePlace.ReplaceAllString(err.Error(), "")
	text = positional.ReplaceAllStringFunc(text, func(found string) string {
		parts := positional.FindStringSubmatch(found)
		number, _ := strconv.Atoi(parts[2]) // digits; a number too large stays 0
		return fmt.Sprintf("invalid argument %s (number %d): ", parts[1], number+1)
	})
	text = notNumber.ReplaceAllString(text, "it is not a whole number that fits")
	if text == err.Error() {
		return err
	}
	return rephrased{err, text}
}

// hints are the next steps for errors of the SDK and of questions, by a part of their
// texts: errors of a node's answer have no other form. The first that fits is used.
var hints = []struct{ part, hint string }{
	{"connection refused", "no node listens there: is it running? Name another with --node"},
	{"no such host", "name another node with --node"},
	{".info: key not found", "see the keys with `evoted keys list`; --home and --keyring-backend say where they are"},
	{"resource temporarily una", "another evoted uses this directory"},
	{"no election has the id", "list the elections with: evoted query election elections"},
	{"has no ballot with this nullifier", "list the nullifiers with: evoted query election ballots ELECTION"},
	{"has not registered a trustee key", "its trustee runs: evoted trustee register"},
	{"so it has no bucket", "buckets of 256 electors count from 0"},
	{"it is not a whole number that fits", "--help shows the arguments with an example"},
	{"invalid account address or key name", "list the authorities with: evoted query authority list; your keys with: evoted keys list"},
}

// withHint adds the next step to errors of the SDK that have none.
func withHint(err error) error {
	if err == nil || terminal.Hint(err) != "" {
		return err
	}
	for _, h := range hints {
		if strings.Contains(err.Error(), h.part) {
			return terminal.WithHint(err, h.hint)
		}
	}
	return err
}
