package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// inclusionLimit is how long a voter waits for a ballot to be final.
const inclusionLimit = 60 * time.Second

// castAnswer is what ballot cast --output json prints.
type castAnswer struct {
	Bytes   int                `json:"tx_bytes"`
	Seconds map[string]float64 `json:"seconds"`
}

// task is one voter's visit to the booth in one election.
type task struct {
	election *election
	voter    *voter
	values   []uint64
	again    bool
}

// vote lets every elector cast, two at a time, through different authorities. A
// third of the way one authority is killed; it is started again before the last
// third.
func (d *demo) vote(ctx context.Context, elections []*election) error {
	return d.report.step("vote", proving, func() error {
		tasks := visits(elections)
		if d.smoke {
			return d.castAll(ctx, tasks)
		}
		third := len(tasks) / 3
		if err := d.castAll(ctx, tasks[:third]); err != nil {
			return err
		}
		victim := len(d.network.Nodes) - 1
		if err := d.network.Nodes[victim].process.kill(); err != nil {
			return err
		}
		if err := d.castAll(ctx, tasks[third:2*third]); err != nil {
			return fmt.Errorf("with %s killed: %w", d.network.Nodes[victim].Moniker, err)
		}
		if err := d.network.startNode(victim); err != nil {
			return err
		}
		if err := d.attack(ctx, elections); err != nil {
			return err
		}
		if err := d.castAll(ctx, tasks[2*third:]); err != nil {
			return err
		}
		d.report.passed("%s was killed while voting was open and caught up after its start", d.network.Nodes[victim].Moniker)
		return d.caughtUp(ctx, victim)
	})
}

// visits lists who votes where: elector by elector, and those who change their mind
// at the end.
func visits(elections []*election) []task {
	var tasks, second []task
	for i := range elections[0].voters {
		for _, e := range elections {
			v := e.voters[i]
			switch {
			case v.values == nil:
			case v.first != nil:
				tasks = append(tasks, task{election: e, voter: v, values: v.first})
				second = append(second, task{election: e, voter: v, values: v.values, again: true})
			default:
				tasks = append(tasks, task{election: e, voter: v, values: v.values})
			}
		}
	}
	return append(tasks, second...)
}

// castAll casts in order, two at a time.
func (d *demo) castAll(ctx context.Context, tasks []task) error {
	const booths = 2
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan int)
	var wg sync.WaitGroup
	for range booths {
		wg.Go(func() {
			for i := range queue {
				if err := d.cast(ctx, i, tasks[i]); err != nil {
					cancel(err)
				}
			}
		})
	}
	for i := range tasks {
		if ctx.Err() != nil {
			break
		}
		queue <- i
	}
	close(queue)
	wg.Wait()
	return context.Cause(ctx)
}

func (d *demo) cast(ctx context.Context, i int, t task) error {
	// Each voter goes to two authorities; one of the two may be down.
	nodes := d.network.Nodes
	args := slices.Concat([]string{
		"ballot", "cast", strconv.FormatUint(t.election.id, 10), "--elector", t.voter.file,
		"--receipt", filepath.Join(d.dir, fmt.Sprintf("receipt-%d-%s-%t.json", t.election.id, t.voter.name, t.again)),
		"--yes", "--home", d.network.ClientHome,
		"--node", nodes[i%len(nodes)].RPC, "--node", nodes[(i+1)%len(nodes)].RPC,
	}, t.election.choices(t.values))
	var answer castAnswer
	if err := d.commandJSON(ctx, &answer, args...); err != nil {
		return fmt.Errorf("%s in %s: %w", t.voter.name, t.election, err)
	}
	d.report.ballot(answer.Bytes, seconds(answer.Seconds["prove"]), seconds(answer.Seconds["send"]+answer.Seconds["inclusion"]), t.again)
	return nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// caughtUp waits until a node that was down has the height of the others.
func (d *demo) caughtUp(ctx context.Context, i int) error {
	target, err := d.network.Nodes[0].status(ctx)
	if err != nil {
		return err
	}
	return until(ctx, inclusionLimit, func() (bool, error) {
		s, err := d.network.Nodes[i].status(ctx)
		return err == nil && !s.syncs && s.height >= target.height, nil
	})
}

// makeElectors makes one secret for every voter and writes the list of each
// election for the registrars.
func (d *demo) makeElectors(ctx context.Context, elections []*election) error {
	lists := make([]strings.Builder, len(elections))
	for i := range elections[0].voters {
		name := fmt.Sprintf("elector%02d", i+1)
		file := filepath.Join(d.dir, name+".json")
		commitment, err := d.elector(ctx, file)
		if err != nil {
			return err
		}
		for k, e := range elections {
			e.voters[i].name, e.voters[i].file = name, file
			fmt.Fprintf(&lists[k], "%s,%d\n", commitment, e.voters[i].weight)
		}
	}
	for k := range elections {
		if err := os.WriteFile(d.list(k), []byte("commitment,weight\n"+lists[k].String()), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) list(election int) string {
	return filepath.Join(d.dir, fmt.Sprintf("roll-%d.csv", election+1))
}

// elector makes an elector's secret, or reads the commitment of the one in file.
func (d *demo) elector(ctx context.Context, file string) (string, error) {
	var answer struct {
		Commitment string `json:"commitment"`
	}
	command := "new"
	if _, err := os.Stat(file); err == nil {
		command = "show"
	}
	err := d.commandJSON(ctx, &answer, "elector", command, "--file", file)
	return answer.Commitment, err
}
