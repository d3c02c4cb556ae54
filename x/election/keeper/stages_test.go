package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	fixture "github.com/evoted/evoted/testutil/election"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/types"
)

// stage is a place in the life of an election, with how to get there.
type stage struct {
	name  string
	build func(c *fixture.Chain, id uint64)
}

// stages lists every combination of statuses in which a message may meet an election. In
// all of them four electors are enrolled.
func stages() []stage {
	enrol := func(c *fixture.Chain, id uint64) { c.Must(fixture.EnrolMessage(id, fixture.Electors(4)...)) }
	keys := func(status types.KeyStatus) func(c *fixture.Chain, id uint64) {
		return func(c *fixture.Chain, id uint64) {
			enrol(c, id)
			c.Keys(id, status)
		}
	}
	open := func(c *fixture.Chain, id uint64) { c.Open(id, fixture.Electors(4)) }
	voted := func(c *fixture.Chain, id uint64) {
		open(c, id)
		for i, e := range fixture.Electors(3) {
			c.Must(c.Vote(id, e, 1, uint64(i%2), uint64(1-i%2)))
		}
		c.Next()
	}
	closed := func(c *fixture.Chain, id uint64) {
		voted(c, id)
		c.Close(id)
		wrong := c.ShareMessage(id, 2)
		wrong.Trustee = c.Trustees[0].Address
		c.Must(wrong) // recorded against trustee 1
		c.Must(c.ShareMessage(id, 2))
		c.Must(c.ShareMessage(id, 3))
	}
	return []stage{
		{"commit", enrol},
		{"committing", func(c *fixture.Chain, id uint64) {
			enrol(c, id)
			c.Must(c.CommitMessage(id, 2))
		}},
		{"deal", keys(types.KEY_STATUS_DEAL)},
		{"confirm", keys(types.KEY_STATUS_CONFIRM)},
		{"final", keys(types.KEY_STATUS_FINAL)},
		{"attested", func(c *fixture.Chain, id uint64) {
			enrol(c, id)
			c.Must(c.Attestation(id, "registrar2"))
		}},
		{"disputed", func(c *fixture.Chain, id uint64) {
			enrol(c, id)
			wrong := c.Attestation(id, "registrar1")
			wrong.TotalPower++
			c.Must(wrong)
			c.Must(c.Attestation(id, "registrar2"))
		}},
		{"sealed", func(c *fixture.Chain, id uint64) { c.Seal(id, fixture.Electors(4)) }},
		{"open", open},
		{"voted", voted},
		{"closed", closed},
		{"tallied", func(c *fixture.Chain, id uint64) {
			closed(c, id)
			c.Must(c.ResultMessage(id))
		}},
		{"withheld", func(c *fixture.Chain, id uint64) {
			open(c, id)
			c.Close(id)
		}},
		{"aborted by the organiser", func(c *fixture.Chain, id uint64) {
			enrol(c, id)
			c.Must(&types.MsgAbortElection{Organiser: fixture.Address("organiser"), ElectionId: id, Explanation: "mistake"})
		}},
		{"failed", func(c *fixture.Chain, id uint64) {
			enrol(c, id)
			c.Block(c.Election(id).Schedule.CommitDeadline)
		}},
		{"no result", func(c *fixture.Chain, id uint64) {
			closed(c, id)
			c.Block(c.Election(id).Schedule.TallyDeadline)
		}},
	}
}

// at returns a chain whose election is in the stage.
func at(tb testing.TB, s stage) (*fixture.Chain, uint64) {
	tb.Helper()
	c := fixture.New(tb)
	id := c.Create(lastCounts)
	s.build(c, id)
	return c, id
}

// message is a message type in a form that is accepted in its stages.
type message struct {
	build    func(c *fixture.Chain, id uint64) any
	accepted []string
	refusals []error
	// outsider replaces the signer by an account without a role; nil where none is needed.
	outsider func(m any, address string)
}

var (
	setupOpen = []string{"commit", "committing", "deal", "confirm", "final", "attested", "disputed"}
	setup     = append(append([]string(nil), setupOpen...), "sealed")
)

// messages lists every message of the service. A new one fails the matrix until it is
// listed here.
func messages() map[string]message {
	newcomer := fixture.Trustee{Address: fixture.Address("newcomer"), Secret: curve.NewScalar(77)}
	return map[string]message{
		"RegisterTrusteeKey": {build: func(c *fixture.Chain, _ uint64) any { return c.TrusteeKey(newcomer) }},
		"CreateElection": {
			build:    func(c *fixture.Chain, _ uint64) any { return c.Message() },
			outsider: func(m any, a string) { m.(*types.MsgCreateElection).Organiser = a },
		},
		"AbortElection": {
			build: func(_ *fixture.Chain, id uint64) any {
				return &types.MsgAbortElection{Organiser: fixture.Address("organiser"), ElectionId: id, Explanation: "mistake"}
			},
			accepted: setup, refusals: []error{types.ErrWrongPhase},
			outsider: func(m any, a string) { m.(*types.MsgAbortElection).Organiser = a },
		},
		"RegisterElectors": {
			build:    func(_ *fixture.Chain, id uint64) any { return fixture.EnrolMessage(id, fixture.Electors(6)[4:]...) },
			accepted: setupOpen, refusals: []error{types.ErrWrongPhase, types.ErrRollSealed},
			outsider: func(m any, a string) { m.(*types.MsgRegisterElectors).Registrar = a },
		},
		"AttestRoll": {
			build:    func(c *fixture.Chain, id uint64) any { return c.Attestation(id, "registrar1") },
			accepted: setupOpen, refusals: []error{types.ErrWrongPhase, types.ErrRollSealed},
			outsider: func(m any, a string) { m.(*types.MsgAttestRoll).Registrar = a },
		},
		"CommitDeal": {
			build:    func(c *fixture.Chain, id uint64) any { return c.CommitMessage(id, 1) },
			accepted: []string{"commit", "committing", "attested", "disputed", "sealed"}, refusals: []error{types.ErrWrongPhase},
			outsider: func(m any, a string) { m.(*types.MsgCommitDeal).Trustee = a },
		},
		"SubmitDeal": {
			build:    func(c *fixture.Chain, id uint64) any { return c.DealMessage(id, 1) },
			accepted: []string{"deal"}, refusals: []error{types.ErrWrongPhase},
			outsider: func(m any, a string) { m.(*types.MsgSubmitDeal).Trustee = a },
		},
		"ConfirmDeals": {
			build:    func(c *fixture.Chain, id uint64) any { return c.ConfirmMessage(id, 1) },
			accepted: []string{"confirm"}, refusals: []error{types.ErrWrongPhase},
			outsider: func(m any, a string) { m.(*types.MsgConfirmDeals).Trustee = a },
		},
		"CastBallot": {
			build: func(c *fixture.Chain, id uint64) any {
				if c.Election(id).KeyGeneration.Status == types.KEY_STATUS_FINAL {
					return c.Vote(id, fixture.Electors(4)[3], 1, 1, 0)
				}
				return formed(id)
			},
			accepted: []string{"open", "voted"}, refusals: []error{types.ErrVotingClosed},
		},
		"SubmitDecryptionShare": {
			build: func(c *fixture.Chain, id uint64) any {
				if len(c.Election(id).KeyGeneration.Qualified) > 0 {
					return c.ShareMessage(id, 1)
				}
				return &types.MsgSubmitDecryptionShare{
					Trustee: c.Trustees[0].Address, ElectionId: id, Proof: make([]byte, 64),
					Share: curve.JoinPoints(manyPoints(8)...),
				}
			},
			accepted: []string{"closed"}, refusals: []error{types.ErrWrongPhase},
			outsider: func(m any, a string) { m.(*types.MsgSubmitDecryptionShare).Trustee = a },
		},
		"PublishResult": {
			build: func(c *fixture.Chain, id uint64) any {
				if c.Election(id).Phase == types.PHASE_CLOSED {
					return c.ResultMessage(id)
				}
				return &types.MsgPublishResult{Sender: fixture.Address("anyone"), ElectionId: id, Totals: make([]uint64, 8)}
			},
			accepted: []string{"closed"}, refusals: []error{types.ErrWrongPhase},
			outsider: func(m any, a string) { m.(*types.MsgPublishResult).Sender = a },
		},
	}
}

func manyPoints(n int) []curve.Point {
	points := make([]curve.Point, n)
	for i := range points {
		points[i] = curve.BaseMul(curve.NewScalar(uint64(i + 2)))
	}
	return points
}

// formed returns a well-formed ballot of nobody.
func formed(id uint64) *types.MsgCastBallot {
	key := make([]byte, 33)
	key[0] = 2
	nullifier := make([]byte, 32)
	nullifier[31] = 9
	return &types.MsgCastBallot{
		ElectionId: id, Revision: 1, Nullifier: nullifier, EphemeralKey: key,
		Ciphertext: curve.JoinPoints(manyPoints(9)...), Proof: make([]byte, 192),
	}
}

func TestStagesAreThosePhases(t *testing.T) {
	t.Parallel()
	seen := map[types.Phase]bool{}
	for _, s := range stages() {
		c, id := at(t, s)
		seen[c.Election(id).Phase] = true
	}
	for number, name := range types.Phase_name {
		if phase := types.Phase(number); phase != types.PHASE_UNSPECIFIED {
			require.True(t, seen[phase], "no stage is in %s", name)
		}
	}
}
