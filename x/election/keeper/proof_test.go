package keeper_test

import (
	"crypto/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"

	fixture "github.com/evoted/evoted/testutil/election"
	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/roll"
	"github.com/evoted/evoted/x/election/proof/keyfile"
	"github.com/evoted/evoted/x/election/proof/prove"
	"github.com/evoted/evoted/x/election/proof/verify"
	"github.com/evoted/evoted/x/election/types"
)

// booth proves ballots of an election from what the chain tells everyone.
type booth struct {
	prover   *prove.Prover
	election ballot.Election
	leaves   []field.Element
	path     []field.Element
}

func newBooth(t *testing.T, c *fixture.Chain, id uint64, prover *prove.Prover) booth {
	t.Helper()
	e := c.Election(id)
	manifest, err := types.ManifestOf(e)
	require.NoError(t, err)
	b := booth{prover: prover, election: ballot.Election{
		ChainID: fixture.ChainID, ID: id, Format: manifest.Format, Rules: manifest.Rules(),
	}}
	b.election.Root, err = field.Parse(e.Roll.Root)
	require.NoError(t, err)
	for _, encoded := range e.KeyGeneration.PublicKeys {
		point, err := curve.ParseKey(encoded)
		require.NoError(t, err)
		b.election.Keys = append(b.election.Keys, point)
	}
	bucket, err := c.Query.RollBucket(c.Ctx, &types.QueryRollBucketRequest{ElectionId: id})
	require.NoError(t, err)
	for i := range bucket.Electors {
		commitment, err := field.Parse(bucket.Electors[i].Commitment)
		require.NoError(t, err)
		leaf, err := roll.Leaf(commitment, bucket.Electors[i].Weight)
		require.NoError(t, err)
		b.leaves = append(b.leaves, leaf)
	}
	for _, encoded := range bucket.Path {
		sibling, err := field.Parse(encoded)
		require.NoError(t, err)
		b.path = append(b.path, sibling)
	}
	return b
}

// vote returns the proved ballot of the elector at a place of the roll.
func (b booth) vote(t *testing.T, elector fixture.Elector, place int, revision uint64, values ...uint64) *types.MsgCastBallot {
	t.Helper()
	path, err := roll.CompletePath(b.leaves, place, b.path, 0)
	require.NoError(t, err)
	padded := make([]uint64, b.election.Format.Slots)
	copy(padded, values)
	ephemeral := secp256k1.GenPrivKey().PubKey().Bytes()
	who := prove.Elector{Secret: elector.Secret, Weight: elector.Weight, Path: path}
	prepared, witness, err := prove.Prepare(b.election, who, padded, revision, ephemeral, rand.Reader)
	require.NoError(t, err)
	cast, err := b.prover.Complete(b.election, prepared, witness)
	require.NoError(t, err)
	return &types.MsgCastBallot{
		ElectionId: cast.ElectionID, Revision: cast.Revision, Nullifier: field.Bytes(cast.Nullifier),
		EphemeralKey: cast.EphemeralKey, Ciphertext: cast.Ciphertext.Bytes(), Proof: cast.Proof,
	}
}

// An election with true proofs: from the keys to the result, and what a thief of a
// ballot can do with it.
func TestElectionWithProofs(t *testing.T) {
	t.Parallel()
	material, err := keyfile.LoadOrSetup("", ballot.Slots8, nil)
	require.NoError(t, err)
	prover, err := keyfile.OpenProver(material)
	require.NoError(t, err)
	c := fixture.Empty(t)
	c.Checker.Verify = verify.Verify
	genesis := types.DefaultGenesis()
	genesis.Params.Organisers = []string{fixture.Address("organiser")}
	genesis.Circuits = []types.Circuit{{
		Format: material.Format.Name, VerifyingKey: material.VerifyingKey, CircuitDigest: material.CircuitDigest,
		ProvingKeyDigest: material.ProvingKeyDigest, Setup: material.Setup,
	}}
	require.NoError(t, c.Keeper.InitGenesis(c.Ctx, genesis))
	electors := fixture.Electors(5)
	twoBallots := func(m *types.MsgCreateElection) { m.MinBallots = 2 }
	id, other := c.Create(lastCounts, twoBallots), c.Create(lastCounts, twoBallots)
	for _, one := range []uint64{id, other} {
		c.Keys(one, types.KEY_STATUS_FINAL)
		c.Seal(one, electors)
	}
	c.Block(c.Election(id).Schedule.OpenTime)
	b := newBooth(t, c, id, prover)

	first := b.vote(t, electors[1], 1, 1, 1, 0)
	stolen := map[string]func(m *types.MsgCastBallot){
		"another key":      func(m *types.MsgCastBallot) { m.EphemeralKey = secp256k1.GenPrivKey().PubKey().Bytes() },
		"another revision": func(m *types.MsgCastBallot) { m.Revision = 2 },
		"another election": func(m *types.MsgCastBallot) { m.ElectionId = other },
		"another elector":  func(m *types.MsgCastBallot) { m.Nullifier = c.Vote(id, electors[2], 1, 1, 0).Nullifier },
		"another choice":   func(m *types.MsgCastBallot) { m.Ciphertext = c.Vote(id, electors[1], 1, 0, 1).Ciphertext },
		"swapped slots": func(m *types.MsgCastBallot) {
			m.Ciphertext = append([]byte(nil), m.Ciphertext...)
			copy(m.Ciphertext[64:], first.Ciphertext[128:192])
			copy(m.Ciphertext[128:], first.Ciphertext[64:128])
		},
		"no proof": func(m *types.MsgCastBallot) { m.Proof = make([]byte, 192) },
	}
	before := c.Dump()
	for name, change := range stolen {
		m := *first
		change(&m)
		_, err := c.Deliver(&m)
		require.ErrorIs(t, err, types.ErrBallotProof, name)
		require.Equal(t, before, c.Dump(), name)
	}
	c.Must(first)
	c.Must(b.vote(t, electors[4], 4, 1, 0, 1))
	c.Next()
	c.Must(b.vote(t, electors[1], 1, 2, 0, 1))
	_, err = c.Deliver(first)
	require.ErrorIs(t, err, types.ErrRevision)
	c.Next()
	require.Equal(t, c.Dump(), copyOf(t, c).Dump())
	c.Tallied(id)
	require.Equal(t, []uint64{0, 2 + 5, 0, 0, 0, 0, 0, 0}, c.Tally(id).Totals)
}
