package keeper

import (
	"context"
	"fmt"
	"time"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/types"
)

// The explanations of an abort by the chain.
const (
	tooFewCommitted = "fewer trustees than the threshold committed to a deal before commit_deadline"
	tooFewDealt     = "fewer trustees than the threshold dealt before deal_deadline"
	tooFewConfirmed = "fewer trustees than the threshold confirmed their shares before confirm_deadline"
	keysDegenerate  = "the trustees' deals give no usable keys"
	rollNotSealed   = "the roll was not sealed before open_time"
	keysNotFinal    = "the keys were not final before open_time"
	noResult        = "no result was published before tally_deadline"
	internalFault   = "the chain could not take the next step of this election"
)

func deadlineKey(t time.Time, id uint64) leaf {
	return collections.Join(nanoseconds(t), id)
}

func nanoseconds(t time.Time) uint64 {
	return uint64(t.UnixNano())
}

// passDeadlines handles the deadlines that have come, earliest first, at most as many as
// the parameters allow; the rest waits for the next block. An election whose next step
// fails is aborted. Nothing here makes the block fail.
func (k *Keeper) passDeadlines(ctx sdk.Context) {
	limit := types.DefaultParams().MaxTransitionsPerBlock
	if params, err := k.params.Get(ctx); err == nil {
		limit = params.MaxTransitionsPerBlock
	} else {
		ctx.Logger().Error("reading parameters", "module", types.ModuleName, "err", err)
	}
	for range limit {
		next, found, err := k.firstDeadline(ctx)
		if err != nil {
			ctx.Logger().Error("reading the deadlines", "module", types.ModuleName, "err", err)
			return
		}
		if !found {
			return
		}
		k.passOrAbort(ctx, next)
	}
}

// firstDeadline returns the earliest deadline that is not after the block time.
func (k *Keeper) firstDeadline(ctx sdk.Context) (leaf, bool, error) {
	now := ctx.BlockTime().UnixNano()
	if now < 0 {
		return leaf{}, false, nil
	}
	through := new(collections.Range[leaf]).EndInclusive(collections.Join(uint64(now), ^uint64(0)))
	iterator, err := k.deadlines.Iterate(ctx, through)
	if err != nil {
		return leaf{}, false, err
	}
	defer func() { _ = iterator.Close() }()
	if !iterator.Valid() {
		return leaf{}, false, nil
	}
	key, err := iterator.Key()
	return key, err == nil, err
}

// passOrAbort takes the next step of one election, or aborts it if that fails. Either way
// the deadline is gone afterwards, so that no election can hold up the others.
func (k *Keeper) passOrAbort(ctx sdk.Context, deadline leaf) {
	id := deadline.K2()
	err := contained(ctx, func(ctx sdk.Context) error { return k.pass(ctx, deadline) })
	if err == nil {
		return
	}
	ctx.Logger().Error("next step of an election failed", "election", id, "err", err)
	k.abortAfterFault(ctx, id)
	if err := k.deadlines.Remove(ctx, deadline); err != nil {
		ctx.Logger().Error("dropping a deadline", "election", id, "err", err)
	}
}

// abortAfterFault ends an election that the chain cannot carry on: when unsure, nothing
// is released.
func (k *Keeper) abortAfterFault(ctx sdk.Context, id uint64) {
	err := contained(ctx, func(ctx sdk.Context) error {
		election, err := k.elections.Get(ctx, id)
		if err != nil {
			return err
		}
		if election.Ended() {
			return nil
		}
		before := election
		abort(ctx, &election, types.ABORT_REASON_INTERNAL_FAULT, internalFault)
		return k.save(ctx, &before, &election)
	})
	if err != nil {
		ctx.Logger().Error("aborting an election failed", "election", id, "err", err)
	}
}

// contained runs one election's work on a branch of the state, which is kept only if the
// work succeeds. A panic is an error like others: one election must not stop the chain.
func contained(ctx sdk.Context, work func(sdk.Context) error) (err error) {
	branch, keep := ctx.CacheContext()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	if err := work(branch); err != nil {
		return err
	}
	keep()
	return nil
}

// pass takes the step that an election's deadline calls for.
func (k *Keeper) pass(ctx sdk.Context, deadline leaf) error {
	election, err := k.Election(ctx, deadline.K2())
	if err != nil {
		return err
	}
	at, waiting := election.NextDeadline()
	if !waiting || nanoseconds(at) != deadline.K1() {
		return fmt.Errorf("deadline %d is not the next one of the election", deadline.K1())
	}
	before := election
	switch election.Phase {
	case types.PHASE_SETUP:
		err = k.passSetup(ctx, &election)
	case types.PHASE_OPEN:
		err = k.closeVoting(ctx, &election)
	case types.PHASE_CLOSED:
		abort(ctx, &election, types.ABORT_REASON_TALLY_DEADLINE, noResult)
	case types.PHASE_UNSPECIFIED, types.PHASE_TALLIED, types.PHASE_WITHHELD, types.PHASE_ABORTED:
		err = fmt.Errorf("an ended election has no deadline")
	}
	if err != nil {
		return err
	}
	return k.save(ctx, &before, &election)
}

func (k *Keeper) passSetup(ctx sdk.Context, election *types.Election) error {
	switch election.KeyGeneration.Status {
	case types.KEY_STATUS_COMMIT:
		return k.endCommit(ctx, election)
	case types.KEY_STATUS_DEAL:
		return k.endDeal(ctx, election)
	case types.KEY_STATUS_CONFIRM:
		return k.endConfirm(ctx, election)
	case types.KEY_STATUS_FINAL:
		open(ctx, election)
		return nil
	case types.KEY_STATUS_UNSPECIFIED, types.KEY_STATUS_FAILED:
	}
	abort(ctx, election, types.ABORT_REASON_KEYS_NOT_FINAL, keysNotFinal)
	return nil
}

// open begins the voting, if the roll is sealed. The keys are final.
func open(ctx sdk.Context, election *types.Election) {
	if election.Roll.Status != types.ROLL_STATUS_SEALED {
		abort(ctx, election, types.ABORT_REASON_ROLL_NOT_SEALED, rollNotSealed)
		return
	}
	election.Phase = types.PHASE_OPEN
}

// closeVoting freezes the sums. Nothing of a block at or after close_time is in them, and
// it costs the same after ten ballots or ten million.
func (k *Keeper) closeVoting(ctx context.Context, election *types.Election) error {
	tally, err := k.tallies.Get(ctx, election.Id)
	if err != nil {
		return err
	}
	tally.ClosedHeight = sdk.UnwrapSDKContext(ctx).BlockHeight()
	election.Phase = types.PHASE_CLOSED
	if tally.Ballots < election.MinBallots {
		election.Phase = types.PHASE_WITHHELD
	}
	return k.tallies.Set(ctx, election.Id, tally)
}

// abort ends an election without a result.
func abort(ctx sdk.Context, election *types.Election, reason types.AbortReason, explanation string) {
	election.Phase = types.PHASE_ABORTED
	election.Abort = &types.Abort{Reason: reason, Explanation: explanation, Height: ctx.BlockHeight()}
}
