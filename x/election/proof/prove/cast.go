package prove

import (
	"bytes"
	"fmt"
	"io"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/nullifier"
	"github.com/evoted/evoted/x/election/crypto/roll"
)

// Elector is what it takes to vote: the secret, and the power and place on the roll.
type Elector struct {
	Secret field.Element
	Weight uint64
	Path   roll.Path
}

// Prepare encrypts a choice with fresh randomness from rnd (crypto/rand.Reader) and
// returns the ballot without its proof, and the witness that proves or opens it. The
// rules are checked first; errors are those of ballot.Rules.Check, ErrKeys and the
// reader's.
func Prepare(
	e ballot.Election, v Elector, values []uint64, revision uint64, ephemeralKey []byte, rnd io.Reader,
) (ballot.Ballot, Witness, error) {
	if err := e.Rules.Check(values, v.Weight); err != nil {
		return ballot.Ballot{}, Witness{}, err
	}
	if len(e.Keys) != len(values) {
		return ballot.Ballot{}, Witness{}, fmt.Errorf("%w: %d keys", ErrKeys, len(e.Keys))
	}
	r, err := curve.RandomScalar(rnd)
	if err != nil {
		return ballot.Ballot{}, Witness{}, fmt.Errorf("prove: randomness: %w", err)
	}
	b := ballot.Ballot{
		ChainID: e.ChainID, ElectionID: e.ID, Revision: revision,
		Nullifier:    nullifier.Nullifier(v.Secret, e.Scalar()),
		EphemeralKey: bytes.Clone(ephemeralKey),
		Ciphertext:   elgamal.Encrypt(e.Keys, e.Rules.Amounts(values, v.Weight), r),
	}
	return b, Witness{Secret: v.Secret, Weight: v.Weight, Path: v.Path, Randomness: r, Values: values}, nil
}

// Complete returns the ballot of Prepare with its proof. Errors as Prove.
func (p *Prover) Complete(e ballot.Election, b ballot.Ballot, w Witness) (ballot.Ballot, error) {
	proof, err := p.Prove(e.Statement(b), w)
	if err != nil {
		return ballot.Ballot{}, err
	}
	b.Proof = proof
	return b, nil
}
