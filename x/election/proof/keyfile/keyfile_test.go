package keyfile_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"sync"
	"testing"

	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
	groth16bls "github.com/consensys/gnark/backend/groth16/bls12-381"
	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/circuit"
	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/proof/keyfile"
)

// tiny is a format of one slot, whose keys are made quickly.
var tiny = ballot.Format{Name: "tiny", Slots: 1}

// stored returns a directory with keys of the right form, though of no use for
// proving, after edit has changed one file's content.
func stored(t *testing.T, name string, edit func([]byte) []byte) string {
	t.Helper()
	compiled, err := circuit.Load(tiny)
	require.NoError(t, err)
	var toy groth16bls.VerifyingKey
	g1, g2, base1, base2 := curve.Generators()
	next := func() *curve.G1Affine { g1.AddMixed(&base1); return new(curve.G1Affine).FromJacobian(&g1) }
	toy.G1.Alpha = *next()
	for _, p := range []*curve.G2Affine{&toy.G2.Beta, &toy.G2.Gamma, &toy.G2.Delta} {
		g2.AddMixed(&base2)
		p.FromJacobian(&g2)
	}
	for range tiny.PublicInputs() + 1 {
		toy.G1.K = append(toy.G1.K, *next())
	}
	vk, err := key.FromGroth16(&toy, tiny)
	require.NoError(t, err)
	pk := bytes.Repeat([]byte("key"), 1000)
	digest := sha256.Sum256(pk)
	dir := t.TempDir()
	require.NoError(t, keyfile.Store(dir, &key.Material{
		Format: tiny, CircuitDigest: compiled.Digest, ProvingKeyDigest: hex.EncodeToString(digest[:]),
		VerifyingKey: vk.Bytes(), Setup: key.SetupInsecure, ProvingKeySize: int64(len(pk)),
	}, pk))
	if name != "" {
		path := filepath.Join(dir, name)
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, edit(content), 0o600))
	}
	return dir
}

func TestLoad(t *testing.T) {
	t.Parallel()
	dir := stored(t, "", nil)
	m, err := keyfile.Load(dir, tiny)
	require.NoError(t, err)
	require.True(t, m.Insecure())
	require.Equal(t, key.SetupInsecure, m.Setup)
	require.Equal(t, filepath.Join(dir, "proving.key"), m.ProvingKeyPath)
	_, err = key.ParseVerifyingKey(m.VerifyingKey, m.Format)
	require.NoError(t, err)

	_, err = keyfile.Load(t.TempDir(), tiny)
	require.ErrorIs(t, err, keyfile.ErrMissing)
	_, err = keyfile.Load(dir, ballot.Format{Name: "tiny", Slots: 2})
	require.ErrorIs(t, err, keyfile.ErrCircuit)
}

func TestLoadRefusesDamage(t *testing.T) {
	t.Parallel()
	flip := func(b []byte) []byte { b[len(b)/2] ^= 1; return b }
	short := func(b []byte) []byte { return b[:len(b)-1] }
	long := func(b []byte) []byte { return append(b, 0) }
	for _, name := range []string{"proving.key", "verifying.key", "manifest.json"} {
		for damage, edit := range map[string]func([]byte) []byte{"flip": flip, "short": short, "long": long, "empty": func([]byte) []byte { return nil }} {
			if name == "manifest.json" && damage != "empty" {
				edit = func(b []byte) []byte { return append([]byte("{"), b...) }
			}
			t.Run(name+" "+damage, func(t *testing.T) {
				t.Parallel()
				_, err := keyfile.Load(stored(t, name, edit), tiny)
				require.ErrorIs(t, err, keyfile.ErrCorrupt)
			})
		}
	}
	dir := stored(t, "", nil)
	require.NoError(t, os.Remove(filepath.Join(dir, "proving.key")))
	_, err := keyfile.Load(dir, tiny)
	require.ErrorIs(t, err, keyfile.ErrCorrupt)
}

// TestSetup: keys are made again when damaged, once for several callers at a time, and
// then found.
func TestSetup(t *testing.T) {
	t.Parallel()
	compiled, err := circuit.Load(tiny)
	require.NoError(t, err)
	cache := t.TempDir()
	dir := filepath.Join(cache, compiled.Digest)
	require.NoError(t, os.Rename(stored(t, "proving.key", func(b []byte) []byte { return b[7:] }), dir))
	var lock sync.Mutex
	made := 0
	progress := func(string) {
		lock.Lock()
		defer lock.Unlock()
		made++
	}
	var group sync.WaitGroup
	materials := make([]*key.Material, 3)
	errs := make([]error, len(materials))
	for i := range materials {
		group.Go(func() { materials[i], errs[i] = keyfile.LoadOrSetup(cache, tiny, progress) })
	}
	group.Wait()
	for i := range materials {
		require.NoError(t, errs[i])
		require.Equal(t, materials[0], materials[i])
	}
	require.Equal(t, 1, made)

	again, err := keyfile.LoadOrSetup(cache, tiny, progress)
	require.NoError(t, err)
	require.Equal(t, materials[0], again)
	require.Equal(t, 1, made)

	require.Equal(t, compiled.Digest, again.CircuitDigest)
	left, err := filepath.Glob(filepath.Join(dir, "*.key.*"))
	require.NoError(t, err)
	require.Empty(t, left, "nothing left behind")
	_, err = keyfile.OpenProver(again)
	require.NoError(t, err)
}
