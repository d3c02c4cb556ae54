package results

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/types"
)

func answerOf(phase types.Phase) *answer {
	return &answer{
		election: types.Election{
			Id: 3, Title: "Title\x1b[2J", Phase: phase, MinBallots: 3, TrusteeThreshold: 2, RegistrarThreshold: 1, Registrars: []string{"r"},
			Roll:     types.Roll{Count: 14, TotalPower: 40},
			Contests: []types.Contest{{Title: "Agree?", Options: []string{"Yes", "No"}}, {Title: "Who", Options: []string{"Zoë", "B"}}},
			Trustees: []types.Trustee{{Address: "t1"}, {Address: "t2"}, {Address: "t3"}},
			Schedule: types.Schedule{CloseTime: time.Unix(1_800_000_000, 0)},
		},
		ballots: 12,
		tally: types.QueryTallyResponse{
			Tally:         types.Tally{Ballots: 12, Totals: []uint64{25, 15, 0, 0, 0, 0, 0, 0}, TalliedHeight: 120},
			Shares:        []types.DecryptionShare{{Index: 1}, {Index: 3}},
			InvalidShares: []types.InvalidShare{{Index: 2, Count: 1}},
		},
	}
}

func text(r *report, bars bool) string {
	var out bytes.Buffer
	r.write(&out, bars)
	return out.String()
}

func TestReportOfAResult(t *testing.T) {
	t.Parallel()
	shown := text(newReport("chain", "", answerOf(types.PHASE_TALLIED), time.Unix(0, 0)), true)
	for _, part := range []string{
		"Result, published in block 120", "1. Agree?", "   Yes  25   62.5 %  " + strings.Repeat("█", 19) + "\n", "   No   15   37.5 %",
		"   Zoë  0    0.0 %\n", "Ballots: 12 of 14 electors (85.7 %)", "Opened by trustees 1 (t1), 3 (t3); 2 of 3 were needed",
		"Warning: trustee 2 (t2) sent 1 invalid decryption shares",
	} {
		require.Contains(t, shown, part)
	}
	require.NotContains(t, shown, "\x1b")
	require.NotContains(t, text(newReport("chain", "", answerOf(types.PHASE_TALLIED), time.Unix(0, 0)), false), "█")
}

func TestReportWithoutAResult(t *testing.T) {
	t.Parallel()
	for phase, says := range map[types.Phase]string{
		types.PHASE_SETUP:    "it is being prepared",
		types.PHASE_OPEN:     "voting is open until",
		types.PHASE_CLOSED:   "the result is awaited",
		types.PHASE_WITHHELD: "too few ballots",
		types.PHASE_ABORTED:  "it was aborted: keys",
	} {
		a := answerOf(phase)
		a.election.Abort = &types.Abort{Reason: types.ABORT_REASON_KEYS_NOT_FINAL, Explanation: "keys"}
		shown := text(newReport("chain", "", a, time.Unix(0, 0)), true)
		require.Contains(t, shown, "There is no result: ")
		require.Contains(t, shown, says)
		require.NotContains(t, shown, "Yes", "no totals before they are published")
	}
}

func TestReportAsJSON(t *testing.T) {
	t.Parallel()
	raw, err := json.Marshal(newReport("chain", "setup", answerOf(types.PHASE_TALLIED), time.Unix(0, 0)))
	require.NoError(t, err)
	var fields map[string]any
	require.NoError(t, json.Unmarshal(raw, &fields))
	require.Equal(t, "PHASE_TALLIED", fields["phase"])
	require.Len(t, fields["totals"], 8)
	require.Len(t, fields["contests"], 2)
}

// What programs read is the same at all times, and has every warning.
func TestReportAsJSONIsLasting(t *testing.T) {
	t.Parallel()
	a := answerOf(types.PHASE_OPEN)
	a.election.Schedule.TallyDeadline = a.election.Schedule.CloseTime.Add(time.Hour)
	r := newReport("chain", key.SetupInsecure, a, a.election.Schedule.CloseTime.Add(-time.Minute))
	require.NotContains(t, r.State, "(in ")
	require.Contains(t, r.State, "voting is open until")
	require.Contains(t, text(r, false), "(in 1m0s)")
	require.Contains(t, r.Warnings, insecureSetup)
	require.Contains(t, text(r, false), "Warning: THIS CHAIN IS NOT FOR REAL ELECTIONS")
	require.NotContains(t, newReport("chain", "ceremony", a, time.Unix(0, 0)).Warnings, insecureSetup)
}

func TestAwait(t *testing.T) {
	t.Parallel()
	for _, last := range []types.Phase{types.PHASE_TALLIED, types.PHASE_WITHHELD, types.PHASE_ABORTED} {
		asked := 0
		ask := func(context.Context) (*answer, error) {
			if asked++; asked < 3 {
				return answerOf(types.PHASE_CLOSED), nil
			}
			return answerOf(last), nil
		}
		found, err := await(t.Context(), ask, true)
		require.NoError(t, err)
		require.Equal(t, last, found.election.Phase)
		require.Equal(t, 3, asked)
		asked = 0
		found, err = await(t.Context(), ask, false)
		require.NoError(t, err)
		require.Equal(t, types.PHASE_CLOSED, found.election.Phase)
	}
}

func TestPropertyBarsStayInBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.Uint64Range(0, 1<<48).Draw(t, "whole")
		part := rapid.Uint64Range(0, whole).Draw(t, "part")
		p := permille(part, whole)
		require.LessOrEqual(t, p, uint64(1000))
		length := len([]rune(bar(p)))
		require.LessOrEqual(t, length, barWidth)
		require.Equal(t, p > 0, length > 0)
	})
}

func TestAnswersAreCompared(t *testing.T) {
	t.Parallel()
	a, b := answerOf(types.PHASE_TALLIED), answerOf(types.PHASE_TALLIED)
	require.True(t, a.equal(b))
	b.tally.Tally.Totals[0]++
	require.False(t, a.equal(b))
}
