package types

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/proof/key"
)

// AccountKeeper tells which accounts exist.
type AccountKeeper interface {
	// HasAccount reports whether an account has the address.
	HasAccount(ctx context.Context, address sdk.AccAddress) bool
}

// AuthorityKeeper tells who operates an authority, and what the chain is for.
type AuthorityKeeper interface {
	// IsOperator reports whether address is the operator account of an authority.
	IsOperator(ctx context.Context, address string) (bool, error)
	// Development reports whether the chain is for development, where one party may hold
	// every role.
	Development(ctx context.Context) (bool, error)
}

// ProofChecker checks ballot proofs. An implementation may remember which proofs it has
// checked: that only skips work, the answer is the same.
type ProofChecker interface {
	// Check returns nil if the proof holds for the public inputs under the key.
	Check(vk *key.VerifyingKey, publicInputs []field.Element, proof []byte) error
}
