package types_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	errorsmod "cosmossdk.io/errors"

	"github.com/evoted/evoted/x/authority/types"
)

// TestErrorCodes is the list of codes as clients know them: append, never renumber.
func TestErrorCodes(t *testing.T) {
	t.Parallel()
	golden := map[uint32]*errorsmod.Error{
		2: types.ErrInvalidAuthority,
		3: types.ErrDuplicate,
		4: types.ErrConsensusKey,
		5: types.ErrNotFaultTolerant,
		6: types.ErrNotFound,
	}
	for code, err := range golden {
		require.Equal(t, types.ModuleName, err.Codespace())
		require.Equal(t, code, err.ABCICode(), err.Error())
	}
}
