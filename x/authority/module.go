// Package authority is the module that says who runs the chain: the set of authorities,
// each a CometBFT validator with the same power. It takes the place of staking.
package authority

import (
	"context"
	"encoding/json"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	gwruntime "github.com/grpc-ecosystem/grpc-gateway/runtime"

	"cosmossdk.io/core/address"
	"cosmossdk.io/core/appmodule"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/evoted/evoted/x/authority/keeper"
	"github.com/evoted/evoted/x/authority/types"
)

// consensusVersion is the version of the module's state.
const consensusVersion = 1

var (
	_ appmodule.AppModule   = AppModule{}
	_ module.AppModuleBasic = AppModule{}
	_ module.HasABCIGenesis = AppModule{}
	_ module.HasServices    = AppModule{}
)

// AppModule wires the module into the application.
type AppModule struct {
	keeper    *keeper.Keeper
	addresses address.Codec
}

// NewAppModule returns the module over its keeper.
func NewAppModule(k *keeper.Keeper, addresses address.Codec) AppModule {
	return AppModule{keeper: k, addresses: addresses}
}

// Name returns the name of the module.
func (AppModule) Name() string { return types.ModuleName }

// IsAppModule marks the type as a module of the application.
func (AppModule) IsAppModule() {}

// IsOnePerModuleType marks the type as a module that exists once.
func (AppModule) IsOnePerModuleType() {}

// RegisterLegacyAminoCodec registers nothing: the module has no messages.
func (AppModule) RegisterLegacyAminoCodec(*codec.LegacyAmino) {}

// RegisterInterfaces registers nothing: the module has no messages.
func (AppModule) RegisterInterfaces(codectypes.InterfaceRegistry) {}

// RegisterGRPCGatewayRoutes mounts the REST routes of the queries.
func (AppModule) RegisterGRPCGatewayRoutes(clientCtx client.Context, mux *gwruntime.ServeMux) {
	if err := types.RegisterQueryHandlerClient(context.Background(), mux, types.NewQueryClient(clientCtx)); err != nil {
		panic(err)
	}
}

// RegisterServices registers the query service.
func (m AppModule) RegisterServices(cfg module.Configurator) {
	types.RegisterQueryServer(cfg.QueryServer(), keeper.NewQueryServer(m.keeper))
}

// DefaultGenesis returns the state of a chain without authorities yet.
func (AppModule) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	return cdc.MustMarshalJSON(types.DefaultGenesis())
}

// ValidateGenesis checks a genesis state.
func (m AppModule) ValidateGenesis(cdc codec.JSONCodec, _ client.TxEncodingConfig, raw json.RawMessage) error {
	var gs types.GenesisState
	if err := cdc.UnmarshalJSON(raw, &gs); err != nil {
		return fmt.Errorf("reading the genesis state of %s: %w", types.ModuleName, err)
	}
	return gs.Validate(m.addresses)
}

// InitGenesis stores the authorities and returns the validator set. It is the only module
// that does. A genesis that cannot be used stops the node before the first block.
func (m AppModule) InitGenesis(ctx sdk.Context, cdc codec.JSONCodec, raw json.RawMessage) []abci.ValidatorUpdate {
	var gs types.GenesisState
	cdc.MustUnmarshalJSON(raw, &gs)
	updates, err := m.keeper.InitGenesis(ctx, gs)
	if err != nil {
		panic(fmt.Errorf("genesis of %s: %w", types.ModuleName, err))
	}
	return updates
}

// ExportGenesis returns the whole state of the module.
func (m AppModule) ExportGenesis(ctx sdk.Context, cdc codec.JSONCodec) json.RawMessage {
	gs, err := m.keeper.ExportGenesis(ctx)
	if err != nil {
		panic(fmt.Errorf("exporting %s: %w", types.ModuleName, err))
	}
	return cdc.MustMarshalJSON(gs)
}

// ConsensusVersion returns the version of the module's state.
func (AppModule) ConsensusVersion() uint64 { return consensusVersion }
