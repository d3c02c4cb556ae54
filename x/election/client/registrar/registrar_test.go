package registrar_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/client/registrar"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/roll"
	"github.com/evoted/evoted/x/election/types"
)

var errBroken = errors.New("connection broken")

// ledger is a chain with one election, and the account of one registrar.
type ledger struct {
	election types.Election
	electors []types.Elector
	attested *types.MsgAttestRoll
	batches  []int
	failAt   int // batch that fails, from 1; 0: none
	address  string
}

func newLedger() *ledger {
	return &ledger{address: "registrar", election: types.Election{Id: 1, Registrars: []string{"other", "registrar"}}}
}

func (l *ledger) Address() string { return l.address }

func (l *ledger) Election(_ context.Context, id uint64) (*types.Election, error) {
	if id != l.election.Id {
		return nil, fmt.Errorf("%w: %d", types.ErrElectionNotFound, id)
	}
	return &l.election, nil
}

func (*ledger) Params(context.Context) (*types.Params, error) { return &types.Params{MaxBatch: 2}, nil }

func (l *ledger) Roll(context.Context, uint64, func(done, total uint64)) ([]types.Elector, error) {
	return l.electors, nil
}

func (l *ledger) Send(_ context.Context, messages ...sdk.Msg) (client.Included, error) {
	switch m := messages[0].(type) {
	case *types.MsgRegisterElectors:
		if l.failAt == len(l.batches)+1 {
			return client.Included{}, errBroken
		}
		l.batches = append(l.batches, len(m.Electors))
		l.electors = append(l.electors, m.Electors...)
	case *types.MsgAttestRoll:
		l.attested = m
		l.election.Roll.Status = types.ROLL_STATUS_SEALED
	}
	return client.Included{Height: 7}, nil
}

func TestEnrolContinuesAfterAnInterruption(t *testing.T) {
	t.Parallel()
	chain := newLedger()
	chain.failAt = 2
	list := electors(1, 1, 2, 2, 3, 3, 4, 4, 5, 5)
	done, err := registrar.Enrol(t.Context(), chain, chain, 1, list, nil)
	require.ErrorIs(t, err, errBroken)
	require.Equal(t, 2, done.Added)

	chain.failAt = 0
	done, err = registrar.Enrol(t.Context(), chain, chain, 1, list, nil)
	require.NoError(t, err)
	require.Equal(t, registrar.Enrolled{Added: 3, Batches: 2, Skipped: 2, Total: 5}, done)
	require.Equal(t, list, chain.electors)
	require.Equal(t, []int{2, 2, 1}, chain.batches)

	done, err = registrar.Enrol(t.Context(), chain, chain, 1, list, nil)
	require.NoError(t, err)
	require.Equal(t, registrar.Enrolled{Skipped: 5, Total: 5}, done)
}

func TestEnrolRefuses(t *testing.T) {
	t.Parallel()
	list := electors(1, 1, 2, 2)

	chain := newLedger()
	chain.address = "stranger"
	_, err := registrar.Enrol(t.Context(), chain, chain, 1, list, nil)
	require.ErrorIs(t, err, registrar.ErrNotRegistrar)

	chain = newLedger()
	_, err = registrar.Enrol(t.Context(), chain, chain, 9, list, nil)
	require.ErrorIs(t, err, types.ErrElectionNotFound)

	chain.electors = electors(1, 9)
	_, err = registrar.Enrol(t.Context(), chain, chain, 1, list, nil)
	require.ErrorIs(t, err, registrar.ErrDiffers)
	require.Empty(t, chain.batches, "nothing is sent")

	chain.electors = electors(1, 1)
	chain.election.Roll.Status = types.ROLL_STATUS_SEALED
	_, err = registrar.Enrol(t.Context(), chain, chain, 1, list, nil)
	require.ErrorIs(t, err, registrar.ErrSealed)
}

func TestAttestComputesFromItsOwnListInTheChainsOrder(t *testing.T) {
	t.Parallel()
	chain := newLedger()
	chain.electors = electors(3, 30, 1, 10, 2, 20)
	own := electors(1, 10, 2, 20, 3, 30)
	result, err := registrar.Attest(t.Context(), chain, chain, 1, own, nil)
	require.NoError(t, err)

	leaves := make([]field.Element, 3)
	for i, e := range chain.electors {
		id, err := field.Parse(e.Commitment)
		require.NoError(t, err)
		leaves[i], err = roll.Leaf(id, e.Weight)
		require.NoError(t, err)
	}
	require.Equal(t, field.Bytes(roll.BuildRoot(leaves)), chain.attested.Root)
	require.Equal(t, uint64(3), result.Count)
	require.Equal(t, uint64(60), result.TotalPower)
	require.Equal(t, types.ROLL_STATUS_SEALED, result.Status)
}

func TestAttestNamesEveryDifference(t *testing.T) {
	t.Parallel()
	own := electors(1, 10, 2, 20)
	for name, onChain := range map[string][]types.Elector{
		"missing": electors(1, 10),
		"extra":   electors(1, 10, 2, 20, 3, 30),
		"weight":  electors(1, 10, 2, 21),
		"twice":   slices.Concat(electors(1, 10, 2, 20), electors(2, 20)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chain := newLedger()
			chain.electors = onChain
			_, err := registrar.Attest(t.Context(), chain, chain, 1, own, nil)
			require.ErrorIs(t, err, registrar.ErrDiffers)
			require.Nil(t, chain.attested, "nothing is attested")
		})
	}
}
