package ante

import sdk "github.com/cosmos/cosmos-sdk/types"

// BallotEncodingDecorator checks that every value inside the ballot is in its one
// canonical form: a nullifier accepted as x and as x + r would be two votes.
type BallotEncodingDecorator struct{}

// AnteHandle refuses with the error of MsgCastBallot.ValidateBasic.
func (BallotEncodingDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	if ctx.IsReCheckTx() {
		return next(ctx, tx, simulate)
	}
	m, err := ballotOf(tx)
	if err != nil {
		return ctx, err
	}
	if err := m.ValidateBasic(); err != nil {
		return ctx, err
	}
	return next(ctx, tx, simulate)
}
