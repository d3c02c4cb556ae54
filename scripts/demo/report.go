package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
)

// spent says on what the time of a step goes.
type spent int

const (
	other spent = iota
	proving
	waiting
)

// report collects what happened, for people.
type report struct {
	progress io.Writer
	begun    time.Time
	seconds  map[spent]time.Duration

	mu        sync.Mutex
	ballots   int
	sizes     []int
	proofs    []time.Duration
	inclusion []time.Duration
	checks    []string
	lines     []string
	heights   int64
	intervals []time.Duration
}

func newReport(progress io.Writer) *report {
	return &report{progress: progress, begun: time.Now(), seconds: map[spent]time.Duration{}}
}

// step runs f and books its time.
func (r *report) step(name string, on spent, f func() error) error {
	fmt.Fprintf(r.progress, "[%5.1fs] %s\n", time.Since(r.begun).Seconds(), name)
	begin := time.Now()
	err := f()
	r.seconds[on] += time.Since(begin)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// passed notes a check that held.
func (r *report) passed(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.checks = append(r.checks, fmt.Sprintf(format, args...))
}

// result adds a line to the results of the elections.
func (r *report) result(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, fmt.Sprintf(format, args...))
}

// ballot notes a ballot that was counted, instead of an earlier one if again.
func (r *report) ballot(size int, proof, inclusion time.Duration, again bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !again {
		r.ballots++
	}
	r.sizes = append(r.sizes, size)
	r.proofs = append(r.proofs, proof)
	r.inclusion = append(r.inclusion, inclusion)
}

func median(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	d = slices.Clone(d)
	slices.Sort(d)
	return d[len(d)/2]
}

func (r *report) print(w io.Writer) {
	fmt.Fprintln(w)
	fmt.Fprintln(w, strings.Join(r.lines, "\n"))
	fmt.Fprintln(w)
	for _, check := range r.checks {
		fmt.Fprintln(w, "  ok  ", check)
	}
	fmt.Fprintln(w)
	fmt.Fprintf(w, "ballots counted      %d\n", r.ballots)
	if len(r.sizes) > 0 {
		fmt.Fprintf(w, "ballot transaction   %d to %d bytes\n", slices.Min(r.sizes), slices.Max(r.sizes))
	}
	fmt.Fprintf(w, "proof, median        %.2f s (two at a time, beside four authorities)\n", median(r.proofs).Seconds())
	fmt.Fprintf(w, "sent to final        %.2f s (median)\n", median(r.inclusion).Seconds())
	fmt.Fprintf(w, "blocks compared      %d, equal on all authorities; one every %.2f s (median)\n",
		r.heights, median(r.intervals).Seconds())
	total := time.Since(r.begun)
	fmt.Fprintf(w, "time                 %.0f s: voting %.0f s, waiting for blocks %.0f s, all else %.0f s\n",
		total.Seconds(), r.seconds[proving].Seconds(), r.seconds[waiting].Seconds(),
		(total - r.seconds[proving] - r.seconds[waiting]).Seconds())
	fmt.Fprintln(w, "every result equals the plaintext: yes")
}
