package ante

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/types"
)

// Keeper is what the decorators ask of the module's keeper.
type Keeper interface {
	// CheckBallot checks a ballot against the state at little cost: its election is open
	// at this block time, its sizes are those of the format and its nullifier is unused,
	// or its revision larger, and no other ballot with the nullifier is pending.
	CheckBallot(ctx context.Context, m *types.MsgCastBallot) error
	// CheckBallotProof rebuilds the public inputs from state and message and checks the
	// proof for them.
	CheckBallotProof(ctx context.Context, m *types.MsgCastBallot) error
	// ReserveBallot writes the ballot's nullifier into the state of this check, so that a
	// second ballot with it is refused.
	ReserveBallot(ctx context.Context, m *types.MsgCastBallot) error
	// CountOfficialMessage counts one message of an account against its quota of the block.
	CountOfficialMessage(ctx context.Context, signer sdk.AccAddress) error
}
