// Package sample makes small elections for the tests below x/election.
package sample

import (
	"math/rand/v2"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/nullifier"
	"github.com/evoted/evoted/x/election/crypto/roll"
)

// Election is an open election whose secret keys and electors are known.
type Election struct {
	ballot.Election
	// SecretKeys belong to Keys.
	SecretKeys []curve.Scalar
	// Secrets, Weights, Leaves and Paths of the electors.
	Secrets []field.Element
	Weights []uint64
	Leaves  []field.Element
	Paths   []roll.Path
}

// Reader is a deterministic stream of bytes.
func Reader(seed byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{seed}) }

// Field returns a deterministic element.
func Field(parts ...byte) field.Element { return field.HashTo("evoted/v1/sample", parts) }

// New returns an election with one elector for each weight, as many as fit in a bucket.
func New(f ballot.Format, rules ballot.Rules, weights ...uint64) (*Election, error) {
	e := &Election{
		Election: ballot.Election{ChainID: "sample-1", ID: 7, Format: f, Rules: rules},
		Weights:  weights,
	}
	rnd := Reader(1)
	for range f.Slots {
		x, err := curve.RandomScalar(rnd)
		if err != nil {
			return nil, err
		}
		e.SecretKeys = append(e.SecretKeys, x)
		e.Keys = append(e.Keys, curve.BaseMul(x))
	}
	for i, w := range weights {
		s := Field(byte(i))
		leaf, err := roll.Leaf(nullifier.Identity(s), w)
		if err != nil {
			return nil, err
		}
		e.Secrets = append(e.Secrets, s)
		e.Leaves = append(e.Leaves, leaf)
	}
	return e, e.paths()
}

// paths fills in Root and Paths from Leaves.
func (e *Election) paths() error {
	above, err := roll.BucketPath(func(int, uint64) (field.Element, bool, error) {
		return field.Element{}, false, nil
	}, 0)
	if err != nil {
		return err
	}
	e.Paths = nil
	for i := range e.Leaves {
		path, err := roll.CompletePath(e.Leaves, i, above, 0)
		if err != nil {
			return err
		}
		e.Paths = append(e.Paths, path)
		e.Root = path.Root(e.Leaves[i])
	}
	return nil
}

// SetLeaf replaces a leaf, for rolls that no honest registrar would make.
func (e *Election) SetLeaf(i int, leaf field.Element) error {
	e.Leaves[i] = leaf
	return e.paths()
}
