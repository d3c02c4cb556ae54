package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/types"
)

// CommitDeal records the hash of a trustee's deal, before anyone's deal is known. When all
// trustees have committed the deals begin at once. Errors: ErrUnauthorised, ErrWrongPhase,
// ErrAlreadyDone, ErrDeal.
func (s msgServer) CommitDeal(ctx context.Context, m *types.MsgCommitDeal) (*types.MsgCommitDealResponse, error) {
	if err := m.ValidateBasic(); err != nil {
		return nil, err
	}
	turn, err := s.takeTurn(ctx, m.ElectionId, m.Trustee, types.KEY_STATUS_COMMIT)
	if err != nil {
		return nil, err
	}
	if len(turn.contribution.Commitment) > 0 {
		return nil, errorsmod.Wrap(types.ErrAlreadyDone, "a commitment is final: nobody may choose again")
	}
	turn.contribution.Commitment = m.Commitment
	err = s.endTurn(ctx, turn, func(p progress) bool { return p.committed == len(turn.election.Trustees) }, s.endCommit)
	return &types.MsgCommitDealResponse{}, err
}

// SubmitDeal records a trustee's deal, if it is the committed one and everything public in
// it is right. When all that committed have dealt the confirmations begin at once. Errors:
// ErrUnauthorised, ErrWrongPhase, ErrAlreadyDone, ErrDeal.
func (s msgServer) SubmitDeal(ctx context.Context, m *types.MsgSubmitDeal) (*types.MsgSubmitDealResponse, error) {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	if err := m.ValidateBasic(); err != nil {
		return nil, err
	}
	turn, err := s.takeTurn(ctx, m.ElectionId, m.Trustee, types.KEY_STATUS_DEAL)
	if err != nil {
		return nil, err
	}
	if len(turn.contribution.Commitment) == 0 {
		return nil, errorsmod.Wrap(types.ErrUnauthorised, "this trustee did not commit to a deal in time")
	}
	if len(turn.contribution.Deal) > 0 {
		return nil, errorsmod.Wrap(types.ErrAlreadyDone, "the deal is recorded")
	}
	p, err := parameters(sdkCtx.ChainID(), &turn.election)
	if err != nil {
		return nil, err
	}
	charge(sdkCtx, GasDealPoint*uint64(p.Slots)*uint64(p.Threshold), "deal")
	deal, err := checkDeal(p, turn.contribution.Index, turn.contribution.Commitment, m.Deal)
	if err != nil {
		return nil, err
	}
	s.deals.add(deal)
	turn.contribution.Deal = m.Deal
	err = s.endTurn(ctx, turn, func(p progress) bool { return p.dealt == p.committed }, s.endDeal)
	return &types.MsgSubmitDealResponse{}, err
}

// ConfirmDeals records that a trustee found its shares right. When all have, the keys are
// final at once. Errors: ErrUnauthorised, ErrWrongPhase, ErrAlreadyDone.
func (s msgServer) ConfirmDeals(ctx context.Context, m *types.MsgConfirmDeals) (*types.MsgConfirmDealsResponse, error) {
	if err := m.ValidateBasic(); err != nil {
		return nil, err
	}
	turn, err := s.takeTurn(ctx, m.ElectionId, m.Trustee, types.KEY_STATUS_CONFIRM)
	if err != nil {
		return nil, err
	}
	if turn.contribution.Confirmed {
		return nil, errorsmod.Wrap(types.ErrAlreadyDone, "the confirmation is recorded")
	}
	turn.contribution.Confirmed = true
	err = s.endTurn(ctx, turn, func(p progress) bool { return p.confirmed == len(turn.election.Trustees) }, s.endConfirm)
	return &types.MsgConfirmDealsResponse{}, err
}

// turn is a trustee's contribution to the key generation in the making.
type turn struct {
	election     types.Election
	contribution types.KeyContribution
}

// takeTurn checks that the trustee may contribute to this step now. Like the voting, a
// step ends at its deadline even if the chain records it some blocks late.
func (k *Keeper) takeTurn(ctx context.Context, id uint64, address string, step types.KeyStatus) (turn, error) {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	election, index, err := k.trustee(ctx, id, address)
	if err != nil {
		return turn{}, err
	}
	if err := requireSetup(sdkCtx, &election); err != nil {
		return turn{}, err
	}
	deadline, _ := election.NextDeadline()
	if election.KeyGeneration.Status != step || !sdkCtx.BlockTime().Before(deadline) {
		return turn{}, errorsmod.Wrapf(types.ErrWrongPhase, "the key generation of election %d is in %s", id, election.KeyGeneration.Status)
	}
	contribution, err := k.contribution(ctx, id, index)
	return turn{election: election, contribution: contribution}, err
}

// endTurn records a contribution, and goes on to the next step if it was the last one.
func (k *Keeper) endTurn(ctx context.Context, t turn, last func(progress) bool, end func(sdk.Context, *types.Election) error) error {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	if err := k.contributions.Set(ctx, collections.Join(t.election.Id, t.contribution.Index), t.contribution); err != nil {
		return err
	}
	event := &types.EventKeyContribution{
		ElectionId: t.election.Id, Index: t.contribution.Index, Step: t.election.KeyGeneration.Status,
	}
	if err := sdkCtx.EventManager().EmitTypedEvent(event); err != nil {
		return err
	}
	done, err := k.progress(ctx, t.election.Id)
	if err != nil || !last(done) {
		return err
	}
	before := t.election
	if err := end(sdkCtx, &t.election); err != nil {
		return err
	}
	return k.save(sdkCtx, &before, &t.election)
}
