package keygen_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/dleq"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/keygen"
)

func TestKeyProof(t *testing.T) {
	t.Parallel()
	e := keygen.SecretKeyFromSeed([]byte("seed"))
	key := curve.BaseMul(e)
	proof, err := keygen.ProveKey("chain-1", "evote1abc", e, nil)
	require.NoError(t, err)
	require.NoError(t, keygen.VerifyKey("chain-1", "evote1abc", key, proof))
	require.ErrorIs(t, keygen.VerifyKey("chain-2", "evote1abc", key, proof), keygen.ErrKeyProof)
	require.ErrorIs(t, keygen.VerifyKey("chain-1", "evote1abd", key, proof), keygen.ErrKeyProof)
	require.ErrorIs(t, keygen.VerifyKey("chain-1", "evote1abc", key.Neg(), proof), keygen.ErrKeyProof)
	require.ErrorIs(t, keygen.VerifyKey("chain-1", "evote1abc", curve.Identity(), proof), keygen.ErrKeyProof)
	require.ErrorIs(t, keygen.VerifyKey("chain-1", "evote1abc", key, proof[1:]), keygen.ErrKeyProof)
	require.ErrorIs(t, keygen.VerifyKey("chain-1", "evote1abc", key, nil), keygen.ErrKeyProof)
	_, err = keygen.ProveKey("chain-1", "evote1abc", curve.Scalar{}, nil)
	require.ErrorIs(t, err, keygen.ErrKey)
	_, err = keygen.ProveKey("chain-1", "evote1abc", e, bytes.NewReader(nil))
	require.ErrorIs(t, err, dleq.ErrRandomness)
}

func TestCombineRefusesWhatIsNotQual(t *testing.T) {
	t.Parallel()
	p, secrets := setup(2, 3, 2)
	deals := dealAll(t, p, secrets)
	keys, err := keygen.Combine(p, deals)
	require.NoError(t, err)
	again, err := keygen.Combine(p, []keygen.Deal{deals[2], deals[0], deals[1]})
	require.NoError(t, err)
	require.Equal(t, keys, again)
	other := p
	other.ElectionID++
	foreign := dealAll(t, other, secrets)
	cases := []struct {
		name  string
		deals []keygen.Deal
		want  error
	}{
		{"none", nil, keygen.ErrTooFew},
		{"T-1", deals[:1], keygen.ErrTooFew},
		{"twice", []keygen.Deal{deals[0], deals[1], deals[0]}, keygen.ErrDuplicate},
		{"of another election", []keygen.Deal{deals[0], foreign[1]}, keygen.ErrDealShape},
		{"zero value", []keygen.Deal{deals[0], {}}, keygen.ErrDealShape},
	}
	for _, tc := range cases {
		_, err := keygen.Combine(p, tc.deals)
		require.ErrorIs(t, err, tc.want, tc.name)
		_, err = keygen.VerificationKeys(p, tc.deals, 1)
		require.ErrorIs(t, err, tc.want, tc.name)
		_, err = keygen.AllVerificationKeys(p, tc.deals)
		require.ErrorIs(t, err, tc.want, tc.name)
		_, err = keygen.SecretShare(p, tc.deals, 1, secrets[0])
		require.ErrorIs(t, err, tc.want, tc.name)
	}
	_, err = keygen.VerificationKeys(p, deals, 0)
	require.ErrorIs(t, err, keygen.ErrIndex)
	_, err = keygen.SecretShare(p, deals, 1, secrets[1])
	require.ErrorIs(t, err, keygen.ErrKey)
	deals[1].Shares[0][0] ^= 1
	_, err = keygen.SecretShare(p, deals, 1, secrets[0])
	require.ErrorIs(t, err, keygen.ErrBadShare)
}

func TestWeakKeysAreRefused(t *testing.T) {
	t.Parallel()
	p, secrets := setup(2, 2, 2)
	deals := dealAll(t, p, secrets)
	// Colluding dealers whose commitments cancel, or give two equal keys.
	cancel := deals[1]
	cancel.Commitments = [][]curve.Point{
		{deals[0].Commitments[0][0].Neg(), deals[1].Commitments[0][1]}, deals[1].Commitments[1],
	}
	_, err := keygen.Combine(p, []keygen.Deal{deals[0], cancel})
	require.ErrorIs(t, err, keygen.ErrWeakKey)
	equal := deals[1]
	equal.Commitments = [][]curve.Point{
		deals[1].Commitments[0],
		{
			deals[0].Commitments[0][0].Add(deals[1].Commitments[0][0]).Sub(deals[0].Commitments[1][0]),
			deals[1].Commitments[1][1],
		},
	}
	_, err = keygen.Combine(p, []keygen.Deal{deals[0], equal})
	require.ErrorIs(t, err, keygen.ErrWeakKey)
}

func TestDecryptionShareIsBound(t *testing.T) {
	t.Parallel()
	p, secrets := setup(2, 3, 2)
	deals := dealAll(t, p, secrets)
	keys, err := keygen.Combine(p, deals)
	require.NoError(t, err)
	sum := elgamal.Encrypt(keys, []uint64{3, 4}, curve.NewScalar(5))
	s, err := keygen.SecretShare(p, deals, 1, secrets[0])
	require.NoError(t, err)
	vks, err := keygen.VerificationKeys(p, deals, 1)
	require.NoError(t, err)
	d, proof, err := keygen.DecryptionShare(p, 1, s, sum, nil)
	require.NoError(t, err)
	require.NoError(t, keygen.VerifyDecryptionShare(p, 1, vks, sum, d, proof))

	g := curve.Generator()
	with := func(points []curve.Point, k int) []curve.Point {
		out := append([]curve.Point(nil), points...)
		out[k] = out[k].Add(g)
		return out
	}
	election, chain := p, p
	election.ElectionID++
	chain.ChainID = "chain-2"
	otherC := elgamal.Ciphertext{R: sum.R, C: with(sum.C, 1)}
	otherR := elgamal.Ciphertext{R: sum.R.Add(g), C: sum.C}
	badProof := proof
	badProof.Response = proof.Response.Neg()
	swapped := []curve.Point{d[1], d[0]}
	cases := []struct {
		name  string
		p     keygen.Parameters
		j     int
		vks   []curve.Point
		sum   elgamal.Ciphertext
		d     []curve.Point
		proof dleq.Proof
		want  error
	}{
		{"election", election, 1, vks, sum, d, proof, keygen.ErrShareProof},
		{"chain", chain, 1, vks, sum, d, proof, keygen.ErrShareProof},
		{"trustee", p, 2, vks, sum, d, proof, keygen.ErrShareProof},
		{"trustee 0", p, 0, vks, sum, d, proof, keygen.ErrIndex},
		{"trustee 4", p, 4, vks, sum, d, proof, keygen.ErrIndex},
		{"key", p, 1, with(vks, 0), sum, d, proof, keygen.ErrShareProof},
		{"sum R", p, 1, vks, otherR, d, proof, keygen.ErrShareProof},
		{"sum C", p, 1, vks, otherC, d, proof, keygen.ErrShareProof},
		{"share", p, 1, vks, sum, with(d, 1), proof, keygen.ErrShareProof},
		{"slots swapped", p, 1, vks, sum, swapped, proof, keygen.ErrShareProof},
		{"proof", p, 1, vks, sum, d, badProof, keygen.ErrShareProof},
		{"short keys", p, 1, vks[:1], sum, d, proof, keygen.ErrShareProof},
		{"short shares", p, 1, vks, sum, d[:1], proof, keygen.ErrShareProof},
		{"short sum", p, 1, vks, elgamal.Ciphertext{R: sum.R, C: sum.C[:1]}, d, proof, keygen.ErrShareProof},
		{"nil keys", p, 1, nil, sum, d, proof, keygen.ErrShareProof},
	}
	for _, tc := range cases {
		require.ErrorIs(t, keygen.VerifyDecryptionShare(tc.p, tc.j, tc.vks, tc.sum, tc.d, tc.proof), tc.want, tc.name)
	}
	_, _, err = keygen.DecryptionShare(p, 1, s[:1], sum, nil)
	require.ErrorIs(t, err, keygen.ErrShareProof)
	_, _, err = keygen.DecryptionShare(p, 0, s, sum, nil)
	require.ErrorIs(t, err, keygen.ErrIndex)
	_, _, err = keygen.DecryptionShare(p, 1, s, sum, bytes.NewReader(nil))
	require.ErrorIs(t, err, dleq.ErrRandomness)
}

func TestCombineSharesFailures(t *testing.T) {
	t.Parallel()
	p, _ := setup(2, 3, 1)
	sum := elgamal.Zero(1)
	one := []curve.Point{curve.Generator()}
	cases := []struct {
		name   string
		sum    elgamal.Ciphertext
		shares []keygen.IndexedShare
		want   error
	}{
		{"none", sum, nil, keygen.ErrTooFew},
		{"T-1", sum, []keygen.IndexedShare{{1, one}}, keygen.ErrTooFew},
		{"twice", sum, []keygen.IndexedShare{{1, one}, {1, one}}, keygen.ErrDuplicate},
		{"index 0", sum, []keygen.IndexedShare{{0, one}, {1, one}}, keygen.ErrIndex},
		{"index 4", sum, []keygen.IndexedShare{{4, one}, {1, one}}, keygen.ErrIndex},
		{"slots", sum, []keygen.IndexedShare{{1, one}, {2, nil}}, keygen.ErrShareProof},
		{"sum", elgamal.Zero(2), []keygen.IndexedShare{{1, one}, {2, one}}, keygen.ErrShareProof},
	}
	for _, tc := range cases {
		_, err := keygen.CombineShares(p, tc.sum, tc.shares)
		require.ErrorIs(t, err, tc.want, tc.name)
	}
}

func TestParseDealFailures(t *testing.T) {
	t.Parallel()
	p, secrets := setup(2, 3, 2)
	d, err := keygen.NewDeal(p, 1, secrets[0])
	require.NoError(t, err)
	good := d.Bytes()
	put := func(offset int, with []byte) []byte {
		b := bytes.Clone(good)
		copy(b[offset:], with)
		return b
	}
	commitments := p.Slots * p.Threshold * curve.PointSize
	proofs := p.Slots * dleq.ProofSize
	ones := bytes.Repeat([]byte{0xff}, 64)
	l := curve.Order().FillBytes(make([]byte, 32))
	cases := []struct {
		name string
		in   []byte
		want error
	}{
		{"nil", nil, keygen.ErrDealLength},
		{"short", good[:len(good)-1], keygen.ErrDealLength},
		{"long", append(bytes.Clone(good), 0), keygen.ErrDealLength},
		{"identity commitment", put(0, curve.Identity().Bytes()), curve.ErrIdentity},
		{"identity leading commitment", put(64, curve.Identity().Bytes()), curve.ErrIdentity},
		{"commitment not canonical", put(128, ones), curve.ErrNotCanonical},
		{"commitment off the curve", put(192, make([]byte, 64)), curve.ErrNotOnCurve},
		{"challenge too large", put(commitments, l), dleq.ErrEncoding},
		{"response too large", put(commitments+32, l), dleq.ErrEncoding},
		{"identity ephemeral", put(commitments+proofs, curve.Identity().Bytes()), curve.ErrIdentity},
		{"ephemeral proof", put(commitments+proofs+64, l), dleq.ErrEncoding},
	}
	for _, tc := range cases {
		_, err := keygen.ParseDeal(p, 1, tc.in)
		require.ErrorIs(t, err, tc.want, tc.name)
	}
	for _, dealer := range []int{-1, 0, 4} {
		_, err := keygen.ParseDeal(p, dealer, good)
		require.ErrorIs(t, err, keygen.ErrIndex)
	}
	// A deal of another threshold or number of trustees has another length.
	q, _ := setup(3, 3, 2)
	_, err = keygen.ParseDeal(q, 1, good)
	require.ErrorIs(t, err, keygen.ErrDealLength)
	for _, b := range [][]byte{nil, good[:127], good[:129], ones, append(curve.Identity().Bytes(), make([]byte, 64)...), append(bytes.Clone(good[:64]), ones...)} {
		_, err := keygen.ParseComplaint(b)
		require.ErrorIs(t, err, keygen.ErrComplaint)
	}
}

// The size that the limits of transactions are made for: 21 trustees, 32 slots.
func TestDealSize(t *testing.T) {
	t.Parallel()
	p, _ := setup(14, 21, 32)
	require.Equal(t, 52688, keygen.DealSize(p))
}

func BenchmarkVerifyDeal8SlotsT3N5(b *testing.B) {
	benchmarkVerifyDeal(b, 3, 5, 8)
}

func BenchmarkVerifyDeal32SlotsT14N21(b *testing.B) {
	benchmarkVerifyDeal(b, 14, 21, 32)
}

// benchmarkVerifyDeal measures what the chain does with a deal: decode and verify.
func benchmarkVerifyDeal(b *testing.B, threshold, n, slots int) {
	b.Helper()
	p, secrets := setup(threshold, n, slots)
	d, err := keygen.NewDeal(p, 1, secrets[0])
	if err != nil {
		b.Fatal(err)
	}
	enc := d.Bytes()
	for b.Loop() {
		parsed, err := keygen.ParseDeal(p, 1, enc)
		if err != nil {
			b.Fatal(err)
		}
		if err := parsed.Verify(p); err != nil {
			b.Fatal(err)
		}
	}
}
