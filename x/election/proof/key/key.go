// Package key holds the keys of the ballot proofs: the one accepted encoding of a
// verifying key, with the checks a foreign key must pass, and the description of a
// set of keys. It reads no files; package keyfile does.
package key

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"

	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark/backend/groth16"
	groth16bls "github.com/consensys/gnark/backend/groth16/bls12-381"
	"github.com/consensys/gnark/logger"

	"github.com/evoted/evoted/x/election/ballot"
)

const (
	// ProofSize is the length of a ballot proof in bytes: A, B and C compressed.
	ProofSize = 2*g1Size + g2Size

	// SetupInsecure marks keys made by one party, who can forge ballots with what it
	// may have kept. Good for tests and local networks only; every node and client of
	// a chain with such keys says so.
	SetupInsecure = "insecure-single-party"

	g1Size = curve.SizeOfG1AffineCompressed
	g2Size = curve.SizeOfG2AffineCompressed
)

// Errors of ParseVerifyingKey and FromGroth16.
var (
	ErrLength      = errors.New("key: verifying key has the wrong length")
	ErrPoint       = errors.New("key: verifying key holds an invalid point")
	ErrIdentity    = errors.New("key: verifying key holds the point at infinity")
	ErrRelated     = errors.New("key: points of the verifying key are equal, so proofs can be forged")
	ErrCommitments = errors.New("key: verifying key asks for commitments")
)

// VerifyingKey is a verifying key that has passed every check of ParseVerifyingKey.
// It is immutable and may be used by several goroutines at once.
type VerifyingKey struct {
	format ballot.Format
	bytes  []byte
	hash   [32]byte
	key    groth16bls.VerifyingKey
}

// VerifyingKeySize returns the length of the format's verifying key in bytes:
// alpha (G1), beta, gamma, delta (G2) and one G1 point more than public inputs.
func VerifyingKeySize(f ballot.Format) int {
	return g1Size + 3*g2Size + (f.PublicInputs()+1)*g1Size
}

// ParseVerifyingKey decodes alpha || beta || gamma || delta || K_0 || ... || K_n, all
// compressed, n the number of public inputs of the format. It demands the exact
// length (ErrLength), points in the subgroups in their one encoding (ErrPoint), none
// at infinity (ErrIdentity), and beta, gamma, delta different from one another and
// from one another's negatives (ErrRelated): with gamma = delta, as an unfinished
// setup leaves it, A = alpha, B = beta, C = -(K_0 + sum x_i*K_i) is a proof of
// anything.
func ParseVerifyingKey(b []byte, f ballot.Format) (*VerifyingKey, error) {
	if len(b) != VerifyingKeySize(f) {
		return nil, fmt.Errorf("%w: %d bytes, want %d", ErrLength, len(b), VerifyingKeySize(f))
	}
	vk := &VerifyingKey{format: f, bytes: bytes.Clone(b), hash: sha256.Sum256(b)}
	rest := vk.bytes
	rest, err := readG1(&vk.key.G1.Alpha, rest)
	if err != nil {
		return nil, fmt.Errorf("alpha: %w", err)
	}
	g2 := []*curve.G2Affine{&vk.key.G2.Beta, &vk.key.G2.Gamma, &vk.key.G2.Delta}
	for i, p := range g2 {
		if rest, err = readG2(p, rest); err != nil {
			return nil, fmt.Errorf("point %d in G2: %w", i+1, err)
		}
		for j := range i {
			if related(p, g2[j]) {
				return nil, fmt.Errorf("%w: points %d and %d in G2", ErrRelated, j+1, i+1)
			}
		}
	}
	vk.key.G1.K = make([]curve.G1Affine, f.PublicInputs()+1)
	for i := range vk.key.G1.K {
		if rest, err = readG1(&vk.key.G1.K[i], rest); err != nil {
			return nil, fmt.Errorf("point %d of K: %w", i, err)
		}
	}
	if err := vk.key.Precompute(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPoint, err)
	}
	return vk, nil
}

// FromGroth16 converts the verifying key of a setup and checks it as
// ParseVerifyingKey does. It returns ErrCommitments for a circuit that uses gnark's
// commitments, whose proofs would have another form.
func FromGroth16(k groth16.VerifyingKey, f ballot.Format) (*VerifyingKey, error) {
	from, ok := k.(*groth16bls.VerifyingKey)
	if !ok {
		return nil, fmt.Errorf("%w: not over BLS12-381", ErrPoint)
	}
	if len(from.CommitmentKeys) != 0 || len(from.PublicAndCommitmentCommitted) != 0 {
		return nil, ErrCommitments
	}
	return ParseVerifyingKey(encode(from), f)
}

func encode(k *groth16bls.VerifyingKey) []byte {
	alpha := k.G1.Alpha.Bytes()
	out := bytes.Clone(alpha[:])
	for _, p := range []curve.G2Affine{k.G2.Beta, k.G2.Gamma, k.G2.Delta} {
		b := p.Bytes()
		out = append(out, b[:]...)
	}
	for i := range k.G1.K {
		b := k.G1.K[i].Bytes()
		out = append(out, b[:]...)
	}
	return out
}

// Format returns the ballot format the key belongs to.
func (k *VerifyingKey) Format() ballot.Format { return k.format }

// Bytes returns the key's one encoding.
func (k *VerifyingKey) Bytes() []byte { return bytes.Clone(k.bytes) }

// Hash returns the SHA-256 of Bytes, which genesis and elections pin.
func (k *VerifyingKey) Hash() [32]byte { return k.hash }

// Groth16 returns the key for gnark's verifier. It must not be modified.
func (k *VerifyingKey) Groth16() *groth16bls.VerifyingKey { return &k.key }

// readG1 decodes one compressed point and returns what follows it. SetBytes checks
// curve and subgroup; comparing with the encoding again leaves one form of it.
func readG1(p *curve.G1Affine, b []byte) ([]byte, error) {
	if _, err := p.SetBytes(b[:g1Size]); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPoint, err)
	}
	if again := p.Bytes(); !bytes.Equal(again[:], b[:g1Size]) {
		return nil, ErrPoint
	}
	if p.IsInfinity() {
		return nil, ErrIdentity
	}
	return b[g1Size:], nil
}

func readG2(p *curve.G2Affine, b []byte) ([]byte, error) {
	if _, err := p.SetBytes(b[:g2Size]); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPoint, err)
	}
	if again := p.Bytes(); !bytes.Equal(again[:], b[:g2Size]) {
		return nil, ErrPoint
	}
	if p.IsInfinity() {
		return nil, ErrIdentity
	}
	return b[g2Size:], nil
}

func related(p, q *curve.G2Affine) bool {
	var neg curve.G2Affine
	neg.Neg(q)
	return p.Equal(q) || p.Equal(&neg)
}

func init() { //nolint:gochecknoinits // gnark logs to standard output otherwise
	logger.Disable()
}
