package network

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	cmtlog "github.com/cometbft/cometbft/libs/log"
	"github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
	"github.com/cometbft/cometbft/proxy"
	"github.com/cometbft/cometbft/rpc/client/local"
	cmttypes "github.com/cometbft/cometbft/types"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/server"

	"github.com/evoted/evoted/app"
	"github.com/evoted/evoted/testutil/fixture"
)

const (
	// commitTimeout is the pause between blocks.
	commitTimeout = 100 * time.Millisecond
	// pollInterval is how often waiting looks again.
	pollInterval = 20 * time.Millisecond
	// proposeTimeout leaves a busy machine time to check the proofs of a proposal.
	proposeTimeout = 3 * time.Second
)

// Node is one authority of a network.
type Node struct {
	// App is its application.
	App *app.App
	// Client talks to it as an RPC client would.
	Client *local.Local
	// RPC is the address of its RPC server.
	RPC string

	node *node.Node
}

// Network is a chain of several authorities in this process.
type Network struct {
	// Election of its genesis.
	Election *fixture.Election
	// Nodes are the authorities.
	Nodes []*Node
}

// New starts a network of Authorities nodes whose files are in dir. Stop ends it.
func New(e *fixture.Election, dir string) (n *Network, err error) {
	n = &Network{Election: e}
	defer func() {
		if err != nil {
			err = errors.Join(err, n.Stop())
		}
	}()
	// All listeners are open at once, so that no two nodes get the same address.
	addresses, err := freeAddresses(2 * Authorities)
	if err != nil {
		return n, err
	}
	genesis, err := genesisDoc(e)
	if err != nil {
		return n, err
	}
	peers := make([]string, 0, Authorities)
	for i := range Authorities {
		peers = append(peers, fmt.Sprintf("%s@%s", nodeKey(i).ID(), addresses[i]))
	}
	for i := range Authorities {
		config := nodeConfig(filepath.Join(dir, fmt.Sprintf("node%d", i)), i, peers)
		config.P2P.ListenAddress = "tcp://" + addresses[i]
		config.RPC.ListenAddress = "tcp://" + addresses[Authorities+i]
		started, err := start(config, i, genesis)
		if err != nil {
			return n, fmt.Errorf("node %d: %w", i, err)
		}
		n.Nodes = append(n.Nodes, started)
	}
	return n, nil
}

// Stop ends all nodes.
func (n *Network) Stop() error {
	var errs []error
	for _, one := range n.Nodes {
		if one.node.IsRunning() {
			errs = append(errs, one.node.Stop())
			one.node.Wait()
		}
	}
	return errors.Join(errs...)
}

// WaitFor polls until done says so or the context ends.
func WaitFor(ctx context.Context, done func() (bool, error)) error {
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		ok, err := done()
		if err != nil || ok {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

// WaitForHeight waits until the node has committed the height.
func (n *Node) WaitForHeight(ctx context.Context, height int64) error {
	return WaitFor(ctx, func() (bool, error) { return n.App.LastBlockHeight() >= height, nil })
}

// nodeKey returns the key by which node i is known to its peers.
func nodeKey(i int) *p2p.NodeKey {
	return &p2p.NodeKey{PrivKey: cmted25519.GenPrivKeyFromSecret(fmt.Appendf(nil, "evoted test node %d", i))}
}

// genesisDoc returns the genesis all nodes start from. It names no validators: the module
// authority does.
func genesisDoc(e *fixture.Election) (*cmttypes.GenesisDoc, error) {
	blank := NewApp(dbm.NewMemDB(), e.ChainID)
	authorities, operators := AuthoritySet()
	state, err := e.AppState(blank.EncodingConfig().Codec, blank.DefaultGenesis(), authorities, operators)
	if err != nil {
		return nil, err
	}
	doc := &cmttypes.GenesisDoc{
		GenesisTime: e.Now, ChainID: e.ChainID, InitialHeight: 1,
		ConsensusParams: app.ConsensusParams(), AppState: state,
	}
	return doc, doc.ValidateAndComplete()
}

func nodeConfig(home string, i int, peers []string) *cmtcfg.Config {
	config := cmtcfg.TestConfig()
	config.SetRoot(home)
	config.Moniker = fmt.Sprintf("authority-%d", i)
	config.DBBackend = "memdb"
	config.P2P.PersistentPeers = strings.Join(append(append([]string{}, peers[:i]...), peers[i+1:]...), ",")
	config.P2P.PexReactor = false
	config.P2P.AddrBookStrict = false
	config.P2P.AllowDuplicateIP = true
	config.RPC.GRPCListenAddress = ""
	config.RPC.PprofListenAddress = ""
	config.TxIndex.Indexer = "kv"
	config.Consensus.TimeoutPropose = proposeTimeout
	config.Consensus.TimeoutPrevote = time.Second
	config.Consensus.TimeoutPrecommit = time.Second
	config.Consensus.TimeoutCommit = commitTimeout
	config.Consensus.SkipTimeoutCommit = false
	config.Consensus.PeerGossipSleepDuration = 10 * time.Millisecond
	return config
}

func start(config *cmtcfg.Config, i int, genesis *cmttypes.GenesisDoc) (*Node, error) {
	for _, name := range []string{config.PrivValidatorKeyFile(), config.PrivValidatorStateFile()} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return nil, err
		}
	}
	validator := privval.NewFilePV(ConsensusKey(i), config.PrivValidatorKeyFile(), config.PrivValidatorStateFile())
	validator.Save()
	application := NewApp(dbm.NewMemDB(), genesis.ChainID)
	one, err := node.NewNode(config, validator, nodeKey(i),
		proxy.NewLocalClientCreator(server.NewCometABCIWrapper(application)),
		func() (*cmttypes.GenesisDoc, error) { return genesis, nil },
		cmtcfg.DefaultDBProvider, node.DefaultMetricsProvider(config.Instrumentation), cmtlog.NewNopLogger())
	if err != nil {
		return nil, err
	}
	if err := one.Start(); err != nil {
		return nil, err
	}
	return &Node{App: application, Client: local.New(one), RPC: config.RPC.ListenAddress, node: one}, nil
}

// freeAddresses returns n addresses on loopback on which nothing listens.
func freeAddresses(n int) ([]string, error) {
	addresses := make([]string, 0, n)
	listeners := make([]net.Listener, 0, n)
	defer func() {
		for _, listener := range listeners {
			_ = listener.Close()
		}
	}()
	for range n {
		listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		listeners = append(listeners, listener)
		addresses = append(addresses, listener.Addr().String())
	}
	return addresses, nil
}
