// Package dleq holds the sigma proofs of the protocol, made non-interactive by the
// strong Fiat-Shamir transform: knowledge of a discrete logarithm, and equality of
// discrete logarithms for one pair or for many.
//
// Statement. Over Jubjub with generator G:
//
//	knowledge    I know s with P = s*G
//	equality     I know s with P = s*G and Q = s*B
//	batch        for every k, I know s_k with V_k = s_k*G and D_k = s_k*B
//
// The batch is one proof for a random linear combination whose weights come from the
// transcript after the whole statement; a false entry passes with probability about 1/l.
//
// Source. Schnorr (CRYPTO 1989); Chaum and Pedersen (CRYPTO 1992); Bernhard, Pereira,
// Warinschi, "How Not to Prove Yourself" (ASIACRYPT 2012) for hashing the statement;
// small-exponent batching after Bellare, Garay, Rabin (EUROCRYPT 1998).
//
// Domain separation. A Transcript starts with the caller's tag, the chain id and the
// election id; the caller appends what the proof must be bound to; this package then
// appends the kind of proof, the generator, the complete statement and the commitments.
// Inside this package the labels are evoted/v1/dleq/... .
//
// Encoding. A proof is challenge || response, two canonical scalars: 64 bytes.
//
// Nonces. They are derived from the secret, the whole transcript and 64 bytes of the
// given reader, so neither a weak reader nor a repeated one reveals the secret; with a
// nil reader they are deterministic, as in RFC 8032.
//
// Not protected. Arithmetic is not constant time. The proofs assume points of the
// prime-order subgroup, which curve.ParsePoint guarantees.
package dleq

import (
	"crypto/sha512"
	"encoding/binary"

	"github.com/evoted/evoted/x/election/crypto/curve"
)

// Transcript is the running hash of everything a challenge depends on. It is a small
// value: a copy is an independent continuation. Each step hashes the former state with
// a label and data, both preceded by their lengths, under SHA-512.
type Transcript struct{ state [sha512.Size]byte }

// NewTranscript starts a transcript for one kind of proof (tag) in one election of one chain.
func NewTranscript(tag, chainID string, electionID uint64) Transcript {
	var t Transcript
	t.Append("evoted/v1/transcript", []byte(tag))
	t.Append("chain", []byte(chainID))
	t.AppendUint64("election", electionID)
	return t
}

// Append binds labelled data.
func (t *Transcript) Append(label string, data []byte) {
	b := make([]byte, 0, len(t.state)+16+len(label)+len(data))
	b = append(b, t.state[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(len(label)))
	b = append(b, label...)
	b = binary.BigEndian.AppendUint64(b, uint64(len(data)))
	b = append(b, data...)
	t.state = sha512.Sum512(b)
}

// AppendUint64 binds a number as eight big-endian bytes.
func (t *Transcript) AppendUint64(label string, n uint64) {
	t.Append(label, binary.BigEndian.AppendUint64(nil, n))
}

// AppendPoints binds points, and by the length how many.
func (t *Transcript) AppendPoints(label string, points ...curve.Point) {
	t.Append(label, curve.JoinPoints(points...))
}

// Challenge moves the transcript on and returns a scalar from its 512 bits of state
// (wide reduction). Calling it again gives a further, independent challenge.
func (t *Transcript) Challenge() curve.Scalar {
	t.Append("evoted/v1/dleq/challenge", nil)
	// The state itself goes on into the transcript, so the challenge is a hash of it.
	wide := sha512.Sum512(append([]byte("evoted/v1/dleq/challenge-output"), t.state[:]...))
	return curve.ScalarFromWide(wide[:])
}
