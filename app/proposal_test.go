package app_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/app"
	"github.com/evoted/evoted/testutil/fixture"
	"github.com/evoted/evoted/testutil/network"
	"github.com/evoted/evoted/x/election/types"
)

// requireHarmless executes a block with the transaction: it must fail and leave the state as
// an empty block leaves it.
func requireHarmless(t *testing.T, c *network.Chain, tx []byte) {
	t.Helper()
	before := stores(t, c)
	for _, code := range block(t, c, tx) {
		require.NotZero(t, code)
	}
	require.True(t, before == stores(t, c), "the state has changed")
}

// stores returns the exported state, which holds all there is but heights.
func stores(t *testing.T, c *network.Chain) string {
	t.Helper()
	exported, err := c.App.ExportAppStateAndValidators(false, nil, nil)
	require.NoError(t, err)
	return string(exported.AppState)
}

func TestProcessProposalRejects(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{MaxBallotsPerBlock: 3})
	good := ballotTx(t, c, 0, 1)
	late, err := c.Election.Unproved(1, 0, 1)
	require.NoError(t, err)
	late.Message.ElectionId = 99
	unproved, err := c.Election.Unproved(2, 0, 1)
	require.NoError(t, err)
	unproved.Message.Proof[0] = badProof
	stolen, err := c.Election.Unproved(3, 0, 1)
	require.NoError(t, err)
	otherChain, err := stolen.Tx("evoted-other-1")
	require.NoError(t, err)
	padded := append(bytes.Clone(good), 0x1a, 0x00)
	tests := []struct {
		name string
		txs  [][]byte
		// harmless: the last transaction fails in a block as well.
		harmless bool
	}{
		{"empty transaction", [][]byte{{}}, true},
		{"undecodable", [][]byte{good, []byte("not a transaction")}, true},
		{"too long", [][]byte{make([]byte, 200_000)}, true},
		{"unknown election", [][]byte{sign(t, c, late)}, true},
		{"bad proof", [][]byte{sign(t, c, unproved)}, true},
		{"signed for another chain", [][]byte{otherChain}, true},
		{"a signature more", [][]byte{padded}, true},
		{"twice the same", [][]byte{good, good}, false},
		{"one nullifier twice", [][]byte{good, ballotTx(t, c, 0, 1)}, false},
		{"one nullifier twice, larger revision", [][]byte{good, ballotTx(t, c, 0, 2)}, false},
		{"too many ballots", [][]byte{ballotTx(t, c, 4, 1), ballotTx(t, c, 5, 1), ballotTx(t, c, 6, 1), ballotTx(t, c, 7, 1)}, false},
		{"official out of order", [][]byte{officialTx(t, c, c.Election.Organiser, 1, abort(c))}, true},
	}
	require.True(t, accepts(t, c))
	require.True(t, accepts(t, c, good))
	for _, tc := range tests {
		require.False(t, accepts(t, c, tc.txs...), tc.name)
		require.Less(t, len(prepare(t, c, tc.txs...)), len(tc.txs), tc.name)
	}
	for _, tc := range tests {
		if tc.harmless {
			requireHarmless(t, c, tc.txs[len(tc.txs)-1])
		}
	}
	// Ballots with one nullifier in a block that was decided all the same: the first counts.
	require.Equal(t, []uint32{0, types.ErrNullifierUsed.ABCICode(), types.ErrNullifierUsed.ABCICode()},
		block(t, c, good, good, ballotTx(t, c, 0, 1)))
}

// TestBlockLimits: gas and bytes are summed over the block.
func TestBlockLimits(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	heavy := func(account fixture.Account, gas uint64, message sdk.Msg) []byte {
		d := draft(t, account, 0, message)
		d.AuthInfo.Fee.GasLimit = gas
		return signDraft(t, c, d, account)
	}
	half := uint64(app.MaxBlockGas)/2 + 1
	first := heavy(c.Election.Organiser, half, abort(c))
	second := heavy(c.Election.Trustees[0], half, registerKey(t, c, 0))
	require.True(t, accepts(t, c, first))
	require.True(t, accepts(t, c, second))
	require.False(t, accepts(t, c, first, second))
	require.Equal(t, [][]byte{first}, prepare(t, c, first, second))
	small := heavy(c.Election.Trustees[0], half-2, registerKey(t, c, 0))
	require.True(t, accepts(t, c, first, small))

	// A ballot states the gas of a ballot; there is no way to make it heavier or lighter.
	ballot := ballotTx(t, c, 0, 1)
	response, err := c.Check(ballot)
	require.NoError(t, err)
	require.EqualValues(t, types.BallotGas, response.GasWanted)
	require.EqualValues(t, types.BallotGas, response.GasUsed)
	full := heavy(c.Election.Organiser, uint64(app.MaxBlockGas)-types.BallotGas+1, abort(c))
	require.False(t, accepts(t, c, full, ballot))
	require.Equal(t, [][]byte{full}, prepare(t, c, full, ballot))
	exact := heavy(c.Election.Organiser, uint64(app.MaxBlockGas)-types.BallotGas, abort(c))
	require.True(t, accepts(t, c, exact, ballot))
}

// TestVotingWindow: the block's time decides, in the mempool, in proposals and in blocks.
func TestVotingWindow(t *testing.T) {
	t.Parallel()
	e, err := fixture.New(fixture.Options{})
	require.NoError(t, err)
	closing := e.Genesis.Elections[0].Election.Schedule.CloseTime
	for _, tc := range []struct {
		name   string
		offset time.Duration
		open   bool
	}{{"before the end", -time.Nanosecond, true}, {"at the end", 0, false}, {"after", time.Second, false}} {
		c := newChain(t, fixture.Options{})
		tx := ballotTx(t, c, 0, 1)
		c.Time = closing.Add(tc.offset - time.Second)
		require.Equal(t, tc.open, accepts(t, c, tx), tc.name)
		require.Len(t, prepare(t, c, tx), map[bool]int{true: 1}[tc.open], tc.name)
		codes := block(t, c, tx)
		require.Equal(t, tc.open, codes[0] == 0, tc.name)
	}
}

// TestPrepareKeepsTheRequest: what the request offers is bounded by the consensus
// parameters, and a smaller offer is kept.
func TestPrepareKeepsTheRequest(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	var txs [][]byte
	for i := range 5 {
		txs = append(txs, ballotTx(t, c, i, 1))
	}
	for n := range len(txs) + 1 {
		size := int64(0)
		for _, tx := range txs[:n] {
			size += int64(len(tx)) + 3
		}
		require.Len(t, prepareWithin(t, c, size, txs), n)
	}
	reversed := slices.Clone(txs)
	slices.Reverse(reversed)
	require.Equal(t, reversed, prepare(t, c, reversed...))
}
