package elector

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/client/elector"
	"github.com/evoted/evoted/x/election/client/mnemonic"
	"github.com/evoted/evoted/x/election/client/secretfile"
)

// run is one command line with its standard input.
func run(t *testing.T, input string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := Command()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs(args)
	cmd.SetIn(strings.NewReader(input))
	cmd.SetOut(&out)
	cmd.SetErr(&errs)
	err = cmd.ExecuteContext(t.Context())
	return out.String(), errs.String(), err
}

// wordsIn reads the mnemonic back from what new shows.
func wordsIn(text string) string {
	var words []string
	for _, found := range regexp.MustCompile(`\b\d{1,2} ([a-z]+)`).FindAllStringSubmatch(text[strings.Index(text, ":"):], -1) {
		words = append(words, found[1])
	}
	return strings.Join(words, " ")
}

var zeroWords = strings.Repeat("abandon ", 23) + "art"

func TestNewShowRecover(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "ada.json")
	commitment, shown, err := run(t, "", "new", "--file", file)
	require.NoError(t, err)
	require.Regexp(t, `^[0-9a-f]{64}\n$`, commitment, "standard output is the commitment alone")
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, secretfile.Mode, info.Mode().Perm())
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	var kept struct {
		Secret string `json:"secret"`
	}
	require.NoError(t, json.Unmarshal(raw, &kept))
	require.NotContains(t, commitment+shown, kept.Secret)

	again, _, err := run(t, "", "show", "--file", file)
	require.NoError(t, err)
	require.Equal(t, commitment, again)

	copied := filepath.Join(dir, "copy.json")
	recovered, stderr, err := run(t, wordsIn(shown)+"\n", "recover", "--file", copied)
	require.NoError(t, err)
	require.Equal(t, commitment, recovered)
	require.Empty(t, stderr, "the words are not shown again")
	same, err := os.ReadFile(copied)
	require.NoError(t, err)
	require.Equal(t, raw, same)
}

func TestAFileIsReplacedOnlyByForce(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "ada.json")
	first, _, err := run(t, "", "new", "--file", file)
	require.NoError(t, err)
	for _, args := range [][]string{{"new"}, {"recover"}} {
		out, shown, err := run(t, zeroWords, append(args, "--file", file)...)
		require.ErrorIs(t, err, secretfile.ErrExists)
		require.Contains(t, terminal.Hint(err), "--force")
		require.Empty(t, out+shown, "no words of a secret that was not stored")
	}
	kept, _, err := run(t, "", "show", "--file", file)
	require.NoError(t, err)
	require.Equal(t, first, kept)
	second, _, err := run(t, "", "new", "--file", file, "--force")
	require.NoError(t, err)
	require.NotEqual(t, first, second)
}

func TestAMistypedFolderIsNotMade(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "absent")
	for _, args := range [][]string{{"new"}, {"recover"}, {"new", "--force"}} {
		_, _, err := run(t, zeroWords, append(args, "--file", filepath.Join(folder, "a.json"))...)
		require.ErrorIs(t, err, secretfile.ErrNoFolder)
		require.Contains(t, terminal.Hint(err), "make the folder first")
		require.NoDirExists(t, folder)
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "ada.json")
	out, _, err := run(t, zeroWords, "recover", "--file", file, "--output", "json")
	require.NoError(t, err)
	var got shown
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	m, err := mnemonic.Parse(zeroWords)
	require.NoError(t, err)
	credential := elector.FromMnemonic(m)
	require.Equal(t, shown{Commitment: elector.Hex(credential.Commitment()), File: file}, got)

	out, _, err = run(t, "", "show", "--file", file, "--election", "4", "--chain-id", "c", "-o", "json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	require.Equal(t, elector.Hex(credential.Nullifier("c", 4)), got.Nullifier)
	out, _, err = run(t, "", "show", "--file", file, "--election", "4", "--chain-id", "c")
	require.NoError(t, err)
	require.Contains(t, out, got.Nullifier)
}

func TestElectorRefusals(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "ada.json")
	_, _, err := run(t, zeroWords, "recover", "--file", file)
	require.NoError(t, err)
	exposed := filepath.Join(dir, "exposed.json")
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(exposed, raw, 0o600))
	require.NoError(t, os.Chmod(exposed, 0o644))
	fresh := filepath.Join(dir, "fresh.json")
	for name, test := range map[string]struct {
		input string
		args  []string
		code  int
		hint  string
	}{
		"too few words":            {"abandon ability able", []string{"recover", "--file", fresh}, 1, "shorter secrets"},
		"no words":                 {"", []string{"recover", "--file", fresh}, 1, ""},
		"not a word":               {strings.Replace(zeroWords, "art", "xyzzy", 1), []string{"recover", "--file", fresh}, 1, "compare every word"},
		"wrong checksum":           {strings.Replace(zeroWords, "art", "zoo", 1), []string{"recover", "--file", fresh}, 1, "compare every word"},
		"no file":                  {"", []string{"show", "--file", fresh}, 1, "check the name"},
		"readable by others":       {"", []string{"show", "--file", exposed}, 1, "chmod 600"},
		"election without chain":   {"", []string{"show", "--file", file, "--election", "1"}, 2, ""},
		"election 0":               {"", []string{"show", "--file", file, "--election", "0", "--chain-id", "c"}, 2, ""},
		"unknown flag":             {"", []string{"new", "--flie", fresh}, 2, ""},
		"too many arguments":       {"", []string{"show", "x", "y"}, 2, ""},
		"unknown form of output":   {"", []string{"show", "--file", file, "--output", "yaml"}, 2, ""},
		"election is not a number": {"", []string{"show", "--election", "one"}, 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, _, err := run(t, test.input, test.args...)
			require.Error(t, err)
			require.Empty(t, out)
			require.Equal(t, test.code, terminal.ExitCode(err), err)
			require.Contains(t, terminal.Hint(err), test.hint)
			require.NoFileExists(t, fresh)
			var report bytes.Buffer
			terminal.Report(&report, err)
			for _, prefix := range []string{"elector: ", "secretfile: ", "mnemonic: "} {
				require.NotContains(t, report.String(), prefix)
			}
			require.NotContains(t, report.String(), "xyzzy", "words are not repeated")
		})
	}
}

func TestInterruptionWhileWordsAreAwaited(t *testing.T) {
	t.Parallel()
	in, writer := io.Pipe()
	t.Cleanup(func() { require.NoError(t, writer.Close()) })
	ctx, interrupt := context.WithCancel(t.Context())
	cmd := Command()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs([]string{"recover", "--file", filepath.Join(t.TempDir(), "a.json")})
	cmd.SetIn(in)
	done := make(chan error, 1)
	go func() { done <- cmd.ExecuteContext(ctx) }()
	_, err := writer.Write([]byte("abandon ")) // the command is reading now
	require.NoError(t, err)
	interrupt()
	err = <-done
	require.ErrorIs(t, err, terminal.ErrStopped)
	require.Equal(t, terminal.ExitFailed, terminal.ExitCode(err))
}

func TestExamplesParse(t *testing.T) {
	t.Parallel()
	for _, sub := range append(Command().Commands(), Command()) {
		for line := range strings.SplitSeq(sub.Example, "\n") {
			line, _, _ = strings.Cut(line, " > ")
			words := strings.Fields(line)
			cmd, args, err := Command().Find(words[2:])
			require.NoError(t, err, line)
			require.NoError(t, cmd.ParseFlags(args), line)
			require.NoError(t, cmd.ValidateArgs(cmd.Flags().Args()), line)
		}
	}
}
