package client

import (
	"context"
	"encoding/hex"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/libs/bytes"
	"github.com/cometbft/cometbft/p2p"
	rpcclient "github.com/cometbft/cometbft/rpc/client"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	sdkclient "github.com/cosmos/cosmos-sdk/client"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/evoted/evoted/x/election/types"
)

var errDown = &net.OpError{Op: "dial", Err: errors.New("connection refused")}

// fakeRPC is one node with a ballot box.
type fakeRPC struct {
	sdkclient.CometRPC
	mu      sync.Mutex
	chain   string
	down    bool
	breaks  bool   // the connection ends when something is sent
	code    uint32 // of CheckTx
	log     string
	ballot  *types.Ballot // what the node shows, once sent is set or at once
	waits   int           // questions until it is shown
	time    time.Time
	sent    int
	failure *abci.ExecTxResult
}

func (f *fakeRPC) Status(context.Context) (*coretypes.ResultStatus, error) {
	if f.down {
		return nil, errDown
	}
	return &coretypes.ResultStatus{
		NodeInfo: p2p.DefaultNodeInfo{Network: f.chain}, SyncInfo: coretypes.SyncInfo{LatestBlockTime: f.time},
	}, nil
}

func (f *fakeRPC) BroadcastTxSync(context.Context, cmttypes.Tx) (*coretypes.ResultBroadcastTx, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return nil, errDown
	}
	f.sent++
	if f.breaks {
		return nil, errBroken
	}
	space := ""
	if f.code != 0 {
		space = types.ModuleName
	}
	return &coretypes.ResultBroadcastTx{Code: f.code, Codespace: space, Log: f.log}, nil
}

func (f *fakeRPC) Tx(context.Context, []byte, bool) (*coretypes.ResultTx, error) {
	if f.failure != nil {
		return &coretypes.ResultTx{TxResult: *f.failure}, nil
	}
	return nil, errors.New("tx not found")
}

func (f *fakeRPC) ABCIQueryWithOptions(_ context.Context, path string, _ bytes.HexBytes, _ rpcclient.ABCIQueryOptions) (*coretypes.ResultABCIQuery, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return nil, errDown
	}
	if !strings.HasSuffix(path, "/Ballot") || f.ballot == nil || f.waits > 0 {
		f.waits--
		return &coretypes.ResultABCIQuery{Response: abci.ResponseQuery{
			Code: sdkerrors.ErrKeyNotFound.ABCICode(), Codespace: sdkerrors.RootCodespace, Log: "no ballot",
		}}, nil
	}
	raw, err := (&types.QueryBallotResponse{Ballot: *f.ballot}).Marshal()
	return &coretypes.ResultABCIQuery{Response: abci.ResponseQuery{Value: raw}}, err
}

func connect(t *testing.T, nodes ...*fakeRPC) *Client {
	t.Helper()
	made := make([]*Node, len(nodes))
	for i, n := range nodes {
		if n.chain == "" {
			n.chain = "chain"
		}
		made[i] = NewNode(string(rune('a'+i)), sdkclient.Context{}.WithClient(n))
	}
	c, err := New(t.Context(), "", made...)
	require.NoError(t, err)
	return c
}

func message() *types.MsgCastBallot {
	return &types.MsgCastBallot{ElectionId: 1, Revision: 1, Nullifier: []byte{1}, EphemeralKey: []byte{2}, Ciphertext: []byte{3}}
}

func recorded(m *types.MsgCastBallot) *types.Ballot {
	return &types.Ballot{Revision: m.Revision, Nullifier: m.Nullifier, EphemeralKey: m.EphemeralKey, Ciphertext: m.Ciphertext, Height: 7}
}

func deliver(t *testing.T, timeout time.Duration, closing time.Time, nodes ...*fakeRPC) Delivery {
	t.Helper()
	c := connect(t, nodes...)
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	return c.Deliver(ctx, message(), []byte("tx"), closing, proven, nil)
}

func TestDeliverCounted(t *testing.T) {
	t.Parallel()
	a, b := &fakeRPC{ballot: recorded(message()), waits: 1}, &fakeRPC{ballot: recorded(message())}
	d := deliver(t, 5*time.Second, time.Time{}, a, b)
	require.Equal(t, FateCounted, d.Fate)
	require.Equal(t, int64(7), d.Height)
	require.Equal(t, []string{"a", "b"}, d.Seen)
	require.Equal(t, 1, a.sent)
	require.Equal(t, 1, b.sent)
}

func TestDeliverIsCountedThroughTheOtherNode(t *testing.T) {
	t.Parallel()
	a, b := &fakeRPC{}, &fakeRPC{ballot: recorded(message())}
	c := connect(t, a, b)
	a.down = true // after the connection was made
	d := c.Deliver(t.Context(), message(), []byte("tx"), time.Time{}, proven, nil)
	require.Equal(t, FateCounted, d.Fate)
	require.Equal(t, []string{"b"}, d.Nodes)
}

func TestOneLyingNodeOfTwoIsNotBelieved(t *testing.T) {
	t.Parallel()
	other := recorded(message())
	other.EphemeralKey = []byte{9}
	for name, lie := range map[string]*types.Ballot{"counted": recorded(message()), "another ballot": other} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := deliver(t, time.Second, time.Time{}, &fakeRPC{ballot: lie}, &fakeRPC{})
			require.Equal(t, FateUnknown, d.Fate)
			require.ErrorIs(t, d.Reason, ErrUnknownFate)
		})
	}
}

func TestDeliverNotCounted(t *testing.T) {
	t.Parallel()
	other := recorded(message())
	other.EphemeralKey = []byte{9}
	past := time.Now().Add(-time.Minute)
	for name, test := range map[string]struct {
		node    *fakeRPC
		closing time.Time
		err     error
	}{
		"refused":            {&fakeRPC{code: types.ErrVotingClosed.ABCICode()}, time.Time{}, types.ErrVotingClosed},
		"another ballot":     {&fakeRPC{ballot: other}, time.Time{}, types.ErrNullifierUsed},
		"nullifier used":     {&fakeRPC{ballot: other, code: types.ErrNullifierUsed.ABCICode()}, time.Time{}, types.ErrNullifierUsed},
		"failed in a block":  {&fakeRPC{failure: &abci.ExecTxResult{Code: types.ErrBallotProof.ABCICode(), Codespace: types.ModuleName}}, time.Time{}, types.ErrBallotProof},
		"closed in meantime": {&fakeRPC{time: time.Now()}, past, types.ErrVotingClosed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := deliver(t, 5*time.Second, test.closing, test.node)
			require.Equal(t, FateNotCounted, d.Fate)
			require.ErrorIs(t, d.Reason, test.err)
		})
	}
}

func TestASecondRunFindsItsOwnBallot(t *testing.T) {
	t.Parallel()
	d := deliver(t, time.Second, time.Time{}, &fakeRPC{ballot: recorded(message()), code: types.ErrNullifierUsed.ABCICode()})
	require.Equal(t, FateCounted, d.Fate)
	require.NoError(t, d.Reason)
}

func TestNotSentWhenNoNodeIsReached(t *testing.T) {
	t.Parallel()
	node := &fakeRPC{}
	c := connect(t, node)
	node.down = true
	d := c.Deliver(t.Context(), message(), []byte("tx"), time.Time{}, proven, nil)
	require.Equal(t, FateNotCounted, d.Fate)
	require.ErrorIs(t, d.Reason, ErrNotSent)
}

func TestConnecting(t *testing.T) {
	t.Parallel()
	node := func(f *fakeRPC) *Node { return NewNode("url", sdkclient.Context{}.WithClient(f)) }
	c, err := New(t.Context(), "", node(&fakeRPC{down: true}), node(&fakeRPC{chain: "x"}))
	require.NoError(t, err)
	require.Equal(t, "x", c.ChainID())
	require.Len(t, c.Silent(), 1)
	_, err = New(t.Context(), "", node(&fakeRPC{down: true}))
	require.ErrorIs(t, err, ErrNoNode)
	_, err = New(t.Context(), "", node(&fakeRPC{chain: "x"}), node(&fakeRPC{chain: "y"}))
	require.ErrorIs(t, err, ErrOtherChain)
	_, err = New(t.Context(), "z", node(&fakeRPC{chain: "x"}))
	require.ErrorIs(t, err, ErrOtherChain)
}

func TestRefusalsHaveASentenceAndTheModulesError(t *testing.T) {
	t.Parallel()
	err := refusal(types.ModuleName, types.ErrVotingClosed.ABCICode(), "closes at noon: voting is not open\nstack trace")
	require.ErrorIs(t, err, ErrRefused)
	require.ErrorIs(t, err, types.ErrVotingClosed)
	require.Equal(t, "closes at noon: voting is not open", err.Error())
	sentence, hint := Explain(err)
	require.Equal(t, "voting is not open", sentence)
	require.NotEmpty(t, hint)
	sentence, _ = Explain(errors.New("something else"))
	require.Empty(t, sentence)
	require.Equal(t, "voting is not open", refusal(types.ModuleName, types.ErrVotingClosed.ABCICode(), "").Error())
	require.LessOrEqual(t, len(refusal("x", 9, strings.Repeat("y", 1000)).Error()), 300)
}

func TestExpectedSequence(t *testing.T) {
	t.Parallel()
	err := refusal(sdkerrors.RootCodespace, sdkerrors.ErrWrongSequence.ABCICode(), "account sequence mismatch, expected 12, got 3: incorrect account sequence")
	n, ok := expectedSequence(err)
	require.True(t, ok)
	require.Equal(t, uint64(12), n)
	require.True(t, passing(err))
	require.True(t, passing(refusal(types.ModuleName, types.ErrBallotPending.ABCICode(), "")))
	_, ok = expectedSequence(refusal(types.ModuleName, 2, "expected 12, got 3"))
	require.False(t, ok)
}

func TestGasLimitGrowsWithTheMessage(t *testing.T) {
	t.Parallel()
	small := GasLimit(&types.MsgCommitDeal{})
	require.Greater(t, GasLimit(&types.MsgRegisterElectors{Electors: make([]types.Elector, 10)}), small)
	require.Greater(t, GasLimit(&types.MsgSubmitDeal{Deal: make([]byte, 10)}), small)
	require.Greater(t, GasLimit([]sdk.Msg{&types.MsgPublishResult{}}...), small)
}

func TestTxHash(t *testing.T) {
	t.Parallel()
	require.Equal(t, strings.ToUpper(hex.EncodeToString(cmttypes.Tx("tx").Hash())), TxHash([]byte("tx")))
}
