package types_test

import (
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/status"

	errorsmod "cosmossdk.io/errors"

	"github.com/evoted/evoted/x/election/types"
)

var update = flag.Bool("update", false, "write the golden files")

func allErrors() []*errorsmod.Error {
	return []*errorsmod.Error{
		types.ErrInvalidEncoding, types.ErrInvalidElection, types.ErrElectionNotFound, types.ErrWrongPhase,
		types.ErrVotingClosed, types.ErrNullifierUsed, types.ErrRevision, types.ErrBallotSignature,
		types.ErrBallotProof, types.ErrBallotTx, types.ErrBallotNotAlone, types.ErrMessageNotAllowed,
		types.ErrQuota, types.ErrUnauthorised, types.ErrInvalidRoll, types.ErrDuplicateElector, types.ErrPower,
		types.ErrAttestation, types.ErrRollSealed, types.ErrTrusteeKey, types.ErrDeal, types.ErrAlreadyDone,
		types.ErrShare, types.ErrResult, types.ErrLimit, types.ErrCircuit, types.ErrBallotSize,
		types.ErrInvalidGenesis, types.ErrInvalidParams, types.ErrTooFewShares, types.ErrBallotPending,
	}
}

// declared counts the errors that errors.go declares, so that none is missing here.
func declared(t *testing.T) int {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "errors.go", nil, 0)
	require.NoError(t, err)
	n := 0
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok {
			n += len(spec.Names)
		}
		return true
	})
	return n
}

// Codes never change their meaning: the list only grows at its end.
func TestErrorCodes(t *testing.T) {
	t.Parallel()
	require.Len(t, allErrors(), declared(t))
	var list strings.Builder
	for i, err := range allErrors() {
		require.Equal(t, types.ModuleName, err.Codespace())
		require.Equal(t, uint32(i+2), err.ABCICode(), "codes follow one another from 2")
		fmt.Fprintf(&list, "%d %s %s\n", err.ABCICode(), status.Code(err.Wrap("x")), err.Error())
		for _, other := range allErrors()[:i] {
			require.NotErrorIs(t, err, other)
			require.NotEqual(t, other.Error(), err.Error())
		}
		require.True(t, errors.Is(err.Wrapf("more"), err))
	}
	golden := filepath.Join("testdata", "errors.golden")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(golden, []byte(list.String()), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), list.String())
}

// Every code is in the table of the module's README.
func TestErrorsAreDocumented(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join("..", "README.md"))
	require.NoError(t, err)
	for _, e := range allErrors() {
		require.Contains(t, string(readme), fmt.Sprintf("| %d |", e.ABCICode()))
		require.Contains(t, string(readme), e.Error())
	}
}
