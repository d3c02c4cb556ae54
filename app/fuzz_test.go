package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/app"
	"github.com/evoted/evoted/testutil/fixture"
	"github.com/evoted/evoted/testutil/network"
)

// seeds are transactions of every kind, to begin from.
func seeds(f *testing.F, c *network.Chain) {
	f.Helper()
	b, err := c.Election.Unproved(0, 0, 1)
	require.NoError(f, err)
	tx, err := b.Tx(c.Election.ChainID)
	require.NoError(f, err)
	d, err := fixture.NewDraft(c.Election.Organiser, 0, abort(c))
	require.NoError(f, err)
	official, err := d.Sign(c.Election.ChainID, 0, c.Election.Organiser)
	require.NoError(f, err)
	d.AuthInfo.Fee = nil
	feeless, err := d.Sign(c.Election.ChainID, 0, c.Election.Organiser)
	require.NoError(f, err)
	d.AuthInfo.SignerInfos[0].ModeInfo = nil
	modeless, err := d.Sign(c.Election.ChainID, 0)
	require.NoError(f, err)
	for _, seed := range [][]byte{tx, official, feeless, modeless, tx[:len(tx)/2], append(tx, official...), nil, {0x0a}, {0x0a, 0x00, 0x12, 0x00, 0x1a, 0x00}} {
		f.Add(seed)
	}
}

func fuzzChain(f *testing.F) *network.Chain {
	f.Helper()
	e, err := fixture.New(fixture.Options{})
	require.NoError(f, err)
	c, err := network.NewChain(e)
	require.NoError(f, err)
	c.App.SetProofVerifier(judge)
	_, err = c.Block()
	require.NoError(f, err)
	return c
}

// FuzzTxDecode: foreign bytes are decoded or refused, never a panic, and what is decoded has
// all the parts that later code follows.
func FuzzTxDecode(f *testing.F) {
	seeds(f, fuzzChain(f))
	decode := app.MakeEncodingConfig().TxConfig.TxDecoder()
	f.Fuzz(func(t *testing.T, raw []byte) {
		tx, err := decode(raw)
		if err != nil {
			require.Nil(t, tx)
			return
		}
		require.NotEmpty(t, tx.GetMsgs())
	})
}

// FuzzAnte: whatever decodes is checked without a panic, in all the ways a node checks.
func FuzzAnte(f *testing.F) {
	c := fuzzChain(f)
	seeds(f, c)
	f.Fuzz(func(t *testing.T, raw []byte) {
		checked, err := c.Check(raw)
		require.NoError(t, err)
		require.NotContains(t, checked.Log, "panic")
		require.NotContains(t, checked.Log, "nil pointer")
		_, err = c.Recheck(raw)
		require.NoError(t, err)
		accepted, err := c.Accepts(raw)
		require.NoError(t, err)
		chosen, err := c.Prepare(raw)
		require.NoError(t, err)
		require.Equal(t, accepted, len(chosen) == 1)
		_, _, _ = c.App.SimulateTx(raw)
	})
}
