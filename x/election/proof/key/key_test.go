package key_test

import (
	"bytes"
	"crypto/sha256"
	"math/big"
	"testing"

	"github.com/consensys/gnark-crypto/ecc"
	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr/pedersen"
	groth16bls "github.com/consensys/gnark/backend/groth16/bls12-381"
	groth16bn "github.com/consensys/gnark/backend/groth16/bn254"
	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/proof/key"
)

const (
	g1Size, g2Size = 48, 96
	// Offsets of the points in G2.
	beta, gamma, delta = g1Size, g1Size + g2Size, g1Size + 2*g2Size
)

var tiny = ballot.Format{Name: "tiny", Slots: 1}

func g1(n int64) curve.G1Affine {
	_, _, g, _ := curve.Generators()
	return *new(curve.G1Affine).ScalarMultiplication(&g, big.NewInt(n))
}

func g2(n int64) curve.G2Affine {
	_, _, _, g := curve.Generators()
	return *new(curve.G2Affine).ScalarMultiplication(&g, big.NewInt(n))
}

// keyWith returns a well-formed verifying key of no circuit.
func keyWith(f ballot.Format, gammaScalar, deltaScalar int64) *groth16bls.VerifyingKey {
	var k groth16bls.VerifyingKey
	k.G1.Alpha = g1(3)
	k.G2.Beta, k.G2.Gamma, k.G2.Delta = g2(5), g2(gammaScalar), g2(deltaScalar)
	for i := range f.PublicInputs() + 1 {
		k.G1.K = append(k.G1.K, g1(int64(100+i)))
	}
	return &k
}

func encoded(t *testing.T, f ballot.Format) []byte {
	t.Helper()
	vk, err := key.FromGroth16(keyWith(f, 7, 11), f)
	require.NoError(t, err)
	return vk.Bytes()
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, f := range []ballot.Format{tiny, ballot.Slots8, ballot.Slots32} {
		b := encoded(t, f)
		require.Len(t, b, key.VerifyingKeySize(f))
		vk, err := key.ParseVerifyingKey(b, f)
		require.NoError(t, err)
		require.Equal(t, b, vk.Bytes())
		require.Equal(t, sha256.Sum256(b), vk.Hash())
		require.Equal(t, f, vk.Format())
		b[0] ^= 1
		require.NotEqual(t, b, vk.Bytes(), "the key keeps its own copy")
	}
	require.Equal(t, 192, key.ProofSize)
	require.Equal(t, ballot.ProofSize, key.ProofSize)
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	good := encoded(t, tiny)
	infinity1, infinity2 := make([]byte, g1Size), make([]byte, g2Size)
	infinity1[0], infinity2[0] = 0xc0, 0xc0
	put := func(at int, b []byte) func([]byte) []byte {
		return func(k []byte) []byte { copy(k[at:], b); return k }
	}
	same := func(to, from int) func([]byte) []byte {
		return func(k []byte) []byte { copy(k[to:to+g2Size], k[from:from+g2Size]); return k }
	}
	negated := func(to, from int) func([]byte) []byte {
		return func(k []byte) []byte {
			copy(k[to:to+g2Size], k[from:from+g2Size])
			k[to] ^= 0x20 // the sign of y
			return k
		}
	}
	outside := outsideSubgroup(t)
	tests := map[string]struct {
		edit func([]byte) []byte
		err  error
	}{
		"empty":                   {func([]byte) []byte { return nil }, key.ErrLength},
		"one byte short":          {func(k []byte) []byte { return k[1:] }, key.ErrLength},
		"one byte long":           {func(k []byte) []byte { return append(k, 0) }, key.ErrLength},
		"one point short":         {func(k []byte) []byte { return k[:len(k)-g1Size] }, key.ErrLength},
		"one point long":          {func(k []byte) []byte { return append(k, k[:g1Size]...) }, key.ErrLength},
		"gamma = delta":           {same(delta, gamma), key.ErrRelated},
		"gamma = -delta":          {negated(delta, gamma), key.ErrRelated},
		"beta = gamma":            {same(gamma, beta), key.ErrRelated},
		"beta = -delta":           {negated(delta, beta), key.ErrRelated},
		"alpha infinity":          {put(0, infinity1), key.ErrIdentity},
		"beta infinity":           {put(beta, infinity2), key.ErrIdentity},
		"gamma infinity":          {put(gamma, infinity2), key.ErrIdentity},
		"delta infinity":          {put(delta, infinity2), key.ErrIdentity},
		"K_0 infinity":            {put(g1Size+3*g2Size, infinity1), key.ErrIdentity},
		"K_1 infinity":            {put(2*g1Size+3*g2Size, infinity1), key.ErrIdentity},
		"alpha outside subgroup":  {put(0, outside), key.ErrPoint},
		"alpha without mask":      {func(k []byte) []byte { k[0] &^= 0x80; return k }, key.ErrPoint},
		"alpha over the modulus":  {put(0, bytes.Repeat([]byte{0xff}, g1Size)), key.ErrPoint},
		"infinity with other bit": {put(0, append([]byte{0xc0}, append(make([]byte, g1Size-2), 1)...)), key.ErrPoint},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := key.ParseVerifyingKey(tc.edit(bytes.Clone(good)), tiny)
			require.ErrorIs(t, err, tc.err)
		})
	}
	_, err := key.ParseVerifyingKey(good, ballot.Slots8)
	require.ErrorIs(t, err, key.ErrLength, "a key of another format")
}

// outsideSubgroup returns the encoding of a point of the curve with another order.
func outsideSubgroup(t *testing.T) []byte {
	t.Helper()
	for x := byte(1); x < 50; x++ {
		b := make([]byte, g1Size)
		b[0], b[g1Size-1] = 0x80, x
		var p curve.G1Affine
		decoder := curve.NewDecoder(bytes.NewReader(b), curve.NoSubgroupChecks())
		if decoder.Decode(&p) == nil && !p.IsInSubGroup() {
			return b
		}
	}
	require.FailNow(t, "no such point")
	return nil
}

func TestFromGroth16Refuses(t *testing.T) {
	t.Parallel()
	withCommitment := keyWith(tiny, 7, 11)
	withCommitment.CommitmentKeys = make([]pedersen.VerifyingKey, 1)
	_, err := key.FromGroth16(withCommitment, tiny)
	require.ErrorIs(t, err, key.ErrCommitments)
	committed := keyWith(tiny, 7, 11)
	committed.PublicAndCommitmentCommitted = [][]int{{1}}
	_, err = key.FromGroth16(committed, tiny)
	require.ErrorIs(t, err, key.ErrCommitments)
	_, err = key.FromGroth16(keyWith(tiny, 7, 7), tiny)
	require.ErrorIs(t, err, key.ErrRelated)
	_, err = key.FromGroth16(&groth16bn.VerifyingKey{}, tiny)
	require.ErrorIs(t, err, key.ErrPoint)
}

// TestForgery shows what the check of gamma and delta is for: with gamma = delta gnark
// accepts a proof of any statement, made without a witness; so it does with
// gamma = -delta. With an honest key the same proof fails.
func TestForgery(t *testing.T) {
	t.Parallel()
	inputs := make([]field.Element, tiny.PublicInputs())
	for i := range inputs {
		inputs[i].SetUint64(uint64(1000 + i))
	}
	forge := func(k *groth16bls.VerifyingKey, negate bool) *groth16bls.Proof {
		var sum curve.G1Jac
		_, err := sum.MultiExp(k.G1.K[1:], inputs, ecc.MultiExpConfig{})
		require.NoError(t, err)
		sum.AddMixed(&k.G1.K[0])
		if negate {
			sum.Neg(&sum)
		}
		p := &groth16bls.Proof{Ar: k.G1.Alpha, Bs: k.G2.Beta}
		p.Krs.FromJacobian(&sum)
		return p
	}
	for _, tc := range []struct {
		name         string
		gamma, delta int64
		negate       bool
		forged       bool
	}{
		{"equal", 7, 7, true, true},
		{"opposite", 7, -7, false, true},
		{"honest", 7, 11, true, false},
		{"honest, other sign", 7, 11, false, false},
	} {
		k := keyWith(tiny, tc.gamma, tc.delta)
		require.NoError(t, k.Precompute())
		err := groth16bls.Verify(forge(k, tc.negate), k, inputs)
		_, loaded := key.FromGroth16(k, tiny)
		if tc.forged {
			require.NoError(t, err, "%s: the forgery must work for the test to mean anything", tc.name)
			require.ErrorIs(t, loaded, key.ErrRelated, tc.name)
			continue
		}
		require.Error(t, err, tc.name)
		require.NoError(t, loaded, tc.name)
	}
}

func FuzzParseVerifyingKey(f *testing.F) {
	k := keyWith(tiny, 7, 11)
	vk, err := key.FromGroth16(k, tiny)
	require.NoError(f, err)
	f.Add(vk.Bytes())
	f.Add([]byte{})
	f.Add(bytes.Repeat([]byte{0xc0}, key.VerifyingKeySize(tiny)))
	f.Fuzz(func(t *testing.T, b []byte) {
		vk, err := key.ParseVerifyingKey(b, tiny)
		if err == nil {
			require.Equal(t, b, vk.Bytes())
		}
	})
}
