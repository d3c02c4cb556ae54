package elgamal_test

import (
	"bytes"
	"math"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/field"
)

func keys(n int) ([]curve.Scalar, []curve.Point) {
	secrets, public := make([]curve.Scalar, n), make([]curve.Point, n)
	for i := range secrets {
		secrets[i] = curve.NewScalar(uint64(i)*77777 + 12345)
		public[i] = curve.BaseMul(secrets[i])
	}
	return secrets, public
}

// decrypts reports whether c holds the amounts.
func decrypts(c elgamal.Ciphertext, secrets []curve.Scalar, amounts []uint64) bool {
	for i := range amounts {
		if !c.C[i].Sub(c.R.Mul(secrets[i])).Equal(curve.BaseMul(curve.NewScalar(amounts[i]))) {
			return false
		}
	}
	return len(amounts) == c.Slots()
}

func TestEncrypt(t *testing.T) {
	t.Parallel()
	secrets, public := keys(3)
	c := elgamal.Encrypt(public, []uint64{0, 1, 1 << 48}, curve.NewScalar(99))
	require.True(t, decrypts(c, secrets, []uint64{0, 1, 1 << 48}))
	require.False(t, decrypts(c, secrets, []uint64{0, 1, 2}))
	for _, amounts := range [][]uint64{nil, {1}, {1, 2, 3, 4}} {
		bad := elgamal.Encrypt(public, amounts, curve.NewScalar(1))
		require.Zero(t, bad.Slots())
		_, err := elgamal.Parse(bad.Bytes(), 3)
		require.ErrorIs(t, err, elgamal.ErrLength)
	}
}

func TestDifferentSizesDoNotAdd(t *testing.T) {
	t.Parallel()
	two, three := elgamal.Zero(2), elgamal.Zero(3)
	for _, c := range []elgamal.Ciphertext{two.Add(three), two.Sub(three), elgamal.AddAll(three, []elgamal.Ciphertext{three, two}, nil)} {
		require.True(t, c.Equal(elgamal.Ciphertext{}))
		require.False(t, c.Equal(two))
	}
}

func TestNeutral(t *testing.T) {
	t.Parallel()
	_, public := keys(2)
	c := elgamal.Encrypt(public, []uint64{1, 2}, curve.NewScalar(5))
	require.True(t, c.Add(elgamal.Zero(2)).Equal(c))
	require.True(t, c.Sub(c).Equal(elgamal.Zero(2)))
	require.True(t, elgamal.AddAll(c, nil, nil).Equal(c))
	require.Zero(t, elgamal.Zero(-1).Slots())
}

func TestHomomorphism(t *testing.T) {
	t.Parallel()
	secrets, public := keys(3)
	draw := func(t *rapid.T) ([]uint64, elgamal.Ciphertext) {
		amounts := rapid.SliceOfN(rapid.Uint64Max(1<<40), 3, 3).Draw(t, "amounts")
		return amounts, elgamal.Encrypt(public, amounts, curve.NewScalar(rapid.Uint64Min(1).Draw(t, "r")))
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 4).Draw(t, "n")
		total, base := draw(t)
		var add, subtract []elgamal.Ciphertext
		one := base
		for range n {
			amounts, c := draw(t)
			add = append(add, c)
			one = one.Add(c)
			for i := range total {
				total[i] += amounts[i]
			}
		}
		sum := elgamal.AddAll(base, add, subtract)
		require.True(t, sum.Equal(one))
		require.True(t, decrypts(sum, secrets, total))
		require.True(t, elgamal.AddAll(sum, nil, add).Equal(base))
		back, err := elgamal.Parse(sum.Bytes(), 3)
		require.NoError(t, err)
		require.True(t, back.Equal(sum))
	})
}

func TestMalformedCiphertexts(t *testing.T) {
	t.Parallel()
	_, public := keys(2)
	good := elgamal.Encrypt(public, []uint64{1, 2}, curve.NewScalar(5)).Bytes()
	require.Len(t, good, elgamal.Size(2))
	put := func(slot int, with []byte) []byte {
		b := bytes.Clone(good)
		copy(b[slot*curve.PointSize:], with)
		return b
	}
	var minusOne fr.Element
	minusOne.SetOne()
	minusOne.Neg(&minusOne)
	order2 := append(make([]byte, 32), field.Bytes(minusOne)...)
	ones := bytes.Repeat([]byte{0xff}, 64)
	cases := []struct {
		name           string
		in             []byte
		slots          int
		sum, ballot    error
		sumAs, formsAs error
	}{
		{"good", good, 2, nil, nil, nil, nil},
		{"neutral", elgamal.Zero(2).Bytes(), 2, nil, elgamal.ErrRandomness, nil, nil},
		{"R identity", put(0, curve.Identity().Bytes()), 2, nil, elgamal.ErrRandomness, nil, nil},
		{"order 2", put(1, order2), 2, elgamal.ErrPoint, nil, curve.ErrNotInSubgroup, nil},
		{"not canonical", put(2, ones), 2, elgamal.ErrPoint, elgamal.ErrPoint, curve.ErrNotCanonical, curve.ErrNotCanonical},
		{"off the curve", put(0, make([]byte, 64)), 2, elgamal.ErrPoint, elgamal.ErrPoint, curve.ErrNotOnCurve, curve.ErrNotOnCurve},
		{"nil", nil, 2, elgamal.ErrLength, elgamal.ErrLength, nil, nil},
		{"short", good[1:], 2, elgamal.ErrLength, elgamal.ErrLength, nil, nil},
		{"long", append(bytes.Clone(good), 0), 2, elgamal.ErrLength, elgamal.ErrLength, nil, nil},
		{"fewer slots", good, 1, elgamal.ErrLength, elgamal.ErrLength, nil, nil},
		{"more slots", good, 3, elgamal.ErrLength, elgamal.ErrLength, nil, nil},
		{"no slots", good[:64], 0, elgamal.ErrLength, elgamal.ErrLength, nil, nil},
		{"negative slots", nil, -1, elgamal.ErrLength, elgamal.ErrLength, nil, nil},
		{"huge slots", good, math.MaxInt, elgamal.ErrLength, elgamal.ErrLength, nil, nil},
	}
	for _, tc := range cases {
		_, err := elgamal.Parse(tc.in, tc.slots)
		require.ErrorIs(t, err, tc.sum, tc.name)
		require.ErrorIs(t, err, or(tc.sumAs, tc.sum), tc.name)
		_, err = elgamal.ParseOnCurve(tc.in, tc.slots)
		require.ErrorIs(t, err, tc.ballot, tc.name)
		require.ErrorIs(t, err, or(tc.formsAs, tc.ballot), tc.name)
	}
}

func or(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

func FuzzParse(f *testing.F) {
	_, public := keys(2)
	f.Add(elgamal.Encrypt(public, []uint64{1, 2}, curve.NewScalar(5)).Bytes(), 2)
	f.Add(elgamal.Zero(1).Bytes(), 1)
	f.Add([]byte(nil), 0)
	f.Add(make([]byte, 64), -1)
	f.Fuzz(func(t *testing.T, b []byte, slots int) {
		c, err := elgamal.Parse(b, slots)
		if err == nil && (c.Slots() != slots || !bytes.Equal(c.Bytes(), b)) {
			t.Fatal("two encodings of one ciphertext")
		}
		d, err2 := elgamal.ParseOnCurve(b, slots)
		if err2 == nil && !bytes.Equal(d.Bytes(), b) {
			t.Fatal("two encodings of one ballot")
		}
		if err == nil && err2 != nil && !c.R.IsIdentity() {
			t.Fatal(err2)
		}
	})
}

func BenchmarkEncrypt8(b *testing.B) {
	_, public := keys(8)
	amounts := make([]uint64, 8)
	r := curve.ScalarFromWide(bytes.Repeat([]byte{0xa7}, 64))
	for b.Loop() {
		elgamal.Encrypt(public, amounts, r)
	}
}

// A block of a hundred ballots of eight slots.
func BenchmarkAddAll100(b *testing.B) {
	_, public := keys(8)
	ballots := make([]elgamal.Ciphertext, 100)
	for i := range ballots {
		ballots[i] = elgamal.Encrypt(public, make([]uint64, 8), curve.NewScalar(uint64(i)+1))
	}
	base := elgamal.Zero(8)
	for b.Loop() {
		elgamal.AddAll(base, ballots, nil)
	}
}

// Decoding a ballot of eight slots.
func BenchmarkParseOnCurve8(b *testing.B) {
	_, public := keys(8)
	enc := elgamal.Encrypt(public, make([]uint64, 8), curve.NewScalar(7)).Bytes()
	for b.Loop() {
		if _, err := elgamal.ParseOnCurve(enc, 8); err != nil {
			b.Fatal(err)
		}
	}
}
