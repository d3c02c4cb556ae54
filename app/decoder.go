package app

import (
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	sdktx "github.com/cosmos/cosmos-sdk/types/tx"

	"github.com/evoted/evoted/x/election/ante"
)

// boundedDecoder puts limits before a decoder of transactions: their length, and that the
// parts which the SDK's code follows without looking are there. It is the first code that
// sees foreign bytes, in the mempool, in proposals, in simulations and over REST alike, so
// a panic below it is a refusal.
func boundedDecoder(decode sdk.TxDecoder) sdk.TxDecoder {
	return func(raw []byte) (tx sdk.Tx, err error) {
		defer func() {
			if r := recover(); r != nil {
				tx, err = nil, errorsmod.Wrapf(sdkerrors.ErrTxDecode, "decoding: %v", r)
			}
		}()
		if len(raw) > ante.MaxTxSize {
			return nil, errorsmod.Wrapf(sdkerrors.ErrTxDecode, "%d bytes, at most %d are allowed", len(raw), ante.MaxTxSize)
		}
		tx, err = decode(raw)
		if err != nil {
			return nil, err
		}
		holder, ok := tx.(interface{ GetProtoTx() *sdktx.Tx })
		if !ok {
			return nil, errorsmod.Wrapf(sdkerrors.ErrTxDecode, "transaction of type %T", tx)
		}
		if err := checkParts(holder.GetProtoTx()); err != nil {
			return nil, err
		}
		// The SDK panics here for a message that is not one; better now than later.
		_ = tx.GetMsgs()
		return tx, nil
	}
}

// checkParts refuses a transaction that lacks a part.
func checkParts(tx *sdktx.Tx) error {
	switch {
	case tx == nil || tx.Body == nil || tx.AuthInfo == nil:
		return errorsmod.Wrap(sdkerrors.ErrTxDecode, "transaction without body or authentication")
	case tx.AuthInfo.Fee == nil:
		return errorsmod.Wrap(sdkerrors.ErrTxDecode, "transaction without a gas limit")
	case len(tx.Body.Messages) == 0:
		return errorsmod.Wrap(sdkerrors.ErrTxDecode, "transaction without a message")
	}
	for _, signer := range tx.AuthInfo.SignerInfos {
		if signer == nil {
			return errorsmod.Wrap(sdkerrors.ErrTxDecode, "empty signer")
		}
		if err := checkMode(signer.ModeInfo); err != nil {
			return err
		}
	}
	return nil
}

// checkMode refuses what the chain accepts from nobody and the SDK's code stumbles over:
// an empty mode and a multisignature. No mode at all is left to the later checks, because a
// simulation may be asked for without.
func checkMode(mode *sdktx.ModeInfo) error {
	if mode == nil {
		return nil
	}
	single, ok := mode.Sum.(*sdktx.ModeInfo_Single_)
	if !ok || single == nil || single.Single == nil {
		return errorsmod.Wrap(sdkerrors.ErrTxDecode, "want a plain signature, no multisignature")
	}
	return nil
}
