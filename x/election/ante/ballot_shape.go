package ante

import (
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/types"
)

// MaxBallotTxSize is the longest ballot transaction of any format, in bytes.
const MaxBallotTxSize = 4096

// BallotShapeDecorator checks that a transaction has the outer form of a ballot: its
// length, one signature, one signer, and parts of the right sizes. It costs next to
// nothing and bounds what the checks after it can cost.
type BallotShapeDecorator struct{}

// AnteHandle refuses with ErrBallotTx a transaction and with ErrBallotSize a ballot that
// does not have the form.
func (BallotShapeDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	if ctx.IsReCheckTx() {
		return next(ctx, tx, simulate)
	}
	m, err := ballotOf(tx)
	if err != nil {
		return ctx, err
	}
	parts, err := envelope(tx)
	if err != nil {
		return ctx, err
	}
	switch {
	case len(ctx.TxBytes()) > MaxBallotTxSize:
		return ctx, errorsmod.Wrapf(types.ErrBallotTx, "%d bytes, at most %d are allowed", len(ctx.TxBytes()), MaxBallotTxSize)
	case len(parts.AuthInfo.SignerInfos) != 1 || len(parts.Signatures) != 1:
		return ctx, errorsmod.Wrapf(types.ErrBallotTx, "%d signers and %d signatures, want one of each",
			len(parts.AuthInfo.SignerInfos), len(parts.Signatures))
	case len(parts.Signatures[0]) != types.BallotSignatureSize:
		return ctx, errorsmod.Wrapf(types.ErrBallotTx, "signature has %d bytes, want %d", len(parts.Signatures[0]), types.BallotSignatureSize)
	}
	if err := checkSizes(m); err != nil {
		return ctx, err
	}
	return next(ctx, tx, simulate)
}

// checkSizes checks the lengths that do not depend on the election; those that do are
// checked with its state.
func checkSizes(m *types.MsgCastBallot) error {
	for _, part := range []struct {
		name      string
		got, want int
	}{
		{"nullifier", len(m.Nullifier), types.NullifierSize},
		{"ephemeral key", len(m.EphemeralKey), types.EphemeralKeySize},
		{"proof", len(m.Proof), types.BallotProofSize},
	} {
		if part.got != part.want {
			return errorsmod.Wrapf(types.ErrBallotSize, "%s has %d bytes, want %d", part.name, part.got, part.want)
		}
	}
	points := len(m.Ciphertext) / curve.PointSize
	if len(m.Ciphertext)%curve.PointSize != 0 || points < 2 || points > maxSlots+1 {
		return errorsmod.Wrapf(types.ErrBallotSize, "ciphertext has %d bytes", len(m.Ciphertext))
	}
	return nil
}

// maxSlots is the number of slots of the largest format.
var maxSlots = max(ballot.Slots8.Slots, ballot.Slots32.Slots)
