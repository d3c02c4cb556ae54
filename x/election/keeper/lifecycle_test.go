package keeper_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	fixture "github.com/evoted/evoted/testutil/election"
	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/types"
)

// opened returns a chain with one open election of four electors with weights 1 to 4.
func opened(t *testing.T, changes ...func(*types.MsgCreateElection)) (*fixture.Chain, uint64, []fixture.Elector) {
	t.Helper()
	c := fixture.New(t)
	id := c.Create(changes...)
	electors := fixture.Electors(4)
	c.Open(id, electors)
	return c, id, electors
}

func lastCounts(m *types.MsgCreateElection) { m.RevotePolicy = types.REVOTE_POLICY_LAST_COUNTS }

func TestLifecycle(t *testing.T) {
	t.Parallel()
	c, id, electors := opened(t)
	c.Must(c.Vote(id, electors[0], 1, 1, 0))
	c.Must(c.Vote(id, electors[1], 1, 0, 1))
	c.Next()
	c.Must(c.Vote(id, electors[3], 1, 1, 0))
	c.Tallied(id)

	election, tally := c.Election(id), c.Tally(id)
	require.Equal(t, types.PHASE_TALLIED, election.Phase)
	require.Equal(t, uint64(3), tally.Ballots)
	require.Equal(t, []uint64{1 + 4, 2, 0, 0, 0, 0, 0, 0}, tally.Totals)
	require.NotZero(t, tally.ClosedHeight)
	require.NotZero(t, tally.TalliedHeight)

	// Nothing waits any more: a block far in the future changes nothing.
	before := c.Dump()
	c.Block(election.Schedule.TallyDeadline.AddDate(1, 0, 0))
	require.Equal(t, before, c.Dump())
}

func TestLifecycleEvents(t *testing.T) {
	t.Parallel()
	c, id, electors := opened(t)
	count := len(c.Ctx.EventManager().Events())
	m := c.Vote(id, electors[0], 1, 1, 0)
	c.Must(m)
	events := c.Ctx.EventManager().Events()[count:]
	require.Len(t, events, 1)
	cast, err := m.Ballot(fixture.ChainID)
	require.NoError(t, err)
	attributes := map[string]string{}
	for _, a := range events[0].Attributes {
		attributes[a.Key] = a.Value
	}
	require.Len(t, attributes, 3, "an event of a ballot tells the election, the nullifier and the code, nothing else")
	require.Contains(t, attributes["tracking_code"], ballot.TrackingCode(cast.Digest()))
}

func TestDoubleVote(t *testing.T) {
	t.Parallel()
	c, id, electors := opened(t)
	c.Must(c.Vote(id, electors[0], 1, 1, 0))
	state := c.Dump()

	_, err := c.Deliver(c.Vote(id, electors[0], 1, 0, 1))
	require.ErrorIs(t, err, types.ErrNullifierUsed, "in the same block")
	_, err = c.Deliver(c.Vote(id, electors[0], 2, 0, 1))
	require.ErrorIs(t, err, types.ErrNullifierUsed, "a larger revision does not help")
	require.Equal(t, state, c.Dump())

	c.Next()
	state = c.Dump()
	_, err = c.Deliver(c.Vote(id, electors[0], 1, 0, 1))
	require.ErrorIs(t, err, types.ErrNullifierUsed, "in the next block")
	require.Equal(t, state, c.Dump())
	require.Equal(t, uint64(1), c.Tally(id).Ballots)
}

func TestNullifierPlusModulus(t *testing.T) {
	t.Parallel()
	c, id, electors := opened(t)
	m := c.Vote(id, electors[0], 1, 1, 0)
	c.Must(m)
	checks := len(c.Checker.Calls)
	aliases := addModulus(m.Nullifier)
	require.NotEmpty(t, aliases)
	for _, alias := range aliases {
		again := *m
		again.Nullifier = alias
		_, err := c.Deliver(&again)
		require.ErrorIs(t, err, types.ErrInvalidEncoding)
	}
	require.Len(t, c.Checker.Calls, checks, "no proof is looked at")
	for _, n := range []int{0, 1, 31, 33, 64} {
		again := *m
		again.Nullifier = make([]byte, n)
		_, err := c.Deliver(&again)
		require.ErrorIs(t, err, types.ErrBallotSize)
	}
}

func TestLastCounts(t *testing.T) {
	t.Parallel()
	c, id, electors := opened(t, lastCounts)
	first := c.Vote(id, electors[0], 1, 1, 0)
	c.Must(first)
	c.Must(c.Vote(id, electors[0], 3, 0, 1)) // replaced within one block
	c.Must(c.Vote(id, electors[1], 1, 1, 0))
	c.Next()
	require.Equal(t, uint64(2), c.Tally(id).Ballots)
	for _, revision := range []uint64{1, 2, 3} {
		_, err := c.Deliver(c.Vote(id, electors[0], revision, 1, 0))
		require.ErrorIs(t, err, types.ErrRevision)
	}
	_, err := c.Deliver(first)
	require.ErrorIs(t, err, types.ErrRevision, "an older ballot cannot come back")
	c.Must(c.Vote(id, electors[0], 4, 1, 0)) // replaced in a later block
	c.Must(c.Vote(id, electors[2], 9, 0, 1))
	c.Tallied(id)
	require.Equal(t, uint64(3), c.Tally(id).Ballots)
	require.Equal(t, []uint64{1 + 2, 3, 0, 0, 0, 0, 0, 0}, c.Tally(id).Totals)
}

func TestMinBallots(t *testing.T) {
	t.Parallel()
	c, id, electors := opened(t)
	require.Equal(t, uint64(3), c.Election(id).MinBallots)
	c.Must(c.Vote(id, electors[0], 1, 1, 0))
	c.Must(c.Vote(id, electors[1], 1, 1, 0))
	c.Close(id)
	require.Equal(t, types.PHASE_WITHHELD, c.Election(id).Phase)
	require.Equal(t, uint64(2), c.Tally(id).Ballots)
	_, err := c.Deliver(c.ShareMessage(id, 1))
	require.ErrorIs(t, err, types.ErrWrongPhase)
}

func TestVotingWindow(t *testing.T) {
	t.Parallel()
	c, id, electors := opened(t)
	schedule := c.Election(id).Schedule
	cases := []struct {
		at time.Time
		ok bool
	}{
		{schedule.OpenTime.Add(-time.Nanosecond), false},
		{schedule.OpenTime, true},
		{schedule.OpenTime.Add(time.Nanosecond), true},
		{schedule.CloseTime.Add(-time.Nanosecond), true},
		{schedule.CloseTime, false},
		{schedule.CloseTime.Add(time.Nanosecond), false},
	}
	for i, tc := range cases {
		// The phase stays open: time alone decides, as in a block with a backlog.
		c.Ctx = c.Ctx.WithBlockTime(tc.at)
		err := c.Keeper.CheckBallot(c.Ctx, c.Vote(id, electors[i%4], 1, 1, 0))
		if tc.ok {
			require.NoError(t, err, tc.at)
		} else {
			require.ErrorIs(t, err, types.ErrVotingClosed, tc.at)
		}
	}
}

// Every deadline of the key generation, one nanosecond before, at and after it.
func TestDeadlines(t *testing.T) {
	t.Parallel()
	enough := func(c *fixture.Chain, id uint64) {
		for i := range 2 {
			c.Must(c.CommitMessage(id, i+1))
		}
	}
	cases := map[string]struct {
		prepare  func(c *fixture.Chain, id uint64)
		deadline func(s types.Schedule) time.Time
		key      types.KeyStatus
		phase    types.Phase
		reason   types.AbortReason
	}{
		"nobody commits": {
			func(*fixture.Chain, uint64) {},
			func(s types.Schedule) time.Time { return s.CommitDeadline },
			types.KEY_STATUS_FAILED, types.PHASE_ABORTED, types.ABORT_REASON_TOO_FEW_DEALERS,
		},
		"one commits": {
			func(c *fixture.Chain, id uint64) { c.Must(c.CommitMessage(id, 3)) },
			func(s types.Schedule) time.Time { return s.CommitDeadline },
			types.KEY_STATUS_FAILED, types.PHASE_ABORTED, types.ABORT_REASON_TOO_FEW_DEALERS,
		},
		"enough commit": {
			enough, func(s types.Schedule) time.Time { return s.CommitDeadline },
			types.KEY_STATUS_DEAL, types.PHASE_SETUP, types.ABORT_REASON_UNSPECIFIED,
		},
		"all commit, one deals": {
			func(c *fixture.Chain, id uint64) {
				c.Keys(id, types.KEY_STATUS_DEAL)
				c.Must(c.DealMessage(id, 2))
			},
			func(s types.Schedule) time.Time { return s.DealDeadline },
			types.KEY_STATUS_FAILED, types.PHASE_ABORTED, types.ABORT_REASON_TOO_FEW_DEALERS,
		},
		"two deal": {
			func(c *fixture.Chain, id uint64) {
				c.Keys(id, types.KEY_STATUS_DEAL)
				c.Must(c.DealMessage(id, 2))
				c.Must(c.DealMessage(id, 3))
			},
			func(s types.Schedule) time.Time { return s.DealDeadline },
			types.KEY_STATUS_CONFIRM, types.PHASE_SETUP, types.ABORT_REASON_UNSPECIFIED,
		},
		"nobody confirms": {
			func(c *fixture.Chain, id uint64) { c.Keys(id, types.KEY_STATUS_CONFIRM) },
			func(s types.Schedule) time.Time { return s.ConfirmDeadline },
			types.KEY_STATUS_FAILED, types.PHASE_ABORTED, types.ABORT_REASON_TOO_FEW_CONFIRMATIONS,
		},
		"one confirms": {
			func(c *fixture.Chain, id uint64) {
				c.Keys(id, types.KEY_STATUS_CONFIRM)
				c.Must(c.ConfirmMessage(id, 2))
			},
			func(s types.Schedule) time.Time { return s.ConfirmDeadline },
			types.KEY_STATUS_FAILED, types.PHASE_ABORTED, types.ABORT_REASON_TOO_FEW_CONFIRMATIONS,
		},
		"two confirm": {
			func(c *fixture.Chain, id uint64) {
				c.Keys(id, types.KEY_STATUS_CONFIRM)
				c.Must(c.ConfirmMessage(id, 2))
				c.Must(c.ConfirmMessage(id, 3))
			},
			func(s types.Schedule) time.Time { return s.ConfirmDeadline },
			types.KEY_STATUS_FINAL, types.PHASE_SETUP, types.ABORT_REASON_UNSPECIFIED,
		},
		"roll not sealed": {
			func(c *fixture.Chain, id uint64) {
				c.Keys(id, types.KEY_STATUS_FINAL)
				c.Must(fixture.EnrolMessage(id, fixture.Electors(3)...))
				c.Must(c.Attestation(id, "registrar1"))
			},
			func(s types.Schedule) time.Time { return s.OpenTime },
			types.KEY_STATUS_FINAL, types.PHASE_ABORTED, types.ABORT_REASON_ROLL_NOT_SEALED,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := fixture.New(t)
			id := c.Create()
			tc.prepare(c, id)
			before := c.Election(id)
			at := tc.deadline(before.Schedule)
			c.Block(at.Add(-time.Nanosecond))
			require.Equal(t, before, c.Election(id), "before the deadline")
			c.Block(at)
			after := c.Election(id)
			require.Equal(t, tc.key, after.KeyGeneration.Status)
			require.Equal(t, tc.phase, after.Phase)
			if tc.reason == types.ABORT_REASON_UNSPECIFIED {
				require.Nil(t, after.Abort)
			} else {
				require.Equal(t, tc.reason, after.Abort.Reason)
				require.NotEmpty(t, after.Abort.Explanation)
			}
			c.Block(at.Add(time.Nanosecond))
			require.Equal(t, after, c.Election(id), "once only")
		})
	}
}

func TestMessageAtDeadlineIsLate(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	id := c.Create()
	commit := c.CommitMessage(id, 1)
	c.Ctx = c.Ctx.WithBlockTime(c.Election(id).Schedule.CommitDeadline)
	_, err := c.Deliver(commit)
	require.ErrorIs(t, err, types.ErrWrongPhase, "even where a backlog has not let the status change yet")
	c.Ctx = c.Ctx.WithBlockTime(c.Election(id).Schedule.OpenTime)
	_, err = c.Deliver(fixture.EnrolMessage(id, fixture.Electors(1)...))
	require.ErrorIs(t, err, types.ErrWrongPhase)
}

func TestTallyDeadline(t *testing.T) {
	t.Parallel()
	c, id, electors := opened(t)
	for _, e := range electors {
		c.Must(c.Vote(id, e, 1, 1, 0))
	}
	c.Close(id)
	c.Must(c.ShareMessage(id, 1))
	_, err := c.Deliver(&types.MsgPublishResult{Sender: fixture.Address("anyone"), ElectionId: id, Totals: make([]uint64, 8)})
	require.ErrorIs(t, err, types.ErrTooFewShares)
	c.Block(c.Election(id).Schedule.TallyDeadline)
	require.Equal(t, types.PHASE_ABORTED, c.Election(id).Phase)
	require.Equal(t, types.ABORT_REASON_TALLY_DEADLINE, c.Election(id).Abort.Reason)
}

// A chain that stood still past every deadline passes them one by one, in order.
func TestAllDeadlinesAtOnce(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	id := c.Create()
	c.Keys(id, types.KEY_STATUS_CONFIRM)
	c.Must(c.ConfirmMessage(id, 1))
	c.Must(c.ConfirmMessage(id, 2))
	c.Seal(id, fixture.Electors(3))
	c.Block(c.Election(id).Schedule.CloseTime)
	require.Equal(t, types.PHASE_WITHHELD, c.Election(id).Phase, "opened and closed without a ballot")
}

func TestTransitionBacklog(t *testing.T) {
	t.Parallel()
	c := fixture.Empty(t)
	genesis := types.DefaultGenesis()
	genesis.Params.Organisers = []string{fixture.Address("organiser")}
	genesis.Params.MaxTransitionsPerBlock = 2
	genesis.Circuits = []types.Circuit{fixture.Circuit()}
	require.NoError(t, c.Keeper.InitGenesis(c.Ctx, genesis))
	const elections = 5
	for i := range elections {
		c.Create(func(m *types.MsgCreateElection) {
			m.Schedule.CommitDeadline = m.Schedule.CommitDeadline.Add(-time.Duration(i) * time.Second)
		})
	}
	aborted := func() []uint64 {
		var ids []uint64
		for id := uint64(1); id <= elections; id++ {
			if c.Election(id).Phase == types.PHASE_ABORTED {
				ids = append(ids, id)
			}
		}
		return ids
	}
	c.Block(c.Election(1).Schedule.CommitDeadline)
	require.Equal(t, []uint64{4, 5}, aborted(), "the earliest deadlines first")
	c.Next()
	require.Equal(t, []uint64{2, 3, 4, 5}, aborted())
	c.Next()
	require.Equal(t, []uint64{1, 2, 3, 4, 5}, aborted())
}

func TestSumIsOneAddition(t *testing.T) {
	t.Parallel()
	c, id, electors := opened(t)
	want := elgamal.Zero(8)
	for _, e := range electors {
		m := c.Vote(id, e, 1, 0, 1)
		c.Must(m)
		ciphertext, err := elgamal.Parse(m.Ciphertext, 8)
		require.NoError(t, err)
		want = want.Add(ciphertext)
	}
	require.Equal(t, elgamal.Zero(8).Bytes(), c.Tally(id).Sum, "the sum changes at the end of the block only")
	c.Next()
	require.Equal(t, want.Bytes(), c.Tally(id).Sum)
	require.NoError(t, c.Keeper.EndBlock(c.Ctx))
	require.Equal(t, want.Bytes(), c.Tally(id).Sum, "nothing is added twice")
}

// Two chains that differ in the choices alone show the same events and the same state,
// but for the bytes that encrypt them.
func TestChoicesDoNotShow(t *testing.T) {
	t.Parallel()
	run := func(yes uint64) (events, keys, sizes []string) {
		c, id, electors := opened(t)
		first := len(c.Ctx.EventManager().Events())
		for _, e := range electors {
			c.Must(c.Vote(id, e, 1, yes, 1-yes))
		}
		for _, event := range c.Ctx.EventManager().Events()[first:] {
			events = append(events, event.Type)
			for _, a := range event.Attributes {
				if a.Key != "tracking_code" {
					events = append(events, a.Key, a.Value)
				}
			}
		}
		c.Next()
		for _, line := range c.Dump() {
			key, value, _ := strings.Cut(line, " = ")
			keys, sizes = append(keys, key), append(sizes, strconv.Itoa(len(value)))
		}
		return events, keys, sizes
	}
	events, keys, sizes := run(1)
	otherEvents, otherKeys, otherSizes := run(0)
	require.Equal(t, events, otherEvents)
	require.Equal(t, keys, otherKeys)
	require.Equal(t, sizes, otherSizes)
}
