package app

import (
	"crypto/sha256"
	"encoding/binary"
	"sync/atomic"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/proof/verify"
	"github.com/evoted/evoted/x/election/types"
)

// verdictCacheSize is how many checked proofs a node remembers: several times the ballots
// of a full mempool. An entry takes about 200 bytes.
const verdictCacheSize = 1 << 16

// verdictDomain separates the keys of the cache from every other hash.
const verdictDomain = "evoted/v1/verdict"

var _ types.ProofChecker = (*verdicts)(nil)

// verdicts checks ballot proofs and remembers those that hold, so that the same proof is
// not checked at admission, in the proposal and in the block again. The answer is a pure
// function of the arguments: a node that remembers and one that does not agree. Proofs that
// do not hold are not remembered, since they could push out those that do.
type verdicts struct {
	held   *lru.Cache[[sha256.Size]byte, struct{}]
	verify func(vk *key.VerifyingKey, publicInputs []field.Element, proof []byte) error

	// checked counts the proofs looked at, remembered those known already.
	checked, remembered atomic.Uint64
}

// newVerdicts returns a checker that remembers up to size proofs.
func newVerdicts(size int) (*verdicts, error) {
	held, err := lru.New[[sha256.Size]byte, struct{}](size)
	if err != nil {
		return nil, err
	}
	return &verdicts{held: held, verify: verify.Verify}, nil
}

// Check returns nil if the proof holds for the public inputs under the key, else the error
// of verify.Verify. It may be called by several goroutines.
func (v *verdicts) Check(vk *key.VerifyingKey, publicInputs []field.Element, proof []byte) error {
	id := verdictID(vk, publicInputs, proof)
	if _, known := v.held.Get(id); known {
		v.remembered.Add(1)
		return nil
	}
	v.checked.Add(1)
	if err := v.verify(vk, publicInputs, proof); err != nil {
		return err
	}
	v.held.Add(id, struct{}{})
	return nil
}

// verdictID hashes everything the verdict depends on. Every part has a fixed length or is
// preceded by its length, so two different questions never have the same bytes.
func verdictID(vk *key.VerifyingKey, publicInputs []field.Element, proof []byte) [sha256.Size]byte {
	h := sha256.New()
	h.Write([]byte(verdictDomain))
	vkHash := vk.Hash()
	h.Write(vkHash[:])
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(publicInputs)))
	h.Write(length[:])
	for _, input := range publicInputs {
		h.Write(field.Bytes(input))
	}
	h.Write(proof)
	var id [sha256.Size]byte
	h.Sum(id[:0])
	return id
}
