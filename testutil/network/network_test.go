package network_test

import (
	"context"
	"encoding/hex"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/gogoproto/proto"

	"github.com/evoted/evoted/testutil/fixture"
	"github.com/evoted/evoted/testutil/network"
	"github.com/evoted/evoted/x/election/types"
)

// TestBallotTravels: a ballot given to one authority is recorded by another, and all
// authorities have the same state.
func TestBallotTravels(t *testing.T) {
	t.Parallel()
	e, err := fixture.New(fixture.Options{Now: time.Now().UTC()})
	require.NoError(t, err)
	b, err := e.Proved(0, 0, 1)
	require.NoError(t, err)
	tx, err := b.Tx(e.ChainID)
	require.NoError(t, err)

	n, err := network.New(e, t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.Stop()) })
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	sender, other := n.Nodes[1], n.Nodes[3]
	require.NoError(t, sender.WaitForHeight(ctx, 2))

	sent, err := sender.Client.BroadcastTxSync(ctx, tx)
	require.NoError(t, err)
	require.Zero(t, sent.Code, sent.Log)
	var height int64
	require.NoError(t, network.WaitFor(ctx, func() (bool, error) {
		found, err := other.Client.Tx(ctx, sent.Hash, false)
		if err != nil {
			return false, nil //nolint:nilerr // not there yet
		}
		require.Zero(t, found.TxResult.Code, found.TxResult.Log)
		height = found.Height
		return true, nil
	}))

	for _, one := range n.Nodes {
		require.NoError(t, one.WaitForHeight(ctx, height+2))
	}
	after := height + 1
	first, err := n.Nodes[0].Client.Header(ctx, &after)
	require.NoError(t, err)
	require.NotEmpty(t, first.Header.AppHash)
	for _, one := range n.Nodes[1:] {
		header, err := one.Client.Header(ctx, &after)
		require.NoError(t, err)
		require.Equal(t, first.Header.AppHash, header.Header.AppHash)
		require.Equal(t, first.Header.LastResultsHash, header.Header.LastResultsHash)
	}

	var recorded types.QueryBallotResponse
	ask(t, other, "/evoted.election.v1.Query/Ballot", &types.QueryBallotRequest{
		ElectionId: fixture.ID, Nullifier: hex.EncodeToString(b.Message.Nullifier),
	}, &recorded)
	require.Equal(t, height, recorded.Ballot.Height)
	require.Equal(t, b.Message.Ciphertext, recorded.Ballot.Ciphertext)

	// The same ballot again, through yet another authority, is refused.
	again, err := n.Nodes[2].Client.BroadcastTxSync(ctx, tx)
	if err == nil {
		require.Equal(t, types.ErrNullifierUsed.ABCICode(), again.Code)
	}
	validators, err := other.Client.Validators(ctx, nil, nil, nil)
	require.NoError(t, err)
	require.Len(t, validators.Validators, network.Authorities)
	for _, validator := range validators.Validators {
		require.EqualValues(t, 1, validator.VotingPower)
	}
}

// ask sends a query to a node over ABCI, as a client does over RPC.
func ask(t *testing.T, n *network.Node, path string, request, response proto.Message) {
	t.Helper()
	raw, err := proto.Marshal(request)
	require.NoError(t, err)
	answer, err := n.Client.ABCIQuery(t.Context(), path, raw)
	require.NoError(t, err)
	require.Zero(t, answer.Response.Code, answer.Response.Log)
	require.NoError(t, proto.Unmarshal(answer.Response.Value, response))
}
