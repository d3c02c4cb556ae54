package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	fixture "github.com/evoted/evoted/testutil/election"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/types"
)

// twoOpen returns a chain with two open elections of the same electors.
func twoOpen(t *testing.T) (c *fixture.Chain, broken, sound uint64, electors []fixture.Elector) {
	t.Helper()
	c = fixture.New(t)
	broken, sound = c.Create(), c.Create()
	electors = fixture.Electors(4)
	for _, id := range []uint64{broken, sound} {
		c.Keys(id, types.KEY_STATUS_FINAL)
		c.Seal(id, electors)
	}
	c.Block(c.Election(sound).Schedule.OpenTime)
	return c, broken, sound, electors
}

// One election whose sum cannot be made is aborted; the block and the others go on.
func TestFaultInSum(t *testing.T) {
	t.Parallel()
	for name, tally := range map[string][]byte{
		"not a message": {0xff, 0xff},
		"no sum":        {},
	} {
		c, broken, sound, electors := twoOpen(t)
		c.Must(c.Vote(broken, electors[0], 1, 1, 0))
		c.Must(c.Vote(sound, electors[0], 1, 1, 0))
		c.Ctx.KVStore(c.Store).Set(storeKey(0x0e, byte(broken)), tally)
		c.Next()
		require.Equal(t, types.PHASE_ABORTED, c.Election(broken).Phase, name)
		require.Equal(t, types.PHASE_OPEN, c.Election(sound).Phase, name)
		require.Equal(t, uint64(1), c.Tally(sound).Ballots, name)
		require.NotEqual(t, elgamal.Zero(8).Bytes(), c.Tally(sound).Sum, name)
		for _, e := range electors[1:] {
			c.Must(c.Vote(sound, e, 1, 1, 0))
		}
		c.Tallied(sound)
	}
}

// An election that cannot even be read loses its deadline; the others pass theirs.
func TestFaultInDeadline(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	broken, sound := c.Create(), c.Create()
	at := c.Election(sound).Schedule.CommitDeadline
	c.Ctx.KVStore(c.Store).Set(storeKey(0x06, byte(broken)), []byte{0xff, 0xff})
	c.Block(at)
	require.Equal(t, types.PHASE_ABORTED, c.Election(sound).Phase)
	_, err := c.Keeper.Election(c.Ctx, broken)
	require.Error(t, err)
	before := c.Dump()
	c.Next()
	require.Equal(t, before, c.Dump(), "it is not tried again for ever")
}

// Deals that cannot be read when the keys are due: aborted, not stalled.
func TestFaultInKeys(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	id := c.Create()
	c.Keys(id, types.KEY_STATUS_CONFIRM)
	key := append(storeKey(0x0c, byte(id)), 0, 0, 0, 2)
	require.True(t, c.Ctx.KVStore(c.Store).Has(key))
	c.Ctx.KVStore(c.Store).Set(key, []byte{0xff, 0xff})
	c.Block(c.Election(id).Schedule.ConfirmDeadline)
	require.Equal(t, types.PHASE_ABORTED, c.Election(id).Phase)
	require.Equal(t, types.ABORT_REASON_INTERNAL_FAULT, c.Election(id).Abort.Reason)
}

// Without readable parameters deadlines still pass.
func TestFaultInParams(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	id := c.Create()
	c.Ctx.KVStore(c.Store).Set([]byte{0x01}, []byte{0xff, 0xff})
	c.Block(c.Election(id).Schedule.CommitDeadline)
	require.Equal(t, types.PHASE_ABORTED, c.Election(id).Phase)
}

// A queue entry that belongs to no election does not hold up the queue.
func TestStrayDeadline(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	id := c.Create()
	stray := append([]byte{0x11}, make([]byte, 15)...)
	c.Ctx.KVStore(c.Store).Set(append(stray, 99), []byte{})
	c.Block(c.Election(id).Schedule.CommitDeadline)
	require.Equal(t, types.PHASE_ABORTED, c.Election(id).Phase)
	require.False(t, c.Ctx.KVStore(c.Store).Has(append(stray, 99)))
}
