// Package keyfile keeps SNARK keys in directories: it makes the throw-away keys of a
// local network once and finds them again, and it opens provers.
//
// A directory holds three files: proving.key (raw, as gnark writes it), verifying.key
// (the encoding of package key) and manifest.json, which names the circuit and the
// digests of both. Everything is checked against the manifest before it is used, and
// the verifying key against its own rules; a directory that fails is made again.
package keyfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/consensys/gnark/backend/groth16"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/circuit"
	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/proof/prove"
)

const (
	provingName   = "proving.key"
	verifyingName = "verifying.key"
	manifestName  = "manifest.json"
	lockName      = "setup.lock"

	manifestVersion = 1
	maxManifest     = 1 << 16
)

// Errors of Load.
var (
	// ErrMissing reports a directory without keys.
	ErrMissing = errors.New("keyfile: no keys in this directory")
	// ErrCorrupt reports files that do not agree with their manifest.
	ErrCorrupt = errors.New("keyfile: key files are damaged")
	// ErrCircuit reports keys of another format or another version of the circuit.
	ErrCircuit = errors.New("keyfile: keys belong to another circuit")
)

// manifest is the content of manifest.json.
type manifest struct {
	Version        int    `json:"version"`
	Format         string `json:"format"`
	Slots          int    `json:"slots"`
	CircuitDigest  string `json:"circuit_digest"`
	ProvingKey     string `json:"proving_key_sha256"`
	ProvingKeySize int64  `json:"proving_key_bytes"`
	VerifyingKey   string `json:"verifying_key_sha256"`
	Setup          string `json:"setup"`
}

// DefaultDir returns evoted/keys under the user's cache directory.
func DefaultDir() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("keyfile: user cache directory: %w", err)
	}
	return filepath.Join(base, "evoted", "keys"), nil
}

// LoadOrSetup returns keys for the format from cacheDir (DefaultDir if empty),
// subdirectory <circuit digest>. If there are none or they are damaged it makes them
// by a setup of one party, marked key.SetupInsecure: 7 s for slots8, with one sentence
// to progress (which may be nil). Several processes may call it at once; one of them
// does the work. The proving key's content is checked when a prover is opened, and
// here as well.
func LoadOrSetup(cacheDir string, f ballot.Format, progress func(string)) (*key.Material, error) {
	if progress == nil {
		progress = func(string) {}
	}
	if cacheDir == "" {
		var err error
		if cacheDir, err = DefaultDir(); err != nil {
			return nil, err
		}
	}
	compiled, err := circuit.Load(f)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(cacheDir, compiled.Digest)
	m, err := Load(dir, f)
	if err == nil {
		return m, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("keyfile: %w", err)
	}
	unlock, err := lock(filepath.Join(dir, lockName))
	if err != nil {
		return nil, err
	}
	defer unlock()
	// Another process may have made the keys while this one waited.
	switch m, err = Load(dir, f); {
	case err == nil:
		return m, nil
	case errors.Is(err, ErrMissing):
		progress(fmt.Sprintf("Making keys for ballots of format %s (once, some seconds)", f.Name))
	default:
		progress(fmt.Sprintf("Making the keys of format %s again: %v", f.Name, err))
	}
	return setup(dir, compiled)
}

// Load returns the keys in dir, which must be for this format and this program's
// circuit. Errors: ErrMissing, ErrCorrupt, ErrCircuit.
func Load(dir string, f ballot.Format) (*key.Material, error) {
	raw, err := readLimited(filepath.Join(dir, manifestName), maxManifest)
	if errors.Is(err, os.ErrNotExist) {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	var mf manifest
	if err := json.Unmarshal(raw, &mf); err != nil || mf.Version != manifestVersion {
		return nil, fmt.Errorf("%w: %s", ErrCorrupt, manifestName)
	}
	compiled, err := circuit.Load(f)
	if err != nil {
		return nil, err
	}
	if mf.Format != f.Name || mf.Slots != f.Slots || mf.CircuitDigest != compiled.Digest {
		return nil, fmt.Errorf("%w: %s %s", ErrCircuit, mf.Format, mf.CircuitDigest)
	}
	vk, err := readLimited(filepath.Join(dir, verifyingName), int64(key.VerifyingKeySize(f)))
	if err != nil || digestOf(vk) != mf.VerifyingKey {
		return nil, fmt.Errorf("%w: %s", ErrCorrupt, verifyingName)
	}
	if _, err := key.ParseVerifyingKey(vk, f); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	m := &key.Material{
		Format: f, CircuitDigest: mf.CircuitDigest, ProvingKeyDigest: mf.ProvingKey, VerifyingKey: vk,
		Setup: mf.Setup, ProvingKeyPath: filepath.Join(dir, provingName), ProvingKeySize: mf.ProvingKeySize,
	}
	if _, err := ReadProvingKey(m); err != nil {
		return nil, err
	}
	return m, nil
}

// ReadProvingKey returns the raw proving key of m after checking size and digest
// (ErrCorrupt).
func ReadProvingKey(m *key.Material) ([]byte, error) {
	pk, err := readLimited(m.ProvingKeyPath, m.ProvingKeySize)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if digestOf(pk) != m.ProvingKeyDigest {
		return nil, fmt.Errorf("%w: %s", ErrCorrupt, provingName)
	}
	return pk, nil
}

// OpenProver reads the proving key of m and returns a prover.
func OpenProver(m *key.Material) (*prove.Prover, error) {
	pk, err := ReadProvingKey(m)
	if err != nil {
		return nil, err
	}
	return prove.NewProver(m, pk)
}

// setup makes keys and puts them in dir.
func setup(dir string, compiled *circuit.Compiled) (*key.Material, error) {
	pk, vk, err := groth16.Setup(compiled.System)
	if err != nil {
		return nil, fmt.Errorf("keyfile: setup: %w", err)
	}
	checked, err := key.FromGroth16(vk, compiled.Format)
	if err != nil {
		return nil, fmt.Errorf("keyfile: setup: %w", err)
	}
	var raw bytes.Buffer
	if _, err := pk.WriteRawTo(&raw); err != nil {
		return nil, fmt.Errorf("keyfile: proving key: %w", err)
	}
	m := &key.Material{
		Format: compiled.Format, CircuitDigest: compiled.Digest, VerifyingKey: checked.Bytes(),
		ProvingKeyDigest: digestOf(raw.Bytes()), Setup: key.SetupInsecure, ProvingKeySize: int64(raw.Len()),
	}
	if err := Store(dir, m, raw.Bytes()); err != nil {
		return nil, err
	}
	return m, nil
}

// Store writes keys into dir and sets m.ProvingKeyPath. Each file is written aside and
// renamed, the manifest last: a directory with a manifest is complete, or is found
// damaged by its digests.
func Store(dir string, m *key.Material, provingKey []byte) error {
	mf, err := json.MarshalIndent(manifest{
		Version: manifestVersion, Format: m.Format.Name, Slots: m.Format.Slots, CircuitDigest: m.CircuitDigest,
		ProvingKey: m.ProvingKeyDigest, ProvingKeySize: m.ProvingKeySize,
		VerifyingKey: digestOf(m.VerifyingKey), Setup: m.Setup,
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("keyfile: manifest: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("keyfile: %w", err)
	}
	for _, file := range []struct {
		name    string
		content []byte
	}{{provingName, provingKey}, {verifyingName, m.VerifyingKey}, {manifestName, append(mf, '\n')}} {
		if err := writeAtomic(dir, file.name, file.content); err != nil {
			return err
		}
	}
	m.ProvingKeyPath = filepath.Join(dir, provingName)
	return nil
}

func writeAtomic(dir, name string, content []byte) error {
	file, err := os.CreateTemp(dir, name+".*")
	if err != nil {
		return fmt.Errorf("keyfile: %w", err)
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(file.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keyfile: %s: %w", name, err), os.Remove(file.Name()))
	}
	return nil
}

// readLimited reads a file that is not longer than limit.
func readLimited(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("keyfile: %w", err)
	}
	defer file.Close() //nolint:errcheck // read only
	content, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, fmt.Errorf("keyfile: %w", err)
	}
	if int64(len(content)) > limit {
		return nil, fmt.Errorf("%w: %s is too long", ErrCorrupt, filepath.Base(path))
	}
	return content, nil
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
