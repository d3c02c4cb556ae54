package app

import (
	"maps"
	"slices"

	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
	"cosmossdk.io/client/v2/autocli"
	"cosmossdk.io/core/appmodule"

	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	"github.com/cosmos/cosmos-sdk/runtime"
	runtimeservices "github.com/cosmos/cosmos-sdk/runtime/services"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/x/auth"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/cosmos-sdk/x/consensus"
	consensuskeeper "github.com/cosmos/cosmos-sdk/x/consensus/keeper"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	"github.com/cosmos/cosmos-sdk/x/genutil"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/evoted/evoted/x/authority"
	authoritykeeper "github.com/evoted/evoted/x/authority/keeper"
	authoritytypes "github.com/evoted/evoted/x/authority/types"
	"github.com/evoted/evoted/x/election"
	electionkeeper "github.com/evoted/evoted/x/election/keeper"
	electiontypes "github.com/evoted/evoted/x/election/types"
)

// storeKeys are the stores of the modules. They are pointers because the SDK finds a store
// by the identity of its key.
type storeKeys struct {
	auth, consensus, authority, election *storetypes.KVStoreKey
	electionTransient                    *storetypes.TransientStoreKey
}

// addKeepers mounts the stores and makes the keepers over them.
func (a *App) addKeepers() {
	a.keys = storeKeys{
		auth:              storetypes.NewKVStoreKey(authtypes.StoreKey),
		consensus:         storetypes.NewKVStoreKey(consensustypes.StoreKey),
		authority:         storetypes.NewKVStoreKey(authoritytypes.StoreKey),
		election:          storetypes.NewKVStoreKey(electiontypes.StoreKey),
		electionTransient: storetypes.NewTransientStoreKey(electiontypes.TransientStoreKey),
	}
	a.MountStores(a.keys.auth, a.keys.consensus, a.keys.authority, a.keys.election, a.keys.electionTransient)

	// The SDK wants an account that may change the parameters of its modules. This one is
	// made from a name: nobody has its key, and the messages are on no list of ours.
	nobody := authtypes.NewModuleAddress(authoritytypes.ModuleName).String()
	cdc, addresses := a.encoding.Codec, AddressCodec()

	a.consensus = consensuskeeper.NewKeeper(cdc, runtime.NewKVStoreService(a.keys.consensus), nobody, runtime.EventService{})
	a.SetParamStore(a.consensus.ParamsStore)
	a.accounts = authkeeper.NewAccountKeeper(cdc, runtime.NewKVStoreService(a.keys.auth),
		authtypes.ProtoBaseAccount, map[string][]string{}, addresses, Bech32Prefix, nobody)
	authorities, err := authoritykeeper.NewKeeper(cdc, runtime.NewKVStoreService(a.keys.authority), addresses)
	if err != nil {
		panic(err)
	}
	a.authorities = authorities
	a.elections = electionkeeper.NewKeeper(cdc, runtime.NewKVStoreService(a.keys.election),
		runtime.NewTransientStoreService(a.keys.electionTransient), a.accounts, a.authorities, a.verdicts)
}

// addModules makes the modules and sets the order in which they are called.
func (a *App) addModules() {
	a.modules = module.NewManager(
		genutil.NewAppModule(a.accounts, nil, a, a.encoding.TxConfig),
		auth.NewAppModule(a.encoding.Codec, a.accounts, nil),
		consensus.NewAppModule(a.encoding.Codec, a.consensus),
		authority.NewAppModule(a.authorities, AddressCodec()),
		election.NewAppModule(a.elections),
	)
	a.BasicModuleManager = module.NewBasicManagerFromManager(a.modules, map[string]module.AppModuleBasic{
		genutiltypes.ModuleName: genutil.NewAppModuleBasic(func(messages []sdk.Msg) error {
			return refuseGenesisTxs(len(messages))
		}),
	})

	a.modules.SetOrderPreBlockers(authtypes.ModuleName)
	a.modules.SetOrderBeginBlockers(electiontypes.ModuleName)
	a.modules.SetOrderEndBlockers(electiontypes.ModuleName)
	// Accounts come first, then the authorities, on whom the elections depend.
	order := []string{
		authtypes.ModuleName, authoritytypes.ModuleName, electiontypes.ModuleName,
		genutiltypes.ModuleName, consensustypes.ModuleName,
	}
	a.modules.SetOrderInitGenesis(order...)
	a.modules.SetOrderExportGenesis(order...)
}

// AutoCliOpts returns what the command line needs to make commands of the modules' services.
func (a *App) AutoCliOpts() autocli.AppOptions {
	modules := make(map[string]appmodule.AppModule)
	for _, name := range slices.Sorted(maps.Keys(a.modules.Modules)) {
		if m, ok := a.modules.Modules[name].(appmodule.AppModule); ok {
			modules[name] = m
		}
	}
	return autocli.AppOptions{
		Modules:               modules,
		ModuleOptions:         a.moduleOptions(),
		AddressCodec:          AddressCodec(),
		ValidatorAddressCodec: addresscodec.NewBech32Codec(validatorPrefix),
		ConsensusAddressCodec: addresscodec.NewBech32Codec(consensusPrefix),
	}
}

// moduleOptions returns the descriptions of the modules' commands.
func (a *App) moduleOptions() map[string]*autocliv1.ModuleOptions {
	return runtimeservices.ExtractAutoCLIOptions(a.modules.Modules)
}
