package election_test

import (
	"net/url"
	"testing"

	gwruntime "github.com/grpc-ecosystem/grpc-gateway/runtime"
	"github.com/grpc-ecosystem/grpc-gateway/utilities"
	"github.com/stretchr/testify/require"

	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	fixture "github.com/evoted/evoted/testutil/election"
	"github.com/evoted/evoted/x/election"
	"github.com/evoted/evoted/x/election/types"
)

// Every method of the services has a command, or is skipped on purpose.
func TestCommandsAreComplete(t *testing.T) {
	t.Parallel()
	options := election.AppModule{}.AutoCLIOptions()
	require.Equal(t, types.Query_serviceDesc.ServiceName, options.Query.Service)
	require.Equal(t, types.Msg_serviceDesc.ServiceName, options.Tx.Service)
	require.True(t, options.Tx.EnhanceCustomCommand)
	listed := func(commands []*autocliv1.RpcCommandOptions) map[string]bool {
		out := map[string]bool{}
		for _, c := range commands {
			require.False(t, out[c.RpcMethod], "%s is there twice", c.RpcMethod)
			out[c.RpcMethod] = true
			require.True(t, c.Skip || c.Use != "" && c.Short != "" && c.Example != "", c.RpcMethod)
		}
		return out
	}
	queries, txs := listed(options.Query.RpcCommandOptions), listed(options.Tx.RpcCommandOptions)
	require.Len(t, queries, len(types.Query_serviceDesc.Methods))
	for _, method := range types.Query_serviceDesc.Methods {
		require.True(t, queries[method.MethodName], method.MethodName)
	}
	require.Len(t, txs, len(types.Msg_serviceDesc.Methods))
	for _, method := range types.Msg_serviceDesc.Methods {
		require.True(t, txs[method.MethodName], method.MethodName)
	}
}

// Every message of the service is registered with the codec.
func TestInterfaces(t *testing.T) {
	t.Parallel()
	registry := codectypes.NewInterfaceRegistry()
	election.AppModule{}.RegisterInterfaces(registry)
	for _, method := range types.Msg_serviceDesc.Methods {
		message, err := registry.Resolve("/evoted.election.v1.Msg" + method.MethodName)
		require.NoError(t, err)
		require.Implements(t, (*sdk.HasValidateBasic)(nil), message, "the form of %s is checked", method.MethodName)
	}
}

func TestModuleGenesis(t *testing.T) {
	t.Parallel()
	c := fixture.Empty(t)
	m := election.NewAppModule(c.Keeper)
	cdc := codec.NewProtoCodec(codectypes.NewInterfaceRegistry())
	raw := m.DefaultGenesis(cdc)
	require.NoError(t, m.ValidateGenesis(cdc, nil, raw))
	m.InitGenesis(c.Ctx, cdc, raw)
	require.JSONEq(t, string(raw), string(m.ExportGenesis(c.Ctx, cdc)))
	require.NoError(t, m.BeginBlock(c.Ctx))
	require.NoError(t, m.EndBlock(c.Ctx))
	require.Error(t, m.ValidateGenesis(cdc, nil, []byte(`{"nonsense":1}`)))
	require.ErrorIs(t, m.ValidateGenesis(cdc, nil, []byte(`{"params":{}}`)), types.ErrInvalidParams)
	require.Panics(t, func() { m.InitGenesis(c.Ctx, cdc, []byte(`{"params":{}}`)) })
}

// The REST gateway reads phases by their names, in short and by number.
func TestPhaseNames(t *testing.T) {
	t.Parallel()
	election.AppModule{}.RegisterGRPCGatewayRoutes(client.Context{}, gwruntime.NewServeMux())
	election.AppModule{}.RegisterGRPCGatewayRoutes(client.Context{}, gwruntime.NewServeMux())
	for text, want := range map[string]types.Phase{
		"PHASE_TALLIED": types.PHASE_TALLIED, "tallied": types.PHASE_TALLIED, "OPEN": types.PHASE_OPEN,
		"phase_open": types.PHASE_OPEN, "2": types.PHASE_OPEN, "unspecified": types.PHASE_UNSPECIFIED,
	} {
		var request types.QueryElectionsRequest
		err := gwruntime.PopulateQueryParameters(&request, url.Values{"phase": {text}}, utilities.NewDoubleArray(nil))
		require.NoError(t, err, text)
		require.Equal(t, want, request.Phase, text)
	}
	for _, text := range []string{"ended", "99", "PHASE_"} {
		err := gwruntime.PopulateQueryParameters(&types.QueryElectionsRequest{}, url.Values{"phase": {text}}, utilities.NewDoubleArray(nil))
		require.Error(t, err, text)
	}
}
