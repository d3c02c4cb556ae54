package client

import (
	"bytes"
	"context"
	"errors"
	"net"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/types"
)

// checker accepts the ballots whose proof is these bytes.
type checker []byte

var errProof = errors.New("not proved")

func (c checker) CheckBallot(b *types.Ballot) error {
	if !bytes.Equal(b.Proof, c) {
		return errProof
	}
	return nil
}

// proven is the checker of the tests: ballots of theirs have no proof at all.
var proven = checker(nil)

// forged is a ballot that a node made up: the elector's nullifier, no valid proof.
func forged(revision uint64) *types.Ballot {
	b := recorded(message())
	b.EphemeralKey, b.Proof, b.Revision = []byte{9}, []byte("forged"), revision
	return b
}

// earlier is another ballot of the elector with a valid proof.
func earlier(revision uint64) *types.Ballot {
	b := forged(revision)
	b.Proof = nil
	return b
}

func TestForgedBallotsAreIgnored(t *testing.T) {
	t.Parallel()
	const most = 1<<64 - 1
	for name, nodes := range map[string][]*fakeRPC{
		"one of three":  {{ballot: forged(most)}, {}, {}},
		"the only one":  {{ballot: forged(most)}},
		"all are liars": {{ballot: forged(most)}, {ballot: forged(most)}},
		"others down":   {{ballot: forged(1)}, {down: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := connect(t, nodes...).RecordedBallot(t.Context(), 1, []byte{1}, proven)
			require.NoError(t, err)
			require.Nil(t, got)
		})
	}
}

func TestRecordedBallot(t *testing.T) {
	t.Parallel()
	ask := func(nodes ...*fakeRPC) *Recorded {
		got, err := connect(t, nodes...).RecordedBallot(t.Context(), 1, []byte{1}, proven)
		require.NoError(t, err)
		require.NotNil(t, got)
		return got
	}
	got := ask(&fakeRPC{ballot: earlier(3)}, &fakeRPC{ballot: forged(9)}, &fakeRPC{ballot: earlier(3)})
	require.True(t, got.Agreed)
	require.Equal(t, []string{"a", "c"}, got.Seen)
	require.Equal(t, uint64(3), got.LargestRevision)

	// A real ballot that one node alone shows may never have been recorded, but its
	// revision is used up.
	got = ask(&fakeRPC{ballot: earlier(4)}, &fakeRPC{}, &fakeRPC{})
	require.False(t, got.Agreed)
	require.Equal(t, uint64(4), got.LargestRevision)

	// Agreement comes before the revision, which is remembered all the same.
	got = ask(&fakeRPC{ballot: earlier(5)}, &fakeRPC{ballot: earlier(4)}, &fakeRPC{ballot: earlier(4)})
	require.True(t, got.Agreed)
	require.Equal(t, uint64(4), got.Ballot.Revision)
	require.Equal(t, uint64(5), got.LargestRevision)

	require.True(t, ask(&fakeRPC{ballot: earlier(1)}).Agreed, "the only node is believed")

	other := earlier(1)
	other.Nullifier = []byte{2}
	_, err := connect(t, &fakeRPC{ballot: other}).RecordedBallot(t.Context(), 1, []byte{1}, proven)
	require.ErrorIs(t, err, ErrOtherBallot)
}

var failedProof = &abci.ExecTxResult{Code: types.ErrBallotProof.ABCICode(), Codespace: types.ModuleName}

func TestOneNodeAloneDoesNotDecide(t *testing.T) {
	t.Parallel()
	past := time.Now().Add(-time.Minute)
	mine := func(waits int) *fakeRPC { return &fakeRPC{ballot: recorded(message()), waits: waits} }
	for name, test := range map[string]struct {
		nodes   []*fakeRPC
		closing time.Time
		want    Fate
	}{
		"failed, says one; counted, say two":   {[]*fakeRPC{{failure: failedProof}, mine(2), mine(2)}, time.Time{}, FateCounted},
		"failed, says one of two":              {[]*fakeRPC{{failure: failedProof}, {}}, time.Time{}, FateUnknown},
		"failed, say two of three":             {[]*fakeRPC{{failure: failedProof}, {failure: failedProof}, {}}, time.Time{}, FateNotCounted},
		"refused by one, taken by one":         {[]*fakeRPC{{code: types.ErrVotingClosed.ABCICode()}, {}}, time.Time{}, FateUnknown},
		"refused by one, counted by the other": {[]*fakeRPC{{code: types.ErrNullifierUsed.ABCICode(), ballot: recorded(message())}, mine(1)}, time.Time{}, FateCounted},
		"refused by both":                      {[]*fakeRPC{{code: types.ErrVotingClosed.ABCICode()}, {code: types.ErrVotingClosed.ABCICode()}}, time.Time{}, FateNotCounted},
		"refused by one, broken by the other":  {[]*fakeRPC{{code: types.ErrVotingClosed.ABCICode()}, {breaks: true}}, time.Time{}, FateUnknown},
		"refused for now, then broken":         {[]*fakeRPC{{code: types.ErrQuota.ABCICode()}, {breaks: true}}, time.Time{}, FateUnknown},
		"broken by both":                       {[]*fakeRPC{{breaks: true}, {breaks: true}}, time.Time{}, FateUnknown},
		"forged conflict on both":              {[]*fakeRPC{{ballot: forged(1)}, {ballot: forged(1)}}, time.Time{}, FateUnknown},
		"proved conflict on one":               {[]*fakeRPC{{ballot: earlier(1)}, {}}, time.Time{}, FateUnknown},
		"proved conflict on both":              {[]*fakeRPC{{ballot: earlier(1)}, {ballot: earlier(1)}}, time.Time{}, FateNotCounted},
		"closed, says one":                     {[]*fakeRPC{{time: time.Now()}, {time: past.Add(-time.Hour)}}, past, FateUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := deliver(t, 2*time.Second, test.closing, test.nodes...)
			require.Equal(t, test.want, d.Fate, d.Reason)
			require.True(t, d.Sent)
			if test.want == FateUnknown {
				require.ErrorIs(t, d.Reason, ErrUnknownFate)
				sentence, _ := Explain(d.Reason)
				require.Contains(t, sentence, "no node has shown it")
			}
		})
	}
}

// A node that goes away after the connection was made leaves the other one alone.
func TestOneReachableLiarDoesNotDecide(t *testing.T) {
	t.Parallel()
	for name, liar := range map[string]*fakeRPC{
		"refusal":        {code: types.ErrVotingClosed.ABCICode()},
		"failure":        {failure: failedProof},
		"another ballot": {ballot: earlier(1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			gone := &fakeRPC{}
			c := connect(t, liar, gone)
			gone.down = true
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			d := c.Deliver(ctx, message(), []byte("tx"), time.Time{}, proven, nil)
			require.Equal(t, FateUnknown, d.Fate)
			require.True(t, d.Sent)
		})
	}
}

func TestWhatTookItsPlaceIsTold(t *testing.T) {
	t.Parallel()
	d := deliver(t, time.Second, time.Time{}, &fakeRPC{ballot: earlier(2), code: types.ErrRevision.ABCICode()})
	require.Equal(t, FateNotCounted, d.Fate)
	require.ErrorIs(t, d.Reason, types.ErrRevision)
	require.Equal(t, uint64(2), d.Other.Revision)
}

func TestOfficialsDoNotSignAnewWhatMayHaveArrived(t *testing.T) {
	t.Parallel()
	c := connect(t, &fakeRPC{code: types.ErrQuota.ABCICode()}, &fakeRPC{breaks: true})
	_, err := c.Broadcast(t.Context(), []byte("tx"))
	require.ErrorIs(t, err, ErrUnknownFate)
	require.ErrorIs(t, err, types.ErrQuota)
	require.False(t, passing(err))
}

// errBroken is a connection that ends after the question was sent.
var errBroken = &net.OpError{Op: "read", Err: errors.New("connection reset by peer")}
