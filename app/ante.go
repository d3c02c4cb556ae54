package app

import (
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	"github.com/cosmos/cosmos-sdk/crypto/keys/mldsa65"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256r1"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authante "github.com/cosmos/cosmos-sdk/x/auth/ante"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	txsigning "github.com/cosmos/cosmos-sdk/x/tx/signing"

	"github.com/evoted/evoted/x/election/ante"
)

// newAnteHandler puts the two lanes together. Their order is documented in x/election/ante.
func newAnteHandler(elections ante.Keeper, accounts authante.AccountKeeper, modes *txsigning.HandlerMap) sdk.AnteHandler {
	return ante.Route(
		sdk.ChainAnteDecorators(ballotLane(elections)...),
		sdk.ChainAnteDecorators(officialLane(elections, accounts, modes)...),
	)
}

// ballotLane returns the checks of a ballot.
func ballotLane(elections ante.Keeper) []sdk.AnteDecorator {
	return []sdk.AnteDecorator{
		ante.BallotGasDecorator{},
		ante.BallotShapeDecorator{},
		ante.BallotBytesDecorator{},
		ante.BallotEncodingDecorator{},
		ante.BallotStateDecorator{Keeper: elections},
		ante.BallotSignatureDecorator{},
		ante.BallotProofDecorator{Keeper: elections},
		ante.BallotReserveDecorator{Keeper: elections},
	}
}

// officialLane returns the checks of every other transaction: our own limits first, then
// what the SDK does for accounts, without its decorator for fees.
func officialLane(elections ante.Keeper, accounts authante.AccountKeeper, modes *txsigning.HandlerMap) []sdk.AnteDecorator {
	return []sdk.AnteDecorator{
		ante.OfficialMessageDecorator{},
		ante.OfficialSizeDecorator{},
		ante.OfficialFeeDecorator{},
		ante.OfficialSignerDecorator{},
		ante.OfficialMemoDecorator{},
		ante.OfficialExtensionDecorator{},
		ante.OfficialTimeoutDecorator{},
		ante.OfficialEncodingDecorator{},
		authante.NewSetUpContextDecorator(),
		ante.OfficialGasDecorator{},
		authante.NewValidateBasicDecorator(),
		authante.NewTxTimeoutHeightDecorator(),
		authante.NewConsumeGasForTxSizeDecorator(accounts),
		ante.OfficialQuotaDecorator{Keeper: elections},
		authante.NewSetPubKeyDecorator(accounts),
		authante.NewValidateSigCountDecorator(accounts),
		authante.NewSigGasConsumeDecorator(accounts, consumeSignatureGas),
		authante.NewSigVerificationDecorator(accounts, modes),
		authante.NewIncrementSequenceDecorator(accounts),
	}
}

// consumeSignatureGas charges for one signature by one key. A key made of other keys is
// refused, however it came into an account.
func consumeSignatureGas(meter storetypes.GasMeter, sig signing.SignatureV2, params authtypes.Params) error {
	switch sig.PubKey.(type) {
	case *secp256k1.PubKey, *secp256r1.PubKey, *ed25519.PubKey, *mldsa65.PubKey:
		return authante.DefaultSigVerificationGasConsumer(meter, sig, params)
	default:
		return errorsmod.Wrapf(sdkerrors.ErrInvalidPubKey, "keys of type %T are not accepted", sig.PubKey)
	}
}
