package prove_test

import (
	"bytes"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/dlog"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/internal/sample"
	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/proof/keyfile"
	"github.com/evoted/evoted/x/election/proof/prove"
	"github.com/evoted/evoted/x/election/proof/verify"
)

var open = sync.OnceValues(func() (*prove.Prover, error) {
	m, err := keyfile.LoadOrSetup("", ballot.Slots8, nil)
	if err != nil {
		return nil, err
	}
	return keyfile.OpenProver(m)
})

func prover(t *testing.T) *prove.Prover {
	t.Helper()
	p, err := open()
	require.NoError(t, err)
	return p
}

func manifest(flags ballot.Manifest, contests ...ballot.Contest) ballot.Manifest {
	flags.Format, flags.Contests = ballot.Slots8, contests
	return flags
}

func contest(limit, lo, hi uint64, options ...string) ballot.Contest {
	return ballot.Contest{Title: "Question", Options: options, Cap: limit, Lo: lo, Hi: hi}
}

// TestElections casts ballots in each kind of election, checks them, and decrypts the
// sum, never a single one.
func TestElections(t *testing.T) {
	people := []string{"Ana", "Bo", "Cy", "Di", "Ed"}
	tests := map[string]struct {
		manifest ballot.Manifest
		weights  []uint64
		choices  [][]string
		totals   []uint64
	}{
		"yes or no, weighted": {
			manifest(ballot.Manifest{}, contest(1, 0, 1, "Yes", "No")),
			[]uint64{1, 10, 4000000000},
			[][]string{{"Yes"}, {"no"}, {"blank"}},
			[]uint64{1, 10},
		},
		"two of five": {
			manifest(ballot.Manifest{}, contest(1, 2, 2, people...)),
			[]uint64{1, 1},
			[][]string{{"Ana", "Di"}, {"1", "5"}},
			[]uint64{2, 0, 0, 1, 1},
		},
		"split": {
			manifest(ballot.Manifest{Split: true}, contest(1, 0, 1, "A", "B", "C")),
			[]uint64{100, 7},
			[][]string{{"A=60", "B=40"}, {"C"}},
			[]uint64{60, 40, 7},
		},
		"quadratic": {
			manifest(ballot.Manifest{Quadratic: true}, contest(10, 0, 100, "A", "B", "C")),
			[]uint64{1, 2},
			[][]string{{"A=8", "B=6"}, {"C=10"}},
			[]uint64{8, 6, 20},
		},
		"ranking": {
			manifest(ballot.Manifest{Distinct: true}, contest(2, 3, 3, "A", "B", "C")),
			[]uint64{1, 3},
			[][]string{{"A=2", "B=1", "C=0"}, {"C=2", "A=1", "B=0"}},
			[]uint64{5, 1, 6},
		},
	}
	p := prover(t)
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, tc.manifest.Validate())
			e, err := sample.New(ballot.Slots8, tc.manifest.Rules(), tc.weights...)
			require.NoError(t, err)
			sum := elgamal.Zero(ballot.Slots8.Slots)
			for i, choice := range tc.choices {
				values, err := ballot.ParseChoice(tc.manifest, tc.weights[i], choice)
				require.NoError(t, err)
				b, w, err := prove.Prepare(e.Election, elector(e, i), values, 1, ephemeral(byte(i)), sample.Reader(byte(i)))
				require.NoError(t, err)
				b, err = p.Complete(e.Election, b, w)
				require.NoError(t, err)
				require.NoError(t, b.Validate(ballot.Slots8))
				require.NoError(t, verify.Statement(p.VerifyingKey(), e.Statement(b), b.Proof))
				sum = sum.Add(b.Ciphertext)
			}
			points := make([]curve.Point, len(sum.C))
			for k := range points {
				points[k] = sum.C[k].Sub(sum.R.Mul(e.SecretKeys[k]))
			}
			totals, err := dlog.Solve(points, 1000, nil)
			require.NoError(t, err)
			want := make([]uint64, ballot.Slots8.Slots)
			copy(want, tc.totals)
			require.Equal(t, want, totals)
		})
	}
}

func elector(e *sample.Election, i int) prove.Elector {
	return prove.Elector{Secret: e.Secrets[i], Weight: e.Weights[i], Path: e.Paths[i]}
}

func ephemeral(b byte) []byte {
	return append([]byte{2}, bytes.Repeat([]byte{b}, ballot.EphemeralKeySize-1)...)
}

// TestProveRefuses alters a true statement in one respect; each has its own error, and
// none reaches the prover.
func TestProveRefuses(t *testing.T) {
	t.Parallel()
	m := manifest(ballot.Manifest{}, contest(1, 1, 1, "Yes", "No"))
	tests := map[string]struct {
		edit func(st *ballot.Statement, w *prove.Witness)
		err  error
	}{
		"too much":        {func(_ *ballot.Statement, w *prove.Witness) { w.Values[1] = 1 }, ballot.ErrTooHigh},
		"nothing":         {func(_ *ballot.Statement, w *prove.Witness) { w.Values[0] = 0 }, ballot.ErrTooLow},
		"value count":     {func(_ *ballot.Statement, w *prove.Witness) { w.Values = w.Values[:7] }, ballot.ErrSlots},
		"power 0":         {func(_ *ballot.Statement, w *prove.Witness) { w.Weight = 0 }, ballot.ErrWeight},
		"power of others": {func(_ *ballot.Statement, w *prove.Witness) { w.Weight++ }, prove.ErrNotOnRoll},
		"secret":          {func(_ *ballot.Statement, w *prove.Witness) { w.Secret = sample.Field(9) }, prove.ErrNotOnRoll},
		"root":            {func(st *ballot.Statement, _ *prove.Witness) { st.Root = sample.Field(9) }, prove.ErrNotOnRoll},
		"short path": {func(_ *ballot.Statement, w *prove.Witness) {
			w.Path.Siblings = w.Path.Siblings[:31]
		}, prove.ErrNotOnRoll},
		"nullifier":   {func(st *ballot.Statement, _ *prove.Witness) { st.Nullifier = sample.Field(9) }, prove.ErrNullifier},
		"election":    {func(st *ballot.Statement, _ *prove.Witness) { st.Election = sample.Field(9) }, prove.ErrNullifier},
		"ciphertext":  {func(_ *ballot.Statement, w *prove.Witness) { w.Randomness = curve.NewScalar(3) }, prove.ErrCiphertext},
		"key missing": {func(st *ballot.Statement, _ *prove.Witness) { st.Keys = st.Keys[:7] }, ballot.ErrStatement},
		"key identity": {func(st *ballot.Statement, _ *prove.Witness) {
			st.Keys = slices.Clone(st.Keys)
			st.Keys[2] = curve.Identity()
		}, prove.ErrKeys},
		"rules": {func(st *ballot.Statement, _ *prove.Witness) { st.Rules.Hi = st.Rules.Hi[:3] }, ballot.ErrRules},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := sample.New(ballot.Slots8, m.Rules(), 5, 6)
			require.NoError(t, err)
			b, w, err := prove.Prepare(e.Election, elector(e, 0), []uint64{1, 0, 0, 0, 0, 0, 0, 0}, 1, ephemeral(1), sample.Reader(1))
			require.NoError(t, err)
			st := e.Statement(b)
			require.NoError(t, prove.Check(ballot.Slots8, st, w))
			tc.edit(&st, &w)
			_, err = prover(t).Prove(st, w)
			require.ErrorIs(t, err, tc.err)
		})
	}
}

func TestPrepareRefuses(t *testing.T) {
	t.Parallel()
	m := manifest(ballot.Manifest{}, contest(1, 1, 1, "Yes", "No"))
	e, err := sample.New(ballot.Slots8, m.Rules(), 5)
	require.NoError(t, err)
	values := []uint64{1, 0, 0, 0, 0, 0, 0, 0}
	_, _, err = prove.Prepare(e.Election, elector(e, 0), make([]uint64, 8), 1, ephemeral(1), sample.Reader(1))
	require.ErrorIs(t, err, ballot.ErrTooLow)
	_, _, err = prove.Prepare(e.Election, elector(e, 0), values, 1, ephemeral(1), failing{})
	require.ErrorIs(t, err, errRead)
	e.Keys = nil
	_, _, err = prove.Prepare(e.Election, elector(e, 0), values, 1, ephemeral(1), sample.Reader(1))
	require.ErrorIs(t, err, prove.ErrKeys)
}

var errRead = errors.New("no entropy")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errRead }

func TestNewProverRefuses(t *testing.T) {
	t.Parallel()
	m, err := keyfile.LoadOrSetup("", ballot.Slots8, nil)
	require.NoError(t, err)
	pk, err := keyfile.ReadProvingKey(m)
	require.NoError(t, err)
	altered := bytes.Clone(pk)
	altered[len(altered)/2] ^= 1
	_, err = prove.NewProver(m, altered)
	require.ErrorIs(t, err, prove.ErrKeyDigest)
	other := *m
	other.CircuitDigest = "00"
	_, err = prove.NewProver(&other, pk)
	require.ErrorIs(t, err, prove.ErrCircuit)
	other = *m
	other.VerifyingKey = other.VerifyingKey[1:]
	_, err = prove.NewProver(&other, pk)
	require.ErrorIs(t, err, key.ErrLength)
}
