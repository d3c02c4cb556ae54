package keygen_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/dlog"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/keygen"
)

// setup returns parameters and the trustees' secret keys (index 0 is trustee 1).
func setup(threshold, n, slots int) (keygen.Parameters, []curve.Scalar) {
	p := keygen.Parameters{ChainID: "chain-1", ElectionID: 7, Threshold: threshold, Slots: slots}
	secrets := make([]curve.Scalar, n)
	for j := range secrets {
		secrets[j] = keygen.SecretKeyFromSeed(fmt.Appendf(nil, "trustee %d of a test", j+1))
		p.TrusteeKeys = append(p.TrusteeKeys, curve.BaseMul(secrets[j]))
	}
	return p, secrets
}

func dealAll(tb testing.TB, p keygen.Parameters, secrets []curve.Scalar) []keygen.Deal {
	tb.Helper()
	deals := make([]keygen.Deal, len(secrets))
	for i := range deals {
		d, err := keygen.NewDeal(p, i+1, secrets[i])
		require.NoError(tb, err)
		deals[i] = d
	}
	return deals
}

func TestWholeElection(t *testing.T) {
	t.Parallel()
	cases := []struct{ threshold, n, slots int }{{1, 1, 1}, {2, 2, 1}, {2, 3, 8}, {3, 5, 3}, {14, 21, 2}}
	for _, tc := range cases {
		t.Run(fmt.Sprintf("%d of %d", tc.threshold, tc.n), func(t *testing.T) {
			t.Parallel()
			wholeElection(t, tc.threshold, tc.n, tc.slots)
		})
	}
}

func wholeElection(t *testing.T, threshold, n, slots int) {
	t.Helper()
	p, secrets := setup(threshold, n, slots)
	deals := dealAll(t, p, secrets)
	for i, d := range deals {
		parsed, err := keygen.ParseDeal(p, i+1, d.Bytes())
		require.NoError(t, err)
		require.NoError(t, parsed.Verify(p))
		deals[i] = parsed
	}
	if n > threshold {
		deals = deals[1:] // QUAL need not hold everybody
	}
	keys, err := keygen.Combine(p, deals)
	require.NoError(t, err)
	sum := elgamal.Zero(slots)
	want := make([]uint64, slots)
	for ballot := range 3 {
		amounts := make([]uint64, slots)
		for k := range amounts {
			amounts[k] = uint64(ballot*slots + k)
			want[k] += amounts[k]
		}
		sum = sum.Add(elgamal.Encrypt(keys, amounts, curve.NewScalar(uint64(ballot)+1000)))
	}
	all, err := keygen.AllVerificationKeys(p, deals)
	require.NoError(t, err)
	shares := make([]keygen.IndexedShare, n)
	for j := 1; j <= n; j++ {
		s, err := keygen.SecretShare(p, deals, j, secrets[j-1])
		require.NoError(t, err)
		vks, err := keygen.VerificationKeys(p, deals, j)
		require.NoError(t, err)
		for k := range vks {
			require.True(t, vks[k].Equal(all[j-1][k]))
			require.True(t, vks[k].Equal(curve.BaseMul(s[k])))
		}
		d, proof, err := keygen.DecryptionShare(p, j, s, sum, nil)
		require.NoError(t, err)
		require.NoError(t, keygen.VerifyDecryptionShare(p, j, vks, sum, d, proof))
		shares[j-1] = keygen.IndexedShare{Index: j, D: d}
	}
	sets := [][]keygen.IndexedShare{shares[:threshold], shares[n-threshold:], shares, reversed(shares)}
	for _, set := range sets {
		totals, err := keygen.CombineShares(p, sum, set)
		require.NoError(t, err)
		got, err := dlog.Solve(totals, 1000, nil)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err = keygen.CombineShares(p, sum, shares[:threshold-1])
	require.ErrorIs(t, err, keygen.ErrTooFew)
}

func reversed(in []keygen.IndexedShare) []keygen.IndexedShare {
	out := make([]keygen.IndexedShare, 0, len(in))
	for i := range in {
		out = append(out, in[len(in)-1-i])
	}
	return out
}

// Every subset of T of the shares gives the same total, and a subset of T-1 another.
func TestEverySubset(t *testing.T) {
	t.Parallel()
	const threshold, n = 4, 5
	p, secrets := setup(threshold, n, 1)
	deals := dealAll(t, p, secrets)
	keys, err := keygen.Combine(p, deals)
	require.NoError(t, err)
	sum := elgamal.Encrypt(keys, []uint64{42}, curve.NewScalar(99))
	shares := make([]keygen.IndexedShare, n)
	for j := range shares {
		s, err := keygen.SecretShare(p, deals, j+1, secrets[j])
		require.NoError(t, err)
		d, _, err := keygen.DecryptionShare(p, j+1, s, sum, nil)
		require.NoError(t, err)
		shares[j] = keygen.IndexedShare{Index: j + 1, D: d}
	}
	want := curve.BaseMul(curve.NewScalar(42))
	lower := p
	lower.Threshold = threshold - 1
	for mask := range 1 << n {
		var set []keygen.IndexedShare
		for j := range shares {
			if mask>>j&1 == 1 {
				set = append(set, shares[j])
			}
		}
		switch {
		case len(set) >= threshold:
			totals, err := keygen.CombineShares(p, sum, set)
			require.NoError(t, err)
			require.True(t, totals[0].Equal(want))
		case len(set) == threshold-1:
			totals, err := keygen.CombineShares(lower, sum, set)
			require.NoError(t, err)
			require.False(t, totals[0].Equal(want))
		}
	}
}

func TestParameters(t *testing.T) {
	t.Parallel()
	for n := 1; n <= keygen.MaxTrustees; n++ {
		d := keygen.DefaultThreshold(n)
		require.LessOrEqual(t, d, n)
		require.GreaterOrEqual(t, d, n/2+1)
		for threshold := -1; threshold <= n+1; threshold++ {
			p, _ := setup(threshold, n, 1)
			if threshold >= n/2+1 && threshold <= n {
				require.NoError(t, p.Validate())
			} else {
				require.ErrorIs(t, p.Validate(), keygen.ErrParameters)
			}
		}
	}
	require.Equal(t, 15, keygen.DefaultThreshold(21))
	require.Equal(t, 3, keygen.DefaultThreshold(3))
	change := map[string]func(*keygen.Parameters){
		"no chain":       func(p *keygen.Parameters) { p.ChainID = "" },
		"long chain":     func(p *keygen.Parameters) { p.ChainID = string(make([]byte, 129)) },
		"no trustees":    func(p *keygen.Parameters) { p.TrusteeKeys = nil },
		"22 trustees":    func(p *keygen.Parameters) { *p, _ = setup(15, 22, 1) },
		"no slots":       func(p *keygen.Parameters) { p.Slots = 0 },
		"negative slots": func(p *keygen.Parameters) { p.Slots = -1 },
		"33 slots":       func(p *keygen.Parameters) { p.Slots = 33 },
		"identity key":   func(p *keygen.Parameters) { p.TrusteeKeys[1] = curve.Identity() },
		"zero key":       func(p *keygen.Parameters) { p.TrusteeKeys[1] = curve.Point{} },
		"equal keys":     func(p *keygen.Parameters) { p.TrusteeKeys[1] = p.TrusteeKeys[0] },
	}
	for name, f := range change {
		p, secrets := setup(2, 3, 1)
		f(&p)
		require.ErrorIs(t, p.Validate(), keygen.ErrParameters, name)
		_, err := keygen.NewDeal(p, 1, secrets[0])
		require.ErrorIs(t, err, keygen.ErrParameters, name)
		_, err = keygen.ParseDeal(p, 1, nil)
		require.ErrorIs(t, err, keygen.ErrParameters, name)
		require.ErrorIs(t, keygen.Deal{}.Verify(p), keygen.ErrParameters, name)
	}
}

func TestDealIsDeterministic(t *testing.T) {
	t.Parallel()
	p, secrets := setup(2, 3, 2)
	a, err := keygen.NewDeal(p, 1, secrets[0])
	require.NoError(t, err)
	b, err := keygen.NewDeal(p, 1, secrets[0])
	require.NoError(t, err)
	require.Equal(t, a.Bytes(), b.Bytes())
	require.Len(t, a.Bytes(), keygen.DealSize(p))
	require.Equal(t, a.Hash(), b.Hash())
	other := p
	other.ElectionID++
	c, err := keygen.NewDeal(other, 1, secrets[0])
	require.NoError(t, err)
	require.False(t, a.Commitments[0][0].Equal(c.Commitments[0][0]))
	require.False(t, a.Ephemeral.Equal(c.Ephemeral))
	_, err = keygen.NewDeal(p, 2, secrets[0])
	require.ErrorIs(t, err, keygen.ErrKey)
	for _, j := range []int{-1, 0, 4} {
		_, err = keygen.NewDeal(p, j, secrets[0])
		require.ErrorIs(t, err, keygen.ErrIndex)
	}
}

func TestHashBindsEverything(t *testing.T) {
	t.Parallel()
	p, secrets := setup(2, 3, 2)
	d, err := keygen.NewDeal(p, 1, secrets[0])
	require.NoError(t, err)
	parse := func(p keygen.Parameters, dealer int, b []byte) []byte {
		d, err := keygen.ParseDeal(p, dealer, b)
		require.NoError(t, err)
		return d.Hash()
	}
	require.Equal(t, d.Hash(), parse(p, 1, d.Bytes()))
	require.NotEqual(t, d.Hash(), parse(p, 2, d.Bytes()))
	election, chain := p, p
	election.ElectionID++
	chain.ChainID = "chain-2"
	require.NotEqual(t, d.Hash(), parse(election, 1, d.Bytes()))
	require.NotEqual(t, d.Hash(), parse(chain, 1, d.Bytes()))
	b := d.Bytes()
	b[len(b)-1] ^= 1
	require.NotEqual(t, d.Hash(), parse(p, 1, b))
}

// A deal is good for its own dealer, election, chain, threshold and trustees only.
func TestForeignDealsAreRefused(t *testing.T) {
	t.Parallel()
	p, secrets := setup(2, 3, 2)
	d, err := keygen.NewDeal(p, 1, secrets[0])
	require.NoError(t, err)
	require.NoError(t, d.Verify(p))
	change := map[string]func(*keygen.Parameters){
		"election": func(p *keygen.Parameters) { p.ElectionID++ },
		"chain":    func(p *keygen.Parameters) { p.ChainID = "chain-2" },
		"trustees": func(p *keygen.Parameters) {
			p.TrusteeKeys = []curve.Point{p.TrusteeKeys[1], p.TrusteeKeys[0], p.TrusteeKeys[2]}
		},
	}
	for name, f := range change {
		q := p
		f(&q)
		require.ErrorIs(t, d.Verify(q), keygen.ErrDealShape, name)
		replayed, err := keygen.ParseDeal(q, 1, d.Bytes())
		require.NoError(t, err)
		require.ErrorIs(t, replayed.Verify(q), keygen.ErrDealProof, name)
		_, err = replayed.OpenShare(q, 3, secrets[2])
		require.ErrorIs(t, err, keygen.ErrBadShare, name)
	}
	copied, err := keygen.ParseDeal(p, 2, d.Bytes())
	require.NoError(t, err)
	require.ErrorIs(t, copied.Verify(p), keygen.ErrDealProof)

	// Another dealer takes over the commitments and their proofs, or the ephemeral key.
	mine, err := keygen.NewDeal(p, 2, secrets[1])
	require.NoError(t, err)
	stolen := mine
	stolen.Commitments, stolen.Proofs = d.Commitments, d.Proofs
	require.ErrorIs(t, stolen.Verify(p), keygen.ErrDealProof)
	stolen = mine
	stolen.Ephemeral, stolen.EphemeralProof = d.Ephemeral, d.EphemeralProof
	require.ErrorIs(t, stolen.Verify(p), keygen.ErrDealProof)
	// ... and no complaint about it reveals what opens the other's share.
	_, err = stolen.Complain(p, 3, secrets[2], nil)
	require.ErrorIs(t, err, keygen.ErrDealProof)
	// Rogue key: the commitment that cancels the other's.
	rogue := mine
	rogue.Commitments = [][]curve.Point{
		{mine.Commitments[0][0].Sub(d.Commitments[0][0]), mine.Commitments[0][1]}, mine.Commitments[1],
	}
	require.ErrorIs(t, rogue.Verify(p), keygen.ErrDealProof)
}

func TestVerifyLooksAtEveryField(t *testing.T) {
	t.Parallel()
	p, secrets := setup(2, 3, 2)
	fresh := func() keygen.Deal {
		d, err := keygen.NewDeal(p, 1, secrets[0])
		require.NoError(t, err)
		return d
	}
	g := curve.Generator()
	one := curve.NewScalar(1)
	cases := []struct {
		name   string
		change func(*keygen.Deal)
		want   error
	}{
		{"constant term", func(d *keygen.Deal) { d.Commitments[0][0] = d.Commitments[0][0].Add(g) }, keygen.ErrDealProof},
		{"higher coefficient", func(d *keygen.Deal) { d.Commitments[1][1] = d.Commitments[1][1].Add(g) }, keygen.ErrDealProof},
		{"slots swapped", func(d *keygen.Deal) {
			d.Commitments[0], d.Commitments[1] = d.Commitments[1], d.Commitments[0]
		}, keygen.ErrDealProof},
		{"proofs swapped", func(d *keygen.Deal) { d.Proofs[0], d.Proofs[1] = d.Proofs[1], d.Proofs[0] }, keygen.ErrDealProof},
		{"proof", func(d *keygen.Deal) { d.Proofs[1].Response = d.Proofs[1].Response.Add(one) }, keygen.ErrDealProof},
		{"ephemeral", func(d *keygen.Deal) { d.Ephemeral = d.Ephemeral.Add(g) }, keygen.ErrDealProof},
		{"ephemeral proof", func(d *keygen.Deal) { d.EphemeralProof.Challenge = one }, keygen.ErrDealProof},
		{"identity constant", func(d *keygen.Deal) { d.Commitments[0][0] = curve.Identity() }, keygen.ErrDealCommitment},
		{"identity leading", func(d *keygen.Deal) { d.Commitments[0][1] = curve.Identity() }, keygen.ErrDealCommitment},
		{"equal slots", func(d *keygen.Deal) { d.Commitments[1][0] = d.Commitments[0][0] }, keygen.ErrDealCommitment},
		{"short commitments", func(d *keygen.Deal) { d.Commitments[0] = d.Commitments[0][:1] }, keygen.ErrDealShape},
		{"long commitments", func(d *keygen.Deal) { d.Commitments[0] = append(d.Commitments[0], g) }, keygen.ErrDealShape},
		{"missing slot", func(d *keygen.Deal) { d.Commitments = d.Commitments[:1] }, keygen.ErrDealShape},
		{"missing proof", func(d *keygen.Deal) { d.Proofs = d.Proofs[:1] }, keygen.ErrDealShape},
		{"missing share", func(d *keygen.Deal) { d.Shares = d.Shares[:2] }, keygen.ErrDealShape},
		{"short share", func(d *keygen.Deal) { d.Shares[2] = d.Shares[2][1:] }, keygen.ErrDealShape},
		{"dealer", func(d *keygen.Deal) { d.Dealer = 2 }, keygen.ErrDealProof},
		{"dealer 0", func(d *keygen.Deal) { d.Dealer = 0 }, keygen.ErrDealShape},
		{"dealer 4", func(d *keygen.Deal) { d.Dealer = 4 }, keygen.ErrDealShape},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			d := fresh()
			tc.change(&d)
			require.ErrorIs(t, d.Verify(p), tc.want)
		})
	}
	require.ErrorIs(t, keygen.Deal{}.Verify(p), keygen.ErrDealShape)
}

func TestComplaints(t *testing.T) {
	t.Parallel()
	p, secrets := setup(3, 5, 2)
	good, err := keygen.NewDeal(p, 1, secrets[0])
	require.NoError(t, err)
	_, err = good.OpenShare(p, 3, secrets[2])
	require.NoError(t, err)
	_, err = good.OpenShare(p, 3, secrets[1])
	require.ErrorIs(t, err, keygen.ErrKey)
	_, err = good.OpenShare(p, 6, secrets[1])
	require.ErrorIs(t, err, keygen.ErrIndex)
	_, err = good.Complain(p, 3, secrets[2], nil)
	require.ErrorIs(t, err, keygen.ErrComplaintRejected)

	change := func(f func(*keygen.Deal)) keygen.Deal {
		d, err := keygen.ParseDeal(p, 1, good.Bytes())
		require.NoError(t, err)
		f(&d)
		return d
	}
	bad := map[string]keygen.Deal{
		"flipped bit":       change(func(d *keygen.Deal) { d.Shares[2][5] ^= 1 }),
		"flipped tag":       change(func(d *keygen.Deal) { d.Shares[2][len(d.Shares[2])-1] ^= 1 }),
		"swapped recipient": change(func(d *keygen.Deal) { d.Shares[2], d.Shares[3] = d.Shares[3], d.Shares[2] }),
		"zeros":             change(func(d *keygen.Deal) { d.Shares[2] = make([]byte, len(d.Shares[2])) }),
	}
	for name, d := range bad {
		require.NoError(t, d.Verify(p), name) // the sealed shares are not public
		_, err := d.OpenShare(p, 3, secrets[2])
		require.ErrorIs(t, err, keygen.ErrBadShare, name)
		c, err := d.Complain(p, 3, secrets[2], nil)
		require.NoError(t, err, name)
		parsed, err := keygen.ParseComplaint(c.Bytes())
		require.NoError(t, err)
		require.NoError(t, d.Judge(p, 3, parsed), name)
		require.ErrorIs(t, d.Judge(p, 2, parsed), keygen.ErrComplaint, "another trustee")
		require.ErrorIs(t, good.Judge(p, 3, parsed), keygen.ErrComplaint, "another deal")
		require.ErrorIs(t, d.Judge(p, 6, parsed), keygen.ErrIndex)
		for _, wrong := range []curve.Point{c.Shared.Add(curve.Generator()), c.Shared.Neg(), curve.Generator()} {
			forged := c
			forged.Shared = wrong
			require.ErrorIs(t, d.Judge(p, 3, forged), keygen.ErrComplaint, "a false shared point")
		}
	}
}

func TestFalseComplaintIsRejected(t *testing.T) {
	t.Parallel()
	p, secrets := setup(3, 5, 2)
	d, err := keygen.NewDeal(p, 1, secrets[0])
	require.NoError(t, err)
	c := keygen.ComplaintFor(d, p, 3, secrets[2])
	require.ErrorIs(t, d.Judge(p, 3, c), keygen.ErrComplaintRejected)
}

// A dealer that seals wrong values correctly is caught as well.
func TestWrongValuesWellSealed(t *testing.T) {
	t.Parallel()
	p, secrets := setup(3, 5, 2)
	l := curve.Order().FillBytes(make([]byte, 32))
	one := curve.NewScalar(1).Bytes()
	for name, plain := range map[string][]byte{
		"wrong value":   append(bytes.Clone(one), one...),
		"not canonical": append(bytes.Clone(l), l...),
		"zero":          make([]byte, 64),
	} {
		d := keygen.DealWithShare(t, p, 1, secrets[0], 3, plain)
		require.NoError(t, d.Verify(p), name)
		_, err := d.OpenShare(p, 3, secrets[2])
		require.ErrorIs(t, err, keygen.ErrBadShare, name)
		_, err = d.OpenShare(p, 2, secrets[1])
		require.NoError(t, err)
		c, err := d.Complain(p, 3, secrets[2], nil)
		require.NoError(t, err)
		require.NoError(t, d.Judge(p, 3, c), name)
	}
}
