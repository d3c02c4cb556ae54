package ante

import (
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
)

// MaxMemoLength is the longest memo of an official transaction, in bytes.
const MaxMemoLength = 256

// OfficialMemoDecorator bounds the memo: room for a reference, not for storage.
type OfficialMemoDecorator struct{}

// AnteHandle refuses a longer memo with ErrMemoTooLarge.
func (OfficialMemoDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	parts, err := envelope(tx)
	if err != nil {
		return ctx, err
	}
	if length := len(parts.Body.Memo); length > MaxMemoLength {
		return ctx, errorsmod.Wrapf(sdkerrors.ErrMemoTooLarge, "%d bytes, at most %d are allowed", length, MaxMemoLength)
	}
	return next(ctx, tx, simulate)
}
