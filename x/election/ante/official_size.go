package ante

import (
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
)

// OfficialSizeDecorator bounds the length of a transaction by what its messages can need.
type OfficialSizeDecorator struct{}

// AnteHandle refuses a longer transaction with ErrTxTooLarge.
func (OfficialSizeDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	limit := maxOfficialSize
	for _, message := range tx.GetMsgs() {
		limit = max(limit, officialMessages[sdk.MsgTypeURL(message)])
	}
	if size := len(ctx.TxBytes()); size > limit {
		return ctx, errorsmod.Wrapf(sdkerrors.ErrTxTooLarge, "%d bytes, at most %d are allowed", size, limit)
	}
	return next(ctx, tx, simulate)
}
