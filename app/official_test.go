package app_test

import (
	"crypto/rand"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/multisig"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	sdktx "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"

	"github.com/evoted/evoted/testutil/fixture"
	"github.com/evoted/evoted/testutil/network"
	"github.com/evoted/evoted/x/election/ante"
	"github.com/evoted/evoted/x/election/crypto/keygen"
	"github.com/evoted/evoted/x/election/types"
)

// accountNumber returns the number of an official's account in the fixture's genesis.
func accountNumber(c *network.Chain, account fixture.Account) uint64 {
	return uint64(slices.IndexFunc(c.Election.Officials(), func(other fixture.Account) bool {
		return other.Text == account.Text
	}))
}

// abort is a message of the organiser that passes every check of a transaction, and fails
// when it is executed because the election is open.
func abort(c *network.Chain) sdk.Msg {
	return &types.MsgAbortElection{Organiser: c.Election.Organiser.Text, ElectionId: fixture.ID, Explanation: "why not"}
}

// registerKey is a message of a trustee that succeeds.
func registerKey(t *testing.T, c *network.Chain, trustee int) sdk.Msg {
	t.Helper()
	account := c.Election.Trustees[trustee]
	proof, err := keygen.ProveKey(c.Election.ChainID, account.Text, c.Election.TrusteeKeys[trustee], rand.Reader)
	require.NoError(t, err)
	return &types.MsgRegisterTrusteeKey{
		Trustee: account.Text, PublicKey: c.Election.Parameters.TrusteeKeys[trustee].Bytes(), Proof: proof,
	}
}

func draft(t *testing.T, signer fixture.Account, sequence uint64, messages ...sdk.Msg) fixture.Draft {
	t.Helper()
	d, err := fixture.NewDraft(signer, sequence, messages...)
	require.NoError(t, err)
	return d
}

func signDraft(t *testing.T, c *network.Chain, d fixture.Draft, signers ...fixture.Account) []byte {
	t.Helper()
	number := uint64(0)
	if len(signers) > 0 {
		number = accountNumber(c, signers[0])
	}
	tx, err := d.Sign(c.Election.ChainID, number, signers...)
	require.NoError(t, err)
	return tx
}

// officialTx returns a signed transaction.
func officialTx(t *testing.T, c *network.Chain, signer fixture.Account, sequence uint64, messages ...sdk.Msg) []byte {
	t.Helper()
	return signDraft(t, c, draft(t, signer, sequence, messages...), signer)
}

func TestOfficialTransaction(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	trustee := c.Election.Trustees[0]
	tx := officialTx(t, c, trustee, 0, registerKey(t, c, 0))
	require.Zero(t, check(t, c, tx))
	require.True(t, accepts(t, c, tx))
	require.Equal(t, []uint32{0}, block(t, c, tx))
	// The sequence keeps it from coming again, also after a restart.
	require.Equal(t, sdkerrors.ErrWrongSequence.ABCICode(), check(t, c, tx))
	c.Restart()
	require.Equal(t, sdkerrors.ErrWrongSequence.ABCICode(), check(t, c, tx))
	require.False(t, accepts(t, c, tx))
	// The next one has the next sequence.
	require.Zero(t, check(t, c, officialTx(t, c, trustee, 1, &types.MsgConfirmDeals{Trustee: trustee.Text, ElectionId: fixture.ID})))
}

// TestOfficialDefects: each defect alone is refused, by the mempool, in a proposal and in a
// block, and changes nothing.
func TestOfficialDefects(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	organiser := c.Election.Organiser
	stranger := fixture.NewAccount("stranger")
	strangerMessage := &types.MsgAbortElection{Organiser: stranger.Text, ElectionId: fixture.ID, Explanation: "why not"}
	option, err := codectypes.NewAnyWithValue(&types.MsgConfirmDeals{})
	require.NoError(t, err)
	tests := []struct {
		name   string
		change func(d *fixture.Draft)
		signer []fixture.Account
		code   uint32
	}{
		{name: "memo", change: func(d *fixture.Draft) { d.Body.Memo = string(make([]byte, ante.MaxMemoLength+1)) }, code: sdkerrors.ErrMemoTooLarge.ABCICode()},
		{name: "extension", change: func(d *fixture.Draft) { d.Body.ExtensionOptions = []*codectypes.Any{option} }, code: sdkerrors.ErrTxDecode.ABCICode()},
		{name: "non-critical extension", change: func(d *fixture.Draft) {
			d.Body.NonCriticalExtensionOptions = []*codectypes.Any{option}
		}, code: sdkerrors.ErrTxDecode.ABCICode()},
		{name: "timeout passed", change: func(d *fixture.Draft) { d.Body.TimeoutHeight = 1 }, code: sdkerrors.ErrTxTimeoutHeight.ABCICode()},
		{name: "timeout in the past", change: func(d *fixture.Draft) { past := c.Time.Add(-1); d.Body.TimeoutTimestamp = &past }, code: sdkerrors.ErrTxTimeout.ABCICode()},
		{name: "unordered", change: func(d *fixture.Draft) { d.Body.Unordered = true }, code: sdkerrors.ErrNotSupported.ABCICode()},
		{name: "fee", change: func(d *fixture.Draft) { d.AuthInfo.Fee.Amount = sdk.NewCoins(sdk.NewInt64Coin("stake", 1)) }, code: sdkerrors.ErrInvalidCoins.ABCICode()},
		{name: "payer", change: func(d *fixture.Draft) { d.AuthInfo.Fee.Payer = stranger.Text }, code: sdkerrors.ErrInvalidCoins.ABCICode()},
		{name: "granter", change: func(d *fixture.Draft) { d.AuthInfo.Fee.Granter = stranger.Text }, code: sdkerrors.ErrInvalidCoins.ABCICode()},
		{name: "no fee at all", change: func(d *fixture.Draft) { d.AuthInfo.Fee = nil }, code: sdkerrors.ErrTxDecode.ABCICode()},
		{name: "no gas", change: func(d *fixture.Draft) { d.AuthInfo.Fee.GasLimit = 0 }, code: sdkerrors.ErrOutOfGas.ABCICode()},
		{name: "gas over the block's", change: func(d *fixture.Draft) { d.AuthInfo.Fee.GasLimit = 1 << 62 }, code: sdkerrors.ErrInvalidGasLimit.ABCICode()},
		{name: "gas over 63 bits", change: func(d *fixture.Draft) { d.AuthInfo.Fee.GasLimit = 1 << 63 }, code: sdkerrors.ErrInvalidGasLimit.ABCICode()},
		{name: "no signer", change: func(d *fixture.Draft) { d.AuthInfo.SignerInfos = nil }, signer: []fixture.Account{}, code: sdkerrors.ErrNoSignatures.ABCICode()},
		{name: "no signature", signer: []fixture.Account{}, code: sdkerrors.ErrNoSignatures.ABCICode()},
		{name: "two signatures", signer: []fixture.Account{organiser, stranger}, code: sdkerrors.ErrTooManySignatures.ABCICode()},
		{name: "two signers", change: func(d *fixture.Draft) {
			d.AuthInfo.SignerInfos = append(d.AuthInfo.SignerInfos, d.AuthInfo.SignerInfos[0])
		}, code: sdkerrors.ErrTooManySignatures.ABCICode()},
		{name: "no mode", change: func(d *fixture.Draft) { d.AuthInfo.SignerInfos[0].ModeInfo = nil }, code: sdkerrors.ErrUnauthorized.ABCICode()},
		{name: "empty mode", change: func(d *fixture.Draft) { d.AuthInfo.SignerInfos[0].ModeInfo = &sdktx.ModeInfo{} }, code: sdkerrors.ErrTxDecode.ABCICode()},
		{name: "multisignature without bits", change: func(d *fixture.Draft) {
			d.AuthInfo.SignerInfos[0].ModeInfo = &sdktx.ModeInfo{Sum: &sdktx.ModeInfo_Multi_{Multi: &sdktx.ModeInfo_Multi{}}}
		}, code: sdkerrors.ErrTxDecode.ABCICode()},
		{name: "other sign mode", change: func(d *fixture.Draft) {
			d.AuthInfo.SignerInfos[0].ModeInfo = &sdktx.ModeInfo{Sum: &sdktx.ModeInfo_Single_{
				Single: &sdktx.ModeInfo_Single{Mode: signing.SignMode_SIGN_MODE_LEGACY_AMINO_JSON},
			}}
		}, code: sdkerrors.ErrUnauthorized.ABCICode()},
		{name: "multisignature key", change: func(d *fixture.Draft) {
			public, err := codectypes.NewAnyWithValue(multisig.NewLegacyAminoPubKey(1, []cryptotypes.PubKey{organiser.Key.PubKey()}))
			require.NoError(t, err)
			d.AuthInfo.SignerInfos[0].PublicKey = public
		}, code: sdkerrors.ErrInvalidPubKey.ABCICode()},
		{name: "wrong key", change: func(d *fixture.Draft) {
			info, err := fixture.SignerInfo(stranger, 0)
			require.NoError(t, err)
			d.AuthInfo.SignerInfos[0] = info
		}, code: sdkerrors.ErrInvalidPubKey.ABCICode()},
		{name: "signed by another", signer: []fixture.Account{stranger}, code: sdkerrors.ErrUnauthorized.ABCICode()},
		{name: "wrong sequence", change: func(d *fixture.Draft) { d.AuthInfo.SignerInfos[0].Sequence = 7 }, code: sdkerrors.ErrWrongSequence.ABCICode()},
		{name: "account unknown", change: func(d *fixture.Draft) {
			*d = draft(t, stranger, 0, strangerMessage)
		}, signer: []fixture.Account{stranger}, code: sdkerrors.ErrUnknownAddress.ABCICode()},
		{name: "two accounts' messages", change: func(d *fixture.Draft) {
			*d = draft(t, organiser, 0, abort(c), strangerMessage)
		}, code: sdkerrors.ErrUnauthorized.ABCICode()},
		{name: "too many messages", change: func(d *fixture.Draft) {
			*d = draft(t, organiser, 0, slices.Repeat([]sdk.Msg{abort(c)}, ante.MaxOfficialMessages+1)...)
		}, code: types.ErrMessageNotAllowed.ABCICode()},
		{name: "quota", change: func(d *fixture.Draft) {
			*d = draft(t, organiser, 0, slices.Repeat([]sdk.Msg{abort(c)}, ante.MaxOfficialMessages)...)
		}, code: types.ErrQuota.ABCICode()},
		{name: "no message", change: func(d *fixture.Draft) { d.Body.Messages = nil }, code: sdkerrors.ErrTxDecode.ABCICode()},
	}
	for _, tc := range tests {
		d := draft(t, organiser, 0, abort(c))
		if tc.change != nil {
			tc.change(&d)
		}
		signers := []fixture.Account{organiser}
		if tc.signer != nil {
			signers = tc.signer
		}
		tx := signDraft(t, c, d, signers...)
		require.Equal(t, tc.code, check(t, c, tx), tc.name)
		require.False(t, accepts(t, c, tx), tc.name)
		require.Empty(t, prepare(t, c, tx), tc.name)
		requireHarmless(t, c, tx)
	}
	// And without any defect it is fine.
	require.Zero(t, check(t, c, officialTx(t, c, organiser, 0, abort(c))))
}

// TestOfficialSizes: how long a transaction may be depends on what it holds.
func TestOfficialSizes(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	registrar := c.Election.Registrars[0]
	electors := make([]types.Elector, 1000)
	for i := range electors {
		electors[i] = types.Elector{Commitment: make([]byte, 32), Weight: 1}
		electors[i].Commitment[30], electors[i].Commitment[31] = byte(i>>8), byte(i+1)
	}
	roll := &types.MsgRegisterElectors{Registrar: registrar.Text, ElectionId: fixture.ID, Electors: electors}
	d := draft(t, registrar, 0, roll)
	run := func(d fixture.Draft) error {
		raw := signDraft(t, c, d, registrar)
		tx, err := c.App.TxDecode(raw)
		if err != nil {
			return err
		}
		ctx, _ := c.App.GetContextForCheckTx(raw).CacheContext()
		_, err = c.App.Ante(ctx, tx, false)
		return err
	}
	require.NoError(t, run(d))
	attest := draft(t, registrar, 0, &types.MsgAttestRoll{Registrar: registrar.Text, ElectionId: fixture.ID, Root: make([]byte, 20_000)})
	require.ErrorIs(t, run(attest), sdkerrors.ErrTxTooLarge)
	deal := func(size int) fixture.Draft {
		return draft(t, registrar, 0, &types.MsgSubmitDeal{Trustee: registrar.Text, ElectionId: fixture.ID, Deal: make([]byte, size)})
	}
	// The largest deal: 21 of 21 trustees for 32 slots.
	require.Equal(t, 67_024, types.MaxDealSize)
	require.NoError(t, run(deal(types.MaxDealSize)))
	require.ErrorIs(t, run(deal(80_000)), sdkerrors.ErrTxTooLarge)
	require.ErrorIs(t, run(deal(ante.MaxTxSize)), sdkerrors.ErrTxDecode)
}
