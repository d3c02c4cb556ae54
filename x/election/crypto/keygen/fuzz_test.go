package keygen_test

import (
	"bytes"
	"testing"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/keygen"
)

func FuzzParseDeal(f *testing.F) {
	p, secrets := setup(2, 3, 2)
	d, err := keygen.NewDeal(p, 1, secrets[0])
	if err != nil {
		f.Fatal(err)
	}
	good := d.Bytes()
	f.Add(good, 1)
	f.Add(good[1:], 1)
	f.Add(good, 2)
	f.Add([]byte(nil), 0)
	f.Add(make([]byte, len(good)), 1)
	f.Fuzz(func(t *testing.T, b []byte, dealer int) {
		d, err := keygen.ParseDeal(p, dealer, b)
		if err != nil {
			return
		}
		if !bytes.Equal(d.Bytes(), b) {
			t.Fatal("two encodings of one deal")
		}
		if d.Verify(p) != nil {
			return
		}
		// Only the sealed shares of the seed can differ in a deal that verifies.
		public := len(b) - len(d.Shares)*len(d.Shares[0])
		if dealer != 1 || !bytes.Equal(b[:public], good[:public]) {
			t.Fatal("forged a deal")
		}
	})
}

func FuzzParseComplaint(f *testing.F) {
	f.Add(append(curve.Generator().Bytes(), make([]byte, 64)...))
	f.Add([]byte(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := keygen.ParseComplaint(b)
		if err == nil && !bytes.Equal(c.Bytes(), b) {
			t.Fatal("two encodings of one complaint")
		}
	})
}
