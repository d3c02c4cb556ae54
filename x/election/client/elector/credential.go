// Package elector is what an elector's program does: keep the secret, find the
// elector's place on the roll, seal a choice in a ballot, prove it, and tell afterwards
// whether it was counted.
//
// What leaves this package towards nodes is the number of one bucket of 256 electors and
// the ballot itself. The secret, the choice and the randomness of the encryption are
// never written anywhere but, for the secret alone, in the elector's own file.
package elector

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/evoted/evoted/x/election/client/mnemonic"
	"github.com/evoted/evoted/x/election/client/secretfile"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/nullifier"
)

// credentialVersion is the form of the file that Save writes.
const credentialVersion = 1

// Errors of reading credentials.
var (
	ErrCredential = errors.New("elector: the file is not an elector's credential")
	ErrMismatch   = errors.New("elector: the commitment of the file does not belong to its secret")
)

// Credential is an elector's secret. It prints as its public commitment.
type Credential struct{ secret field.Element }

// credentialFile is the file's content.
type credentialFile struct {
	Version    int    `json:"version"`
	Commitment string `json:"commitment"`
	Secret     string `json:"secret"`
}

// FromMnemonic derives the credential from a mnemonic.
func FromMnemonic(m mnemonic.Mnemonic) Credential {
	seed := m.Seed()
	defer clear(seed)
	return Credential{secret: nullifier.SecretFromSeed(seed)}
}

// Commitment is the public identity commitment that registrars put on the roll.
func (c Credential) Commitment() field.Element { return nullifier.Identity(c.secret) }

// Nullifier marks this elector's ballots in one election.
func (c Credential) Nullifier(chainID string, electionID uint64) field.Element {
	return nullifier.Nullifier(c.secret, nullifier.ElectionScalar(chainID, electionID))
}

// String is the commitment, so that a credential in a log or an error shows nothing secret.
func (c Credential) String() string { return "elector " + Hex(c.Commitment()) }

// GoString keeps the secret out of %#v.
func (c Credential) GoString() string { return c.String() }

// Format keeps the secret out of every other verb.
func (c Credential) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, c.String()) }

// Save writes the credential to a file that its owner alone can read. It does not
// replace a file unless force is set: a lost secret is a lost vote. Errors: those of
// secretfile.Write.
func (c Credential) Save(path string, force bool) error {
	raw, err := json.MarshalIndent(credentialFile{
		Version:    credentialVersion,
		Commitment: Hex(c.Commitment()),
		Secret:     Hex(c.secret),
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("elector: %w", err)
	}
	defer clear(raw)
	return secretfile.Write(path, append(raw, '\n'), force)
}

// Load reads the file that Save wrote. Errors: those of secretfile.Read, ErrCredential,
// ErrMismatch.
func Load(path string) (Credential, error) {
	raw, err := secretfile.Read(path)
	if err != nil {
		return Credential{}, err
	}
	defer clear(raw)
	return parseCredential(raw)
}

// parseCredential decodes the content of a file. Its errors never repeat it.
func parseCredential(raw []byte) (Credential, error) {
	var file credentialFile
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&file) != nil || decoder.More() {
		return Credential{}, ErrCredential
	}
	if file.Version != credentialVersion {
		return Credential{}, fmt.Errorf("%w: version %d, this program reads %d", ErrCredential, file.Version, credentialVersion)
	}
	secret, err := ParseHex(file.Secret)
	if err != nil || secret.IsZero() {
		return Credential{}, fmt.Errorf("%w: no secret in it", ErrCredential)
	}
	credential := Credential{secret: secret}
	if Hex(credential.Commitment()) != file.Commitment {
		return Credential{}, ErrMismatch
	}
	return credential, nil
}

// Hex writes a field element as 64 lower-case hexadecimal digits.
func Hex(e field.Element) string { return hex.EncodeToString(field.Bytes(e)) }

// ParseHex reads a field element from 64 hexadecimal digits. Errors: those of
// field.Parse and encoding/hex, without the input.
func ParseHex(text string) (field.Element, error) {
	if len(text) != hex.EncodedLen(field.Size) {
		return field.Element{}, fmt.Errorf("%w: %d hexadecimal digits, want %d", field.ErrLength, len(text), hex.EncodedLen(field.Size))
	}
	raw, err := hex.DecodeString(text)
	if err != nil {
		return field.Element{}, fmt.Errorf("%w: not hexadecimal", field.ErrNotCanonical)
	}
	return field.Parse(raw)
}
