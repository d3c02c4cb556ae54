package trustee

import (
	"context"
	"fmt"
	"time"

	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/types"
)

// Duty is what one election expects of a trustee.
type Duty struct {
	// Election and Title of the election.
	Election uint64 `json:"election_id"`
	Title    string `json:"title"`
	// Expected says in one sentence what the trustee has to do now.
	Expected string `json:"expected"`
	// Due tells whether the trustee itself has to act.
	Due bool `json:"due"`
	// Until is the deadline, if there is one.
	Until *time.Time `json:"until,omitempty"`
}

// Standing is what the chain knows of a trustee.
type Standing struct {
	// Address of the account.
	Address string `json:"address"`
	// Registered tells whether the long-term key is on the chain.
	Registered bool `json:"registered"`
	// Duties by election; those that ended are left out.
	Duties []Duty `json:"duties"`
}

// Status finds out what is expected of the account of a trustee.
func Status(ctx context.Context, chain types.QueryClient, address string) (*Standing, error) {
	standing := &Standing{Address: address, Duties: []Duty{}}
	_, err := chain.TrusteeKey(ctx, &types.QueryTrusteeKeyRequest{Trustee: address})
	if err != nil && !client.IsNotFound(err) {
		return nil, err
	}
	standing.Registered = err == nil
	elections, err := List(ctx, chain, types.PHASE_UNSPECIFIED)
	if err != nil {
		return nil, err
	}
	for i := range elections {
		e := &elections[i]
		index := e.TrusteeIndex(address)
		if index == 0 || e.Ended() {
			continue
		}
		duty, err := dutyIn(ctx, chain, e, index)
		if err != nil {
			return nil, err
		}
		standing.Duties = append(standing.Duties, duty)
	}
	return standing, nil
}

func dutyIn(ctx context.Context, chain types.QueryClient, e *types.Election, index uint32) (Duty, error) {
	duty := Duty{Election: e.Id, Title: e.Title}
	if deadline, ok := e.NextDeadline(); ok {
		duty.Until = &deadline
	}
	switch e.Phase {
	case types.PHASE_SETUP:
		answer, err := chain.KeyContributions(ctx, &types.QueryKeyContributionsRequest{ElectionId: e.Id})
		if err != nil {
			return Duty{}, err
		}
		var mine types.KeyContribution
		for _, c := range answer.Contributions {
			if c.Index == index {
				mine = c
			}
		}
		duty.Expected, duty.Due = keyDuty(e.KeyGeneration.Status, mine)
	case types.PHASE_OPEN:
		duty.Expected = "nothing until voting closes"
	case types.PHASE_CLOSED:
		answer, err := chain.Tally(ctx, &types.QueryTallyRequest{ElectionId: e.Id})
		if err != nil {
			return Duty{}, err
		}
		duty.Expected, duty.Due = tallyDuty(e, index, answer.Shares)
	case types.PHASE_UNSPECIFIED, types.PHASE_TALLIED, types.PHASE_WITHHELD, types.PHASE_ABORTED:
		duty.Expected = "nothing: the election has ended"
	}
	return duty, nil
}

func keyDuty(status types.KeyStatus, mine types.KeyContribution) (expected string, due bool) {
	switch status {
	case types.KEY_STATUS_COMMIT:
		if len(mine.Commitment) == 0 {
			return "commit to your deal", true
		}
		return "nothing: waiting for the others to commit", false
	case types.KEY_STATUS_DEAL:
		switch {
		case len(mine.Commitment) == 0:
			return "nothing: you did not commit in time and take no part in dealing", false
		case len(mine.Deal) == 0:
			return "send your deal", true
		}
		return "nothing: waiting for the others to deal", false
	case types.KEY_STATUS_CONFIRM:
		if !mine.Confirmed {
			return "check your shares and confirm them", true
		}
		return "nothing: waiting for the others to confirm", false
	case types.KEY_STATUS_FINAL:
		return "nothing: the keys are made and voting is to open", false
	case types.KEY_STATUS_FAILED:
		return "nothing: the key generation failed", false
	case types.KEY_STATUS_UNSPECIFIED:
		return "nothing yet", false
	default:
		return "nothing yet", false
	}
}

func tallyDuty(e *types.Election, index uint32, shares []types.DecryptionShare) (expected string, due bool) {
	switch {
	case !hasShare(shares, index):
		return "send your decryption share", true
	case len(shares) < int(e.TrusteeThreshold):
		return fmt.Sprintf("nothing: %d of %d decryption shares are there", len(shares), e.TrusteeThreshold), false
	default:
		return "publish the result (any trustee can)", true
	}
}
