package circuit

import (
	"math/big"
	"testing"

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

// kind is a set of rules over the four slots of the small format.
func kind(flags ballot.Rules, limit, lo, hi uint64, starts ...int) ballot.Rules {
	r := rules(small.Slots, limit, lo, hi)
	r.Split, r.Quadratic, r.Distinct = flags.Split, flags.Quadratic, flags.Distinct
	for _, i := range starts {
		r.Start[i] = true
	}
	return r
}

var (
	single    = kind(ballot.Rules{}, 1, 1, 1)
	approval  = kind(ballot.Rules{}, 1, 0, 4)
	twoOfFour = kind(ballot.Rules{}, 1, 2, 2)
	split     = kind(ballot.Rules{Split: true}, 1, 0, 1)
	spendAll  = kind(ballot.Rules{Split: true}, 1, 1, 1)
	quadratic = kind(ballot.Rules{Quadratic: true}, 10, 0, 100)
	budgeted  = kind(ballot.Rules{Quadratic: true, Split: true}, 10, 0, 10)
	borda     = kind(ballot.Rules{Distinct: true}, 3, 6, 6)
	contests  = kind(ballot.Rules{}, 1, 1, 1, 2)
	ranked    = kind(ballot.Rules{Distinct: true}, 1, 1, 1, 2)
	cumulated = kind(ballot.Rules{}, 5, 3, 8)
)

// TestValues casts values with a ciphertext that encrypts exactly them, so that nothing
// but the rules can be wrong; the native check and the circuit must both say so.
func TestValues(t *testing.T) {
	t.Parallel()
	const most = 1<<32 - 1
	tests := map[string]struct {
		rules  ballot.Rules
		weight uint64
		values [4]uint64
		err    error
	}{
		"single":                           {single, 5, [4]uint64{0, 1, 0, 0}, nil},
		"single, largest power":            {single, most, [4]uint64{0, 1, 0, 0}, nil},
		"single, nothing":                  {single, 5, [4]uint64{}, ballot.ErrTooLow},
		"single, two":                      {single, 5, [4]uint64{1, 1, 0, 0}, ballot.ErrTooHigh},
		"single, first and last":           {single, 5, [4]uint64{1, 0, 0, 1}, ballot.ErrTooHigh},
		"single, all":                      {single, 5, [4]uint64{1, 1, 1, 1}, ballot.ErrTooHigh},
		"single, doubled":                  {single, 5, [4]uint64{2, 0, 0, 0}, ballot.ErrCap},
		"single, power instead of 1":       {single, 5, [4]uint64{5, 0, 0, 0}, ballot.ErrCap},
		"single, 2^32":                     {single, 5, [4]uint64{0, 1 << 32, 0, 0}, ballot.ErrValue},
		"single, 2^63":                     {single, 5, [4]uint64{0, 0, 1 << 63, 0}, ballot.ErrValue},
		"single, 2^64-1":                   {single, 1, [4]uint64{0, 0, 0, 1<<64 - 1}, ballot.ErrValue},
		"approval, none":                   {approval, 2, [4]uint64{}, nil},
		"approval, all":                    {approval, 2, [4]uint64{1, 1, 1, 1}, nil},
		"approval, doubled":                {approval, 2, [4]uint64{1, 1, 2, 0}, ballot.ErrCap},
		"2 of 4":                           {twoOfFour, 9, [4]uint64{1, 0, 0, 1}, nil},
		"2 of 4, one":                      {twoOfFour, 9, [4]uint64{1, 0, 0, 0}, ballot.ErrTooLow},
		"2 of 4, three":                    {twoOfFour, 9, [4]uint64{1, 1, 0, 1}, ballot.ErrTooHigh},
		"2 of 4, one twice":                {twoOfFour, 9, [4]uint64{2, 0, 0, 0}, ballot.ErrCap},
		"split":                            {split, 10, [4]uint64{3, 3, 4, 0}, nil},
		"split, blank":                     {split, 10, [4]uint64{}, nil},
		"split, in part":                   {split, 10, [4]uint64{0, 0, 9, 0}, nil},
		"split, one too many":              {split, 10, [4]uint64{3, 3, 4, 1}, ballot.ErrTooHigh},
		"split, option over the power":     {split, 10, [4]uint64{0, 11, 0, 0}, ballot.ErrCap},
		"split, all of the largest power":  {split, most, [4]uint64{most, 0, 0, 0}, nil},
		"split, twice the largest power":   {split, most, [4]uint64{most, most, 0, 0}, ballot.ErrTooHigh},
		"spend all, not all":               {spendAll, 10, [4]uint64{3, 3, 3, 0}, ballot.ErrTooLow},
		"spend all, too much":              {spendAll, 10, [4]uint64{3, 3, 3, 2}, ballot.ErrTooHigh},
		"quadratic":                        {quadratic, 2, [4]uint64{8, 6, 0, 0}, nil},
		"quadratic, 65+36":                 {quadratic, 2, [4]uint64{8, 6, 1, 0}, ballot.ErrTooHigh},
		"quadratic, linear sum fits":       {quadratic, 2, [4]uint64{10, 10, 0, 0}, ballot.ErrTooHigh},
		"quadratic, over the cap":          {quadratic, 2, [4]uint64{11, 0, 0, 0}, ballot.ErrCap},
		"budgeted":                         {budgeted, 5, [4]uint64{5, 5, 0, 0}, nil},
		"budgeted, 51 of 50":               {budgeted, 5, [4]uint64{5, 5, 1, 0}, ballot.ErrTooHigh},
		"budgeted, cap times power":        {budgeted, 5, [4]uint64{51, 0, 0, 0}, ballot.ErrCap},
		"borda":                            {borda, 7, [4]uint64{3, 0, 2, 1}, nil},
		"borda, tie":                       {borda, 7, [4]uint64{2, 2, 1, 1}, ballot.ErrRepeated},
		"borda, tie at the ends":           {borda, 7, [4]uint64{3, 0, 0, 3}, ballot.ErrRepeated},
		"borda, too high a rank":           {borda, 7, [4]uint64{4, 0, 2, 1}, ballot.ErrCap},
		"borda, blank":                     {borda, 7, [4]uint64{}, ballot.ErrRepeated},
		"two contests":                     {contests, 7, [4]uint64{1, 0, 0, 1}, nil},
		"two contests, both in the first":  {contests, 7, [4]uint64{1, 1, 0, 0}, ballot.ErrTooHigh},
		"two contests, both in the second": {contests, 7, [4]uint64{0, 0, 1, 1}, ballot.ErrTooLow},
		"two contests, second left out":    {contests, 7, [4]uint64{1, 0, 0, 0}, ballot.ErrTooLow},
		"two contests, first left out":     {contests, 7, [4]uint64{0, 0, 1, 0}, ballot.ErrTooLow},
		"two rankings, same in both":       {ranked, 7, [4]uint64{1, 0, 1, 0}, nil},
		"two rankings, tie in the second":  {ranked, 7, [4]uint64{1, 0, 0, 0}, ballot.ErrRepeated},
		"cumulative":                       {cumulated, 7, [4]uint64{5, 3, 0, 0}, nil},
		"cumulative, too few":              {cumulated, 7, [4]uint64{1, 1, 0, 0}, ballot.ErrTooLow},
		"cumulative, too many":             {cumulated, 7, [4]uint64{5, 4, 0, 0}, ballot.ErrTooHigh},
		"amount over 48 bits": {
			kind(ballot.Rules{}, most, 0, most), most, [4]uint64{1 << 17, 0, 0, 0}, ballot.ErrAmount,
		},
		"largest amount": {kind(ballot.Rules{}, most, 0, most), most, [4]uint64{1 << 16, 0, 0, 0}, nil},
		"largest square": {
			kind(ballot.Rules{Quadratic: true}, most, 0, ballot.MaxCost), 1, [4]uint64{most, most, most, most}, ballot.ErrTooHigh,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := tc.rules.Check(tc.values[:], tc.weight)
			c := newCast(t, small, tc.rules, tc.weight, tc.values[:]...)
			solved := solve(smallSystem(t), c.assign(t))
			if tc.err != nil {
				require.ErrorIs(t, err, tc.err)
				require.Error(t, solved)
				return
			}
			require.NoError(t, err)
			require.NoError(t, solved)
		})
	}
}

// TestFalseStatements alters a valid ballot in one respect.
func TestFalseStatements(t *testing.T) {
	t.Parallel()
	half := func() field.Element {
		var e field.Element
		e.SetUint64(2)
		e.Inverse(&e)
		return e
	}()
	tests := map[string]func(t *testing.T, c *cast) *Ballot{
		"value -1":              value(0, negative(1)),
		"value -1 beside 2":     values(negative(1), 2, 0, 0),
		"half a vote":           value(0, half),
		"two halves":            values(half, half, 0, 0),
		"power of another leaf": weight(3),
		"power 0":               weight(0),
		"power -1":              weight(negative(1)),
		"power plus 2^32":       weight(uint64(5 + 1<<32)),
		"power 2^63":            weight(uint64(1) << 63),
		"other secret": func(t *testing.T, c *cast) *Ballot {
			t.Helper()
			c.witness.Secret = sample.Field(50)
			return c.assign(t)
		},
		"other secret with its nullifier": func(t *testing.T, c *cast) *Ballot { t.Helper(); return outsider(t, c) },
		"path of another elector": func(t *testing.T, c *cast) *Ballot {
			t.Helper()
			c.witness.Path = c.Paths[1]
			return c.assign(t)
		},
		"path bits all set":      func(t *testing.T, c *cast) *Ballot { t.Helper(); c.witness.Path.Index = 1<<32 - 1; return c.assign(t) },
		"path bit 2":             pathBit(2),
		"path bit -1":            pathBit(negative(1)),
		"path bit half":          pathBit(half),
		"empty leaf as elector":  emptyLeaf,
		"inner node as leaf":     innerNode,
		"leaf one level too low": shifted,
		"nullifier of another election": func(t *testing.T, c *cast) *Ballot {
			t.Helper()
			c.st.Nullifier = nullifier.Nullifier(c.witness.Secret, nullifier.ElectionScalar(c.ChainID, c.ID+1))
			return c.assign(t)
		},
		"identity as nullifier": func(t *testing.T, c *cast) *Ballot {
			t.Helper()
			c.st.Nullifier = nullifier.Identity(c.witness.Secret)
			return c.assign(t)
		},
		"other root": func(t *testing.T, c *cast) *Ballot { t.Helper(); c.st.Root = c.Leaves[0]; return c.assign(t) },
		"ciphertext slots swapped": func(t *testing.T, c *cast) *Ballot {
			t.Helper()
			x := c.st.Ciphertext.C
			x[0], x[1] = x[1], x[0]
			return c.assign(t)
		},
		"keys swapped": func(t *testing.T, c *cast) *Ballot {
			t.Helper()
			k := c.st.Keys
			k[0], k[1] = k[1], k[0]
			return c.assign(t)
		},
		"other generator for R":       otherGenerator,
		"other generator for amounts": otherAmountGenerator,
		"R of other randomness": func(t *testing.T, c *cast) *Ballot {
			t.Helper()
			c.st.Ciphertext.R = c.st.Ciphertext.R.Add(curve.Generator())
			return c.assign(t)
		},
		"R negated": func(t *testing.T, c *cast) *Ballot {
			t.Helper()
			c.st.Ciphertext.R = c.st.Ciphertext.R.Neg()
			return c.assign(t)
		},
		"R the identity": func(t *testing.T, c *cast) *Ballot {
			t.Helper()
			c.st.Ciphertext.R = curve.Identity()
			return c.assign(t)
		},
		"R with a torsion point": torsion(func(b *Ballot) *Point { return &b.R }),
		"C with a torsion point": torsion(func(b *Ballot) *Point { return &b.C[0] }),
		"one more vote in a ciphertext": func(t *testing.T, c *cast) *Ballot {
			t.Helper()
			x := c.st.Ciphertext.C
			x[1] = x[1].Add(curve.Generator())
			return c.assign(t)
		},
		"one slot encrypted anew": func(t *testing.T, c *cast) *Ballot {
			t.Helper()
			c.st.Ciphertext.C[1] = c.st.Ciphertext.C[1].Add(c.Keys[1])
			return c.assign(t)
		},
		"randomness digit 2":    digit(2),
		"randomness digit -1":   digit(negative(1)),
		"randomness digit half": digit(half),
		"key not on the curve":  func(t *testing.T, c *cast) *Ballot { t.Helper(); a := c.assign(t); a.Keys[3].X = 1; return a },
		"split 2":               public(func(b *Ballot) *frontend.Variable { return &b.Split }),
		"quadratic 2":           public(func(b *Ballot) *frontend.Variable { return &b.Quadratic }),
		"distinct 2":            public(func(b *Ballot) *frontend.Variable { return &b.Distinct }),
		"start 2":               public(func(b *Ballot) *frontend.Variable { return &b.Start[3] }),
	}
	for name, edit := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCast(t, small, single, 5, 1, 0, 0, 0)
			require.Error(t, solve(smallSystem(t), edit(t, c)))
		})
	}
}

type edit = func(*testing.T, *cast) *Ballot

func value(i int, v frontend.Variable) edit {
	return func(t *testing.T, c *cast) *Ballot {
		t.Helper()
		a := c.assign(t)
		a.Values[i] = v
		return a
	}
}

func values(v ...frontend.Variable) edit {
	return func(t *testing.T, c *cast) *Ballot {
		t.Helper()
		a := c.assign(t)
		copy(a.Values, v)
		return a
	}
}

func weight(w frontend.Variable) edit {
	return func(t *testing.T, c *cast) *Ballot {
		t.Helper()
		a := c.assign(t)
		a.Weight = w
		return a
	}
}

func pathBit(bit frontend.Variable) edit {
	return func(t *testing.T, c *cast) *Ballot {
		t.Helper()
		a := c.assign(t)
		a.PathBits[4] = bit
		return a
	}
}

func digit(d frontend.Variable) edit {
	return func(t *testing.T, c *cast) *Ballot {
		t.Helper()
		a := c.assign(t)
		a.Rho[100] = d
		return a
	}
}

func public(of func(*Ballot) *frontend.Variable) edit {
	return func(t *testing.T, c *cast) *Ballot {
		t.Helper()
		a := c.assign(t)
		*of(a) = 2
		return a
	}
}

// emptyLeaf points at an unused place of the roll, whose leaf is 0.
func emptyLeaf(t *testing.T, c *cast) *Ballot {
	t.Helper()
	above, err := roll.BucketPath(func(int, uint64) (field.Element, bool, error) {
		return field.Element{}, false, nil
	}, 0)
	require.NoError(t, err)
	path, err := roll.CompletePath(append(c.Leaves, field.Element{}), len(c.Leaves), above, 0)
	require.NoError(t, err)
	root := path.Root(field.Element{})
	require.True(t, root.Equal(&c.st.Root), "0 is a leaf of this roll")
	c.witness.Path = path
	return outsider(t, c)
}

// innerNode presents the children of a node as identity and power: the node's hash
// would be the leaf's, but for the tag.
func innerNode(t *testing.T, c *cast) *Ballot {
	t.Helper()
	path := c.witness.Path
	node := c.Leaves[0]
	siblings := append([]field.Element(nil), path.Siblings...)
	for i := range 4 {
		node = roll.Node(node, siblings[i])
	}
	// The path from level 4 has 28 siblings; the circuit's has 32, whatever fills it.
	copy(siblings, siblings[4:])
	c.witness.Path.Siblings = siblings
	a := c.assign(t)
	a.Secret = node
	return a
}

// shifted leaves out the lowest sibling and adds one at the top.
func shifted(t *testing.T, c *cast) *Ballot {
	t.Helper()
	c.witness.Path.Siblings = append(c.witness.Path.Siblings[1:], roll.Empty(roll.Depth))
	return c.assign(t)
}

func otherGenerator(t *testing.T, c *cast) *Ballot {
	t.Helper()
	c.st.Ciphertext.R = curve.Generator().Add(curve.Generator()).Mul(c.witness.Randomness)
	return c.assign(t)
}

func otherAmountGenerator(t *testing.T, c *cast) *Ballot {
	t.Helper()
	other := curve.Generator().Add(curve.Generator())
	m := curve.NewScalar(5)
	c.st.Ciphertext.C[0] = other.Mul(m).Add(c.Keys[0].Mul(c.witness.Randomness))
	return c.assign(t)
}

// torsion adds the point (0, -1) of order 2: x and y change sign.
func torsion(of func(*Ballot) *Point) edit {
	return func(t *testing.T, c *cast) *Ballot {
		t.Helper()
		a := c.assign(t)
		p := of(a)
		for _, v := range []*frontend.Variable{&p.X, &p.Y} {
			e, ok := (*v).(field.Element)
			require.True(t, ok)
			e.Neg(&e)
			*v = e
		}
		return a
	}
}

// TestNodeIsNoLeaf states the domain separation on which membership rests.
func TestNodeIsNoLeaf(t *testing.T) {
	t.Parallel()
	tags := []field.Element{hash.TagIdentity, hash.TagLeaf, hash.TagNode, hash.TagNullifier}
	for i := range tags {
		for j := range i {
			require.False(t, tags[i].Equal(&tags[j]))
		}
	}
}

// TestEdgeRandomness proves with the randomness whose representatives lie at the ends
// of the interval.
func TestEdgeRandomness(t *testing.T) {
	t.Parallel()
	order := curve.Order()
	for _, n := range []*big.Int{
		big.NewInt(1), big.NewInt(2), new(big.Int).Sub(order, big.NewInt(1)), new(big.Int).Sub(order, big.NewInt(2)),
		new(big.Int).Lsh(big.NewInt(1), 251), new(big.Int).Rsh(order, 1),
		new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), 253), big.NewInt(1)),
		new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 254), big.NewInt(1)),
	} {
		c := newCast(t, small, single, 5, 1, 0, 0, 0)
		var wide [64]byte
		n.FillBytes(wide[:])
		c.witness.Randomness = curve.ScalarFromWide(wide[:])
		amounts := []*big.Int{big.NewInt(5), {}, {}, {}}
		c.st.Ciphertext = encrypt(t, c.Keys, amounts, c.witness.Randomness)
		require.NoError(t, solve(smallSystem(t), c.assign(t)), n.String())
	}
}
