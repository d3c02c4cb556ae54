package app_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/evoted/evoted/app"
	"github.com/evoted/evoted/testutil/fixture"
	"github.com/evoted/evoted/testutil/network"
	"github.com/evoted/evoted/x/election/ante"
	"github.com/evoted/evoted/x/election/client"
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

// heavyTx returns a transaction of an account that states gas and passes the checks. It fails
// when it is executed, because the keys of the election are final.
func heavyTx(t *testing.T, c *network.Chain, account fixture.Account, sequence, gas uint64) []byte {
	t.Helper()
	d := draft(t, account, sequence, &types.MsgConfirmDeals{Trustee: account.Text, ElectionId: fixture.ID})
	d.AuthInfo.Fee.GasLimit = gas
	return signDraft(t, c, d, account)
}

// TestOfficialGasBound: the gas that an official states is bounded by the message, and the
// client's limits are within the bounds.
func TestOfficialGasBound(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	bound := ante.GasBound(&types.MsgConfirmDeals{})
	require.Zero(t, check(t, c, heavyTx(t, c, c.Election.Trustees[0], 0, bound)))
	over := heavyTx(t, c, c.Election.Trustees[1], 0, bound+1)
	require.Equal(t, sdkerrors.ErrInvalidGasLimit.ABCICode(), check(t, c, over))
	require.False(t, accepts(t, c, over))
	hog := draft(t, c.Election.Organiser, 0, abort(c))
	hog.AuthInfo.Fee.GasLimit = uint64(app.MaxBlockGas)
	require.Equal(t, sdkerrors.ErrInvalidGasLimit.ABCICode(), check(t, c, signDraft(t, c, hog, c.Election.Organiser)))

	for _, messages := range [][]sdk.Msg{
		{&types.MsgRegisterTrusteeKey{}},
		{&types.MsgCreateElection{}},
		{&types.MsgAbortElection{}},
		{&types.MsgAttestRoll{}},
		{&types.MsgRegisterElectors{Electors: make([]types.Elector, types.LimitBatch)}},
		{&types.MsgCommitDeal{}},
		{&types.MsgSubmitDeal{Deal: make([]byte, types.MaxDealSize)}},
		{&types.MsgConfirmDeals{}},
		{&types.MsgSubmitDecryptionShare{}},
		{&types.MsgPublishResult{}},
		{&types.MsgCommitDeal{}, &types.MsgConfirmDeals{}},
	} {
		require.LessOrEqual(t, client.GasLimit(messages...), ante.GasBound(messages...), "%T", messages[0])
		require.LessOrEqual(t, ante.GasBound(messages...), uint64(ante.MaxOfficialGas), "%T", messages[0])
	}
}

// TestOfficialsLeaveRoom: whatever officials send, a full block of ballots fits beside it,
// and the other way round. No block takes more gas than consensus allows.
func TestOfficialsLeaveRoom(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{MaxBallotsPerBlock: 900})
	// The officials have 250 - 90 million: two of these and no third.
	bound := ante.GasBound(&types.MsgConfirmDeals{})
	var hogs [][]byte
	for _, account := range c.Election.Officials() {
		for sequence := range uint64(2) {
			hogs = append(hogs, heavyTx(t, c, account, sequence, bound))
		}
	}
	var ballots [][]byte
	for i := range c.Election.Electors {
		ballots = append(ballots, ballotTx(t, c, i, 1))
	}
	require.Equal(t, append(slices.Clone(hogs[:2]), ballots...), prepare(t, c, append(slices.Clone(hogs), ballots...)...))
	require.True(t, accepts(t, c, append(slices.Clone(hogs[:2]), ballots...)...))
	require.False(t, accepts(t, c, hogs[:3]...))
	require.True(t, accepts(t, c, append(slices.Clone(ballots), hogs[:2]...)...))

	// A ballot states the gas of a ballot; there is no way to make it heavier or lighter.
	response, err := c.Check(ballots[0])
	require.NoError(t, err)
	require.EqualValues(t, types.BallotGas, response.GasWanted)
	require.EqualValues(t, types.BallotGas, response.GasUsed)
}

// TestBlockShares: the shares of ballots and officials are the whole block and never more,
// for any size, and each side has something.
func TestBlockShares(t *testing.T) {
	t.Parallel()
	for _, ballots := range []int{1, 200, 1000, 10_000} {
		for _, size := range []int64{2, 30_000, 1 << 20, app.MaxBlockBytes, 100 << 20} {
			for _, gas := range []uint64{2, 1_000_000, uint64(app.MaxBlockGas), 1 << 40} {
				forBallots, forOfficials := app.BlockShares(size, gas, ballots)
				require.Equal(t, size, forBallots.Bytes+forOfficials.Bytes)
				require.Equal(t, gas, forBallots.Gas+forOfficials.Gas)
				require.Positive(t, min(forBallots.Bytes, forOfficials.Bytes))
				require.Positive(t, min(forBallots.Gas, forOfficials.Gas))
			}
		}
	}
	// In a block of a new chain the ballots have all that the parameter promises.
	for _, ballots := range []int{1, 200, 1000} {
		forBallots, forOfficials := app.BlockShares(app.MaxBlockBytes, uint64(app.MaxBlockGas), ballots)
		require.GreaterOrEqual(t, forBallots.Gas, uint64(ballots)*types.BallotGas)
		require.GreaterOrEqual(t, forOfficials.Gas, uint64(ante.MaxOfficialGas))
		require.GreaterOrEqual(t, forOfficials.Bytes, int64(ante.MaxTxSize))
	}
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
