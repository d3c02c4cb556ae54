package app

import (
	"encoding/json"
	"fmt"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"

	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// ExportAppStateAndValidators returns the whole state as the genesis of another chain,
// restricted to some modules if any are named. The validator set is part of the state of
// the module authority and is not given a second time; nothing is ever jailed. With
// forZeroHeight the new chain counts its blocks from the beginning, and the heights noted
// in elections stay those of the old chain.
func (a *App) ExportAppStateAndValidators(forZeroHeight bool, _, modules []string) (servertypes.ExportedApp, error) {
	// Committed state: that of the mempool knows transactions that are not in any block.
	ctx := sdk.NewContext(a.CommitMultiStore().CacheMultiStore(),
		cmtproto.Header{Height: a.LastBlockHeight(), ChainID: a.ChainID()}, true, a.Logger())
	state, err := a.modules.ExportGenesisForModules(ctx, a.encoding.Codec, modules)
	if err != nil {
		return servertypes.ExportedApp{}, fmt.Errorf("exporting the state: %w", err)
	}
	raw, err := json.MarshalIndent(state, "", "  ")
	if err != nil {
		return servertypes.ExportedApp{}, fmt.Errorf("encoding the state: %w", err)
	}
	// The next chain begins where this one stopped, so that no height exists twice.
	height := a.LastBlockHeight() + 1
	if forZeroHeight {
		height = 0
	}
	return servertypes.ExportedApp{
		AppState:        raw,
		Height:          height,
		ConsensusParams: a.GetConsensusParams(ctx),
	}, nil
}
