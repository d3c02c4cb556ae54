package curve_test

import (
	"bytes"
	"errors"
	"math/big"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/twistededwards"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/field"
)

func drawScalar(t *rapid.T, label string) curve.Scalar {
	if rapid.Bool().Draw(t, label+" small") {
		return curve.NewScalar(rapid.Uint64().Draw(t, label))
	}
	return curve.ScalarFromWide(rapid.SliceOfN(rapid.Byte(), 64, 64).Draw(t, label))
}

func drawPoint(t *rapid.T, label string) curve.Point { return curve.BaseMul(drawScalar(t, label)) }

func TestGroupLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawScalar(t, "a"), drawScalar(t, "b")
		p, q := curve.BaseMul(a), curve.BaseMul(b)
		require.True(t, p.Add(q).Equal(curve.BaseMul(a.Add(b))))
		require.True(t, p.Add(q).Equal(q.Add(p)))
		require.True(t, p.Sub(q).Equal(curve.BaseMul(a.Sub(b))))
		require.True(t, p.Mul(b).Equal(curve.BaseMul(a.Mul(b))))
		require.True(t, p.Neg().Equal(curve.BaseMul(a.Neg())))
		require.True(t, p.Mul(b).Equal(q.Mul(a)))
		require.True(t, curve.MultiMul([]curve.Scalar{a, b}, []curve.Point{q, p}).Equal(q.Mul(a).Add(p.Mul(b))))
		if !a.IsZero() {
			require.True(t, p.Mul(a.Inverse()).Equal(curve.Generator()))
		}
	})
}

func TestAgreesWithLibraryProperty(t *testing.T) {
	t.Parallel()
	params := twistededwards.GetEdwardsCurve()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawScalar(t, "a"), drawScalar(t, "b")
		var p, q, sum twistededwards.PointAffine
		p.ScalarMultiplication(&params.Base, a.BigInt())
		q.ScalarMultiplication(&params.Base, b.BigInt())
		sum.Add(&p, &q)
		require.Equal(t, encode(sum), curve.BaseMul(a).Add(curve.BaseMul(b)).Bytes())
		sum.ScalarMultiplication(&p, b.BigInt())
		require.Equal(t, encode(sum), curve.BaseMul(a).Mul(b).Bytes())
	})
}

func TestScalarLaws(t *testing.T) {
	t.Parallel()
	l := curve.Order()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawScalar(t, "a"), drawScalar(t, "b")
		mod := func(n *big.Int) *big.Int { return n.Mod(n, l) }
		require.Zero(t, a.Add(b).BigInt().Cmp(mod(new(big.Int).Add(a.BigInt(), b.BigInt()))))
		require.Zero(t, a.Sub(b).BigInt().Cmp(mod(new(big.Int).Sub(a.BigInt(), b.BigInt()))))
		require.Zero(t, a.Mul(b).BigInt().Cmp(mod(new(big.Int).Mul(a.BigInt(), b.BigInt()))))
		back, err := curve.ParseScalar(a.Bytes())
		require.NoError(t, err)
		require.True(t, back.Equal(a))
	})
}

func TestPointRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPoint(t, "p")
		back, err := curve.ParsePoint(p.Bytes())
		require.NoError(t, err)
		require.True(t, back.Equal(p))
		require.Equal(t, p.Bytes(), append(field.Bytes(p.X()), field.Bytes(p.Y())...))
		damaged := p.Bytes()
		damaged[rapid.IntRange(0, 63).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		_, err = curve.ParsePoint(damaged)
		require.Error(t, err)
	})
}

func TestSumsAndPolynomials(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 6).Draw(t, "n")
		at := uint64(rapid.IntRange(0, 40).Draw(t, "at"))
		points := make([]curve.Point, n)
		accumulators := make([]curve.Accumulator, n)
		total, value := curve.Identity(), curve.Identity()
		power := curve.NewScalar(1)
		for i := range points {
			points[i] = drawPoint(t, "p")
			accumulators[i].Sub(points[i])
			total = total.Add(points[i])
			value = value.Add(points[i].Mul(power))
			power = power.Mul(curve.NewScalar(at))
		}
		require.True(t, curve.Sum(points...).Equal(total))
		require.True(t, curve.Evaluate(points, at).Equal(value))
		for i, p := range curve.Points(accumulators) {
			require.True(t, p.Equal(points[i].Neg()))
			require.True(t, p.Equal(accumulators[i].Point()))
		}
	})
}

// FuzzParsePoint: whatever is accepted is canonical, on the curve and in the subgroup.
func FuzzParsePoint(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(curve.Generator().Bytes())
	f.Add(curve.Identity().Bytes())
	f.Add(make([]byte, 64))
	f.Add(bytes.Repeat([]byte{0xff}, 64))
	for _, p := range torsion(f) {
		f.Add(encode(p))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := curve.ParsePoint(b)
		if err != nil {
			return
		}
		if !bytes.Equal(p.Bytes(), b) {
			t.Fatal("two encodings of one point")
		}
		affine := twistededwards.NewPointAffine(p.X(), p.Y())
		var r twistededwards.PointAffine
		r.ScalarMultiplication(&affine, curve.Order())
		if !affine.IsOnCurve() || !r.IsZero() {
			t.Fatal("accepted a point outside the group")
		}
		if _, err := curve.ParseOnCurve(b); err != nil {
			t.Fatal(err)
		}
		if _, err := curve.ParseKey(b); (err != nil) != p.IsIdentity() || (err != nil && !errors.Is(err, curve.ErrIdentity)) {
			t.Fatal(err)
		}
	})
}

func FuzzParseScalar(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(make([]byte, 32))
	f.Add(curve.Order().FillBytes(make([]byte, 32)))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := curve.ParseScalar(b)
		if err != nil {
			return
		}
		if !bytes.Equal(s.Bytes(), b) || s.BigInt().Cmp(curve.Order()) >= 0 {
			t.Fatal("accepted a scalar that is not canonical")
		}
	})
}
