// Package nullifier derives what an elector's secret shows of itself: the identity
// commitment on the roll and the nullifier of a ballot.
//
// Statement. With the elector's secret s and the election's scalar e,
// id = H(TagIdentity, s) and nf = H(TagNullifier, s, e), where H is package hash. One
// elector has one nullifier in one election; without s it can be tied neither to id
// nor to a nullifier of another election.
//
// Source. The construction of Semaphore (https://docs.semaphore.pse.dev), with
// Poseidon2; HKDF is RFC 5869 with SHA-256; bytes become field elements by
// hash_to_field of RFC 9380.
//
// Domain separation. DSTs of hash_to_field: evoted/v1/election (chain id, election
// id), evoted/v1/binding (chain id, election id, revision, ephemeral key) and
// evoted/v1/elector/secret. The label of HKDF is evoted/v1/elector/secret.
//
// Encodings. Integers are eight big-endian bytes, strings their bytes, each preceded
// by its length.
//
// Not protected. A secret made from a seed with little entropy can be found by
// trying: the seed must hold at least 128 bits.
package nullifier

import (
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"

	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/hash"
)

const (
	dstElection = "evoted/v1/election"
	dstBinding  = "evoted/v1/binding"
	labelSecret = "evoted/v1/elector/secret"
	okmSize     = 64
)

// ElectionScalar returns e, the scalar that stands for one election of one chain.
func ElectionScalar(chainID string, electionID uint64) field.Element {
	return field.HashTo(dstElection, []byte(chainID), field.Uint64(electionID))
}

// Identity returns the identity commitment H(TagIdentity, s).
func Identity(s field.Element) field.Element {
	return hash.Sum(hash.TagIdentity, s)
}

// Nullifier returns H(TagNullifier, s, e).
func Nullifier(s, e field.Element) field.Element {
	return hash.Sum(hash.TagNullifier, s, e)
}

// SecretFromSeed derives the elector's secret from the seed of a mnemonic, which must
// hold at least 128 bits of entropy (a BIP-39 seed has 64 bytes).
func SecretFromSeed(seed []byte) field.Element {
	okm, err := hkdf.Key(sha256.New, seed, nil, labelSecret, okmSize)
	if err != nil {
		// HKDF fails only for an output over 255 blocks; this one has two.
		panic(fmt.Sprintf("nullifier: hkdf: %v", err))
	}
	return field.HashTo(labelSecret, okm)
}

// Binding returns b, which ties a ballot proof to one revision of a ballot and to the
// ephemeral key that signs its transaction.
func Binding(chainID string, electionID, revision uint64, ephemeralKey []byte) field.Element {
	return field.HashTo(dstBinding, []byte(chainID), field.Uint64(electionID), field.Uint64(revision), ephemeralKey)
}
