package elector

import (
	"crypto/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/proof/keyfile"
	"github.com/evoted/evoted/x/election/proof/verify"
	"github.com/evoted/evoted/x/election/types"
)

var _ client.Checker = (*Election)(nil)

// A node can change nothing of a ballot that it shows, and cannot make one up.
func TestCheckBallot(t *testing.T) {
	t.Parallel()
	c := credential(t)
	e, place := electionFor(t, c, 3)
	material, err := keyfile.LoadOrSetup("", ballot.Slots8, nil)
	require.NoError(t, err)
	prover, err := keyfile.OpenProver(material)
	require.NoError(t, err)
	e.VerifyingKey, err = key.ParseVerifyingKey(material.VerifyingKey, ballot.Slots8)
	require.NoError(t, err)
	sealed, err := Seal(t.Context(), e, c, place, []uint64{1, 0, 0, 0, 0, 0, 0, 0}, 1, prover, rand.Reader)
	require.NoError(t, err)
	shown := types.Ballot{
		Nullifier: sealed.Message.Nullifier, Revision: 1, EphemeralKey: sealed.Message.EphemeralKey,
		Ciphertext: sealed.Message.Ciphertext, Proof: sealed.Message.Proof, Height: 7,
	}
	require.NoError(t, e.CheckBallot(&shown))
	found, err := Identify(e.ChainID, e.Data.Id, &shown)
	require.NoError(t, err)
	require.Equal(t, sealed.TrackingCode, found.TrackingCode)

	for name, change := range map[string]func(*types.Ballot){
		"largest revision": func(b *types.Ballot) { b.Revision = 1<<64 - 1 },
		"another elector":  func(b *types.Ballot) { b.Nullifier = make([]byte, 32) },
		"no proof":         func(b *types.Ballot) { b.Proof = make([]byte, key.ProofSize) },
		"empty":            func(b *types.Ballot) { *b = types.Ballot{} },
		"other slots": func(b *types.Ballot) {
			b.Ciphertext = append(append([]byte{}, b.Ciphertext[64:128]...), b.Ciphertext[64:]...)
		},
	} {
		forged := shown
		change(&forged)
		require.Error(t, e.CheckBallot(&forged), name)
	}
	forged := shown
	forged.Revision = 2
	require.ErrorIs(t, e.CheckBallot(&forged), verify.ErrProofInvalid)
	other := *e
	other.Data.Id++
	require.ErrorIs(t, other.CheckBallot(&shown), verify.ErrProofInvalid)
	require.ErrorIs(t, (&Election{}).CheckBallot(&shown), ErrElection)
}
