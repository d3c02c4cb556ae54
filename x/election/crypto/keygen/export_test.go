package keygen

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/dleq"
)

// ComplaintFor makes a complaint without looking whether the share is bad, as a dishonest
// trustee would.
func ComplaintFor(d Deal, p Parameters, j int, e curve.Scalar) Complaint {
	proof, err := dleq.Prove(d.complaintContext(p, j), d.Ephemeral, e, nil)
	if err != nil {
		return Complaint{}
	}
	return Complaint{Shared: d.Ephemeral.Mul(e), Proof: proof}
}

// DealWithShare makes a deal that seals arbitrary bytes to one recipient, as a dishonest
// dealer would.
func DealWithShare(t *testing.T, p Parameters, dealer int, e curve.Scalar, recipient int, plain []byte) Deal {
	t.Helper()
	d, err := NewDeal(p, dealer, e)
	require.NoError(t, err)
	secret := d.source(e)("ephemeral")
	d.Shares[recipient-1], err = d.seal(p, recipient, p.TrusteeKeys[recipient-1].Mul(secret), plain)
	require.NoError(t, err)
	return d
}
