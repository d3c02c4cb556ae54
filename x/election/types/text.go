package types

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// The longest texts, in characters (Unicode code points).
const (
	MaxTitleLength       = 200
	MaxDescriptionLength = 4000
	MaxOptionLength      = 100
	MaxExplanationLength = 1000
)

// maxAddressLength is more characters than any account address has; a longer text is not
// even decoded.
const maxAddressLength = 128

// ParseAddress decodes a Bech32 account address. Only the lower-case form that the chain
// itself prints is accepted, so that two texts never name one account. It returns
// ErrInvalidEncoding.
func ParseAddress(address string) (sdk.AccAddress, error) {
	if len(address) > maxAddressLength {
		return nil, errorsmod.Wrap(ErrInvalidEncoding, "address is too long")
	}
	decoded, err := sdk.AccAddressFromBech32(address)
	if err != nil {
		return nil, errorsmod.Wrapf(ErrInvalidEncoding, "address %q: %s", address, err)
	}
	if decoded.String() != address {
		return nil, errorsmod.Wrapf(ErrInvalidEncoding, "address %q: write it as %s", address, decoded)
	}
	return decoded, nil
}

// validateText checks a text that people will read: valid UTF-8 in normal form C, of
// least to most characters, without spaces around it and without characters that hide,
// reorder or break what is shown (control, format, bidirectional, zero-width, private
// use). Line breaks are allowed where lines is true. The error says what to change and
// has no code; the caller gives it one. Emoji joined by an invisible character are refused
// with all others that hold one.
func validateText(name, text string, least, most int, lines bool) error {
	// Bytes first: what follows costs as much as the text is long.
	if len(text) > most*utf8.UTFMax {
		return textError(name, "is longer than %d characters: shorten it", most)
	}
	if !utf8.ValidString(text) {
		return textError(name, "is not valid UTF-8")
	}
	if n := utf8.RuneCountInString(text); n > most {
		return textError(name, "has %d characters: shorten it to at most %d", n, most)
	} else if n < least {
		return textError(name, "is empty: write at least %d character", least)
	}
	if !norm.NFC.IsNormalString(text) {
		return textError(name, "is not in Unicode normal form C: normalise it")
	}
	if strings.TrimSpace(text) != text {
		return textError(name, "begins or ends with a space: remove it")
	}
	for _, r := range text {
		if lines && r == '\n' {
			continue
		}
		// Cc control, Cf format (bidirectional marks, zero-width), Co private use,
		// Zl and Zp line and paragraph separators, and the blank letters that show nothing.
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point) {
			return textError(name, "holds the character U+%04X, which is invisible or changes the order of the text: remove it", r)
		}
	}
	return nil
}

func textError(name, format string, args ...any) error {
	return fmt.Errorf("%s %s", name, fmt.Sprintf(format, args...))
}
