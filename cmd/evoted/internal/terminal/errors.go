package terminal

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// Exit codes of every command.
const (
	ExitOK     = 0 // done
	ExitFailed = 1 // refused or failed
	ExitUsage  = 2 // the command line could not be understood
)

// hinted is an error with the next step for the reader.
type hinted struct {
	err  error
	hint string
}

func (e *hinted) Error() string { return e.err.Error() }
func (e *hinted) Unwrap() error { return e.err }

// usage is an error of the command line itself.
type usage struct{ err error }

func (e *usage) Error() string { return e.err.Error() }
func (e *usage) Unwrap() error { return e.err }

// WithHint adds to an error what the reader can do about it. It returns nil for nil.
func WithHint(err error, hint string) error {
	if err == nil || hint == "" {
		return err
	}
	return &hinted{err: err, hint: hint}
}

// Hint returns the outermost hint of an error, or the empty string.
func Hint(err error) string {
	var h *hinted
	if errors.As(err, &h) {
		return h.hint
	}
	return ""
}

// Usage marks an error as one of the command line: the exit code will be 2. It returns
// nil for nil.
func Usage(err error) error {
	if err == nil {
		return nil
	}
	return &usage{err: err}
}

// Usagef makes a usage error.
func Usagef(format string, args ...any) error {
	return &usage{err: fmt.Errorf(format, args...)}
}

// usagePrefixes start the messages of errors that cobra and the SDK make for a command
// line that they do not understand, and that carry no type of their own.
var usagePrefixes = []string{
	"unknown command", "unknown flag", "unknown shorthand", "required flag", "accepts ", "requires at least",
	"flag needs an argument", "invalid argument", "if any flags in the group", "at least one of the flags",
	"bad flag syntax",
}

// ExitCode returns the exit code that an error stands for.
func ExitCode(err error) int {
	if err == nil {
		return ExitOK
	}
	var u *usage
	if errors.As(err, &u) {
		return ExitUsage
	}
	for _, prefix := range usagePrefixes {
		if strings.HasPrefix(err.Error(), prefix) {
			return ExitUsage
		}
	}
	return ExitFailed
}

// noise is what stands before the sentence of an error and is of no use to its reader:
// what gRPC puts before the message of a server, the names of packages, and lines of
// source code.
var noise = []*regexp.Regexp{
	regexp.MustCompile(`rpc error: code = \w+ desc = `),
	regexp.MustCompile(`\b\w+\.go:\d+(?::\d+)?:? ?`),
}

// packages put their names before their errors. They are cut only where a sentence
// begins: at the start, after ": " and after "(".
var packages = regexp.MustCompile(`(^|: |\()(?:(?:authority|ballot|circuit|client|curve|dleq|dlog|elector|elgamal|field|hash|key|keyfile|keygen|` +
	`mnemonic|nullifier|prove|registrar|roll|secretfile|trustee|verify): )+`)

// Detailed is an error with one line for each of several mistakes. Report writes them
// below the error.
type Detailed interface {
	error
	// Details are the mistakes, a line each.
	Details() []string
}

// Report writes an error as `error: ...`, then a line `  ...` for each of its details,
// and its hint as `hint: ...`, and returns the exit code. It writes nothing for nil.
func Report(w io.Writer, err error) int {
	if err == nil {
		return ExitOK
	}
	message, suggestion := oneLine(err.Error())
	_, _ = fmt.Fprintf(w, "error: %s\n", message)
	var detailed Detailed
	if errors.As(err, &detailed) {
		for _, detail := range detailed.Details() {
			line, _ := oneLine(detail)
			_, _ = fmt.Fprintf(w, "  %s\n", line)
		}
	}
	hint := Clean(Hint(err))
	if hint == "" {
		hint = suggestion
	}
	if hint != "" {
		_, _ = fmt.Fprintf(w, "hint: %s\n", hint)
	}
	return ExitCode(err)
}

// Sentence brings the message of an error to one line that can be shown on a terminal:
// without the names of packages and without control characters.
func Sentence(err error) string {
	line, _ := oneLine(err.Error())
	return line
}

// oneLine brings a message to one clean line. Cobra's suggestions for a mistyped command
// come in further lines of the message: they become a hint.
func oneLine(message string) (line, suggestion string) {
	for _, n := range noise {
		message = n.ReplaceAllString(message, "")
	}
	message = packages.ReplaceAllString(message, "$1")
	if before, after, found := strings.Cut(message, "\n\nDid you mean this?\n"); found {
		return Clean(before), Clean("did you mean: " + strings.Join(strings.Fields(after), ", "))
	}
	return Clean(strings.Join(strings.Fields(message), " ")), ""
}
