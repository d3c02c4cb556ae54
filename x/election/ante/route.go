package ante

import (
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/evoted/evoted/x/election/types"
)

// Route sends a transaction to one of the two lanes. A transaction with a ballot must hold
// the ballot alone: beside another message it would give that message the ballots' free
// ride, or fail together with it. It returns ErrBallotNotAlone otherwise. A panic in a lane
// is a refusal of the transaction.
func Route(ballot, official sdk.AnteHandler) sdk.AnteHandler {
	return func(ctx sdk.Context, tx sdk.Tx, simulate bool) (newCtx sdk.Context, err error) {
		defer func() {
			if r := recover(); r != nil {
				newCtx, err = ctx, errorsmod.Wrapf(sdkerrors.ErrPanic, "checking a transaction: %v", r)
			}
		}()
		if _, err := envelope(tx); err != nil {
			return ctx, err
		}
		messages := tx.GetMsgs()
		for _, message := range messages {
			if _, ok := message.(*types.MsgCastBallot); !ok {
				continue
			}
			if len(messages) != 1 {
				return ctx, errorsmod.Wrapf(types.ErrBallotNotAlone, "%d messages", len(messages))
			}
			return ballot(ctx, tx, simulate)
		}
		return official(ctx, tx, simulate)
	}
}
