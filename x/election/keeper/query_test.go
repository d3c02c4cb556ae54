package keeper_test

import (
	"context"
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/types/query"

	fixture "github.com/evoted/evoted/testutil/election"
	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/types"
)

// Every query of the service answers a nil request, and one about an election that does
// not exist, with a status of its own.
func TestQueriesWithoutSense(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	server := reflect.ValueOf(c.Query)
	for i := range server.NumMethod() {
		name, method := server.Type().Method(i).Name, server.Method(i)
		request := method.Type().In(1)
		call := func(r reflect.Value) codes.Code {
			out := method.Call([]reflect.Value{reflect.ValueOf(context.Context(c.Ctx)), r})
			err, _ := out[1].Interface().(error)
			return status.Code(err)
		}
		require.Equal(t, codes.InvalidArgument, call(reflect.Zero(request)), name)
		empty := reflect.New(request.Elem())
		id := empty.Elem().FieldByName("ElectionId")
		if !id.IsValid() {
			continue
		}
		if nullifier := empty.Elem().FieldByName("Nullifier"); nullifier.IsValid() {
			nullifier.SetString(strings.Repeat("0", 64))
		}
		require.Equal(t, codes.InvalidArgument, call(empty), name)
		id.SetUint(12)
		require.Equal(t, codes.NotFound, call(empty), name)
	}
}

func TestBallotQueries(t *testing.T) {
	t.Parallel()
	c, id, electors := opened(t)
	messages := make([]*types.MsgCastBallot, 0, len(electors))
	for _, e := range electors {
		m := c.Vote(id, e, 1, 1, 0)
		c.Must(m)
		messages = append(messages, m)
	}
	c.Next()
	nullifier := hex.EncodeToString(messages[0].Nullifier)
	r, err := c.Query.Ballot(c.Ctx, &types.QueryBallotRequest{ElectionId: id, Nullifier: nullifier})
	require.NoError(t, err)
	require.Equal(t, messages[0], r.Ballot.Message(id))
	cast, err := messages[0].Ballot(fixture.ChainID)
	require.NoError(t, err)
	require.Equal(t, ballot.TrackingCode(cast.Digest()), r.TrackingCode)

	for _, bad := range []string{"", "0x" + nullifier, strings.ToUpper(nullifier), nullifier[:63], nullifier + "00", strings.Repeat("g", 64), strings.Repeat("f", 64)} {
		_, err := c.Query.Ballot(c.Ctx, &types.QueryBallotRequest{ElectionId: id, Nullifier: bad})
		require.Equal(t, codes.InvalidArgument, status.Code(err), bad)
	}
	_, err = c.Query.Ballot(c.Ctx, &types.QueryBallotRequest{ElectionId: id, Nullifier: strings.Repeat("0", 64)})
	require.Equal(t, codes.NotFound, status.Code(err))

	var seen [][]byte
	request := &query.PageRequest{Limit: 3}
	for {
		page, err := c.Query.Ballots(c.Ctx, &types.QueryBallotsRequest{ElectionId: id, Pagination: request})
		require.NoError(t, err)
		for _, b := range page.Ballots {
			seen = append(seen, b.Nullifier)
		}
		if page.Pagination.NextKey == nil {
			break
		}
		request = &query.PageRequest{Limit: 3, Key: page.Pagination.NextKey}
	}
	require.Len(t, seen, 4)
	for i := range seen[1:] {
		require.Less(t, string(seen[i]), string(seen[i+1]))
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	c := fixture.Empty(t)
	genesis := types.DefaultGenesis()
	genesis.Params.Organisers = []string{fixture.Address("organiser")}
	genesis.Params.MaxActiveElections = 200
	genesis.Circuits = []types.Circuit{fixture.Circuit()}
	require.NoError(t, c.Keeper.InitGenesis(c.Ctx, genesis))
	for range 101 {
		c.Create()
	}
	c.Must(&types.MsgAbortElection{Organiser: fixture.Address("organiser"), ElectionId: 7, Explanation: "mistake"})
	for _, request := range []*query.PageRequest{nil, {}, {Limit: 101}, {Limit: ^uint64(0)}} {
		r, err := c.Query.Elections(c.Ctx, &types.QueryElectionsRequest{Pagination: request})
		require.NoError(t, err)
		require.Len(t, r.Elections, 100)
		next, err := c.Query.Elections(c.Ctx, &types.QueryElectionsRequest{Pagination: &query.PageRequest{Key: r.Pagination.NextKey}})
		require.NoError(t, err)
		require.Len(t, next.Elections, 1)
		require.Equal(t, uint64(101), next.Elections[0].Id)
	}
	r, err := c.Query.Elections(c.Ctx, &types.QueryElectionsRequest{Phase: types.PHASE_ABORTED})
	require.NoError(t, err)
	require.Len(t, r.Elections, 1)
	for _, request := range []*query.PageRequest{
		{CountTotal: true},
		{Key: []byte{1}},
		{Key: make([]byte, 8), Offset: 1},
		{Offset: 1 << 40},
	} {
		_, err := c.Query.Elections(c.Ctx, &types.QueryElectionsRequest{Pagination: request})
		require.Equal(t, codes.InvalidArgument, status.Code(err))
	}
	_, err = c.Query.Elections(c.Ctx, &types.QueryElectionsRequest{Phase: 42})
	require.Equal(t, codes.InvalidArgument, status.Code(err))
}
