package dlog_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/evoted/evoted/x/election/crypto/dlog"
)

func TestSolveProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bound := rapid.Uint64Range(0, 1<<22).Draw(t, "bound")
		values := rapid.SliceOfN(rapid.Uint64Range(0, bound), 0, 5).Draw(t, "values")
		got, err := dlog.Solve(points(values...), bound, nil)
		require.NoError(t, err)
		require.Len(t, got, len(values))
		for i := range got {
			require.Equal(t, values[i], got[i])
		}
		beyond := append(values, bound+rapid.Uint64Range(1, 1<<23).Draw(t, "beyond"))
		_, err = dlog.Solve(points(beyond...), bound, nil)
		require.ErrorIs(t, err, dlog.ErrNotFound)
	})
}
