package types

import (
	"strings"

	"cosmossdk.io/core/address"
	errorsmod "cosmossdk.io/errors"
)

// faultDivisor: an organisation with 1/faultDivisor of the power or more could stop or, if
// it lies, split the chain.
const faultDivisor = 3

// DefaultGenesis returns the parameters of a chain for real use and no authority: they
// must be named before the chain can start.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Params: Params{}, Authorities: []Authority{}}
}

// Validate checks that the set can start a chain: every authority is valid, no two share a
// moniker (letter case aside), an operator or a consensus key, there are MinAuthorities or
// more and no organisation holds a third of the power or more. With params.development the
// last two rules are waived, but one authority there must be.
func (gs GenesisState) Validate(codec address.Codec) error {
	if len(gs.Authorities) == 0 {
		return errorsmod.Wrap(ErrNotFaultTolerant, "there is no authority")
	}
	monikers := make(map[string]struct{}, len(gs.Authorities))
	operators := make(map[string]struct{}, len(gs.Authorities))
	keys := make(map[string]struct{}, len(gs.Authorities))
	for _, authority := range gs.Authorities {
		if err := authority.Validate(codec); err != nil {
			return errorsmod.Wrapf(err, "authority %q", authority.Moniker)
		}
		if !add(monikers, strings.ToLower(authority.Moniker)) {
			return errorsmod.Wrapf(ErrDuplicate, "two authorities are called %q", authority.Moniker)
		}
		if !add(operators, authority.Operator) {
			return errorsmod.Wrapf(ErrDuplicate, "operator %s runs two authorities", authority.Operator)
		}
		if !add(keys, string(authority.ConsensusKey)) {
			return errorsmod.Wrapf(ErrDuplicate, "authority %q has the consensus key of another", authority.Moniker)
		}
	}
	if gs.Params.Development {
		return nil
	}
	return gs.validateTolerance()
}

// validateTolerance checks that one faulty authority, and one faulty organisation with all
// the authorities it runs, neither stop nor split the chain.
func (gs GenesisState) validateTolerance() error {
	total := len(gs.Authorities)
	if total < MinAuthorities {
		return errorsmod.Wrapf(ErrNotFaultTolerant,
			"%d authorities, at least %d are needed (or set params.development)", total, MinAuthorities)
	}
	held := make(map[string]int, total)
	for _, authority := range gs.Authorities {
		name := strings.ToLower(authority.Organisation)
		held[name]++
		if held[name]*faultDivisor >= total {
			return errorsmod.Wrapf(ErrNotFaultTolerant,
				"organisation %q holds a third or more of the power", authority.Organisation)
		}
	}
	return nil
}

// add puts key into the set and tells whether it was new.
func add(set map[string]struct{}, key string) bool {
	if _, there := set[key]; there {
		return false
	}
	set[key] = struct{}{}
	return true
}
