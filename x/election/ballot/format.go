// Package ballot holds what a ballot is before it is proved: formats, the manifest
// of an election, its voting rules, the public statement of a ballot, canonical
// bytes, tracking codes, receipts and the reading of a choice. It knows neither the
// chain nor the SNARK.
package ballot

import (
	"errors"
	"fmt"
)

// ErrUnknownFormat reports the name of a ballot format that does not exist.
var ErrUnknownFormat = errors.New("ballot: unknown format")

// Format is a shape of ballots: every ballot of a format has the same number of
// slots, the same circuit and the same size.
type Format struct {
	// Name identifies the format in messages and key files.
	Name string
	// Slots is the number K of encrypted amounts.
	Slots int
}

// The formats of the protocol.
var (
	// Slots8 holds up to eight options.
	Slots8 = Format{Name: "slots8", Slots: 8}
	// Slots32 holds up to thirty-two options.
	Slots32 = Format{Name: "slots32", Slots: 32}
)

// Formats returns every format, smallest first.
func Formats() []Format { return []Format{Slots8, Slots32} }

// FormatByName returns the format of that name, or ErrUnknownFormat.
func FormatByName(name string) (Format, error) {
	for _, f := range Formats() {
		if f.Name == name {
			return f, nil
		}
	}
	return Format{}, fmt.Errorf("%w: %q", ErrUnknownFormat, name)
}

// PublicInputs returns the number of public inputs of the circuit: four scalars,
// three switches, and for each slot four rules, a key and a ciphertext point, and R.
func (f Format) PublicInputs() int { return 4 + 3 + 4*f.Slots + 2*f.Slots + 2 + 2*f.Slots }
