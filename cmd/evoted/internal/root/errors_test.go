package root

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	errorsmod "cosmossdk.io/errors"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
)

// What the SDK says is brought into words, and the error below it stays.
func TestReadable(t *testing.T) {
	t.Parallel()
	require.NoError(t, readable(nil))
	base := errorsmod.Register("readable", 2, "it is wrong")
	for given, want := range map[string]struct{ text, hint string }{
		"the genesis file is invalid: a [github.com/evoted/evoted/x/election/types/genesis.go:12]": {"the genesis file is invalid: a: it is wrong", ""},
		"a [cosmos/cosmos-sdk@v0.54.0/baseapp/grpcrouter.go:165] with gas used: '3'":               {"a with gas used: '3': it is wrong", ""},
		"the list [1 2] stays": {"the list [1 2] stays: it is wrong", ""},
		`invalid argument "-1" for "--1" flag: strconv.ParseUint: parsing "-1": invalid syntax`: {
			`invalid argument "-1" (number 2): it is not a whole number that fits: it is wrong`, "--help shows the arguments with an example",
		},
		"no election has the id 9: key not found": {
			"no election has the id 9: key not found: it is wrong", "list the elections with: evoted query election elections",
		},
	} {
		err := readable(errorsmod.Wrap(base, given))
		require.EqualError(t, err, want.text)
		require.Equal(t, want.hint, terminal.Hint(err))
		require.ErrorIs(t, err, base)
	}
	hinted := terminal.WithHint(errors.New("connection refused [a/b.go:1]"), "mine")
	require.EqualError(t, readable(hinted), "connection refused")
	require.Equal(t, "mine", terminal.Hint(readable(hinted)))
}
