package registrar

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/types"
)

// Nobody is enrolled in an election that is past its setup, and the reason is a sentence.
func TestEnrolmentEnds(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	require.NoError(t, enrolling(&types.Election{Phase: types.PHASE_SETUP}, now))
	for phase, says := range map[types.Phase]string{
		types.PHASE_OPEN:    "voting is open until",
		types.PHASE_CLOSED:  "voting has ended",
		types.PHASE_ABORTED: "it was aborted: the list was wrong",
	} {
		err := enrolling(&types.Election{Id: 3, Phase: phase, Abort: &types.Abort{Explanation: "the list was wrong"}}, now)
		require.ErrorIs(t, err, errEnded)
		require.ErrorContains(t, err, "election 3: electors are enrolled before voting opens, and "+says)
		require.Equal(t, terminal.ExitFailed, terminal.ExitCode(err))
	}
}

func TestStatusInWords(t *testing.T) {
	t.Parallel()
	roll := types.Roll{Root: []byte{0xab}, Count: 2, TotalPower: 5, Status: types.ROLL_STATUS_ENROLLING}
	attestation := func(registrar string) types.Attestation {
		return types.Attestation{Registrar: registrar, Root: roll.Root, Count: roll.Count, TotalPower: roll.TotalPower}
	}
	for name, test := range map[string]struct {
		registrars   []string
		attestations []types.Attestation
		says         string
	}{
		"one, silent":     {[]string{"a"}, nil, "The roll is not sealed yet; its only registrar must attest it"},
		"one, who agrees": {[]string{"a"}, []types.Attestation{attestation("a")}, "its only registrar attests it"},
		"three":           {[]string{"a", "b", "c"}, []types.Attestation{attestation("b")}, "2 of 3 registrars must attest it, 1 attest it as it is"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStanding(&types.Election{Id: 1, Roll: roll, Registrars: test.registrars, RegistrarThreshold: 2}, test.attestations)
			var out bytes.Buffer
			s.write(&out)
			require.Contains(t, out.String(), test.says)
			require.Equal(t, "ab", s.Root)
		})
	}
}
