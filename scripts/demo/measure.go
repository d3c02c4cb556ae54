package main

import (
	"crypto/rand"
	"time"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/nullifier"
	"github.com/evoted/evoted/x/election/crypto/roll"
	"github.com/evoted/evoted/x/election/proof/keyfile"
	"github.com/evoted/evoted/x/election/proof/prove"
)

// measureProof makes one proof on this machine, so that voting stays open for as
// long as the ballots need and no longer.
func (d *demo) measureProof() error {
	material, err := keyfile.LoadOrSetup("", ballot.Slots8, nil)
	if err != nil {
		return err
	}
	prover, err := keyfile.OpenProver(material)
	if err != nil {
		return err
	}
	e, elector, err := loneElector()
	if err != nil {
		return err
	}
	begin := time.Now()
	values := make([]uint64, ballot.Slots8.Slots)
	sealed, witness, err := prove.Prepare(e, elector, values, 1, make([]byte, 33), rand.Reader)
	if err != nil {
		return err
	}
	_, err = prover.Complete(e, sealed, witness)
	d.proof = time.Since(begin)
	return err
}

// loneElector is an election with one elector and one question.
func loneElector() (ballot.Election, prove.Elector, error) {
	manifest := ballot.Manifest{
		Format:   ballot.Slots8,
		Contests: []ballot.Contest{{Title: "Proof", Options: []string{"Yes", "No"}, Cap: 1, Hi: 1}},
	}
	e := ballot.Election{ChainID: "measure-1", ID: 1, Format: ballot.Slots8, Rules: manifest.Rules()}
	for range ballot.Slots8.Slots {
		secret, err := curve.RandomScalar(rand.Reader)
		if err != nil {
			return e, prove.Elector{}, err
		}
		e.Keys = append(e.Keys, curve.BaseMul(secret))
	}
	secret := nullifier.SecretFromSeed([]byte("a proof that only takes time"))
	leaf, err := roll.Leaf(nullifier.Identity(secret), 1)
	if err != nil {
		return e, prove.Elector{}, err
	}
	nothing := func(int, uint64) (field.Element, bool, error) { return field.Element{}, false, nil }
	above, err := roll.BucketPath(nothing, 0)
	if err != nil {
		return e, prove.Elector{}, err
	}
	path, err := roll.CompletePath([]field.Element{leaf}, 0, above, 0)
	e.Root = path.Root(leaf)
	return e, prove.Elector{Secret: secret, Weight: 1, Path: path}, err
}
