package circuit

import (
	"bytes"
	"encoding/csv"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/consensys/gnark-crypto/ecc"
	"github.com/consensys/gnark/constraint"
	cs "github.com/consensys/gnark/constraint/bls12-381"
	"github.com/consensys/gnark/constraint/solver"
	"github.com/consensys/gnark/frontend"
	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/field"
)

var update = flag.Bool("update", false, "write the golden files")

// limits are the largest numbers of constraints, powers of two: the size of the
// prover's transforms.
var limits = map[string]int{ballot.Slots8.Name: 1 << 15, ballot.Slots32.Name: 1 << 17}

// TestConstraints compares the circuits with the golden file: format, digest, numbers
// of constraints and public inputs, then a line for each family.
func TestConstraints(t *testing.T) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	require.NoError(t, w.Write([]string{"format", "item", "value"}))
	for _, f := range ballot.Formats() {
		counts := countFamilies(t, f)
		compiled, err := Load(f)
		require.NoError(t, err)
		n, public := compiled.System.GetNbConstraints(), compiled.System.GetNbPublicVariables()-1
		require.LessOrEqual(t, n, limits[f.Name])
		require.Equal(t, f.PublicInputs(), public)
		total := 0
		for _, line := range [][2]string{
			{"digest", compiled.Digest}, {"constraints", strconv.Itoa(n)}, {"public-inputs", strconv.Itoa(public)},
		} {
			require.NoError(t, w.Write([]string{f.Name, line[0], line[1]}))
		}
		for fam := family(1); fam < familyCount; fam++ {
			total += counts[fam]
			require.NoError(t, w.Write([]string{f.Name, fam.String(), strconv.Itoa(counts[fam])}))
		}
		require.Equal(t, n, total, "every constraint belongs to a family")
	}
	w.Flush()

	path := filepath.Join("testdata", "constraints.csv")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, out.Bytes(), 0o600))
	}
	golden, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(golden), out.String(), "run the test with -update if the change is meant")
}

// countFamilies marks the beginning and the end of each family's constraints with a
// hint, and reads from the compiled circuit how many constraints precede each mark.
func countFamilies(t *testing.T, f ballot.Format) map[family]int {
	t.Helper()
	var order []family
	circuit := New(f)
	circuit.test = &instruments{counted: func(b *builder, fam family, body func()) {
		b.hint(captureHint, 1, len(order))
		body()
		b.hint(captureHint, 1, len(order))
		order = append(order, fam)
	}}
	ccs, err := compile(circuit)
	require.NoError(t, err)
	system, ok := ccs.(*cs.R1CS)
	require.True(t, ok)

	var marks []int
	for _, instruction := range system.Instructions {
		_, isHint := system.Blueprints[instruction.BlueprintID].(*constraint.BlueprintGenericHint)
		id := solver.HintID(system.CallData[instruction.StartCallData:][1])
		if isHint && id == solver.GetHintID(captureHint) {
			marks = append(marks, int(instruction.ConstraintOffset))
		}
	}
	require.Len(t, marks, 2*len(order))
	counts := map[family]int{}
	for i, fam := range order {
		counts[fam] += marks[2*i+1] - marks[2*i]
	}
	return counts
}

func TestNoCommitments(t *testing.T) {
	t.Parallel()
	for _, f := range ballot.Formats() {
		compiled, err := Load(f)
		require.NoError(t, err)
		commitments, ok := compiled.System.GetCommitments().(constraint.Groth16Commitments)
		require.True(t, ok)
		require.Empty(t, commitments)
	}
}

// TestDigest compiles afresh: the digest depends on the relation alone.
func TestDigest(t *testing.T) {
	t.Parallel()
	compiled, err := Load(ballot.Slots8)
	require.NoError(t, err)
	for range 2 {
		again, err := Compile(ballot.Slots8)
		require.NoError(t, err)
		digest, err := Digest(again)
		require.NoError(t, err)
		require.Equal(t, compiled.Digest, digest)
	}
	other, err := Digest(smallSystem(t))
	require.NoError(t, err)
	require.NotEqual(t, compiled.Digest, other)
	_, err = Digest(nil)
	require.ErrorIs(t, err, ErrSystem)
}

// TestPublicOrder holds the circuit's order of public inputs and that of
// ballot.Statement together.
func TestPublicOrder(t *testing.T) {
	t.Parallel()
	c := newCast(t, ballot.Slots8, rules(8, 1, 0, 2), 5, 1, 0, 0, 0, 1, 0, 0, 0)
	w, err := frontend.NewWitness(c.assign(t), ecc.BLS12_381.ScalarField(), frontend.PublicOnly())
	require.NoError(t, err)
	vector, ok := w.Vector().(interface{ Len() int })
	require.True(t, ok)
	want := c.st.PublicInputs()
	require.Len(t, want, 73)
	require.Equal(t, len(want), vector.Len())
	raw, err := w.MarshalBinary()
	require.NoError(t, err)
	raw = raw[len(raw)-field.Size*len(want):]
	for i, e := range want {
		require.Equal(t, field.Bytes(e), raw[i*field.Size:(i+1)*field.Size], "input %d", i)
	}
}

func TestAssignErrors(t *testing.T) {
	t.Parallel()
	c := newCast(t, small, rules(4, 1, 0, 1), 5, 1, 0, 0, 0)
	w := c.witness
	w.Values = w.Values[:3]
	_, err := Assign(small, c.st, w)
	require.ErrorIs(t, err, ErrWitness)
	w = c.witness
	w.Path.Siblings = w.Path.Siblings[:31]
	_, err = Assign(small, c.st, w)
	require.ErrorIs(t, err, ErrWitness)
	_, err = Assign(ballot.Slots8, c.st, c.witness)
	require.ErrorIs(t, err, ballot.ErrStatement)
}
