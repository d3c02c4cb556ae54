package key

import (
	"github.com/evoted/evoted/x/election/ballot"
)

// Material describes the keys of one ballot format: all a chain pins in genesis and
// all a prover needs to find and check its key.
type Material struct {
	// Format of the ballots.
	Format ballot.Format
	// CircuitDigest is circuit.Digest of the compiled circuit.
	CircuitDigest string
	// ProvingKeyDigest is the hex SHA-256 of the raw proving key.
	ProvingKeyDigest string
	// VerifyingKey is the encoding ParseVerifyingKey reads.
	VerifyingKey []byte
	// Setup says where the keys come from: SetupInsecure, or the digest of a
	// ceremony's transcript.
	Setup string
	// ProvingKeyPath is the file that holds the raw proving key, ProvingKeySize its
	// length in bytes.
	ProvingKeyPath string
	ProvingKeySize int64
}

// Insecure reports whether the keys come from a setup by one party.
func (m *Material) Insecure() bool { return m.Setup == SetupInsecure }
