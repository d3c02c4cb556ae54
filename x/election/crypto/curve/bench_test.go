package curve_test

import (
	"testing"

	"github.com/evoted/evoted/x/election/crypto/curve"
)

func wide(seed byte) curve.Scalar {
	b := make([]byte, 64)
	for i := range b {
		b[i] = seed + byte(i*i)
	}
	return curve.ScalarFromWide(b)
}

func BenchmarkParsePoint(b *testing.B) {
	enc := curve.BaseMul(wide(1)).Bytes()
	for b.Loop() {
		if _, err := curve.ParsePoint(enc); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseOnCurve(b *testing.B) {
	enc := curve.BaseMul(wide(1)).Bytes()
	for b.Loop() {
		if _, err := curve.ParseOnCurve(enc); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMul(b *testing.B) {
	p, s := curve.BaseMul(wide(1)), wide(2)
	for b.Loop() {
		p.Mul(s)
	}
}

func BenchmarkBaseMul(b *testing.B) {
	s := wide(2)
	for b.Loop() {
		curve.BaseMul(s)
	}
}
