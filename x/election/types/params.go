package types

import (
	"slices"

	errorsmod "cosmossdk.io/errors"
)

// The largest values a parameter may have. They bound the work of one block, whatever
// the genesis says.
const (
	MaxOrganisers           = 1_000
	LimitBatch              = 1_400 // about 60 kB, and within the gas of one transaction
	LimitBallotsPerBlock    = 10_000
	LimitTransitions        = 1_000
	LimitMessagesPerBlock   = 1_000
	LimitActiveElections    = 10_000
	defaultBatch            = 1_000
	defaultBallotsPerBlock  = 200
	defaultTransitions      = 20
	defaultMessagesPerBlock = 10
	defaultActiveElections  = 100
)

// DefaultParams returns the parameters of a chain that says nothing else: no organisers
// besides the authorities' operators, batches of 1,000 electors (about 0.1 s of hashing),
// 200 ballots a block (about 0.4 s of checking one by one).
func DefaultParams() Params {
	return Params{
		MaxBatch:               defaultBatch,
		MaxBallotsPerBlock:     defaultBallotsPerBlock,
		MaxTransitionsPerBlock: defaultTransitions,
		MaxMessagesPerBlock:    defaultMessagesPerBlock,
		MaxActiveElections:     defaultActiveElections,
	}
}

// Validate returns ErrInvalidParams for a limit that is zero or too large, or an
// organiser that is not an address or named twice.
func (p Params) Validate() error {
	limits := []struct {
		name       string
		value, max uint32
	}{
		{"max_batch", p.MaxBatch, LimitBatch},
		{"max_ballots_per_block", p.MaxBallotsPerBlock, LimitBallotsPerBlock},
		{"max_transitions_per_block", p.MaxTransitionsPerBlock, LimitTransitions},
		{"max_messages_per_block", p.MaxMessagesPerBlock, LimitMessagesPerBlock},
		{"max_active_elections", p.MaxActiveElections, LimitActiveElections},
	}
	for _, limit := range limits {
		if limit.value == 0 || limit.value > limit.max {
			return errorsmod.Wrapf(ErrInvalidParams, "%s is %d, it must be from 1 to %d", limit.name, limit.value, limit.max)
		}
	}
	if len(p.Organisers) > MaxOrganisers {
		return errorsmod.Wrapf(ErrInvalidParams, "%d organisers, at most %d", len(p.Organisers), MaxOrganisers)
	}
	for i, organiser := range p.Organisers {
		if _, err := ParseAddress(organiser); err != nil {
			return errorsmod.Wrapf(ErrInvalidParams, "organiser %d: %s", i+1, err)
		}
		if slices.Contains(p.Organisers[:i], organiser) {
			return errorsmod.Wrapf(ErrInvalidParams, "organiser %s is named twice", organiser)
		}
	}
	return nil
}
