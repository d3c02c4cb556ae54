package elector

import (
	"context"
	"errors"
	"fmt"

	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/roll"
)

// Errors of FindPlace.
var (
	ErrNotOnRoll = errors.New("elector: this credential is not on the list of registered voters")
	ErrRollRoot  = errors.New("elector: the node's list of voters is not the sealed one")
)

// Place is an elector's place on the sealed roll.
type Place struct {
	// Weight is the elector's voting power.
	Weight uint64
	// Path from the elector's leaf to the sealed root.
	Path roll.Path
}

// FindPlace finds the leaf of a commitment and its path to the sealed root, without
// telling a node which leaf it looks for: whole buckets of 256 are downloaded and
// searched here. index is the elector's number on the roll if it is known, and is then
// the only bucket asked for; negative, the buckets are searched from the first. Errors:
// ErrNotOnRoll, ErrRollRoot and those of client.RollBucket.
func FindPlace(ctx context.Context, c *client.Client, e *Election, commitment field.Element, index int64, progress func(searched, total uint64)) (Place, error) {
	wanted := field.Bytes(commitment)
	first, last := uint64(0), (e.Data.Roll.Count+roll.BucketSize-1)/roll.BucketSize
	if index >= 0 {
		first = uint64(index) / roll.BucketSize
		last = first + 1
	}
	for number := first; number < last; number++ {
		bucket, err := c.RollBucket(ctx, e.Data.Id, number)
		if err != nil {
			return Place{}, err
		}
		if len(bucket.Electors) > 0 && !bucket.Root.Equal(&e.Root) {
			return Place{}, fmt.Errorf("%w: bucket %d", ErrRollRoot, number)
		}
		for position, elector := range bucket.Electors {
			if string(elector.Commitment) != string(wanted) {
				continue
			}
			path, err := bucket.PathOf(position)
			if err != nil {
				return Place{}, err
			}
			if root := path.Root(bucket.Leaves[position]); !root.Equal(&e.Root) {
				return Place{}, fmt.Errorf("%w: bucket %d", ErrRollRoot, number)
			}
			return Place{Weight: elector.Weight, Path: path}, nil
		}
		if progress != nil {
			progress(min((number+1)*roll.BucketSize, e.Data.Roll.Count), e.Data.Roll.Count)
		}
	}
	return Place{}, fmt.Errorf("%w: %s", ErrNotOnRoll, Hex(commitment))
}
