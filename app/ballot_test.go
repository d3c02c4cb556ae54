package app_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	sdktx "github.com/cosmos/cosmos-sdk/types/tx"

	"github.com/evoted/evoted/testutil/fixture"
	"github.com/evoted/evoted/testutil/network"
	"github.com/evoted/evoted/x/election/types"
)

// TestBallotDefects: each defect alone has its own error code, whatever else is right.
func TestBallotDefects(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	code := func(err interface{ ABCICode() uint32 }) uint32 { return err.ABCICode() }
	tests := []struct {
		name   string
		change func(m *types.MsgCastBallot)
		code   uint32
	}{
		{"proof too short", func(m *types.MsgCastBallot) { m.Proof = m.Proof[1:] }, code(types.ErrBallotSize)},
		{"proof too long", func(m *types.MsgCastBallot) { m.Proof = append(m.Proof, 0xff, 0xff, 0xff, 0xff) }, code(types.ErrBallotSize)},
		{"no proof", func(m *types.MsgCastBallot) { m.Proof = nil }, code(types.ErrBallotSize)},
		{"ciphertext too short", func(m *types.MsgCastBallot) { m.Ciphertext = m.Ciphertext[64:] }, code(types.ErrBallotSize)},
		{"other format", func(m *types.MsgCastBallot) {
			m.Ciphertext = append(m.Ciphertext, bytes.Repeat(m.Ciphertext[:64], 24)...)
		}, code(types.ErrBallotSize)},
		{"nullifier not canonical", func(m *types.MsgCastBallot) { m.Nullifier = bytes.Repeat([]byte{0xff}, 32) }, code(types.ErrInvalidEncoding)},
		{"nullifier too short", func(m *types.MsgCastBallot) { m.Nullifier = m.Nullifier[1:] }, code(types.ErrBallotSize)},
		{"point off the curve", func(m *types.MsgCastBallot) { m.Ciphertext[63] ^= 1 }, code(types.ErrInvalidEncoding)},
		{"no election id", func(m *types.MsgCastBallot) { m.ElectionId = 0 }, code(types.ErrInvalidEncoding)},
		{"revision zero", func(m *types.MsgCastBallot) { m.Revision = 0 }, code(types.ErrInvalidEncoding)},
		{"unknown election", func(m *types.MsgCastBallot) { m.ElectionId = 2 }, code(types.ErrElectionNotFound)},
		{"largest election id", func(m *types.MsgCastBallot) { m.ElectionId = ^uint64(0) }, code(types.ErrElectionNotFound)},
		{"bad proof", func(m *types.MsgCastBallot) { m.Proof[0] = badProof }, code(types.ErrBallotProof)},
	}
	for i, tc := range tests {
		b, err := c.Election.Unproved(i%len(c.Election.Electors), 0, 1)
		require.NoError(t, err)
		tc.change(b.Message)
		tx := sign(t, c, b)
		require.Equal(t, tc.code, check(t, c, tx), tc.name)
		require.False(t, accepts(t, c, tx), tc.name)
		require.Empty(t, prepare(t, c, tx), tc.name)
		requireHarmless(t, c, tx)
	}

	b, err := c.Election.Unproved(0, 0, 1)
	require.NoError(t, err)
	elsewhere, err := b.Tx("evoted-other-1")
	require.NoError(t, err)
	require.Equal(t, code(types.ErrBallotSignature), check(t, c, elsewhere))
	// Another key cannot sign for the one in the ballot.
	body, authInfo := parts(t, sign(t, c, b))
	forged, err := fixture.SignParts(c.Election.ChainID, 0, body, authInfo, fixture.NewAccount("thief"))
	require.NoError(t, err)
	require.Equal(t, code(types.ErrBallotSignature), check(t, c, forged))
	// After the ballot counts, the nullifier is used.
	require.Equal(t, []uint32{0}, block(t, c, sign(t, c, b)))
	require.Equal(t, code(types.ErrNullifierUsed), check(t, c, ballotTx(t, c, 0, 2)))
	requireHarmless(t, c, ballotTx(t, c, 0, 2))
}

// TestBallotNotAlone: a ballot beside anything else is refused, whoever signs.
func TestBallotNotAlone(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	b, err := c.Election.Unproved(0, 0, 1)
	require.NoError(t, err)
	other, err := c.Election.Unproved(1, 0, 1)
	require.NoError(t, err)
	for _, messages := range [][]sdk.Msg{
		{b.Message, abort(c)}, {abort(c), b.Message}, {b.Message, b.Message}, {b.Message, other.Message},
	} {
		for _, signers := range [][]fixture.Account{
			{c.Election.Organiser}, {{Key: b.Key}}, {{Key: b.Key}, c.Election.Organiser}, {c.Election.Organiser, {Key: b.Key}},
		} {
			d := draft(t, signers[0], 0, messages...)
			for _, more := range signers[1:] {
				info, err := fixture.SignerInfo(more, 0)
				require.NoError(t, err)
				d.AuthInfo.SignerInfos = append(d.AuthInfo.SignerInfos, info)
			}
			tx, err := d.Sign(c.Election.ChainID, 0, signers...)
			require.NoError(t, err)
			require.Equal(t, types.ErrBallotNotAlone.ABCICode(), check(t, c, tx))
			requireHarmless(t, c, tx)
		}
	}
}

// parts returns the encoded body and authentication part of a transaction.
func parts(t *testing.T, tx []byte) (body, authInfo []byte) {
	t.Helper()
	var raw sdktx.TxRaw
	require.NoError(t, raw.Unmarshal(tx))
	return raw.BodyBytes, raw.AuthInfoBytes
}

func part(number protowire.Number, content []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), content)
}

func number(field protowire.Number, n uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, field, protowire.VarintType), n)
}

// TestBallotEnvelope: there is one transaction for a ballot. Whatever is added to it or
// written in another way is refused, although the elector's own key signs it.
func TestBallotEnvelope(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	b, err := c.Election.Unproved(0, 0, 1)
	require.NoError(t, err)
	tx := sign(t, c, b)
	body, authInfo := parts(t, tx)
	elector := fixture.Account{Key: b.Key}
	message := func(suffix []byte) []byte {
		raw, err := b.Message.Marshal()
		require.NoError(t, err)
		body, err := (&sdktx.TxBody{Messages: []*codectypes.Any{{
			TypeUrl: sdk.MsgTypeURL(b.Message), Value: append(raw, suffix...),
		}}}).Marshal()
		require.NoError(t, err)
		return body
	}
	require.Equal(t, body, message(nil))
	fixed := binary.LittleEndian.AppendUint64(protowire.AppendTag(nil, 2, protowire.Fixed64Type), 1)
	bodies := map[string][]byte{
		"memo":                        part(2, []byte("x")),
		"long memo":                   part(2, make([]byte, 256*1024)),
		"empty memo":                  part(2, nil),
		"timeout height":              number(3, 1_000),
		"timeout height zero":         number(3, 0),
		"padded zero":                 {0x18, 0x80, 0x00},
		"unordered":                   number(4, 1),
		"timeout time":                part(5, number(1, 1)),
		"extension option":            part(1023, part(1, []byte("/x"))),
		"non-critical extension":      part(2047, part(1, []byte("/x"))),
		"unknown critical field":      part(9, []byte("x")),
		"unknown non-critical field":  part(1024, []byte("x")),
		"unknown non-critical number": number(3071, 7),
		"empty message":               part(1, nil),
	}
	auths := map[string][]byte{
		"fee again":        part(2, number(2, types.BallotGas)),
		"no gas":           part(2, number(2, 0)),
		"much gas":         part(2, number(2, 1<<63-1)),
		"a coin":           part(2, part(1, append(part(1, []byte("stake")), part(2, []byte("1"))...))),
		"payer":            part(2, part(3, []byte(c.Election.Organiser.Text))),
		"tip":              part(3, nil),
		"empty signer":     part(1, nil),
		"unknown field":    part(1024, []byte("x")),
		"the signer again": authInfo,
	}
	messages := map[string][]byte{
		"nullifier again":       part(3, b.Message.Nullifier),
		"empty nullifier first": part(3, nil),
		"revision again":        fixed,
		"unknown field":         part(9, []byte("x")),
		"unknown non-critical":  part(1024, []byte("x")),
	}
	refused := func(name string, body, authInfo []byte, signers ...fixture.Account) {
		tx, err := fixture.SignParts(c.Election.ChainID, 0, body, authInfo, signers...)
		require.NoError(t, err)
		codes := []uint32{types.ErrBallotTx.ABCICode(), sdkerrors.ErrTxDecode.ABCICode(), types.ErrBallotSize.ABCICode()}
		require.Contains(t, codes, check(t, c, tx), name)
		require.False(t, accepts(t, c, tx), name)
		require.Empty(t, prepare(t, c, tx), name)
		requireHarmless(t, c, tx)
	}
	for name, suffix := range bodies {
		refused("body: "+name, append(bytes.Clone(body), suffix...), authInfo, elector)
	}
	for name, suffix := range auths {
		refused("authentication: "+name, body, append(bytes.Clone(authInfo), suffix...), elector)
	}
	for name, suffix := range messages {
		refused("message: "+name, message(suffix), authInfo, elector)
	}
	refused("two signatures", body, authInfo, elector, elector)
	refused("no signature", body, authInfo)
	refused("no authentication", body, nil, elector)
	refused("no body", nil, authInfo, elector)

	// A length written with one byte too many.
	padded := append([]byte{tx[0], tx[1] | 0x80, tx[2] | 0x80, 0x00}, tx[3:]...)
	require.Equal(t, sdkerrors.ErrTxDecode.ABCICode(), check(t, c, padded))
	requireHarmless(t, c, padded)

	require.Zero(t, check(t, c, tx))
	require.Equal(t, []uint32{0}, block(t, c, tx))
}

// TestBallotsTouchNoAccounts: no account is made for an ephemeral key, and none is read.
func TestBallotsTouchNoAccounts(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{Electors: 60})
	before := c.App.AccountCount(c.App.NewContext(true))
	var txs [][]byte
	for i := range c.Election.Electors {
		tx := ballotTx(t, c, i, 1)
		require.Zero(t, check(t, c, tx))
		txs = append(txs, tx)
	}
	for _, code := range block(t, c, txs...) {
		require.Zero(t, code)
	}
	require.Equal(t, before, c.App.AccountCount(c.App.NewContext(true)))
	require.Equal(t, len(c.Election.Officials())+network.Authorities, before)
}

// TestSameLength: ballots differ in content, never in length.
func TestSameLength(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	want := len(ballotTx(t, c, 0, 1))
	require.LessOrEqual(t, want, 2048)
	for i := range c.Election.Electors {
		require.Len(t, ballotTx(t, c, i, uint64(1)<<(6*i)), want)
	}
}
