package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

	fixture "github.com/evoted/evoted/testutil/election"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/keygen"
	"github.com/evoted/evoted/x/election/keeper"
	"github.com/evoted/evoted/x/election/types"
)

func closed(t *testing.T) (*fixture.Chain, uint64) {
	t.Helper()
	c, id, electors := opened(t)
	for _, e := range electors {
		c.Must(c.Vote(id, e, 1, 0, 1))
	}
	c.Close(id)
	return c, id
}

func TestInvalidShares(t *testing.T) {
	t.Parallel()
	c, id := closed(t)
	good := c.ShareMessage(id, 1)
	points, err := curve.SplitPoints(good.Share, 8, curve.ParsePoint)
	require.NoError(t, err)
	other := c.ShareMessage(id, 2)
	swapped := append([]curve.Point(nil), points...)
	swapped[0], swapped[1] = swapped[1], swapped[0]
	shifted := append([]curve.Point(nil), points...)
	shifted[7] = shifted[7].Add(curve.Generator())
	wrong := map[string]*types.MsgSubmitDecryptionShare{
		"another's":     {Trustee: good.Trustee, ElectionId: id, Share: other.Share, Proof: other.Proof},
		"swapped slots": {Trustee: good.Trustee, ElectionId: id, Share: curve.JoinPoints(swapped...), Proof: good.Proof},
		"shifted":       {Trustee: good.Trustee, ElectionId: id, Share: curve.JoinPoints(shifted...), Proof: good.Proof},
		"other proof":   {Trustee: good.Trustee, ElectionId: id, Share: good.Share, Proof: make([]byte, 64)},
	}
	count := uint32(0)
	for name, m := range wrong {
		response, ok := c.Must(m).(*types.MsgSubmitDecryptionShareResponse)
		require.True(t, ok)
		require.False(t, response.Accepted, name)
		count++
		tally, err := c.Query.Tally(c.Ctx, &types.QueryTallyRequest{ElectionId: id})
		require.NoError(t, err)
		require.Empty(t, tally.Shares)
		require.Equal(t, []types.InvalidShare{{Index: 1, Count: count, Height: c.Ctx.BlockHeight()}}, tally.InvalidShares)
	}
	response, ok := c.Must(good).(*types.MsgSubmitDecryptionShareResponse)
	require.True(t, ok)
	require.True(t, response.Accepted, "a right share is taken after wrong ones")
}

func TestMalformedShares(t *testing.T) {
	t.Parallel()
	c, id := closed(t)
	before := c.Dump()
	for name, change := range map[string]func(m *types.MsgSubmitDecryptionShare){
		"seven points":   func(m *types.MsgSubmitDecryptionShare) { m.Share = m.Share[:7*64] },
		"nine points":    func(m *types.MsgSubmitDecryptionShare) { m.Share = append(m.Share, m.Share[:64]...) },
		"odd length":     func(m *types.MsgSubmitDecryptionShare) { m.Share = m.Share[:100] },
		"empty":          func(m *types.MsgSubmitDecryptionShare) { m.Share = nil },
		"off the curve":  func(m *types.MsgSubmitDecryptionShare) { m.Share[63] ^= 1 },
		"not canonical":  func(m *types.MsgSubmitDecryptionShare) { copy(m.Share, addModulus(m.Share[:32])[0]) },
		"short proof":    func(m *types.MsgSubmitDecryptionShare) { m.Proof = m.Proof[:63] },
		"scalar above l": func(m *types.MsgSubmitDecryptionShare) { m.Proof[0], m.Proof[32] = 0xff, 0xff },
		"order two": func(m *types.MsgSubmitDecryptionShare) {
			copy(m.Share, make([]byte, 32)) // (0, -1) has order two
			minusOne := curve.Identity().Y()
			minusOne.Neg(&minusOne)
			b := minusOne.Bytes()
			copy(m.Share[32:], b[:])
		},
	} {
		m := c.ShareMessage(id, 1)
		change(m)
		_, err := c.Deliver(m)
		require.ErrorIs(t, err, types.ErrShare, name)
		require.Equal(t, before, c.Dump(), name)
	}
}

// Shares of the running sum, sent before the close, are not for the frozen one.
func TestShareBeforeClose(t *testing.T) {
	t.Parallel()
	c, id, electors := opened(t)
	c.Must(c.Vote(id, electors[0], 1, 1, 0))
	c.Next()
	early := c.ShareMessage(id, 1)
	_, err := c.Deliver(early)
	require.ErrorIs(t, err, types.ErrWrongPhase)
	c.Must(c.Vote(id, electors[1], 1, 1, 0))
	c.Must(c.Vote(id, electors[2], 1, 1, 0))
	c.Close(id)
	response, ok := c.Must(early).(*types.MsgSubmitDecryptionShareResponse)
	require.True(t, ok)
	require.False(t, response.Accepted)
}

func TestWrongResults(t *testing.T) {
	t.Parallel()
	c, id := closed(t)
	c.Must(c.ShareMessage(id, 3))
	c.Must(c.ShareMessage(id, 1))
	good := c.ResultMessage(id)
	require.Equal(t, []uint64{0, 10, 0, 0, 0, 0, 0, 0}, good.Totals)
	before := c.Dump()
	for name, totals := range map[string][]uint64{
		"one off":       {0, 9, 0, 0, 0, 0, 0, 0},
		"swapped":       {10, 0, 0, 0, 0, 0, 0, 0},
		"unused slot":   {0, 10, 0, 0, 0, 0, 0, 1},
		"above all":     {0, 11, 0, 0, 0, 0, 0, 0},
		"wraps":         {0, ^uint64(0), 0, 0, 0, 0, 0, 0},
		"too few":       {0, 10, 0, 0, 0, 0, 0},
		"too many":      {0, 10, 0, 0, 0, 0, 0, 0, 0},
		"none":          nil,
		"too many more": make([]uint64, 1000),
	} {
		m := *good
		m.Totals = totals
		_, err := c.Deliver(&m)
		require.ErrorIs(t, err, types.ErrResult, name)
		require.Equal(t, before, c.Dump(), name)
	}
	c.Must(c.ShareMessage(id, 2)) // more shares than needed do not hurt
	c.Must(good)
}

// Deals that are wrong in public are refused; the dealer may send the right one.
func TestBadDeals(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	id := c.Create()
	other := c.Create()
	c.Keys(id, types.KEY_STATUS_DEAL)
	c.Keys(other, types.KEY_STATUS_DEAL)
	before := c.Dump()
	for name, change := range map[string]func(m *types.MsgSubmitDeal){
		"of another dealer":   func(m *types.MsgSubmitDeal) { m.Deal = c.DealMessage(id, 2).Deal },
		"of another election": func(m *types.MsgSubmitDeal) { m.Deal = c.DealMessage(other, 1).Deal },
		"altered share":       func(m *types.MsgSubmitDeal) { m.Deal[len(m.Deal)-1] ^= 1 },
		"altered proof":       func(m *types.MsgSubmitDeal) { m.Deal[8*2*64+40] ^= 1 },
		"off the curve":       func(m *types.MsgSubmitDeal) { m.Deal[63] ^= 1 },
		"short":               func(m *types.MsgSubmitDeal) { m.Deal = m.Deal[:len(m.Deal)-1] },
		"long":                func(m *types.MsgSubmitDeal) { m.Deal = append(m.Deal, 0) },
		"empty":               func(m *types.MsgSubmitDeal) { m.Deal = nil },
		"huge":                func(m *types.MsgSubmitDeal) { m.Deal = make([]byte, 1<<20) },
	} {
		m := c.DealMessage(id, 1)
		change(m)
		_, err := c.Deliver(m)
		require.ErrorIs(t, err, types.ErrDeal, name)
		require.Equal(t, before, c.Dump(), name)
	}
	c.Must(c.DealMessage(id, 1))
}

// A deal committed to under false pretences: its hash is right, its proofs are another's.
func TestCopiedDeal(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	id := c.Create()
	deal := c.Deal(id, 1)
	copied, err := keygen.ParseDeal(c.Parameters(id), 2, deal.Bytes())
	require.NoError(t, err)
	c.Must(c.CommitMessage(id, 1))
	c.Must(&types.MsgCommitDeal{Trustee: c.Trustees[1].Address, ElectionId: id, Commitment: copied.Hash()})
	c.Must(c.CommitMessage(id, 3))
	_, err = c.Deliver(&types.MsgSubmitDeal{Trustee: c.Trustees[1].Address, ElectionId: id, Deal: deal.Bytes()})
	require.ErrorIs(t, err, types.ErrDeal, "the proofs of knowledge are bound to the dealer")
}

// A trustee that did not commit is out of the deals, but gets shares and can decrypt.
func TestAbsentDealer(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	id := c.Create()
	c.Must(c.CommitMessage(id, 1))
	c.Must(c.CommitMessage(id, 2))
	c.Block(c.Election(id).Schedule.CommitDeadline)
	_, err := c.Deliver(c.DealMessage(id, 3))
	require.ErrorIs(t, err, types.ErrUnauthorised)
	c.Must(c.DealMessage(id, 1))
	c.Must(c.DealMessage(id, 2))
	require.Equal(t, types.KEY_STATUS_CONFIRM, c.Election(id).KeyGeneration.Status)
	c.Must(c.ConfirmMessage(id, 3))
	c.Must(c.ConfirmMessage(id, 1))
	c.Block(c.Election(id).Schedule.ConfirmDeadline)
	require.Equal(t, []uint32{1, 2}, c.Election(id).KeyGeneration.Qualified)
	electors := fixture.Electors(3)
	c.Seal(id, electors)
	c.Block(c.Election(id).Schedule.OpenTime)
	for _, e := range electors {
		c.Must(c.Vote(id, e, 1, 1, 0))
	}
	c.Close(id)
	c.Must(c.ShareMessage(id, 3))
	c.Must(c.ShareMessage(id, 2))
	c.Must(c.ResultMessage(id))
	require.Equal(t, uint64(6), c.Tally(id).Totals[0])
}

// A decryption share pays for all that its check can cost, also where this node remembers
// the deals; and a node that remembers none comes to the same state.
func TestShareGas(t *testing.T) {
	t.Parallel()
	c, id, electors := opened(t)
	for _, e := range electors {
		c.Must(c.Vote(id, e, 1, 1, 0))
	}
	c.Close(id)
	cold := copyOf(t, c)
	used := make([]uint64, 0, 2)
	for _, chain := range []*fixture.Chain{c, cold} {
		message, meter := c.ShareMessage(id, 1), storetypes.NewGasMeter(100_000_000)
		chain.Ctx = chain.Ctx.WithGasMeter(meter)
		chain.Must(message)
		chain.Ctx = chain.Ctx.WithGasMeter(storetypes.NewInfiniteGasMeter())
		used = append(used, meter.GasConsumed())
	}
	p := c.Parameters(id)
	commitments := uint64(p.Slots * p.Threshold * len(c.Election(id).KeyGeneration.Qualified))
	require.Greater(t, used[0], uint64(p.Slots)*keeper.GasShareSlot+commitments*keeper.GasSharePoint)
	require.Equal(t, used[0], used[1])
	require.Equal(t, c.Dump(), cold.Dump())
}
