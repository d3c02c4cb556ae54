// Package prove makes ballot proofs. Only electors' programs import it.
package prove

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/consensys/gnark-crypto/ecc"
	groth16bls "github.com/consensys/gnark/backend/groth16/bls12-381"
	cs "github.com/consensys/gnark/constraint/bls12-381"
	"github.com/consensys/gnark/frontend"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/circuit"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/nullifier"
	"github.com/evoted/evoted/x/election/crypto/roll"
	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/proof/verify"
)

// Errors of this package. Prove also returns those of ballot.Rules.Check.
var (
	// ErrKeyDigest reports a proving key that is not the one described.
	ErrKeyDigest = errors.New("prove: proving key does not match its digest")
	// ErrCircuit reports keys made for another version of the circuit.
	ErrCircuit = errors.New("prove: keys belong to another circuit")
	// ErrNotOnRoll reports an elector whose leaf and path do not lead to the root.
	ErrNotOnRoll = errors.New("prove: elector is not on the sealed roll with this voting power")
	// ErrNullifier reports a nullifier that is not the elector's in this election.
	ErrNullifier = errors.New("prove: nullifier does not belong to this elector and election")
	// ErrCiphertext reports a ciphertext that does not encrypt the values.
	ErrCiphertext = errors.New("prove: ciphertext does not encrypt the chosen values")
	// ErrKeys reports election keys that cannot be encrypted to.
	ErrKeys = errors.New("prove: the election's keys are incomplete or invalid")
	// ErrProving reports a failure of the prover itself.
	ErrProving = errors.New("prove: proving failed")
)

// Witness is what an elector knows and does not show.
type Witness = circuit.Witness

// Prover holds a circuit and its proving key, about 30 MB for slots8. It may be used
// by several goroutines, but one proof already uses every core.
type Prover struct {
	format ballot.Format
	system *cs.R1CS
	pk     groth16bls.ProvingKey
	vk     *key.VerifyingKey
}

// NewProver loads the raw proving key that m describes. It checks the key's digest
// before decoding it, and that m belongs to this program's circuit. Errors:
// ErrKeyDigest, ErrCircuit, and those of key.ParseVerifyingKey.
func NewProver(m *key.Material, provingKey []byte) (*Prover, error) {
	if digest := sha256.Sum256(provingKey); hex.EncodeToString(digest[:]) != m.ProvingKeyDigest {
		return nil, ErrKeyDigest
	}
	compiled, err := circuit.Load(m.Format)
	if err != nil {
		return nil, err
	}
	system, ok := compiled.System.(*cs.R1CS)
	if !ok || compiled.Digest != m.CircuitDigest {
		return nil, fmt.Errorf("%w: %s, this program has %s", ErrCircuit, m.CircuitDigest, compiled.Digest)
	}
	p := &Prover{format: m.Format, system: system}
	if p.vk, err = key.ParseVerifyingKey(m.VerifyingKey, m.Format); err != nil {
		return nil, err
	}
	// The digest vouches for the bytes, so points are not checked again: that would
	// take fifty times longer.
	if _, err := p.pk.UnsafeReadFrom(bytes.NewReader(provingKey)); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyDigest, err)
	}
	return p, nil
}

// Format returns the ballot format of the prover.
func (p *Prover) Format() ballot.Format { return p.format }

// VerifyingKey returns the key the prover's proofs are checked with.
func (p *Prover) VerifyingKey() *key.VerifyingKey { return p.vk }

// Prove returns a proof of st, key.ProofSize bytes. It first checks natively that
// the statement is true, with an error that says what is wrong; afterwards it checks
// the proof it made, so that a fault in the computation cannot leave the program.
func (p *Prover) Prove(st ballot.Statement, w Witness) ([]byte, error) {
	if err := Check(p.format, st, w); err != nil {
		return nil, err
	}
	assignment, err := circuit.Assign(p.format, st, w)
	if err != nil {
		return nil, err
	}
	full, err := frontend.NewWitness(assignment, ecc.BLS12_381.ScalarField())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProving, err)
	}
	proof, err := groth16bls.Prove(p.system, &p.pk, full)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProving, err)
	}
	encoded := verify.Encode(proof)
	if err := verify.Statement(p.vk, st, encoded); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProving, err)
	}
	return encoded, nil
}

// Check reports why a statement is not true of the witness, without proving: the
// relation of the circuit in plain Go. Errors: those of ballot.Statement.Validate
// and ballot.Rules.Check, ErrNotOnRoll, ErrNullifier, ErrKeys, ErrCiphertext.
func Check(f ballot.Format, st ballot.Statement, w Witness) error {
	if err := st.Validate(f); err != nil {
		return err
	}
	for i, k := range st.Keys {
		if k.IsIdentity() {
			return fmt.Errorf("%w: key %d is the identity", ErrKeys, i+1)
		}
	}
	if err := st.Rules.Check(w.Values, w.Weight); err != nil {
		return err
	}
	if err := w.Path.Validate(); err != nil {
		return fmt.Errorf("%w: %w", ErrNotOnRoll, err)
	}
	leaf, err := roll.Leaf(nullifier.Identity(w.Secret), w.Weight)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotOnRoll, err)
	}
	if root := w.Path.Root(leaf); !root.Equal(&st.Root) {
		return ErrNotOnRoll
	}
	if nf := nullifier.Nullifier(w.Secret, st.Election); !nf.Equal(&st.Nullifier) {
		return ErrNullifier
	}
	want := elgamal.Encrypt(st.Keys, st.Rules.Amounts(w.Values, w.Weight), w.Randomness)
	if !want.Equal(st.Ciphertext) {
		return ErrCiphertext
	}
	return nil
}
