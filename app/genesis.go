package app

import (
	"encoding/json"
	"errors"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/evoted/evoted/x/election/ante"
	electiontypes "github.com/evoted/evoted/x/election/types"
)

const (
	// MaxBlockBytes is the longest block of a new chain: 2 MiB.
	MaxBlockBytes int64 = 2 << 20
	// blockBallots is the number of ballots for which MaxBlockGas has room. The parameter
	// max_ballots_per_block may be anything up to it.
	blockBallots = 1000
	// officialGas is the room for officials' transactions beside a full block of ballots: one
	// of any kind fits. Appending a thousand electors takes about 15 million.
	officialGas = ante.MaxOfficialGas
	// officialBytes is the same for their length.
	officialBytes = 4 * ante.MaxTxSize
	// MaxBlockGas is the gas of a block of a new chain. It bounds what checking a proposal
	// costs, because every ballot has the same gas.
	MaxBlockGas = blockBallots*int64(electiontypes.BallotGas) + officialGas
)

// GenesisState is the genesis state of the application, by module.
type GenesisState map[string]json.RawMessage

// ConsensusParams returns the consensus parameters a new chain starts with: blocks of
// MaxBlockBytes and MaxBlockGas, and both types of consensus keys.
func ConsensusParams() *cmttypes.ConsensusParams {
	params := cmttypes.DefaultConsensusParams()
	params.Block.MaxBytes = MaxBlockBytes
	params.Block.MaxGas = MaxBlockGas
	params.Evidence.MaxBytes = MaxBlockBytes / 4
	params.Validator.PubKeyTypes = []string{cmttypes.ABCIPubKeyTypeEd25519, cmttypes.ABCIPubKeyTypeMlDsa65}
	return params
}

// DefaultGenesis returns the default genesis state of every module. The authorities, the
// officials' accounts and the circuits are missing and must be added.
func (a *App) DefaultGenesis() map[string]json.RawMessage {
	return a.BasicModuleManager.DefaultGenesis(a.encoding.Codec)
}

// initChain writes the genesis state. The module authority gives the validator set.
func (a *App) initChain(ctx sdk.Context, req *abci.RequestInitChain) (*abci.ResponseInitChain, error) {
	var state GenesisState
	if err := json.Unmarshal(req.AppStateBytes, &state); err != nil {
		return nil, fmt.Errorf("reading the genesis state: %w", err)
	}
	var genutilState genutiltypes.GenesisState
	if raw := state[genutiltypes.ModuleName]; raw != nil {
		if err := a.encoding.Codec.UnmarshalJSON(raw, &genutilState); err != nil {
			return nil, fmt.Errorf("reading the genesis state of %s: %w", genutiltypes.ModuleName, err)
		}
	}
	if err := refuseGenesisTxs(len(genutilState.GenTxs)); err != nil {
		return nil, err
	}
	return a.modules.InitGenesis(ctx, a.encoding.Codec, state)
}

// errGenesisTxs says that a genesis holds transactions.
var errGenesisTxs = errors.New("genesis transactions are not used: name the authorities in the genesis of the module authority")

// refuseGenesisTxs refuses transactions in genesis, which the SDK uses to create validators
// that hold a stake.
func refuseGenesisTxs(n int) error {
	if n > 0 {
		return errGenesisTxs
	}
	return nil
}
