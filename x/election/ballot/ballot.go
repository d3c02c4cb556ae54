package ballot

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/field"
)

const (
	// EphemeralKeySize is the length in bytes of the compressed secp256k1 key that
	// signs a ballot's transaction.
	EphemeralKeySize = 33
	// ProofSize is the length in bytes of a ballot proof.
	ProofSize = 192

	digestDomain = "evoted/v1/ballot"
)

// ErrBallot reports a ballot whose parts have the wrong sizes.
var ErrBallot = errors.New("ballot: malformed ballot")

// Ballot is one encrypted vote as it is cast and stored.
type Ballot struct {
	// ChainID and ElectionID say where it is cast.
	ChainID    string
	ElectionID uint64
	// Revision counts from 1; a larger one replaces a smaller one where the election
	// allows it.
	Revision uint64
	// Nullifier marks the elector within the election.
	Nullifier field.Element
	// EphemeralKey signs the transaction and is forgotten afterwards.
	EphemeralKey []byte
	// Ciphertext holds the encrypted amounts.
	Ciphertext elgamal.Ciphertext
	// Proof shows that all of this obeys the rules.
	Proof []byte
}

// Validate reports, as ErrBallot, parts of the wrong size for the format.
func (b Ballot) Validate(f Format) error {
	switch {
	case b.ChainID == "":
		return fmt.Errorf("%w: no chain id", ErrBallot)
	case b.ElectionID == 0:
		return fmt.Errorf("%w: no election", ErrBallot)
	case b.Revision == 0:
		return fmt.Errorf("%w: revisions count from 1", ErrBallot)
	case len(b.EphemeralKey) != EphemeralKeySize:
		return fmt.Errorf("%w: ephemeral key of %d bytes", ErrBallot, len(b.EphemeralKey))
	case len(b.Ciphertext.C) != f.Slots:
		return fmt.Errorf("%w: %d slots, want %d", ErrBallot, len(b.Ciphertext.C), f.Slots)
	case len(b.Proof) != ProofSize:
		return fmt.Errorf("%w: proof of %d bytes", ErrBallot, len(b.Proof))
	}
	return nil
}

// Digest identifies the ballot: SHA-256 over a domain tag, chain id, election id,
// revision, nullifier, ephemeral key and ciphertext, each preceded by its length in
// eight big-endian bytes. The proof is left out, since anybody can make another proof
// out of one that is known.
func (b Ballot) Digest() [32]byte {
	h := sha256.New()
	for _, part := range [][]byte{
		[]byte(digestDomain), []byte(b.ChainID), field.Uint64(b.ElectionID), field.Uint64(b.Revision),
		field.Bytes(b.Nullifier), b.EphemeralKey, b.Ciphertext.Bytes(),
	} {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		h.Write(length[:])
		h.Write(part)
	}
	return [32]byte(h.Sum(nil))
}
