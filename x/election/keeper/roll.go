package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/roll"
	"github.com/evoted/evoted/x/election/types"
)

// enrol appends electors, each checked by its own Validate, to an election's roll: their
// entries, the Merkle tree and the totals. The election is changed but not stored. On an
// error the caller drops the whole transaction. Errors: ErrPower, ErrDuplicateElector,
// ErrInvalidRoll.
func (k *Keeper) enrol(ctx context.Context, election *types.Election, electors []types.Elector) error {
	power, err := k.powerWith(election, electors)
	if err != nil {
		return err
	}
	accumulator, err := k.accumulator(ctx, election.Id)
	if err != nil {
		return err
	}
	leaves := make([]field.Element, 0, len(electors))
	for i := range electors {
		leaf, err := k.enrolOne(ctx, election.Id, accumulator.Count+uint64(i), &electors[i])
		if err != nil {
			return err
		}
		leaves = append(leaves, leaf)
	}
	err = accumulator.Append(leaves, func(level int, index uint64, element field.Element) error {
		return k.rollNodes.Set(ctx, collections.Join3(election.Id, uint32(level), index), field.Bytes(element))
	})
	if err != nil {
		return errorsmod.Wrap(types.ErrInvalidRoll, err.Error())
	}
	election.Roll.Count = accumulator.Count
	election.Roll.TotalPower = power
	election.Roll.Root = field.Bytes(accumulator.Root())
	return k.accumulators.Set(ctx, election.Id, accumulator.Bytes())
}

// powerWith returns the total power of the roll with more electors. It is bounded so that
// every total of a result can be found.
func (k *Keeper) powerWith(election *types.Election, electors []types.Elector) (uint64, error) {
	manifest, err := types.ManifestOf(*election)
	if err != nil {
		return 0, err
	}
	bound, power := manifest.MaxTotalPower(), election.Roll.TotalPower
	for i := range electors {
		power += electors[i].Weight // each below 2^32, and checked at every step: no overflow
		if power > bound {
			return 0, errorsmod.Wrapf(types.ErrPower, "the total of all weights would exceed %d, the most this election can count", bound)
		}
	}
	return power, nil
}

// enrolOne stores one elector at its leaf and returns the leaf's hash.
func (k *Keeper) enrolOne(ctx context.Context, id, index uint64, elector *types.Elector) (field.Element, error) {
	key := collections.Join(id, elector.Commitment)
	taken, err := k.commitments.Has(ctx, key)
	if err != nil {
		return field.Element{}, err
	}
	if taken {
		return field.Element{}, errorsmod.Wrapf(types.ErrDuplicateElector, "commitment %x", elector.Commitment)
	}
	commitment, err := field.Parse(elector.Commitment)
	if err != nil {
		return field.Element{}, errorsmod.Wrap(types.ErrInvalidRoll, err.Error())
	}
	hash, err := roll.Leaf(commitment, elector.Weight)
	if err != nil {
		return field.Element{}, errorsmod.Wrap(types.ErrInvalidRoll, err.Error())
	}
	if err := k.commitments.Set(ctx, key, index); err != nil {
		return field.Element{}, err
	}
	return hash, k.electors.Set(ctx, collections.Join(id, index), *elector)
}

// nodeReader reads the stored nodes of an election's Merkle tree.
func (k *Keeper) nodeReader(ctx context.Context, id uint64) roll.NodeReader {
	return func(level int, index uint64) (field.Element, bool, error) {
		b, err := k.rollNodes.Get(ctx, collections.Join3(id, uint32(level), index))
		if errors.Is(err, collections.ErrNotFound) {
			return field.Element{}, false, nil
		}
		if err != nil {
			return field.Element{}, false, err
		}
		element, err := field.Parse(b)
		return element, err == nil, err
	}
}
