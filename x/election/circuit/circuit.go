// Package circuit holds the statement a ballot proves, as a rank-1 constraint
// system over the scalar field of BLS12-381.
//
// Public: the roll's root, the election's scalar e, the nullifier, the binding b,
// the rules, the election's keys and the ciphertext. Secret: the elector's secret
// and voting power, the path in the roll, the randomness and the values. The
// statement: the elector is in the roll with that power; the nullifier is theirs
// for e; the values obey the rules; the ciphertext encrypts them under the keys
// with one randomness; the proof is bound to b.
//
// The package adds no Groth16 commitment, takes no point from the witness (points
// are computed from constants and public keys), and uses a hint only where a
// constraint next to it fixes the result.
package circuit

import (
	"fmt"

	"github.com/consensys/gnark-crypto/ecc"
	"github.com/consensys/gnark/constraint"
	"github.com/consensys/gnark/frontend"
	"github.com/consensys/gnark/frontend/cs/r1cs"
	"github.com/consensys/gnark/logger"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/roll"
)

// Ballot is the circuit, and with values in place of variables its assignment.
// The order of the public fields is that of ballot.Statement.PublicInputs.
type Ballot struct {
	Root      frontend.Variable `gnark:",public"`
	Election  frontend.Variable `gnark:",public"`
	Nullifier frontend.Variable `gnark:",public"`
	Binding   frontend.Variable `gnark:",public"`

	Split     frontend.Variable   `gnark:",public"`
	Quadratic frontend.Variable   `gnark:",public"`
	Distinct  frontend.Variable   `gnark:",public"`
	Start     []frontend.Variable `gnark:",public"`
	Cap       []frontend.Variable `gnark:",public"`
	Lo        []frontend.Variable `gnark:",public"`
	Hi        []frontend.Variable `gnark:",public"`

	Keys []Point `gnark:",public"`
	R    Point   `gnark:",public"`
	C    []Point `gnark:",public"`

	// Secret and Weight are the elector's; Siblings and PathBits lead from their
	// leaf to the root, leaf first.
	Secret   frontend.Variable
	Weight   frontend.Variable
	Siblings [roll.Depth]frontend.Variable
	PathBits [roll.Depth]frontend.Variable
	// Rho are the free digits of the randomness, see encryption.go.
	Rho [freeDigits]frontend.Variable
	// Values are v_1..v_K.
	Values []frontend.Variable

	// test holds what only the tests of this package set; nil leaves nothing out.
	test *instruments
}

// instruments alter or watch the construction of the circuit in tests.
type instruments struct {
	drop    families
	counted func(b *builder, f family, body func())
	observe func(*builder, Point)
}

// New returns an empty circuit for the format.
func New(f ballot.Format) *Ballot {
	return &Ballot{
		Start: make([]frontend.Variable, f.Slots), Cap: make([]frontend.Variable, f.Slots),
		Lo: make([]frontend.Variable, f.Slots), Hi: make([]frontend.Variable, f.Slots),
		Keys: make([]Point, f.Slots), C: make([]Point, f.Slots),
		Values: make([]frontend.Variable, f.Slots),
	}
}

// Define adds the constraints of the statement; gnark calls it.
func (c *Ballot) Define(api frontend.API) error {
	b := &builder{API: api, hash: newCompression(api)}
	if c.test != nil {
		b.dropped, b.counted, b.observe = c.test.drop, c.test.counted, c.test.observe
	}

	b.membership(c)
	amounts := b.rules(c)
	b.encryption(c, amounts)
	// The binding has no meaning inside the circuit; a constraint that contains it
	// makes the proof valid for this value only.
	b.require(familyBinding, func() { b.Mul(c.Binding, c.Binding) })
	return nil
}

// Compile returns the constraint system of the format.
func Compile(f ballot.Format) (constraint.ConstraintSystem, error) {
	ccs, err := compile(New(f))
	if err != nil {
		return nil, fmt.Errorf("circuit: format %s: %w", f.Name, err)
	}
	return ccs, nil
}

func compile(c *Ballot, opts ...frontend.CompileOption) (constraint.ConstraintSystem, error) {
	return frontend.Compile(ecc.BLS12_381.ScalarField(), r1cs.NewBuilder, c, opts...)
}

func init() { //nolint:gochecknoinits // gnark logs to standard output otherwise
	logger.Disable()
}
