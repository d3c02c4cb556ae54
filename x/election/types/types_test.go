package types_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	protov2 "google.golang.org/protobuf/proto"

	fixture "github.com/evoted/evoted/testutil/election"
	"github.com/evoted/evoted/x/election/types"
)

func protoUnmarshal(b []byte, m protov2.Message) error { return protov2.Unmarshal(b, m) }

func TestParams(t *testing.T) {
	t.Parallel()
	require.NoError(t, types.DefaultParams().Validate())
	require.NoError(t, types.DefaultGenesis().Validate())
	organiser := fixture.Address("organiser")
	for name, change := range map[string]func(p *types.Params){
		"batch zero":        func(p *types.Params) { p.MaxBatch = 0 },
		"batch huge":        func(p *types.Params) { p.MaxBatch = types.LimitBatch + 1 },
		"ballots zero":      func(p *types.Params) { p.MaxBallotsPerBlock = 0 },
		"ballots huge":      func(p *types.Params) { p.MaxBallotsPerBlock = types.LimitBallotsPerBlock + 1 },
		"transitions zero":  func(p *types.Params) { p.MaxTransitionsPerBlock = 0 },
		"transitions huge":  func(p *types.Params) { p.MaxTransitionsPerBlock = types.LimitTransitions + 1 },
		"messages zero":     func(p *types.Params) { p.MaxMessagesPerBlock = 0 },
		"messages huge":     func(p *types.Params) { p.MaxMessagesPerBlock = types.LimitMessagesPerBlock + 1 },
		"elections zero":    func(p *types.Params) { p.MaxActiveElections = 0 },
		"elections huge":    func(p *types.Params) { p.MaxActiveElections = types.LimitActiveElections + 1 },
		"organiser unknown": func(p *types.Params) { p.Organisers = []string{"me"} },
		"organiser twice":   func(p *types.Params) { p.Organisers = []string{organiser, organiser} },
		"organisers":        func(p *types.Params) { p.Organisers = make([]string, types.MaxOrganisers+1) },
	} {
		p := types.DefaultParams()
		change(&p)
		require.ErrorIs(t, p.Validate(), types.ErrInvalidParams, name)
	}
}

// Every phase and status has a next deadline or none.
func TestNextDeadline(t *testing.T) {
	t.Parallel()
	s := fixture.Schedule(fixture.Start)
	cases := []struct {
		phase types.Phase
		key   types.KeyStatus
		want  time.Time
	}{
		{types.PHASE_SETUP, types.KEY_STATUS_COMMIT, s.CommitDeadline},
		{types.PHASE_SETUP, types.KEY_STATUS_DEAL, s.DealDeadline},
		{types.PHASE_SETUP, types.KEY_STATUS_CONFIRM, s.ConfirmDeadline},
		{types.PHASE_SETUP, types.KEY_STATUS_FINAL, s.OpenTime},
		{types.PHASE_OPEN, types.KEY_STATUS_FINAL, s.CloseTime},
		{types.PHASE_CLOSED, types.KEY_STATUS_FINAL, s.TallyDeadline},
		{types.PHASE_TALLIED, types.KEY_STATUS_FINAL, time.Time{}},
		{types.PHASE_WITHHELD, types.KEY_STATUS_FINAL, time.Time{}},
		{types.PHASE_ABORTED, types.KEY_STATUS_COMMIT, time.Time{}},
	}
	for _, tc := range cases {
		e := types.Election{Phase: tc.phase, KeyGeneration: types.KeyGeneration{Status: tc.key}, Schedule: s}
		at, waiting := e.NextDeadline()
		require.Equal(t, tc.want, at)
		require.Equal(t, !tc.want.IsZero(), waiting)
		require.Equal(t, waiting, !e.Ended())
	}
}

func FuzzMessages(f *testing.F) {
	c := fixture.New(f)
	id := c.Create()
	type message interface {
		Marshal() ([]byte, error)
		Unmarshal(b []byte) error
		ValidateBasic() error
	}
	empty := []func() message{
		func() message { return &types.MsgRegisterTrusteeKey{} },
		func() message { return &types.MsgCreateElection{} },
		func() message { return &types.MsgAbortElection{} },
		func() message { return &types.MsgRegisterElectors{} },
		func() message { return &types.MsgAttestRoll{} },
		func() message { return &types.MsgCommitDeal{} },
		func() message { return &types.MsgSubmitDeal{} },
		func() message { return &types.MsgConfirmDeals{} },
		func() message { return &types.MsgCastBallot{} },
		func() message { return &types.MsgSubmitDecryptionShare{} },
		func() message { return &types.MsgPublishResult{} },
	}
	require.Len(f, empty, len(types.Msg_serviceDesc.Methods))
	seeds := []message{
		c.TrusteeKey(c.Trustees[0]), c.Message(), fixture.EnrolMessage(id, fixture.Electors(2)...),
		c.CommitMessage(id, 1), c.DealMessage(id, 1), c.ConfirmMessage(id, 1), cast(ephemeral("a")),
		&types.MsgPublishResult{Sender: fixture.Address("anyone"), ElectionId: id, Totals: make([]uint64, 8)},
	}
	for _, seed := range seeds {
		encoded, err := seed.Marshal()
		require.NoError(f, err)
		for kind := range empty {
			f.Add(uint8(kind), encoded)
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, encoded []byte) {
		m := empty[int(kind)%len(empty)]()
		if m.Unmarshal(encoded) != nil || m.ValidateBasic() != nil {
			return
		}
		// What is valid is encoded and decoded to something valid.
		again := empty[int(kind)%len(empty)]()
		canonical, err := m.Marshal()
		require.NoError(t, err)
		require.NoError(t, again.Unmarshal(canonical))
		require.NoError(t, again.ValidateBasic())
		if ballot, ok := m.(*types.MsgCastBallot); ok {
			_, err := ballot.Ballot(fixture.ChainID)
			require.NoError(t, err)
		}
	})
}
