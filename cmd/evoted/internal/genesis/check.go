package genesis

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/proof/key"
)

func validateCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "validate [FILE]",
		Aliases: []string{"validate-genesis"},
		Short:   "Check whether a chain can start from the genesis file",
		Example: `  evoted genesis validate
  evoted genesis validate genesis.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, file, err := open(cmd, args)
			if err != nil {
				return err
			}
			if err := d.Validate(); err != nil {
				return err
			}
			cmd.Println(file + " is valid")
			return nil
		},
	}
}

// Summary is what people compare before they start a chain.
type Summary struct {
	ChainID     string             `json:"chain_id"`
	GenesisTime time.Time          `json:"genesis_time"`
	SHA256      string             `json:"sha256"`
	Development bool               `json:"development"`
	Authorities []SummaryAuthority `json:"authorities"`
	Accounts    int                `json:"accounts"`
	Organisers  []string           `json:"organisers"`
	Circuits    []SummaryCircuit   `json:"circuits"`
	Elections   int                `json:"elections"`
}

// SummaryAuthority is one authority of a summary.
type SummaryAuthority struct {
	Moniker      string `json:"moniker"`
	Organisation string `json:"organisation"`
	Operator     string `json:"operator"`
	Endpoint     string `json:"endpoint"`
}

// SummaryCircuit is one circuit of a summary.
type SummaryCircuit struct {
	Format        string `json:"format"`
	CircuitDigest string `json:"circuit_digest"`
	Setup         string `json:"setup"`
}

// Summary returns what people compare before they start a chain. The SHA-256 is left
// empty: it belongs to a file.
func (d *Document) Summary() (Summary, error) {
	authorities, err := d.Authorities()
	if err != nil {
		return Summary{}, err
	}
	election, err := d.Election()
	if err != nil {
		return Summary{}, err
	}
	accounts, err := d.Accounts()
	if err != nil {
		return Summary{}, err
	}
	s := Summary{
		ChainID: d.ChainID(), GenesisTime: d.Time(), Development: authorities.Params.Development,
		Authorities: make([]SummaryAuthority, 0, len(authorities.Authorities)),
		Accounts:    len(accounts),
		Organisers:  append([]string{}, election.Params.Organisers...),
		Circuits:    make([]SummaryCircuit, 0, len(election.Circuits)),
		Elections:   len(election.Elections),
	}
	for _, a := range authorities.Authorities {
		s.Authorities = append(s.Authorities, SummaryAuthority{a.Moniker, a.Organisation, a.Operator, a.Endpoint})
	}
	for _, c := range election.Circuits {
		s.Circuits = append(s.Circuits, SummaryCircuit{c.Format, c.CircuitDigest, c.Setup})
	}
	return s, nil
}

// Warnings returns why a chain must not hold a real election; nothing for one that may.
func (s Summary) Warnings() []string {
	var warnings []string
	for _, c := range s.Circuits {
		if c.Setup == key.SetupInsecure {
			warnings = append(warnings, fmt.Sprintf(
				"the keys of the circuit %s are %s: whoever made them can forge ballots; use this chain for tests only", c.Format, c.Setup))
		}
	}
	if s.Development {
		warnings = append(warnings, "the chain is one of development: one authority can stop it or change it")
	}
	return warnings
}

func showCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show [FILE]",
		Short: "Show what is in the genesis file, and its SHA-256",
		Example: `  evoted genesis show
  evoted genesis show genesis.json --output json`,
		Args: cobra.MaximumNArgs(1),
		RunE: runShow,
	}
	terminal.AddOutputFlag(cmd)
	return cmd
}

func runShow(cmd *cobra.Command, args []string) error {
	output, err := terminal.Output(cmd)
	if err != nil {
		return err
	}
	d, file, err := open(cmd, args)
	if err != nil {
		return err
	}
	summary, err := d.Summary()
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	digest := sha256.Sum256(raw)
	summary.SHA256 = hex.EncodeToString(digest[:])
	for _, warning := range summary.Warnings() {
		terminal.Warning(cmd, "%s", warning)
	}
	return terminal.Print(cmd, output, summary, summary.write)
}

func (s Summary) write(w io.Writer) {
	terminal.Table(w, nil, [][]string{
		{"chain", s.ChainID},
		{"starts", s.GenesisTime.Format(time.RFC3339)},
		{"sha256", s.SHA256},
		{"accounts", strconv.Itoa(s.Accounts)},
		{"organisers", strconv.Itoa(len(s.Organisers))},
		{"elections", strconv.Itoa(s.Elections)},
	})
	authorities := make([][]string, 0, len(s.Authorities))
	for _, a := range s.Authorities {
		authorities = append(authorities, []string{a.Moniker, a.Organisation, a.Endpoint, a.Operator})
	}
	_, _ = fmt.Fprintln(w)
	terminal.Table(w, []string{"AUTHORITY", "ORGANISATION", "ENDPOINT", "OPERATOR"}, authorities)
	circuits := make([][]string, 0, len(s.Circuits))
	for _, c := range s.Circuits {
		circuits = append(circuits, []string{c.Format, c.Setup, c.CircuitDigest})
	}
	_, _ = fmt.Fprintln(w)
	terminal.Table(w, []string{"CIRCUIT", "SETUP", "DIGEST"}, circuits)
}
