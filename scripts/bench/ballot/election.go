package main

import (
	"crypto/rand"
	"math"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/nullifier"
	"github.com/evoted/evoted/x/election/crypto/roll"
	"github.com/evoted/evoted/x/election/proof/prove"
	"github.com/evoted/evoted/x/election/types"
)

// election is an open election with two electors: the least and the largest power.
type election struct {
	ballot.Election
	electors []prove.Elector
	signers  map[string]*secp256k1.PrivKey
}

// newElection returns an election in which every option may have any value.
func newElection(f ballot.Format) (*election, error) {
	contest := ballot.Contest{Title: "Question", Cap: 1 << 16, Lo: 0, Hi: ballot.MaxCost}
	for i := range f.Slots {
		contest.Options = append(contest.Options, string(rune('A'+i)))
	}
	e := &election{signers: map[string]*secp256k1.PrivKey{}, Election: ballot.Election{
		ChainID: "bench-1", ID: 1, Format: f,
		Rules: ballot.Manifest{Format: f, Contests: []ballot.Contest{contest}}.Rules(),
	}}
	for range f.Slots {
		x, err := curve.RandomScalar(rand.Reader)
		if err != nil {
			return nil, err
		}
		e.Keys = append(e.Keys, curve.BaseMul(x))
	}
	return e, e.enrol(1, ballot.MaxWeight)
}

func (e *election) enrol(weights ...uint64) error {
	var leaves []field.Element
	for i, w := range weights {
		secret := nullifier.SecretFromSeed(append([]byte("a seed of a benchmark's elector "), byte(i)))
		leaf, err := roll.Leaf(nullifier.Identity(secret), w)
		if err != nil {
			return err
		}
		leaves = append(leaves, leaf)
		e.electors = append(e.electors, prove.Elector{Secret: secret, Weight: w})
	}
	above, err := roll.BucketPath(func(int, uint64) (field.Element, bool, error) {
		return field.Element{}, false, nil
	}, 0)
	if err != nil {
		return err
	}
	for i := range leaves {
		if e.electors[i].Path, err = roll.CompletePath(leaves, i, above, 0); err != nil {
			return err
		}
		e.Root = e.electors[i].Path.Root(leaves[i])
	}
	return nil
}

// prepare encrypts the i-th ballot: blank, largest, and in between, of both electors.
func (e *election) prepare(i int) (ballot.Ballot, prove.Witness, error) {
	elector := e.electors[i%len(e.electors)]
	values := make([]uint64, e.Format.Slots)
	for slot := range values {
		switch i / 2 % 3 {
		case 1:
			values[slot] = e.Rules.Cap[slot]
		case 2:
			values[slot] = uint64(i*slot) % (e.Rules.Cap[slot] + 1)
		}
	}
	signer := secp256k1.GenPrivKey()
	public := signer.PubKey().Bytes()
	e.signers[string(public)] = signer
	return prove.Prepare(e.Election, elector, values, uint64(i)+1, public, rand.Reader)
}

// measureTransactions encodes ballots as the chain does, with the smallest and largest
// election ids and revisions among them. Their proofs are borrowed: a proof's length
// does not depend on its content.
func (b *bench) measureTransactions(e *election, proved []ballot.Ballot) error {
	least, most := math.MaxInt, 0
	for i := range b.ballots {
		one, _, err := e.prepare(i)
		if err != nil {
			return err
		}
		one.Proof = proved[i%len(proved)].Proof
		switch i % 4 {
		case 1:
			one.ElectionID = math.MaxUint64
		case 2:
			one.Revision = math.MaxUint64
		case 3:
			one.ElectionID, one.Revision = math.MaxUint64, math.MaxUint64
		}
		encoded, err := types.SignBallotTx(e.signers[string(one.EphemeralKey)], e.ChainID, message(one))
		if err != nil {
			return err
		}
		least, most = min(least, len(encoded)), max(most, len(encoded))
	}
	b.add("tx_bytes_min", float64(least), "bytes")
	b.add("tx_bytes_max", float64(most), "bytes")
	return nil
}

func message(b ballot.Ballot) *types.MsgCastBallot {
	return &types.MsgCastBallot{
		ElectionId: b.ElectionID, Revision: b.Revision, Nullifier: field.Bytes(b.Nullifier),
		EphemeralKey: b.EphemeralKey, Ciphertext: b.Ciphertext.Bytes(), Proof: b.Proof,
	}
}
