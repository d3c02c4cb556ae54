package verify_test

import (
	"bytes"
	"runtime"
	"slices"
	"sync"
	"testing"

	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
	groth16bls "github.com/consensys/gnark/backend/groth16/bls12-381"
	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/internal/sample"
	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/proof/keyfile"
	"github.com/evoted/evoted/x/election/proof/prove"
	"github.com/evoted/evoted/x/election/proof/verify"
)

// proved is one valid ballot with its election and key.
type proved struct {
	vk       *key.VerifyingKey
	election ballot.Election
	ballot   ballot.Ballot
}

var proveOnce = sync.OnceValues(func() (*proved, error) {
	m, err := keyfile.LoadOrSetup("", ballot.Slots8, nil)
	if err != nil {
		return nil, err
	}
	prover, err := keyfile.OpenProver(m)
	if err != nil {
		return nil, err
	}
	manifest := ballot.Manifest{Format: ballot.Slots8, Contests: []ballot.Contest{
		{Title: "Q", Options: []string{"Yes", "No", "Abstain"}, Cap: 1, Lo: 1, Hi: 1},
		{Title: "R", Options: []string{"A", "B"}, Cap: 1, Lo: 0, Hi: 2},
	}}
	e, err := sample.New(ballot.Slots8, manifest.Rules(), 7, 3)
	if err != nil {
		return nil, err
	}
	elector := prove.Elector{Secret: e.Secrets[0], Weight: 7, Path: e.Paths[0]}
	b, w, err := prove.Prepare(e.Election, elector, []uint64{0, 1, 0, 1, 1, 0, 0, 0}, 1, ephemeral(1), sample.Reader(3))
	if err != nil {
		return nil, err
	}
	b, err = prover.Complete(e.Election, b, w)
	return &proved{vk: prover.VerifyingKey(), election: e.Election, ballot: b}, err
})

func ephemeral(b byte) []byte {
	k := bytes.Repeat([]byte{b}, ballot.EphemeralKeySize)
	k[0] = 2
	return k
}

func valid(tb testing.TB) *proved {
	tb.Helper()
	p, err := proveOnce()
	require.NoError(tb, err)
	return p
}

func (p *proved) check(e ballot.Election, b ballot.Ballot) error {
	return verify.Statement(p.vk, e.Statement(b), b.Proof)
}

// TestEveryInputMatters changes each public input alone.
func TestEveryInputMatters(t *testing.T) {
	t.Parallel()
	p := valid(t)
	inputs := p.election.Statement(p.ballot).PublicInputs()
	require.Len(t, inputs, 73)
	require.NoError(t, verify.Verify(p.vk, inputs, p.ballot.Proof))
	for i := range inputs {
		for _, change := range []func(e *field.Element){
			func(e *field.Element) { one := field.Element{}; one.SetOne(); e.Add(e, &one) },
			func(e *field.Element) { *e = sample.Field(200) },
		} {
			altered := slices.Clone(inputs)
			change(&altered[i])
			require.ErrorIs(t, verify.Verify(p.vk, altered, p.ballot.Proof), verify.ErrProofInvalid, "input %d", i)
		}
	}
	require.ErrorIs(t, verify.Verify(p.vk, inputs[:72], p.ballot.Proof), verify.ErrInputs)
	require.ErrorIs(t, verify.Verify(p.vk, append(inputs, field.Element{}), p.ballot.Proof), verify.ErrInputs)
	require.ErrorIs(t, verify.Verify(p.vk, nil, p.ballot.Proof), verify.ErrInputs)
}

// TestReplays takes a valid ballot where it was not made for.
func TestReplays(t *testing.T) {
	t.Parallel()
	p := valid(t)
	require.NoError(t, p.check(p.election, p.ballot))
	tests := map[string]func(e *ballot.Election, b *ballot.Ballot){
		"other chain":         func(e *ballot.Election, _ *ballot.Ballot) { e.ChainID = "sample-2" },
		"other election":      func(e *ballot.Election, _ *ballot.Ballot) { e.ID++ },
		"other roll":          func(e *ballot.Election, _ *ballot.Ballot) { e.Root = sample.Field(1) },
		"other revision":      func(_ *ballot.Election, b *ballot.Ballot) { b.Revision = 2 },
		"other ephemeral key": func(_ *ballot.Election, b *ballot.Ballot) { b.EphemeralKey = ephemeral(2) },
		"other nullifier":     func(_ *ballot.Election, b *ballot.Ballot) { b.Nullifier = sample.Field(2) },
		"keys in another order": func(e *ballot.Election, _ *ballot.Ballot) {
			e.Keys = slices.Clone(e.Keys)
			e.Keys[0], e.Keys[1] = e.Keys[1], e.Keys[0]
		},
		"slots in another order": func(_ *ballot.Election, b *ballot.Ballot) {
			b.Ciphertext.C = slices.Clone(b.Ciphertext.C)
			b.Ciphertext.C[0], b.Ciphertext.C[1] = b.Ciphertext.C[1], b.Ciphertext.C[0]
		},
		"contests joined": func(e *ballot.Election, _ *ballot.Ballot) {
			e.Rules.Start = slices.Clone(e.Rules.Start)
			e.Rules.Start[3] = false
		},
		"larger maximum": func(e *ballot.Election, _ *ballot.Ballot) {
			e.Rules.Hi = slices.Clone(e.Rules.Hi)
			e.Rules.Hi[0] = 2
		},
		"split": func(e *ballot.Election, _ *ballot.Ballot) { e.Rules.Split = true },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, b := p.election, p.ballot
			change(&e, &b)
			require.ErrorIs(t, p.check(e, b), verify.ErrProofInvalid)
		})
	}
	e := p.election
	e.Keys = e.Keys[:7]
	require.ErrorIs(t, p.check(e, p.ballot), ballot.ErrStatement)
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	p := valid(t)
	inputs := p.election.Statement(p.ballot).PublicInputs()
	for n := range 401 {
		blob := make([]byte, n)
		copy(blob, p.ballot.Proof)
		err := verify.Verify(p.vk, inputs, blob)
		if n == key.ProofSize {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, verify.ErrProofEncoding, "%d bytes", n)
	}

	infinity := func(at int) func([]byte) {
		return func(b []byte) {
			size := map[int]int{0: 48, 48: 96, 144: 48}[at]
			clear(b[at : at+size])
			b[at] = 0xc0
		}
	}
	tests := map[string]struct {
		edit func([]byte)
		err  error
	}{
		"A infinity":        {infinity(0), verify.ErrProofEncoding},
		"B infinity":        {infinity(48), verify.ErrProofEncoding},
		"C infinity":        {infinity(144), verify.ErrProofEncoding},
		"A not compressed":  {func(b []byte) { b[0] &^= 0x80 }, verify.ErrProofEncoding},
		"B over modulus":    {func(b []byte) { copy(b[48:], bytes.Repeat([]byte{0xff}, 96)) }, verify.ErrProofEncoding},
		"all zero":          {func(b []byte) { clear(b) }, verify.ErrProofEncoding},
		"sign of A":         {func(b []byte) { b[0] ^= 0x20 }, verify.ErrProofInvalid},
		"sign of B":         {func(b []byte) { b[48] ^= 0x20 }, verify.ErrProofInvalid},
		"sign of C":         {func(b []byte) { b[144] ^= 0x20 }, verify.ErrProofInvalid},
		"A and C exchanged": {func(b []byte) { a := bytes.Clone(b[:48]); copy(b, b[144:]); copy(b[144:], a) }, verify.ErrProofInvalid},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := bytes.Clone(p.ballot.Proof)
			tc.edit(b)
			require.ErrorIs(t, verify.Verify(p.vk, inputs, b), tc.err)
			require.Equal(t, tc.err == verify.ErrProofEncoding, verify.CheckEncoding(b) != nil) //nolint:errorlint // a table's entry
		})
	}
}

// TestRerandomised shows that a proof identifies no ballot: -A, -B prove the same.
func TestRerandomised(t *testing.T) {
	t.Parallel()
	p := valid(t)
	b := p.ballot
	b.Proof = bytes.Clone(b.Proof)
	b.Proof[0] ^= 0x20
	b.Proof[48] ^= 0x20
	require.NoError(t, p.check(p.election, b))
	require.Equal(t, p.ballot.Digest(), b.Digest())
}

// TestAllocations: what a proof's bytes say must not decide how much is allocated.
func TestAllocations(t *testing.T) {
	p := valid(t)
	bomb := append(bytes.Clone(p.ballot.Proof), 0xff, 0xff, 0xff, 0xff)
	const runs = 100
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range runs {
		require.ErrorIs(t, verify.CheckEncoding(bomb), verify.ErrProofEncoding)
	}
	runtime.ReadMemStats(&after)
	require.Less(t, (after.TotalAlloc-before.TotalAlloc)/runs, uint64(64<<10))
}

func FuzzVerify(f *testing.F) {
	p := valid(f)
	inputs := p.election.Statement(p.ballot).PublicInputs()
	f.Add(p.ballot.Proof)
	f.Add(append(bytes.Clone(p.ballot.Proof), 0xff, 0xff, 0xff, 0xff))
	f.Add(make([]byte, key.ProofSize))
	_, _, g1, g2 := curve.Generators()
	f.Add(verify.Encode(&groth16bls.Proof{Ar: g1, Bs: g2, Krs: g1}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if verify.Verify(p.vk, inputs, b) == nil {
			require.Len(t, b, key.ProofSize)
		}
	})
}
