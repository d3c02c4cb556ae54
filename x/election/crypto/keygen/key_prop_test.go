package keygen_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/keygen"
)

// Whoever damages one byte of a deal gets a deal that is refused when it is decoded or
// verified, or one bad share; nobody else's share changes.
func TestDamagedDeals(t *testing.T) {
	t.Parallel()
	p, secrets := setup(2, 3, 2)
	d, err := keygen.NewDeal(p, 1, secrets[0])
	require.NoError(t, err)
	good := d.Bytes()
	sealed := len(d.Shares[0])
	public := len(good) - 3*sealed
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, len(good)-1).Draw(t, "at")
		b := append([]byte(nil), good...)
		b[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "with"))
		damaged, err := keygen.ParseDeal(p, 1, b)
		if at < public {
			if err == nil {
				err = damaged.Verify(p)
			}
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		require.NoError(t, damaged.Verify(p))
		hit := (at-public)/sealed + 1
		for j := 1; j <= 3; j++ {
			shares, err := damaged.OpenShare(p, j, secrets[j-1])
			if j == hit {
				require.ErrorIs(t, err, keygen.ErrBadShare)
				continue
			}
			require.NoError(t, err)
			for k := range shares {
				require.True(t, curve.BaseMul(shares[k]).Equal(curve.Evaluate(d.Commitments[k], uint64(j))))
			}
		}
	})
}
