// Command demo holds real elections on four authorities that it starts on this
// machine, attacks them on the way, and compares every result with the plaintext
// that only this script knows. It uses the evoted program as people would, one
// process a command, and exits with 1 on any difference.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

const usage = `Holds real elections on four authorities on this machine and checks every result.

Example:
  go run ./scripts/demo --evoted build/evoted
  go run ./scripts/demo --evoted build/evoted --smoke

Flags:
`

type options struct {
	program string
	dir     string
	smoke   bool
	repeat  int
	keep    bool
}

func main() {
	var o options
	flag.StringVar(&o.program, "evoted", "build/evoted", "the evoted program")
	flag.StringVar(&o.dir, "dir", "", "working directory (default: a temporary one, removed after success)")
	flag.BoolVar(&o.smoke, "smoke", false, "one election with five electors, without attacks")
	flag.IntVar(&o.repeat, "repeat", 1, "how many times to hold the elections on the same chain")
	flag.BoolVar(&o.keep, "keep", false, "keep the working directory")
	flag.Usage = func() {
		fmt.Fprint(flag.CommandLine.Output(), usage)
		flag.PrintDefaults()
	}
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop has been called
	}
}

func run(ctx context.Context, o options) error {
	program, err := filepath.Abs(o.program)
	if err != nil {
		return err
	}
	if _, err := os.Stat(program); err != nil {
		return fmt.Errorf("%w (run: make build)", err)
	}
	dir := o.dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "evoted-demo-"); err != nil {
			return err
		}
	}
	d := &demo{program: program, dir: dir, smoke: o.smoke, report: newReport(os.Stderr)}
	err = d.hold(ctx, o.repeat)
	if stopErr := d.stop(); stopErr != nil {
		err = errors.Join(err, stopErr)
	}
	if err != nil {
		return fmt.Errorf("%w\n(logs are in %s)", err, dir)
	}
	d.report.print(os.Stdout)
	if o.dir == "" && !o.keep {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	return nil
}

// demo is one run of the script.
type demo struct {
	program string
	dir     string
	smoke   bool
	network *network
	daemons []*process
	proof   time.Duration
	report  *report
}

func (d *demo) hold(ctx context.Context, repeat int) error {
	var err error
	if err = d.report.step("make the chain", other, func() error {
		d.network, err = initNetwork(ctx, d)
		return err
	}); err != nil {
		return err
	}
	if err = d.report.step("measure one proof", proving, d.measureProof); err != nil {
		return err
	}
	if err = d.report.step("start four authorities", waiting, func() error { return d.network.startAll(ctx) }); err != nil {
		return err
	}
	if err = d.report.step("start the trustees", waiting, func() error { return d.startTrustees(ctx) }); err != nil {
		return err
	}
	for range repeat {
		if err := d.holdOnce(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) holdOnce(ctx context.Context) error {
	elections := d.plan()
	if err := d.prepare(ctx, elections); err != nil {
		return err
	}
	if err := d.vote(ctx, elections); err != nil {
		return err
	}
	if err := d.report.step("wait for the close and the trustees", waiting, func() error {
		return d.awaitResults(ctx, elections)
	}); err != nil {
		return err
	}
	if err := d.report.step("compare results", other, func() error { return d.compareResults(ctx, elections) }); err != nil {
		return err
	}
	return d.report.step("compare the authorities", other, func() error { return d.compareChains(ctx) })
}

// stop ends every process this run started.
func (d *demo) stop() error {
	var errs []error
	for _, p := range d.daemons {
		errs = append(errs, p.stop())
	}
	if d.network != nil {
		errs = append(errs, d.network.stop())
	}
	return errors.Join(errs...)
}
