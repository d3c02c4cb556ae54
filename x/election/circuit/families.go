package circuit

import (
	"fmt"
	"math/big"

	"github.com/consensys/gnark/constraint/solver"
	"github.com/consensys/gnark/frontend"
)

// family names a group of constraints that enforce one rule of the statement.
//
// The name serves two things: the golden file counts constraints by family, and
// the mutation tests leave out one family at a time to show that precisely that
// family stops a given attack.
type family uint8

const (
	familyIdentity    family = iota + 1 // id = H(TagIdentity, s)
	familyLeaf                          // leaf = H(TagLeaf, id, w)
	familySwap                          // product that puts the sibling left or right
	familyNode                          // hash of two children
	familyPathBit                       // path bits are 0 or 1
	familyRoot                          // computed root = public root
	familyNullifier                     // nf = H(TagNullifier, s, e)
	familyBinding                       // b takes part in a constraint
	familyWeightRange                   // w < 2^32
	familyWeightZero                    // w != 0
	familyFlags                         // split, quadratic, distinct, start are 0 or 1
	familyUnit                          // u = split ? 1 : w and B = split ? w : 1
	familyValueRange                    // v_i < 2^32
	familyCap                           // v_i <= cap_i*B
	familyProducts                      // cap_i*B, lo*B and hi*B
	familyCost                          // cost is v or v^2
	familyRestart                       // the sum starts again with each contest
	familyContestEnd                    // bounds apply where a contest ends
	familyLow                           // lo*B <= sum
	familyHigh                          // sum <= hi*B
	familySameContest                   // which pairs of slots `distinct` compares
	familyDistinct                      // such pairs differ
	familyAmount                        // m_i = u*v_i
	familyAmountRange                   // m_i < 2^48
	familyBitBoolean                    // digits of range checks are 0 or 1
	familyDigit                         // digits of the randomness are 0 or 1
	familyWindow                        // products that select a table entry
	familyFixedBase                     // additions of fixed-base multiplication
	familyKeyCurve                      // public keys satisfy the curve equation
	familyKeyMap                        // twisted Edwards <-> Montgomery
	familySign                          // digit times the ordinate of the key
	familyLadder                        // incomplete double-and-add
	familyFold                          // shortening of long linear expressions
	familyEdwards                       // complete addition and doubling
	familyR                             // R is the computed point
	familyC                             // C_i are the computed points
	familyCount                         // number of families plus one; keep last
)

// familyNames are the names used in the golden file and in test output.
var familyNames = [familyCount]string{
	familyIdentity: "identity", familyLeaf: "leaf", familySwap: "swap", familyNode: "node",
	familyPathBit: "path-bit", familyRoot: "root", familyNullifier: "nullifier", familyBinding: "binding",
	familyWeightRange: "weight-range", familyWeightZero: "weight-nonzero", familyFlags: "flags",
	familyUnit: "unit", familyValueRange: "value-range", familyCap: "cap", familyProducts: "bound-products",
	familyCost: "cost", familyRestart: "contest-restart", familyContestEnd: "contest-end",
	familyLow: "low-bound", familyHigh: "high-bound", familySameContest: "same-contest",
	familyDistinct: "distinct", familyAmount: "amount", familyAmountRange: "amount-range",
	familyBitBoolean: "bit-boolean", familyDigit: "digit-boolean",
	familyWindow: "window", familyFixedBase: "fixed-base", familyKeyCurve: "key-on-curve",
	familyKeyMap: "key-map", familySign: "sign", familyLadder: "ladder", familyFold: "fold",
	familyEdwards: "edwards", familyR: "point-r", familyC: "point-c",
}

// String returns the name of the family as written in the golden file.
func (f family) String() string {
	if int(f) < len(familyNames) && familyNames[f] != "" {
		return familyNames[f]
	}
	return "unknown"
}

// families is a set of families.
type families uint64

// has reports whether f is in the set.
func (s families) has(f family) bool { return s&(1<<f) != 0 }

// builder is the gnark API with the families of constraints made explicit.
// Everything in this package goes through it, so that no constraint is nameless.
type builder struct {
	frontend.API

	dropped families                                // left out; zero: none is
	counted func(b *builder, f family, body func()) // nil: constraints are not counted
	observe func(*builder, Point)                   // nil: results are not observed
	hash    interface {                             // Poseidon2 with width 2
		Compress(left, right frontend.Variable) frontend.Variable
	}
}

// as attributes the constraints that body adds to f.
func (b *builder) as(f family, body func()) {
	if b.counted == nil {
		body()
		return
	}
	b.counted(b, f, body)
}

// require adds the constraints of body unless f is left out.
func (b *builder) require(f family, body func()) {
	if b.dropped.has(f) {
		return
	}
	b.as(f, body)
}

// define returns the value that body computes. With f left out the value is
// handed through an unconstrained hint instead, as a missing constraint would.
func (b *builder) define(f family, body func() frontend.Variable) frontend.Variable {
	var v frontend.Variable
	b.as(f, func() { v = body() })
	if !b.dropped.has(f) {
		return v
	}
	return b.hint(freeHint, 1, v)[0]
}

// hint calls gnark's NewHint, whose only error is a malformed call: a mistake in
// this package that gnark turns into an error of compilation.
func (b *builder) hint(f solver.Hint, outputs int, inputs ...frontend.Variable) []frontend.Variable {
	out, err := b.Compiler().NewHint(f, outputs, inputs...)
	if err != nil {
		panic(fmt.Errorf("circuit: hint: %w", err))
	}
	return out
}

// freeHint copies its input. The mutation tests replace it by what an attacker
// would choose; in production no circuit refers to it.
func freeHint(_ *big.Int, in, out []*big.Int) error {
	for i := range out {
		out[i].Set(in[i])
	}
	return nil
}

// foldHint copies its input to a fresh variable, which the circuit compares with it.
func foldHint(_ *big.Int, in, out []*big.Int) error {
	out[0].Set(in[0])
	return nil
}

// bitsHint writes the binary digits of its input, least significant first.
func bitsHint(_ *big.Int, in, out []*big.Int) error {
	for i := range out {
		out[i].SetUint64(uint64(in[0].Bit(i)))
	}
	return nil
}

// quotientHint returns in[0]/in[1], and 0 if there is no quotient: then no value
// would satisfy the constraint, unless in[0] is 0 and every one does.
func quotientHint(field *big.Int, in, out []*big.Int) error {
	if out[0].ModInverse(in[1], field) == nil {
		out[0].SetUint64(0)
		return nil
	}
	out[0].Mul(out[0], in[0])
	out[0].Mod(out[0], field)
	return nil
}

func init() { //nolint:gochecknoinits // gnark finds hint functions through its registry
	solver.RegisterHint(foldHint, bitsHint, quotientHint)
}
