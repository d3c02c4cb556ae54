// Program ballot measures a ballot: constraints, proving, verifying, sizes. It prints a
// table and writes the same rows as JSON, a list of {"name", "value", "unit"}.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/consensys/gnark/backend/groth16"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/circuit"
	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/proof/keyfile"
	"github.com/evoted/evoted/x/election/proof/prove"
	"github.com/evoted/evoted/x/election/proof/verify"
)

// row is one measured figure.
type row struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

// bench collects rows.
type bench struct {
	format  ballot.Format
	proofs  int
	ballots int
	rows    []row
	log     io.Writer
}

func main() {
	output := flag.String("output", filepath.Join("bench", "ballot.json"), "file for the rows as JSON")
	format := flag.String("format", ballot.Slots8.Name, "ballot format")
	proofs := flag.Int("proofs", 7, "number of proofs of which the median is taken")
	ballots := flag.Int("ballots", 400, "number of ballots whose transactions are measured")
	flag.Parse()
	if err := run(*output, *format, *proofs, *ballots); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(output, format string, proofs, ballots int) error {
	f, err := ballot.FormatByName(format)
	if err != nil {
		return err
	}
	if proofs < 1 || ballots < 1 {
		return fmt.Errorf("at least one proof and one ballot are needed")
	}
	b := &bench{format: f, proofs: proofs, ballots: ballots, log: os.Stderr}
	if err := b.measure(); err != nil {
		return err
	}
	b.table(os.Stdout)
	encoded, err := json.MarshalIndent(b.rows, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(output), 0o755); err != nil {
		return err
	}
	return os.WriteFile(output, append(encoded, '\n'), 0o644)
}

func (b *bench) add(name string, value float64, unit string) {
	b.rows = append(b.rows, row{Name: "ballot." + name, Value: value, Unit: unit})
}

func (b *bench) measure() error {
	b.add("cores", float64(runtime.GOMAXPROCS(0)), "cores")
	if err := b.measureCircuit(); err != nil {
		return err
	}
	material, prover, err := b.measureKeys()
	if err != nil {
		return err
	}
	e, err := newElection(b.format)
	if err != nil {
		return err
	}
	proved, err := b.measureProving(e, prover)
	if err != nil {
		return err
	}
	if err := b.measureVerifying(e, prover.VerifyingKey(), proved); err != nil {
		return err
	}
	b.add("proof_bytes", key.ProofSize, "bytes")
	b.add("verifying_key_bytes", float64(len(material.VerifyingKey)), "bytes")
	b.add("proving_key_bytes", float64(material.ProvingKeySize), "bytes")
	return b.measureTransactions(e, proved)
}

// measureCircuit compiles the circuit and makes keys that are thrown away.
func (b *bench) measureCircuit() error {
	start := time.Now()
	system, err := circuit.Compile(b.format)
	if err != nil {
		return err
	}
	b.add("compile_s", seconds(start), "s")
	b.add("constraints", float64(system.GetNbConstraints()), "constraints")
	b.add("public_inputs", float64(system.GetNbPublicVariables()-1), "inputs")

	fmt.Fprintln(b.log, "setup of throw-away keys ...")
	start = time.Now()
	if _, _, err := groth16.Setup(system); err != nil {
		return err
	}
	b.add("setup_s", seconds(start), "s")
	return nil
}

// measureKeys loads the cached keys, the circuit compiled before it starts the clock.
func (b *bench) measureKeys() (*key.Material, *prove.Prover, error) {
	if _, err := keyfile.LoadOrSetup("", b.format, func(s string) { fmt.Fprintln(b.log, s) }); err != nil {
		return nil, nil, err
	}
	start := time.Now()
	material, err := keyfile.LoadOrSetup("", b.format, nil)
	if err != nil {
		return nil, nil, err
	}
	prover, err := keyfile.OpenProver(material)
	if err != nil {
		return nil, nil, err
	}
	b.add("key_load_s", seconds(start), "s")
	return material, prover, nil
}

// measureProving proves ballots with different choices, after one that warms up.
func (b *bench) measureProving(e *election, prover *prove.Prover) ([]ballot.Ballot, error) {
	fmt.Fprintf(b.log, "proving %d ballots ...\n", b.proofs)
	var times []float64
	var proved []ballot.Ballot
	for i := range b.proofs + 1 {
		unproved, witness, err := e.prepare(i)
		if err != nil {
			return nil, err
		}
		start := time.Now()
		done, err := prover.Complete(e.Election, unproved, witness)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			times = append(times, seconds(start))
			proved = append(proved, done)
		}
	}
	b.add("prove_s", median(times), "s")
	b.add("prove_min_s", slices.Min(times), "s")
	return proved, nil
}

func (b *bench) measureVerifying(e *election, vk *key.VerifyingKey, proved []ballot.Ballot) error {
	const rounds = 200
	times := make([]float64, 0, rounds)
	for i := range rounds {
		one := proved[i%len(proved)]
		start := time.Now()
		if err := verify.Statement(vk, e.Statement(one), one.Proof); err != nil {
			return err
		}
		times = append(times, 1000*seconds(start))
	}
	b.add("verify_ms", median(times), "ms")
	return nil
}

func (b *bench) table(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s, %s\n", b.format.Name, runtime.GOARCH)
	for _, r := range b.rows {
		fmt.Fprintf(t, "%s\t%s\t%s\n", r.Name, number(r), r.Unit)
	}
	_ = t.Flush()
}

// number writes counts whole and times with three digits.
func number(r row) string {
	if r.Unit == "s" || r.Unit == "ms" {
		return fmt.Sprintf("%.3f", r.Value)
	}
	return fmt.Sprintf("%.0f", r.Value)
}

func seconds(since time.Time) float64 { return time.Since(since).Seconds() }

func median(v []float64) float64 {
	sorted := slices.Sorted(slices.Values(v))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
