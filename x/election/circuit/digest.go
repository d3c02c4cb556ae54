package circuit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"

	"github.com/consensys/gnark/constraint"
	cs "github.com/consensys/gnark/constraint/bls12-381"
)

// ErrSystem reports a constraint system that is not a plain one over BLS12-381.
var ErrSystem = errors.New("circuit: not a rank-1 system over BLS12-381 without commitments")

// digestDomain starts the digest of a circuit.
const digestDomain = "evoted/v1/circuit"

// Digest returns the hex SHA-256 of the canonical serialisation of a circuit: the
// numbers of public, secret and internal wires and of constraints, then for each
// constraint L, R and O, each as its number of terms followed by (wire, coefficient),
// integers in eight big-endian bytes. It depends on the relation and the numbering of
// its wires alone, on which keys depend too, and not on gnark's own serialisation,
// which also holds source positions.
func Digest(ccs constraint.ConstraintSystem) (string, error) {
	system, ok := ccs.(*cs.R1CS)
	if !ok {
		return "", ErrSystem
	}
	if commitments, plain := ccs.GetCommitments().(constraint.Groth16Commitments); !plain || len(commitments) != 0 {
		return "", ErrSystem
	}
	h := sha256.New()
	h.Write([]byte(digestDomain))
	for _, n := range []int{
		system.GetNbPublicVariables(), system.GetNbSecretVariables(),
		system.GetNbInternalVariables(), system.GetNbConstraints(),
	} {
		writeInt(h, n)
	}
	for it := system.GetR1CIterator(); ; {
		c := it.Next()
		if c == nil {
			break
		}
		for _, expression := range []constraint.LinearExpression{c.L, c.R, c.O} {
			writeInt(h, len(expression))
			for _, term := range expression {
				writeInt(h, term.WireID())
				coefficient := system.Coefficients[term.CoeffID()].Bytes()
				h.Write(coefficient[:])
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func writeInt(h hash.Hash, n int) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n))
	h.Write(b[:])
}
