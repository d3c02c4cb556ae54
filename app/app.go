// Package app is the state machine of evoted: the modules auth, consensus, genutil,
// authority and election over the SDK's BaseApp, wired by hand. There is no token, so
// there is no module that would move, lend or earn one, and no fees.
package app

import (
	"context"
	"io"
	"strings"
	"sync"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
	reflectionv1 "cosmossdk.io/api/cosmos/reflection/v1"
	"cosmossdk.io/log/v2"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/grpc/cmtservice"
	nodeservice "github.com/cosmos/cosmos-sdk/client/grpc/node"
	runtimeservices "github.com/cosmos/cosmos-sdk/runtime/services"
	"github.com/cosmos/cosmos-sdk/server/api"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"github.com/cosmos/cosmos-sdk/types/mempool"
	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/version"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"
	consensuskeeper "github.com/cosmos/cosmos-sdk/x/consensus/keeper"

	"github.com/evoted/evoted/docs/openapi"
	authoritykeeper "github.com/evoted/evoted/x/authority/keeper"
	"github.com/evoted/evoted/x/election/ante"
	electionkeeper "github.com/evoted/evoted/x/election/keeper"
	electiontypes "github.com/evoted/evoted/x/election/types"
)

var _ servertypes.Application = (*App)(nil)

// App is the application.
type App struct {
	*baseapp.BaseApp

	// BasicModuleManager gives the modules' parts that need no state: genesis and routes.
	BasicModuleManager module.BasicManager

	encoding EncodingConfig
	modules  *module.Manager
	keys     storeKeys
	ante     sdk.AnteHandler
	verdicts *verdicts

	accounts    authkeeper.AccountKeeper
	consensus   consensuskeeper.Keeper
	authorities *authoritykeeper.Keeper
	elections   *electionkeeper.Keeper

	// resumed is the last block before the application was started, none for a new chain.
	resumed cmtproto.Header

	// state guards the trees behind the check state. CometBFT calls CheckTx, FinalizeBlock
	// and Commit one after the other, but a simulation comes over gRPC at any time and
	// reads the same trees.
	state sync.Mutex
	// simulating lets one simulation at a time come to state, and refuses the others: none of
	// them waits, and consensus waits for one at most.
	simulating sync.Mutex
}

// New returns the application over its database. It panics if the wiring is wrong or the
// database cannot be read: a node cannot start then.
func New(
	logger log.Logger, db dbm.DB, _ io.Writer, loadLatest bool,
	_ servertypes.AppOptions, options ...func(*baseapp.BaseApp),
) *App {
	SetAddressPrefixes()
	encoding := MakeEncodingConfig()
	if err := encoding.InterfaceRegistry.SigningContext().Validate(); err != nil {
		panic(err)
	}
	verdicts, err := newVerdicts(verdictCacheSize)
	if err != nil {
		panic(err)
	}

	base := baseapp.NewBaseApp(Name, logger, db, encoding.TxConfig.TxDecoder(), options...)
	base.SetVersion(version.Version)
	base.SetInterfaceRegistry(encoding.InterfaceRegistry)
	base.SetTxEncoder(encoding.TxConfig.TxEncoder())
	// Transactions wait in CometBFT's mempool. One of the SDK's beside it would hold ballots
	// that nobody takes out.
	base.SetMempool(mempool.NoOpMempool{})

	a := &App{BaseApp: base, encoding: encoding, verdicts: verdicts}
	a.addKeepers()
	a.addModules()
	a.addServices()
	a.addHandlers()

	if loadLatest {
		if err := a.LoadLatestVersion(); err != nil {
			panic(err)
		}
		if err := a.resume(); err != nil {
			panic(err)
		}
	}
	return a
}

// addHandlers gives BaseApp what it calls for a block and for a transaction.
func (a *App) addHandlers() {
	a.SetInitChainer(a.initChain)
	a.SetPreBlocker(func(ctx sdk.Context, _ *abci.RequestFinalizeBlock) (*sdk.ResponsePreBlock, error) {
		return a.modules.PreBlock(ctx)
	})
	a.SetBeginBlocker(func(ctx sdk.Context) (sdk.BeginBlock, error) { return a.modules.BeginBlock(ctx) })
	a.SetEndBlocker(func(ctx sdk.Context) (sdk.EndBlock, error) { return a.modules.EndBlock(ctx) })

	handler := newAnteHandler(a.elections, a.accounts, a.encoding.TxConfig.SignModeHandler())
	a.ante = func(ctx sdk.Context, tx sdk.Tx, simulate bool) (sdk.Context, error) {
		return handler(a.atLastBlock(ctx), tx, simulate)
	}
	a.SetAnteHandler(a.ante)

	p := proposals{app: a.BaseApp, elections: a.elections}
	a.SetPrepareProposal(p.prepare)
	a.SetProcessProposal(p.process)
}

// resume notes height and time of the last block.
func (a *App) resume() error {
	height := a.LastBlockHeight()
	if height == 0 {
		return nil
	}
	ctx, err := a.CreateQueryContext(height, false)
	if err != nil {
		return err
	}
	a.resumed = ctx.BlockHeader()
	return nil
}

// atLastBlock mends the context of a node that was just started: until it commits a block,
// BaseApp checks transactions at height and time zero, at which no election is open and
// every account has number zero.
func (a *App) atLastBlock(ctx sdk.Context) sdk.Context {
	if ctx.BlockHeight() != 0 || a.resumed.Height == 0 {
		return ctx
	}
	return ctx.WithBlockHeight(a.resumed.Height).WithBlockTime(a.resumed.Time)
}

// addServices registers the modules' message and query services and the description of
// their commands.
func (a *App) addServices() {
	configurator := module.NewConfigurator(a.encoding.Codec, a.MsgServiceRouter(), a.GRPCQueryRouter())
	if err := a.modules.RegisterServices(configurator); err != nil {
		panic(err)
	}
	autocliv1.RegisterQueryServer(a.GRPCQueryRouter(), runtimeservices.NewAutoCLIQueryService(a.modules.Modules))
	reflection, err := runtimeservices.NewReflectionService()
	if err != nil {
		panic(err)
	}
	reflectionv1.RegisterReflectionServiceServer(a.GRPCQueryRouter(), reflection)
}

// EncodingConfig returns how the application encodes its types.
func (a *App) EncodingConfig() EncodingConfig { return a.encoding }

// LoadHeight loads the state of a past height, for an export.
func (a *App) LoadHeight(height int64) error { return a.LoadVersion(height) }

// CheckTx decides whether a transaction may enter the mempool.
func (a *App) CheckTx(req *abci.RequestCheckTx) (*abci.ResponseCheckTx, error) {
	a.state.Lock()
	defer a.state.Unlock()
	return a.BaseApp.CheckTx(req)
}

// FinalizeBlock executes a decided block.
func (a *App) FinalizeBlock(req *abci.RequestFinalizeBlock) (*abci.ResponseFinalizeBlock, error) {
	a.state.Lock()
	defer a.state.Unlock()
	return a.BaseApp.FinalizeBlock(req)
}

// Commit makes the state of the executed block permanent.
func (a *App) Commit() (*abci.ResponseCommit, error) {
	a.state.Lock()
	defer a.state.Unlock()
	return a.BaseApp.Commit()
}

// servicePath is where the transaction service simulates.
const servicePath = "/cosmos.tx.v1beta1.Service/Simulate"

// Query answers an ABCI query. The paths that simulate a transaction are closed, because
// CometBFT holds its lock here and makes no block meanwhile; over gRPC the transaction
// service does the same without.
func (a *App) Query(ctx context.Context, req *abci.RequestQuery) (*abci.ResponseQuery, error) {
	path := baseapp.SplitABCIQueryPath(req.Path)
	simulates := len(path) >= 2 && path[0] == baseapp.QueryPathApp && strings.EqualFold(path[1], "simulate")
	if simulates || strings.EqualFold(req.Path, servicePath) {
		return sdkerrors.QueryResult(sdkerrors.ErrInvalidRequest.Wrap("simulate with the transaction service over gRPC, not with a query over RPC"), false), nil
	}
	return a.BaseApp.Query(ctx, req)
}

// errBusy says that another simulation is running.
var errBusy = status.Error(codes.ResourceExhausted, "the node is simulating another transaction: ask again in a moment")

// simulate tells the gas of a transaction. A ballot has a constant gas: only the checks that
// cost little are run for it, on committed state, and neither its proof nor its message.
// Anybody may ask, so this must not be a way to make an authority compute.
func (a *App) simulate(raw []byte) (sdk.GasInfo, *sdk.Result, error) {
	tx, err := a.TxDecode(raw)
	if err != nil {
		return sdk.GasInfo{}, nil, err
	}
	if _, ok := ante.Ballot(tx); !ok {
		if !a.simulating.TryLock() {
			return sdk.GasInfo{}, nil, errBusy
		}
		defer a.simulating.Unlock()
		a.state.Lock()
		defer a.state.Unlock()
		return a.Simulate(raw)
	}
	gas := sdk.GasInfo{GasWanted: electiontypes.BallotGas, GasUsed: electiontypes.BallotGas}
	ctx, err := a.CreateQueryContext(a.LastBlockHeight(), false)
	if err != nil {
		return gas, nil, err
	}
	ctx = ctx.WithTxBytes(raw).WithExecMode(sdk.ExecModeSimulate)
	if _, err := a.ante(ctx, tx, true); err != nil {
		return gas, nil, err
	}
	return gas, &sdk.Result{}, nil
}

// RegisterAPIRoutes mounts the REST routes of transactions, blocks, the node and all
// modules, and their description.
func (a *App) RegisterAPIRoutes(server *api.Server, _ serverconfig.APIConfig) {
	clientCtx := server.ClientCtx
	authtx.RegisterGRPCGatewayRoutes(clientCtx, server.GRPCGatewayRouter)
	cmtservice.RegisterGRPCGatewayRoutes(clientCtx, server.GRPCGatewayRouter)
	nodeservice.RegisterGRPCGatewayRoutes(clientCtx, server.GRPCGatewayRouter)
	a.BasicModuleManager.RegisterGRPCGatewayRoutes(clientCtx, server.GRPCGatewayRouter)
	server.Router.Handle(openapi.Path, openapi.Handler())
}

// RegisterTxService registers the service that sends, finds and simulates transactions.
func (a *App) RegisterTxService(clientCtx client.Context) {
	authtx.RegisterTxService(a.GRPCQueryRouter(), clientCtx, a.simulate, a.encoding.InterfaceRegistry)
}

// RegisterTendermintService registers the service that shows blocks and validators.
func (a *App) RegisterTendermintService(clientCtx client.Context) {
	cmtservice.RegisterTendermintService(clientCtx, a.GRPCQueryRouter(), a.encoding.InterfaceRegistry, a.Query)
}

// RegisterNodeService registers the service that shows the node's configuration.
func (a *App) RegisterNodeService(clientCtx client.Context, cfg serverconfig.Config) {
	nodeservice.RegisterNodeService(clientCtx, a.GRPCQueryRouter(), cfg, func() int64 {
		return a.CommitMultiStore().EarliestVersion()
	})
}
