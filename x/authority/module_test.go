package authority_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/codec"
	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/runtime"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/testutil"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/evoted/evoted/x/authority"
	"github.com/evoted/evoted/x/authority/keeper"
	"github.com/evoted/evoted/x/authority/types"
)

var addresses = addresscodec.NewBech32Codec("evoted")

type fixture struct {
	ctx    sdk.Context
	cdc    codec.Codec
	keeper *keeper.Keeper
	module authority.AppModule
}

func setup(t *testing.T) fixture {
	t.Helper()
	key := storetypes.NewKVStoreKey(types.StoreKey)
	ctx := testutil.DefaultContextWithDB(t, key, storetypes.NewTransientStoreKey("transient")).Ctx
	cdc := codec.NewProtoCodec(codectypes.NewInterfaceRegistry())
	k, err := keeper.NewKeeper(cdc, runtime.NewKVStoreService(key), addresses)
	require.NoError(t, err)
	return fixture{ctx: ctx, cdc: cdc, keeper: k, module: authority.NewAppModule(k, addresses)}
}

func operator(t *testing.T, n int) string {
	t.Helper()
	raw := bytes.Repeat([]byte{1}, 20)
	raw[0], raw[1] = byte(n>>8), byte(n)
	text, err := addresses.BytesToString(raw)
	require.NoError(t, err)
	return text
}

func set(t *testing.T, n int) types.GenesisState {
	t.Helper()
	gs := types.GenesisState{}
	for i := range n {
		key := bytes.Repeat([]byte{2}, 32)
		key[0], key[1] = byte(i>>8), byte(i)
		gs.Authorities = append(gs.Authorities, types.Authority{
			Moniker: fmt.Sprintf("authority-%d", i), Operator: operator(t, i),
			ConsensusKeyType: types.KeyTypeEd25519, ConsensusKey: key,
			Endpoint: "tcp://127.0.0.1:26657", Organisation: fmt.Sprintf("Organisation %d", i),
		})
	}
	return gs
}

func TestGenesisRoundTrip(t *testing.T) {
	t.Parallel()
	first := setup(t)
	gs := set(t, 5)
	gs.Params.Development = true
	updates := first.module.InitGenesis(first.ctx, first.cdc, first.cdc.MustMarshalJSON(&gs))
	require.Len(t, updates, 5)
	exported := first.module.ExportGenesis(first.ctx, first.cdc)
	require.NoError(t, first.module.ValidateGenesis(first.cdc, nil, exported))

	second := setup(t)
	require.Equal(t, updates, second.module.InitGenesis(second.ctx, second.cdc, exported))
	require.Equal(t, string(exported), string(second.module.ExportGenesis(second.ctx, second.cdc)))

	var back types.GenesisState
	first.cdc.MustUnmarshalJSON(exported, &back)
	require.Equal(t, gs, back)
}

// TestValidatorOrder: the order of the genesis file does not change the validator set.
func TestValidatorOrder(t *testing.T) {
	t.Parallel()
	gs := set(t, 7)
	first := setup(t)
	updates, err := first.keeper.InitGenesis(first.ctx, gs)
	require.NoError(t, err)
	for _, update := range updates {
		require.Equal(t, types.Power, update.Power)
	}
	slices.Reverse(gs.Authorities)
	second := setup(t)
	again, err := second.keeper.InitGenesis(second.ctx, gs)
	require.NoError(t, err)
	require.Equal(t, updates, again)
}

func TestInitGenesisRefuses(t *testing.T) {
	t.Parallel()
	f := setup(t)
	_, err := f.keeper.InitGenesis(f.ctx, set(t, 3))
	require.ErrorIs(t, err, types.ErrNotFaultTolerant)
	require.Error(t, f.module.ValidateGenesis(f.cdc, nil, f.module.DefaultGenesis(f.cdc)))
	require.Error(t, f.module.ValidateGenesis(f.cdc, nil, []byte("{")))
	three := set(t, 3)
	require.Panics(t, func() { f.module.InitGenesis(f.ctx, f.cdc, f.cdc.MustMarshalJSON(&three)) })
}

func TestDevelopment(t *testing.T) {
	t.Parallel()
	for _, want := range []bool{false, true} {
		f := setup(t)
		genesis := set(t, 4)
		genesis.Params.Development = want
		_, err := f.keeper.InitGenesis(f.ctx, genesis)
		require.NoError(t, err)
		development, err := f.keeper.Development(f.ctx)
		require.NoError(t, err)
		require.Equal(t, want, development)
	}
}

func TestIsOperator(t *testing.T) {
	t.Parallel()
	f := setup(t)
	_, err := f.keeper.InitGenesis(f.ctx, set(t, 4))
	require.NoError(t, err)
	for n, want := range map[int]bool{0: true, 3: true, 4: false} {
		is, err := f.keeper.IsOperator(f.ctx, operator(t, n))
		require.NoError(t, err)
		require.Equal(t, want, is)
	}
	_, err = f.keeper.IsOperator(f.ctx, "nobody")
	require.ErrorIs(t, err, types.ErrInvalidAuthority)
}

func TestQueries(t *testing.T) {
	t.Parallel()
	f := setup(t)
	gs := set(t, 250)
	_, err := f.keeper.InitGenesis(f.ctx, gs)
	require.NoError(t, err)
	server := keeper.NewQueryServer(f.keeper)

	params, err := server.Params(f.ctx, &types.QueryParamsRequest{})
	require.NoError(t, err)
	require.False(t, params.Params.Development)
	stored, err := f.keeper.Params(f.ctx)
	require.NoError(t, err)
	require.Equal(t, stored, params.Params)

	one, err := server.Authority(f.ctx, &types.QueryAuthorityRequest{Operator: operator(t, 42)})
	require.NoError(t, err)
	require.Equal(t, gs.Authorities[42], one.Authority)
	_, err = server.Authority(f.ctx, &types.QueryAuthorityRequest{Operator: operator(t, 250)})
	require.ErrorIs(t, err, types.ErrNotFound)
	_, err = server.Authority(f.ctx, &types.QueryAuthorityRequest{Operator: "nobody"})
	require.Equal(t, codes.InvalidArgument, status.Code(err))
	_, err = server.Authority(f.ctx, nil)
	require.Equal(t, codes.InvalidArgument, status.Code(err))

	// Whatever is asked for, a page holds at most 100, and the pages make up the set.
	for _, limit := range []uint64{0, 100, 1 << 40} {
		var all []types.Authority
		page := &query.PageRequest{Limit: limit}
		for {
			answer, err := server.Authorities(f.ctx, &types.QueryAuthoritiesRequest{Pagination: page})
			require.NoError(t, err)
			require.LessOrEqual(t, len(answer.Authorities), 100)
			all = append(all, answer.Authorities...)
			if answer.Pagination.NextKey == nil {
				break
			}
			page = &query.PageRequest{Key: answer.Pagination.NextKey, Limit: limit}
		}
		require.Equal(t, gs.Authorities, all)
	}
	unpaged, err := server.Authorities(f.ctx, &types.QueryAuthoritiesRequest{})
	require.NoError(t, err)
	require.Len(t, unpaged.Authorities, 100)
	_, err = server.Authorities(f.ctx, nil)
	require.Equal(t, codes.InvalidArgument, status.Code(err))
}

func TestModule(t *testing.T) {
	t.Parallel()
	f := setup(t)
	require.Equal(t, types.ModuleName, f.module.Name())
	require.EqualValues(t, 1, f.module.ConsensusVersion())
	options := f.module.AutoCLIOptions()
	require.Nil(t, options.Tx)
	require.Len(t, options.Query.RpcCommandOptions, 3)
	for _, c := range options.Query.RpcCommandOptions {
		require.Contains(t, c.Example, "evoted query authority ", c.RpcMethod)
	}
}
