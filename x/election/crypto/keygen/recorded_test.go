package keygen_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/keygen"
)

// largest returns the parameters with the largest deals.
func largest() (keygen.Parameters, []curve.Scalar) {
	return setup(keygen.MaxTrustees, keygen.MaxTrustees, keygen.MaxSlots)
}

func BenchmarkParseDeal(b *testing.B) {
	p, secrets := largest()
	deal, err := keygen.NewDeal(p, 1, secrets[0])
	require.NoError(b, err)
	for name, parse := range map[string]func(keygen.Parameters, int, []byte) (keygen.Deal, error){
		"checked": keygen.ParseDeal, "recorded": keygen.ParseRecordedDeal,
	} {
		b.Run(name, func(b *testing.B) {
			encoded := deal.Bytes()
			for b.Loop() {
				_, err := parse(p, 1, encoded)
				require.NoError(b, err)
			}
		})
	}
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, deal.Verify(p))
		}
	})
}

// BenchmarkVerifyShare is all the work for one decryption share: decoding every recorded
// deal, the verification keys, and the proof.
func BenchmarkVerifyShare(b *testing.B) {
	p, secrets := largest()
	deals := dealAll(b, p, secrets)
	encoded := make([][]byte, len(deals))
	for i := range deals {
		encoded[i] = deals[i].Bytes()
	}
	keys, err := keygen.Combine(p, deals)
	require.NoError(b, err)
	sum := elgamal.Encrypt(keys, make([]uint64, p.Slots), curve.NewScalar(7))
	own, err := keygen.SecretShare(p, deals, 21, secrets[20])
	require.NoError(b, err)
	points, proof, err := keygen.DecryptionShare(p, 21, own, sum, nil)
	require.NoError(b, err)
	for b.Loop() {
		read := make([]keygen.Deal, len(encoded))
		for i := range encoded {
			read[i], err = keygen.ParseRecordedDeal(p, i+1, encoded[i])
			require.NoError(b, err)
		}
		vks, err := keygen.VerificationKeys(p, read, 21)
		require.NoError(b, err)
		require.NoError(b, keygen.VerifyDecryptionShare(p, 21, vks, sum, points, proof))
	}
}

// MaxDealSize is what the largest parameters give.
func TestMaxDealSize(t *testing.T) {
	t.Parallel()
	p, secrets := largest()
	require.Equal(t, keygen.MaxDealSize, keygen.DealSize(p))
	deal, err := keygen.NewDeal(p, 1, secrets[0])
	require.NoError(t, err)
	require.Len(t, deal.Bytes(), keygen.MaxDealSize)
}

// A recorded deal is read as it was checked. What the reader spares is the subgroup check
// alone, which is there where a deal comes from elsewhere.
func TestParseRecordedDeal(t *testing.T) {
	t.Parallel()
	p, secrets := setup(2, 3, 2)
	deal, err := keygen.NewDeal(p, 1, secrets[0])
	require.NoError(t, err)
	encoded := deal.Bytes()
	checked, err := keygen.ParseDeal(p, 1, encoded)
	require.NoError(t, err)
	recorded, err := keygen.ParseRecordedDeal(p, 1, encoded)
	require.NoError(t, err)
	require.Equal(t, checked, recorded)
	require.NoError(t, recorded.Verify(p))

	// The point of order two, (0, -1), is on the curve and not in the subgroup.
	outside := append([]byte(nil), encoded...)
	copy(outside, make([]byte, field.Size))
	minusOne := field.Bytes(*new(field.Element).SetInt64(-1))
	copy(outside[field.Size:], minusOne)
	_, err = keygen.ParseDeal(p, 1, outside)
	require.ErrorIs(t, err, keygen.ErrDealEncoding)
	_, err = keygen.ParseRecordedDeal(p, 1, outside)
	require.NoError(t, err)

	for name, change := range map[string]func([]byte) []byte{
		"short":         func(b []byte) []byte { return b[1:] },
		"off the curve": func(b []byte) []byte { b[1] ^= 1; return b },
		"not canonical": func(b []byte) []byte { return append(bytes.Repeat([]byte{0xff}, field.Size), b[field.Size:]...) },
	} {
		_, err := keygen.ParseRecordedDeal(p, 1, change(append([]byte(nil), encoded...)))
		require.Error(t, err, name)
	}
	_, err = keygen.ParseRecordedDeal(p, 4, encoded)
	require.ErrorIs(t, err, keygen.ErrIndex)
}
