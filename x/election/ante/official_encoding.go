package ante

import (
	"bytes"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	sdktx "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/gogoproto/proto"
)

// OfficialEncodingDecorator checks that the transaction and its messages are encoded in the
// canonical way. The signature covers the bytes, so nobody else can alter them; but unknown
// fields, repeated fields and padded numbers let an official store what no program shows.
type OfficialEncodingDecorator struct{}

// AnteHandle refuses other bytes with ErrTxDecode.
func (OfficialEncodingDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	parts, err := envelope(tx)
	if err != nil {
		return ctx, err
	}
	canonical, err := encode(parts)
	if err != nil {
		return ctx, errorsmod.Wrap(sdkerrors.ErrTxDecode, err.Error())
	}
	if !bytes.Equal(canonical, ctx.TxBytes()) {
		return ctx, errorsmod.Wrap(sdkerrors.ErrTxDecode, "the bytes are not the canonical encoding of the transaction")
	}
	for i, message := range tx.GetMsgs() {
		encoded, err := proto.Marshal(message)
		if err != nil {
			return ctx, errorsmod.Wrap(sdkerrors.ErrTxDecode, err.Error())
		}
		if i >= len(parts.Body.Messages) || !bytes.Equal(encoded, parts.Body.Messages[i].Value) {
			return ctx, errorsmod.Wrapf(sdkerrors.ErrTxDecode, "message %d is not in its canonical encoding", i)
		}
	}
	return next(ctx, tx, simulate)
}

// encode returns the canonical encoding of a transaction.
func encode(parts *sdktx.Tx) ([]byte, error) {
	body, err := parts.Body.Marshal()
	if err != nil {
		return nil, err
	}
	authInfo, err := parts.AuthInfo.Marshal()
	if err != nil {
		return nil, err
	}
	return (&sdktx.TxRaw{BodyBytes: body, AuthInfoBytes: authInfo, Signatures: parts.Signatures}).Marshal()
}
