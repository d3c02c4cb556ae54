package circuit

import (
	"fmt"
	"math/big"
	"os"
	"sync"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
	"github.com/consensys/gnark/constraint"
	cs "github.com/consensys/gnark/constraint/bls12-381"
	"github.com/consensys/gnark/constraint/solver"
	"github.com/consensys/gnark/frontend"
	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/hash"
	"github.com/evoted/evoted/x/election/crypto/nullifier"
	"github.com/evoted/evoted/x/election/crypto/roll"
	"github.com/evoted/evoted/x/election/internal/sample"
)

// summary is what TestMutants found, printed after everything else.
var summary string

func TestMain(m *testing.M) {
	code := m.Run()
	if summary != "" {
		fmt.Println(summary)
	}
	os.Exit(code)
}

// pair is the smallest format with two options: quick to compile for each mutant.
var pair = ballot.Format{Name: "pair", Slots: 2}

// attack is a false statement with the witness a cheat would use for it.
type attack struct {
	assignment *Ballot
	// free replaces the unconstrained values of a mutant, fold and bits the hints that
	// the full circuit has as well. nil leaves them honest.
	free, fold func(in *big.Int) *big.Int
	bits       func(in *big.Int, out []*big.Int)
	// refit sets R and C to what the mutant computes: a cheat casts the ciphertext its
	// broken arithmetic leads to.
	refit bool
}

func (a *attack) options() []solver.Option {
	var opts []solver.Option
	one := func(f func(*big.Int) *big.Int) solver.Hint {
		return func(field *big.Int, in, out []*big.Int) error {
			out[0].Mod(f(in[0]), field)
			return nil
		}
	}
	same := func(in *big.Int) *big.Int { return in }
	if a.free == nil {
		a.free = same
	}
	opts = append(opts, solver.OverrideHint(solver.GetHintID(freeHint), one(a.free)))
	if a.fold != nil {
		opts = append(opts, solver.OverrideHint(solver.GetHintID(foldHint), one(a.fold)))
	}
	if a.bits != nil {
		honest := bitsHint
		opts = append(opts, solver.OverrideHint(solver.GetHintID(bitsHint), func(field *big.Int, in, out []*big.Int) error {
			if err := honest(field, in, out); err != nil {
				return err
			}
			a.bits(in[0], out)
			return nil
		}))
	}
	return opts
}

// captureHint receives the number and coordinates of a computed point.
func captureHint(*big.Int, []*big.Int, []*big.Int) error { return nil }

// mutate compiles the circuit without the families.
func mutate(t *testing.T, drop families) constraint.ConstraintSystem {
	t.Helper()
	c := New(pair)
	points := 0
	c.test = &instruments{drop: drop, observe: func(b *builder, p Point) {
		b.hint(captureHint, 1, points, p.X, p.Y)
		points++
	}}
	ccs, err := compile(c, frontend.IgnoreUnconstrainedInputs())
	require.NoError(t, err)
	return ccs
}

// refitted sets R and C to what the circuit without f computes for the assignment.
func refitted(t *testing.T, f family, a *attack) {
	t.Helper()
	open := mutate(t, 1<<f|1<<familyR|1<<familyC)
	var lock sync.Mutex
	found := map[uint64]Point{}
	opts := append(a.options(), solver.OverrideHint(solver.GetHintID(captureHint),
		func(_ *big.Int, in, _ []*big.Int) error {
			lock.Lock()
			defer lock.Unlock()
			found[in[0].Uint64()] = Point{X: new(big.Int).Set(in[1]), Y: new(big.Int).Set(in[2])}
			return nil
		}))
	require.NoError(t, solve(open, a.assignment, opts...), "%s: the attack must go through up to the ciphertext", f)
	require.Len(t, found, 1+len(a.assignment.C))
	a.assignment.R = found[0]
	for i := range a.assignment.C {
		a.assignment.C[i] = found[uint64(i+1)]
	}
}

// TestMutants leaves out one family of constraints at a time and shows an attack that
// the full circuit refuses and the mutant accepts: that family is what stops it.
func TestMutants(t *testing.T) {
	full, err := Compile(pair)
	require.NoError(t, err)
	honest := honestPair(t)
	require.NoError(t, solve(full, honest.assign(t)))

	all := attacks()
	caught := 0
	for f := family(1); f < familyCount; f++ {
		ok := t.Run(f.String(), func(t *testing.T) {
			if f == familyBinding {
				requireBindingMatters(t, full)
				return
			}
			require.Contains(t, all, f, "every family needs an attack")
			a := all[f](t)
			if a.refit {
				refitted(t, f, a)
			}
			opts := append(a.options(), solver.OverrideHint(solver.GetHintID(captureHint), captureHint))
			require.NoError(t, solve(mutate(t, 1<<f), a.assignment, opts...), "the mutant must accept")
			require.Error(t, solve(full, a.assignment, a.options()...), "the full circuit must refuse")
		})
		if ok {
			caught++
		}
	}
	summary = fmt.Sprintf("caught %d of %d", caught, familyCount-1)
	require.Len(t, all, int(familyCount)-2)
}

// requireBindingMatters looks for the wire of b: without its constraint it occurs
// nowhere, its point in the verifying key would be 0 and b could be exchanged in a
// finished proof. Wire 0 is the constant 1.
func requireBindingMatters(t *testing.T, full constraint.ConstraintSystem) {
	t.Helper()
	const wire = 4
	occurs := func(ccs constraint.ConstraintSystem) bool {
		system, ok := ccs.(*cs.R1CS)
		require.True(t, ok)
		for it := system.GetR1CIterator(); ; {
			c := it.Next()
			if c == nil {
				return false
			}
			for _, expression := range []constraint.LinearExpression{c.L, c.R, c.O} {
				for _, term := range expression {
					if term.WireID() == wire {
						return true
					}
				}
			}
		}
	}
	require.True(t, occurs(full))
	require.False(t, occurs(mutate(t, 1<<familyBinding)))
}

// honestPair is a valid single choice of an elector with power 5.
func honestPair(t *testing.T) *cast {
	t.Helper()
	return newCast(t, pair, rules(2, 1, 1, 1), 5, 1, 0)
}

// attacks returns the attack that each family stops.
func attacks() map[family]func(*testing.T) *attack {
	return map[family]func(*testing.T) *attack{
		familyIdentity: func(t *testing.T) *attack {
			t.Helper()
			c := honestPair(t)
			a := outsider(t, c)
			return &attack{assignment: a, free: always(nullifier.Identity(c.Secrets[0]))}
		},
		familyLeaf: func(t *testing.T) *attack {
			t.Helper()
			c := honestPair(t)
			return &attack{assignment: outsider(t, c), free: always(c.Leaves[0])}
		},
		familyNode: func(t *testing.T) *attack {
			t.Helper()
			c := honestPair(t)
			return &attack{assignment: outsider(t, c), free: always(c.st.Root)}
		},
		familySwap:        swapAttack,
		familyPathBit:     pathBitAttack,
		familyRoot:        func(t *testing.T) *attack { t.Helper(); return &attack{assignment: outsider(t, honestPair(t))} },
		familyNullifier:   edited(honestPair, func(a *Ballot) { a.Nullifier = sample.Field(99) }),
		familyWeightZero:  weightAttack(0, 1, 0),
		familyWeightRange: weightAttack(1<<32, 1, 0),
		familyFlags: edited(func(t *testing.T) *cast {
			t.Helper()
			return newCast(t, pair, rules(2, 1, 1, 1), 1, 1, 0)
		}, func(a *Ballot) { a.Split = 2 }),
		familyUnit:       unitAttack,
		familyValueRange: rulesAttack(ballot.Rules{Split: true}, 8, 0, 8, 1<<32-1, 1<<33, 0),
		familyCap:        rulesAttack(ballot.Rules{}, 1, 0, 5, 1, 3, 0),
		familyProducts: withFree(rulesAttack(ballot.Rules{}, 1, 0, 1, 1, 50, 0), func(in *big.Int) *big.Int {
			return new(big.Int).Mul(in, big.NewInt(100))
		}),
		familyCost:        withFree(rulesAttack(ballot.Rules{Quadratic: true}, 3, 0, 3, 1, 3, 0), always(field.Element{})),
		familyRestart:     withFree(contestsAttack(0, 5), always(negative(4))),
		familyContestEnd:  withFree(contestsAttack(5, 0), always(field.Element{})),
		familyLow:         rulesAttack(ballot.Rules{}, 1, 1, 1, 1, 0, 0),
		familyHigh:        rulesAttack(ballot.Rules{}, 1, 1, 1, 1, 1, 1),
		familySameContest: withFree(rulesAttack(ballot.Rules{Distinct: true}, 3, 0, 9, 1, 2, 2), always(field.Element{})),
		familyDistinct:    rulesAttack(ballot.Rules{Distinct: true}, 3, 0, 9, 1, 2, 2),
		familyAmount:      withFree(refit(honestPair), plusOne),
		familyAmountRange: rulesAttackRefit(1<<18, 1<<32-1, 1<<18),
		familyBitBoolean: func(t *testing.T) *attack {
			t.Helper()
			a := rulesAttack(ballot.Rules{}, 1, 0, 5, 1, 3, 0)(t)
			a.bits = func(in *big.Int, out []*big.Int) {
				if in.BitLen() > 200 { // a negative difference: all of it in one digit
					for _, bit := range out {
						bit.SetUint64(0)
					}
					out[0].Set(in)
				}
			}
			return a
		},
		familyDigit: func(t *testing.T) *attack {
			t.Helper()
			a := refit(honestPair)(t)
			a.assignment.Rho[7] = 2
			return a
		},
		familyWindow:    withFree(refit(honestPair), plusOne),
		familyFixedBase: withFree(refit(honestPair), plusOne),
		familyKeyCurve: func(t *testing.T) *attack {
			t.Helper()
			a := refit(honestPair)(t)
			a.assignment.Keys[0] = Point{X: sample.Field(1), Y: sample.Field(2)}
			return a
		},
		familyKeyMap:  withFree(refit(honestPair), plusOne),
		familySign:    withFree(refit(honestPair), plusOne),
		familyLadder:  withFree(refit(honestPair), plusOne),
		familyEdwards: withFree(refit(honestPair), plusOne),
		familyFold: func(t *testing.T) *attack {
			t.Helper()
			a := refit(honestPair)(t)
			a.fold = plusOne
			return a
		},
		familyR: edited(honestPair, func(a *Ballot) { a.R = coordinates(curve.Generator()) }),
		familyC: edited(honestPair, func(a *Ballot) { a.C[0] = coordinates(curve.Generator()) }),
	}
}

func plusOne(in *big.Int) *big.Int { return new(big.Int).Add(in, big.NewInt(1)) }

func always(e field.Element) func(*big.Int) *big.Int {
	return func(*big.Int) *big.Int { return e.BigInt(new(big.Int)) }
}

func coordinates(p curve.Point) Point { return Point{X: p.X(), Y: p.Y()} }

func edited(base func(*testing.T) *cast, edit func(*Ballot)) func(*testing.T) *attack {
	return func(t *testing.T) *attack {
		t.Helper()
		a := base(t).assign(t)
		edit(a)
		return &attack{assignment: a}
	}
}

func refit(base func(*testing.T) *cast) func(*testing.T) *attack {
	return func(t *testing.T) *attack {
		t.Helper()
		return &attack{assignment: base(t).assign(t), refit: true}
	}
}

func withFree(base func(*testing.T) *attack, free func(*big.Int) *big.Int) func(*testing.T) *attack {
	return func(t *testing.T) *attack {
		t.Helper()
		a := base(t)
		a.free = free
		return a
	}
}

// rulesAttack casts values that the rules forbid, in one contest with these bounds.
func rulesAttack(flags ballot.Rules, limit, lo, hi, weight uint64, values ...uint64) func(*testing.T) *attack {
	return func(t *testing.T) *attack {
		t.Helper()
		r := rules(pair.Slots, limit, lo, hi)
		r.Split, r.Quadratic, r.Distinct = flags.Split, flags.Quadratic, flags.Distinct
		c := newCast(t, pair, r, weight, values...)
		require.Error(t, r.Check(values, weight))
		return &attack{assignment: c.assign(t)}
	}
}

func rulesAttackRefit(limit, weight, value uint64) func(*testing.T) *attack {
	return func(t *testing.T) *attack {
		t.Helper()
		a := rulesAttack(ballot.Rules{}, limit, 0, limit, weight, value, 0)(t)
		a.refit = true
		return a
	}
}

// contestsAttack casts values in two contests of one option with at most 1 in total.
func contestsAttack(first, second uint64) func(*testing.T) *attack {
	return func(t *testing.T) *attack {
		t.Helper()
		r := rules(pair.Slots, 5, 0, 1)
		r.Start[1] = true
		require.Error(t, r.Check([]uint64{first, second}, 1))
		return &attack{assignment: newCast(t, pair, r, 1, first, second).assign(t)}
	}
}

// outsider replaces the elector by somebody who is not on the roll.
func outsider(t *testing.T, c *cast) *Ballot {
	t.Helper()
	c.witness.Secret = sample.Field(77)
	c.st.Nullifier = nullifier.Nullifier(c.witness.Secret, c.st.Election)
	return c.assign(t)
}

// topAttack lets an outsider present the true children of the root at the last level,
// which takes swap = left - node and a sibling left + right - node.
func topAttack(t *testing.T) (a *Ballot, swap, sibling, node field.Element) {
	t.Helper()
	c := honestPair(t)
	top := roll.Depth - 1
	left, right := c.Leaves[0], c.witness.Path.Siblings[top]
	for i := range top {
		left = roll.Node(left, c.witness.Path.Siblings[i])
	}
	a = outsider(t, c)
	leaf, err := roll.Leaf(nullifier.Identity(c.witness.Secret), c.witness.Weight)
	require.NoError(t, err)
	node = leaf
	for i := range top {
		node = roll.Node(node, c.witness.Path.Siblings[i])
	}
	swap.Sub(&left, &node)
	sibling.Add(&left, &right).Sub(&sibling, &node)
	a.Siblings[top] = sibling
	return a, swap, sibling, node
}

func swapAttack(t *testing.T) *attack {
	t.Helper()
	a, swap, _, _ := topAttack(t)
	a.PathBits[roll.Depth-1] = 1
	return &attack{assignment: a, free: func(in *big.Int) *big.Int {
		if in.Sign() == 0 { // the levels below, where the node is a left child
			return in
		}
		return swap.BigInt(new(big.Int))
	}}
}

func pathBitAttack(t *testing.T) *attack {
	t.Helper()
	a, swap, sibling, node := topAttack(t)
	var bit fr.Element
	bit.Sub(&sibling, &node).Inverse(&bit).Mul(&bit, &swap)
	a.PathBits[roll.Depth-1] = bit
	return &attack{assignment: a}
}

// weightAttack uses a roll that holds a leaf with a power no registrar can enrol.
func weightAttack(weight uint64, values ...uint64) func(*testing.T) *attack {
	return func(t *testing.T) *attack {
		t.Helper()
		c := newCast(t, pair, rules(pair.Slots, 1, 1, 1), 1, values...)
		var w field.Element
		w.SetUint64(weight)
		require.NoError(t, c.SetLeaf(0, hash.Sum(hash.TagLeaf, nullifier.Identity(c.Secrets[0]), w)))
		c.st.Root, c.witness.Path, c.witness.Weight = c.Root, c.Paths[0], weight
		amounts := make([]*big.Int, len(values))
		for i, v := range values {
			amounts[i] = new(big.Int).SetUint64(weight * v)
		}
		c.st.Ciphertext = encrypt(t, c.Keys, amounts, c.witness.Randomness)
		return &attack{assignment: c.assign(t)}
	}
}

// unitAttack: with shift = -3 instead of 0 a power of 5 counts 2 for each of at most 4:
// 8 in all.
func unitAttack(t *testing.T) *attack {
	t.Helper()
	c := honestPair(t)
	c.witness.Values = []uint64{4, 0}
	c.st.Ciphertext = encrypt(t, c.Keys, []*big.Int{big.NewInt(8), big.NewInt(0)}, c.witness.Randomness)
	return &attack{assignment: c.assign(t), free: always(negative(3))}
}
