package ante

import sdk "github.com/cosmos/cosmos-sdk/types"

// BallotReserveDecorator takes the nullifier in the state of this check (mempool, proposal
// made or proposal received), so that one elector cannot fill mempools and blocks with
// ballots of which one can count. In the execution of a block the message records the
// ballot itself.
type BallotReserveDecorator struct {
	// Keeper of the module.
	Keeper Keeper
}

// AnteHandle refuses with the error of the keeper's ReserveBallot.
func (d BallotReserveDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	if ctx.ExecMode() == sdk.ExecModeFinalize || simulate {
		return next(ctx, tx, simulate)
	}
	m, err := ballotOf(tx)
	if err != nil {
		return ctx, err
	}
	if err := d.Keeper.ReserveBallot(ctx, m); err != nil {
		return ctx, err
	}
	return next(ctx, tx, simulate)
}
