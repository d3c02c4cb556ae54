// Package mnemonic makes and reads the 24 words from which an elector's or a
// trustee's secrets are derived.
//
// Source: BIP-39, English word list, empty passphrase. 24 words carry 256 bits drawn
// from the operating system's generator and 8 bits of checksum. Shorter mnemonics are
// refused: nothing that a person could have chosen, or that could be found by trying,
// becomes a secret of this system.
//
// No error of this package repeats a word it was given.
package mnemonic

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/cosmos/go-bip39"
)

const (
	// Words is the number of words of a mnemonic.
	Words = 24
	// EntropySize is the number of random bytes in a mnemonic.
	EntropySize = 32
	// SeedSize is the number of bytes of the seed that a mnemonic gives.
	SeedSize = 64
	// MaxInput bounds the text that Read accepts, in bytes.
	MaxInput = 4096
)

// Errors of Parse and Read.
var (
	ErrWords    = errors.New("mnemonic: exactly 24 words are needed")
	ErrUnknown  = errors.New("mnemonic: a word is not on the list")
	ErrChecksum = errors.New("mnemonic: the checksum does not match: a word is wrong or out of place")
	ErrEntropy  = errors.New("mnemonic: the random generator failed")
	ErrTooLong  = errors.New("mnemonic: the input is too long")
)

// Mnemonic is a checked mnemonic. It prints as a placeholder, so that it cannot reach a
// log by accident; Reveal gives the words.
type Mnemonic struct{ words string }

// New draws a mnemonic from rnd, which is crypto/rand's Reader outside tests. It
// returns ErrEntropy if rnd fails.
func New(rnd io.Reader) (Mnemonic, error) {
	entropy := make([]byte, EntropySize)
	if _, err := io.ReadFull(rnd, entropy); err != nil {
		return Mnemonic{}, fmt.Errorf("%w: %w", ErrEntropy, err)
	}
	words, err := bip39.NewMnemonic(entropy)
	clear(entropy)
	if err != nil {
		return Mnemonic{}, fmt.Errorf("%w: %w", ErrEntropy, err)
	}
	return Mnemonic{words: words}, nil
}

// Parse reads 24 words separated by any white space, in any case. Errors: ErrWords,
// ErrUnknown (with the positions of the words), ErrChecksum.
func Parse(text string) (Mnemonic, error) {
	words := strings.Fields(strings.ToLower(text))
	if len(words) != Words {
		return Mnemonic{}, fmt.Errorf("%w, not %d", ErrWords, len(words))
	}
	for i, word := range words {
		if _, ok := bip39.ReverseWordMap[word]; !ok {
			return Mnemonic{}, fmt.Errorf("%w: number %d", ErrUnknown, i+1)
		}
	}
	joined := strings.Join(words, " ")
	// The library's own error would repeat the words; only its verdict is used.
	if !valid(joined) {
		return Mnemonic{}, ErrChecksum
	}
	return Mnemonic{words: joined}, nil
}

func valid(words string) bool {
	_, err := bip39.MnemonicToByteArray(words)
	return err == nil
}

// Read parses the mnemonic that r holds. Errors: those of Parse, ErrTooLong, r's own.
func Read(r io.Reader) (Mnemonic, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxInput+1))
	if err != nil {
		return Mnemonic{}, fmt.Errorf("mnemonic: reading: %w", err)
	}
	if len(raw) > MaxInput {
		return Mnemonic{}, ErrTooLong
	}
	return Parse(string(raw))
}

// Reveal returns the words, one space between them.
func (m Mnemonic) Reveal() string { return m.words }

// Seed returns the seed of BIP-39 (PBKDF2 with an empty passphrase), SeedSize bytes.
func (m Mnemonic) Seed() []byte { return bip39.NewSeed(m.words, "") }

// String hides the words.
func (Mnemonic) String() string { return "[24 secret words]" }

// GoString hides the words from %#v.
func (m Mnemonic) GoString() string { return m.String() }
