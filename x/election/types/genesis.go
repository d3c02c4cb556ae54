package types

import (
	"encoding/hex"
	"fmt"

	errorsmod "cosmossdk.io/errors"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/proof/key"
)

// maxNextElectionID bounds the count of elections far above what can be reached, and far
// below where it would begin again.
const maxNextElectionID = 1 << 63

// maxSetupLength bounds the text that tells how a circuit's keys were made.
const maxSetupLength = 128

// DefaultGenesis returns the state of a chain without circuits and elections. Circuits are
// added before the chain starts; without one no election can be created.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Params: DefaultParams(), NextElectionId: 1}
}

// Validate checks the genesis as strictly as can be without the chain's id: order,
// encodings, and that every election agrees with its own roll, ballots and shares. Keys
// and deals are bound to the chain id and are checked when the genesis is put into the
// state. Errors: ErrInvalidGenesis, ErrInvalidParams.
func (g *GenesisState) Validate() error {
	if g == nil {
		return errorsmod.Wrap(ErrInvalidGenesis, "no genesis")
	}
	if err := g.Params.Validate(); err != nil {
		return err
	}
	for i := range g.Circuits {
		if i > 0 && g.Circuits[i-1].Format >= g.Circuits[i].Format {
			return errorsmod.Wrap(ErrInvalidGenesis, "circuits are not in the order of their formats, or one is there twice")
		}
		if _, err := g.Circuits[i].Validate(); err != nil {
			return errorsmod.Wrapf(ErrInvalidGenesis, "circuit %d: %s", i+1, err)
		}
	}
	if err := validateTrusteeKeys(g.TrusteeKeys); err != nil {
		return errorsmod.Wrap(ErrInvalidGenesis, err.Error())
	}
	return g.validateElections()
}

func (g *GenesisState) validateElections() error {
	if g.NextElectionId == 0 || g.NextElectionId > maxNextElectionID {
		return errorsmod.Wrapf(ErrInvalidGenesis, "next_election_id is %d, it must be from 1 to 2^63", g.NextElectionId)
	}
	for i := range g.Elections {
		id := g.Elections[i].Election.Id
		if id == 0 || id >= g.NextElectionId || i > 0 && g.Elections[i-1].Election.Id >= id {
			return errorsmod.Wrapf(ErrInvalidGenesis, "election id %d is out of order or not below next_election_id %d", id, g.NextElectionId)
		}
		if err := g.Elections[i].validate(g.Circuits); err != nil {
			return errorsmod.Wrapf(ErrInvalidGenesis, "election %d: %s", id, err)
		}
	}
	return nil
}

// Validate checks a circuit and returns its parsed verifying key.
func (c *Circuit) Validate() (*key.VerifyingKey, error) {
	format, err := ballot.FormatByName(c.Format)
	if err != nil {
		return nil, err
	}
	if err := validateDigest("circuit_digest", c.CircuitDigest); err != nil {
		return nil, err
	}
	if err := validateDigest("proving_key_digest", c.ProvingKeyDigest); err != nil {
		return nil, err
	}
	if err := validateText("setup", c.Setup, 1, maxSetupLength, false); err != nil {
		return nil, err
	}
	return key.ParseVerifyingKey(c.VerifyingKey, format)
}

func validateDigest(name, digest string) error {
	b, err := hex.DecodeString(digest)
	if err != nil || len(b) != HashSize || hex.EncodeToString(b) != digest {
		return fmt.Errorf("%s must be %d lower-case hexadecimal digits", name, 2*HashSize)
	}
	return nil
}

func validateTrusteeKeys(keys []TrusteeKey) error {
	previous := ""
	for i := range keys {
		address, err := ParseAddress(keys[i].Trustee)
		if err != nil {
			return err
		}
		// The order of the store: by the bytes of the address.
		if string(address) <= previous {
			return fmt.Errorf("trustee keys are not in the order of their accounts, or %s is there twice", keys[i].Trustee)
		}
		previous = string(address)
		if err := validateTrusteeKey(keys[i].PublicKey, keys[i].Proof); err != nil {
			return fmt.Errorf("trustee %s: %w", keys[i].Trustee, err)
		}
	}
	return nil
}
