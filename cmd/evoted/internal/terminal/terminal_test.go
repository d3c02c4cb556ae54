package terminal_test

import (
	"bytes"
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
