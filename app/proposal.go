package app

import (
	"errors"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/cosmos/cosmos-sdk/baseapp"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/ante"
	electionkeeper "github.com/evoted/evoted/x/election/keeper"
	"github.com/evoted/evoted/x/election/types"
)

// The reasons why a transaction cannot be in a block.
var (
	errBlockBytes   = errors.New("proposal: the block is too long")
	errBlockGas     = errors.New("proposal: the block takes too much gas")
	errBlockBallots = errors.New("proposal: too many ballots")
)

// proposals makes and judges blocks. Both use the same rules on committed state and the
// block alone, so a block made by an honest authority is accepted by every other, whatever
// their mempools, caches and configurations. (The SDK's own handlers accept anything when
// the mempool is CometBFT's.)
type proposals struct {
	app       *baseapp.BaseApp
	elections *electionkeeper.Keeper
}

// prepare returns the transactions of a proposal: those of the request, in their order, that
// pass the checks one after the other and fit. It gives an empty block rather than fail.
func (p proposals) prepare(ctx sdk.Context, req *abci.RequestPrepareProposal) (resp *abci.ResponsePrepareProposal, err error) {
	defer func() {
		if r := recover(); r != nil {
			ctx.Logger().Error("panic while preparing a proposal", "height", req.Height, "panic", r)
			resp, err = &abci.ResponsePrepareProposal{}, nil
		}
	}()
	limits, err := p.limits(ctx)
	if err != nil {
		ctx.Logger().Error("preparing a proposal", "height", req.Height, "err", err)
		return &abci.ResponsePrepareProposal{}, nil
	}
	block := newBlock(limits, req.MaxTxBytes)
	txs := make([][]byte, 0, len(req.Txs))
	for _, raw := range req.Txs {
		if err := p.add(block, sdk.ExecModePrepareProposal, raw); err != nil {
			ctx.Logger().Debug("left out of the proposal", "height", req.Height, "err", err)
			continue
		}
		txs = append(txs, raw)
	}
	return &abci.ResponsePrepareProposal{Txs: txs}, nil
}

// process accepts a proposal if every transaction in it passes the checks after those
// before it, and the block keeps the limits. Everything else is rejected.
func (p proposals) process(ctx sdk.Context, req *abci.RequestProcessProposal) (resp *abci.ResponseProcessProposal, err error) {
	reject := func(reason any) *abci.ResponseProcessProposal {
		ctx.Logger().Error("proposal rejected", "height", req.Height,
			"proposer", fmt.Sprintf("%X", req.ProposerAddress), "reason", reason)
		return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_REJECT}
	}
	defer func() {
		if r := recover(); r != nil {
			resp, err = reject(r), nil
		}
	}()
	limits, err := p.limits(ctx)
	if err != nil {
		return reject(err), nil
	}
	block := newBlock(limits, limits.bytes)
	for i, raw := range req.Txs {
		if err := p.add(block, sdk.ExecModeProcessProposal, raw); err != nil {
			return reject(fmt.Errorf("transaction %d: %w", i, err)), nil
		}
	}
	return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_ACCEPT}, nil
}

// limits reads the limits of a block from committed state. A chain whose genesis left a
// consensus parameter open has the limit of a new chain instead.
func (p proposals) limits(ctx sdk.Context) (limits, error) {
	params, err := p.elections.Params(ctx)
	if err != nil {
		return limits{}, fmt.Errorf("reading the parameters: %w", err)
	}
	l := limits{bytes: MaxBlockBytes, gas: uint64(MaxBlockGas), ballots: int(params.MaxBallotsPerBlock)}
	if block := ctx.ConsensusParams().Block; block != nil {
		if block.MaxBytes > 0 {
			l.bytes = block.MaxBytes
		}
		if block.MaxGas > 0 {
			l.gas = uint64(block.MaxGas)
		}
	}
	return l, nil
}

// add checks a transaction after those added before and counts it in. After an error the
// block is as it was. Cheap limits come before the checks of the transaction. A second
// ballot of one nullifier is among what the checks refuse: the first is reserved in the
// state they run on.
func (p proposals) add(b *block, mode sdk.ExecMode, raw []byte) error {
	size := cmttypes.ComputeProtoSizeForTxs([]cmttypes.Tx{raw})
	if size > b.bytes {
		return errBlockBytes
	}
	tx, err := p.app.TxDecode(raw)
	if err != nil {
		return err
	}
	_, isBallot := ante.Ballot(tx)
	left := &b.forOfficials
	if isBallot {
		left = &b.forBallots
		if b.ballots == 0 {
			return errBlockBallots
		}
	}
	gasTx, ok := tx.(sdk.GasTx)
	if !ok || gasTx.GetGas() > left.gas {
		return errBlockGas
	}
	if size > left.bytes {
		return errBlockBytes
	}
	info, _, _, err := p.app.RunTx(mode, raw, tx, -1, nil, nil)
	if err != nil {
		return err
	}
	gas := max(info.GasWanted, gasTx.GetGas())
	if gas > left.gas {
		return errBlockGas
	}
	b.bytes -= size
	left.bytes -= size
	left.gas -= gas
	if isBallot {
		b.ballots--
	}
	return nil
}

// limits is how much a block may hold.
type limits struct {
	bytes   int64
	gas     uint64
	ballots int
}

// largestBallot is the length of a ballot's transaction of the largest format, rounded up.
const largestBallot = 3 << 10

// budget is what one kind of transaction may take of a block.
type budget struct {
	bytes int64
	gas   uint64
}

// split divides a block between ballots and officials' transactions, so that neither can
// keep the other out. The ballots get what max_ballots_per_block of them take, the officials
// the rest, but no less than one of their largest transactions takes, or half of a block that
// is too small for that. Both parts only grow with the block.
func (l limits) split() (ballots, officials budget) {
	gas := uint64(l.ballots) * types.BallotGas
	bytes := int64(l.ballots) * largestBallot
	officials = budget{
		bytes: max(l.bytes-bytes, min(officialBytes, l.bytes/2)),
		gas:   min(officialGas, l.gas/2),
	}
	if l.gas > gas {
		officials.gas = max(officials.gas, l.gas-gas)
	}
	return budget{bytes: l.bytes - officials.bytes, gas: l.gas - officials.gas}, officials
}

// block is what a proposal holds so far.
type block struct {
	// forBallots and forOfficials is what is left for each, bytes what is left for both.
	forBallots, forOfficials budget
	bytes                    int64
	ballots                  int
}

// newBlock returns an empty proposal. If it may take fewer bytes than the block, because
// the block holds other things too, that is at the expense of officials first.
func newBlock(l limits, bytes int64) *block {
	b := &block{bytes: min(l.bytes, bytes), ballots: l.ballots}
	b.forBallots, _ = l.split()
	l.bytes = b.bytes
	_, b.forOfficials = l.split()
	return b
}
