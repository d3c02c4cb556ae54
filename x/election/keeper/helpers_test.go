package keeper_test

import (
	"math/big"

	"github.com/evoted/evoted/x/election/crypto/field"
)

// addModulus returns the encodings n+r, n+2r, .. that still fit 32 bytes.
func addModulus(n []byte) [][]byte {
	var zero field.Element
	modulus := zero.SetInt64(-1).BigInt(new(big.Int))
	modulus.Add(modulus, big.NewInt(1))
	var out [][]byte
	for v := new(big.Int).SetBytes(n); ; {
		v.Add(v, modulus)
		if v.BitLen() > 8*field.Size {
			return out
		}
		out = append(out, v.FillBytes(make([]byte, field.Size)))
	}
}
