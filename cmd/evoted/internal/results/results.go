// Package results holds the command that shows the result of an election.
package results

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/evoted/evoted/cmd/evoted/internal/connection"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/types"
)

const (
	flagNoBars = "no-bars"
	flagWait   = "wait"
	// attempts and pause give a node that is a block behind the time to follow.
	attempts = 6
	pause    = 500 * time.Millisecond
)

// Command is `evoted results`.
func Command() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "results ELECTION",
		Short: "Show the result of an election",
		Long: `Shows the totals of every option with bars, how many voted, who opened the result, and
what is to be kept in mind. For an election without a result it says why there is none.
Given several nodes with --node, it shows the result only if they agree.`,
		Example: `  evoted results 1
  evoted results 1 --wait
  evoted results 1 --output json`,
		Args: cobra.ExactArgs(1),
		RunE: run,
	}
	connection.AddNodeFlags(cmd)
	cmd.Flags().Bool(flagWait, false, "wait until the election is over: published, withheld or aborted")
	cmd.Flags().Bool(flagNoBars, false, "numbers only, for screen readers")
	return cmd
}

func run(cmd *cobra.Command, args []string) error {
	output, err := terminal.Output(cmd)
	if err != nil {
		return err
	}
	id, err := connection.ElectionID(args[0])
	if err != nil {
		return err
	}
	plain, err := cmd.Flags().GetBool(flagNoBars)
	if err != nil {
		return err
	}
	c, _, err := connection.Open(cmd)
	if err != nil {
		return err
	}
	wait, err := cmd.Flags().GetBool(flagWait)
	if err != nil {
		return err
	}
	status := terminal.Progress(cmd)
	if wait {
		status.Step("Waiting for the end of election %d", id)
	}
	found, err := await(cmd.Context(), func(ctx context.Context) (*answer, error) { return load(ctx, c, id) }, wait)
	if err != nil {
		if wait {
			status.Fail()
		}
		return connection.Explain(err)
	}
	if wait {
		status.Done()
	}
	setup := ""
	if circuit, err := c.Circuit(cmd.Context(), found.election.Format); err == nil {
		setup = circuit.Setup
	}
	if setup == key.SetupInsecure && output == terminal.JSON {
		terminal.Warning(cmd, "%s", insecureSetup) // text has it below the result
	}
	report := newReport(c.ChainID(), setup, found, time.Now())
	return terminal.Print(cmd, output, report, func(w io.Writer) { report.write(w, !plain) })
}

// await asks until the election is over, or once if nobody waits.
func await(ctx context.Context, ask func(context.Context) (*answer, error), wait bool) (*answer, error) {
	for {
		found, err := ask(ctx)
		if err != nil || !wait || over(found.election.Phase) {
			return found, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
		}
	}
}

// over tells whether nothing will change any more.
func over(phase types.Phase) bool {
	return phase == types.PHASE_TALLIED || phase == types.PHASE_WITHHELD || phase == types.PHASE_ABORTED
}

// answer is what one node says about the result.
type answer struct {
	election types.Election
	ballots  uint64
	tally    types.QueryTallyResponse
}

// load asks every node and returns the answer if they agree.
func load(ctx context.Context, c *client.Client, id uint64) (*answer, error) {
	var lastErr error
	for attempt := range attempts {
		if attempt > 0 {
			select {
			case <-ctx.Done():
				return nil, lastErr
			case <-time.After(pause):
			}
		}
		found, err := agree(ctx, c, id)
		if err == nil {
			return found, nil
		}
		if lastErr = err; !errors.Is(err, client.ErrNodesDisagree) {
			return nil, err
		}
	}
	return nil, lastErr
}

func agree(ctx context.Context, c *client.Client, id uint64) (*answer, error) {
	answers := client.All(ctx, c, func(ctx context.Context, n *client.Node) (*answer, error) { return ask(ctx, n, id) })
	var first *client.Answer[*answer]
	var failures []error
	for i := range answers {
		a := &answers[i]
		switch {
		case client.IsNotFound(a.Err):
			return nil, fmt.Errorf("%w: election %d", types.ErrElectionNotFound, id)
		case a.Err != nil:
			failures = append(failures, a.Err)
		case first == nil:
			first = a
		case !first.Value.equal(a.Value):
			return nil, fmt.Errorf("%w: %s and %s", client.ErrNodesDisagree, first.Node.URL, a.Node.URL)
		}
	}
	if first == nil {
		return nil, fmt.Errorf("%w: %w", client.ErrNoNode, errors.Join(failures...))
	}
	return first.Value, nil
}

func ask(ctx context.Context, n *client.Node, id uint64) (*answer, error) {
	query := n.Query(ctx)
	election, err := query.Election(ctx, &types.QueryElectionRequest{ElectionId: id})
	if err != nil {
		return nil, err
	}
	tally, err := query.Tally(ctx, &types.QueryTallyRequest{ElectionId: id})
	if err != nil {
		return nil, err
	}
	return &answer{election: election.Election, ballots: election.Ballots, tally: *tally}, nil
}

func (a *answer) equal(b *answer) bool {
	x, errX := a.election.Marshal()
	y, errY := b.election.Marshal()
	s, errS := a.tally.Marshal()
	t, errT := b.tally.Marshal()
	return errX == nil && errY == nil && errS == nil && errT == nil && bytes.Equal(x, y) && bytes.Equal(s, t)
}
