// Package keygen is the key generation and threshold decryption of an election:
// Joint-Feldman with publicly checkable complaints, as a pure state machine.
//
// Statement. N trustees (indices 1..N) make K independent keys PK_k with threshold T.
// Dealer i shares polynomials f_{i,k} of degree T-1 by commitments to their
// coefficients, proves that it knows each constant term, and sends trustee j the shares
// f_{i,k}(j) encrypted to its long-term key E_j. A trustee that gets a wrong share reveals
// the shared point of that encryption with a proof, and anyone sees who is at fault. The
// keys are the sums over the dealers that qualify (QUAL); any T trustees decrypt, fewer
// learn nothing. The caller runs the phases: hash of the deal first, then the deals, then
// complaints.
//
// Source. Pedersen (EUROCRYPT 1991); Feldman (FOCS 1987); Gennaro, Jarecki, Krawczyk,
// Rabin, "Secure Distributed Key Generation for Discrete-Log Based Cryptosystems" (J.
// Cryptology 2007), whose bias the commitment to the deals rules out; ECIES after SEC 1,
// section 5.1, with HKDF (RFC 5869) and ChaCha20-Poly1305 (RFC 8439).
//
// Domain separation. Transcripts: evoted/v1/trustee/key-proof, evoted/v1/keygen/deal,
// evoted/v1/keygen/ephemeral, evoted/v1/keygen/complaint, evoted/v1/decryption-share. HKDF
// labels: evoted/v1/trustee/key, evoted/v1/keygen/coefficients, evoted/v1/keygen/share.
// SHA-256 prefixes: evoted/v1/keygen/parameters, evoted/v1/keygen/deal-hash. Everything is
// bound to a digest of all the parameters (chain, election, T, K and every trustee's key).
//
// Encodings. A deal is A_{1,0} .. A_{1,T-1}, .., A_{K,T-1} || K proofs || ephemeral point ||
// its proof || N sealed lists of K shares, 32*K+16 bytes each; its length is DealSize.
//
// Each dealer proves that it knows the logarithm of its ephemeral point. Without that, a
// dealer could reuse the point of another deal (of any election), send garbage, and have
// the complaint reveal the key of the other deal's shares.
//
// Not protected. Secrets are math/big integers in ordinary memory: neither constant time
// nor erased. T or more colluding trustees can decrypt anything.
package keygen

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/dleq"
)

const (
	// MaxTrustees is the largest number of trustees of an election.
	MaxTrustees = 21
	// MaxSlots is the largest number of keys of an election.
	MaxSlots = 32
	// MaxChainID is the longest chain id, in bytes.
	MaxChainID = 128
)

var (
	// ErrParameters says that the parameters of a key generation are not allowed.
	ErrParameters = errors.New("keygen: invalid parameters")
	// ErrIndex says that a dealer or trustee index is not in 1..N.
	ErrIndex = errors.New("keygen: index out of range")
	// ErrKey says that a secret key is zero or does not belong to the trustee's public key.
	ErrKey = errors.New("keygen: wrong key")
	// ErrKeyProof says that a trustee's proof of knowledge of its key is invalid.
	ErrKeyProof = errors.New("keygen: invalid key proof")
)

// Parameters are the public data of one key generation. Trustee j (1..N) has the
// long-term key TrusteeKeys[j-1].
type Parameters struct {
	ChainID     string
	ElectionID  uint64
	Threshold   int
	Slots       int
	TrusteeKeys []curve.Point
}

// DefaultThreshold is floor(2n/3)+1, at most n.
func DefaultThreshold(n int) int { return min(2*n/3+1, n) }

// Validate checks the limits: 1..21 trustees with different keys, a threshold in
// floor(N/2)+1 .. N, 1..32 slots, a chain id. It returns ErrParameters.
func (p Parameters) Validate() error {
	n := len(p.TrusteeKeys)
	switch {
	case p.ChainID == "" || len(p.ChainID) > MaxChainID:
		return fmt.Errorf("%w: chain id of %d bytes", ErrParameters, len(p.ChainID))
	case n < 1 || n > MaxTrustees:
		return fmt.Errorf("%w: %d trustees", ErrParameters, n)
	case p.Threshold < n/2+1 || p.Threshold > n:
		return fmt.Errorf("%w: threshold %d of %d", ErrParameters, p.Threshold, n)
	case p.Slots < 1 || p.Slots > MaxSlots:
		return fmt.Errorf("%w: %d slots", ErrParameters, p.Slots)
	}
	for j, key := range p.TrusteeKeys {
		if key.IsIdentity() || key.Equal(curve.Point{}) {
			return fmt.Errorf("%w: key of trustee %d", ErrParameters, j+1)
		}
		for i := range j {
			if key.Equal(p.TrusteeKeys[i]) {
				return fmt.Errorf("%w: trustees %d and %d have the same key", ErrParameters, i+1, j+1)
			}
		}
	}
	return nil
}

// checkIndex returns ErrIndex unless j is a trustee's index.
func (p Parameters) checkIndex(j int) error {
	if j < 1 || j > len(p.TrusteeKeys) {
		return fmt.Errorf("%w: %d of %d", ErrIndex, j, len(p.TrusteeKeys))
	}
	return nil
}

// checkKey returns ErrKey unless e is the secret key of trustee j.
func (p Parameters) checkKey(j int, e curve.Scalar) error {
	if err := p.checkIndex(j); err != nil {
		return err
	}
	if !curve.BaseMul(e).Equal(p.TrusteeKeys[j-1]) {
		return fmt.Errorf("%w: trustee %d", ErrKey, j)
	}
	return nil
}

// digest stands for all the parameters.
func (p Parameters) digest() [sha256.Size]byte {
	b := frame(nil, []byte("evoted/v1/keygen/parameters"))
	b = frame(b, []byte(p.ChainID))
	b = binary.BigEndian.AppendUint64(b, p.ElectionID)
	b = binary.BigEndian.AppendUint64(b, uint64(p.Threshold))
	b = binary.BigEndian.AppendUint64(b, uint64(p.Slots))
	b = frame(b, curve.JoinPoints(p.TrusteeKeys...))
	return sha256.Sum256(b)
}

// transcript starts a proof bound to all the parameters.
func (p Parameters) transcript(tag string) dleq.Transcript {
	t := dleq.NewTranscript(tag, p.ChainID, p.ElectionID)
	digest := p.digest()
	t.Append("parameters", digest[:])
	return t
}

// frame appends data preceded by its length.
func frame(b, data []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(len(data)))
	return append(b, data...)
}

// derive is HKDF-SHA256 without salt.
func derive(secret []byte, info string, size int) []byte {
	out, err := hkdf.Key(sha256.New, secret, nil, info, size)
	if err != nil {
		// HKDF fails only for an output over 255 blocks; callers ask for two.
		panic(fmt.Sprintf("keygen: hkdf: %v", err))
	}
	return out
}

// SecretKeyFromSeed derives a trustee's long-term secret key e from the seed of its
// mnemonic, which must hold at least 128 bits of entropy.
func SecretKeyFromSeed(seed []byte) curve.Scalar {
	return curve.ScalarFromWide(derive(seed, "evoted/v1/trustee/key", 64))
}

// keyTranscript binds a key proof to the chain and the account that registers the key. A
// long-term key serves many elections, so the election id is 0, which no election has.
func keyTranscript(chainID, address string) dleq.Transcript {
	t := dleq.NewTranscript("evoted/v1/trustee/key-proof", chainID, 0)
	t.Append("address", []byte(address))
	return t
}

// ProveKey proves knowledge of the long-term secret key e, for the account address on one
// chain. Errors: ErrKey for the key 0, or the error of rnd, which may be nil.
func ProveKey(chainID, address string, e curve.Scalar, rnd io.Reader) ([]byte, error) {
	if e.IsZero() {
		return nil, fmt.Errorf("%w: zero", ErrKey)
	}
	proof, err := dleq.ProveKnowledge(keyTranscript(chainID, address), e, rnd)
	if err != nil {
		return nil, err
	}
	return proof.Bytes(), nil
}

// VerifyKey checks a proof of ProveKey. It returns ErrKeyProof.
func VerifyKey(chainID, address string, key curve.Point, proof []byte) error {
	parsed, err := dleq.Parse(proof)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrKeyProof, err)
	}
	if err := dleq.VerifyKnowledge(keyTranscript(chainID, address), key, parsed); err != nil {
		return fmt.Errorf("%w: %w", ErrKeyProof, err)
	}
	return nil
}
