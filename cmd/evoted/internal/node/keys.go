package node

import (
	"fmt"
	"os"
	"path/filepath"

	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"

	cryptocodec "github.com/cosmos/cosmos-sdk/crypto/codec"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	"github.com/cosmos/cosmos-sdk/x/genutil"
)

// Types of consensus keys that an authority may have.
const (
	KeyEd25519 = "ed25519"
	KeyMLDSA65 = "ml_dsa_65"
)

// Keys are the public parts of a node's two keys.
type Keys struct {
	// ID is the node's identity in the peer-to-peer network, in hexadecimal.
	ID string
	// Consensus is the key that signs the node's votes.
	Consensus cryptotypes.PubKey
}

// MakeKeys makes the node key and the consensus key of a home directory, and the file
// that keeps the node from signing two blocks of one height. Existing files of the type
// ed25519 are kept. All files are readable by their owner only.
func MakeKeys(config *cmtcfg.Config, mnemonic, keyType string) (Keys, error) {
	if keyType != KeyEd25519 && keyType != KeyMLDSA65 {
		return Keys{}, fmt.Errorf("consensus key type %q is not supported: use %s or %s", keyType, KeyEd25519, KeyMLDSA65)
	}
	for _, file := range []string{config.NodeKeyFile(), config.PrivValidatorKeyFile(), config.PrivValidatorStateFile()} {
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return Keys{}, err
		}
	}
	id, consensus, err := genutil.InitializeNodeValidatorFilesFromMnemonicWithKeyType(config, mnemonic, keyType)
	if err != nil {
		return Keys{}, fmt.Errorf("make the keys of the node: %w", err)
	}
	return Keys{ID: id, Consensus: consensus}, nil
}

// LoadKeys reads the public parts of the keys of a home directory.
func LoadKeys(config *cmtcfg.Config) (Keys, error) {
	nodeKey, err := p2p.LoadNodeKey(config.NodeKeyFile())
	if err != nil {
		return Keys{}, fmt.Errorf("read the node key: %w", err)
	}
	// privval ends the process when a file is missing, so look first.
	for _, file := range []string{config.PrivValidatorKeyFile(), config.PrivValidatorStateFile()} {
		if _, err := os.Stat(file); err != nil {
			return Keys{}, fmt.Errorf("read the consensus key: %w", err)
		}
	}
	public, err := privval.LoadFilePV(config.PrivValidatorKeyFile(), config.PrivValidatorStateFile()).GetPubKey()
	if err != nil {
		return Keys{}, fmt.Errorf("read the consensus key: %w", err)
	}
	consensus, err := cryptocodec.FromCmtPubKeyInterface(public)
	if err != nil {
		return Keys{}, fmt.Errorf("read the consensus key: %w", err)
	}
	return Keys{ID: string(nodeKey.ID()), Consensus: consensus}, nil
}
