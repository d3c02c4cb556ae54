package types

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/crypto/mldsa65"
	cmtcrypto "github.com/cometbft/cometbft/proto/tendermint/crypto"

	"cosmossdk.io/core/address"
	errorsmod "cosmossdk.io/errors"
)

const (
	// KeyTypeEd25519 names Ed25519 consensus keys.
	KeyTypeEd25519 = ed25519.KeyType
	// KeyTypeMLDSA65 names ML-DSA-65 (FIPS 204) consensus keys.
	KeyTypeMLDSA65 = mldsa65.KeyType

	// MaxMonikerLength is the longest moniker, in bytes.
	MaxMonikerLength = 70
	// MaxOrganisationLength is the longest name of an organisation, in bytes.
	MaxOrganisationLength = 140
	// MaxEndpointLength is the longest endpoint, in bytes.
	MaxEndpointLength = 255

	// maxPort is the largest TCP port.
	maxPort = 65535
)

// Validate checks one authority by itself: its texts, its operator's address in the one
// canonical spelling of the codec, its consensus key and its endpoint. It returns
// ErrInvalidAuthority or ErrConsensusKey.
func (a Authority) Validate(codec address.Codec) error {
	if err := validateText("moniker", a.Moniker, MaxMonikerLength); err != nil {
		return err
	}
	if err := validateText("organisation", a.Organisation, MaxOrganisationLength); err != nil {
		return err
	}
	if err := validateOperator(codec, a.Operator); err != nil {
		return err
	}
	if err := validateEndpoint(a.Endpoint); err != nil {
		return err
	}
	_, err := a.PublicKey()
	return err
}

// PublicKey returns the consensus key as CometBFT knows it. It returns ErrConsensusKey for
// an unknown type or a wrong length.
func (a Authority) PublicKey() (cmtcrypto.PublicKey, error) {
	var want int
	switch a.ConsensusKeyType {
	case KeyTypeEd25519:
		want = ed25519.PubKeySize
	case KeyTypeMLDSA65:
		want = mldsa65.PubKeySize
	default:
		return cmtcrypto.PublicKey{}, errorsmod.Wrapf(ErrConsensusKey,
			"type is %q, want %q or %q", a.ConsensusKeyType, KeyTypeEd25519, KeyTypeMLDSA65)
	}
	if len(a.ConsensusKey) != want {
		return cmtcrypto.PublicKey{}, errorsmod.Wrapf(ErrConsensusKey,
			"%s key has %d bytes, want %d", a.ConsensusKeyType, len(a.ConsensusKey), want)
	}
	if a.ConsensusKeyType == KeyTypeMLDSA65 {
		return cmtcrypto.PublicKey{Sum: &cmtcrypto.PublicKey_Mldsa65{Mldsa65: a.ConsensusKey}}, nil
	}
	return cmtcrypto.PublicKey{Sum: &cmtcrypto.PublicKey_Ed25519{Ed25519: a.ConsensusKey}}, nil
}

// ValidatorUpdate returns what CometBFT is told about the authority. It returns
// ErrConsensusKey if the key is not valid.
func (a Authority) ValidatorUpdate() (abci.ValidatorUpdate, error) {
	key, err := a.PublicKey()
	if err != nil {
		return abci.ValidatorUpdate{}, err
	}
	return abci.ValidatorUpdate{PubKey: key, Power: Power}, nil
}

// validateText checks a text that people will read: there, not too long, valid UTF-8,
// printable, and without spaces around it that would make two names look the same.
func validateText(field, text string, limit int) error {
	switch {
	case text == "":
		return errorsmod.Wrapf(ErrInvalidAuthority, "%s is empty", field)
	case len(text) > limit:
		return errorsmod.Wrapf(ErrInvalidAuthority, "%s has %d bytes, at most %d are allowed", field, len(text), limit)
	case !utf8.ValidString(text):
		return errorsmod.Wrapf(ErrInvalidAuthority, "%s is not valid UTF-8", field)
	case strings.TrimSpace(text) != text:
		return errorsmod.Wrapf(ErrInvalidAuthority, "%s begins or ends with a space", field)
	case strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }):
		return errorsmod.Wrapf(ErrInvalidAuthority, "%s holds a character that cannot be printed", field)
	}
	return nil
}

// validateOperator accepts an address in one spelling only: bech32 also allows upper case,
// and one account under two spellings would pass as two.
func validateOperator(codec address.Codec, operator string) error {
	raw, err := codec.StringToBytes(operator)
	if err != nil {
		return errorsmod.Wrapf(ErrInvalidAuthority, "operator %q: %s", operator, err)
	}
	canonical, err := codec.BytesToString(raw)
	if err != nil || canonical != operator {
		return errorsmod.Wrapf(ErrInvalidAuthority, "operator %q is not written as %q", operator, canonical)
	}
	return nil
}

// validateEndpoint checks the public address of an authority: scheme, host and, if there
// is one, port. Credentials, queries and fragments have no place in a published address.
func validateEndpoint(endpoint string) error {
	if endpoint == "" || len(endpoint) > MaxEndpointLength {
		return errorsmod.Wrapf(ErrInvalidAuthority, "endpoint must have 1 to %d bytes", MaxEndpointLength)
	}
	parsed, err := url.Parse(endpoint)
	if err != nil {
		return errorsmod.Wrapf(ErrInvalidAuthority, "endpoint: %s", err)
	}
	switch {
	case !slices.Contains([]string{"http", "https", "tcp"}, parsed.Scheme):
		return errorsmod.Wrapf(ErrInvalidAuthority, "endpoint %q must begin with http://, https:// or tcp://", endpoint)
	case parsed.Hostname() == "":
		return errorsmod.Wrapf(ErrInvalidAuthority, "endpoint %q names no host", endpoint)
	case parsed.User != nil || parsed.RawQuery != "" || parsed.ForceQuery || parsed.Fragment != "":
		return errorsmod.Wrapf(ErrInvalidAuthority, "endpoint %q must be scheme, host, port and path only", endpoint)
	}
	if port := parsed.Port(); port != "" {
		if number, err := strconv.Atoi(port); err != nil || number < 1 || number > maxPort {
			return errorsmod.Wrapf(ErrInvalidAuthority, "endpoint %q has an impossible port", endpoint)
		}
	}
	return nil
}
