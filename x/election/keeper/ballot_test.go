package keeper_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	fixture "github.com/evoted/evoted/testutil/election"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/nullifier"
	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/types"
)

// Every failure that is cheap to see is seen before a proof is looked at.
func TestProofIsLast(t *testing.T) {
	t.Parallel()
	c, id, electors := opened(t)
	c.Must(c.Vote(id, electors[0], 1, 1, 0))
	checks := len(c.Checker.Calls)
	for name, change := range map[string]func(m *types.MsgCastBallot){
		"proof short":      func(m *types.MsgCastBallot) { m.Proof = m.Proof[:191] },
		"proof long":       func(m *types.MsgCastBallot) { m.Proof = append(m.Proof, 0xff, 0xff, 0xff, 0xff) },
		"proof huge":       func(m *types.MsgCastBallot) { m.Proof = make([]byte, 500_000) },
		"key short":        func(m *types.MsgCastBallot) { m.EphemeralKey = m.EphemeralKey[:32] },
		"key uncompressed": func(m *types.MsgCastBallot) { m.EphemeralKey[0] = 4 },
		"no revision":      func(m *types.MsgCastBallot) { m.Revision = 0 },
		"no election":      func(m *types.MsgCastBallot) { m.ElectionId = 0 },
		"other format":     func(m *types.MsgCastBallot) { m.Ciphertext = make([]byte, 33*64) },
		"nine slots":       func(m *types.MsgCastBallot) { m.Ciphertext = append(m.Ciphertext, m.Ciphertext[:64]...) },
		"off the curve":    func(m *types.MsgCastBallot) { m.Ciphertext[200] ^= 1 },
		"x plus r":         func(m *types.MsgCastBallot) { copy(m.Ciphertext[64:], addModulus(m.Ciphertext[64:96])[0]) },
		"r is zero": func(m *types.MsgCastBallot) {
			copy(m.Ciphertext, make([]byte, 64))
			m.Ciphertext[63] = 1
		},
		"spent nullifier": func(m *types.MsgCastBallot) { m.Nullifier = c.Vote(id, electors[0], 1, 1, 0).Nullifier },
	} {
		m := c.Vote(id, electors[1], 1, 0, 1)
		change(m)
		before := c.Dump()
		_, err := c.Deliver(m)
		require.Error(t, err, name)
		require.Equal(t, before, c.Dump(), name)
		require.Len(t, c.Checker.Calls, checks, name)
	}
}

func TestInvalidProof(t *testing.T) {
	t.Parallel()
	c, id, electors := opened(t)
	c.Checker.Verify = func(*key.VerifyingKey, []field.Element, []byte) error { return errors.New("no") }
	before := c.Dump()
	_, err := c.Deliver(c.Vote(id, electors[0], 1, 1, 0))
	require.ErrorIs(t, err, types.ErrBallotProof)
	require.Equal(t, before, c.Dump())
}

// The public inputs come from the state and the parsed ballot, in the circuit's order.
func TestPublicInputs(t *testing.T) {
	t.Parallel()
	c, id, electors := opened(t, lastCounts)
	m := c.Vote(id, electors[2], 7, 1, 0)
	c.Must(m)
	require.Len(t, c.Checker.Calls, 1)
	inputs := c.Checker.Calls[0].Inputs
	require.Len(t, inputs, 73)
	require.Equal(t, c.Election(id).Roll.Root, field.Bytes(inputs[0]))
	require.Equal(t, nullifier.ElectionScalar(fixture.ChainID, id), inputs[1])
	require.Equal(t, m.Nullifier, field.Bytes(inputs[2]))
	require.Equal(t, nullifier.Binding(fixture.ChainID, id, 7, m.EphemeralKey), inputs[3])
	require.Equal(t, c.Election(id).KeyGeneration.PublicKeys[0][:32], field.Bytes(inputs[39]))
	require.Equal(t, m.Ciphertext[:32], field.Bytes(inputs[55]))
	require.Equal(t, m.Proof, c.Checker.Calls[0].Proof)
}

// In the states of CheckTx and proposals a reserved ballot refuses a second one; in
// execution the handler alone records.
func TestReserveBallot(t *testing.T) {
	t.Parallel()
	c, id, electors := opened(t)
	m := c.Vote(id, electors[0], 1, 1, 0)
	for _, mode := range []sdk.ExecMode{sdk.ExecModeCheck, sdk.ExecModeReCheck, sdk.ExecModePrepareProposal, sdk.ExecModeProcessProposal} {
		branch, _ := c.Ctx.WithExecMode(mode).CacheContext()
		require.NoError(t, c.Keeper.CheckBallot(branch, m))
		require.NoError(t, c.Keeper.ReserveBallot(branch, m))
		require.ErrorIs(t, c.Keeper.CheckBallot(branch, c.Vote(id, electors[0], 1, 0, 1)), types.ErrNullifierUsed)
		require.NoError(t, c.Keeper.CheckBallot(branch, c.Vote(id, electors[1], 1, 0, 1)))
	}
	before := c.Dump()
	require.NoError(t, c.Keeper.ReserveBallot(c.Ctx.WithExecMode(sdk.ExecModeFinalize), m))
	require.NoError(t, c.Keeper.ReserveBallot(c.Ctx.WithExecMode(sdk.ExecModeSimulate), m))
	require.Equal(t, before, c.Dump())
}

// With LAST_COUNTS too, one ballot of a nullifier is pending: a larger revision waits until
// the first is in a block. A pending ballot that is checked again is not its own rival.
func TestOnePendingBallot(t *testing.T) {
	t.Parallel()
	c, id, electors := opened(t, lastCounts)
	first, second := c.Vote(id, electors[0], 1, 1, 0), c.Vote(id, electors[0], 2, 0, 1)
	for _, mode := range []sdk.ExecMode{sdk.ExecModeCheck, sdk.ExecModePrepareProposal, sdk.ExecModeProcessProposal} {
		branch, _ := c.Ctx.WithExecMode(mode).CacheContext()
		require.NoError(t, c.Keeper.CheckBallot(branch.WithTxBytes([]byte("first")), first))
		require.NoError(t, c.Keeper.ReserveBallot(branch.WithTxBytes([]byte("first")), first))
		require.ErrorIs(t, c.Keeper.CheckBallot(branch.WithTxBytes([]byte("second")), second), types.ErrBallotPending)
		require.ErrorIs(t, c.Keeper.CheckBallot(branch.WithTxBytes([]byte("first")), first), types.ErrBallotPending)
		again := branch.WithExecMode(sdk.ExecModeReCheck).WithIsReCheckTx(true)
		require.NoError(t, c.Keeper.CheckBallot(again.WithTxBytes([]byte("first")), first))
		require.ErrorIs(t, c.Keeper.CheckBallot(again.WithTxBytes([]byte("second")), second), types.ErrBallotPending)
	}
	// What is recorded is in none of these states.
	c.Must(first)
	branch, _ := c.Ctx.WithExecMode(sdk.ExecModeCheck).CacheContext()
	require.NoError(t, c.Keeper.CheckBallot(branch, second))
	require.ErrorIs(t, c.Keeper.CheckBallot(branch, first), types.ErrRevision)
}

// A ballot costs the same whatever the state holds: its handler charges nothing.
func TestBallotGas(t *testing.T) {
	t.Parallel()
	c, id, electors := opened(t)
	first, second := c.Vote(id, electors[0], 1, 1, 0), c.Vote(id, electors[1], 1, 1, 0)
	meter := storetypes.NewGasMeter(types.BallotGas)
	c.Ctx = c.Ctx.WithGasMeter(meter)
	c.Must(first)
	require.NoError(t, c.Keeper.CheckBallot(c.Ctx, second))
	require.NoError(t, c.Keeper.CheckBallotProof(c.Ctx, second))
	require.NoError(t, c.Keeper.ReserveBallot(c.Ctx.WithExecMode(sdk.ExecModeCheck), second))
	require.Zero(t, meter.GasConsumed())
}

func TestNilMessages(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	require.ErrorIs(t, c.Keeper.CheckBallot(c.Ctx, nil), types.ErrInvalidEncoding)
	require.ErrorIs(t, c.Keeper.CheckBallotProof(c.Ctx, nil), types.ErrInvalidEncoding)
	_, err := c.Msg.RegisterElectors(c.Ctx, nil)
	require.ErrorIs(t, err, types.ErrInvalidEncoding)
	_, err = c.Msg.CreateElection(c.Ctx, nil)
	require.ErrorIs(t, err, types.ErrInvalidEncoding)
	_, err = c.Msg.CastBallot(c.Ctx, nil)
	require.ErrorIs(t, err, types.ErrInvalidEncoding)
}

func TestQuota(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	signer := fixture.Account("registrar1")
	for range types.DefaultParams().MaxMessagesPerBlock {
		require.NoError(t, c.Keeper.CountOfficialMessage(c.Ctx, signer))
	}
	require.ErrorIs(t, c.Keeper.CountOfficialMessage(c.Ctx, signer), types.ErrQuota)
	require.NoError(t, c.Keeper.CountOfficialMessage(c.Ctx, fixture.Account("registrar2")))
	require.ErrorIs(t, c.Keeper.CountOfficialMessage(c.Ctx, nil), types.ErrUnauthorised)
}

// storeKey is the key of a map whose keys are an election's id alone.
func storeKey(prefix, id byte) []byte { return []byte{prefix, 0, 0, 0, 0, 0, 0, 0, id} }
