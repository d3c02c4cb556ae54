package trustee

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	sdkclient "github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"

	"github.com/evoted/evoted/cmd/evoted/internal/connection"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/client/trustee"
)

func statusCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say what is expected of a trustee now, and until when",
		Long: `Prints one line for each running election that names the trustee: what it has to do and
until when. --from takes a name of the keyring or any account's address.`,
		Example: `  evoted trustee status --from trustee1`,
		Args:    cobra.NoArgs,
		RunE:    runStatus,
	}
	connection.AddOfficialFlags(cmd)
	return cmd
}

func runStatus(cmd *cobra.Command, _ []string) error {
	output, err := terminal.Output(cmd)
	if err != nil {
		return err
	}
	name, err := cmd.Flags().GetString(flags.FlagFrom)
	if err != nil {
		return err
	}
	if name == "" {
		return terminal.WithHint(terminal.Usagef("no trustee was named"), "name it with --from")
	}
	c, ctx, err := connection.Open(cmd)
	if err != nil {
		return err
	}
	address, _, _, err := sdkclient.GetFromFields(ctx, ctx.Keyring, name)
	if err != nil {
		return terminal.WithHint(fmt.Errorf("key %q: %w", name, err), "list the keys with: evoted keys list")
	}
	standing, err := trustee.Status(cmd.Context(), c.Nodes()[0].Query(cmd.Context()), address.String())
	if err != nil {
		return connection.Explain(err)
	}
	return terminal.Print(cmd, output, standing, func(w io.Writer) { writeStanding(w, standing, time.Now()) })
}

func writeStanding(w io.Writer, s *trustee.Standing, now time.Time) {
	if !s.Registered {
		_, _ = fmt.Fprintln(w, "The long-term key is not registered: run evoted trustee register, or evoted trustee run")
	}
	if len(s.Duties) == 0 {
		_, _ = fmt.Fprintln(w, "Nothing is expected: no running election names this trustee")
		return
	}
	for _, duty := range s.Duties {
		until := ""
		if duty.Until != nil {
			until = ", until " + duty.Until.UTC().Format("2006-01-02 15:04:05 UTC")
			if left := duty.Until.Sub(now).Round(time.Second); left > 0 {
				until += " (in " + left.String() + ")"
			}
		}
		_, _ = fmt.Fprintf(w, "Election %d, %s: %s%s\n", duty.Election, terminal.Clean(duty.Title), duty.Expected, until)
	}
}
