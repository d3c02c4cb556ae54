package ballot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/evoted/evoted/cmd/evoted/internal/connection"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/client/elector"
	"github.com/evoted/evoted/x/election/client/secretfile"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/proof/prove"
	"github.com/evoted/evoted/x/election/types"
)

const (
	flagElector  = "elector"
	flagChoice   = "choice"
	flagRevision = "revision"
	flagYes      = "yes"
	flagReceipt  = "receipt"
	flagKeys     = "proving-key"
	flagIndex    = "index"
	flagDryRun   = "dry-run"
	flagOffline  = "offline-file"

	// noReceipt as the name of the receipt's file means none.
	noReceipt = "none"
)

func castCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "cast ELECTION",
		Short: "Choose, seal and cast a ballot",
		Long: `Asks for your choice (or takes it from --choice), seals it in a ballot on this machine,
proves that the ballot obeys the rules, sends it to all nodes given, and waits until it is
in a block. At the end it says exactly one of three things:

  Counted in block N
  Not counted: ... try again
  Unknown: ... check with evoted ballot status CODE

Where the first ballot counts and yours is recorded already, nothing is sent, it says

  Already counted in block N: no second ballot was sent

and ends with exit code 1.

If it is interrupted, run it again: it says whether the first ballot was counted.
Give several nodes with --node: they must agree about the election, and one of them alone
can neither keep your ballot back nor tell you a lie about it.`,
		Example: `  evoted ballot cast 1
  evoted ballot cast 1 --choice "1:Yes" --yes
  evoted ballot cast 1 --choice "1:Ada" --choice "1:Grace" --node tcp://a:26657 --node tcp://b:26657
  evoted ballot cast 1 --choice blank --yes --output json`,
		Args: cobra.ExactArgs(1),
		RunE: runCast,
	}
	connection.AddNodeFlags(cmd)
	f := cmd.Flags()
	f.String(flagElector, "elector.json", "file of your secret")
	f.StringArray(flagChoice, nil, `[CONTEST:]OPTION[=VALUE], CONTEST being its number, repeated for every option chosen, or "blank"`)
	f.Uint64(flagRevision, 0, "revision of the ballot where the last one counts (default: the next one)")
	f.Bool(flagYes, false, "do not ask for a confirmation")
	f.String(flagReceipt, "", `file of the receipt, or "none" (default receipt-ELECTION-CODE.json)`)
	f.String(flagKeys, "", "folder of the proving key (default: the user's cache)")
	f.Int64(flagIndex, -1, "your place on the list of voters, counted from 0, if you know it: spares reading the list from its beginning")
	f.Bool(flagDryRun, false, "do everything but send")
	f.String(flagOffline, "", "write the sealed ballot to this file instead of sending it; evoted ballot send FILE sends it")
	cmd.MarkFlagsMutuallyExclusive(flagDryRun, flagOffline)
	return cmd
}

// caster goes through the steps of casting a ballot.
type caster struct {
	cmd        *cobra.Command
	output     string
	status     *terminal.Status
	client     *client.Client
	credential elector.Credential
	election   *elector.Election
	place      elector.Place
	values     []uint64
	revision   uint64
	sealed     *elector.Sealed
	receipt    string
	replaces   int64 // block of the ballot that this one replaces
	sending    bool
	seconds    map[string]float64
}

func runCast(cmd *cobra.Command, args []string) error {
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	id, err := connection.ElectionID(args[0])
	if err != nil {
		return err
	}
	c := &caster{cmd: cmd, status: terminal.Progress(cmd), seconds: map[string]float64{}}
	if err := c.run(ctx, id); err != nil {
		c.status.Fail()
		if ctx.Err() != nil && !c.sending {
			return errStopped
		}
		return connection.Explain(err)
	}
	return nil
}

func (c *caster) run(ctx context.Context, id uint64) error {
	if err := c.load(ctx, id); err != nil {
		return err
	}
	// The proving key is read while the elector chooses.
	keys, err := c.cmd.Flags().GetString(flagKeys)
	if err != nil {
		return err
	}
	prover := openInBackground(c.election, keys)
	if done, err := c.earlier(ctx); done || err != nil {
		return err
	}
	if err := c.find(ctx); err != nil {
		return err
	}
	if err := c.choose(ctx); err != nil {
		return err
	}
	if err := c.seal(ctx, prover); err != nil {
		return err
	}
	return c.deliver(ctx)
}

// timed notes how long a step took since start, in seconds.
func (c *caster) timed(step string, start time.Time) {
	c.seconds[step] += time.Since(start).Seconds()
}

// load reads the elector's secret and the election.
func (c *caster) load(ctx context.Context, id uint64) error {
	start := time.Now()
	defer c.timed("load", start)
	var err error
	if c.output, err = terminal.Output(c.cmd); err != nil {
		return err
	}
	file, err := c.cmd.Flags().GetString(flagElector)
	if err != nil {
		return err
	}
	if c.credential, err = elector.Load(file); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return terminal.WithHint(err, "name the file of your secret with --elector, or make one with: evoted elector new")
		}
		return err
	}
	if c.client, _, err = connection.Open(c.cmd); err != nil {
		return err
	}
	c.status.Step("Reading election %d", id)
	if c.election, err = elector.LoadElection(ctx, c.client, id); err != nil {
		if errors.Is(err, elector.ErrNotOpen) {
			return terminal.WithHint(err, "a ballot can be cast only while voting is open")
		}
		return err
	}
	c.status.Done()
	if c.election.Insecure() {
		terminal.Warning(c.cmd, "THIS CHAIN IS NOT FOR REAL ELECTIONS: its proving keys were made by one party (%s), who could forge ballots", c.election.Circuit.Setup)
	}
	terminal.Notice(c.cmd, "Election %d on %s: %s (%d of %d nodes agree)", id, c.client.ChainID(),
		terminal.Clean(c.election.Data.Title), c.election.Asked, len(c.client.Nodes()))
	return nil
}

// earlier looks for a ballot that this elector cast before. It is done if that one is
// final; where the last ballot counts, the next revision is taken. Whatever nodes show
// must hold a valid proof.
func (c *caster) earlier(ctx context.Context) (done bool, err error) {
	asked, err := c.cmd.Flags().GetUint64(flagRevision)
	if err != nil {
		return false, err
	}
	nullifier := c.credential.Nullifier(c.client.ChainID(), c.election.Data.Id)
	recorded, err := c.client.RecordedBallot(ctx, c.election.Data.Id, field.Bytes(nullifier), c.election)
	if err != nil {
		return false, err
	}
	c.revision = max(asked, 1)
	switch {
	case recorded == nil:
		return false, nil
	case c.election.Data.RevotePolicy == types.REVOTE_POLICY_LAST_COUNTS:
		return false, c.replace(asked, recorded)
	case !recorded.Agreed:
		terminal.Notice(c.cmd, "%d of %d nodes show a ballot of yours, the others do not: casting this one", len(recorded.Seen), recorded.Asked)
		return false, nil
	}
	found, err := elector.Identify(c.client.ChainID(), c.election.Data.Id, &recorded.Ballot)
	if err != nil {
		return false, err
	}
	return true, c.alreadyCast(found)
}

// replace chooses the revision of a ballot that replaces a recorded one.
func (c *caster) replace(asked uint64, recorded *client.Recorded) error {
	height := recorded.Ballot.Height
	switch {
	case asked == 0 && recorded.LargestRevision == math.MaxUint64:
		return fmt.Errorf("your ballot of block %d has the largest revision there is and cannot be replaced", height)
	case asked == 0:
		c.revision = recorded.LargestRevision + 1
	case recorded.Agreed && asked <= recorded.Ballot.Revision:
		return terminal.WithHint(fmt.Errorf("revision %d does not replace your ballot of block %d, which has revision %d", asked, height, recorded.Ballot.Revision),
			"leave --revision out: the next one is taken by itself")
	}
	if recorded.Agreed {
		c.replaces = height
		terminal.Notice(c.cmd, "Your ballot of block %d will be replaced by this one", height)
	}
	return nil
}

// alreadyCast says that an earlier ballot is recorded and final.
func (c *caster) alreadyCast(found *elector.Recorded) error {
	o := already(c.client.ChainID(), found)
	o.Seconds = c.seconds
	return alreadyCounted(c.cmd, c.output, o)
}

// find looks for the elector on the roll.
func (c *caster) find(ctx context.Context) error {
	defer c.timed("roll", time.Now())
	index, err := c.cmd.Flags().GetInt64(flagIndex)
	if err != nil {
		return err
	}
	c.status.Step("Finding you on the list of registered voters")
	c.place, err = elector.FindPlace(ctx, c.client, c.election, c.credential.Commitment(), index, func(searched, total uint64) {
		c.status.Detail("%d of %d", searched, total)
	})
	if errors.Is(err, elector.ErrNotOnRoll) {
		return terminal.WithHint(err, "is it the right --elector file? Without --index the whole list is searched; else ask your registrar")
	}
	if err != nil {
		return err
	}
	c.status.Done()
	return nil
}

// choose takes the choice from the command line or asks for it.
func (c *caster) choose(ctx context.Context) error {
	choices, err := c.cmd.Flags().GetStringArray(flagChoice)
	if err != nil {
		return err
	}
	yes, err := c.cmd.Flags().GetBool(flagYes)
	if err != nil {
		return err
	}
	interactive := isTerminal(c.cmd.InOrStdin())
	if !interactive && (len(choices) == 0 || !yes) {
		return terminal.WithHint(terminal.Usagef("there is no terminal to ask on"), "give the choice with --choice and confirm it with --yes")
	}
	talk := newDialogue(ctx, c.cmd.InOrStdin(), c.cmd.ErrOrStderr(), c.election.Manifest, c.place.Weight)
	if len(choices) > 0 {
		c.values, err = ballot.ParseChoice(c.election.Manifest, c.place.Weight, choices)
	} else {
		c.values, err = talk.choose()
	}
	if err != nil || yes {
		return err
	}
	talk.review(c.values)
	return talk.confirm()
}

func isTerminal(r io.Reader) bool {
	file, ok := r.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// opened is a prover on its way.
type opened struct {
	prover  *prove.Prover
	err     error
	seconds float64
}

func openInBackground(e *elector.Election, dir string) <-chan opened {
	ready := make(chan opened, 1)
	go func() {
		start := time.Now()
		prover, err := openProver(e, dir)
		ready <- opened{prover, err, time.Since(start).Seconds()}
	}()
	return ready
}

// seal proves the ballot and signs its transaction.
func (c *caster) seal(ctx context.Context, ready <-chan opened) error {
	c.status.Step("Loading the proving key")
	var open opened
	select {
	case open = <-ready:
	case <-ctx.Done():
		return errStopped
	}
	if open.err != nil {
		return open.err
	}
	c.seconds["key"] = open.seconds
	c.status.Step("Sealing and proving your ballot")
	start := time.Now()
	sealed, err := elector.Seal(ctx, c.election, c.credential, c.place, c.values, c.revision, open.prover, rand.Reader)
	clear(c.values)
	if err != nil {
		return err
	}
	c.timed("prove", start)
	c.sealed = sealed
	c.status.Done()
	return nil
}

// deliver sends the ballot, or does what is asked for instead.
func (c *caster) deliver(ctx context.Context) error {
	o := describe(c.client.ChainID(), c.sealed)
	o.Setup, o.Seconds = c.election.Circuit.Setup, c.seconds
	dry, err := c.cmd.Flags().GetBool(flagDryRun)
	if err != nil {
		return err
	}
	offline, err := c.cmd.Flags().GetString(flagOffline)
	if err != nil {
		return err
	}
	switch {
	case dry:
		o.Outcome = "not_sent"
		return terminal.Print(c.cmd, c.output, o, func(w io.Writer) {
			_, _ = fmt.Fprintf(w, "Not sent: this was a dry run\nTracking code: %s\nTransaction: %d bytes\n", o.TrackingCode, o.TxBytes)
		})
	case offline != "":
		return c.writeOffline(offline, o)
	}
	if c.receipt, err = receiptPath(c.cmd, c.sealed); err != nil {
		return err
	}
	o.Replaces = c.replaces
	c.sending = true
	return send(ctx, c.cmd, c.status, delivery{
		client: c.client, sealed: c.sealed, election: c.election, receipt: c.receipt, output: c.output, outcome: o,
	})
}

func (c *caster) writeOffline(path string, o *outcome) error {
	raw, err := elector.EncodeOffline(c.client.ChainID(), c.sealed)
	if err != nil {
		return err
	}
	if err := secretfile.Write(path, raw, false); err != nil {
		return terminal.WithHint(err, "name another file with --"+flagOffline)
	}
	o.Outcome, o.OfflineFile = "not_sent", path
	return terminal.Print(c.cmd, c.output, o, func(w io.Writer) {
		_, _ = fmt.Fprintf(w, "Not sent: the sealed ballot is in %s; send it with: evoted ballot send %s\nTracking code: %s\n", path, path, o.TrackingCode)
	})
}

// receiptPath is where the receipt goes; empty for none.
func receiptPath(cmd *cobra.Command, s *elector.Sealed) (string, error) {
	path, err := cmd.Flags().GetString(flagReceipt)
	switch {
	case err != nil, path == noReceipt:
		return "", err
	case path == "":
		return fmt.Sprintf("receipt-%d-%s.json", s.Message.ElectionId, s.TrackingCode), nil
	}
	return path, nil
}
