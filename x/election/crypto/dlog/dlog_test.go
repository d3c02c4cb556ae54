package dlog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/dlog"
)

func points(values ...uint64) []curve.Point {
	out := make([]curve.Point, len(values))
	for i, v := range values {
		out[i] = curve.BaseMul(curve.NewScalar(v))
	}
	return out
}

func TestSolve(t *testing.T) {
	t.Parallel()
	bounds := []uint64{0, 1, 2, 255, 256, 257, 512, 513, 514, 1000, 131585, 1 << 20, 1<<26 + 3}
	for _, bound := range bounds {
		values := []uint64{0, bound, bound / 2, bound / 3, bound - min(bound, 1), min(bound, 1), bound - min(bound, 513)}
		got, err := dlog.Solve(points(values...), bound, nil)
		require.NoError(t, err, "bound %d", bound)
		require.Equal(t, values, got)
	}
}

func TestSolveEverySmallValue(t *testing.T) {
	t.Parallel()
	values := make([]uint64, 3000)
	for i := range values {
		values[i] = uint64(i)
	}
	got, err := dlog.Solve(points(values...), 2999, nil)
	require.NoError(t, err)
	require.Equal(t, values, got)
}

func TestSolveRefusesWhatIsBeyondTheBound(t *testing.T) {
	t.Parallel()
	minusOne := curve.Generator().Neg()
	cases := []struct {
		name  string
		bound uint64
		point curve.Point
	}{
		{"1 above 0", 0, points(1)[0]},
		{"bound + 1", 1000, points(1001)[0]},
		{"bound + 1, large", 1 << 24, points(1<<24 + 1)[0]},
		{"-1", 1000, minusOne},
		{"-1, large", 1 << 24, minusOne},
		{"far away", 1 << 20, points(1 << 50)[0]},
		{"zero value", 1000, curve.Point{}},
	}
	for _, tc := range cases {
		_, err := dlog.Solve([]curve.Point{curve.Identity(), tc.point}, tc.bound, nil)
		require.ErrorIs(t, err, dlog.ErrNotFound, tc.name)
	}
	_, err := dlog.Solve(points(1), dlog.MaxBound+1, nil)
	require.ErrorIs(t, err, dlog.ErrBound)
	got, err := dlog.Solve(nil, 5, nil)
	require.NoError(t, err)
	require.Empty(t, got)
}

func TestSolveReportsProgress(t *testing.T) {
	t.Parallel()
	var last, calls uint64
	_, err := dlog.Solve(points(1<<25-1, 5), 1<<25, func(done, total uint64) {
		require.GreaterOrEqual(t, done, last)
		require.LessOrEqual(t, done, total)
		last = done
		calls++
	})
	require.NoError(t, err)
	require.GreaterOrEqual(t, calls, uint64(2))
}

// The largest election: eight slots at the bound of 2^40.
func BenchmarkSolve8SlotsAt2To40(b *testing.B) {
	const bound = dlog.MaxBound
	in := points(bound, bound-1, bound-12345, bound-99, bound-1<<20, bound-1<<21, bound-7, bound-1<<10)
	for b.Loop() {
		if _, err := dlog.Solve(in, bound, nil); err != nil {
			b.Fatal(err)
		}
	}
}
