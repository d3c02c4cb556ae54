package ante

import (
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/types"
)

// BallotSignatureDecorator checks that the ephemeral key named in the ballot signed it for
// this chain. The proof is bound to that key, so nobody can take a ballot's proof into a
// transaction of his own.
type BallotSignatureDecorator struct{}

// AnteHandle refuses with ErrBallotSignature.
func (BallotSignatureDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	if ctx.IsReCheckTx() {
		return next(ctx, tx, simulate)
	}
	m, signature, err := signedBallot(tx)
	if err != nil {
		return ctx, err
	}
	signed, err := types.BallotSignBytes(ctx.ChainID(), m)
	if err != nil {
		return ctx, err
	}
	if !(&secp256k1.PubKey{Key: m.EphemeralKey}).VerifySignature(signed, signature) {
		return ctx, errorsmod.Wrapf(types.ErrBallotSignature, "for chain %q", ctx.ChainID())
	}
	return next(ctx, tx, simulate)
}
