package keeper

import (
	"context"
	"encoding/hex"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/types"
)

// CastBallot records a ballot. Everything was checked before the message reached this
// handler, and is checked again, should it ever come another way; a proof that this node
// has checked costs nothing the second time. The gas of a ballot is charged as a constant
// before; here its accesses are free, so that nothing of the state shows in it. Errors:
// those of ValidateBasic, CheckBallot and CheckBallotProof.
func (s msgServer) CastBallot(ctx context.Context, m *types.MsgCastBallot) (*types.MsgCastBallotResponse, error) {
	if err := m.ValidateBasic(); err != nil {
		return nil, err
	}
	sdkCtx := unmetered(sdk.UnwrapSDKContext(ctx))
	accepted, err := s.checkBallot(sdkCtx, m)
	if err != nil {
		return nil, err
	}
	cast, err := s.checkProof(sdkCtx, m, &accepted.election)
	if err != nil {
		return nil, err
	}
	if err := s.record(sdkCtx, m); err != nil {
		return nil, err
	}
	if err := s.note(sdkCtx, m, accepted.replaced); err != nil {
		return nil, err
	}
	return &types.MsgCastBallotResponse{}, sdkCtx.EventManager().EmitTypedEvent(&types.EventBallotCast{
		ElectionId:   m.ElectionId,
		Nullifier:    hex.EncodeToString(m.Nullifier),
		TrackingCode: ballot.TrackingCode(cast.Digest()),
	})
}
