package curve_test

import (
	"bytes"
	"errors"
	"math"
	"math/big"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/twistededwards"
	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/field"
)

// torsion returns the eight points of order 1, 2, 4 and 8 as the multiples of one
// point of order 8, found by multiplying points of the curve by l.
func torsion(tb testing.TB) []twistededwards.PointAffine {
	tb.Helper()
	params := twistededwards.GetEdwardsCurve()
	for seed := uint64(2); seed < 1000; seed++ {
		var y, num, den, x fr.Element
		y.SetUint64(seed)
		num.Square(&y)
		den.Mul(&num, &params.D)
		den.Sub(&params.A, &den)
		one := fr.One()
		num.Sub(&one, &num)
		x.Div(&num, &den)
		if x.Sqrt(&x) == nil {
			continue
		}
		p := twistededwards.NewPointAffine(x, y)
		require.True(tb, p.IsOnCurve())
		var q, four twistededwards.PointAffine
		q.ScalarMultiplication(&p, &params.Order)
		four.ScalarMultiplication(&q, big.NewInt(4))
		if four.IsZero() {
			continue
		}
		points := make([]twistededwards.PointAffine, 8)
		points[0].Y.SetOne()
		for i := 1; i < 8; i++ {
			points[i].Add(&points[i-1], &q)
		}
		var last twistededwards.PointAffine
		last.Add(&points[7], &q)
		require.True(tb, last.IsZero())
		return points
	}
	tb.Fatal("no point of order 8 found")
	return nil
}

func encode(p twistededwards.PointAffine) []byte {
	return append(field.Bytes(p.X), field.Bytes(p.Y)...)
}

func TestGeneratorHasOrderL(t *testing.T) {
	t.Parallel()
	g := curve.Generator()
	require.True(t, curve.Order().ProbablyPrime(64))
	require.Equal(t, 252, curve.Order().BitLen())
	require.False(t, g.IsIdentity())
	params := twistededwards.GetEdwardsCurve()
	var r twistededwards.PointAffine
	r.ScalarMultiplication(&params.Base, curve.Order())
	require.True(t, r.IsZero())
	require.Equal(t, encode(params.Base), g.Bytes())
	parsed, err := curve.ParseKey(g.Bytes())
	require.NoError(t, err)
	require.True(t, parsed.Equal(g))
}

func TestMultiplicationAgreesWithLibrary(t *testing.T) {
	t.Parallel()
	l := curve.Order()
	edge := []*big.Int{
		big.NewInt(0), big.NewInt(1), big.NewInt(2), big.NewInt(15), big.NewInt(16), big.NewInt(31), big.NewInt(32),
		new(big.Int).Sub(l, big.NewInt(1)), new(big.Int).Sub(l, big.NewInt(2)), new(big.Int).Rsh(l, 1),
		new(big.Int).Lsh(big.NewInt(1), 64), new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 128), big.NewInt(1)),
	}
	params := twistededwards.GetEdwardsCurve()
	base := curve.BaseMul(curve.NewScalar(7))
	var base7 twistededwards.PointAffine
	base7.ScalarMultiplication(&params.Base, big.NewInt(7))
	require.Equal(t, encode(base7), base.Bytes())
	for _, n := range edge {
		s, err := curve.ParseScalar(n.FillBytes(make([]byte, 32)))
		require.NoError(t, err)
		var want twistededwards.PointAffine
		want.ScalarMultiplication(&params.Base, n)
		require.Equal(t, encode(want), curve.BaseMul(s).Bytes(), n.String())
		require.Equal(t, encode(want), curve.Generator().Mul(s).Bytes(), n.String())
		want.ScalarMultiplication(&base7, n)
		require.Equal(t, encode(want), base.Mul(s).Bytes(), n.String())
		require.Equal(t, encode(want), curve.MultiMul([]curve.Scalar{s}, []curve.Point{base}).Bytes(), n.String())
	}
}

func TestAdditionIsComplete(t *testing.T) {
	t.Parallel()
	g := curve.Generator()
	two := curve.BaseMul(curve.NewScalar(2))
	require.True(t, g.Add(g).Equal(two))
	require.True(t, g.Add(curve.Identity()).Equal(g))
	require.True(t, g.Sub(g).IsIdentity())
	require.True(t, curve.Identity().Add(curve.Identity()).IsIdentity())
	require.True(t, curve.Sum().IsIdentity())
	require.True(t, curve.Sum(g, g, two.Neg(), g).Equal(g))
	require.True(t, curve.MultiMul(nil, nil).IsIdentity())
	require.True(t, curve.Evaluate(nil, 3).IsIdentity())
	// 5 + 7*10 + 2*100
	coefficients := []curve.Point{curve.BaseMul(curve.NewScalar(5)), curve.BaseMul(curve.NewScalar(7)), two}
	require.True(t, curve.Evaluate(coefficients, 10).Equal(curve.BaseMul(curve.NewScalar(275))))
	require.True(t, curve.Evaluate(coefficients, 0).Equal(coefficients[0]))
}

func TestMalformedPoints(t *testing.T) {
	t.Parallel()
	g := curve.Generator()
	enc := g.Bytes()
	r := fr.Modulus()
	plusR := func(b []byte) []byte {
		return new(big.Int).Add(new(big.Int).SetBytes(b), r).FillBytes(make([]byte, 32))
	}
	x, y := enc[:32], enc[32:]
	off := bytes.Clone(enc)
	off[63] ^= 1
	cases := []struct {
		name string
		in   []byte
		want error
	}{
		{"nil", nil, curve.ErrLength},
		{"one byte", []byte{4}, curve.ErrLength},
		{"63 bytes", enc[:63], curve.ErrLength},
		{"65 bytes", append(bytes.Clone(enc), 0), curve.ErrLength},
		{"compressed", enc[:32], curve.ErrLength},
		{"two points", append(bytes.Clone(enc), enc...), curve.ErrLength},
		{"x + r", append(plusR(x), y...), curve.ErrNotCanonical},
		{"y + r", append(bytes.Clone(x), plusR(y)...), curve.ErrNotCanonical},
		{"x = r, y = 1", append(r.Bytes(), curve.Identity().Bytes()[32:]...), curve.ErrNotCanonical},
		{"all ones", bytes.Repeat([]byte{0xff}, 64), curve.ErrNotCanonical},
		{"all zero", make([]byte, 64), curve.ErrNotOnCurve},
		{"off the curve", off, curve.ErrNotOnCurve},
		{"swapped coordinates", append(bytes.Clone(y), x...), curve.ErrNotOnCurve},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for _, parse := range []func([]byte) (curve.Point, error){curve.ParsePoint, curve.ParseKey, curve.ParseOnCurve} {
				_, err := parse(tc.in)
				require.ErrorIs(t, err, tc.want)
			}
		})
	}
}

func TestTorsionIsRefused(t *testing.T) {
	t.Parallel()
	params := twistededwards.GetEdwardsCurve()
	for i, p := range torsion(t) {
		var sum twistededwards.PointAffine
		sum.Add(&params.Base, &p)
		for _, q := range []twistededwards.PointAffine{p, sum} {
			enc := encode(q)
			_, err := curve.ParseOnCurve(enc)
			require.NoError(t, err)
			_, err = curve.ParsePoint(enc)
			if i == 0 {
				require.NoError(t, err)
				continue
			}
			require.ErrorIs(t, err, curve.ErrNotInSubgroup)
			_, err = curve.ParseKey(enc)
			require.ErrorIs(t, err, curve.ErrNotInSubgroup)
		}
	}
}

func TestIdentityOnlyWhereItMakesSense(t *testing.T) {
	t.Parallel()
	enc := curve.Identity().Bytes()
	p, err := curve.ParsePoint(enc)
	require.NoError(t, err)
	require.True(t, p.IsIdentity())
	_, err = curve.ParseKey(enc)
	require.ErrorIs(t, err, curve.ErrIdentity)
	require.False(t, curve.Point{}.IsIdentity())
}

func TestSignFlips(t *testing.T) {
	t.Parallel()
	g := curve.Generator()
	params := twistededwards.GetEdwardsCurve()
	flip := func(fx, fy bool) []byte {
		p := params.Base
		if fx {
			p.X.Neg(&p.X)
		}
		if fy {
			p.Y.Neg(&p.Y)
		}
		return encode(p)
	}
	p, err := curve.ParsePoint(flip(true, false))
	require.NoError(t, err)
	require.True(t, p.Equal(g.Neg()))
	require.False(t, p.Equal(g))
	// (x, -y) = -(P + (0,-1)) carries the point of order 2.
	_, err = curve.ParsePoint(flip(false, true))
	require.ErrorIs(t, err, curve.ErrNotInSubgroup)
	_, err = curve.ParsePoint(flip(true, true))
	require.ErrorIs(t, err, curve.ErrNotInSubgroup)
}

func TestSplitPoints(t *testing.T) {
	t.Parallel()
	g := curve.Generator()
	b := curve.JoinPoints(g, g.Neg(), curve.Identity())
	points, err := curve.SplitPoints(b, 3, curve.ParsePoint)
	require.NoError(t, err)
	require.True(t, points[1].Equal(g.Neg()))
	_, err = curve.SplitPoints(b, 3, curve.ParseKey)
	require.ErrorIs(t, err, curve.ErrIdentity)
	for _, n := range []int{-1, 0, 2, 4, math.MaxInt} {
		_, err = curve.SplitPoints(b, n, curve.ParsePoint)
		require.ErrorIs(t, err, curve.ErrLength)
	}
}

func TestScalars(t *testing.T) {
	t.Parallel()
	l := curve.Order()
	at := func(n *big.Int) []byte { return n.FillBytes(make([]byte, 32)) }
	cases := []struct {
		name string
		in   []byte
		want error
	}{
		{"zero", make([]byte, 32), nil},
		{"l - 1", at(new(big.Int).Sub(l, big.NewInt(1))), nil},
		{"l", at(l), curve.ErrScalarRange},
		{"l + 1", at(new(big.Int).Add(l, big.NewInt(1))), curve.ErrScalarRange},
		{"r", at(fr.Modulus()), curve.ErrScalarRange},
		{"all ones", bytes.Repeat([]byte{0xff}, 32), curve.ErrScalarRange},
		{"nil", nil, curve.ErrScalarLength},
		{"31 bytes", make([]byte, 31), curve.ErrScalarLength},
		{"33 bytes", make([]byte, 33), curve.ErrScalarLength},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s, err := curve.ParseScalar(tc.in)
			if tc.want != nil {
				require.ErrorIs(t, err, tc.want)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tc.in, s.Bytes())
		})
	}
}

func TestScalarValues(t *testing.T) {
	t.Parallel()
	s := curve.NewScalar(5)
	o := curve.Order()
	o.SetInt64(1) // a copy: the package's own must not change
	require.Equal(t, 252, curve.Order().BitLen())
	s.BigInt().SetInt64(9)
	require.True(t, s.Equal(curve.NewScalar(5)))
	require.True(t, s.Sub(curve.NewScalar(6)).Equal(curve.NewScalar(1).Neg()))
	require.True(t, s.Mul(s.Inverse()).Equal(curve.NewScalar(1)))
	require.True(t, curve.Scalar{}.Inverse().IsZero())
	require.True(t, curve.Scalar{}.Neg().IsZero())
	require.True(t, curve.ScalarFromWide(curve.Order().Bytes()).IsZero())
}

func TestRandomScalar(t *testing.T) {
	t.Parallel()
	s, err := curve.RandomScalar(bytes.NewReader(bytes.Repeat([]byte{7}, 64)))
	require.NoError(t, err)
	require.False(t, s.IsZero())
	_, err = curve.RandomScalar(bytes.NewReader(make([]byte, 64)))
	require.ErrorIs(t, err, curve.ErrRandomness)
	_, err = curve.RandomScalar(bytes.NewReader(make([]byte, 63)))
	require.ErrorIs(t, err, curve.ErrRandomness)
	broken := errors.New("broken")
	_, err = curve.RandomScalar(errorReader{broken})
	require.ErrorIs(t, err, broken)
}

type errorReader struct{ err error }

func (r errorReader) Read([]byte) (int, error) { return 0, r.err }
