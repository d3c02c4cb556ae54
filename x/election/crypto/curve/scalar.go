package curve

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/big"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/twistededwards"
)

// ScalarSize is the length in bytes of an encoded scalar.
const ScalarSize = 32

// wideSize is the number of uniform bytes reduced to one scalar: 512 bits for a
// 252-bit order leave a bias below 2^-256.
const wideSize = 64

var (
	// ErrScalarLength says that an encoded scalar does not have exactly ScalarSize bytes.
	ErrScalarLength = errors.New("curve: wrong length of scalar")
	// ErrScalarRange says that an encoded scalar is not smaller than the group order.
	ErrScalarRange = errors.New("curve: scalar is not smaller than the order")
	// ErrRandomness says that the source of randomness failed or gave only zeros.
	ErrRandomness = errors.New("curve: no randomness")
)

// params are the library's constants of Jubjub; order is l.
var (
	params = twistededwards.GetEdwardsCurve()
	order  = new(big.Int).Set(&params.Order)
)

// Order returns a copy of l, the prime order of the group.
func Order() *big.Int { return new(big.Int).Set(order) }

// Scalar is an integer modulo the group order l. It is a value: no method changes
// its receiver, and the zero value is the scalar 0.
type Scalar struct {
	// v is in [0, l) and is never changed after the Scalar is made, so copies
	// may share its words.
	v big.Int
}

// NewScalar returns the scalar n.
func NewScalar(n uint64) Scalar {
	var s Scalar
	s.v.SetUint64(n)
	return s
}

// ParseScalar decodes exactly ScalarSize big-endian bytes smaller than l. It returns
// ErrScalarLength or ErrScalarRange for anything else.
func ParseScalar(b []byte) (Scalar, error) {
	if len(b) != ScalarSize {
		return Scalar{}, fmt.Errorf("%w: %d bytes, want %d", ErrScalarLength, len(b), ScalarSize)
	}
	var s Scalar
	s.v.SetBytes(b)
	if s.v.Cmp(order) >= 0 {
		return Scalar{}, ErrScalarRange
	}
	return s, nil
}

// ScalarFromWide reduces a big-endian integer modulo l. The result is uniform when
// b holds 64 uniform bytes, which every caller in the protocol gives.
func ScalarFromWide(b []byte) Scalar {
	var s Scalar
	s.v.SetBytes(b)
	s.v.Mod(&s.v, order)
	return s
}

// RandomScalar draws a uniform scalar, not zero, from 64 bytes of rnd. It returns
// ErrRandomness when rnd fails, or is so broken that the result is zero.
func RandomScalar(rnd io.Reader) (Scalar, error) {
	var wide [wideSize]byte
	if _, err := io.ReadFull(rnd, wide[:]); err != nil {
		return Scalar{}, fmt.Errorf("%w: %w", ErrRandomness, err)
	}
	s := ScalarFromWide(wide[:])
	if s.IsZero() {
		return Scalar{}, ErrRandomness
	}
	return s, nil
}

// Add returns s + t.
func (s Scalar) Add(t Scalar) Scalar {
	var r Scalar
	r.v.Add(&s.v, &t.v)
	if r.v.Cmp(order) >= 0 {
		r.v.Sub(&r.v, order)
	}
	return r
}

// Sub returns s - t.
func (s Scalar) Sub(t Scalar) Scalar {
	var r Scalar
	r.v.Sub(&s.v, &t.v)
	if r.v.Sign() < 0 {
		r.v.Add(&r.v, order)
	}
	return r
}

// Mul returns s * t.
func (s Scalar) Mul(t Scalar) Scalar {
	var r Scalar
	r.v.Mul(&s.v, &t.v)
	r.v.Mod(&r.v, order)
	return r
}

// Neg returns -s.
func (s Scalar) Neg() Scalar { return Scalar{}.Sub(s) }

// Inverse returns 1/s, and 0 for s = 0.
func (s Scalar) Inverse() Scalar {
	var r Scalar
	if s.IsZero() {
		return r
	}
	r.v.ModInverse(&s.v, order)
	return r
}

// IsZero reports whether s is 0.
func (s Scalar) IsZero() bool { return s.v.Sign() == 0 }

// Equal reports whether s and t are the same scalar.
func (s Scalar) Equal(t Scalar) bool { return s.v.Cmp(&t.v) == 0 }

// Bytes encodes s as ScalarSize big-endian bytes.
func (s Scalar) Bytes() []byte {
	return s.v.FillBytes(make([]byte, ScalarSize))
}

// BigInt returns a copy of s as an integer in [0, l).
func (s Scalar) BigInt() *big.Int { return new(big.Int).Set(&s.v) }

// limbs returns s as four 64-bit words, least significant first.
func (s Scalar) limbs() [4]uint64 {
	var b [ScalarSize]byte
	s.v.FillBytes(b[:])
	var w [4]uint64
	for i := range w {
		w[i] = binary.BigEndian.Uint64(b[ScalarSize-8*(i+1):])
	}
	return w
}
