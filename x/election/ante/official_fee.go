package ante

import (
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
)

// OfficialFeeDecorator refuses a fee, and anybody to pay it: the chain has no coins, and a
// payer would be a second signer.
type OfficialFeeDecorator struct{}

// AnteHandle refuses with ErrInvalidCoins.
func (OfficialFeeDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	parts, err := envelope(tx)
	if err != nil {
		return ctx, err
	}
	fee := parts.AuthInfo.Fee
	if len(fee.Amount) != 0 || fee.Payer != "" || fee.Granter != "" {
		return ctx, errorsmod.Wrap(sdkerrors.ErrInvalidCoins, "transactions are free: state no fee, payer or granter")
	}
	return next(ctx, tx, simulate)
}
