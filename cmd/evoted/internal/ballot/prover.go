package ballot

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/client/elector"
	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/proof/keyfile"
	"github.com/evoted/evoted/x/election/proof/prove"
)

// openProver opens the proving key of an election's circuit: from dir, from dir/<circuit
// digest>, or from the user's cache if dir is empty. The key must be the very one whose
// digest the chain has.
func openProver(e *elector.Election, dir string) (*prove.Prover, error) {
	// The digest names a folder: a node must not choose which.
	if !isDigest(e.Circuit.CircuitDigest) {
		return nil, errDigest
	}
	folders := []string{dir, filepath.Join(dir, e.Circuit.CircuitDigest)}
	if dir == "" {
		cache, err := keyfile.DefaultDir()
		if err != nil {
			return nil, err
		}
		folders = []string{filepath.Join(cache, e.Circuit.CircuitDigest)}
	}
	hint := fmt.Sprintf("the proving key of this chain is a folder evoted/keys/%s in the cache of the machine that made the chain; "+
		"copy it and name it with --proving-key, the program checks that it is the right one", e.Circuit.CircuitDigest)
	var err error
	for _, folder := range folders {
		var material *key.Material
		if material, err = keyfile.Load(folder, e.Manifest.Format); err != nil {
			if errors.Is(err, keyfile.ErrMissing) {
				continue
			}
			break
		}
		if err = sameKeys(material, e); err != nil {
			break
		}
		return keyfile.OpenProver(material)
	}
	switch {
	case errors.Is(err, keyfile.ErrCircuit):
		hint = "this program and the chain have different versions of the ballot: use the program of the version that the chain runs"
	case errors.Is(err, keyfile.ErrMissing):
		err = fmt.Errorf("the proving key is not on this machine (looked in %s)", folders[len(folders)-1])
	}
	return nil, terminal.WithHint(err, hint)
}

// errDigest reports a circuit whose digest is none.
var errDigest = errors.New("the nodes' digest of the circuit is not one: 64 hexadecimal digits are expected")

// isDigest tells whether a text is 64 lower-case hexadecimal digits.
func isDigest(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == sha256.Size && hex.EncodeToString(raw) == text
}

// errOtherKey reports a proving key of another chain.
var errOtherKey = errors.New("the proving key on this machine belongs to another chain")

func sameKeys(m *key.Material, e *elector.Election) error {
	switch {
	case m.ProvingKeyDigest != e.Circuit.ProvingKeyDigest:
		return fmt.Errorf("%w: its digest is %.16s, the chain has %.16s", errOtherKey, m.ProvingKeyDigest, e.Circuit.ProvingKeyDigest)
	case m.CircuitDigest != e.Circuit.CircuitDigest, !bytes.Equal(m.VerifyingKey, e.Circuit.VerifyingKey):
		return errOtherKey
	}
	return nil
}
