package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/evoted/evoted/x/election/ballot"
)

var trustees = []string{"trustee1", "trustee2", "trustee3"}

// startTrustees starts one daemon a trustee, each at its own authority.
func (d *demo) startTrustees(ctx context.Context) error {
	for i, name := range trustees {
		p, err := d.start(filepath.Join(d.dir, name+".log"), "trustee", "run", "--from", name,
			"--home", d.network.ClientHome, "--node", d.network.Nodes[i].RPC)
		if err != nil {
			return err
		}
		d.daemons = append(d.daemons, p)
	}
	return until(ctx, time.Minute, func() (bool, error) {
		for _, name := range trustees {
			address, err := d.address(ctx, name)
			if err != nil {
				return false, err
			}
			if _, err := d.query(ctx, "election", "trustee", address); err != nil {
				return false, nil //nolint:nilerr // not registered yet
			}
		}
		return true, nil
	})
}

func (d *demo) address(ctx context.Context, name string) (string, error) {
	var key struct {
		Address string `json:"address"`
	}
	err := d.commandJSON(ctx, &key, "keys", "show", name, "--home", d.network.ClientHome, "--keyring-backend", "test")
	return key.Address, err
}

func (d *demo) query(ctx context.Context, args ...string) (json.RawMessage, error) {
	var answer json.RawMessage
	args = append(append([]string{"query"}, args...), "--home", d.network.ClientHome, "--node", d.network.Nodes[0].RPC)
	err := d.commandJSON(ctx, &answer, args...)
	return answer, err
}

// prepare creates the elections, enrols the electors, and waits until voting opens.
func (d *demo) prepare(ctx context.Context, elections []*election) error {
	if err := d.report.step("make the electors' secrets", other, func() error { return d.makeElectors(ctx, elections) }); err != nil {
		return err
	}
	if err := d.report.step("create the elections", waiting, func() error {
		for _, e := range elections {
			if err := d.create(ctx, e); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if err := d.report.step("enrol the electors, attest the rolls", waiting, func() error {
		for k, e := range elections {
			if err := d.register(ctx, k, e); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return d.report.step("wait until voting opens", waiting, func() error {
		for _, e := range elections {
			if err := d.awaitPhase(ctx, e, "PHASE_OPEN"); err != nil {
				return err
			}
		}
		return nil
	})
}

// create sends one election. Voting stays open for as long as this machine needs.
func (d *demo) create(ctx context.Context, e *election) error {
	revote := "REJECT"
	if e.replace {
		revote = "LAST_COUNTS"
	}
	file := filepath.Join(d.dir, "election.json")
	content, err := json.MarshalIndent(map[string]any{
		"title": e.title, "format": ballot.Slots8.Name, "split": e.split,
		"contests": []map[string]any{{
			"title": e.title, "options": e.options,
			"max_per_option": e.cap, "min_total": e.min, "max_total": e.max,
		}},
		"opens_in": d.opensIn().String(), "open_for": d.openFor(len(e.voters)).String(), "tally_within": "5m",
		"registrars": []string{"registrar1", "registrar2"}, "registrar_threshold": 2,
		"trustees": trustees, "trustee_threshold": 2,
		"revote_policy": revote, "min_ballots": 3,
	}, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		return err
	}
	var answer struct {
		ElectionID json.Number `json:"election_id"`
	}
	if err := d.commandJSON(ctx, &answer, "tx", "election", "create", file, "--from", "organiser", "--yes",
		"--home", d.network.ClientHome, "--node", d.network.Nodes[0].RPC); err != nil {
		return err
	}
	e.id, err = strconv.ParseUint(answer.ElectionID.String(), 10, 64)
	return err
}

// register enrols through one registrar and lets both attest.
func (d *demo) register(ctx context.Context, k int, e *election) error {
	id := strconv.FormatUint(e.id, 10)
	for _, args := range [][]string{
		{"registrar", "enrol", id, d.list(k), "--from", "registrar1"},
		{"registrar", "attest", id, d.list(k), "--from", "registrar1"},
		{"registrar", "attest", id, d.list(k), "--from", "registrar2"},
	} {
		args = append(args, "--home", d.network.ClientHome, "--node", d.network.Nodes[k%len(d.network.Nodes)].RPC)
		if _, err := d.command(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

// electionState is the part of an election that the script looks at.
type electionState struct {
	Election struct {
		Phase string `json:"phase"`
		Abort struct {
			Reason      string `json:"reason"`
			Explanation string `json:"explanation"`
		} `json:"abort"`
	} `json:"election"`
}

func (d *demo) awaitPhase(ctx context.Context, e *election, phase string) error {
	return until(ctx, 5*time.Minute, func() (bool, error) {
		raw, err := d.query(ctx, "election", "election", strconv.FormatUint(e.id, 10))
		if err != nil {
			return false, err
		}
		var state electionState
		if err := json.Unmarshal(raw, &state); err != nil {
			return false, err
		}
		if state.Election.Phase == "PHASE_ABORTED" {
			return false, fmt.Errorf("%s was aborted: %s, %s", e, state.Election.Abort.Reason, state.Election.Abort.Explanation)
		}
		return state.Election.Phase == phase, nil
	})
}

// opensIn leaves time for the roll and the key generation.
func (d *demo) opensIn() time.Duration {
	if d.smoke {
		return 24 * time.Second
	}
	return 45 * time.Second
}

// openFor is what the voters of all elections need, two at a time, with as much again
// for a machine that is slower later.
func (d *demo) openFor(voters int) time.Duration {
	elections := 3
	if d.smoke {
		elections = 1
	}
	perBallot := d.proof + 1500*time.Millisecond
	return (time.Duration(voters*elections)*perBallot + 20*time.Second).Round(time.Second)
}
