// Package election holds the hand-made transactions of elections, where the commands made
// from the service description do not serve.
package election

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	sdkclient "github.com/cosmos/cosmos-sdk/client"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/cmd/evoted/internal/connection"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/types"
)

const flagExample = "example"

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
                           with split, leave max_per_option and max_total at 1, which is the
                           whole power of an elector: they count for each unit of power
  opens_in or open_time    when voting opens, a duration from now (90s, 10m, 48h) or a time
                           (2026-05-01T08:00:00Z); trustees need 20s before it
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
	addTxFlags(cmd)
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
	ctx, err := txContext(cmd)
	if err != nil {
		return err
	}
	f, message, err := read(args[0], ctx)
	if err != nil {
		return fileMistake(err)
	}
	for _, warning := range warnings(message) {
		terminal.Warning(cmd, "%s", warning)
	}
	if unsent(ctx) {
		return writeUnsent(cmd, ctx, message)
	}
	if err := confirm(cmd, ctx, func(w io.Writer) { summary(w, message) }, "Create this election?"); err != nil {
		return err
	}
	official, err := connect(cmd, ctx)
	if err != nil {
		return err
	}
	if err := registered(cmd.Context(), keysOf(official.Client()), f.Trustees, message.Trustees); err != nil {
		return connection.Explain(err)
	}
	return create(cmd, official, message, output)
}

// fileMistake gives an error of the election file a hint, unless it has one of its own.
func fileMistake(err error) error {
	if err = connection.Explain(err); terminal.Hint(err) == "" {
		err = terminal.WithHint(err, "change the election file; nothing was sent")
	}
	return err
}

// read parses the file and makes the message.
func read(path string, ctx sdkclient.Context) (*file, *types.MsgCreateElection, error) {
	input, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer input.Close() //nolint:errcheck // read only
	f, err := parseFile(input)
	if err != nil {
		return nil, nil, err
	}
	message, err := f.message(ctx.GetFromAddress().String(), time.Now(), func(name string) (string, error) {
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
	return f, message, err
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
	if m.Split {
		_, _ = fmt.Fprintf(w, "  every elector divides the voting power between options; %s\n", splitBounds)
	}
}

// keyQuestion asks whether the account of a trustee has registered its key.
type keyQuestion func(ctx context.Context, address string) error

// keysOf asks the nodes of c.
func keysOf(c *client.Client) keyQuestion {
	return func(ctx context.Context, address string) error {
		_, err := client.First(ctx, c, func(ctx context.Context, n *client.Node) (*types.QueryTrusteeKeyResponse, error) {
			return n.Query(ctx).TrusteeKey(ctx, &types.QueryTrusteeKeyRequest{Trustee: address})
		})
		return err
	}
}

// registered refuses trustees without a key before anything is sent, all at once and by
// the names that the file gives them. Errors: errUnregistered.
func registered(ctx context.Context, ask keyQuestion, names, addresses []string) error {
	var missing []string
	for i, address := range addresses {
		switch err := ask(ctx, address); {
		case client.IsNotFound(err):
			missing = append(missing, terminal.Clean(names[i]))
		case err != nil:
			return err
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return terminal.WithHint(fmt.Errorf("%w: %s", errUnregistered, strings.Join(missing, ", ")),
		"each of them runs: evoted trustee register --from NAME; evoted trustee run does it too; nothing was sent")
}

// create sends the message and prints the number of the election.
func create(cmd *cobra.Command, official sender, m *types.MsgCreateElection, output string) error {
	included, err := send(cmd, official, m, "Creating the election")
	if err != nil {
		return err
	}
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
