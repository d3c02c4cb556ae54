package ante

import (
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
)

// OfficialExtensionDecorator refuses extension options, also those that a transaction calls
// non-critical: the chain knows none, so they could only carry ballast.
type OfficialExtensionDecorator struct{}

// AnteHandle refuses with ErrUnknownExtensionOptions.
func (OfficialExtensionDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	parts, err := envelope(tx)
	if err != nil {
		return ctx, err
	}
	if len(parts.Body.ExtensionOptions)+len(parts.Body.NonCriticalExtensionOptions) != 0 {
		return ctx, errorsmod.Wrap(sdkerrors.ErrUnknownExtensionOptions, "the chain knows no extension options")
	}
	return next(ctx, tx, simulate)
}
