// Package election holds the hand-made transactions of elections, where the commands made
// from the service description do not serve.
package election

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	sdkclient "github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/client/tx"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/cmd/evoted/internal/connection"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/types"
)

const flagExample = "example"

// errStopped is returned when the organiser does not confirm.
var errStopped = errors.New("stopped: nothing was sent")

// created is what the command prints.
type created struct {
	ElectionID uint64         `json:"election_id"`
	Height     int64          `json:"height"`
	TxHash     string         `json:"tx_hash"`
	Title      string         `json:"title"`
	Schedule   types.Schedule `json:"schedule"`
}

// CreateCommand is `evoted tx election create`.
func CreateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "create FILE",
		Short: "Create an election from a file",
		Long: `Creates the election that a JSON file describes, waits until it is in a block, and prints
its number. evoted tx election create --example prints a file to begin with.

Fields and what they are if left out:
  title, description       texts for electors
  contests                 title, options, max_per_option (1), min_total (1; 0 allows a blank
                           vote), max_total (1); several options of a contest: raise max_total
  split, quadratic,        false; split: voting power is a budget to divide between options;
  distinct                 quadratic: v points cost v*v; distinct: no two options get the same
  opens_in or open_time    when voting opens, a duration from now (90s, 10m, 48h) or a time
                           (2026-05-01T08:00:00Z)
  open_for or close_time   how long it is open, or when it closes
  tally_within or          24h after the close
  tally_deadline
  commit_deadline,         a quarter, half and three quarters of the time before the opening
  deal_deadline,
  confirm_deadline
  registrars, trustees     names of keys or addresses; trustees must have registered their keys
  registrar_threshold      all registrars
  trustee_threshold        two thirds of the trustees, rounded down, and one
  revote_policy            REJECT (or LAST_COUNTS)
  min_ballots              3`,
		Example: `  evoted tx election create --example > election.json
  evoted tx election create election.json --from organiser --yes`,
		Args: cobra.MaximumNArgs(1),
		RunE: runCreate,
	}
	flags.AddTxFlagsToCmd(cmd)
	// The SDK's default for transactions is JSON; this project's is text everywhere.
	if output := cmd.Flag(flags.FlagOutput); output.Value.Set(terminal.Text) == nil {
		output.DefValue = terminal.Text
	}
	cmd.Flags().Bool(flagExample, false, "print an election file to begin with, and end")
	return cmd
}

func runCreate(cmd *cobra.Command, args []string) error {
	example, err := cmd.Flags().GetBool(flagExample)
	if err != nil {
		return err
	}
	if example {
		_, err := io.WriteString(cmd.OutOrStdout(), Example)
		return err
	}
	if len(args) != 1 {
		return terminal.WithHint(terminal.Usagef("an election file is needed"), "print one to begin with: evoted tx election create --example")
	}
	output, err := terminal.Output(cmd)
	if err != nil {
		return err
	}
	ctx, err := sdkclient.GetClientTxContext(cmd)
	if err != nil {
		return connection.Explain(err)
	}
	message, err := read(args[0], ctx)
	if err != nil {
		return terminal.WithHint(connection.Explain(err), "change the election file; nothing was sent")
	}
	if ctx.GenerateOnly || ctx.Offline || ctx.Simulate || ctx.IsAux {
		factory, err := tx.NewFactoryCLI(ctx, cmd.Flags())
		if err != nil {
			return err
		}
		if !cmd.Flags().Changed(flags.FlagGas) {
			factory = factory.WithGas(client.GasLimit(message))
		}
		return tx.GenerateOrBroadcastTxWithFactory(ctx, factory, message)
	}
	if err := confirm(cmd, ctx, message); err != nil {
		return err
	}
	return broadcast(cmd, ctx, message, output)
}

// read parses the file and makes the message.
func read(path string, ctx sdkclient.Context) (*types.MsgCreateElection, error) {
	if ctx.GetFromAddress().Empty() {
		return nil, terminal.WithHint(terminal.Usagef("no organiser was named"), "name the key that signs with --from")
	}
	input, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer input.Close() //nolint:errcheck // read only
	f, err := parseFile(input)
	if err != nil {
		return nil, err
	}
	return f.message(ctx.GetFromAddress().String(), time.Now(), func(name string) (string, error) {
		if _, err := sdk.AccAddressFromBech32(name); err == nil || ctx.Keyring == nil {
			return name, nil
		}
		record, err := ctx.Keyring.Key(name)
		if err != nil {
			return "", terminal.WithHint(fmt.Errorf("%q is neither an address nor a key of the keyring", terminal.Clean(name)),
				"list the keys with: evoted keys list")
		}
		address, err := record.GetAddress()
		if err != nil {
			return "", err
		}
		return address.String(), nil
	})
}

// confirm shows the election and asks, unless --yes was given.
func confirm(cmd *cobra.Command, ctx sdkclient.Context, m *types.MsgCreateElection) error {
	if ctx.SkipConfirm {
		return nil
	}
	file, ok := cmd.InOrStdin().(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return terminal.WithHint(terminal.Usagef("there is no terminal to ask on"), "confirm with --yes")
	}
	summary(cmd.ErrOrStderr(), m)
	_, _ = fmt.Fprint(cmd.ErrOrStderr(), "Create this election? Type yes to create it, anything else to stop: ")
	answer, err := bufio.NewReader(cmd.InOrStdin()).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if answer = strings.ToLower(strings.TrimSpace(answer)); answer != "yes" && answer != "y" {
		return errStopped
	}
	return nil
}

func summary(w io.Writer, m *types.MsgCreateElection) {
	_, _ = fmt.Fprintf(w, "%s\n", terminal.Clean(m.Title))
	for _, c := range m.Contests {
		options := make([]string, len(c.Options))
		for i, option := range c.Options {
			options[i] = terminal.Clean(option)
		}
		_, _ = fmt.Fprintf(w, "  %s: %s\n", terminal.Clean(c.Title), strings.Join(options, ", "))
	}
	_, _ = fmt.Fprintf(w, "  open from %s to %s\n  %d of %d registrars, %d trustees\n",
		m.Schedule.OpenTime.Format(time.RFC3339), m.Schedule.CloseTime.Format(time.RFC3339),
		m.RegistrarThreshold, len(m.Registrars), len(m.Trustees))
}

// broadcast signs and sends the message, waits for the block and prints the number.
func broadcast(cmd *cobra.Command, ctx sdkclient.Context, m *types.MsgCreateElection, output string) error {
	node := ctx.NodeURI
	if node == "" {
		node = connection.DefaultNode
	}
	c, err := client.Dial(cmd.Context(), ctx, []string{node})
	if err != nil {
		return connection.Explain(err)
	}
	official, err := client.NewOfficial(c, ctx, ctx.FromName)
	if err != nil {
		return connection.Explain(err)
	}
	status := terminal.Progress(cmd)
	status.Step("Creating the election")
	included, err := official.Send(cmd.Context(), m)
	if err != nil {
		status.Fail()
		return connection.Explain(err)
	}
	status.Done()
	var response types.MsgCreateElectionResponse
	if err := client.DecodeResponse(included, &response); err != nil {
		return err
	}
	result := created{
		ElectionID: response.ElectionId, Height: included.Height, TxHash: included.Hash, Title: m.Title, Schedule: m.Schedule,
	}
	return terminal.Print(cmd, output, result, func(w io.Writer) {
		_, _ = fmt.Fprintf(w, "Election %d created in block %d\nVoting opens at %s and closes at %s\n", result.ElectionID, result.Height,
			m.Schedule.OpenTime.Format(time.RFC3339), m.Schedule.CloseTime.Format(time.RFC3339))
	})
}
