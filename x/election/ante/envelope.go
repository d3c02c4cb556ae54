package ante

import (
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	sdktx "github.com/cosmos/cosmos-sdk/types/tx"

	"github.com/evoted/evoted/x/election/types"
)

// protoTx is a transaction that gives its decoded parts.
type protoTx interface {
	GetProtoTx() *sdktx.Tx
}

// envelope returns the parts of a transaction. None of the pointers that later decorators
// and the SDK follow is nil: body, authentication part, fee, and every message and signer
// in the lists. It returns ErrTxDecode otherwise.
func envelope(tx sdk.Tx) (*sdktx.Tx, error) {
	holder, ok := tx.(protoTx)
	if !ok {
		return nil, errorsmod.Wrapf(sdkerrors.ErrTxDecode, "transaction of type %T", tx)
	}
	parts := holder.GetProtoTx()
	switch {
	case parts == nil || parts.Body == nil || parts.AuthInfo == nil:
		return nil, errorsmod.Wrap(sdkerrors.ErrTxDecode, "transaction without body or authentication")
	case parts.AuthInfo.Fee == nil:
		return nil, errorsmod.Wrap(sdkerrors.ErrTxDecode, "transaction without a gas limit")
	}
	for _, message := range parts.Body.Messages {
		if message == nil {
			return nil, errorsmod.Wrap(sdkerrors.ErrTxDecode, "empty message")
		}
	}
	for _, signer := range parts.AuthInfo.SignerInfos {
		if signer == nil {
			return nil, errorsmod.Wrap(sdkerrors.ErrTxDecode, "empty signer")
		}
	}
	return parts, nil
}

// Ballot returns the ballot a transaction carries, if it is a ballot transaction: exactly
// one message, and that a MsgCastBallot.
func Ballot(tx sdk.Tx) (*types.MsgCastBallot, bool) {
	messages := tx.GetMsgs()
	if len(messages) != 1 {
		return nil, false
	}
	m, ok := messages[0].(*types.MsgCastBallot)
	return m, ok && m != nil
}

// ballotOf is Ballot with an error, for the decorators of the ballot lane: the router sends
// them ballots only, and they do not rely on it.
func ballotOf(tx sdk.Tx) (*types.MsgCastBallot, error) {
	m, ok := Ballot(tx)
	if !ok {
		return nil, errorsmod.Wrap(types.ErrBallotNotAlone, "the transaction is not a single ballot")
	}
	return m, nil
}
