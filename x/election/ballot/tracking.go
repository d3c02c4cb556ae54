package ballot

import (
	"errors"
	"fmt"
	"strings"
)

// ErrTrackingCode reports a text that is not a tracking code, or was mistyped.
var ErrTrackingCode = errors.New("ballot: not a tracking code")

const (
	// crockford is the alphabet of Crockford's base 32: no I, L, O, U.
	crockford  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLength = 16
	groupSize  = 4
)

// TrackingCode returns the code by which an elector finds the ballot with this digest:
// the digest's first 75 bits in fifteen characters and a check character, in four
// groups of four, as in "7K3M-0Q2X-ZB4T-99AY".
func TrackingCode(digest [32]byte) string {
	var digits [codeLength]byte
	for i := range codeLength - 1 {
		for bit := range 5 {
			n := 5*i + bit
			digits[i] = digits[i]<<1 | digest[n/8]>>(7-n%8)&1
		}
	}
	digits[codeLength-1] = checkDigit(digits[:codeLength-1])
	return formatCode(digits[:])
}

// ParseTrackingCode returns the code in its usual form. It accepts lower case, spaces
// or hyphens anywhere, and I, L, O for 1, 1, 0. It returns ErrTrackingCode for anything
// else; any single wrong character and any two exchanged are noticed.
func ParseTrackingCode(s string) (string, error) {
	digits := make([]byte, 0, codeLength)
	for _, r := range strings.ToUpper(s) {
		switch r {
		case '-', ' ':
			continue
		case 'I', 'L':
			r = '1'
		case 'O':
			r = '0'
		}
		i := strings.IndexRune(crockford, r)
		if i < 0 {
			return "", fmt.Errorf("%w: character %q", ErrTrackingCode, r)
		}
		if len(digits) == codeLength {
			return "", fmt.Errorf("%w: more than %d characters", ErrTrackingCode, codeLength)
		}
		digits = append(digits, byte(i))
	}
	if len(digits) != codeLength {
		return "", fmt.Errorf("%w: %d characters, want %d", ErrTrackingCode, len(digits), codeLength)
	}
	if digits[codeLength-1] != checkDigit(digits[:codeLength-1]) {
		return "", fmt.Errorf("%w: a character is wrong, compare with the receipt", ErrTrackingCode)
	}
	return formatCode(digits), nil
}

// checkDigit is the value at 2 of the polynomial with these coefficients over GF(32),
// without constant term: sum c_i*2^(15-i). The powers of 2, a generator, differ and are
// not 0 or (for 15 places) 1, so one wrong or two exchanged characters change it.
func checkDigit(digits []byte) byte {
	sum := byte(0)
	for _, d := range digits {
		sum = double32(sum ^ d)
	}
	return sum
}

// double32 multiplies by x in GF(2)[x]/(x^5 + x^2 + 1), a primitive polynomial.
func double32(a byte) byte {
	a <<= 1
	if a&0x20 != 0 {
		a ^= 0x25
	}
	return a
}

func formatCode(digits []byte) string {
	var out strings.Builder
	for i, d := range digits {
		if i > 0 && i%groupSize == 0 {
			out.WriteByte('-')
		}
		out.WriteByte(crockford[d])
	}
	return out.String()
}
