package circuit

import (
	"math/big"
	"sync"
	"testing"

	"github.com/consensys/gnark-crypto/ecc"
	"github.com/consensys/gnark/constraint"
	"github.com/consensys/gnark/constraint/solver"
	"github.com/consensys/gnark/frontend"
	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/nullifier"
	"github.com/evoted/evoted/x/election/internal/sample"
)

// small is a format for tests of the relation: the same circuit, fewer slots.
var small = ballot.Format{Name: "test", Slots: 4}

// compiledSmall is the unaltered circuit of the small format.
var compiledSmall = sync.OnceValues(func() (constraint.ConstraintSystem, error) { return Compile(small) })

func smallSystem(t *testing.T) constraint.ConstraintSystem {
	t.Helper()
	ccs, err := compiledSmall()
	require.NoError(t, err)
	return ccs
}

// solve reports whether the assignment satisfies every constraint.
func solve(ccs constraint.ConstraintSystem, assignment *Ballot, opts ...solver.Option) error {
	w, err := frontend.NewWitness(assignment, ecc.BLS12_381.ScalarField())
	if err != nil {
		return err
	}
	return ccs.IsSolved(w, opts...)
}

// rules returns rules for one contest over all slots.
func rules(slots int, limit, lo, hi uint64) ballot.Rules {
	r := ballot.Rules{
		Start: make([]bool, slots), Cap: make([]uint64, slots), Lo: make([]uint64, slots), Hi: make([]uint64, slots),
	}
	r.Start[0] = true
	for i := range slots {
		r.Cap[i], r.Lo[i], r.Hi[i] = limit, lo, hi
	}
	return r
}

// cast is a ballot of elector 0 in the making.
type cast struct {
	*sample.Election
	f       ballot.Format
	st      ballot.Statement
	witness Witness
}

// newCast prepares a ballot with these values, allowed or not: the ciphertext always
// encrypts unit*v_i, so that nothing but the rules is wrong with it.
func newCast(t *testing.T, f ballot.Format, r ballot.Rules, weight uint64, values ...uint64) *cast {
	t.Helper()
	e, err := sample.New(f, r, weight, 3, 1)
	require.NoError(t, err)
	random, err := curve.RandomScalar(sample.Reader(9))
	require.NoError(t, err)
	b := ballot.Ballot{
		Revision: 1, EphemeralKey: make([]byte, ballot.EphemeralKeySize),
		Nullifier: nullifier.Nullifier(e.Secrets[0], e.Scalar()),
	}
	unit := weight
	if r.Split {
		unit = 1
	}
	amounts := make([]*big.Int, len(values))
	for i, v := range values {
		amounts[i] = new(big.Int).Mul(new(big.Int).SetUint64(unit), new(big.Int).SetUint64(v))
	}
	b.Ciphertext = encrypt(t, e.Keys, amounts, random)
	return &cast{
		Election: e, f: f, st: e.Statement(b),
		witness: Witness{Secret: e.Secrets[0], Weight: weight, Path: e.Paths[0], Randomness: random, Values: values},
	}
}

// encrypt is elgamal.Encrypt for amounts of any size.
func encrypt(t *testing.T, keys []curve.Point, amounts []*big.Int, r curve.Scalar) elgamal.Ciphertext {
	t.Helper()
	out := elgamal.Encrypt(keys, make([]uint64, len(keys)), r)
	for i, m := range amounts {
		var wide [64]byte
		new(big.Int).Mod(m, curve.Order()).FillBytes(wide[:])
		out.C[i] = out.C[i].Add(curve.BaseMul(curve.ScalarFromWide(wide[:])))
	}
	return out
}

func (c *cast) assign(t *testing.T) *Ballot {
	t.Helper()
	a, err := Assign(c.f, c.st, c.witness)
	require.NoError(t, err)
	return a
}

// negative returns -n in the field.
func negative(n uint64) field.Element {
	var e field.Element
	e.SetUint64(n)
	e.Neg(&e)
	return e
}
