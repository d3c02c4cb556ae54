package terminal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
)

func TestReport(t *testing.T) {
	t.Parallel()
	refused := errors.New("election 7 is closed")
	for name, tc := range map[string]struct {
		err  error
		want string
		code int
	}{
		"nothing":     {nil, "", 0},
		"plain":       {refused, "error: election 7 is closed\n", 1},
		"hint":        {terminal.WithHint(refused, "look at `evoted results 7`"), "error: election 7 is closed\nhint: look at `evoted results 7`\n", 1},
		"inner hint":  {fmt.Errorf("cast: %w", terminal.WithHint(refused, "wait")), "error: cast: election 7 is closed\nhint: wait\n", 1},
		"usage":       {terminal.Usagef("no choice given"), "error: no choice given\n", 2},
		"cobra":       {errors.New(`unknown flag: --frm`), "error: unknown flag: --frm\n", 2},
		"suggestions": {errors.New("unknown command \"strt\" for \"evoted\"\n\nDid you mean this?\n\tstart\n"), "error: unknown command \"strt\" for \"evoted\"\nhint: did you mean: start\n", 2},
		"rpc":         {errors.New("rpc error: code = NotFound desc = election 7: not\nfound"), "error: election 7: not found\n", 1},
		"escapes": {
			terminal.WithHint(errors.New("node says \x1b[2J\x07\u009b1m\u202etxt"), "try\x1b[H"),
			"error: node says �[2J��1m�txt\nhint: try�[H\n", 1,
		},
		"packages": {
			errors.New("elector: the file is wrong: secretfile: ballot: no such thing (client: refused): ballot 4: key: gone"),
			"error: the file is wrong: no such thing (refused): ballot 4: gone\n", 1,
		},
		"lines of code": {errors.New("keyring.go:549: no such key: x"), "error: no such key: x\n", 1},
		"details":       {fmt.Errorf("list: %w", mistakes{}), "error: list: mistakes\n  line 1: �x\n  line 2: y\n", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			require.Equal(t, tc.code, terminal.Report(&out, tc.err))
			require.Equal(t, tc.want, out.String())
		})
	}
	require.ErrorIs(t, terminal.WithHint(refused, "x"), refused)
	require.ErrorIs(t, terminal.Usage(refused), refused)
	require.NoError(t, terminal.WithHint(nil, "x"))
	require.NoError(t, terminal.Usage(nil))
}

type mistakes struct{}

func (mistakes) Error() string     { return "mistakes" }
func (mistakes) Details() []string { return []string{"line 1: \x1bx", "line 2: y"} }

func TestAwait(t *testing.T) {
	t.Parallel()
	got, err := terminal.Await(t.Context(), func() (int, error) { return 7, io.EOF })
	require.Equal(t, 7, got)
	require.ErrorIs(t, err, io.EOF)

	ctx, stop := context.WithCancel(t.Context())
	in, out := io.Pipe() // nobody will ever write
	t.Cleanup(func() { require.NoError(t, out.Close()) })
	stop()
	_, err = terminal.Await(ctx, func() (int, error) { return in.Read(make([]byte, 1)) })
	require.ErrorIs(t, err, terminal.ErrStopped)
	require.Equal(t, terminal.ExitFailed, terminal.ExitCode(err))
}

func TestNoticesAndProgressAreCleaned(t *testing.T) {
	t.Parallel()
	cmd, _, stderr := command(t)
	terminal.Notice(cmd, "left out: %s", "a\x1b[2J\nb")
	terminal.Warning(cmd, "made by %s", "\x1b]0;x\x07")
	terminal.Progress(cmd).Step("at %s", "\x1b[H")
	require.Equal(t, "left out: a�[2J�b\nwarning: made by �]0;x�\nat �[H\n", stderr.String())
}

// command returns a command with the flags of the package and its two streams.
func command(t *testing.T, args ...string) (cmd *cobra.Command, stdout, stderr *bytes.Buffer) {
	t.Helper()
	cmd = &cobra.Command{Use: "x", RunE: func(*cobra.Command, []string) error { return nil }}
	terminal.AddOutputFlag(cmd)
	cmd.Flags().Bool(terminal.FlagQuiet, false, "")
	require.NoError(t, cmd.ParseFlags(args))
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	cmd.SetOut(stdout)
	cmd.SetErr(stderr)
	return cmd, stdout, stderr
}

func TestPrint(t *testing.T) {
	t.Parallel()
	text := func(w io.Writer) {
		terminal.Table(w, []string{"NAME", "VALUE"}, [][]string{{"a", "1"}, {"long\x1b[2J", "2"}})
	}
	for output, want := range map[string]string{
		"text": "NAME      VALUE\na         1\nlong�[2J  2\n",
		"json": "{\n  \"a\": 1\n}\n",
	} {
		cmd, stdout, stderr := command(t, "--output", output)
		got, err := terminal.Output(cmd)
		require.NoError(t, err)
		require.NoError(t, terminal.Print(cmd, got, map[string]int{"a": 1}, text))
		require.Equal(t, want, stdout.String())
		require.Empty(t, stderr.String())
	}
	cmd, _, _ := command(t, "--output", "yaml")
	_, err := terminal.Output(cmd)
	require.Error(t, err)
	require.Equal(t, terminal.ExitUsage, terminal.ExitCode(err))
}

func TestProgressWithoutTerminal(t *testing.T) {
	t.Parallel()
	cmd, stdout, stderr := command(t)
	status := terminal.Progress(cmd)
	status.Step("proving")
	status.Detail("unseen")
	status.Step("waiting for block %d", 7)
	status.Fail()
	status.Done()
	require.Empty(t, stdout.String())
	require.Equal(t, "proving\nwaiting for block 7\nwaiting for block 7: failed after 0s\n", stderr.String())

	cmd, _, stderr = command(t, "--quiet")
	status = terminal.Progress(cmd)
	status.Step("proving")
	status.Done()
	terminal.Notice(cmd, "a notice")
	terminal.Warning(cmd, "a test key")
	require.Equal(t, "warning: a test key\n", stderr.String())
}
