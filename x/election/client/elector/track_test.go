package elector

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtbytes "github.com/cometbft/cometbft/libs/bytes"
	"github.com/cometbft/cometbft/p2p"
	rpcclient "github.com/cometbft/cometbft/rpc/client"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	"github.com/stretchr/testify/require"

	sdkclient "github.com/cosmos/cosmos-sdk/client"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/types"
)

// indexNode shows ballots, and its index says where the one that is looked for is.
type indexNode struct {
	sdkclient.CometRPC
	ballots []types.Ballot
	index   []byte // nullifier that the index gives
}

func (n *indexNode) Status(context.Context) (*coretypes.ResultStatus, error) {
	return &coretypes.ResultStatus{NodeInfo: p2p.DefaultNodeInfo{Network: "chain"}}, nil
}

func (n *indexNode) TxSearch(context.Context, string, bool, *int, *int, string) (*coretypes.ResultTxSearch, error) {
	result := &coretypes.ResultTxSearch{}
	if n.index != nil {
		result.Txs = []*coretypes.ResultTx{{TxResult: abci.ExecTxResult{Events: []abci.Event{{
			Type: ballotCastEvent, Attributes: []abci.EventAttribute{
				{Key: "election_id", Value: `"5"`}, {Key: "nullifier", Value: fmt.Sprintf("%q", hex.EncodeToString(n.index))},
			},
		}}}}}
	}
	return result, nil
}

func (n *indexNode) ABCIQueryWithOptions(_ context.Context, path string, data cmtbytes.HexBytes, _ rpcclient.ABCIQueryOptions) (*coretypes.ResultABCIQuery, error) {
	if !strings.HasSuffix(path, "/Ballot") {
		return nil, errors.New("not asked for")
	}
	var request types.QueryBallotRequest
	if err := request.Unmarshal(data); err != nil {
		return nil, err
	}
	for _, b := range n.ballots {
		if hex.EncodeToString(b.Nullifier) == request.Nullifier {
			raw, err := (&types.QueryBallotResponse{Ballot: b}).Marshal()
			return &coretypes.ResultABCIQuery{Response: abci.ResponseQuery{Value: raw}}, err
		}
	}
	return &coretypes.ResultABCIQuery{Response: abci.ResponseQuery{
		Code: sdkerrors.ErrKeyNotFound.ABCICode(), Codespace: sdkerrors.RootCodespace, Log: "not found",
	}}, nil
}

// One node alone can neither hide a ballot, nor make one up, nor call it replaced.
func TestFindWithALyingNode(t *testing.T) {
	t.Parallel()
	c := credential(t)
	e, place := electionFor(t, c, 1)
	cast := func(revision uint64) (*Sealed, types.Ballot) {
		s, err := Seal(t.Context(), e, c, place, make([]uint64, 8), revision, &fakeProver{}, rand.Reader)
		require.NoError(t, err)
		m := s.Message
		return s, types.Ballot{Nullifier: m.Nullifier, Revision: revision, EphemeralKey: m.EphemeralKey, Ciphertext: m.Ciphertext, Proof: m.Proof, Height: 9}
	}
	first, mine := cast(1)
	_, later := cast(2)
	foreign := later
	foreign.Nullifier = make([]byte, 32)

	honest := func() *indexNode { return &indexNode{ballots: []types.Ballot{mine, foreign}, index: mine.Nullifier} }
	replaced := func() *indexNode { return &indexNode{ballots: []types.Ballot{later, foreign}, index: mine.Nullifier} }
	for name, test := range map[string]struct {
		nodes    []*indexNode
		replaced bool
		err      error
	}{
		"honest":                 {[]*indexNode{honest(), honest()}, false, nil},
		"hidden by one":          {[]*indexNode{{}, honest(), honest()}, false, nil},
		"made up by one":         {[]*indexNode{honest(), {}, {}}, false, ErrNotAgreed},
		"replaced":               {[]*indexNode{replaced(), replaced()}, true, nil},
		"called replaced by one": {[]*indexNode{{ballots: honest().ballots, index: foreign.Nullifier}, honest(), honest()}, false, nil},
		"foreign ballot":         {[]*indexNode{{ballots: honest().ballots, index: foreign.Nullifier}, {ballots: honest().ballots}}, false, ErrNotRecorded},
		"nowhere":                {[]*indexNode{{}, {}}, false, ErrNotRecorded},
		"the only node":          {[]*indexNode{honest()}, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made := make([]*client.Node, len(test.nodes))
			for i, n := range test.nodes {
				made[i] = client.NewNode(string(rune('a'+i)), sdkclient.Context{}.WithClient(n))
			}
			connection, err := client.New(t.Context(), "", made...)
			require.NoError(t, err)
			found, err := Find(t.Context(), connection, Track{Code: first.TrackingCode})
			require.ErrorIs(t, err, test.err)
			if test.err == nil {
				require.Equal(t, test.replaced, found.Replaced)
				require.Equal(t, int64(9), found.Height)
			}
		})
	}
}
