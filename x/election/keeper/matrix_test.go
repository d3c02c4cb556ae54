package keeper_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	fixture "github.com/evoted/evoted/testutil/election"
	"github.com/evoted/evoted/x/election/types"
)

func asMsg(t *testing.T, m any) sdk.Msg {
	t.Helper()
	msg, ok := m.(sdk.Msg)
	require.True(t, ok)
	return msg
}

// Every message of the service in every stage of an election: accepted exactly where it
// is documented, and without a trace elsewhere.
func TestPhaseMatrix(t *testing.T) {
	t.Parallel()
	listed := messages()
	require.Len(t, listed, len(types.Msg_serviceDesc.Methods))
	for _, s := range stages() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			c, id := at(t, s)
			start := c.Ctx
			for _, method := range types.Msg_serviceDesc.Methods {
				m, ok := listed[method.MethodName]
				require.True(t, ok, "%s is not in the list: say where it is accepted", method.MethodName)
				// Every message meets the same state.
				branch, _ := start.CacheContext()
				c.Ctx = branch
				before := c.Dump()
				_, err := c.Deliver(asMsg(t, m.build(c, id)))
				if m.refusals == nil || slices.Contains(m.accepted, s.name) {
					require.NoError(t, err, method.MethodName)
					continue
				}
				require.Error(t, err, method.MethodName)
				expected := slices.ContainsFunc(m.refusals, func(want error) bool { return errors.Is(err, want) })
				require.True(t, expected, "%s: %v", method.MethodName, err)
				require.Equal(t, before, c.Dump(), method.MethodName)
			}
		})
	}
}

// Every message that needs a role, from an account that has none.
func TestRoles(t *testing.T) {
	t.Parallel()
	for name, m := range messages() {
		if m.outsider == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			where := "commit"
			if len(m.accepted) > 0 {
				where = m.accepted[0]
			}
			all := stages()
			c, id := at(t, all[slices.IndexFunc(all, func(s stage) bool { return s.name == where })])
			msg := m.build(c, id)
			outsider := fixture.Address("outsider")
			c.Accounts.Missing[outsider] = name == "PublishResult" // any account may, but it must exist
			m.outsider(msg, outsider)
			before := c.Dump()
			_, err := c.Deliver(asMsg(t, msg))
			require.ErrorIs(t, err, types.ErrUnauthorised)
			require.Equal(t, before, c.Dump())
			m.outsider(msg, "nonsense")
			_, err = c.Deliver(asMsg(t, msg))
			require.ErrorIs(t, err, types.ErrInvalidEncoding)
		})
	}
}

// Ids that no election has.
func TestUnknownElection(t *testing.T) {
	t.Parallel()
	c, id := at(t, stages()[0])
	for name, m := range messages() {
		field := reflect.ValueOf(m.build(c, id)).Elem().FieldByName("ElectionId")
		if !field.IsValid() {
			continue
		}
		for _, unknown := range []uint64{id + 1, 1 << 63, ^uint64(0)} {
			msg := m.build(c, id)
			reflect.ValueOf(msg).Elem().FieldByName("ElectionId").SetUint(unknown)
			_, err := c.Deliver(asMsg(t, msg))
			require.ErrorIs(t, err, types.ErrElectionNotFound, name)
		}
		msg := m.build(c, id)
		reflect.ValueOf(msg).Elem().FieldByName("ElectionId").SetUint(0)
		_, err := c.Deliver(asMsg(t, msg))
		require.ErrorIs(t, err, types.ErrInvalidEncoding, name)
	}
}

// A second message of the same kind by the same official.
func TestDoneOnce(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	id := c.Create()
	_, err := c.Deliver(c.TrusteeKey(c.Trustees[0]))
	require.ErrorIs(t, err, types.ErrAlreadyDone)
	c.Must(c.CommitMessage(id, 1))
	_, err = c.Deliver(c.CommitMessage(id, 1))
	require.ErrorIs(t, err, types.ErrAlreadyDone)
	c.Must(c.CommitMessage(id, 2))
	c.Must(c.CommitMessage(id, 3))
	c.Must(c.DealMessage(id, 1))
	_, err = c.Deliver(c.DealMessage(id, 1))
	require.ErrorIs(t, err, types.ErrAlreadyDone)
	c.Must(c.DealMessage(id, 2))
	c.Must(c.DealMessage(id, 3))
	c.Must(c.ConfirmMessage(id, 1))
	_, err = c.Deliver(c.ConfirmMessage(id, 1))
	require.ErrorIs(t, err, types.ErrAlreadyDone)
	c.Must(c.ConfirmMessage(id, 2))
	c.Must(c.ConfirmMessage(id, 3))
	electors := fixture.Electors(3)
	c.Seal(id, electors)
	c.Block(c.Election(id).Schedule.OpenTime)
	for _, e := range electors {
		c.Must(c.Vote(id, e, 1, 1, 0))
	}
	c.Close(id)
	c.Must(c.ShareMessage(id, 2))
	_, err = c.Deliver(c.ShareMessage(id, 2))
	require.ErrorIs(t, err, types.ErrAlreadyDone)
	c.Must(c.ShareMessage(id, 1))
	result := c.ResultMessage(id)
	c.Must(result)
	_, err = c.Deliver(result)
	require.ErrorIs(t, err, types.ErrWrongPhase)
}
