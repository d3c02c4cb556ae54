// Package terminal holds the manners of the command line, in one place for every
// command of evoted:
//
//   - The result of a command goes to standard output and nothing else does. Progress,
//     notices, errors and hints go to standard error, so that a result can be piped.
//   - A refusal is one line `error: ...`, in lower case and without a full stop, followed
//     by a line `hint: ...` wherever the next step is known. Where several mistakes are
//     named, each has an indented line between the two.
//   - Texts that come from a node or a file are cleaned of control characters.
//   - Progress moves only on a terminal. Elsewhere every step is one line, and `--quiet`
//     silences it.
//   - The exit code is 0 for success, 1 for something refused or failed, and 2 for a
//     command line that could not be understood.
package terminal

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/gogoproto/proto"
)

// Names of the flags that the functions of this package read.
const (
	// FlagOutput selects the form of the result: Text or JSON.
	FlagOutput = "output"
	// FlagQuiet silences progress and notices, never errors.
	FlagQuiet = "quiet"
)

// Values of FlagOutput.
const (
	Text = "text"
	JSON = "json"
)

// AddOutputFlag gives a command the flag --output (-o), text by default.
func AddOutputFlag(cmd *cobra.Command) {
	cmd.Flags().StringP(FlagOutput, "o", Text, "form of the result: text or json")
}

// Output returns the value of --output, Text where the command has no such flag. A
// value that is neither Text nor JSON is a usage error.
func Output(cmd *cobra.Command) (string, error) {
	flag := cmd.Flag(FlagOutput)
	if flag == nil {
		return Text, nil
	}
	switch value := flag.Value.String(); value {
	case Text, JSON:
		return value, nil
	default:
		return "", Usagef("unknown form of output %q: use text or json", value)
	}
}

// Quiet tells whether --quiet was given.
func Quiet(cmd *cobra.Command) bool {
	flag := cmd.Flag(FlagQuiet)
	return flag != nil && flag.Value.String() == "true"
}

// Print writes the result of a command to its standard output: v as indented JSON when
// output is JSON, and whatever text writes otherwise. A protobuf message is written in
// its JSON mapping with the original field names, everything else by encoding/json.
func Print(cmd *cobra.Command, output string, v any, text func(io.Writer)) error {
	if output != JSON {
		text(cmd.OutOrStdout())
		return nil
	}
	raw, err := marshal(v)
	if err != nil {
		return fmt.Errorf("write the result as json: %w", err)
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n", raw)
	return err
}

// Notice writes one line, cleaned, to the command's standard error, unless --quiet was given.
func Notice(cmd *cobra.Command, format string, args ...any) {
	if Quiet(cmd) {
		return
	}
	_, _ = fmt.Fprintln(cmd.ErrOrStderr(), Clean(fmt.Sprintf(format, args...)))
}

// Warning writes one line, cleaned, `warning: ...` to the command's standard error, also under
// --quiet: a warning is about the safety of an election.
func Warning(cmd *cobra.Command, format string, args ...any) {
	_, _ = fmt.Fprintln(cmd.ErrOrStderr(), Clean("warning: "+fmt.Sprintf(format, args...)))
}

func marshal(v any) ([]byte, error) {
	if message, ok := v.(proto.Message); ok {
		raw, err := codec.ProtoMarshalJSON(message, nil)
		if err != nil {
			return nil, err
		}
		v = json.RawMessage(raw)
	}
	return json.MarshalIndent(v, "", "  ")
}
