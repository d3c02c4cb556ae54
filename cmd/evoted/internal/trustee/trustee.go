// Package trustee holds the commands of a trustee: making the keys, and the program that
// does all of a trustee's work.
package trustee

import (
	"crypto/rand"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/evoted/evoted/cmd/evoted/internal/connection"
	electorcmd "github.com/evoted/evoted/cmd/evoted/internal/elector"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/client/mnemonic"
	"github.com/evoted/evoted/x/election/client/trustee"
)

// Command is `evoted trustee`.
func Command() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "trustee",
		Short: "Hold a share of the keys of elections",
		Long: `A trustee holds a share of every election's secret keys. Enough trustees together, and
nobody else, open the result; no command of a trustee decrypts anything but the sum of all
ballots of an election that has closed.`,
		Example: `  evoted trustee new trustee1
  evoted trustee run --from trustee1`,
	}
	cmd.AddCommand(newCommand(), recoverCommand(), registerCommand(), statusCommand(), runCommand())
	return cmd
}

// made is what new and recover print.
type made struct {
	Name    string `json:"name"`
	Address string `json:"address"`
	File    string `json:"file"`
}

func newCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new NAME",
		Short: "Make a trustee's account and secret",
		Long: `Draws 24 words, from which the account and the long-term key of a trustee come, puts the
account into the keyring and the words into a file that only you can read. The words are
shown once: on paper they bring everything back, also the shares of running elections.`,
		Example: `  evoted trustee new trustee1`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := mnemonic.New(rand.Reader)
			if err != nil {
				return err
			}
			result, err := create(cmd, args[0], m)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.ErrOrStderr(),
				"Write these 24 words down and keep them secret. They bring the trustee back if this machine is lost:\n\n%s\n\n",
				electorcmd.Numbered(m))
			if err != nil {
				return err
			}
			return show(cmd, result)
		},
	}
	connection.AddKeyringFlags(cmd)
	terminal.AddOutputFlag(cmd)
	return cmd
}

func recoverCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "recover NAME",
		Short: "Bring a trustee back from its 24 words",
		Long: `Reads 24 words, from a prompt on a terminal and else from standard input. Nothing else
is needed: what a trustee knows of running elections is computed again from the words and
the chain.`,
		Example: `  evoted trustee recover trustee1`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := electorcmd.ReadMnemonic(cmd)
			if err != nil {
				return err
			}
			result, err := create(cmd, args[0], m)
			if err != nil {
				return err
			}
			return show(cmd, result)
		},
	}
	connection.AddKeyringFlags(cmd)
	terminal.AddOutputFlag(cmd)
	return cmd
}

func create(cmd *cobra.Command, name string, m mnemonic.Mnemonic) (made, error) {
	ctx, err := connection.Context(cmd)
	if err != nil {
		return made{}, err
	}
	address, err := trustee.Create(ctx.HomeDir, ctx.Keyring, name, m.Reveal())
	if err != nil {
		return made{}, connection.Explain(err)
	}
	return made{Name: name, Address: address, File: trustee.Path(ctx.HomeDir, name)}, nil
}

func show(cmd *cobra.Command, result made) error {
	output, err := terminal.Output(cmd)
	if err != nil {
		return err
	}
	return terminal.Print(cmd, output, result, func(w io.Writer) {
		_, _ = fmt.Fprintln(w, result.Address)
	})
}
