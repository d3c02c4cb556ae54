package types

import (
	"slices"
	"time"
)

// NextDeadline returns the time at which the chain changes the election by itself, and
// false for an election that has ended. It is a function of the election alone, so the
// queue of deadlines can be rebuilt from the elections.
func (e *Election) NextDeadline() (time.Time, bool) {
	switch e.Phase {
	case PHASE_SETUP:
		switch e.KeyGeneration.Status {
		case KEY_STATUS_COMMIT:
			return e.Schedule.CommitDeadline, true
		case KEY_STATUS_DEAL:
			return e.Schedule.DealDeadline, true
		case KEY_STATUS_CONFIRM:
			return e.Schedule.ConfirmDeadline, true
		case KEY_STATUS_FINAL, KEY_STATUS_FAILED, KEY_STATUS_UNSPECIFIED:
			return e.Schedule.OpenTime, true
		}
		return e.Schedule.OpenTime, true
	case PHASE_OPEN:
		return e.Schedule.CloseTime, true
	case PHASE_CLOSED:
		return e.Schedule.TallyDeadline, true
	case PHASE_UNSPECIFIED, PHASE_TALLIED, PHASE_WITHHELD, PHASE_ABORTED:
	}
	return time.Time{}, false
}

// Ended reports whether the election is in a phase that it never leaves.
func (e *Election) Ended() bool {
	_, waiting := e.NextDeadline()
	return !waiting
}

// VotingAt reports whether a ballot in a block of that time is accepted: the election is
// open and open_time <= t < close_time. Every check of the voting window is this one.
func (e *Election) VotingAt(t time.Time) bool {
	return e.Phase == PHASE_OPEN && !t.Before(e.Schedule.OpenTime) && t.Before(e.Schedule.CloseTime)
}

// RegistrarPosition returns the position, from 1, of a registrar in the election's list,
// or 0 if the account is not one.
func (e *Election) RegistrarPosition(address string) uint32 {
	return uint32(slices.Index(e.Registrars, address) + 1)
}

// TrusteeIndex returns the index, from 1, of a trustee of the election, or 0 if the
// account is not one.
func (e *Election) TrusteeIndex(address string) uint32 {
	i := slices.IndexFunc(e.Trustees, func(t Trustee) bool { return t.Address == address })
	return uint32(i + 1)
}

// Same reports whether two attestations state the same roll.
func (a *Attestation) Same(b *Attestation) bool {
	return a.Count == b.Count && a.TotalPower == b.TotalPower && string(a.Root) == string(b.Root)
}

// States reports whether the attestation states this roll.
func (a *Attestation) States(r *Roll) bool {
	return a.Count == r.Count && a.TotalPower == r.TotalPower && string(a.Root) == string(r.Root)
}

// RollStatusOf returns the status of a roll that is not sealed yet, given what its
// registrars attest now: disputed if two differ; sealed if at least threshold state the
// chain's own roll, and none differs; enrolling otherwise.
func RollStatusOf(own *Roll, attestations []Attestation, threshold uint32) RollStatus {
	for i := range attestations {
		if !attestations[i].Same(&attestations[0]) {
			return ROLL_STATUS_DISPUTED
		}
	}
	if len(attestations) > 0 && uint64(len(attestations)) >= uint64(threshold) && attestations[0].States(own) {
		return ROLL_STATUS_SEALED
	}
	return ROLL_STATUS_ENROLLING
}
