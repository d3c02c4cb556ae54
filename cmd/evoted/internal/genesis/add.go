package genesis

import (
	"encoding/base64"
	"fmt"
	"os"
	"strings"

	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	"github.com/cosmos/cosmos-sdk/server"

	"github.com/evoted/evoted/cmd/evoted/internal/node"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	authoritytypes "github.com/evoted/evoted/x/authority/types"
	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/proof/keyfile"
	electiontypes "github.com/evoted/evoted/x/election/types"
)

// Names of the flags of the add commands.
const (
	flagMoniker      = "moniker"
	flagOperator     = "operator"
	flagEndpoint     = "endpoint"
	flagOrganisation = "organisation"
	flagConsensusKey = "consensus-key"
	flagOrganiser    = "organiser"
	flagFormat       = "format"
	flagFile         = "file"
)

func addAuthorityCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add-authority",
		Short: "Add an authority to the genesis file",
		Long: `Add an authority, and the account of its operator, to the genesis file. Without
--consensus-key it is the authority of this home directory. Another one tells its key
with ` + "`evoted comet show-validator`" + `.`,
		Example: `  evoted genesis add-authority --operator alice --endpoint https://vote.example.org --organisation "Example"
  evoted genesis add-authority --moniker second --operator evoted1... --endpoint https://vote.example.com \
    --organisation "Second" --consensus-key '{"@type":"/cosmos.crypto.ed25519.PubKey","key":"..."}'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			authority, err := authorityFromFlags(cmd)
			if err != nil {
				return err
			}
			if err := change(cmd, func(d *Document) error { return d.AddAuthority(authority) }); err != nil {
				return err
			}
			terminal.Notice(cmd, "added the authority %s", terminal.Clean(authority.Moniker))
			return nil
		},
	}
	cmd.Flags().String(flagMoniker, "", "public name of the authority (default that of this node)")
	cmd.Flags().String(flagOperator, "", "account of the people who run it: an address or a key name")
	cmd.Flags().String(flagEndpoint, "", "public URL to which electors send ballots")
	cmd.Flags().String(flagOrganisation, "", "legal body behind the authority")
	cmd.Flags().String(flagConsensusKey, "", "its consensus key, as evoted comet show-validator shows it, or an ed25519 key in base64")
	addKeyringFlags(cmd)
	for _, name := range []string{flagOperator, flagEndpoint, flagOrganisation} {
		_ = cmd.MarkFlagRequired(name)
	}
	return cmd
}

func authorityFromFlags(cmd *cobra.Command) (authoritytypes.Authority, error) {
	text := func(name string) string {
		value, _ := cmd.Flags().GetString(name)
		return strings.TrimSpace(value)
	}
	operator, err := resolve(cmd, text(flagOperator))
	if err != nil {
		return authoritytypes.Authority{}, err
	}
	authority := authoritytypes.Authority{
		Moniker: text(flagMoniker), Operator: operator.String(), Endpoint: text(flagEndpoint), Organisation: text(flagOrganisation),
	}
	config := server.GetServerContextFromCmd(cmd).Config
	if authority.Moniker == "" {
		authority.Moniker = config.Moniker
	}
	authority.ConsensusKeyType, authority.ConsensusKey, err = consensusKey(client.GetClientContextFromCmd(cmd), config, text(flagConsensusKey))
	return authority, err
}

// consensusKey reads a consensus key given as JSON or as base64, or that of the home
// directory if none is given.
func consensusKey(ctx client.Context, config *cmtcfg.Config, text string) (keyType string, raw []byte, err error) {
	switch {
	case text == "":
		config.SetRoot(ctx.HomeDir)
		keys, err := node.LoadKeys(config)
		if err != nil {
			return "", nil, terminal.WithHint(err, "make the keys with `evoted init`, or give --consensus-key")
		}
		return keys.Consensus.Type(), keys.Consensus.Bytes(), nil
	case strings.HasPrefix(text, "{"):
		var public cryptotypes.PubKey
		if err := ctx.Codec.UnmarshalInterfaceJSON([]byte(text), &public); err != nil {
			return "", nil, fmt.Errorf("read --%s: %w", flagConsensusKey, err)
		}
		return public.Type(), public.Bytes(), nil
	default:
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return "", nil, fmt.Errorf("--%s is neither JSON nor base64: %w", flagConsensusKey, err)
		}
		return node.KeyEd25519, raw, nil
	}
}

func addOfficialCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add-official ADDRESS|KEYNAME",
		Short: "Add the account of an official to the genesis file",
		Long: `Add the account of a registrar, a trustee or an organiser to the genesis file. There
are no fees: only accounts that are in the genesis file can send ordinary transactions.`,
		Example: `  evoted genesis add-official registrar1
  evoted genesis add-official evoted1... --organiser`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			address, err := resolve(cmd, args[0])
			if err != nil {
				return err
			}
			organiser, _ := cmd.Flags().GetBool(flagOrganiser)
			if err := change(cmd, func(d *Document) error { return d.AddOfficial(address, organiser) }); err != nil {
				return err
			}
			terminal.Notice(cmd, "added the official %s", address)
			return nil
		},
	}
	cmd.Flags().Bool(flagOrganiser, false, "the official may create elections")
	addKeyringFlags(cmd)
	return cmd
}

func addCircuitCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add-circuit",
		Short: "Add a ballot circuit and its verifying key to the genesis file",
		Long: `Add the circuit of a ballot format to the genesis file. Without --file the keys are
those of a setup by this machine alone, made once and kept in the user's cache directory:
whoever made them can forge ballots, so the chain calls itself ` + key.SetupInsecure + `.
They are for tests. With --file the keys of a ceremony are read.`,
		Example: `  evoted genesis add-circuit
  evoted genesis add-circuit --file ceremony/slots8.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			circuit, err := circuitFromFlags(cmd)
			if err != nil {
				return err
			}
			if err := change(cmd, func(d *Document) error { return d.AddCircuit(circuit) }); err != nil {
				return err
			}
			terminal.Notice(cmd, "added the circuit %s (%s)", circuit.Format, circuit.Setup)
			return nil
		},
	}
	cmd.Flags().String(flagFormat, ballot.Slots8.Name, "format of the ballots")
	cmd.Flags().String(flagFile, "", "JSON file of a circuit with the keys of a ceremony")
	return cmd
}

func circuitFromFlags(cmd *cobra.Command) (circuit electiontypes.Circuit, err error) {
	if file, _ := cmd.Flags().GetString(flagFile); file != "" {
		raw, err := os.ReadFile(file)
		if err != nil {
			return circuit, err
		}
		err = client.GetClientContextFromCmd(cmd).Codec.UnmarshalJSON(raw, &circuit)
		return circuit, err
	}
	name, _ := cmd.Flags().GetString(flagFormat)
	format, err := ballot.FormatByName(name)
	if err != nil {
		return circuit, terminal.Usage(err)
	}
	status := terminal.Progress(cmd)
	defer status.Done()
	return TestCircuit(format, func(step string) { status.Step("%s", step) })
}

// TestCircuit returns a circuit with the keys of a setup by one party, from the user's
// cache directory; it makes them if they are not there, which takes about ten seconds.
// Progress is told the steps in words.
func TestCircuit(format ballot.Format, progress func(string)) (electiontypes.Circuit, error) {
	material, err := keyfile.LoadOrSetup("", format, progress)
	if err != nil {
		return electiontypes.Circuit{}, fmt.Errorf("make the test keys of the circuit: %w", err)
	}
	return electiontypes.Circuit{
		Format:           material.Format.Name,
		VerifyingKey:     material.VerifyingKey,
		CircuitDigest:    material.CircuitDigest,
		ProvingKeyDigest: material.ProvingKeyDigest,
		Setup:            material.Setup,
	}, nil
}
