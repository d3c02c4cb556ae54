package ante

import (
	errorsmod "cosmossdk.io/errors"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/evoted/evoted/x/election/types"
)

const (
	// MaxOfficialGas is the largest gas an official's transaction may state, whatever it
	// holds: that of a batch of types.LimitBatch electors and more.
	MaxOfficialGas = 150_000_000
	// MaxSimulatedGas is where a simulation ends. Anybody may ask for one.
	MaxSimulatedGas = 60_000_000

	// officialGas is for the transaction itself, and for every message whatever it is.
	officialGas = 5_000_000
	// electorGas is for one elector of a batch, about six times what it takes.
	electorGas = 100_000
	// dealByteGas is for one byte of a deal, about twice what it takes.
	dealByteGas = 400
	// tallyGas is for a message that reads every deal of the election.
	tallyGas = 50_000_000
)

// GasBound returns the largest gas that a transaction with these messages may state: a
// multiple of what they can need. Stated gas is room in a block that others do not get, and
// nobody pays for it.
func GasBound(messages ...sdk.Msg) uint64 {
	bound := uint64(officialGas)
	for _, message := range messages {
		bound += officialGas
		switch m := message.(type) {
		case *types.MsgRegisterElectors:
			bound += electorGas * uint64(len(m.Electors))
		case *types.MsgSubmitDeal:
			bound += dealByteGas * uint64(len(m.Deal))
		case *types.MsgConfirmDeals, *types.MsgSubmitDecryptionShare, *types.MsgPublishResult:
			bound += tallyGas
		}
	}
	return min(bound, MaxOfficialGas)
}

// OfficialGasDecorator bounds the gas that a transaction states by what its messages can
// need, and ends a simulation, which the SDK does not meter, at MaxSimulatedGas. It comes
// after the SDK's decorator that sets the gas meter.
type OfficialGasDecorator struct{}

// AnteHandle refuses with ErrInvalidGasLimit.
func (OfficialGasDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	parts, err := envelope(tx)
	if err != nil {
		return ctx, err
	}
	bound := GasBound(tx.GetMsgs()...)
	if simulate {
		return next(ctx.WithGasMeter(storetypes.NewGasMeter(min(bound, MaxSimulatedGas))), tx, simulate)
	}
	if gas := parts.AuthInfo.Fee.GasLimit; gas > bound {
		return ctx, errorsmod.Wrapf(sdkerrors.ErrInvalidGasLimit, "gas limit %d, at most %d is allowed for these messages", gas, bound)
	}
	return next(ctx, tx, simulate)
}
