// Package verify is the only checker of ballot proofs. Nodes, clients and the
// auditor all call it; nothing else in the project accepts a proof.
package verify

import (
	"bytes"
	"errors"
	"fmt"

	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
	groth16bls "github.com/consensys/gnark/backend/groth16/bls12-381"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/proof/key"
)

// Errors of Verify.
var (
	// ErrProofEncoding reports bytes that are not the one encoding of three points
	// of the right groups, none at infinity.
	ErrProofEncoding = errors.New("verify: malformed proof")
	// ErrProofInvalid reports a well-formed proof of something else.
	ErrProofInvalid = errors.New("verify: proof does not hold for this ballot")
	// ErrInputs reports a number of public inputs that is not the format's.
	ErrInputs = errors.New("verify: wrong number of public inputs")
)

// Verify checks a proof of key.ProofSize bytes against public inputs that the caller
// has built from its own state and the parsed ballot (ballot.Statement.PublicInputs).
// It returns nil, ErrInputs, ErrProofEncoding or ErrProofInvalid.
func Verify(vk *key.VerifyingKey, publicInputs []field.Element, proof []byte) error {
	if len(publicInputs) != vk.Format().PublicInputs() {
		return fmt.Errorf("%w: %d, want %d", ErrInputs, len(publicInputs), vk.Format().PublicInputs())
	}
	parsed, err := parseProof(proof)
	if err != nil {
		return err
	}
	if err := groth16bls.Verify(parsed, vk.Groth16(), publicInputs); err != nil {
		return fmt.Errorf("%w: %w", ErrProofInvalid, err)
	}
	return nil
}

// Statement checks that the statement is of the key's format and the proof holds for
// it. Errors: those of Verify and of ballot.Statement.Validate.
func Statement(vk *key.VerifyingKey, st ballot.Statement, proof []byte) error {
	if err := st.Validate(vk.Format()); err != nil {
		return err
	}
	return Verify(vk, st.PublicInputs(), proof)
}

// CheckEncoding reports, as ErrProofEncoding, bytes that can be no proof. Verify does
// so itself; this is for layers that look at the shape of a ballot first.
func CheckEncoding(proof []byte) error {
	_, err := parseProof(proof)
	return err
}

// parseProof decodes a proof of fixed size. gnark's own decoder is not used: it
// reads a slice length from the input and allocates by it.
func parseProof(b []byte) (*groth16bls.Proof, error) {
	if len(b) != key.ProofSize {
		return nil, fmt.Errorf("%w: %d bytes, want %d", ErrProofEncoding, len(b), key.ProofSize)
	}
	const g1, g2 = curve.SizeOfG1AffineCompressed, curve.SizeOfG2AffineCompressed
	var p groth16bls.Proof
	// SetBytes checks that the point is on the curve and in the subgroup.
	if _, err := p.Ar.SetBytes(b[:g1]); err != nil {
		return nil, fmt.Errorf("%w: A: %w", ErrProofEncoding, err)
	}
	if _, err := p.Bs.SetBytes(b[g1 : g1+g2]); err != nil {
		return nil, fmt.Errorf("%w: B: %w", ErrProofEncoding, err)
	}
	if _, err := p.Krs.SetBytes(b[g1+g2:]); err != nil {
		return nil, fmt.Errorf("%w: C: %w", ErrProofEncoding, err)
	}
	if p.Ar.IsInfinity() || p.Bs.IsInfinity() || p.Krs.IsInfinity() {
		return nil, fmt.Errorf("%w: point at infinity", ErrProofEncoding)
	}
	if !bytes.Equal(b, Encode(&p)) {
		return nil, fmt.Errorf("%w: not the canonical form", ErrProofEncoding)
	}
	return &p, nil
}

// Encode returns the one accepted encoding of a proof: A, B and C compressed.
func Encode(p *groth16bls.Proof) []byte {
	a, b, c := p.Ar.Bytes(), p.Bs.Bytes(), p.Krs.Bytes()
	out := make([]byte, 0, key.ProofSize)
	out = append(out, a[:]...)
	out = append(out, b[:]...)
	return append(out, c[:]...)
}
