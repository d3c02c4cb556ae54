package connection

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	sdkclient "github.com/cosmos/cosmos-sdk/client"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/client/secretfile"
	"github.com/evoted/evoted/x/election/types"
)

// command is one with the flags of an official, after its command line was read.
func command(t *testing.T, ctx sdkclient.Context, args ...string) (*cobra.Command, *bytes.Buffer) {
	t.Helper()
	cmd := &cobra.Command{Use: "x"}
	AddOfficialFlags(cmd)
	cmd.SetContext(context.WithValue(t.Context(), sdkclient.ClientContextKey, &ctx))
	errs := new(bytes.Buffer)
	cmd.SetErr(errs)
	require.NoError(t, cmd.ParseFlags(args))
	return cmd, errs
}

func TestElectionID(t *testing.T) {
	t.Parallel()
	id, err := ElectionID("18446744073709551615")
	require.NoError(t, err)
	require.Equal(t, uint64(1<<64-1), id)
	for _, text := range []string{"", "0", "-1", "one", "1.0", "18446744073709551616"} {
		_, err := ElectionID(text)
		require.Equal(t, terminal.ExitUsage, terminal.ExitCode(err), text)
		require.NotEmpty(t, terminal.Hint(err))
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	require.NoError(t, Explain(nil))
	for name, test := range map[string]struct {
		err        error
		says, hint string
	}{
		"readable by others": {secretfile.ErrExposed, "can be read by others", "chmod 600"},
		"exists":             {secretfile.ErrExists, "exists already", "another name"},
		"absent":             {fs.ErrNotExist, "not exist", "name of the file"},
		"voting closed":      {types.ErrVotingClosed, "voting is not open", "evoted results"},
		"no node":            {client.ErrNoNode, "no node answers", "--node"},
		"sent":               {fmt.Errorf("%w: %w", client.ErrUnknownFate, types.ErrVotingClosed), "it was sent", "may still be included"},
		"hint is kept":       {terminal.WithHint(types.ErrVotingClosed, "mine"), "", "mine"},
	} {
		err := Explain(fmt.Errorf("outer: %w", test.err))
		require.ErrorIs(t, err, test.err, name)
		require.ErrorContains(t, err, test.says, name)
		require.Contains(t, terminal.Hint(err), test.hint, name)
	}
	other := errors.New("something else")
	require.Equal(t, other, Explain(other))
}

func TestNoNodeAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ctx  sdkclient.Context
		args []string
		says string
	}{
		"by flag":        {sdkclient.Context{}, []string{"--node", "tcp://127.0.0.1:1", "--node", "tcp://127.0.0.1:2"}, "127.0.0.1:2"},
		"by client.toml": {sdkclient.Context{NodeURI: "tcp://127.0.0.1:3"}, nil, "127.0.0.1:3"},
		"not an address": {sdkclient.Context{}, []string{"--node", "::"}, "::"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd, _ := command(t, test.ctx, test.args...)
			_, _, err := Open(cmd)
			require.ErrorIs(t, err, client.ErrNoNode)
			require.ErrorContains(t, err, test.says)
			require.Equal(t, terminal.ExitFailed, terminal.ExitCode(err))
			require.NotEmpty(t, terminal.Hint(err))
		})
	}
}

func TestOfficialsMustBeNamed(t *testing.T) {
	t.Parallel()
	cmd, _ := command(t, sdkclient.Context{})
	_, err := OpenOfficial(cmd, "")
	require.Equal(t, terminal.ExitUsage, terminal.ExitCode(err))
	require.Contains(t, terminal.Hint(err), "--from")
	cmd, _ = command(t, sdkclient.Context{}, "--node", "tcp://127.0.0.1:1")
	_, err = OpenOfficial(cmd, "ada")
	require.ErrorIs(t, err, client.ErrNoNode)
}
