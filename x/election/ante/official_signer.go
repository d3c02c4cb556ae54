package ante

import (
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	sdktx "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"
)

// OfficialSignerDecorator wants one signer with one plain signature over the bytes of the
// transaction. A message without signers would otherwise pass the SDK's signature check
// (no signature for no signer), and the nested forms of a multisignature are a way to make
// decoders work hard.
type OfficialSignerDecorator struct{}

// AnteHandle refuses with ErrNoSignatures, ErrTooManySignatures or ErrUnauthorized.
func (OfficialSignerDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	parts, err := envelope(tx)
	if err != nil {
		return ctx, err
	}
	infos := parts.AuthInfo.SignerInfos
	switch {
	case len(infos) == 0 || len(parts.Signatures) == 0:
		return ctx, errorsmod.Wrap(sdkerrors.ErrNoSignatures, "want one signer and one signature")
	case len(infos) != 1 || len(parts.Signatures) != 1:
		return ctx, errorsmod.Wrapf(sdkerrors.ErrTooManySignatures, "%d signers and %d signatures, want one of each", len(infos), len(parts.Signatures))
	}
	// A simulation is asked for before signing and may come without a mode.
	if mode := infos[0].ModeInfo; mode != nil || !simulate {
		single, ok := mode.GetSum().(*sdktx.ModeInfo_Single_)
		if !ok || single == nil || single.Single == nil {
			return ctx, errorsmod.Wrap(sdkerrors.ErrUnauthorized, "want a plain signature, no multisignature")
		}
		if single.Single.Mode != signing.SignMode_SIGN_MODE_DIRECT && !simulate {
			return ctx, errorsmod.Wrapf(sdkerrors.ErrUnauthorized, "want SIGN_MODE_DIRECT, not %s", single.Single.Mode)
		}
	}
	if _, err := officialSigner(tx); err != nil {
		return ctx, err
	}
	return next(ctx, tx, simulate)
}

// officialSigner returns the one account that all messages of the transaction name.
func officialSigner(tx sdk.Tx) (sdk.AccAddress, error) {
	signed, ok := tx.(authsigning.SigVerifiableTx)
	if !ok {
		return nil, errorsmod.Wrapf(sdkerrors.ErrTxDecode, "transaction of type %T", tx)
	}
	signers, err := signed.GetSigners()
	if err != nil {
		return nil, errorsmod.Wrap(sdkerrors.ErrUnauthorized, err.Error())
	}
	if len(signers) != 1 || len(signers[0]) == 0 {
		return nil, errorsmod.Wrapf(sdkerrors.ErrUnauthorized, "the messages name %d signers, want one", len(signers))
	}
	return signers[0], nil
}
