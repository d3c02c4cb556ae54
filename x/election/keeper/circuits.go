package keeper

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/types"
)

// verifyingKey returns the parsed verifying key of a format. It returns ErrCircuit if the
// format has none.
func (k *Keeper) verifyingKey(ctx context.Context, format ballot.Format) (*key.VerifyingKey, error) {
	circuit, err := k.circuits.Get(ctx, format.Name)
	if errors.Is(err, collections.ErrNotFound) {
		return nil, errorsmod.Wrapf(types.ErrCircuit, "format %q", format.Name)
	}
	if err != nil {
		return nil, err
	}
	return k.keys.parse(circuit.VerifyingKey, format)
}

// keyCache remembers parsed verifying keys by the hash of their bytes. There are no more
// of them than ballot formats. It only skips the work of parsing again.
type keyCache struct {
	mu   sync.Mutex
	keys map[[sha256.Size]byte]*key.VerifyingKey
}

func newKeyCache() *keyCache {
	return &keyCache{keys: make(map[[sha256.Size]byte]*key.VerifyingKey)}
}

func (c *keyCache) parse(b []byte, format ballot.Format) (*key.VerifyingKey, error) {
	hash := sha256.Sum256(append([]byte(format.Name+"/"), b...))
	c.mu.Lock()
	defer c.mu.Unlock()
	if parsed, ok := c.keys[hash]; ok {
		return parsed, nil
	}
	parsed, err := key.ParseVerifyingKey(b, format)
	if err != nil {
		return nil, errorsmod.Wrap(types.ErrCircuit, err.Error())
	}
	c.keys[hash] = parsed
	return parsed, nil
}
