package app_test

import (
	"encoding/json"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	dbm "github.com/cosmos/cosmos-db"

	"github.com/evoted/evoted/app"
	"github.com/evoted/evoted/testutil/fixture"
	"github.com/evoted/evoted/testutil/network"
	authoritytypes "github.com/evoted/evoted/x/authority/types"
	"github.com/evoted/evoted/x/election/types"
)

// TestExportImport: a chain that begins with the export of another has the same state, and
// goes on from there.
func TestExportImport(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	require.Equal(t, []uint32{0, 0, 0}, block(t, c, ballotTx(t, c, 0, 1), ballotTx(t, c, 1, 1),
		officialTx(t, c, c.Election.Trustees[0], 0, registerKey(t, c, 0))))
	// What waits in the mempool is not part of the state.
	require.Zero(t, check(t, c, ballotTx(t, c, 2, 1)))
	state := stores(t, c)
	require.NotContains(t, state, "\"ballots\": []")

	next := &network.Chain{DB: dbm.NewMemDB(), Election: c.Election, Time: c.Time}
	next.App = network.NewApp(next.DB, c.Election.ChainID)
	next.App.SetProofVerifier(judge)
	require.NoError(t, next.InitChain([]byte(state)))
	block(t, next)
	require.True(t, state == stores(t, next), "the export of the import differs")
	require.Equal(t, []uint32{types.ErrNullifierUsed.ABCICode(), 0}, block(t, next, ballotTx(t, next, 1, 1), ballotTx(t, next, 2, 1)))

	exported, err := c.App.ExportAppStateAndValidators(false, nil, nil)
	require.NoError(t, err)
	require.Equal(t, c.Height+1, exported.Height)
	require.Nil(t, exported.Validators)
	require.Equal(t, app.MaxBlockGas, exported.ConsensusParams.Block.MaxGas)
	zero, err := c.App.ExportAppStateAndValidators(true, nil, []string{authoritytypes.ModuleName})
	require.NoError(t, err)
	require.Zero(t, zero.Height)
	require.NotContains(t, string(zero.AppState), types.ModuleName+"\":")
	_, err = c.App.ExportAppStateAndValidators(false, nil, []string{"nothing"})
	require.Error(t, err)
}

func TestGenesisRefused(t *testing.T) {
	t.Parallel()
	e, err := fixture.New(fixture.Options{})
	require.NoError(t, err)
	authorities, operators := network.AuthoritySet()
	tests := map[string]func(state map[string]json.RawMessage){
		"genesis transaction": func(state map[string]json.RawMessage) {
			state["genutil"] = json.RawMessage(`{"gen_txs":[{}]}`)
		},
		"no authority": func(state map[string]json.RawMessage) { delete(state, authoritytypes.ModuleName) },
		"unknown content": func(state map[string]json.RawMessage) {
			state["genutil"] = json.RawMessage(`[]`)
		},
	}
	for name, change := range tests {
		blank := network.NewApp(dbm.NewMemDB(), e.ChainID)
		raw, err := e.AppState(blank.EncodingConfig().Codec, blank.DefaultGenesis(), authorities, operators)
		require.NoError(t, err)
		var state map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(raw, &state))
		change(state)
		raw, err = json.Marshal(state)
		require.NoError(t, err)
		params := app.ConsensusParams().ToProto()
		_, err = blank.InitChain(&abci.RequestInitChain{ChainId: e.ChainID, Time: e.Now, ConsensusParams: &params, AppStateBytes: raw})
		require.Error(t, err, name)
	}
	// Fewer than four authorities stop the node.
	c := &network.Chain{DB: dbm.NewMemDB(), Election: e, Time: e.Now}
	c.App = network.NewApp(c.DB, e.ChainID)
	raw, err := e.AppState(c.App.EncodingConfig().Codec, c.App.DefaultGenesis(), authorities[:3], operators)
	require.NoError(t, err)
	require.Panics(t, func() { _ = c.InitChain(raw) })
	require.Error(t, c.InitChain([]byte("{")))
}

func TestConsensusParams(t *testing.T) {
	t.Parallel()
	params := app.ConsensusParams()
	require.NoError(t, params.ValidateBasic())
	require.EqualValues(t, 2<<20, params.Block.MaxBytes)
	require.Equal(t, app.MaxBlockGas, params.Block.MaxGas)
	require.Equal(t, []string{cmttypes.ABCIPubKeyTypeEd25519, cmttypes.ABCIPubKeyTypeMlDsa65}, params.Validator.PubKeyTypes)
	// A block full of ballots has room for officials.
	most := uint64(types.DefaultParams().MaxBallotsPerBlock) * types.BallotGas
	require.Less(t, most+50_000_000, uint64(app.MaxBlockGas))
}

func TestDefaultGenesis(t *testing.T) {
	t.Parallel()
	a := network.NewApp(dbm.NewMemDB(), "evoted-test-1")
	state := a.DefaultGenesis()
	for _, name := range []string{"auth", "authority", "election", "genutil"} {
		require.Contains(t, state, name)
	}
	require.Error(t, a.BasicModuleManager.ValidateGenesis(a.EncodingConfig().Codec, a.EncodingConfig().TxConfig, state))
	options := a.AutoCliOpts()
	require.Contains(t, options.ModuleOptions, "election")
	require.Contains(t, options.ModuleOptions, "authority")
}
