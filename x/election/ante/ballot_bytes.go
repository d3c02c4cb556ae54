package ante

import (
	"bytes"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/types"
)

// BallotBytesDecorator checks that the transaction's bytes are the one encoding of its
// ballot and signature. Protobuf lets anybody who passes a transaction on add unknown
// fields, repeat a field or write an empty one without harm to the signature, which would
// give one ballot many hashes, some of them hard to find again for its elector.
type BallotBytesDecorator struct{}

// AnteHandle refuses other bytes with ErrBallotTx.
func (BallotBytesDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	if ctx.IsReCheckTx() {
		return next(ctx, tx, simulate)
	}
	m, signature, err := signedBallot(tx)
	if err != nil {
		return ctx, err
	}
	canonical, err := types.EncodeBallotTx(m, signature)
	if err != nil {
		return ctx, err
	}
	if !bytes.Equal(canonical, ctx.TxBytes()) {
		return ctx, errorsmod.Wrap(types.ErrBallotTx, "the bytes are not the canonical encoding of the ballot")
	}
	return next(ctx, tx, simulate)
}

// signedBallot returns the ballot of a transaction and its only signature.
func signedBallot(tx sdk.Tx) (*types.MsgCastBallot, []byte, error) {
	m, err := ballotOf(tx)
	if err != nil {
		return nil, nil, err
	}
	parts, err := envelope(tx)
	if err != nil {
		return nil, nil, err
	}
	if len(parts.Signatures) != 1 {
		return nil, nil, errorsmod.Wrapf(types.ErrBallotTx, "%d signatures, want one", len(parts.Signatures))
	}
	return m, parts.Signatures[0], nil
}
