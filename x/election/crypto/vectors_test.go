package crypto_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/dleq"
	"github.com/evoted/evoted/x/election/crypto/dlog"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/keygen"
	"github.com/evoted/evoted/x/election/crypto/roll"
)

var update = flag.Bool("update", false, "write the test vectors anew")

// values are the inputs or outputs of a case: byte strings in hexadecimal, numbers in
// decimal, texts as they are, lists joined by commas.
type values map[string]string

// vector is one case of a file.
type vector struct {
	Name   string `json:"name"`
	Op     string `json:"op"`
	In     values `json:"in"`
	Out    values `json:"out,omitempty"`
	Expect string `json:"expect"`
}

type file struct {
	Primitive string   `json:"primitive"`
	Note      string   `json:"note"`
	Cases     []vector `json:"cases"`
}

// expectations name the errors a case may end with, the outermost package first.
var expectations = []struct {
	name string
	err  error
}{
	{"keygen.ErrDealLength", keygen.ErrDealLength},
	{"keygen.ErrDealEncoding", keygen.ErrDealEncoding},
	{"keygen.ErrDealProof", keygen.ErrDealProof},
	{"keygen.ErrDealShape", keygen.ErrDealShape},
	{"keygen.ErrBadShare", keygen.ErrBadShare},
	{"keygen.ErrKeyProof", keygen.ErrKeyProof},
	{"keygen.ErrTooFew", keygen.ErrTooFew},
	{"elgamal.ErrLength", elgamal.ErrLength},
	{"elgamal.ErrPoint", elgamal.ErrPoint},
	{"elgamal.ErrRandomness", elgamal.ErrRandomness},
	{"dleq.ErrEncoding", dleq.ErrEncoding},
	{"dleq.ErrInvalid", dleq.ErrInvalid},
	{"dleq.ErrStatement", dleq.ErrStatement},
	{"dlog.ErrNotFound", dlog.ErrNotFound},
	{"dlog.ErrBound", dlog.ErrBound},
	{"roll.ErrWeight", roll.ErrWeight},
	{"roll.ErrIdentity", roll.ErrIdentity},
	{"roll.ErrEmptyLeaf", roll.ErrEmptyLeaf},
	{"roll.ErrEncoding", roll.ErrEncoding},
	{"curve.ErrLength", curve.ErrLength},
	{"curve.ErrNotCanonical", curve.ErrNotCanonical},
	{"curve.ErrNotOnCurve", curve.ErrNotOnCurve},
	{"curve.ErrNotInSubgroup", curve.ErrNotInSubgroup},
	{"curve.ErrIdentity", curve.ErrIdentity},
	{"curve.ErrScalarLength", curve.ErrScalarLength},
	{"curve.ErrScalarRange", curve.ErrScalarRange},
	{"field.ErrLength", field.ErrLength},
	{"field.ErrNotCanonical", field.ErrNotCanonical},
}

func expectation(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return "ok"
	}
	for _, e := range expectations {
		if errors.Is(err, e.err) {
			return e.name
		}
	}
	require.NoError(t, err, "an error without a name")
	return ""
}

// TestVectors recomputes every case of every file from its recorded inputs. With -update
// it makes the files from the generators first.
func TestVectors(t *testing.T) {
	t.Parallel()
	for _, g := range generators {
		t.Run(g.primitive, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join("testdata", "vectors", g.primitive+".json")
			if *update {
				write(t, path, g)
			}
			raw, err := os.ReadFile(path)
			require.NoError(t, err)
			var f file
			require.NoError(t, json.Unmarshal(raw, &f))
			require.Equal(t, g.primitive, f.Primitive)
			require.Len(t, f.Cases, len(g.cases()))
			refused := 0
			for _, c := range f.Cases {
				op, ok := operations[c.Op]
				require.True(t, ok, "operation %q", c.Op)
				in := arguments{t: t, v: c.In}
				out, err := op(in)
				require.Equal(t, c.Expect, expectation(t, err), "%s: %v", c.Name, err)
				if err != nil {
					refused++
					out = nil
				}
				require.Equal(t, c.Out, out, c.Name)
			}
			require.Equal(t, g.refused, refused > 0, "cases that must be refused")
		})
	}
}

func write(t *testing.T, path string, g generator) {
	t.Helper()
	f := file{Primitive: g.primitive, Note: g.note, Cases: g.cases()}
	for i := range f.Cases {
		c := &f.Cases[i]
		out, err := operations[c.Op](arguments{t: t, v: c.In})
		c.Expect = expectation(t, err)
		if err == nil {
			c.Out = out
		}
	}
	raw, err := json.MarshalIndent(f, "", "  ")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, append(raw, '\n'), 0o600))
}

// arguments reads the inputs of a case.
type arguments struct {
	t *testing.T
	v values
}

func (a arguments) text(name string) string {
	a.t.Helper()
	s, ok := a.v[name]
	require.True(a.t, ok, "input %q is missing", name)
	return s
}

func (a arguments) bytes(name string) []byte {
	a.t.Helper()
	b, err := hex.DecodeString(a.text(name))
	require.NoError(a.t, err)
	return b
}

func (a arguments) number(name string) uint64 {
	a.t.Helper()
	n, err := strconv.ParseUint(a.text(name), 10, 64)
	require.NoError(a.t, err)
	return n
}

func (a arguments) small(name string) int {
	a.t.Helper()
	n, err := strconv.Atoi(a.text(name))
	require.NoError(a.t, err)
	return n
}

func (a arguments) numbers(name string) []uint64 {
	a.t.Helper()
	var out []uint64
	for s := range strings.SplitSeq(a.text(name), ",") {
		n, err := strconv.ParseUint(s, 10, 64)
		require.NoError(a.t, err)
		out = append(out, n)
	}
	return out
}

func (a arguments) element(name string) field.Element {
	a.t.Helper()
	e, err := field.Parse(a.bytes(name))
	require.NoError(a.t, err)
	return e
}

func (a arguments) elements(name string) []field.Element {
	a.t.Helper()
	b := a.bytes(name)
	require.Zero(a.t, len(b)%field.Size)
	out := make([]field.Element, len(b)/field.Size)
	for i := range out {
		var err error
		out[i], err = field.Parse(b[i*field.Size : (i+1)*field.Size])
		require.NoError(a.t, err)
	}
	return out
}

func (a arguments) points(name string) []curve.Point {
	a.t.Helper()
	b := a.bytes(name)
	points, err := curve.SplitPoints(b, len(b)/curve.PointSize, curve.ParsePoint)
	require.NoError(a.t, err)
	return points
}

func (a arguments) scalar(name string) curve.Scalar {
	a.t.Helper()
	s, err := curve.ParseScalar(a.bytes(name))
	require.NoError(a.t, err)
	return s
}

func one(name string, b []byte) values { return values{name: hex.EncodeToString(b)} }

func oneElement(name string, e field.Element) values { return one(name, field.Bytes(e)) }
