package field_test

import (
	"bytes"
	"math/big"
	"strings"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/evoted/evoted/x/election/crypto/field"
)

func TestParse(t *testing.T) {
	t.Parallel()
	r := fr.Modulus()
	at := func(n *big.Int) []byte { return n.FillBytes(make([]byte, 32)) }
	plus := func(n int64) []byte { return at(new(big.Int).Add(r, big.NewInt(n))) }
	cases := []struct {
		name string
		in   []byte
		want error
	}{
		{"zero", make([]byte, 32), nil},
		{"one", at(big.NewInt(1)), nil},
		{"r - 1", plus(-1), nil},
		{"r", plus(0), field.ErrNotCanonical},
		{"r + 1", plus(1), field.ErrNotCanonical},
		{"2r", at(new(big.Int).Add(r, r)), field.ErrNotCanonical},
		{"all ones", bytes.Repeat([]byte{0xff}, 32), field.ErrNotCanonical},
		{"nil", nil, field.ErrLength},
		{"31 bytes", make([]byte, 31), field.ErrLength},
		{"33 bytes", make([]byte, 33), field.ErrLength},
		{"leading zero", make([]byte, 64), field.ErrLength},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			e, err := field.Parse(tc.in)
			if tc.want != nil {
				require.ErrorIs(t, err, tc.want)
				require.True(t, e.IsZero())
				return
			}
			require.NoError(t, err)
			require.Equal(t, tc.in, field.Bytes(e))
		})
	}
}

func TestTag(t *testing.T) {
	t.Parallel()
	e := field.Tag("ab")
	require.Equal(t, uint64(0x6162), e.Uint64())
	require.Equal(t, field.Element{}, field.Tag(""))
	short, long := strings.Repeat("a", 31), strings.Repeat("a", 32)
	require.NotEqual(t, field.Tag(short), field.Tag(long))
	require.NotEqual(t, field.Tag(long), field.Tag(long+"a"))
	require.True(t, bytes.HasSuffix(field.Bytes(field.Tag(short)), []byte(short)))
}

func TestHashToSeparates(t *testing.T) {
	t.Parallel()
	a, b, ab := []byte("a"), []byte("b"), []byte("ab")
	all := []field.Element{
		field.HashTo("d", a, b), field.HashTo("d", ab), field.HashTo("d", ab, nil), field.HashTo("d", nil, ab),
		field.HashTo("d"), field.HashTo("d", nil), field.HashTo("e", ab), field.HashTo("d", b, a),
		field.HashTo(strings.Repeat("d", 255), ab), field.HashTo(strings.Repeat("d", 256), ab), field.HashTo("", ab),
	}
	for i := range all {
		for j := range i {
			require.NotEqual(t, all[i], all[j], "%d %d", i, j)
		}
	}
}

func TestHashToIsHashToField(t *testing.T) {
	t.Parallel()
	want, err := fr.Hash(append([]byte{0, 0, 0, 0, 0, 0, 0, 2}, "ab"...), []byte("d"), 1)
	require.NoError(t, err)
	require.Equal(t, want[0], field.HashTo("d", []byte("ab")))
}

func TestRoundTripProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "b")
		e, err := field.Parse(b)
		if new(big.Int).SetBytes(b).Cmp(fr.Modulus()) >= 0 {
			require.ErrorIs(t, err, field.ErrNotCanonical)
			return
		}
		require.NoError(t, err)
		require.Equal(t, b, field.Bytes(e))
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(make([]byte, 32))
	f.Add(fr.Modulus().Bytes())
	f.Add(bytes.Repeat([]byte{0xff}, 33))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := field.Parse(b)
		if err == nil && !bytes.Equal(field.Bytes(e), b) {
			t.Fatal("two encodings of one element")
		}
	})
}
