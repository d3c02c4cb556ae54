package main

import (
	"fmt"
	"strings"

	"github.com/evoted/evoted/x/election/ballot"
)

// election is one election of the demo with the votes that only this script knows.
type election struct {
	id      uint64
	title   string
	options []string
	cap     uint64
	min     uint64
	max     uint64
	split   bool
	// replace lets the first voter cast a second ballot that counts instead.
	replace bool
	voters  []*voter
}

// voter is one elector's part in one election.
type voter struct {
	name   string
	file   string
	weight uint64
	// values chosen, one an option; nil for an elector who stays at home.
	values []uint64
	// first is cast before values where ballots may be replaced.
	first []uint64
}

// expected returns the totals that the election must have.
func (e *election) expected() []uint64 {
	totals := make([]uint64, len(e.options))
	for _, v := range e.voters {
		for i, value := range v.values {
			if e.split {
				totals[i] += value
			} else {
				totals[i] += value * v.weight
			}
		}
	}
	return totals
}

// ballots returns how many ballots must be counted.
func (e *election) ballots() int {
	n := 0
	for _, v := range e.voters {
		if v.values != nil {
			n++
		}
	}
	return n
}

// choices renders values as the elector would give them to ballot cast.
func (e *election) choices(values []uint64) []string {
	var args []string
	for i, value := range values {
		if value > 0 {
			args = append(args, "--choice", fmt.Sprintf("%s=%d", e.options[i], value))
		}
	}
	if args == nil {
		return []string{"--choice", ballot.BlankChoice}
	}
	return args
}

func (e *election) String() string {
	return fmt.Sprintf("election %d, %s", e.id, strings.ToLower(e.title[:1])+e.title[1:])
}

// plan makes the elections of one run. The votes are a fixed pattern, so that a
// difference can be followed by hand.
func (d *demo) plan() []*election {
	yesNo := &election{title: "Adopt the new statutes", options: []string{"Yes", "No"}, cap: 1, min: 1, max: 1}
	board := &election{
		title: "Elect two of five for the board", options: []string{"Ada", "Blaise", "Carl", "Dorothy", "Emmy"},
		cap: 1, max: 2, replace: true,
	}
	shares := &election{
		title: "Split the budget between three projects", options: []string{"Library", "Garden", "Workshop"},
		cap: 1, max: 1, split: true,
	}
	if d.smoke {
		for i := range 5 {
			yesNo.voters = append(yesNo.voters, yesNoVoter(i))
		}
		return []*election{yesNo}
	}
	const electors = 13
	for i := range electors {
		yesNo.voters = append(yesNo.voters, yesNoVoter(i))

		two := make([]uint64, 5)
		if i != 3 { // one votes blank
			two[i%5]++
			two[(i*i+1+i)%5] = 1
		}
		board.voters = append(board.voters, &voter{weight: 1, values: two})

		weight := uint64(100 + 37*i)
		third := weight / 3
		shares.voters = append(shares.voters, &voter{weight: weight, values: []uint64{third, uint64(i), weight - third - uint64(i)}})
	}
	board.voters[0].first = []uint64{0, 0, 0, 1, 1}
	for _, e := range []*election{yesNo, board, shares} {
		e.voters[electors-1].values = nil
	}
	return []*election{yesNo, board, shares}
}

func yesNoVoter(i int) *voter {
	values := []uint64{1, 0}
	if i%3 == 1 {
		values = []uint64{0, 1}
	}
	return &voter{weight: uint64(1 + i*i*i), values: values}
}
