package ante

import sdk "github.com/cosmos/cosmos-sdk/types"

// BallotStateDecorator checks a ballot against the chain's state: the election is open at
// this block time and the nullifier is unused.
type BallotStateDecorator struct {
	// Keeper of the module.
	Keeper Keeper
}

// AnteHandle refuses with the error of the keeper's CheckBallot.
func (d BallotStateDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	m, err := ballotOf(tx)
	if err != nil {
		return ctx, err
	}
	if err := d.Keeper.CheckBallot(ctx, m); err != nil {
		return ctx, err
	}
	return next(ctx, tx, simulate)
}
