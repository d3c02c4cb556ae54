package circuit

import (
	"errors"
	"fmt"

	"github.com/consensys/gnark/frontend"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/roll"
)

// ErrWitness reports a witness whose lists have the wrong lengths.
var ErrWitness = errors.New("circuit: malformed witness")

// Witness is what an elector knows and does not show.
type Witness struct {
	// Secret is s, Weight the voting power on the roll.
	Secret field.Element
	Weight uint64
	// Path leads from the elector's leaf to the root.
	Path roll.Path
	// Randomness is the r of the encryption.
	Randomness curve.Scalar
	// Values are v_1..v_K, before multiplication by the power.
	Values []uint64
}

// Assign returns the assignment of the circuit for a statement and a witness. It
// checks lengths only (ErrWitness, or the error of Statement.Validate): whether the
// statement is true is for the constraints to say.
func Assign(f ballot.Format, st ballot.Statement, w Witness) (*Ballot, error) {
	if err := st.Validate(f); err != nil {
		return nil, err
	}
	if len(w.Values) != f.Slots || len(w.Path.Siblings) != roll.Depth {
		return nil, fmt.Errorf("%w: %d values, %d siblings", ErrWitness, len(w.Values), len(w.Path.Siblings))
	}
	bits, err := rhoDigits(w.Randomness)
	if err != nil {
		return nil, err
	}

	c := New(f)
	c.assignPublic(st)
	c.Secret, c.Weight = w.Secret, w.Weight
	for i, sibling := range w.Path.Siblings {
		c.Siblings[i] = sibling
		c.PathBits[i] = w.Path.Index >> i & 1
	}
	for i, bit := range bits {
		c.Rho[i] = bit
	}
	for i, v := range w.Values {
		c.Values[i] = v
	}
	return c, nil
}

// assignPublic sets the public fields, whose order is that of PublicInputs.
func (c *Ballot) assignPublic(st ballot.Statement) {
	inputs := st.PublicInputs()
	next := func() frontend.Variable {
		v := inputs[0]
		inputs = inputs[1:]
		return v
	}
	for _, v := range []*frontend.Variable{
		&c.Root, &c.Election, &c.Nullifier, &c.Binding, &c.Split, &c.Quadratic, &c.Distinct,
	} {
		*v = next()
	}
	for _, list := range [][]frontend.Variable{c.Start, c.Cap, c.Lo, c.Hi} {
		for i := range list {
			list[i] = next()
		}
	}
	point := func() Point { return Point{X: next(), Y: next()} }
	for i := range c.Keys {
		c.Keys[i] = point()
	}
	c.R = point()
	for i := range c.C {
		c.C[i] = point()
	}
}
