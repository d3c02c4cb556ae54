// Package elector holds the commands that make, bring back and show an elector's secret.
// They need no node.
package elector

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client/flags"

	"github.com/evoted/evoted/cmd/evoted/internal/connection"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/client/elector"
	"github.com/evoted/evoted/x/election/client/mnemonic"
	"github.com/evoted/evoted/x/election/client/secretfile"
)

const (
	flagFile     = "file"
	flagForce    = "force"
	flagElection = "election"

	defaultFile = "elector.json"
)

// Command is `evoted elector`.
func Command() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "elector",
		Short: "Make, bring back and show an elector's secret",
		Long: `An elector's secret stays in one file of theirs and in 24 words on paper. What the
registrar gets is the commitment, which tells nothing about the secret or a later vote.`,
		Example: `  evoted elector new
  evoted elector show`,
	}
	cmd.AddCommand(newCommand(), recoverCommand(), showCommand())
	return cmd
}

// shown is what the commands print.
type shown struct {
	Commitment string `json:"commitment"`
	File       string `json:"file"`
	Election   uint64 `json:"election_id,omitempty"`
	ChainID    string `json:"chain_id,omitempty"`
	Nullifier  string `json:"nullifier,omitempty"`
}

func newCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Make a new secret, print its commitment for the registrar",
		Long: `Draws a new secret, stores it in a file that only you can read, shows its 24 words once
on standard error, and prints the commitment on standard output. Give the commitment to
your registrar; write the words down and show them to nobody.`,
		Example: `  evoted elector new
  evoted elector new --file ada.json > commitment.txt`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, err := mnemonic.New(rand.Reader)
			if err != nil {
				return err
			}
			credential := elector.FromMnemonic(m)
			if err := save(cmd, credential); err != nil {
				return err
			}
			// Shown whatever --quiet says: it is the only time.
			_, err = fmt.Fprintf(cmd.ErrOrStderr(),
				"Write these 24 words down and keep them secret. They bring your secret back if the file is lost:\n\n%s\n\n",
				numbered(m.Reveal()))
			if err != nil {
				return err
			}
			return print(cmd, credential)
		},
	}
	addFileFlags(cmd)
	return cmd
}

func recoverCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "recover",
		Short: "Bring a secret back from its 24 words",
		Long: `Reads 24 words, from a prompt on a terminal and else from standard input, and stores
the secret they stand for. The words are not shown while they are typed.`,
		Example: `  evoted elector recover --file ada.json`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, err := ReadMnemonic(cmd)
			if err != nil {
				return err
			}
			credential := elector.FromMnemonic(m)
			if err := save(cmd, credential); err != nil {
				return err
			}
			return print(cmd, credential)
		},
	}
	addFileFlags(cmd)
	return cmd
}

func showCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Show the commitment, and the vote code in an election",
		Long: `Prints the commitment of the secret in the file. With --election and --chain-id it also
prints the nullifier under which a ballot of yours is recorded in that election: who knows
it can see that you voted, not how.`,
		Example: `  evoted elector show
  evoted elector show --election 1 --chain-id evoted-local-1`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, err := cmd.Flags().GetString(flagFile)
			if err != nil {
				return err
			}
			credential, err := elector.Load(path)
			if err != nil {
				return connection.Explain(err)
			}
			return print(cmd, credential)
		},
	}
	cmd.Flags().String(flagFile, defaultFile, "file of the secret")
	cmd.Flags().Uint64(flagElection, 0, "election whose nullifier is shown")
	cmd.Flags().String(flags.FlagChainID, "", "chain of the election")
	terminal.AddOutputFlag(cmd)
	return cmd
}

func addFileFlags(cmd *cobra.Command) {
	cmd.Flags().String(flagFile, defaultFile, "file to write the secret to")
	cmd.Flags().Bool(flagForce, false, "replace the file if it is there")
	terminal.AddOutputFlag(cmd)
}

func save(cmd *cobra.Command, credential elector.Credential) error {
	path, err := cmd.Flags().GetString(flagFile)
	if err != nil {
		return err
	}
	force, err := cmd.Flags().GetBool(flagForce)
	if err != nil {
		return err
	}
	err = credential.Save(path, force)
	if errors.Is(err, secretfile.ErrNoFolder) {
		return terminal.WithHint(err, "make the folder first, or name a file in another one with --file")
	}
	return connection.Explain(err)
}

func print(cmd *cobra.Command, credential elector.Credential) error {
	output, err := terminal.Output(cmd)
	if err != nil {
		return err
	}
	path, err := cmd.Flags().GetString(flagFile)
	if err != nil {
		return err
	}
	result := shown{Commitment: elector.Hex(credential.Commitment()), File: path}
	if flag := cmd.Flag(flagElection); flag != nil && flag.Changed {
		if result.Election, err = strconv.ParseUint(flag.Value.String(), 10, 64); err != nil {
			return err
		}
		if result.ChainID, err = cmd.Flags().GetString(flags.FlagChainID); err != nil {
			return err
		}
		if result.ChainID == "" || result.Election == 0 {
			return terminal.Usagef("a nullifier belongs to one election of one chain: give --election and --chain-id")
		}
		result.Nullifier = elector.Hex(credential.Nullifier(result.ChainID, result.Election))
	}
	return terminal.Print(cmd, output, result, func(w io.Writer) {
		if result.Nullifier == "" {
			_, _ = fmt.Fprintln(w, result.Commitment)
			return
		}
		terminal.Table(w, nil, [][]string{{"commitment", result.Commitment}, {"nullifier", result.Nullifier}})
	})
}

// errNoWords is returned where a mnemonic is awaited and nothing comes.
var errNoWords = errors.New("no words were given")
