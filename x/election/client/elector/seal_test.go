package elector

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/roll"
	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/proof/prove"
	"github.com/evoted/evoted/x/election/types"
)

// fakeProver checks the statement natively and returns bytes of a proof's length.
type fakeProver struct {
	failures int
	panics   bool
	seen     []ballot.Statement
}

func (p *fakeProver) Prove(statement ballot.Statement, w prove.Witness) ([]byte, error) {
	p.seen = append(p.seen, statement)
	if p.panics {
		panic(w)
	}
	if len(p.seen) <= p.failures {
		return nil, prove.ErrProving
	}
	if err := prove.Check(ballot.Slots8, statement, w); err != nil {
		return nil, err
	}
	return make([]byte, key.ProofSize), nil
}

// electionFor makes an open election on whose roll c is alone.
func electionFor(t *testing.T, c Credential, weight uint64) (*Election, Place) {
	t.Helper()
	leaf, err := roll.Leaf(c.Commitment(), weight)
	require.NoError(t, err)
	var acc roll.Accumulator
	bucketPath, err := roll.BucketPath(func(int, uint64) (field.Element, bool, error) { return field.Element{}, false, nil }, 0)
	require.NoError(t, err)
	full, err := roll.CompletePath([]field.Element{leaf}, 0, bucketPath, 0)
	require.NoError(t, err)
	require.NoError(t, acc.Append([]field.Element{leaf}, nil))
	e := &Election{
		ChainID: "chain", Data: types.Election{Id: 5, Phase: types.PHASE_OPEN, Roll: types.Roll{Count: 1}}, Root: acc.Root(),
		Manifest: ballot.Manifest{Format: ballot.Slots8, Contests: []ballot.Contest{{Title: "Q", Options: []string{"Yes", "No"}, Cap: 1, Hi: 1}}},
	}
	for i := range uint64(8) {
		e.Keys = append(e.Keys, curve.BaseMul(curve.NewScalar(100+i)))
	}
	return e, Place{Weight: weight, Path: full}
}

func TestSeal(t *testing.T) {
	t.Parallel()
	c := credential(t)
	e, place := electionFor(t, c, 7)
	prover := &fakeProver{}
	values := []uint64{1, 0, 0, 0, 0, 0, 0, 0}
	a, err := Seal(t.Context(), e, c, place, values, 1, prover, rand.Reader)
	require.NoError(t, err)
	b, err := Seal(t.Context(), e, c, place, values, 1, prover, rand.Reader)
	require.NoError(t, err)
	require.Equal(t, a.Message.Nullifier, b.Message.Nullifier)
	require.NotEqual(t, a.Message.EphemeralKey, b.Message.EphemeralKey, "a key for each ballot")
	require.NotEqual(t, a.Message.Ciphertext, b.Message.Ciphertext, "fresh randomness for each ballot")
	require.Len(t, b.Tx, len(a.Tx), "every ballot has the same length")
	require.NoError(t, a.Message.ValidateBasic())

	shown, err := json.Marshal(a)
	require.NoError(t, err)
	require.NotContains(t, string(shown), Hex(c.secret))

	_, err = Seal(t.Context(), e, c, place, []uint64{1, 1, 0, 0, 0, 0, 0, 0}, 1, prover, rand.Reader)
	require.ErrorIs(t, err, ballot.ErrTooHigh)
}

func TestSealTriesOnceMoreWithOtherRandomness(t *testing.T) {
	t.Parallel()
	c := credential(t)
	e, place := electionFor(t, c, 1)
	values := make([]uint64, 8)
	prover := &fakeProver{failures: 1}
	_, err := Seal(t.Context(), e, c, place, values, 1, prover, rand.Reader)
	require.NoError(t, err)
	require.Len(t, prover.seen, 2)
	require.False(t, prover.seen[0].Ciphertext.Equal(prover.seen[1].Ciphertext))

	_, err = Seal(t.Context(), e, c, place, values, 1, &fakeProver{failures: 9}, rand.Reader)
	require.ErrorIs(t, err, ErrProving)
	_, err = Seal(t.Context(), e, c, place, values, 1, &fakeProver{panics: true}, rand.Reader)
	require.ErrorIs(t, err, ErrProving)
	require.NotContains(t, err.Error(), Hex(c.secret))

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Seal(ctx, e, c, place, values, 1, blocked{}, rand.Reader)
	require.ErrorIs(t, err, ErrProving)
	_, err = Seal(t.Context(), e, c, place, values, 1, prover, broken{})
	require.ErrorIs(t, err, ErrRandom)
}

type blocked struct{}

func (blocked) Prove(ballot.Statement, prove.Witness) ([]byte, error) {
	time.Sleep(100 * time.Millisecond)
	return make([]byte, key.ProofSize), nil
}

type broken struct{}

var errBroken = errors.New("broken")

func (broken) Read([]byte) (int, error) { return 0, errBroken }

func TestOfflineFile(t *testing.T) {
	t.Parallel()
	c := credential(t)
	e, place := electionFor(t, c, 1)
	sealed, err := Seal(t.Context(), e, c, place, make([]uint64, 8), 2, &fakeProver{}, rand.Reader)
	require.NoError(t, err)
	raw, err := EncodeOffline("chain", sealed)
	require.NoError(t, err)
	require.NotContains(t, string(raw), Hex(c.secret))

	chainID, again, err := ParseOffline(raw)
	require.NoError(t, err)
	require.Equal(t, "chain", chainID)
	require.Equal(t, sealed, again)

	var file offlineFile
	require.NoError(t, json.Unmarshal(raw, &file))
	for name, change := range map[string]func(*offlineFile){
		"other chain":    func(f *offlineFile) { f.ChainID = "other" },
		"other election": func(f *offlineFile) { f.ElectionID++ },
		"other code":     func(f *offlineFile) { f.TrackingCode = "0000-0000-0000-0000" },
		"version":        func(f *offlineFile) { f.Version = 9 },
		"not base64":     func(f *offlineFile) { f.Tx = "!" + f.Tx },
		"cut":            func(f *offlineFile) { f.Tx = f.Tx[:len(f.Tx)/8*4] },
		"empty":          func(f *offlineFile) { f.Tx = "" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := file
			change(&changed)
			text, err := json.Marshal(changed)
			require.NoError(t, err)
			_, _, err = ParseOffline(text)
			require.ErrorIs(t, err, ErrOffline)
		})
	}
}

func FuzzParseOffline(f *testing.F) {
	f.Add([]byte(`{"version":1,"chain_id":"c","election_id":"1","tracking_code":"","tx":""}`))
	f.Add([]byte(`{"version":1,"chain_id":"c","election_id":"1","tracking_code":"","tx":"CgA="}`))
	f.Add([]byte("[]"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, sealed, err := ParseOffline(raw); err == nil {
			require.NoError(t, sealed.Message.ValidateBasic())
		}
	})
}

func TestCompareNodes(t *testing.T) {
	t.Parallel()
	base := func() view {
		return view{election: types.Election{
			Id: 1, Phase: types.PHASE_OPEN, Roll: types.Roll{Root: []byte{1}},
			KeyGeneration: types.KeyGeneration{PublicKeys: [][]byte{{1}, {2}}},
		}, circuit: types.Circuit{VerifyingKey: []byte{1}}}
	}
	_, same := compare(base(), base())
	require.True(t, same)
	for what, change := range map[string]func(*view){
		"the public keys": func(v *view) { v.election.KeyGeneration.PublicKeys = [][]byte{{1}, {3}} },
		"the roll":        func(v *view) { v.election.Roll.Root = []byte{2} },
		"the phase":       func(v *view) { v.election.Phase = types.PHASE_CLOSED },
		"the election":    func(v *view) { v.election.Title = "other" },
		"the circuit":     func(v *view) { v.circuit.VerifyingKey = []byte{2} },
	} {
		other := base()
		change(&other)
		differs, same := compare(base(), other)
		require.False(t, same)
		require.Equal(t, what, differs)
	}
	require.NotErrorIs(t, whyNone([]error{errBroken}), types.ErrElectionNotFound)
	require.ErrorIs(t, whyNone([]error{errBroken}), client.ErrNoNode)
}
