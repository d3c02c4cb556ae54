package registrar

import (
	"encoding/hex"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/evoted/evoted/cmd/evoted/internal/connection"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/types"
)

// standing is what `registrar status` prints.
type standing struct {
	ElectionID   uint64      `json:"election_id"`
	RollStatus   string      `json:"roll_status"`
	Count        uint64      `json:"count"`
	TotalPower   uint64      `json:"total_power"`
	Root         string      `json:"root"`
	Threshold    uint32      `json:"registrar_threshold"`
	Attestations []statement `json:"attestations"`

	status types.RollStatus
}

// statement is what one registrar said.
type statement struct {
	Registrar  string `json:"registrar"`
	Attested   bool   `json:"attested"`
	Agrees     bool   `json:"agrees_with_chain"`
	Count      uint64 `json:"count"`
	TotalPower uint64 `json:"total_power"`
	Root       string `json:"root"`
	Height     int64  `json:"height"`
}

func statusCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "status ELECTION",
		Short: "Show the roll and what each registrar states",
		Long: `Shows the roll, and what each registrar states of it. With --output json it has the whole
roots in hexadecimal, as evoted registrar attest prints them, for a comparison with your own;
evoted query election prints bytes in base64.`,
		Example: `  evoted registrar status 1
  evoted registrar status 1 --output json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			output, err := terminal.Output(cmd)
			if err != nil {
				return err
			}
			id, err := connection.ElectionID(args[0])
			if err != nil {
				return err
			}
			c, _, err := connection.Open(cmd)
			if err != nil {
				return err
			}
			election, err := c.Election(cmd.Context(), id)
			if err != nil {
				return connection.Explain(err)
			}
			attestations, err := c.Attestations(cmd.Context(), id)
			if err != nil {
				return connection.Explain(err)
			}
			result := newStanding(election, attestations)
			return terminal.Print(cmd, output, result, result.write)
		},
	}
	connection.AddNodeFlags(cmd)
	return cmd
}

func newStanding(e *types.Election, attestations []types.Attestation) *standing {
	s := &standing{
		ElectionID: e.Id, RollStatus: e.Roll.Status.String(), status: e.Roll.Status, Count: e.Roll.Count,
		TotalPower: e.Roll.TotalPower, Root: hex.EncodeToString(e.Roll.Root), Threshold: e.RegistrarThreshold,
		Attestations: make([]statement, 0, len(e.Registrars)),
	}
	for _, registrar := range e.Registrars {
		line := statement{Registrar: registrar}
		for i := range attestations {
			a := &attestations[i]
			if a.Registrar == registrar {
				line.Attested, line.Agrees = true, a.States(&e.Roll)
				line.Count, line.TotalPower, line.Root, line.Height = a.Count, a.TotalPower, hex.EncodeToString(a.Root), a.Height
			}
		}
		s.Attestations = append(s.Attestations, line)
	}
	return s
}

func (s *standing) write(w io.Writer) {
	_, _ = fmt.Fprintf(w, "Election %d: %d electors, total power %d\nThe roll is %s; %s\n\n",
		s.ElectionID, s.Count, s.TotalPower, rollInWords(s.status), s.demand())
	rows := make([][]string, 0, len(s.Attestations))
	for _, a := range s.Attestations {
		says := "nothing yet"
		switch {
		case a.Agrees:
			says = "the chain's roll"
		case a.Attested:
			says = fmt.Sprintf("ANOTHER ROLL: %d electors, power %d, root %.16s", a.Count, a.TotalPower, a.Root)
		}
		rows = append(rows, []string{a.Registrar, says})
	}
	terminal.Table(w, []string{"REGISTRAR", "STATES"}, rows)
}

// demand says how many registrars must attest the roll, and how many do.
func (s *standing) demand() string {
	agree := 0
	for _, a := range s.Attestations {
		if a.Agrees {
			agree++
		}
	}
	if len(s.Attestations) == 1 {
		if agree == 1 {
			return "its only registrar attests it"
		}
		return "its only registrar must attest it"
	}
	return fmt.Sprintf("%d of %d registrars must attest it, %d attest it as it is", s.Threshold, len(s.Attestations), agree)
}
