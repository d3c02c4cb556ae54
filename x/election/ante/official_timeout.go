package ante

import (
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
)

// OfficialTimeoutDecorator refuses unordered transactions: what protects an official's
// transaction against being sent twice is the account's sequence alone. A timeout in height
// or time may be set; whether it has passed is checked by the SDK's decorator.
type OfficialTimeoutDecorator struct{}

// AnteHandle refuses with ErrNotSupported.
func (OfficialTimeoutDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	parts, err := envelope(tx)
	if err != nil {
		return ctx, err
	}
	if parts.Body.Unordered {
		return ctx, errorsmod.Wrap(sdkerrors.ErrNotSupported, "unordered transactions are not accepted")
	}
	return next(ctx, tx, simulate)
}
