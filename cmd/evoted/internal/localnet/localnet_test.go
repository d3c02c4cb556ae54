package localnet

import (
	"context"
	"encoding/json"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/app"
	"github.com/evoted/evoted/cmd/evoted/internal/genesis"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
)

func options(t *testing.T, authorities int) Options {
	t.Helper()
	return Options{
		Dir: filepath.Join(t.TempDir(), "net"), ChainID: "local-1", Authorities: authorities, BlockTime: 800 * time.Millisecond,
	}
}

func silent(string, ...any) {}

// A written network has one genesis for all, valid, keys that nobody else can read, and
// ports of its own for every node.
func TestWrite(t *testing.T) {
	app.SetAddressPrefixes()
	cdc := app.MakeEncodingConfig().Codec
	o := options(t, 4)
	network, err := newWriter(cdc, o, silent).write(t.Context())
	require.NoError(t, err)
	require.Len(t, network.Nodes, 4)
	loaded, err := Load(o.Dir)
	require.NoError(t, err)
	require.Equal(t, network, loaded)

	first, err := os.ReadFile(filepath.Join(network.Nodes[0].Home, "config", "genesis.json"))
	require.NoError(t, err)
	taken := make(map[int]bool)
	for _, node := range network.Nodes {
		file := filepath.Join(node.Home, "config", "genesis.json")
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, first, raw)
		document, err := genesis.Load(cdc, file)
		require.NoError(t, err)
		require.NoError(t, document.Validate())
		for _, where := range []string{node.RPC, node.API, node.GRPC, node.P2P} {
			port, err := portOf(where)
			require.NoError(t, err)
			require.False(t, taken[port], "port %d twice", port)
			taken[port] = true
		}
	}

	roles := make(map[string]int)
	for _, official := range network.Officials {
		roles[official.Role]++
		require.True(t, strings.HasPrefix(official.Address, "evoted1"), official.Address)
	}
	require.Equal(t, map[string]int{roleOrganiser: 1, roleRegistrar: 2, roleTrustee: 3, roleOperator: 4}, roles)
	requireSecret(t, o.Dir)

	_, err = newWriter(cdc, o, silent).write(t.Context())
	require.ErrorContains(t, err, "there is a local network in")
	require.Contains(t, terminal.Hint(err), "localnet start")
}

// requireSecret checks that no file with a key can be read by others, nor its directory.
func requireSecret(t *testing.T, dir string) {
	t.Helper()
	seen := 0
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := entry.Info()
		require.NoError(t, err)
		if entry.IsDir() {
			require.Zero(t, info.Mode().Perm()&0o077, path)
			return nil
		}
		if strings.Contains(path, "keyring-test") || strings.Contains(path, "trustees") || strings.Contains(path, "_key.json") {
			seen++
			require.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), path)
		}
		return nil
	}))
	require.Greater(t, seen, 10)
}

func TestRefused(t *testing.T) {
	app.SetAddressPrefixes()
	for name, tc := range map[string]struct {
		change func(*Options)
		want   string
	}{
		"three authorities": {func(o *Options) { o.Authorities = 3 }, "at least 4 are needed"},
		"none":              {func(o *Options) { o.Authorities, o.Development = 0, true }, "between 1 and 32"},
		"too many":          {func(o *Options) { o.Authorities = 33 }, "between 1 and 32"},
		"no pause":          {func(o *Options) { o.BlockTime = 0 }, "must lie between 50ms and 1m0s"},
		"chain id":          {func(o *Options) { o.ChainID = "a chain" }, "is not an identifier"},
		"low port":          {func(o *Options) { o.BasePort = 80 }, "between 1024 and 65535"},
		"directory in use":  {func(o *Options) { o.Dir = "." }, "is not empty"},
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t, 4)
			tc.change(&o)
			_, err := newWriter(app.MakeEncodingConfig().Codec, o, silent).write(t.Context())
			require.ErrorContains(t, err, tc.want)
			require.NoFileExists(t, filepath.Join(o.Dir, file))
		})
	}
	o := options(t, 1)
	o.Development = true
	_, err := newWriter(app.MakeEncodingConfig().Codec, o, silent).write(t.Context())
	require.NoError(t, err)
}

// Ports in use are refused, both those asked for and those of an earlier network.
func TestPorts(t *testing.T) {
	ctx := context.Background()
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address(0))
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	busyPort, err := portOf(listener.Addr().String())
	require.NoError(t, err)

	_, err = reserve(ctx, 1, busyPort)
	require.ErrorContains(t, err, "is in use by another program")
	node := Node{RPC: "http://" + listener.Addr().String(), API: "http://127.0.0.1:1", GRPC: "127.0.0.1:1", P2P: "ab@127.0.0.1:1"}
	require.ErrorContains(t, checkFree(ctx, &Network{Nodes: []Node{node}}), "is in use by another program")

	reserved, err := reserve(ctx, 3, 0)
	require.NoError(t, err)
	_, err = config.Listen(ctx, "tcp", address(reserved.nodes[2].grpc))
	require.Error(t, err, "a reserved port is held")
	reserved.release()
	free, err := config.Listen(ctx, "tcp", address(reserved.nodes[2].grpc))
	require.NoError(t, err)
	require.NoError(t, free.Close())
}

// The description has the field names that scripts read.
func TestNetworkJSON(t *testing.T) {
	t.Parallel()
	raw, err := json.Marshal(Network{Nodes: []Node{{}}, Officials: []Official{{}}})
	require.NoError(t, err)
	require.JSONEq(t, `{"chain_id":"","client_home":"","setup":"",
		"nodes":[{"moniker":"","home":"","rpc":"","grpc":"","api":"","p2p":""}],
		"officials":[{"name":"","role":"","address":""}]}`, string(raw))
}

// The election that localnet proposes is made of commands that can be copied as they are.
func TestWalkthrough(t *testing.T) {
	t.Parallel()
	shown := (&Network{ClientHome: "/a home/client"}).walkthrough("./build/evoted")
	require.Equal(t, 2, strings.Count(shown, "\n  export EVOTED_HOME='/a home/client'\n"))
	for _, line := range []string{
		"do ./build/evoted trustee register --from $t; ./build/evoted trustee run --from $t & done", "$(./build/evoted elector new --file $e.json)",
		"\n  ./build/evoted tx election create election.json --from organiser --yes\n",
		"\n  ./build/evoted registrar attest 1 roll.csv --from registrar2\n", "\n  ./build/evoted results 1 --wait\n",
	} {
		require.Contains(t, shown, line)
	}
	require.NotContains(t, shown, "--help")
	require.NotContains(t, strings.ReplaceAll(shown, "./build/evoted ", ""), "evoted ")
}
