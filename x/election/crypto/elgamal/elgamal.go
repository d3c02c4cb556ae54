// Package elgamal is the additively homomorphic encryption of ballots:
// exponential ElGamal over Jubjub with one randomness for all slots.
//
// Statement. Under the keys PK_1..PK_K the amounts m_1..m_K are encrypted with one
// random r as R = r*G and C_i = m_i*G + r*PK_i. Ciphertexts add slot by slot, and a
// sum encrypts the sums of the amounts.
//
// Source. Cramer, Gennaro, Schoenmakers, "A Secure and Optimally Efficient
// Multi-Authority Election Scheme" (EUROCRYPT 1997); Bellare, Boldyreva, Staddon,
// "Randomness Re-use in Multi-recipient Encryption Schemes" (PKC 2003) for the shared
// r, which is safe because the keys are independent; the Swiss Post crypto-primitives
// specification uses the same scheme.
//
// Encoding. R || C_1 || ... || C_K, each point 64 bytes as in package curve: every
// ballot of a format has the same length.
//
// Domain separation. None: nothing is hashed. What binds a ciphertext to its
// election is the ballot proof.
//
// Not protected. The scheme is malleable by design; ballots are made non-malleable
// by their proof. Encryption uses math/big and is not constant time. Reusing r for
// two ballots reveals the difference of their amounts.
package elgamal

import (
	"errors"
	"fmt"

	"github.com/evoted/evoted/x/election/crypto/curve"
)

var (
	// ErrLength says that an encoded ciphertext does not hold exactly slots + 1 points.
	ErrLength = errors.New("elgamal: wrong length")
	// ErrPoint says that a point of an encoded ciphertext is invalid.
	ErrPoint = errors.New("elgamal: invalid point")
	// ErrRandomness says that a ballot has R = identity, so that its amounts are in the clear.
	ErrRandomness = errors.New("elgamal: ciphertext without randomness")
)

// MaxSlots is the largest number of slots a decoder accepts.
const MaxSlots = 1 << 10

// Ciphertext holds R and one C for each slot. The zero value is not a ciphertext;
// it is what an operation on ciphertexts of different sizes returns.
type Ciphertext struct {
	R curve.Point
	C []curve.Point
}

// Size returns the length in bytes of a ciphertext with so many slots.
func Size(slots int) int { return curve.PointSize * (slots + 1) }

// Encrypt encrypts amounts[i] under keys[i] with the randomness r, which must be
// fresh, uniform and not zero. If the lists differ in length it returns the zero
// Ciphertext, which no decoder accepts.
func Encrypt(keys []curve.Point, amounts []uint64, r curve.Scalar) Ciphertext {
	if len(keys) != len(amounts) {
		return Ciphertext{}
	}
	c := Ciphertext{R: curve.BaseMul(r), C: make([]curve.Point, len(keys))}
	for i, key := range keys {
		c.C[i] = curve.BaseMul(curve.NewScalar(amounts[i])).Add(key.Mul(r))
	}
	return c
}

// Zero returns the neutral element: every point is the identity.
func Zero(slots int) Ciphertext {
	c := Ciphertext{R: curve.Identity(), C: make([]curve.Point, max(slots, 0))}
	for i := range c.C {
		c.C[i] = curve.Identity()
	}
	return c
}

// Slots returns the number of slots.
func (c Ciphertext) Slots() int { return len(c.C) }

// Equal reports whether c and d are the same points.
func (c Ciphertext) Equal(d Ciphertext) bool {
	if !c.R.Equal(d.R) || len(c.C) != len(d.C) {
		return false
	}
	for i := range c.C {
		if !c.C[i].Equal(d.C[i]) {
			return false
		}
	}
	return true
}

// Add returns c + d, or the zero Ciphertext if their sizes differ.
func (c Ciphertext) Add(d Ciphertext) Ciphertext {
	return AddAll(c, []Ciphertext{d}, nil)
}

// Sub returns c - d, or the zero Ciphertext if their sizes differ.
func (c Ciphertext) Sub(d Ciphertext) Ciphertext {
	return AddAll(c, nil, []Ciphertext{d})
}

// AddAll returns base plus all of add minus all of subtract, with one normalisation
// at the end. If any size differs from base's it returns the zero Ciphertext.
func AddAll(base Ciphertext, add, subtract []Ciphertext) Ciphertext {
	sums := make([]curve.Accumulator, len(base.C)+1)
	sums[0].Add(base.R)
	for i, p := range base.C {
		sums[i+1].Add(p)
	}
	for _, c := range add {
		if len(c.C) != len(base.C) {
			return Ciphertext{}
		}
		sums[0].Add(c.R)
		for i, p := range c.C {
			sums[i+1].Add(p)
		}
	}
	for _, c := range subtract {
		if len(c.C) != len(base.C) {
			return Ciphertext{}
		}
		sums[0].Sub(c.R)
		for i, p := range c.C {
			sums[i+1].Sub(p)
		}
	}
	points := curve.Points(sums)
	return Ciphertext{R: points[0], C: points[1:]}
}

// Bytes encodes c as R || C_1 || ... || C_K.
func (c Ciphertext) Bytes() []byte {
	return append(c.R.Bytes(), curve.JoinPoints(c.C...)...)
}

// Parse decodes a ciphertext whose points are in the prime-order subgroup: a sum, which
// may be neutral. Errors: ErrLength; ErrPoint wrapping the error of package curve.
func Parse(b []byte, slots int) (Ciphertext, error) {
	return parse(b, slots, curve.ParsePoint)
}

// ParseOnCurve decodes the ciphertext of a ballot, whose proof shows its points to be
// in the subgroup; here they are only checked to be canonical and on the curve. It
// refuses R = identity with ErrRandomness. Other errors as Parse.
func ParseOnCurve(b []byte, slots int) (Ciphertext, error) {
	c, err := parse(b, slots, curve.ParseOnCurve)
	if err != nil {
		return Ciphertext{}, err
	}
	if c.R.IsIdentity() {
		return Ciphertext{}, ErrRandomness
	}
	return c, nil
}

func parse(b []byte, slots int, one func([]byte) (curve.Point, error)) (Ciphertext, error) {
	if slots < 1 || slots > MaxSlots || len(b) != Size(slots) {
		return Ciphertext{}, fmt.Errorf("%w: %d bytes for %d slots", ErrLength, len(b), slots)
	}
	points, err := curve.SplitPoints(b, slots+1, one)
	if err != nil {
		return Ciphertext{}, fmt.Errorf("%w: %w", ErrPoint, err)
	}
	return Ciphertext{R: points[0], C: points[1:]}, nil
}
