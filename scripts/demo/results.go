package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// resultsAnswer is what results --output json prints.
type resultsAnswer struct {
	Contests []struct {
		Options []struct {
			Total uint64 `json:"total"`
		} `json:"options"`
	} `json:"contests"`
	Turnout struct {
		Ballots uint64 `json:"ballots"`
	} `json:"turnout"`
}

func (d *demo) awaitResults(ctx context.Context, elections []*election) error {
	for _, e := range elections {
		if err := d.awaitPhase(ctx, e, "PHASE_TALLIED"); err != nil {
			return err
		}
	}
	return nil
}

// compareResults asks every authority for every result and compares it with what
// the voters of this script chose.
func (d *demo) compareResults(ctx context.Context, elections []*election) error {
	for _, e := range elections {
		want := e.expected()
		for _, node := range d.network.Nodes {
			var got resultsAnswer
			if err := d.commandJSON(ctx, &got, "results", strconv.FormatUint(e.id, 10),
				"--home", d.network.ClientHome, "--node", node.RPC); err != nil {
				return err
			}
			if len(got.Contests) != 1 {
				return fmt.Errorf("%s at %s: %d contests", e, node.Moniker, len(got.Contests))
			}
			var totals []uint64
			for _, option := range got.Contests[0].Options {
				totals = append(totals, option.Total)
			}
			if !slices.Equal(totals, want) {
				return fmt.Errorf("%s at %s: totals %v, the plaintext gives %v", e, node.Moniker, totals, want)
			}
			if int(got.Turnout.Ballots) != e.ballots() {
				return fmt.Errorf("%s at %s: %d ballots counted, %d cast", e, node.Moniker, got.Turnout.Ballots, e.ballots())
			}
		}
		d.report.result("%s", e.line(want))
		d.report.passed("%s: the same result from every authority, equal to the plaintext", e)
	}
	return nil
}

// line renders a result for the report.
func (e *election) line(totals []uint64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Election %d: %s (%d of %d electors voted)\n", e.id, e.title, e.ballots(), len(e.voters))
	highest := max(1, slices.Max(totals))
	for i, total := range totals {
		fmt.Fprintf(&b, "  %-10s %8d  %s\n", e.options[i], total, strings.Repeat("#", int(total*30/highest)))
	}
	return b.String()
}
