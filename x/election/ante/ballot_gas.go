package ante

import (
	"fmt"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/types"
)

// BallotGasDecorator charges a ballot one constant amount of gas. What a ballot costs must
// not depend on what a node remembers, or two nodes would disagree about a block, and not
// on its content, or it would tell something about it.
type BallotGasDecorator struct{}

// AnteHandle puts the constant gas meter into the context.
func (BallotGasDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	return next(ctx.WithGasMeter(constantGas(types.BallotGas)), tx, simulate)
}

var _ storetypes.GasMeter = constantGas(0)

// constantGas is a gas meter that always shows the same amount as limit and as consumed.
type constantGas storetypes.Gas

// GasConsumed returns the constant.
func (g constantGas) GasConsumed() storetypes.Gas { return storetypes.Gas(g) }

// GasConsumedToLimit returns the constant.
func (g constantGas) GasConsumedToLimit() storetypes.Gas { return storetypes.Gas(g) }

// GasRemaining returns zero: everything is charged from the beginning.
func (constantGas) GasRemaining() storetypes.Gas { return 0 }

// Limit returns the constant.
func (g constantGas) Limit() storetypes.Gas { return storetypes.Gas(g) }

// ConsumeGas does nothing.
func (constantGas) ConsumeGas(storetypes.Gas, string) {}

// RefundGas does nothing.
func (constantGas) RefundGas(storetypes.Gas, string) {}

// IsPastLimit returns false.
func (constantGas) IsPastLimit() bool { return false }

// IsOutOfGas returns false.
func (constantGas) IsOutOfGas() bool { return false }

// String describes the meter.
func (g constantGas) String() string { return fmt.Sprintf("constant gas: %d", uint64(g)) }
