package election

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	sdkclient "github.com/cosmos/cosmos-sdk/client"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/types"
)

// chain answers a transaction as a chain would.
type chain struct {
	included client.Included
	err      error
}

func (c chain) Send(context.Context, ...sdk.Msg) (client.Included, error) { return c.included, c.err }

func command(t *testing.T) (cmd *cobra.Command, out *bytes.Buffer) {
	t.Helper()
	cmd, out = AbortCommand(), &bytes.Buffer{}
	cmd.SetContext(t.Context())
	cmd.SetOut(out)
	cmd.SetErr(io.Discard)
	return cmd, out
}

// A transaction that fails in its block is a failure of the command, in words.
func TestAbortFailsWithTheTransaction(t *testing.T) {
	t.Parallel()
	message := &types.MsgAbortElection{Organiser: "o", ElectionId: 4, Explanation: "why"}
	cmd, out := command(t)
	err := abort(cmd, chain{err: types.ErrWrongPhase.Wrap("election 4 is open")}, message, terminal.Text)
	require.ErrorIs(t, err, types.ErrWrongPhase)
	require.ErrorContains(t, err, "the election is not at the stage for this")
	require.NotEmpty(t, terminal.Hint(err))
	require.Equal(t, terminal.ExitFailed, terminal.ExitCode(err))
	require.Empty(t, out.String())

	cmd, out = command(t)
	require.NoError(t, abort(cmd, chain{included: client.Included{Hash: "AB", Height: 7}}, message, terminal.Text))
	require.Equal(t, "Election 4 was aborted in block 7\n", out.String())
	cmd, out = command(t)
	require.NoError(t, abort(cmd, chain{included: client.Included{Hash: "AB", Height: 7}}, message, terminal.JSON))
	require.JSONEq(t, `{"election_id":4,"height":7,"tx_hash":"AB","explanation":"why"}`, out.String())
}

// Trustees without a key are named as the file names them, before anything is sent.
func TestUnregisteredTrustees(t *testing.T) {
	t.Parallel()
	missing := status.Error(codes.NotFound, "none has registered")
	ask := func(_ context.Context, address string) error {
		if address == "address1" {
			return nil
		}
		return missing
	}
	names, addresses := []string{"ann", "ben", "cem"}, []string{"address1", "address2", "address3"}
	err := registered(t.Context(), ask, names, addresses)
	require.ErrorIs(t, err, errUnregistered)
	require.ErrorContains(t, err, "ben, cem")
	require.Contains(t, terminal.Hint(err), "evoted trustee register")
	require.NoError(t, registered(t.Context(), ask, names[:1], addresses[:1]))
	broken := errors.New("no connection")
	require.ErrorIs(t, registered(t.Context(), func(context.Context, string) error { return broken }, names, addresses), broken)
}

// The hint is that of the cause, not that of the file's content.
func TestMissingFileHasItsOwnHint(t *testing.T) {
	t.Parallel()
	_, _, err := read(filepath.Join(t.TempDir(), "absent.json"), sdkclient.Context{})
	require.Equal(t, "check the name of the file", terminal.Hint(fileMistake(err)))
	require.Contains(t, terminal.Hint(fileMistake(errPolicy)), "change the election file")
	require.Equal(t, "inner", terminal.Hint(fileMistake(terminal.WithHint(errPolicy, "inner"))))
}
