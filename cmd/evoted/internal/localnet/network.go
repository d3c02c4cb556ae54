// Package localnet runs a whole evoted chain on one machine: several authorities as
// processes of their own, on the loopback interface, with keys for all officials. It is
// for trying things out and for tests; nothing on it is secret.
package localnet

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
)

// file describes the network in its directory.
const file = "localnet.json"

// Roles of officials.
const (
	roleOrganiser = "organiser"
	roleRegistrar = "registrar"
	roleTrustee   = "trustee"
	roleOperator  = "operator"
)

// Network is a local chain as it stands in a directory.
type Network struct {
	// ChainID of the chain.
	ChainID string `json:"chain_id"`
	// ClientHome holds the keys of all officials and the settings of client commands.
	ClientHome string `json:"client_home"`
	// Setup tells how the keys of the ballot circuit were made.
	Setup string `json:"setup"`
	// Nodes in the order of their numbers.
	Nodes []Node `json:"nodes"`
	// Officials whose keys are in ClientHome.
	Officials []Official `json:"officials"`
}

// Node is one authority.
type Node struct {
	// Moniker of the authority.
	Moniker string `json:"moniker"`
	// Home directory of the node.
	Home string `json:"home"`
	// RPC is the URL of CometBFT's RPC server, to which ballots are sent.
	RPC string `json:"rpc"`
	// GRPC is the host and port of the gRPC server.
	GRPC string `json:"grpc"`
	// API is the URL of the REST server.
	API string `json:"api"`
	// P2P is the peer address, ID@HOST:PORT.
	P2P string `json:"p2p"`
}

// Log returns the file to which the node writes.
func (n Node) Log() string { return filepath.Join(n.Home, "node.log") }

// Official is one account of the chain.
type Official struct {
	// Name of the key in the keyring of ClientHome.
	Name string `json:"name"`
	// Role is organiser, registrar, trustee or operator.
	Role string `json:"role"`
	// Address of the account.
	Address string `json:"address"`
}

// Load reads the network of a directory.
func Load(dir string) (*Network, error) {
	raw, err := os.ReadFile(filepath.Join(dir, file))
	if errors.Is(err, os.ErrNotExist) {
		return nil, terminal.WithHint(fmt.Errorf("there is no local network in %s", dir),
			"make one with `evoted localnet init --dir "+dir+"`")
	}
	if err != nil {
		return nil, err
	}
	var n Network
	if err := json.Unmarshal(raw, &n); err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Join(dir, file), err)
	}
	if len(n.Nodes) == 0 {
		return nil, fmt.Errorf("read %s: it names no node", filepath.Join(dir, file))
	}
	return &n, nil
}

// save writes the description, last of all files: a directory without it is incomplete.
func (n *Network) save(dir string) error {
	raw, err := json.MarshalIndent(n, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, file), append(raw, '\n'), 0o600)
}
