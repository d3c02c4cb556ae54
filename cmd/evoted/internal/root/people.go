package root

import (
	"github.com/spf13/cobra"

	"github.com/evoted/evoted/cmd/evoted/internal/ballot"
	electioncmd "github.com/evoted/evoted/cmd/evoted/internal/election"
	"github.com/evoted/evoted/cmd/evoted/internal/elector"
	"github.com/evoted/evoted/cmd/evoted/internal/registrar"
	"github.com/evoted/evoted/cmd/evoted/internal/results"
	"github.com/evoted/evoted/cmd/evoted/internal/trustee"
)

// people returns the commands of those who take part in elections.
func people() []*cobra.Command {
	return []*cobra.Command{
		elector.Command(), ballot.Command(), trustee.Command(), registrar.Command(), results.Command(),
	}
}

// electionTransactions returns the hand-made transactions of elections.
func electionTransactions() []*cobra.Command {
	return []*cobra.Command{electioncmd.CreateCommand(), electioncmd.AbortCommand()}
}
