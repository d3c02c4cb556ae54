package dleq_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/dleq"
)

func TestCompleteness(t *testing.T) {
	t.Parallel()
	draw := func(t *rapid.T, label string) curve.Scalar {
		return curve.ScalarFromWide(rapid.SliceOfN(rapid.Byte(), 64, 64).Draw(t, label)).Add(curve.NewScalar(1))
	}
	rapid.Check(t, func(t *rapid.T) {
		base := curve.BaseMul(draw(t, "base"))
		n := rapid.IntRange(1, 4).Draw(t, "n")
		secrets := make([]curve.Scalar, n)
		publics, results := make([]curve.Point, n), make([]curve.Point, n)
		for k := range secrets {
			secrets[k] = draw(t, "secret")
			publics[k], results[k] = curve.BaseMul(secrets[k]), base.Mul(secrets[k])
		}
		ctx := dleq.NewTranscript(rapid.String().Draw(t, "tag"), rapid.String().Draw(t, "chain"), rapid.Uint64().Draw(t, "election"))
		proof, err := dleq.ProveBatch(ctx, base, secrets, nil)
		require.NoError(t, err)
		back, err := dleq.Parse(proof.Bytes())
		require.NoError(t, err)
		require.NoError(t, dleq.VerifyBatch(ctx, base, publics, results, back))
		k := rapid.IntRange(0, n-1).Draw(t, "k")
		results[k] = results[k].Add(curve.BaseMul(draw(t, "error")))
		if !results[k].Equal(base.Mul(secrets[k])) {
			require.ErrorIs(t, dleq.VerifyBatch(ctx, base, publics, results, back), dleq.ErrInvalid)
		}
	})
}

func FuzzParse(f *testing.F) {
	proof, err := dleq.ProveKnowledge(context(), scalar("s"), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(proof.Bytes())
	f.Add([]byte(nil))
	f.Add(make([]byte, 64))
	f.Add(bytes.Repeat([]byte{0xff}, 64))
	public := curve.BaseMul(scalar("s"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := dleq.Parse(b)
		if err != nil {
			return
		}
		if !bytes.Equal(p.Bytes(), b) {
			t.Fatal("two encodings of one proof")
		}
		if dleq.VerifyKnowledge(context(), public, p) == nil && !p.Equal(proof) {
			t.Fatal("forged a proof")
		}
	})
}
