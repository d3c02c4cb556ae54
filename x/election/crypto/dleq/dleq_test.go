package dleq_test

import (
	"bytes"
	"crypto/sha512"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/dleq"
)

func scalar(name string) curve.Scalar {
	h := sha512.Sum512([]byte(name))
	return curve.ScalarFromWide(h[:])
}

func context() dleq.Transcript { return dleq.NewTranscript("test", "chain-1", 7) }

// contexts are all different from context().
func contexts() map[string]dleq.Transcript {
	more := context()
	more.Append("x", nil)
	return map[string]dleq.Transcript{
		"tag":            dleq.NewTranscript("test2", "chain-1", 7),
		"chain":          dleq.NewTranscript("test", "chain-2", 7),
		"election":       dleq.NewTranscript("test", "chain-1", 8),
		"moved boundary": dleq.NewTranscript("testc", "hain-1", 7),
		"more data":      more,
	}
}

// broken returns every way to change one part of a proof.
func broken(p dleq.Proof) map[string]dleq.Proof {
	one := curve.NewScalar(1)
	return map[string]dleq.Proof{
		"challenge":         {Challenge: p.Challenge.Add(one), Response: p.Response},
		"response":          {Challenge: p.Challenge, Response: p.Response.Add(one)},
		"negated response":  {Challenge: p.Challenge, Response: p.Response.Neg()},
		"negated challenge": {Challenge: p.Challenge.Neg(), Response: p.Response},
		"swapped":           {Challenge: p.Response, Response: p.Challenge},
		"zero":              {},
	}
}

func TestKnowledge(t *testing.T) {
	t.Parallel()
	s := scalar("s")
	public := curve.BaseMul(s)
	proof, err := dleq.ProveKnowledge(context(), s, nil)
	require.NoError(t, err)
	require.NoError(t, dleq.VerifyKnowledge(context(), public, proof))
	for name, ctx := range contexts() {
		require.ErrorIs(t, dleq.VerifyKnowledge(ctx, public, proof), dleq.ErrInvalid, name)
	}
	for name, bad := range broken(proof) {
		require.ErrorIs(t, dleq.VerifyKnowledge(context(), public, bad), dleq.ErrInvalid, name)
	}
	for _, other := range []curve.Point{public.Neg(), public.Add(curve.Generator()), curve.Generator()} {
		require.ErrorIs(t, dleq.VerifyKnowledge(context(), other, proof), dleq.ErrInvalid)
	}
	require.ErrorIs(t, dleq.VerifyKnowledge(context(), curve.Identity(), proof), dleq.ErrStatement)
	_, err = dleq.ProveKnowledge(context(), curve.Scalar{}, nil)
	require.ErrorIs(t, err, dleq.ErrStatement)
}

func TestEquality(t *testing.T) {
	t.Parallel()
	s, base := scalar("s"), curve.BaseMul(scalar("base"))
	public, result := curve.BaseMul(s), base.Mul(s)
	proof, err := dleq.Prove(context(), base, s, nil)
	require.NoError(t, err)
	require.NoError(t, dleq.Verify(context(), base, public, result, proof))
	for name, ctx := range contexts() {
		require.ErrorIs(t, dleq.Verify(ctx, base, public, result, proof), dleq.ErrInvalid, name)
	}
	for name, bad := range broken(proof) {
		require.ErrorIs(t, dleq.Verify(context(), base, public, result, bad), dleq.ErrInvalid, name)
	}
	g := curve.Generator()
	require.ErrorIs(t, dleq.Verify(context(), base.Add(g), public, result, proof), dleq.ErrInvalid)
	require.ErrorIs(t, dleq.Verify(context(), base, public.Add(g), result, proof), dleq.ErrInvalid)
	require.ErrorIs(t, dleq.Verify(context(), base, public, result.Add(g), proof), dleq.ErrInvalid)
	require.ErrorIs(t, dleq.Verify(context(), base, result, public, proof), dleq.ErrInvalid)
	require.ErrorIs(t, dleq.Verify(context(), public, base, result, proof), dleq.ErrInvalid)
	require.ErrorIs(t, dleq.Verify(context(), curve.Identity(), public, curve.Identity(), proof), dleq.ErrStatement)
	require.ErrorIs(t, dleq.Verify(context(), base, curve.Identity(), result, proof), dleq.ErrStatement)
	// The kinds of proof do not pass for each other.
	require.ErrorIs(t, dleq.VerifyBatch(context(), base, []curve.Point{public}, []curve.Point{result}, proof), dleq.ErrInvalid)
	require.ErrorIs(t, dleq.VerifyKnowledge(context(), public, proof), dleq.ErrInvalid)
	_, err = dleq.Prove(context(), curve.Identity(), s, nil)
	require.ErrorIs(t, err, dleq.ErrStatement)
	_, err = dleq.Prove(context(), base, curve.Scalar{}, nil)
	require.ErrorIs(t, err, dleq.ErrStatement)
}

func TestBatch(t *testing.T) {
	t.Parallel()
	base := curve.BaseMul(scalar("base"))
	for _, n := range []int{1, 2, 8, 32} {
		secrets := make([]curve.Scalar, n)
		publics, results := make([]curve.Point, n), make([]curve.Point, n)
		for k := range secrets {
			secrets[k] = scalar(string(rune('a' + k)))
			publics[k], results[k] = curve.BaseMul(secrets[k]), base.Mul(secrets[k])
		}
		proof, err := dleq.ProveBatch(context(), base, secrets, bytes.NewReader(make([]byte, 64)))
		require.NoError(t, err)
		require.NoError(t, dleq.VerifyBatch(context(), base, publics, results, proof))
		for name, ctx := range contexts() {
			require.ErrorIs(t, dleq.VerifyBatch(ctx, base, publics, results, proof), dleq.ErrInvalid, name)
		}
		for name, bad := range broken(proof) {
			require.ErrorIs(t, dleq.VerifyBatch(context(), base, publics, results, bad), dleq.ErrInvalid, name)
		}
		require.ErrorIs(t, dleq.VerifyBatch(context(), base.Neg(), publics, results, proof), dleq.ErrInvalid)
		for k := range secrets {
			require.ErrorIs(t, dleq.VerifyBatch(context(), base, altered(publics, k), results, proof), dleq.ErrInvalid)
			require.ErrorIs(t, dleq.VerifyBatch(context(), base, publics, altered(results, k), proof), dleq.ErrInvalid)
			require.ErrorIs(t, dleq.VerifyBatch(context(), base, altered(publics, k), altered(results, k), proof), dleq.ErrInvalid)
		}
		if n > 1 {
			require.ErrorIs(t, dleq.VerifyBatch(context(), base, swapped(publics), results, proof), dleq.ErrInvalid)
			require.ErrorIs(t, dleq.VerifyBatch(context(), base, publics, swapped(results), proof), dleq.ErrInvalid)
			require.ErrorIs(t, dleq.VerifyBatch(context(), base, swapped(publics), swapped(results), proof), dleq.ErrInvalid)
			require.ErrorIs(t, dleq.VerifyBatch(context(), base, publics[1:], results[1:], proof), dleq.ErrInvalid)
			// Errors that cancel without weights: D_0 + G, D_1 - G.
			cancelling := bytesOf(results)
			cancelling[0], cancelling[1] = results[0].Add(base), results[1].Sub(base)
			require.ErrorIs(t, dleq.VerifyBatch(context(), base, publics, cancelling, proof), dleq.ErrInvalid)
		}
		require.ErrorIs(t, dleq.VerifyBatch(context(), base, publics[1:], results, proof), dleq.ErrStatement)
		require.ErrorIs(t, dleq.VerifyBatch(context(), base, publics, results[1:], proof), dleq.ErrStatement)
	}
	require.ErrorIs(t, dleq.VerifyBatch(context(), base, nil, nil, dleq.Proof{}), dleq.ErrStatement)
	_, err := dleq.ProveBatch(context(), base, nil, nil)
	require.ErrorIs(t, err, dleq.ErrStatement)
}

func bytesOf(p []curve.Point) []curve.Point { return append([]curve.Point(nil), p...) }

func altered(p []curve.Point, k int) []curve.Point {
	q := bytesOf(p)
	q[k] = q[k].Add(curve.Generator())
	return q
}

func swapped(p []curve.Point) []curve.Point {
	q := bytesOf(p)
	q[0], q[1] = q[1], q[0]
	return q
}

// A prover whose secrets differ for G and for the base cannot make its proof pass, even
// if it builds the proof for the statement it wants.
func TestBatchOfFalseStatement(t *testing.T) {
	t.Parallel()
	base := curve.BaseMul(scalar("base"))
	secrets := []curve.Scalar{scalar("a"), scalar("b")}
	proof, err := dleq.ProveBatch(context(), base, secrets, nil)
	require.NoError(t, err)
	publics := []curve.Point{curve.BaseMul(secrets[0]), curve.BaseMul(secrets[1])}
	results := []curve.Point{base.Mul(secrets[1]), base.Mul(secrets[0])}
	require.ErrorIs(t, dleq.VerifyBatch(context(), base, publics, results, proof), dleq.ErrInvalid)
}

// With weak Fiat-Shamir (the statement not hashed) one picks commitment and response first
// and solves for the public key. Here the challenge depends on that key.
func TestAdaptiveStatementAttackFails(t *testing.T) {
	t.Parallel()
	commitment, response := curve.BaseMul(scalar("a")), scalar("z")
	guess := context()
	guess.AppendPoints("commitment", commitment)
	c := guess.Challenge()
	// P = (z*G - A)/c satisfies z*G = A + c*P for this c.
	public := curve.BaseMul(response).Sub(commitment).Mul(c.Inverse())
	err := dleq.VerifyKnowledge(context(), public, dleq.Proof{Challenge: c, Response: response})
	require.ErrorIs(t, err, dleq.ErrInvalid)
}

func TestEmptySum(t *testing.T) {
	t.Parallel()
	secrets := []curve.Scalar{scalar("a"), scalar("b")}
	publics := []curve.Point{curve.BaseMul(secrets[0]), curve.BaseMul(secrets[1])}
	identity := []curve.Point{curve.Identity(), curve.Identity()}
	proof, err := dleq.ProveBatch(context(), curve.Identity(), secrets, nil)
	require.NoError(t, err)
	require.NoError(t, dleq.VerifyBatch(context(), curve.Identity(), publics, identity, proof))
	require.ErrorIs(t, dleq.VerifyBatch(context(), curve.Identity(), publics, altered(identity, 1), proof), dleq.ErrInvalid)
}

func TestEncoding(t *testing.T) {
	t.Parallel()
	proof, err := dleq.ProveKnowledge(context(), scalar("s"), nil)
	require.NoError(t, err)
	good := proof.Bytes()
	back, err := dleq.Parse(good)
	require.NoError(t, err)
	require.True(t, back.Equal(proof))
	l := curve.Order().FillBytes(make([]byte, 32))
	cases := []struct {
		name string
		in   []byte
	}{
		{"nil", nil},
		{"short", good[:63]},
		{"long", append(bytes.Clone(good), 0)},
		{"challenge = l", append(bytes.Clone(l), good[32:]...)},
		{"response = l", append(bytes.Clone(good[:32]), l...)},
		{"all ones", bytes.Repeat([]byte{0xff}, 64)},
	}
	for _, tc := range cases {
		_, err := dleq.Parse(tc.in)
		require.ErrorIs(t, err, dleq.ErrEncoding, tc.name)
	}
}

func TestNonces(t *testing.T) {
	t.Parallel()
	s := scalar("s")
	a, err := dleq.ProveKnowledge(context(), s, nil)
	require.NoError(t, err)
	b, err := dleq.ProveKnowledge(context(), s, nil)
	require.NoError(t, err)
	require.True(t, a.Equal(b), "without randomness a proof is deterministic")
	c, err := dleq.ProveKnowledge(context(), s, bytes.NewReader(bytes.Repeat([]byte{1}, 64)))
	require.NoError(t, err)
	require.False(t, a.Equal(c))
	// The same reader in another context must not repeat the nonce: z - c*s differs.
	other := contexts()["election"]
	d, err := dleq.ProveKnowledge(other, s, bytes.NewReader(bytes.Repeat([]byte{1}, 64)))
	require.NoError(t, err)
	nonce := func(p dleq.Proof) curve.Scalar { return p.Response.Sub(p.Challenge.Mul(s)) }
	require.False(t, nonce(c).Equal(nonce(d)))

	fail := errors.New("broken")
	_, err = dleq.ProveKnowledge(context(), s, failing{fail})
	require.ErrorIs(t, err, fail)
	require.ErrorIs(t, err, dleq.ErrRandomness)
	_, err = dleq.Prove(context(), curve.Generator(), s, failing{fail})
	require.ErrorIs(t, err, dleq.ErrRandomness)
	_, err = dleq.ProveBatch(context(), curve.Generator(), []curve.Scalar{s}, failing{fail})
	require.ErrorIs(t, err, dleq.ErrRandomness)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestTranscript(t *testing.T) {
	t.Parallel()
	a, b := context(), context()
	a.Append("ab", []byte("c"))
	b.Append("a", []byte("bc"))
	require.NotEqual(t, a, b)
	c := a // a copy goes its own way
	c.Append("x", nil)
	require.NotEqual(t, a, c)
	first := a.Challenge()
	require.False(t, first.Equal(a.Challenge()))
}

func BenchmarkVerifyBatch32(b *testing.B) {
	base := curve.BaseMul(scalar("base"))
	secrets := make([]curve.Scalar, 32)
	publics, results := make([]curve.Point, 32), make([]curve.Point, 32)
	for k := range secrets {
		secrets[k] = scalar(string(rune('a' + k)))
		publics[k], results[k] = curve.BaseMul(secrets[k]), base.Mul(secrets[k])
	}
	proof, err := dleq.ProveBatch(context(), base, secrets, nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := dleq.VerifyBatch(context(), base, publics, results, proof); err != nil {
			b.Fatal(err)
		}
	}
}
