package ante

import sdk "github.com/cosmos/cosmos-sdk/types"

// BallotProofDecorator checks the proof, the dearest check of all. A ballot in the mempool
// has passed it, so it is not repeated on recheck; and since anybody may ask for a
// simulation, it is no part of one.
type BallotProofDecorator struct {
	// Keeper of the module.
	Keeper Keeper
}

// AnteHandle refuses with the error of the keeper's CheckBallotProof.
func (d BallotProofDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	if ctx.IsReCheckTx() || simulate {
		return next(ctx, tx, simulate)
	}
	m, err := ballotOf(tx)
	if err != nil {
		return ctx, err
	}
	if err := d.Keeper.CheckBallotProof(ctx, m); err != nil {
		return ctx, err
	}
	return next(ctx, tx, simulate)
}
