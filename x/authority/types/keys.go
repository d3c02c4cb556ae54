// Package types holds the state, the errors and the genesis rules of the authority
// module: the set of organisations that run the chain.
package types

import "cosmossdk.io/collections"

const (
	// ModuleName is the name of the module.
	ModuleName = "authority"
	// StoreKey names the module's store.
	StoreKey = ModuleName
	// Power is the voting power of every authority in CometBFT. It is the same for
	// all, so that no authority counts for more than another.
	Power int64 = 1
	// MinAuthorities is the smallest set that tolerates one fault.
	MinAuthorities = 4
)

// The prefixes of the module's store.
var (
	// ParamsPrefix: 0x01 -> Params.
	ParamsPrefix = collections.NewPrefix(1)
	// AuthoritiesPrefix: 0x02 | operator address -> Authority.
	AuthoritiesPrefix = collections.NewPrefix(2)
)
