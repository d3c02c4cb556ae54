package keeper

import (
	"context"
	"errors"
	"math"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/dleq"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/keygen"
	"github.com/evoted/evoted/x/election/types"
)

// SubmitDecryptionShare records a trustee's share of the frozen sum. A share that is well
// formed but does not verify is no error: it is recorded against the trustee, who may
// send a right one. Errors: ErrUnauthorised, ErrWrongPhase, ErrAlreadyDone, ErrShare.
func (s msgServer) SubmitDecryptionShare(ctx context.Context, m *types.MsgSubmitDecryptionShare) (*types.MsgSubmitDecryptionShareResponse, error) {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	if err := m.ValidateBasic(); err != nil {
		return nil, err
	}
	election, index, err := s.trustee(ctx, m.ElectionId, m.Trustee)
	if err != nil {
		return nil, err
	}
	if err := requireClosed(sdkCtx, &election); err != nil {
		return nil, err
	}
	key := collections.Join(election.Id, index)
	recorded, err := s.shares.Has(ctx, key)
	if err != nil {
		return nil, err
	}
	if recorded {
		return nil, errorsmod.Wrap(types.ErrAlreadyDone, "a valid share of this trustee is recorded")
	}
	p, err := parameters(sdkCtx.ChainID(), &election)
	if err != nil {
		return nil, err
	}
	commitments := uint64(p.Threshold) * uint64(len(election.KeyGeneration.Qualified))
	charge(sdkCtx, uint64(p.Slots)*(GasShareSlot+GasSharePoint*commitments), "decryption share")
	points, proof, err := parseShare(p, m.Share, m.Proof)
	if err != nil {
		return nil, err
	}
	accepted, err := s.shareHolds(ctx, p, &election, index, points, proof)
	if err != nil {
		return nil, err
	}
	if accepted {
		share := types.DecryptionShare{Index: index, Share: m.Share, Proof: m.Proof, Height: sdkCtx.BlockHeight()}
		err = s.shares.Set(ctx, key, share)
	} else {
		err = s.recordInvalidShare(sdkCtx, key)
	}
	if err != nil {
		return nil, err
	}
	return &types.MsgSubmitDecryptionShareResponse{Accepted: accepted}, sdkCtx.EventManager().EmitTypedEvent(
		&types.EventDecryptionShare{ElectionId: election.Id, Index: index, Accepted: accepted})
}

func parseShare(p keygen.Parameters, share, proof []byte) ([]curve.Point, dleq.Proof, error) {
	points, err := curve.SplitPoints(share, p.Slots, curve.ParsePoint)
	if err != nil {
		return nil, dleq.Proof{}, errorsmod.Wrap(types.ErrShare, err.Error())
	}
	parsed, err := dleq.Parse(proof)
	if err != nil {
		return nil, dleq.Proof{}, errorsmod.Wrap(types.ErrShare, err.Error())
	}
	return points, parsed, nil
}

// shareHolds reports whether a share is the trustee's true share of the frozen sum.
func (k *Keeper) shareHolds(ctx context.Context, p keygen.Parameters, election *types.Election, index uint32, points []curve.Point, proof dleq.Proof) (bool, error) {
	sum, err := k.frozenSum(ctx, p, election.Id)
	if err != nil {
		return false, err
	}
	deals, err := k.readDeals(ctx, p, election.Id, election.KeyGeneration.Qualified)
	if err != nil {
		return false, err
	}
	keys, err := keygen.VerificationKeys(p, deals, int(index))
	if err != nil {
		return false, err
	}
	return keygen.VerifyDecryptionShare(p, int(index), keys, sum, points, proof) == nil, nil
}

func (k *Keeper) frozenSum(ctx context.Context, p keygen.Parameters, id uint64) (elgamal.Ciphertext, error) {
	tally, err := k.tallies.Get(ctx, id)
	if err != nil {
		return elgamal.Ciphertext{}, err
	}
	return elgamal.Parse(tally.Sum, p.Slots)
}

func (k *Keeper) recordInvalidShare(ctx sdk.Context, key indexed) error {
	invalid, err := k.invalidShares.Get(ctx, key)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	invalid.Index = key.K2()
	if invalid.Count < math.MaxUint32 {
		invalid.Count++
	}
	invalid.Height = ctx.BlockHeight()
	return k.invalidShares.Set(ctx, key, invalid)
}

// PublishResult records the totals of a closed election, if they are what the decryption
// shares open. Anyone with an account may send it, since nobody can send a wrong result.
// Errors: ErrUnauthorised, ErrWrongPhase, ErrTooFewShares, ErrResult.
func (s msgServer) PublishResult(ctx context.Context, m *types.MsgPublishResult) (*types.MsgPublishResultResponse, error) {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	if err := m.ValidateBasic(); err != nil {
		return nil, err
	}
	if _, err := s.existing(ctx, "sender", m.Sender); err != nil {
		return nil, errorsmod.Wrap(types.ErrUnauthorised, err.Error())
	}
	election, err := s.Election(ctx, m.ElectionId)
	if err != nil {
		return nil, err
	}
	if err := requireClosed(sdkCtx, &election); err != nil {
		return nil, err
	}
	p, err := parameters(sdkCtx.ChainID(), &election)
	if err != nil {
		return nil, err
	}
	if err := boundTotals(p, &election, m.Totals); err != nil {
		return nil, err
	}
	charge(sdkCtx, GasResultSlot*uint64(p.Slots), "result")
	if err := s.checkTotals(ctx, p, &election, m.Totals); err != nil {
		return nil, err
	}
	tally, err := s.tallies.Get(ctx, election.Id)
	if err != nil {
		return nil, err
	}
	tally.Totals = m.Totals
	tally.TalliedHeight = sdkCtx.BlockHeight()
	if err := s.tallies.Set(ctx, election.Id, tally); err != nil {
		return nil, err
	}
	before := election
	election.Phase = types.PHASE_TALLIED
	return &types.MsgPublishResultResponse{}, s.save(sdkCtx, &before, &election)
}

// boundTotals checks that there is one total a slot, none larger than all the voting
// power could make it. Without the bound, a total plus a multiple of the group's order
// would be accepted as well.
func boundTotals(p keygen.Parameters, election *types.Election, totals []uint64) error {
	if len(totals) != p.Slots {
		return errorsmod.Wrapf(types.ErrResult, "%d totals, the ballot format has %d", len(totals), p.Slots)
	}
	manifest, err := types.ManifestOf(*election)
	if err != nil {
		return err
	}
	rules, most := manifest.Rules(), election.Roll.TotalPower*manifest.LargestSlot() // enrolment keeps it within 2^40
	for i, total := range totals {
		bound := most
		if rules.Cap[i] == 0 {
			bound = 0 // no option has this slot
		}
		if total > bound {
			return errorsmod.Wrapf(types.ErrResult, "total %d is %d, at most %d is possible", i+1, total, bound)
		}
	}
	return nil
}

// checkTotals compares the totals with what the shares of lowest index open.
func (k *Keeper) checkTotals(ctx context.Context, p keygen.Parameters, election *types.Election, totals []uint64) error {
	recorded, err := collect(ctx, k.shares, election.Id)
	if err != nil {
		return err
	}
	if len(recorded) < p.Threshold {
		return errorsmod.Wrapf(types.ErrTooFewShares, "%d valid shares, %d are needed", len(recorded), p.Threshold)
	}
	shares := make([]keygen.IndexedShare, 0, p.Threshold)
	for i := range recorded[:p.Threshold] {
		// Checked when they were recorded; here only decoded.
		points, err := curve.SplitPoints(recorded[i].Share, p.Slots, curve.ParseOnCurve)
		if err != nil {
			return err
		}
		shares = append(shares, keygen.IndexedShare{Index: int(recorded[i].Index), D: points})
	}
	sum, err := k.frozenSum(ctx, p, election.Id)
	if err != nil {
		return err
	}
	opened, err := keygen.CombineShares(p, sum, shares)
	if err != nil {
		return err
	}
	for i, total := range totals {
		if !curve.BaseMul(curve.NewScalar(total)).Equal(opened[i]) {
			return errorsmod.Wrapf(types.ErrResult, "total %d is not what the shares open", i+1)
		}
	}
	return nil
}
