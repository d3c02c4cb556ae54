package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// BeginBlock passes the deadlines that have come. It never fails: a block must not depend
// on one election.
func (k *Keeper) BeginBlock(ctx context.Context) error {
	k.passDeadlines(sdk.UnwrapSDKContext(ctx))
	return nil
}

// EndBlock adds the block's ballots to the sums. It never fails.
func (k *Keeper) EndBlock(ctx context.Context) error {
	k.addBallots(sdk.UnwrapSDKContext(ctx))
	return nil
}
