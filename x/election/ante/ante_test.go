package ante_test

import (
	"context"
	"errors"
	"testing"
	"time"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/stretchr/testify/require"
	protov2 "google.golang.org/protobuf/proto"

	"cosmossdk.io/log/v2"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	sdktx "github.com/cosmos/cosmos-sdk/types/tx"

	"github.com/evoted/evoted/x/election/ante"
	"github.com/evoted/evoted/x/election/types"
)

// fakeTx is a transaction made of parts that no decoder has seen.
type fakeTx struct {
	parts *sdktx.Tx
	msgs  []sdk.Msg
}

func (f fakeTx) GetMsgs() []sdk.Msg                    { return f.msgs }
func (f fakeTx) GetMsgsV2() ([]protov2.Message, error) { return nil, nil }
func (f fakeTx) GetProtoTx() *sdktx.Tx                 { return f.parts }

// fakeKeeper answers as it is told and counts the questions.
type fakeKeeper struct {
	check, proof, reserve, count     error
	checks, proofs, reserves, counts int
}

func (f *fakeKeeper) CheckBallot(context.Context, *types.MsgCastBallot) error {
	f.checks++
	return f.check
}

func (f *fakeKeeper) CheckBallotProof(context.Context, *types.MsgCastBallot) error {
	f.proofs++
	return f.proof
}

func (f *fakeKeeper) ReserveBallot(context.Context, *types.MsgCastBallot) error {
	f.reserves++
	return f.reserve
}

func (f *fakeKeeper) CountOfficialMessage(context.Context, sdk.AccAddress) error {
	f.counts++
	return f.count
}

func newContext() sdk.Context {
	return sdk.NewContext(nil, cmtproto.Header{ChainID: "evoted-test-1", Height: 5, Time: time.Unix(1_900_000_000, 0)}, true, log.NewNopLogger())
}

// whole returns a transaction in which nothing is missing.
func whole(messages ...sdk.Msg) fakeTx {
	parts := &sdktx.Tx{
		Body: &sdktx.TxBody{}, AuthInfo: &sdktx.AuthInfo{Fee: &sdktx.Fee{}},
	}
	for range messages {
		parts.Body.Messages = append(parts.Body.Messages, &codectypes.Any{})
	}
	return fakeTx{parts: parts, msgs: messages}
}

// pass is the end of a chain of checks.
func pass(ctx sdk.Context, _ sdk.Tx, _ bool) (sdk.Context, error) { return ctx, nil }

var errTest = errors.New("test")

func TestRoute(t *testing.T) {
	t.Parallel()
	errBallot, errOfficial := errors.New("ballot lane"), errors.New("official lane")
	lane := func(err error) sdk.AnteHandler {
		return func(ctx sdk.Context, _ sdk.Tx, _ bool) (sdk.Context, error) { return ctx, err }
	}
	route := ante.Route(lane(errBallot), lane(errOfficial))
	cast, abort := &types.MsgCastBallot{}, &types.MsgAbortElection{}
	tests := []struct {
		name string
		tx   sdk.Tx
		err  error
	}{
		{"ballot", whole(cast), errBallot},
		{"official", whole(abort), errOfficial},
		{"two officials", whole(abort, abort), errOfficial},
		{"nothing", whole(), errOfficial},
		{"ballot first", whole(cast, abort), types.ErrBallotNotAlone},
		{"ballot last", whole(abort, cast), types.ErrBallotNotAlone},
		{"two ballots", whole(cast, cast), types.ErrBallotNotAlone},
		{"no parts", fakeTx{msgs: []sdk.Msg{cast}}, sdkerrors.ErrTxDecode},
		{"no body", fakeTx{parts: &sdktx.Tx{AuthInfo: &sdktx.AuthInfo{Fee: &sdktx.Fee{}}}}, sdkerrors.ErrTxDecode},
		{"no authentication", fakeTx{parts: &sdktx.Tx{Body: &sdktx.TxBody{}}}, sdkerrors.ErrTxDecode},
		{"no fee", fakeTx{parts: &sdktx.Tx{Body: &sdktx.TxBody{}, AuthInfo: &sdktx.AuthInfo{}}}, sdkerrors.ErrTxDecode},
		{"empty message", fakeTx{parts: &sdktx.Tx{
			Body: &sdktx.TxBody{Messages: []*codectypes.Any{nil}}, AuthInfo: &sdktx.AuthInfo{Fee: &sdktx.Fee{}},
		}}, sdkerrors.ErrTxDecode},
		{"empty signer", fakeTx{parts: &sdktx.Tx{
			Body: &sdktx.TxBody{}, AuthInfo: &sdktx.AuthInfo{Fee: &sdktx.Fee{}, SignerInfos: []*sdktx.SignerInfo{nil}},
		}}, sdkerrors.ErrTxDecode},
	}
	for _, tc := range tests {
		_, err := route(newContext(), tc.tx, false)
		require.ErrorIs(t, err, tc.err, tc.name)
	}
}

func TestRouteRecovers(t *testing.T) {
	t.Parallel()
	breaks := func(sdk.Context, sdk.Tx, bool) (sdk.Context, error) { panic("out of order") }
	ctx, err := ante.Route(breaks, breaks)(newContext(), whole(&types.MsgCastBallot{}), false)
	require.ErrorIs(t, err, sdkerrors.ErrPanic)
	require.EqualValues(t, 5, ctx.BlockHeight())
}

// TestBallotDecoratorsAlone: no decorator of the ballot lane relies on the router.
func TestBallotDecoratorsAlone(t *testing.T) {
	t.Parallel()
	keeper := &fakeKeeper{}
	lane := []sdk.AnteDecorator{
		ante.BallotShapeDecorator{},
		ante.BallotBytesDecorator{},
		ante.BallotEncodingDecorator{},
		ante.BallotStateDecorator{Keeper: keeper},
		ante.BallotSignatureDecorator{},
		ante.BallotProofDecorator{Keeper: keeper},
		ante.BallotReserveDecorator{Keeper: keeper},
	}
	cast := &types.MsgCastBallot{}
	var nothing *types.MsgCastBallot
	for _, tx := range []sdk.Tx{whole(), whole(&types.MsgAbortElection{}), whole(cast, cast), whole(nothing)} {
		for _, decorator := range lane {
			_, err := decorator.AnteHandle(newContext(), tx, false, pass)
			require.ErrorIs(t, err, types.ErrBallotNotAlone, "%T", decorator)
		}
	}
	require.Zero(t, keeper.checks+keeper.proofs+keeper.reserves)
	for _, decorator := range []sdk.AnteDecorator{lane[0], lane[1], lane[4]} {
		_, err := decorator.AnteHandle(newContext(), fakeTx{msgs: []sdk.Msg{cast}}, false, pass)
		require.ErrorIs(t, err, sdkerrors.ErrTxDecode, "%T", decorator)
		_, err = decorator.AnteHandle(newContext(), whole(cast), false, pass)
		require.ErrorIs(t, err, types.ErrBallotTx, "%T", decorator)
	}
}

func TestBallotModes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name             string
		change           func(sdk.Context) sdk.Context
		simulate         bool
		proofs, reserves int
	}{
		{"check", func(c sdk.Context) sdk.Context { return c }, false, 1, 1},
		{"recheck", func(c sdk.Context) sdk.Context { return c.WithIsReCheckTx(true) }, false, 0, 1},
		{"simulate", func(c sdk.Context) sdk.Context { return c.WithExecMode(sdk.ExecModeSimulate) }, true, 0, 0},
		{"prepare", func(c sdk.Context) sdk.Context { return c.WithExecMode(sdk.ExecModePrepareProposal) }, false, 1, 1},
		{"process", func(c sdk.Context) sdk.Context { return c.WithExecMode(sdk.ExecModeProcessProposal) }, false, 1, 1},
		{"finalize", func(c sdk.Context) sdk.Context { return c.WithExecMode(sdk.ExecModeFinalize) }, false, 1, 0},
	}
	for _, tc := range tests {
		keeper := &fakeKeeper{}
		chain := sdk.ChainAnteDecorators(
			ante.BallotGasDecorator{}, ante.BallotStateDecorator{Keeper: keeper},
			ante.BallotProofDecorator{Keeper: keeper}, ante.BallotReserveDecorator{Keeper: keeper},
		)
		ctx, err := chain(tc.change(newContext()), whole(&types.MsgCastBallot{}), tc.simulate)
		require.NoError(t, err, tc.name)
		require.Equal(t, []int{1, tc.proofs, tc.reserves}, []int{keeper.checks, keeper.proofs, keeper.reserves}, tc.name)
		meter := ctx.GasMeter()
		meter.ConsumeGas(1<<40, "anything")
		meter.RefundGas(1, "anything")
		require.Equal(t, types.BallotGas, meter.Limit())
		require.Equal(t, types.BallotGas, meter.GasConsumed())
		require.Equal(t, types.BallotGas, meter.GasConsumedToLimit())
		require.Zero(t, meter.GasRemaining())
		require.False(t, meter.IsPastLimit() || meter.IsOutOfGas())
		require.Contains(t, meter.String(), "100000")
	}
}

func TestBallotKeeperErrors(t *testing.T) {
	t.Parallel()
	keeper := &fakeKeeper{check: errTest, proof: errTest, reserve: errTest}
	for _, decorator := range []sdk.AnteDecorator{
		ante.BallotStateDecorator{Keeper: keeper}, ante.BallotProofDecorator{Keeper: keeper}, ante.BallotReserveDecorator{Keeper: keeper},
	} {
		_, err := decorator.AnteHandle(newContext(), whole(&types.MsgCastBallot{}), false, pass)
		require.ErrorIs(t, err, errTest)
	}
}

// nesting is a message that holds others.
type nesting struct{ types.MsgAbortElection }

func (*nesting) UnpackInterfaces(codectypes.AnyUnpacker) error { return nil }

func TestOfficialDecoratorsAlone(t *testing.T) {
	t.Parallel()
	abort := &types.MsgAbortElection{}
	run := func(decorator sdk.AnteDecorator, tx sdk.Tx) error {
		_, err := decorator.AnteHandle(newContext(), tx, false, pass)
		return err
	}
	require.ErrorIs(t, run(ante.OfficialMessageDecorator{}, whole()), sdkerrors.ErrInvalidRequest)
	require.ErrorIs(t, run(ante.OfficialMessageDecorator{}, whole(&nesting{})), types.ErrMessageNotAllowed)
	require.ErrorIs(t, run(ante.OfficialMessageDecorator{}, whole(&types.MsgCastBallot{})), types.ErrMessageNotAllowed)
	require.NoError(t, run(ante.OfficialMessageDecorator{}, whole(abort)))

	// None of them follows a part that is not there.
	for _, decorator := range []sdk.AnteDecorator{
		ante.OfficialFeeDecorator{},
		ante.OfficialSignerDecorator{},
		ante.OfficialMemoDecorator{},
		ante.OfficialExtensionDecorator{},
		ante.OfficialTimeoutDecorator{},
		ante.OfficialEncodingDecorator{},
	} {
		require.ErrorIs(t, run(decorator, fakeTx{msgs: []sdk.Msg{abort}}), sdkerrors.ErrTxDecode, "%T", decorator)
	}
	require.ErrorIs(t, run(ante.OfficialQuotaDecorator{Keeper: &fakeKeeper{}}, whole(abort)), sdkerrors.ErrTxDecode)

	tx := whole(abort)
	tx.parts.Body.ExtensionOptions = []*codectypes.Any{{}}
	require.ErrorIs(t, run(ante.OfficialExtensionDecorator{}, tx), sdkerrors.ErrUnknownExtensionOptions)
	tx = whole(abort)
	tx.parts.Body.NonCriticalExtensionOptions = []*codectypes.Any{{}}
	require.ErrorIs(t, run(ante.OfficialExtensionDecorator{}, tx), sdkerrors.ErrUnknownExtensionOptions)
	tx = whole(abort)
	tx.parts.AuthInfo.SignerInfos = []*sdktx.SignerInfo{{ModeInfo: &sdktx.ModeInfo{Sum: (*sdktx.ModeInfo_Single_)(nil)}}}
	tx.parts.Signatures = [][]byte{{1}}
	require.ErrorIs(t, run(ante.OfficialSignerDecorator{}, tx), sdkerrors.ErrUnauthorized)
	tx.parts.AuthInfo.SignerInfos[0].ModeInfo.Sum = &sdktx.ModeInfo_Multi_{}
	require.ErrorIs(t, run(ante.OfficialSignerDecorator{}, tx), sdkerrors.ErrUnauthorized)
}

func TestBallotOf(t *testing.T) {
	t.Parallel()
	cast := &types.MsgCastBallot{ElectionId: 3}
	m, ok := ante.Ballot(whole(cast))
	require.True(t, ok)
	require.Equal(t, cast, m)
	for _, tx := range []sdk.Tx{whole(), whole(cast, cast), whole(&types.MsgAbortElection{}), whole((*types.MsgCastBallot)(nil))} {
		_, ok := ante.Ballot(tx)
		require.False(t, ok)
	}
}
