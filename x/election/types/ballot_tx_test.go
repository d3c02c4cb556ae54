package types_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdktx "github.com/cosmos/cosmos-sdk/types/tx"
	gogoproto "github.com/cosmos/gogoproto/proto"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/types"
)

func ephemeral(seed string) *secp256k1.PrivKey { return secp256k1.GenPrivKeyFromSecret([]byte(seed)) }

func cast(key *secp256k1.PrivKey) *types.MsgCastBallot {
	points := make([]curve.Point, 9)
	for i := range points {
		points[i] = curve.BaseMul(curve.NewScalar(uint64(i + 5)))
	}
	nullifier := make([]byte, 32)
	nullifier[31] = 7
	return &types.MsgCastBallot{
		ElectionId: 1, Revision: 1, Nullifier: nullifier, EphemeralKey: key.PubKey().Bytes(),
		Ciphertext: curve.JoinPoints(points...), Proof: make([]byte, 192),
	}
}

func TestBallotTx(t *testing.T) {
	t.Parallel()
	key := ephemeral("a")
	m := cast(key)
	require.NoError(t, m.ValidateBasic())
	raw, err := types.SignBallotTx(key, "evoted-test-1", m)
	require.NoError(t, err)
	require.LessOrEqual(t, len(raw), 2048)

	var tx sdktx.TxRaw
	require.NoError(t, tx.Unmarshal(raw))
	require.Len(t, tx.Signatures, 1)
	doc, err := types.BallotSignBytes("evoted-test-1", m)
	require.NoError(t, err)
	require.True(t, key.PubKey().VerifySignature(doc, tx.Signatures[0]))
	elsewhere, err := types.BallotSignBytes("evoted-test-2", m)
	require.NoError(t, err)
	require.False(t, key.PubKey().VerifySignature(elsewhere, tx.Signatures[0]), "the chain id is signed")

	again, err := types.EncodeBallotTx(m, tx.Signatures[0])
	require.NoError(t, err)
	require.Equal(t, raw, again)

	var info sdktx.AuthInfo
	require.NoError(t, info.Unmarshal(tx.AuthInfoBytes))
	require.Equal(t, types.BallotGas, info.Fee.GasLimit)
	require.True(t, info.Fee.Amount.IsZero())
	require.Len(t, info.SignerInfos, 1)
	require.Zero(t, info.SignerInfos[0].Sequence)
}

// The length of a ballot tells nothing: neither about the election nor the revision.
func TestBallotTxLength(t *testing.T) {
	t.Parallel()
	lengths := map[int]bool{}
	for _, n := range []uint64{1, 127, 128, 1 << 20, math.MaxUint64} {
		for _, seed := range []string{"a", "b", "c"} {
			key := ephemeral(seed)
			m := cast(key)
			m.ElectionId, m.Revision = n, n
			raw, err := types.SignBallotTx(key, "evoted-test-1", m)
			require.NoError(t, err)
			lengths[len(raw)] = true
		}
	}
	require.Len(t, lengths, 1)
}

func TestBallotTxMistakes(t *testing.T) {
	t.Parallel()
	key := ephemeral("a")
	m := cast(key)
	_, err := types.SignBallotTx(ephemeral("b"), "evoted-test-1", m)
	require.ErrorIs(t, err, types.ErrBallotSignature)
	_, err = types.SignBallotTx(nil, "evoted-test-1", m)
	require.ErrorIs(t, err, types.ErrBallotSignature)
	for _, n := range []int{0, 63, 65} {
		_, err = types.EncodeBallotTx(m, make([]byte, n))
		require.ErrorIs(t, err, types.ErrBallotTx)
	}
	_, err = types.EncodeBallotTx(nil, make([]byte, 64))
	require.ErrorIs(t, err, types.ErrInvalidEncoding)
	m.EphemeralKey = nil
	_, err = types.BallotSignBytes("evoted-test-1", m)
	require.ErrorIs(t, err, types.ErrInvalidEncoding)
}

// dynamic decodes a message as the SDK's signing context does.
func dynamic(t *testing.T, m *types.MsgCastBallot) *dynamicpb.Message {
	t.Helper()
	registry, err := gogoproto.MergedRegistry()
	require.NoError(t, err)
	descriptor, err := registry.FindDescriptorByName("evoted.election.v1.MsgCastBallot")
	require.NoError(t, err)
	message, ok := descriptor.(protoreflect.MessageDescriptor)
	require.True(t, ok)
	require.NotNil(t, protodesc.ToDescriptorProto(message))
	out := dynamicpb.NewMessage(message)
	encoded, err := m.Marshal()
	require.NoError(t, err)
	require.NoError(t, protoUnmarshal(encoded, out))
	return out
}

func TestCastBallotSigner(t *testing.T) {
	t.Parallel()
	key := ephemeral("a")
	signers, err := types.CastBallotSigner(dynamic(t, cast(key)))
	require.NoError(t, err)
	require.Equal(t, [][]byte{key.PubKey().Address()}, signers)
	require.Len(t, sdk.AccAddress(signers[0]), 20)
	for _, n := range []int{0, 32, 34, 65} {
		m := cast(key)
		m.EphemeralKey = make([]byte, n)
		_, err := types.CastBallotSigner(dynamic(t, m))
		require.ErrorIs(t, err, types.ErrBallotSize)
	}
	_, err = types.CastBallotSigner(nil)
	require.ErrorIs(t, err, types.ErrInvalidEncoding)
	_, err = types.CastBallotSigner(&emptypb.Empty{})
	require.ErrorIs(t, err, types.ErrInvalidEncoding)
}
