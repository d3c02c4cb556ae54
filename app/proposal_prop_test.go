package app_test

import (
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/evoted/evoted/testutil/fixture"
	"github.com/evoted/evoted/testutil/network"
	"github.com/evoted/evoted/x/election/ante"
	"github.com/evoted/evoted/x/election/types"
)

func prepareWithin(t *testing.T, c *network.Chain, size int64, txs [][]byte) [][]byte {
	t.Helper()
	response, err := c.App.PrepareProposal(&abci.RequestPrepareProposal{
		Height: c.Height + 1, Time: c.Next(), Txs: txs, MaxTxBytes: size,
	})
	require.NoError(t, err)
	return response.Txs
}

// pool returns transactions of every kind: good ones, ones that exclude each other, and bad
// ones.
func pool(t *testing.T, c *network.Chain) [][]byte {
	t.Helper()
	var txs [][]byte
	for i := range 6 {
		txs = append(txs, ballotTx(t, c, i, 1))
	}
	for i := range 3 {
		txs = append(txs, ballotTx(t, c, i, 1), ballotTx(t, c, i, 2))
		bad, err := c.Election.Unproved(6+i, 0, 1)
		require.NoError(t, err)
		bad.Message.Proof[0] = badProof
		txs = append(txs, sign(t, c, bad))
	}
	for sequence := range uint64(4) {
		txs = append(txs, officialTx(t, c, c.Election.Organiser, sequence, abort(c)))
		for _, trustee := range c.Election.Trustees {
			txs = append(txs, heavyTx(t, c, trustee, sequence, ante.GasBound(&types.MsgConfirmDeals{})))
		}
	}
	return append(txs, nil, []byte("not a transaction"), make([]byte, 200_000))
}

// TestProposalsAreAccepted: whatever is in the mempool of an honest authority, every other
// accepts what it proposes, no matter what either remembers.
func TestProposalsAreAccepted(t *testing.T) {
	t.Parallel()
	options := fixture.Options{MaxBallotsPerBlock: 4}
	proposer, other := newChain(t, options), newChain(t, options)
	txs := pool(t, proposer)
	rapid.Check(t, func(r *rapid.T) {
		offered := rapid.SliceOfN(rapid.SampledFrom(txs), 0, 30).Draw(r, "mempool")
		size := rapid.Int64Range(0, 30_000).Draw(r, "size")
		if rapid.Bool().Draw(r, "cold proposer") {
			proposer.App.ForgetProofs()
		}
		if rapid.Bool().Draw(r, "cold judge") {
			other.App.ForgetProofs()
		}
		chosen := prepareWithin(t, proposer, size, offered)
		total := int64(0)
		for _, tx := range chosen {
			total += int64(len(tx))
		}
		if total > size {
			r.Fatalf("%d bytes proposed, %d offered", total, size)
		}
		for _, c := range []*network.Chain{proposer, other} {
			if !accepts(t, c, chosen...) {
				r.Fatal("an honest proposal is rejected")
			}
		}
		// Both answer the same to any block, honest or not.
		if accepts(t, proposer, offered...) != accepts(t, other, offered...) {
			r.Fatal("two authorities judge one block differently")
		}
	})
}
