package localnet

import (
	"crypto/rand"

	"github.com/cosmos/cosmos-sdk/crypto/hd"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/client/mnemonic"
	"github.com/evoted/evoted/x/election/client/trustee"
)

// makeAccount makes a key with a new mnemonic, which is not kept: a local network is
// thrown away.
func makeAccount(_ string, ring keyring.Keyring, name string) (string, error) {
	record, _, err := ring.NewMnemonic(name, keyring.English, sdk.GetConfig().GetFullBIP44Path(), keyring.DefaultBIP39Passphrase, hd.Secp256k1)
	if err != nil {
		return "", err
	}
	address, err := record.GetAddress()
	if err != nil {
		return "", err
	}
	return address.String(), nil
}

// makeTrustee makes the key of a trustee's account and the file with its secret for the
// key generation.
func makeTrustee(home string, ring keyring.Keyring, name string) (string, error) {
	words, err := mnemonic.New(rand.Reader)
	if err != nil {
		return "", err
	}
	return trustee.Create(home, ring, name, words.Reveal())
}
