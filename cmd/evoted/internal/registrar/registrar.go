// Package registrar holds the commands of a registrar: enrolling electors from a list and
// attesting the roll.
package registrar

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/evoted/evoted/cmd/evoted/internal/connection"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/client/elector"
	"github.com/evoted/evoted/x/election/client/registrar"
	"github.com/evoted/evoted/x/election/types"
)

// Command is `evoted registrar`.
func Command() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "registrar",
		Short: "Enrol electors and attest the list of voters",
		Long: `A registrar knows who may vote and puts their commitments and voting powers on the roll.
Lists are CSV files with the columns commitment (64 hexadecimal digits, from evoted elector
new) and weight, without names.`,
		Example: `  evoted registrar enrol 1 electors.csv --from registrar1
  evoted registrar attest 1 electors.csv --from registrar2`,
	}
	cmd.AddCommand(enrolCommand(), attestCommand(), statusCommand())
	return cmd
}

func enrolCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "enrol ELECTION CSV",
		Aliases: []string{"enroll"},
		Short:   "Put the electors of a list on the roll",
		Long: `Appends every elector of the list who is not on the roll yet, in batches, in the order of
their commitments. If it is interrupted, run it again: it goes on where it stopped. Every
mistake in the list is named with its line, and nothing is sent.`,
		Example: `  evoted registrar enrol 1 electors.csv --from registrar1`,
		Args:    cobra.ExactArgs(2),
		RunE:    runEnrol,
	}
	connection.AddOfficialFlags(cmd)
	return cmd
}

func runEnrol(cmd *cobra.Command, args []string) error {
	output, err := terminal.Output(cmd)
	if err != nil {
		return err
	}
	id, list, err := read(args)
	if err != nil {
		return err
	}
	official, err := connection.OpenOfficial(cmd, "")
	if err != nil {
		return err
	}
	election, err := official.Client().Election(cmd.Context(), id)
	if err != nil {
		return connection.Explain(err)
	}
	if err := enrolling(election, time.Now()); err != nil {
		return err
	}
	status := terminal.Progress(cmd)
	status.Step("Enrolling %d electors in election %d", len(list), id)
	done, err := registrar.Enrol(cmd.Context(), official.Client(), official, id, list, func(done, total int) {
		status.Detail("%d of %d", done, total)
	})
	if err != nil {
		status.Fail()
		if done.Added > 0 {
			err = terminal.WithHint(fmt.Errorf("%w (%d electors were enrolled before)", err, done.Added), "run the same command again: it goes on where it stopped")
		}
		return connection.Explain(err)
	}
	status.Done()
	return terminal.Print(cmd, output, done, func(w io.Writer) {
		_, _ = fmt.Fprintf(w, "Enrolled %d electors in %d transactions; %d were on the roll already\n", done.Added, done.Batches, done.Skipped)
	})
}

// errEnded reports that nobody can be enrolled in an election any more.
var errEnded = errors.New("electors are enrolled before voting opens")

// enrolling refuses an election whose time of enrolment is over, also where the list
// holds nobody new. Errors: errEnded.
func enrolling(e *types.Election, now time.Time) error {
	if e.Phase == types.PHASE_SETUP {
		return nil
	}
	return terminal.WithHint(fmt.Errorf("election %d: %w, and %s", e.Id, errEnded, terminal.Clean(elector.PhaseInWords(e, now))),
		"nothing was sent")
}

func attestCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "attest ELECTION CSV",
		Short: "State that the roll on the chain is your list",
		Long: `Downloads the roll, compares it with your own list, and names every elector that is
missing, too many, or has another weight. Only if there is none, it states root, number of
electors and total power, all computed from your list. When enough registrars state the
same, the roll is sealed.`,
		Example: `  evoted registrar attest 1 electors.csv --from registrar2`,
		Args:    cobra.ExactArgs(2),
		RunE:    runAttest,
	}
	connection.AddOfficialFlags(cmd)
	return cmd
}

func runAttest(cmd *cobra.Command, args []string) error {
	output, err := terminal.Output(cmd)
	if err != nil {
		return err
	}
	id, list, err := read(args)
	if err != nil {
		return err
	}
	official, err := connection.OpenOfficial(cmd, "")
	if err != nil {
		return err
	}
	status := terminal.Progress(cmd)
	status.Step("Comparing the roll of election %d with your list", id)
	result, err := registrar.Attest(cmd.Context(), official.Client(), official, id, list, func(done, total uint64) {
		status.Detail("%d of %d", done, total)
	})
	if err != nil {
		status.Fail()
		return connection.Explain(err)
	}
	status.Done()
	if result.Status == types.ROLL_STATUS_DISPUTED {
		terminal.Warning(cmd, "THE ROLL IS DISPUTED: another registrar states something else; see evoted registrar status %d", id)
	}
	return terminal.Print(cmd, output, result, func(w io.Writer) {
		_, _ = fmt.Fprintf(w, "Attested: %d electors, total power %d, root %s\nThe roll is %s\n",
			result.Count, result.TotalPower, result.Root, rollInWords(result.Status))
	})
}

// read parses the arguments before any node is asked.
func read(args []string) (uint64, []types.Elector, error) {
	id, err := connection.ElectionID(args[0])
	if err != nil {
		return 0, nil, err
	}
	file, err := os.Open(args[1])
	if err != nil {
		return 0, nil, connection.Explain(err)
	}
	defer file.Close() //nolint:errcheck // read only
	list, err := registrar.ParseList(file)
	if err != nil {
		return 0, nil, terminal.WithHint(err, "correct the list; nothing was sent")
	}
	return id, list, nil
}

func rollInWords(status types.RollStatus) string {
	switch status {
	case types.ROLL_STATUS_ENROLLING:
		return "not sealed yet"
	case types.ROLL_STATUS_DISPUTED:
		return "disputed: what registrars state differs"
	case types.ROLL_STATUS_SEALED:
		return "sealed"
	case types.ROLL_STATUS_UNSPECIFIED:
		return "unknown"
	default:
		return "unknown"
	}
}
