// Package node holds what every node of evoted starts from: the defaults of its three
// configuration files and the making of its keys.
package node

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"text/template"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"

	clientconfig "github.com/cosmos/cosmos-sdk/client/config"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
)

// Sizes in bytes, and the pace of the chain.
const (
	// maxTxBytes is the largest transaction that a node takes: the largest message of an
	// official, a batch of electors or the deal of a trustee, with room to spare. A ballot
	// is far smaller.
	maxTxBytes = 128 << 10
	// maxMempoolBytes bounds the memory of waiting transactions.
	maxMempoolBytes = 64 << 20
	// maxMessageBytes bounds a request and an answer of the gRPC server. Answers to REST
	// requests pass through it, so it is larger than any page of a query.
	maxMessageBytes = 10 << 20
	// maxBodyBytes bounds the body of an HTTP request to the RPC and REST servers.
	maxBodyBytes = 1 << 20
	// maxHeaderBytes bounds the header of an HTTP request to the RPC server.
	maxHeaderBytes = 64 << 10

	// TimeoutCommit is the pause after a block. With the time of the votes it gives about
	// one block a second.
	TimeoutCommit = 800 * time.Millisecond
)

// queryGasLimit bounds the work of one query; without a bound anybody could keep a
// node busy.
const queryGasLimit = 50_000_000

// requestSeconds is how long a REST request may take to be read, and its answer to be
// written.
const requestSeconds = 10

// App returns the defaults of app.toml. The chain has no fees, so the least gas price is
// zero; the SDK asks for a denomination all the same.
func App() *serverconfig.Config {
	c := serverconfig.DefaultConfig()
	c.MinGasPrices = "0stake"
	c.QueryGasLimit = queryGasLimit
	c.API.Enable = true
	c.API.Address = "tcp://127.0.0.1:1317"
	c.API.RPCReadTimeout = requestSeconds
	c.API.RPCWriteTimeout = requestSeconds
	c.API.RPCMaxBodyBytes = maxBodyBytes
	c.GRPC.Enable = true
	c.GRPC.Address = "127.0.0.1:9090"
	c.GRPC.MaxRecvMsgSize = maxMessageBytes
	c.GRPC.MaxSendMsgSize = maxMessageBytes
	c.GRPCWeb.Enable = false
	c.StateSync.SnapshotInterval = 1000
	c.StateSync.SnapshotKeepRecent = 2
	// The application keeps no mempool of its own: ballots have no account and no
	// sequence, by which the SDK's mempools order transactions.
	c.Mempool.MaxTxs = -1
	return c
}

// Comet returns the defaults of config.toml.
func Comet() *cmtcfg.Config {
	c := cmtcfg.DefaultConfig()
	c.RPC.PprofListenAddress = ""
	c.RPC.MaxBodyBytes = maxBodyBytes
	c.RPC.MaxHeaderBytes = maxHeaderBytes
	c.Consensus.TimeoutCommit = TimeoutCommit
	c.Mempool.Size = 5000
	c.Mempool.CacheSize = 20000
	c.Mempool.MaxTxBytes = maxTxBytes
	c.Mempool.MaxTxsBytes = maxMempoolBytes
	c.Mempool.KeepInvalidTxsInCache = false
	return c
}

// clientTemplate is client.toml, in the form the SDK writes it.
var clientTemplate = template.Must(template.New("client.toml").Parse(`# Settings of the client commands of evoted.

# identifier of the chain
chain-id = "{{ .ChainID }}"
# where keys are stored (os|file|kwallet|pass|test|memory)
keyring-backend = "{{ .KeyringBackend }}"
# key that signs when --from is not given
keyring-default-keyname = "{{ .KeyringDefaultKeyName }}"
# form of results (text|json)
output = "{{ .Output }}"
# RPC address of the node to ask, <scheme>://<host>:<port>
node = "{{ .Node }}"
# when a transaction counts as sent (sync|async)
broadcast-mode = "{{ .BroadcastMode }}"
`))

// WriteClient writes HOME/config/client.toml.
func WriteClient(home string, c *clientconfig.ClientConfig) error {
	var text bytes.Buffer
	if err := clientTemplate.Execute(&text, c); err != nil {
		return fmt.Errorf("write client.toml: %w", err)
	}
	dir := filepath.Join(home, "config")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "client.toml"), text.Bytes(), 0o600)
}

// EnsureComet writes HOME/config/config.toml with the defaults where there is none. The
// SDK would write it too, but would turn the profiling server on.
func EnsureComet(home string) error {
	file := filepath.Join(home, "config", "config.toml")
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		return err
	}
	for _, dir := range []string{"config", "data"} {
		if err := os.MkdirAll(filepath.Join(home, dir), 0o700); err != nil {
			return err
		}
	}
	cmtcfg.WriteConfigFile(file, Comet())
	return nil
}
