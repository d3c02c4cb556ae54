package ballot

import (
	"errors"
	"fmt"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/field"
)

// ErrStatement reports a statement whose parts do not belong to one format.
var ErrStatement = errors.New("ballot: statement does not fit its format")

// Statement is what a ballot proves: everything public. The chain builds it from
// its state and the parsed message; no part of it is read from a proof.
type Statement struct {
	// Root is the sealed roll's root, Election the election's scalar e.
	Root, Election field.Element
	// Nullifier marks the elector in this election; Binding ties the proof to the
	// revision and the ephemeral key.
	Nullifier, Binding field.Element
	// Rules are the election's voting rules.
	Rules Rules
	// Keys are the election's public keys PK_1..PK_K.
	Keys []curve.Point
	// Ciphertext is R and C_1..C_K.
	Ciphertext elgamal.Ciphertext
}

// Validate reports, as ErrStatement or ErrRules, a statement that is not of the
// format.
func (s Statement) Validate(f Format) error {
	if err := s.Rules.Validate(); err != nil {
		return err
	}
	if s.Rules.Slots() != f.Slots || len(s.Keys) != f.Slots || len(s.Ciphertext.C) != f.Slots {
		return fmt.Errorf("%w: rules for %d slots, %d keys, %d ciphertexts, want %d", ErrStatement,
			s.Rules.Slots(), len(s.Keys), len(s.Ciphertext.C), f.Slots)
	}
	return nil
}

// PublicInputs returns the public inputs in the order of the circuit: root, e, nf,
// b; split, quadratic, distinct; start, cap, lo, hi of every slot; x and y of every
// key, of R, of every C_i.
func (s Statement) PublicInputs() []field.Element {
	out := make([]field.Element, 0, Format{Slots: s.Rules.Slots()}.PublicInputs())
	out = append(out, s.Root, s.Election, s.Nullifier, s.Binding)
	out = append(out, s.Rules.PublicInputs()...)
	for _, key := range s.Keys {
		out = append(out, key.X(), key.Y())
	}
	out = append(out, s.Ciphertext.R.X(), s.Ciphertext.R.Y())
	for _, c := range s.Ciphertext.C {
		out = append(out, c.X(), c.Y())
	}
	return out
}

// PublicInputs returns the part of Statement.PublicInputs that the rules fill.
func (r Rules) PublicInputs() []field.Element {
	out := make([]field.Element, 0, 3+4*r.Slots())
	out = append(out, boolean(r.Split), boolean(r.Quadratic), boolean(r.Distinct))
	for _, start := range r.Start {
		out = append(out, boolean(start))
	}
	for _, list := range [][]uint64{r.Cap, r.Lo, r.Hi} {
		for _, n := range list {
			out = append(out, integer(n))
		}
	}
	return out
}

func boolean(b bool) field.Element {
	if b {
		return integer(1)
	}
	return field.Element{}
}

func integer(n uint64) field.Element {
	var e field.Element
	e.SetUint64(n)
	return e
}
