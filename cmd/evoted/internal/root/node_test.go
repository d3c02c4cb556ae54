package root_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/spf13/viper"
	"github.com/stretchr/testify/require"
)

// The keys of a node are readable by their owner alone, and its configuration holds the
// bounds of ours.
func TestInit(t *testing.T) {
	home := t.TempDir()
	var made struct {
		Moniker, Genesis string
		ChainID          string `json:"chain_id"`
		ConsensusKey     []byte `json:"consensus_key"`
	}
	require.NoError(t, json.Unmarshal([]byte(succeed(t, home, "init", "first", "--chain-id", "test-1", "--output", "json")), &made))
	require.Equal(t, "first", made.Moniker)
	require.Equal(t, "test-1", made.ChainID)
	require.Len(t, made.ConsensusKey, 32)
	require.FileExists(t, made.Genesis)
	for _, secret := range []string{"config/node_key.json", "config/priv_validator_key.json", "config/client.toml"} {
		info, err := os.Stat(filepath.Join(home, secret))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), secret)
	}

	for file, keys := range map[string]map[string]any{
		"config.toml": {
			"moniker": "first", "mempool.size": int64(5000), "mempool.cache_size": int64(20000), "mempool.max_tx_bytes": int64(131072),
			"mempool.keep-invalid-txs-in-cache": false, "rpc.pprof_laddr": "", "rpc.laddr": "tcp://127.0.0.1:26657",
		},
		"app.toml": {
			"minimum-gas-prices": "0stake", "query-gas-limit": "50000000", "mempool.max-txs": int64(-1),
			"api.enable": true, "api.swagger": false, "grpc.enable": true, "grpc-web.enable": false,
			"grpc.max-send-msg-size": "10485760",
		},
	} {
		v := viper.New()
		v.SetConfigFile(filepath.Join(home, "config", file))
		require.NoError(t, v.ReadInConfig())
		for key, want := range keys {
			require.Equal(t, want, v.Get(key), "%s %s", file, key)
		}
		if file == "config.toml" {
			require.Equal(t, 800*time.Millisecond, v.GetDuration("consensus.timeout_commit"))
		}
	}

	code, _, stderr := run(t, home, "init", "first", "--chain-id", "test-1")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "there is a genesis file already")
	code, _, stderr = run(t, t.TempDir(), "init", "first", "--chain-id", "test-1", "--consensus-key-algo", "rsa")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "use ed25519 or ml_dsa_65")
	succeed(t, t.TempDir(), "init", "first", "--chain-id", "test-1", "--consensus-key-algo", "ml_dsa_65")
}

// authority makes the home of a node and returns what it tells of its consensus key.
func authority(t *testing.T, moniker string) (home, key string) {
	t.Helper()
	home = t.TempDir()
	succeed(t, home, "init", moniker, "--chain-id", "test-1", "--genesis-time", "2026-01-31T12:00:00Z")
	return home, succeed(t, home, "comet", "show-validator")
}

// Four authorities make a genesis file by hand, as they would for a real chain.
func TestGenesis(t *testing.T) {
	home, _ := authority(t, "first")
	for _, name := range []string{"alice", "bob", "carol", "dave", "registrar"} {
		succeed(t, home, "keys", "add", name, "--keyring-backend", "test")
	}
	test := []string{"--keyring-backend", "test"}
	add := func(args ...string) []string { return append(append([]string{"genesis"}, args...), test...) }

	code, _, stderr := run(t, home, "genesis", "validate")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "there is no authority")
	require.NotContains(t, stderr, ".go:", "no places in the source")

	succeed(t, home, add("add-authority", "--operator", "alice", "--endpoint", "https://a.example", "--organisation", "A")...)
	code, _, stderr = run(t, home, add("add-authority", "--operator", "bob", "--endpoint", "https://b.example", "--organisation", "B")...)
	require.Equal(t, 1, code, "the same node twice")
	require.Contains(t, stderr, "the genesis file has it already")

	for i, name := range []string{"bob", "carol", "dave"} {
		_, key := authority(t, name)
		succeed(t, home, add("add-authority", "--moniker", name, "--operator", name, "--endpoint", "tcp://"+name+".example:26657",
			"--organisation", name, "--consensus-key", key)...)
		if i == 0 {
			code, _, stderr = run(t, home, "genesis", "validate")
			require.Equal(t, 1, code)
			require.Contains(t, stderr, "at least 4 are needed")
		}
	}
	succeed(t, home, add("add-official", "registrar")...)
	succeed(t, home, add("add-official", "alice", "--organiser")...)
	for _, again := range [][]string{{"add-official", "registrar"}, {"add-official", "alice"}, {"add-official", "alice", "--organiser"}} {
		code, _, stderr = run(t, home, add(again...)...)
		require.Equal(t, 1, code, again)
		require.Contains(t, stderr, "the genesis file has it already")
	}
	code, _, stderr = run(t, home, add("add-official", "nobody")...)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "neither an address nor a key of the keyring")
	require.Contains(t, succeed(t, home, "genesis", "validate"), "is valid")

	var shown struct {
		ChainID     string    `json:"chain_id"`
		GenesisTime time.Time `json:"genesis_time"`
		Development bool
		Authorities []struct{ Moniker, Organisation, Endpoint string }
		Accounts    int
		Organisers  []string
	}
	require.NoError(t, json.Unmarshal([]byte(succeed(t, home, "genesis", "show", "--output", "json")), &shown))
	require.Equal(t, "test-1", shown.ChainID)
	require.Equal(t, time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC), shown.GenesisTime)
	require.False(t, shown.Development)
	require.Len(t, shown.Authorities, 4)
	require.Equal(t, 5, shown.Accounts)
	require.Len(t, shown.Organisers, 1)
}

// A circuit whose keys were made by one party makes the chain warn.
func TestGenesisCircuit(t *testing.T) {
	home, _ := authority(t, "first")
	circuit := filepath.Join(t.TempDir(), "circuit.json")
	require.NoError(t, os.WriteFile(circuit, []byte(`{"format":"slots8","verifying_key":"AAAA","setup":"insecure-single-party"}`), 0o600))
	succeed(t, home, "genesis", "add-circuit", "--file", circuit)
	code, _, stderr := run(t, home, "genesis", "show")
	require.Zero(t, code, stderr)
	require.Contains(t, stderr, "warning: the keys of the circuit slots8 are insecure-single-party")
	code, _, stderr = run(t, home, "genesis", "add-circuit", "--file", circuit)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "the genesis file has it already")
}

// Values of the three files are shown and changed; one that a node refuses is refused.
func TestConfig(t *testing.T) {
	home := t.TempDir()
	require.Equal(t, "800ms\n", succeed(t, home, "config", "get", "comet", "consensus.timeout_commit"))
	succeed(t, home, "config", "set", "comet", "consensus.timeout_commit", "2s")
	require.Equal(t, "2s\n", succeed(t, home, "config", "get", "comet", "consensus.timeout_commit"))
	succeed(t, home, "config", "set", "client", "chain-id", "test-1")
	require.Equal(t, "test-1\n", succeed(t, home, "config", "get", "client", "chain-id"))
	require.Contains(t, succeed(t, home, "config", "get", "app"), `minimum-gas-prices = "0stake"`)

	code, _, stderr := run(t, home, "config", "set", "comet", "consensus.timeout_commit", "soon")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "is refused")
	require.Equal(t, "2s\n", succeed(t, home, "config", "get", "comet", "consensus.timeout_commit"))
	code, _, stderr = run(t, home, "config", "get", "comet", "nothing")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "hint: see the keys with `evoted config get comet`")
	code, _, _ = run(t, home, "config", "get", "other")
	require.Equal(t, 2, code)
}
