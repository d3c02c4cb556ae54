// Package field holds the conversions between bytes and the scalar field Fr of
// BLS12-381, which is also the base field of Jubjub.
//
// Statement. A field element has one encoding: 32 bytes, big-endian, smaller
// than the modulus r. Parse accepts nothing else, so two different byte strings
// never name the same element (a nullifier accepted as x and as x+r would be
// two votes).
//
// Source. Arithmetic is gnark-crypto's ecc/bls12-381/fr. HashTo is
// hash_to_field of RFC 9380, section 5.2, with expand_message_xmd and SHA-256
// (section 5.3.1) and L = 48 bytes, so its output is statistically uniform.
//
// Domain separation. Each use of HashTo names itself with its own DST; each part of
// the message is preceded by its length as eight big-endian bytes, so the
// concatenation is injective. Tag turns a short ASCII string into the element
// that starts every Poseidon2 hash (see package hash).
//
// Not protected. Nothing here is a secret store: values are ordinary memory and
// are not erased.
package field

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
)

// Element is an element of the scalar field of BLS12-381.
type Element = fr.Element

// Size is the length in bytes of an encoded element.
const Size = fr.Bytes

// maxTag is the longest ASCII string that is smaller than the modulus whatever
// its content.
const maxTag = Size - 1

// maxDST is the longest domain separation tag of RFC 9380; longer ones are hashed
// as its section 5.3.3 says.
const maxDST = 255

var (
	// ErrLength says that an encoded element does not have exactly Size bytes.
	ErrLength = errors.New("field: wrong length")
	// ErrNotCanonical says that an encoded element is not smaller than the modulus.
	ErrNotCanonical = errors.New("field: encoding is not canonical")
)

// Parse decodes an element from exactly Size big-endian bytes. It returns
// ErrLength or ErrNotCanonical for anything but the one canonical encoding.
func Parse(b []byte) (Element, error) {
	var e Element
	if len(b) != Size {
		return Element{}, fmt.Errorf("%w: %d bytes, want %d", ErrLength, len(b), Size)
	}
	if err := e.SetBytesCanonical(b); err != nil {
		return Element{}, ErrNotCanonical
	}
	return e, nil
}

// Bytes encodes an element as Size big-endian bytes.
func Bytes(e Element) []byte {
	b := e.Bytes()
	return b[:]
}

// Tag reads an ASCII string of at most 31 bytes as a big-endian integer. It is
// meant for the constants that separate domains. A longer string, which no
// constant of the protocol is, is hashed to the field instead, so that Tag stays
// defined (and collision resistant) for every input.
func Tag(ascii string) Element {
	if len(ascii) > maxTag {
		return HashTo("evoted/v1/long-tag", []byte(ascii))
	}
	var e Element
	e.SetBytes([]byte(ascii))
	return e
}

// HashTo maps byte strings to a uniform element: hash_to_field of RFC 9380 under
// the domain separation tag dst. Each part is preceded by its length as eight
// big-endian bytes, so different lists of parts give different messages.
func HashTo(dst string, parts ...[]byte) Element {
	size := 0
	for _, part := range parts {
		size += 8 + len(part)
	}
	msg := make([]byte, 0, size)
	for _, part := range parts {
		msg = binary.BigEndian.AppendUint64(msg, uint64(len(part)))
		msg = append(msg, part...)
	}
	tag := []byte(dst)
	if len(tag) > maxDST {
		digest := sha256.Sum256(append([]byte("H2C-OVERSIZE-DST-"), tag...))
		tag = digest[:]
	}
	out, err := fr.Hash(msg, tag, 1)
	if err != nil {
		// fr.Hash fails only for a tag over 255 bytes or an output over 255
		// blocks, and both are excluded above whatever the input.
		panic(fmt.Sprintf("field: hash_to_field: %v", err))
	}
	return out[0]
}

// Uint64 encodes n as eight big-endian bytes, the form integers take as parts of
// HashTo.
func Uint64(n uint64) []byte {
	return binary.BigEndian.AppendUint64(nil, n)
}
