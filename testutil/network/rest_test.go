package network_test

import (
	"context"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/server/api"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"

	"github.com/evoted/evoted/testutil/fixture"
	"github.com/evoted/evoted/testutil/network"
)

// TestRoutes: the REST routes of all modules, of transactions and of the node answer.
func TestRoutes(t *testing.T) {
	t.Parallel()
	e, err := fixture.New(fixture.Options{Now: time.Now().UTC()})
	require.NoError(t, err)
	n, err := network.New(e, t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.Stop()) })
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	one := n.Nodes[0]
	require.NoError(t, one.WaitForHeight(ctx, 2))

	encoding := one.App.EncodingConfig()
	clientCtx := client.Context{}.WithClient(one.Client).WithCodec(encoding.Codec).WithChainID(e.ChainID).
		WithInterfaceRegistry(encoding.InterfaceRegistry).WithTxConfig(encoding.TxConfig).WithLegacyAmino(encoding.Amino)
	one.App.RegisterTxService(clientCtx)
	one.App.RegisterTendermintService(clientCtx)
	one.App.RegisterNodeService(clientCtx, *serverconfig.DefaultConfig())
	rest := api.New(clientCtx, log.NewNopLogger(), nil)
	one.App.RegisterAPIRoutes(rest, serverconfig.APIConfig{})
	server := httptest.NewServer(rest.GRPCGatewayRouter)
	t.Cleanup(server.Close)

	get := func(path string) (int, string) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+path, http.NoBody)
		require.NoError(t, err)
		response, err := server.Client().Do(request)
		require.NoError(t, err)
		defer func() { require.NoError(t, response.Body.Close()) }()
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response.StatusCode, string(body)
	}
	for path, want := range map[string]string{
		"/evoted/election/v1/params":                                   "max_ballots_per_block",
		"/evoted/election/v1/circuits":                                 "insecure-single-party",
		"/evoted/election/v1/elections/1":                              "Shall it be?",
		"/evoted/election/v1/elections/1/roll/0":                       "commitment",
		"/evoted/election/v1/elections?phase=PHASE_OPEN":               "Shall it be?",
		"/evoted/election/v1/elections?phase=open":                     "Shall it be?",
		"/evoted/election/v1/elections?phase=2":                        "Shall it be?",
		"/evoted/election/v1/elections?phase=PHASE_TALLIED":            `"elections":[]`,
		"/evoted/authority/v1/params":                                  "development",
		"/evoted/authority/v1/authorities":                             "authority-3",
		"/evoted/authority/v1/authorities/" + network.Operator(2).Text: "authority-2",
		"/cosmos/auth/v1beta1/accounts/" + e.Organiser.Text:            e.Organiser.Text,
		"/cosmos/consensus/v1/params":                                  "ml_dsa_65",
		"/cosmos/base/tendermint/v1beta1/blocks/1":                     "app_hash",
		"/cosmos/base/tendermint/v1beta1/node_info":                    "application_version",
		"/cosmos/base/node/v1beta1/status":                             "height",
		"/cosmos/tx/v1beta1/txs/block/1":                               "block",
	} {
		status, body := get(path)
		require.Equal(t, http.StatusOK, status, path+": "+body)
		require.Contains(t, body, want, path)
	}
	nobody := hex.EncodeToString(make([]byte, 32))
	for path, want := range map[string]int{
		"/evoted/election/v1/elections/99":                     http.StatusNotFound,
		"/evoted/election/v1/elections?phase=ended":            http.StatusBadRequest,
		"/evoted/election/v1/elections/1/ballots/" + nobody:    http.StatusNotFound,
		"/evoted/authority/v1/authorities/" + e.Organiser.Text: http.StatusNotFound,
		"/evoted/authority/v1/authorities/nobody":              http.StatusBadRequest,
		"/cosmos/bank/v1beta1/supply":                          http.StatusNotImplemented,
	} {
		status, body := get(path)
		require.Equal(t, want, status, path+": "+body)
	}
}
