package app_test

import (
	"crypto/rand"
	"sync"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/client"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	sdktx "github.com/cosmos/cosmos-sdk/types/tx"

	"github.com/evoted/evoted/app"
	"github.com/evoted/evoted/testutil/fixture"
	"github.com/evoted/evoted/testutil/network"
	"github.com/evoted/evoted/x/election/ante"
	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/types"
)

// TestProofCheckedOnce: from admission to execution a node checks a proof once.
func TestProofCheckedOnce(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	tx := ballotTx(t, c, 0, 1)
	require.Zero(t, check(t, c, tx))
	require.True(t, accepts(t, c, tx))
	require.Len(t, prepare(t, c, tx), 1)
	require.Equal(t, []uint32{0}, block(t, c, tx))
	checked, remembered := c.App.ProofsChecked()
	require.EqualValues(t, 1, checked)
	require.GreaterOrEqual(t, remembered, uint64(3))

	// A node that sees the ballot in a block for the first time checks it once as well.
	other := newChain(t, fixture.Options{})
	require.Equal(t, []uint32{0}, block(t, other, tx))
	checked, _ = other.App.ProofsChecked()
	require.EqualValues(t, 1, checked)
}

// TestNoProofForCheapRefusals: what something cheap refuses never comes to the proof.
func TestNoProofForCheapRefusals(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	tx := ballotTx(t, c, 0, 1)
	require.Equal(t, []uint32{0}, block(t, c, tx))
	before, _ := c.App.ProofsChecked()
	c.App.ForgetProofs()

	b, err := c.Election.Unproved(1, 0, 1)
	require.NoError(t, err)
	elsewhere, err := b.Tx("evoted-other-1")
	require.NoError(t, err)
	unknown := *b.Message
	unknown.ElectionId = 5
	short := *b.Message
	short.Proof = short.Proof[1:]
	for _, refused := range [][]byte{
		elsewhere,
		sign(t, c, fixture.Ballot{Message: &unknown, Key: b.Key}),
		sign(t, c, fixture.Ballot{Message: &short, Key: b.Key}),
		ballotTx(t, c, 0, 1),
		append(sign(t, c, b), 0x1a, 0x00),
	} {
		require.NotZero(t, check(t, c, refused))
		require.False(t, accepts(t, c, refused))
		require.NotZero(t, block(t, c, refused)[0])
	}
	after, _ := c.App.ProofsChecked()
	require.Equal(t, before, after)

	// Of many variants of one ballot, one is pending and proved.
	for i := range 50 {
		code := check(t, c, ballotTx(t, c, 2, uint64(i+1)))
		require.Equal(t, i > 0, code == types.ErrNullifierUsed.ABCICode())
	}
	after, _ = c.App.ProofsChecked()
	require.Equal(t, before+1, after)
}

// TestRecheck: what waits in the mempool is checked against the new state, without proofs
// and signatures.
func TestRecheck(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	waiting, rival := ballotTx(t, c, 0, 1), ballotTx(t, c, 0, 1)
	still := ballotTx(t, c, 1, 1)
	require.Zero(t, check(t, c, waiting))
	require.Zero(t, check(t, c, still))
	require.Equal(t, []uint32{0}, block(t, c, rival))
	c.App.ForgetProofs()
	before, known := c.App.ProofsChecked()
	gone, err := c.Recheck(waiting)
	require.NoError(t, err)
	require.Equal(t, types.ErrNullifierUsed.ABCICode(), gone.Code)
	stays, err := c.Recheck(still)
	require.NoError(t, err)
	require.Zero(t, stays.Code)
	// It holds its place against a later one.
	require.Equal(t, types.ErrNullifierUsed.ABCICode(), check(t, c, ballotTx(t, c, 1, 1)))
	after, stillKnown := c.App.ProofsChecked()
	require.Equal(t, []uint64{before, known}, []uint64{after, stillKnown})
}

// TestSimulation: anybody may ask for the gas of a ballot, so it costs the node no proof.
func TestSimulation(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	tx := ballotTx(t, c, 0, 1)
	before := stores(t, c)
	for range 3 {
		gas, _, err := c.App.SimulateTx(tx)
		require.NoError(t, err)
		require.Equal(t, types.BallotGas, gas.GasUsed)
	}
	checked, remembered := c.App.ProofsChecked()
	require.Zero(t, checked+remembered)
	require.True(t, before == stores(t, c), "the state has changed")
	require.Zero(t, check(t, c, tx))

	official := officialTx(t, c, c.Election.Trustees[0], 0, registerKey(t, c, 0))
	gas, _, err := c.App.SimulateTx(official)
	require.NoError(t, err)
	require.NotZero(t, gas.GasUsed)
	require.Less(t, gas.GasUsed, uint64(fixture.DefaultGas))
	// A client asks before it signs: the signature is there, but empty.
	body, authInfo := parts(t, official)
	unsigned, err := (&sdktx.TxRaw{BodyBytes: body, AuthInfoBytes: authInfo, Signatures: [][]byte{{}}}).Marshal()
	require.NoError(t, err)
	estimate, _, err := c.App.SimulateTx(unsigned)
	require.NoError(t, err)
	require.NotZero(t, estimate.GasUsed)
	require.Equal(t, sdkerrors.ErrUnauthorized.ABCICode(), check(t, c, unsigned))
	_, _, err = c.App.SimulateTx([]byte("not a transaction"))
	require.Error(t, err)
}

// TestSimulationIsBounded: no simulation runs under CometBFT's lock, none waits for another,
// and none goes on for ever.
func TestSimulationIsBounded(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	c.App.RegisterTxService(client.Context{}.WithInterfaceRegistry(c.App.EncodingConfig().InterfaceRegistry))
	official := officialTx(t, c, c.Election.Trustees[0], 0, registerKey(t, c, 0))
	request, err := (&sdktx.SimulateRequest{TxBytes: official}).Marshal()
	require.NoError(t, err)
	for path, data := range map[string][]byte{
		"/app/simulate": official, "/cosmos.tx.v1beta1.Service/Simulate": request,
	} {
		answer, err := c.App.Query(t.Context(), &abci.RequestQuery{Path: path, Data: data})
		require.NoError(t, err)
		require.Equal(t, sdkerrors.ErrInvalidRequest.ABCICode(), answer.Code, path)
		require.Contains(t, answer.Log, "gRPC")
	}

	c.App.WhileSimulating(func() {
		_, _, err := c.App.SimulateTx(official)
		require.Equal(t, codes.ResourceExhausted, status.Code(err))
		// A ballot costs nothing to speak of and is not held up.
		_, _, err = c.App.SimulateTx(ballotTx(t, c, 0, 1))
		require.NoError(t, err)
	})
	gas, _, err := c.App.SimulateTx(official)
	require.NoError(t, err)
	require.EqualValues(t, ante.GasBound(registerKey(t, c, 0)), gas.GasWanted)

	// The same message again and again: it stops at the bound.
	endless := make([]sdk.Msg, 0, ante.MaxOfficialMessages)
	for range ante.MaxOfficialMessages {
		endless = append(endless, &types.MsgConfirmDeals{Trustee: c.Election.Trustees[0].Text, ElectionId: fixture.ID})
	}
	tx, err := c.App.TxDecode(officialTx(t, c, c.Election.Trustees[0], 0, endless...))
	require.NoError(t, err)
	ctx, err := ante.OfficialGasDecorator{}.AnteHandle(c.App.GetContextForCheckTx(nil), tx, true,
		func(ctx sdk.Context, _ sdk.Tx, _ bool) (sdk.Context, error) { return ctx, nil })
	require.NoError(t, err)
	require.EqualValues(t, ante.MaxSimulatedGas, ctx.GasMeter().Limit())
}

// TestRevisionFlood: with LAST_COUNTS an elector has one pending ballot, whatever revisions
// it signs: one place in the mempool and one proof, until it is in a block.
func TestRevisionFlood(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{Policy: types.REVOTE_POLICY_LAST_COUNTS})
	txs := make([][]byte, 0, 30)
	for revision := range uint64(30) {
		txs = append(txs, ballotTx(t, c, 0, revision+1))
		require.Equal(t, revision > 0, check(t, c, txs[revision]) == types.ErrBallotPending.ABCICode(), revision)
	}
	checked, _ := c.App.ProofsChecked()
	require.EqualValues(t, 1, checked)
	require.Equal(t, txs[:1], prepare(t, c, txs...))

	// Another block passes, and the pending one keeps its place.
	block(t, c)
	for range 2 {
		stays, err := c.Recheck(txs[0])
		require.NoError(t, err)
		require.Zero(t, stays.Code)
		require.Equal(t, types.ErrBallotPending.ABCICode(), check(t, c, txs[1]))
	}
	// Once it is in a block the elector may vote again.
	require.Equal(t, []uint32{0}, block(t, c, txs[0]))
	gone, err := c.Recheck(txs[0])
	require.NoError(t, err)
	require.Equal(t, types.ErrRevision.ABCICode(), gone.Code)
	require.Zero(t, check(t, c, txs[1]))
	require.Equal(t, types.ErrBallotPending.ABCICode(), check(t, c, txs[2]))
	require.Equal(t, []uint32{0}, block(t, c, txs[1]))
}

// TestCacheChangesNothing: a node that remembers all proofs and one that remembers none
// have the same gas, the same codes and the same state.
func TestCacheChangesNothing(t *testing.T) {
	t.Parallel()
	warm, cold := newChain(t, fixture.Options{}), newChain(t, fixture.Options{})
	bad, err := warm.Election.Unproved(5, 0, 1)
	require.NoError(t, err)
	bad.Message.Proof[0] = badProof
	txs := [][]byte{
		ballotTx(t, warm, 0, 1), ballotTx(t, warm, 1, 1), ballotTx(t, warm, 0, 2), sign(t, warm, bad),
		officialTx(t, warm, warm.Election.Organiser, 0, abort(warm)), []byte("not a transaction"),
	}
	for _, tx := range txs {
		check(t, warm, tx)
	}
	require.Equal(t, warm.AppHash, cold.AppHash)
	hot, err := warm.Block(txs...)
	require.NoError(t, err)
	fresh, err := cold.Block(txs...)
	require.NoError(t, err)
	require.Equal(t, hot.AppHash, fresh.AppHash)
	for i := range txs {
		a, b := hot.TxResults[i], fresh.TxResults[i]
		require.Equal(t, []any{a.Code, a.GasWanted, a.GasUsed, a.Data}, []any{b.Code, b.GasWanted, b.GasUsed, b.Data}, i)
	}
	require.EqualValues(t, types.BallotGas, hot.TxResults[0].GasWanted)
	require.EqualValues(t, types.BallotGas, hot.TxResults[0].GasUsed)
	require.EqualValues(t, types.BallotGas, hot.TxResults[2].GasUsed)
	require.EqualValues(t, types.BallotGas, hot.TxResults[3].GasUsed)
}

// TestReplay: the nullifier and the chain id keep a ballot from counting twice, also after
// the node was started again and its memory is empty.
func TestReplay(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	tx, waiting := ballotTx(t, c, 0, 1), ballotTx(t, c, 1, 1)
	require.Equal(t, []uint32{0}, block(t, c, tx))
	c.Restart()
	c.App.SetProofVerifier(judge)
	require.Equal(t, types.ErrNullifierUsed.ABCICode(), check(t, c, tx))
	require.False(t, accepts(t, c, tx))
	// A node that has just started takes new ballots before its first block.
	require.Zero(t, check(t, c, waiting))
	requireHarmless(t, c, tx)
	require.Equal(t, []uint32{0}, block(t, c, waiting))

	other, err := fixture.New(fixture.Options{ChainID: "evoted-other-1"})
	require.NoError(t, err)
	elsewhere, err := network.NewChain(other)
	require.NoError(t, err)
	elsewhere.App.SetProofVerifier(judge)
	block(t, elsewhere)
	require.Equal(t, types.ErrBallotSignature.ABCICode(), check(t, elsewhere, tx))
}

// TestVerdicts: a remembered verdict is that of the same question only, and refusals are not
// remembered.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	material, err := fixture.Material()
	require.NoError(t, err)
	vk, err := key.ParseVerifyingKey(material.VerifyingKey, ballot.Slots8)
	require.NoError(t, err)
	v, err := app.NewVerdicts(4)
	require.NoError(t, err)
	v.SetVerifier(judge)
	inputs := []field.Element{field.HashTo("test", []byte("a")), field.HashTo("test", []byte("b"))}
	proof := make([]byte, key.ProofSize)
	require.NoError(t, v.Check(vk, inputs, proof))
	require.NoError(t, v.Check(vk, inputs, proof))
	checked, remembered := v.Counts()
	require.Equal(t, []uint64{1, 1}, []uint64{checked, remembered})

	for _, other := range [][]field.Element{inputs[:1], {inputs[1], inputs[0]}, append(inputs[:2:2], inputs[0]), nil} {
		require.NoError(t, v.Check(vk, other, proof))
	}
	checked, _ = v.Counts()
	require.EqualValues(t, 5, checked)

	proof[0] = badProof
	for range 3 {
		require.ErrorIs(t, v.Check(vk, inputs, proof), errBadProof)
	}
	checked, _ = v.Counts()
	require.EqualValues(t, 8, checked)

	// Many callers at once, more proofs than there is room for.
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				filler := make([]byte, key.ProofSize)
				_, _ = rand.Read(filler[1:])
				if err := v.Check(vk, inputs, filler); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	_, err = app.NewVerdicts(0)
	require.Error(t, err)
}

// TestRealVerifier: without the judge of the tests, a filler is no proof.
func TestRealVerifier(t *testing.T) {
	t.Parallel()
	e, err := fixture.New(fixture.Options{})
	require.NoError(t, err)
	c, err := network.NewChain(e)
	require.NoError(t, err)
	block(t, c)
	tx := ballotTx(t, c, 0, 1)
	require.Equal(t, types.ErrBallotProof.ABCICode(), check(t, c, tx))
	require.False(t, accepts(t, c, tx))
	requireHarmless(t, c, tx)
}
