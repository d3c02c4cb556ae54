package elector

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/client/mnemonic"
)

// wordsPerLine in which a mnemonic is shown.
const wordsPerLine = 6

// numbered writes the words of a mnemonic with their numbers, so that they can be copied
// by hand and read out by a screen reader without losing the place.
func numbered(words string) string {
	var out strings.Builder
	for i, word := range strings.Fields(words) {
		switch {
		case i == 0:
		case i%wordsPerLine == 0:
			out.WriteByte('\n')
		default:
			out.WriteString("  ")
		}
		fmt.Fprintf(&out, "%2d %-8s", i+1, word)
	}
	return out.String()
}

// ReadMnemonic reads 24 words: hidden from a prompt on a terminal, and else all of
// standard input. Other commands that bring a secret back use it as well.
func ReadMnemonic(cmd *cobra.Command) (mnemonic.Mnemonic, error) {
	m, err := readMnemonic(cmd)
	switch {
	case errors.Is(err, mnemonic.ErrWords):
		return m, terminal.WithHint(err, "shorter secrets could be guessed and are not accepted; the words are those shown when the secret was made")
	case errors.Is(err, mnemonic.ErrUnknown), errors.Is(err, mnemonic.ErrChecksum):
		return m, terminal.WithHint(err, "compare every word with your paper, and their order")
	default:
		return m, err
	}
}

func readMnemonic(cmd *cobra.Command) (mnemonic.Mnemonic, error) {
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	file, ok := cmd.InOrStdin().(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return terminal.Await(ctx, func() (mnemonic.Mnemonic, error) { return mnemonic.Read(cmd.InOrStdin()) })
	}
	state, err := term.GetState(int(file.Fd()))
	if err != nil {
		return mnemonic.Mnemonic{}, fmt.Errorf("read the words: %w", err)
	}
	_, _ = fmt.Fprint(cmd.ErrOrStderr(), "Type the 24 words, separated by spaces, then press Enter (they are not shown): ")
	raw, err := terminal.Await(ctx, func() ([]byte, error) { return term.ReadPassword(int(file.Fd())) })
	_, _ = fmt.Fprintln(cmd.ErrOrStderr())
	if errors.Is(err, terminal.ErrStopped) {
		// Whoever was reading has no time left to show what is typed again.
		return mnemonic.Mnemonic{}, errors.Join(err, term.Restore(int(file.Fd()), state))
	}
	if err != nil {
		return mnemonic.Mnemonic{}, fmt.Errorf("read the words: %w", err)
	}
	defer clear(raw)
	if len(raw) == 0 {
		return mnemonic.Mnemonic{}, errNoWords
	}
	return mnemonic.Parse(string(raw))
}

// Numbered writes a mnemonic with the numbers of its words, for copying by hand.
func Numbered(m mnemonic.Mnemonic) string { return numbered(m.Reveal()) }
