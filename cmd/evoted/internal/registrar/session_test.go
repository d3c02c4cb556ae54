package registrar

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	sdkclient "github.com/cosmos/cosmos-sdk/client"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/client/registrar"
)

// run is one command line without a network, and what is reported of its error.
func run(t *testing.T, args ...string) (report string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := Command()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs(args)
	cmd.SetOut(&out)
	cmd.SetErr(&errs)
	err = cmd.ExecuteContext(context.WithValue(t.Context(), sdkclient.ClientContextKey, &sdkclient.Context{}))
	require.Empty(t, out.String())
	terminal.Report(&errs, err)
	return errs.String(), err
}

func TestMistakesOfAListAreALineEach(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "list.csv")
	good := strings.Repeat("0", 63) + "1"
	require.NoError(t, os.WriteFile(file, []byte("identity,power\n"+good+",0\nxx,1\n"+good+",2\n"+good+",3\n"), 0o600))
	for _, command := range []string{"enrol", "attest"} {
		report, err := run(t, command, "1", file, "--from", "ada")
		require.ErrorIs(t, err, registrar.ErrList)
		lines := strings.Split(strings.TrimSpace(report), "\n")
		require.Len(t, lines, 5, report)
		require.Equal(t, "error: the list has mistakes", lines[0])
		require.True(t, strings.HasPrefix(lines[1], "  line 2: the weight must be"), lines[1])
		require.True(t, strings.HasPrefix(lines[2], "  line 3: the commitment must be"), lines[2])
		require.True(t, strings.HasPrefix(lines[3], "  line 5: the same commitment as in line 4"), lines[3])
		require.True(t, strings.HasPrefix(lines[4], "hint: correct the list"), lines[4])
	}
}

func TestRegistrarRefusals(t *testing.T) {
	t.Parallel()
	list := filepath.Join(t.TempDir(), "list.csv")
	require.NoError(t, os.WriteFile(list, []byte(strings.Repeat("0", 63)+"1,1\n"), 0o600))
	for name, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no list":                {[]string{"enrol", "1", list + "x", "--from", "ada"}, 1, "no such file"},
		"not an election":        {[]string{"attest", "x", list, "--from", "ada"}, 2, "not the number of an election"},
		"nobody signs":           {[]string{"enrol", "1", list}, 2, "--from"},
		"no node":                {[]string{"enrol", "1", list, "--from", "ada", "--node", "tcp://127.0.0.1:1"}, 1, "no node answers"},
		"status without a node":  {[]string{"status", "1", "--node", "tcp://127.0.0.1:1"}, 1, "no node answers"},
		"unknown flag":           {[]string{"status", "1", "--nod", "x"}, 2, "unknown flag"},
		"unknown form of output": {[]string{"status", "1", "--output", "xml"}, 2, "unknown form"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report, err := run(t, test.args...)
			require.Equal(t, test.code, terminal.ExitCode(err), err)
			require.Contains(t, report, test.says)
			require.NotContains(t, report, "registrar: ")
		})
	}
}
