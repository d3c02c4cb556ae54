package app_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/testutil/fixture"
	"github.com/evoted/evoted/testutil/network"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/types"
)

// badProof marks a filler that the test's judge refuses.
const badProof = 0xbd

var errBadProof = errors.New("test: bad proof")

// judge stands in the place of the verifier: it accepts every filler but the marked ones.
func judge(_ *key.VerifyingKey, _ []field.Element, proof []byte) error {
	if proof[0] == badProof {
		return errBadProof
	}
	return nil
}

// newChain returns a chain after its first block, with the test's judge of proofs.
func newChain(t *testing.T, options fixture.Options) *network.Chain {
	t.Helper()
	e, err := fixture.New(options)
	require.NoError(t, err)
	c, err := network.NewChain(e)
	require.NoError(t, err)
	c.App.SetProofVerifier(judge)
	block(t, c)
	return c
}

// block executes a block and returns the codes of its transactions.
func block(t *testing.T, c *network.Chain, txs ...[]byte) []uint32 {
	t.Helper()
	response, err := c.Block(txs...)
	require.NoError(t, err)
	codes := make([]uint32, 0, len(txs))
	for _, result := range response.TxResults {
		codes = append(codes, result.Code)
	}
	return codes
}

// ballotTx returns the transaction of an elector's ballot with a filler for a proof.
func ballotTx(t *testing.T, c *network.Chain, elector int, revision uint64) []byte {
	t.Helper()
	b, err := c.Election.Unproved(elector, elector%2, revision)
	require.NoError(t, err)
	return sign(t, c, b)
}

func sign(t *testing.T, c *network.Chain, b fixture.Ballot) []byte {
	t.Helper()
	tx, err := b.Tx(c.Election.ChainID)
	require.NoError(t, err)
	return tx
}

func accepts(t *testing.T, c *network.Chain, txs ...[]byte) bool {
	t.Helper()
	ok, err := c.Accepts(txs...)
	require.NoError(t, err)
	return ok
}

func prepare(t *testing.T, c *network.Chain, txs ...[]byte) [][]byte {
	t.Helper()
	chosen, err := c.Prepare(txs...)
	require.NoError(t, err)
	return chosen
}

func check(t *testing.T, c *network.Chain, tx []byte) uint32 {
	t.Helper()
	response, err := c.Check(tx)
	require.NoError(t, err)
	return response.Code
}

func TestCastBallot(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	b, err := c.Election.Proved(3, 1, 1)
	require.NoError(t, err)
	tx := sign(t, c, b)
	require.LessOrEqual(t, len(tx), 2048)
	require.Zero(t, check(t, c, tx))
	require.Equal(t, [][]byte{tx}, prepare(t, c, tx))
	require.True(t, accepts(t, c, tx))
	require.Equal(t, []uint32{0}, block(t, c, tx))
	// Once is enough.
	require.Equal(t, types.ErrNullifierUsed.ABCICode(), check(t, c, tx))
	require.Equal(t, []uint32{types.ErrNullifierUsed.ABCICode()}, block(t, c, tx))
}
