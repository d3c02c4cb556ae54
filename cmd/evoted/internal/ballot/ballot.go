// Package ballot holds the commands with which an elector casts a ballot, sends one that
// was sealed elsewhere, and looks at what became of it.
package ballot

import (
	"github.com/spf13/cobra"
)

// exampleCode is a tracking code for examples: it has the right check character.
const exampleCode = "7K3M-0Q2X-ZB4T-99AY"

// Command is `evoted ballot`.
func Command() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ballot",
		Short: "Cast a ballot and see whether it is counted",
		Long: `A ballot is sealed on this machine: nodes see that somebody on the list of registered
voters voted by the rules, but neither who nor how.`,
		Example: `  evoted ballot cast 1
  evoted ballot status ` + exampleCode,
	}
	cmd.AddCommand(castCommand(), sendCommand(), statusCommand())
	return cmd
}
