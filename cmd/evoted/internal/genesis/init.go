package genesis

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/client/input"
	"github.com/cosmos/cosmos-sdk/server"
	"github.com/cosmos/go-bip39"

	"github.com/evoted/evoted/cmd/evoted/internal/node"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
)

// Names of the flags of init. Those that the SDK's command has keep their names.
const (
	flagOverwrite   = "overwrite"
	flagRecover     = "recover"
	flagKeyType     = "consensus-key-algo"
	flagDevelopment = "development"
	flagGenesisTime = "genesis-time"
)

// initialised is the result of init.
type initialised struct {
	Moniker          string `json:"moniker"`
	ChainID          string `json:"chain_id"`
	NodeID           string `json:"node_id"`
	ConsensusKeyType string `json:"consensus_key_type"`
	ConsensusKey     []byte `json:"consensus_key"`
	Genesis          string `json:"genesis"`
}

// InitCommand returns `evoted init`.
func InitCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init MONIKER",
		Short: "Make the home directory of a node: keys, configuration, an empty genesis file",
		Long: `Make the home directory of a node: its node key, its consensus key, its configuration
files and a genesis file without authorities. A node that joins a running chain replaces
the genesis file with that of the chain.`,
		Example: `  evoted init authority1 --chain-id evoted-1
  evoted init authority1 --chain-id evoted-1 --consensus-key-algo ml_dsa_65 --home /srv/evoted`,
		Args: cobra.ExactArgs(1),
		RunE: runInit,
	}
	cmd.Flags().String(flags.FlagChainID, "", "identifier of the chain, for example evoted-1")
	cmd.Flags().BoolP(flagOverwrite, "w", false, "replace an existing genesis file")
	cmd.Flags().Bool(flagRecover, false, "ask for a mnemonic and derive the consensus key from it")
	cmd.Flags().String(flagKeyType, node.KeyEd25519, "type of the consensus key: ed25519 or ml_dsa_65")
	cmd.Flags().Bool(flagDevelopment, false, "accept a set of authorities that tolerates no fault, for development")
	cmd.Flags().String(flagGenesisTime, "", "time of the first block, as 2026-01-31T12:00:00Z (default now)")
	terminal.AddOutputFlag(cmd)
	_ = cmd.MarkFlagRequired(flags.FlagChainID)
	return cmd
}

func runInit(cmd *cobra.Command, args []string) error {
	output, err := terminal.Output(cmd)
	if err != nil {
		return err
	}
	home := client.GetClientContextFromCmd(cmd).HomeDir
	config := server.GetServerContextFromCmd(cmd).Config
	config.SetRoot(home)
	config.Moniker = args[0]

	start, err := genesisTime(cmd)
	if err != nil {
		return err
	}
	overwrite, _ := cmd.Flags().GetBool(flagOverwrite)
	if _, err := os.Stat(config.GenesisFile()); err == nil && !overwrite {
		return terminal.WithHint(fmt.Errorf("there is a genesis file already: %s", config.GenesisFile()),
			"choose another directory with --home, or replace the file with --overwrite")
	}
	chainID, _ := cmd.Flags().GetString(flags.FlagChainID)
	development, _ := cmd.Flags().GetBool(flagDevelopment)
	document, err := New(client.GetClientContextFromCmd(cmd).Codec, chainID, start, development)
	if err != nil {
		return err
	}
	keys, err := makeKeys(cmd, config)
	if err != nil {
		return err
	}
	document.allowKeyType(keys.Consensus.Type())
	if err := document.Save(config.GenesisFile()); err != nil {
		return err
	}
	cmtcfg.WriteConfigFile(filepath.Join(home, "config", "config.toml"), config)
	if err := os.WriteFile(filepath.Join(home, "config", "otel.yaml"), nil, 0o600); err != nil {
		return err
	}

	result := initialised{
		Moniker: args[0], ChainID: chainID, NodeID: keys.ID,
		ConsensusKeyType: keys.Consensus.Type(), ConsensusKey: keys.Consensus.Bytes(), Genesis: config.GenesisFile(),
	}
	return terminal.Print(cmd, output, result, func(w io.Writer) {
		terminal.Table(w, nil, [][]string{
			{"moniker", result.Moniker},
			{"chain", result.ChainID},
			{"node id", result.NodeID},
			{"consensus key", fmt.Sprintf("%s %x", result.ConsensusKeyType, abbreviate(result.ConsensusKey))},
			{"genesis", result.Genesis},
		})
	})
}

// makeKeys makes the keys of the node, from a mnemonic if --recover is given.
func makeKeys(cmd *cobra.Command, config *cmtcfg.Config) (node.Keys, error) {
	keyType, _ := cmd.Flags().GetString(flagKeyType)
	mnemonic := ""
	if recovering, _ := cmd.Flags().GetBool(flagRecover); recovering {
		words, err := input.GetString("Mnemonic of the consensus key:", bufio.NewReader(cmd.InOrStdin()))
		if err != nil {
			return node.Keys{}, err
		}
		if !bip39.IsMnemonicValid(words) {
			return node.Keys{}, fmt.Errorf("the mnemonic is not valid")
		}
		mnemonic = words
	}
	return node.MakeKeys(config, mnemonic, keyType)
}

func genesisTime(cmd *cobra.Command) (time.Time, error) {
	text, _ := cmd.Flags().GetString(flagGenesisTime)
	if text == "" {
		return time.Now(), nil
	}
	start, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, terminal.Usagef("--%s %q is not a time like 2026-01-31T12:00:00Z", flagGenesisTime, text)
	}
	return start, nil
}

// abbreviate shortens a key for reading; one of ML-DSA has 1,952 bytes.
func abbreviate(key []byte) []byte {
	const shown = 32
	return key[:min(len(key), shown)]
}
