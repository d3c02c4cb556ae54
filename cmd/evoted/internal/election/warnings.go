package election

import (
	"fmt"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/types"
)

// splitBounds says what the bounds of a contest mean where power is divided.
const splitBounds = "the bounds count for each unit of power: with split, leave max_per_option and max_total at 1: the whole power"

// warnings returns what is allowed in an election but seldom meant.
func warnings(m *types.MsgCreateElection) []string {
	var found []string
	for i := range m.Contests {
		c := &m.Contests[i]
		title := terminal.Clean(c.Title)
		if len(c.Options) == 1 {
			found = append(found, fmt.Sprintf("the contest %q has one option only", title))
		}
		if c.MaxPerOption > c.MaxTotal {
			found = append(found, fmt.Sprintf("the contest %q has max_per_option %d above max_total %d: no option can get more than max_total",
				title, c.MaxPerOption, c.MaxTotal))
		}
		if m.Split && (c.MaxPerOption > 1 || c.MaxTotal > 1) {
			found = append(found, fmt.Sprintf("the contest %q has max_per_option %d and max_total %d; %s", title, c.MaxPerOption, c.MaxTotal, splitBounds))
		}
	}
	return found
}
