package localnet

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"

	clientconfig "github.com/cosmos/cosmos-sdk/client/config"
	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
	pruningtypes "github.com/cosmos/cosmos-sdk/store/v2/pruning/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/cmd/evoted/internal/genesis"
	"github.com/evoted/evoted/cmd/evoted/internal/node"
	authoritytypes "github.com/evoted/evoted/x/authority/types"
	"github.com/evoted/evoted/x/election/ballot"
	electiontypes "github.com/evoted/evoted/x/election/types"
)

// writer makes the files of a network.
type writer struct {
	Options
	cdc codec.Codec
	// circuit returns the circuit to put into the genesis. It is a field because the
	// making of keys takes long.
	circuit func(progress func(string)) (electiontypes.Circuit, error)
	// step tells the user what happens.
	step func(format string, args ...any)

	network  Network
	nodes    []*cmtcfg.Config
	keys     []node.Keys
	operator []string
}

// newWriter returns a writer with the circuit for ballots of eight slots.
func newWriter(cdc codec.Codec, o Options, step func(format string, args ...any)) *writer {
	return &writer{Options: o, cdc: cdc, step: step, circuit: func(progress func(string)) (electiontypes.Circuit, error) {
		return genesis.TestCircuit(ballot.Slots8, progress)
	}}
}

// write makes the whole network in its directory. On failure what it has made is
// removed again.
func (w *writer) write(ctx context.Context) (_ *Network, err error) {
	if err := w.validate(); err != nil {
		return nil, err
	}
	_, statErr := os.Stat(w.Dir)
	if err := os.MkdirAll(w.Dir, 0o700); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil && errors.Is(statErr, os.ErrNotExist) {
			err = errors.Join(err, os.RemoveAll(w.Dir))
		}
	}()
	circuit, err := w.circuit(func(step string) { w.step("%s", step) })
	if err != nil {
		return nil, err
	}

	w.step("writing %d authorities", w.Authorities)
	reserved, err := reserve(ctx, w.Authorities, w.BasePort)
	if err != nil {
		return nil, err
	}
	defer reserved.release()
	w.network = Network{ChainID: w.ChainID, ClientHome: filepath.Join(w.Dir, "client"), Setup: circuit.Setup}
	if err := w.makeNodes(reserved.nodes); err != nil {
		return nil, err
	}
	if err := w.makeOfficials(); err != nil {
		return nil, err
	}
	if err := w.writeGenesis(circuit); err != nil {
		return nil, err
	}
	if err := w.writeConfigs(reserved.nodes); err != nil {
		return nil, err
	}
	return &w.network, w.network.save(w.Dir)
}

// makeNodes makes the home directories and keys of the nodes.
func (w *writer) makeNodes(reserved []ports) error {
	for i, p := range reserved {
		moniker := fmt.Sprintf("authority%d", i+1)
		config := node.Comet()
		config.SetRoot(filepath.Join(w.Dir, moniker))
		config.Moniker = moniker
		keys, err := node.MakeKeys(config, "", node.KeyEd25519)
		if err != nil {
			return err
		}
		w.nodes, w.keys = append(w.nodes, config), append(w.keys, keys)
		w.network.Nodes = append(w.network.Nodes, Node{
			Moniker: moniker,
			Home:    config.RootDir,
			RPC:     "http://" + address(p.rpc),
			GRPC:    address(p.grpc),
			API:     "http://" + address(p.api),
			P2P:     keys.ID + "@" + address(p.p2p),
		})
	}
	return nil
}

// makeOfficials makes the keys of all officials in the keyring of the client's home.
func (w *writer) makeOfficials() error {
	home := w.network.ClientHome
	if err := os.MkdirAll(home, 0o700); err != nil {
		return err
	}
	ring, err := keyring.New(sdk.KeyringServiceName(), keyring.BackendTest, home, nil, w.cdc)
	if err != nil {
		return fmt.Errorf("make the keyring: %w", err)
	}
	add := func(name, role string, makeKey func(home string, ring keyring.Keyring, name string) (string, error)) error {
		address, err := makeKey(home, ring, name)
		if err != nil {
			return fmt.Errorf("make the key of %s: %w", name, err)
		}
		w.network.Officials = append(w.network.Officials, Official{Name: name, Role: role, Address: address})
		return nil
	}
	officials := []struct{ name, role string }{
		{"organiser", roleOrganiser},
		{"registrar1", roleRegistrar},
		{"registrar2", roleRegistrar},
		{"trustee1", roleTrustee},
		{"trustee2", roleTrustee},
		{"trustee3", roleTrustee},
	}
	for _, o := range officials {
		makeKey := makeAccount
		if o.role == roleTrustee {
			makeKey = makeTrustee
		}
		if err := add(o.name, o.role, makeKey); err != nil {
			return err
		}
	}
	for i := range w.nodes {
		if err := add(fmt.Sprintf("operator%d", i+1), roleOperator, makeAccount); err != nil {
			return err
		}
		w.operator = append(w.operator, w.network.Officials[len(w.network.Officials)-1].Address)
	}
	return nil
}

// writeGenesis writes the same genesis file into every home directory: nodes with
// different bytes, or only different times, never agree on a block.
func (w *writer) writeGenesis(circuit electiontypes.Circuit) error {
	document, err := genesis.New(w.cdc, w.ChainID, time.Now(), w.Authorities < tolerantAuthorities)
	if err != nil {
		return err
	}
	for i, n := range w.network.Nodes {
		err := document.AddAuthority(authoritytypes.Authority{
			Moniker:          n.Moniker,
			Operator:         w.operator[i],
			ConsensusKeyType: w.keys[i].Consensus.Type(),
			ConsensusKey:     w.keys[i].Consensus.Bytes(),
			Endpoint:         n.RPC,
			Organisation:     fmt.Sprintf("Organisation %d", i+1),
		})
		if err != nil {
			return err
		}
	}
	for _, official := range w.network.Officials {
		if official.Role == roleOperator {
			continue // came with its authority
		}
		address, err := sdk.AccAddressFromBech32(official.Address)
		if err != nil {
			return err
		}
		if err := document.AddOfficial(address, official.Role == roleOrganiser); err != nil {
			return err
		}
	}
	if err := document.AddCircuit(circuit); err != nil {
		return err
	}
	if err := document.Validate(); err != nil {
		return err
	}
	for _, config := range w.nodes {
		if err := document.Save(config.GenesisFile()); err != nil {
			return err
		}
	}
	return nil
}

// writeConfigs writes the configuration files of the nodes and of the client.
func (w *writer) writeConfigs(reserved []ports) error {
	peers := make([]string, len(w.network.Nodes))
	for i, n := range w.network.Nodes {
		peers[i] = n.P2P
	}
	serverconfig.SetConfigTemplate(serverconfig.DefaultConfigTemplate)
	for i, config := range w.nodes {
		p := reserved[i]
		others := append(append([]string{}, peers[:i]...), peers[i+1:]...)
		config.RPC.ListenAddress = "tcp://" + address(p.rpc)
		config.P2P.ListenAddress = "tcp://" + address(p.p2p)
		config.P2P.PersistentPeers = strings.Join(others, ",")
		config.P2P.AddrBookStrict = false // addresses are those of the loopback interface
		config.P2P.AllowDuplicateIP = true
		config.P2P.PexReactor = false
		config.Consensus.TimeoutCommit = w.BlockTime
		dir := filepath.Join(config.RootDir, "config")
		cmtcfg.WriteConfigFile(filepath.Join(dir, "config.toml"), config)

		app := node.App()
		app.API.Address = "tcp://" + address(p.api)
		app.GRPC.Address = address(p.grpc)
		app.Pruning = pruningtypes.PruningOptionNothing
		serverconfig.WriteConfigFile(filepath.Join(dir, "app.toml"), app)
		if err := os.WriteFile(filepath.Join(dir, "otel.yaml"), nil, 0o600); err != nil {
			return err
		}
		if err := w.writeClient(config.RootDir, w.network.Nodes[i]); err != nil {
			return err
		}
	}
	return w.writeClient(w.network.ClientHome, w.network.Nodes[0])
}

func (w *writer) writeClient(home string, n Node) error {
	config := clientconfig.DefaultConfig()
	config.ChainID = w.ChainID
	config.KeyringBackend = keyring.BackendTest
	config.Node = n.RPC
	return node.WriteClient(home, config)
}
