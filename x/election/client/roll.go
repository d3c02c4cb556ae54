package client

import (
	"context"
	"errors"
	"fmt"

	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/roll"
	"github.com/evoted/evoted/x/election/types"
)

// ErrBucket reports a bucket of the roll that cannot be what was asked for.
var ErrBucket = errors.New("client: the node's bucket of the roll is not valid")

// Bucket is a checked bucket of a roll: up to 256 consecutive electors.
type Bucket struct {
	// Number of the bucket: the index of its first leaf divided by 256.
	Number uint64
	// Electors in the order of their leaves.
	Electors []types.Elector
	// Leaves of the electors.
	Leaves []field.Element
	// Path from the bucket to Root, 24 siblings.
	Path []field.Element
	// Root of the roll.
	Root field.Element
	// Count of electors on the whole roll.
	Count uint64
}

// RollBucket asks for one bucket and checks that its electors and its path lead to its
// root. A bucket beyond the end of the roll has no electors. Errors: ErrBucket and those
// of First.
func (c *Client) RollBucket(ctx context.Context, electionID, number uint64) (*Bucket, error) {
	answer, err := First(ctx, c, func(ctx context.Context, n *Node) (*types.QueryRollBucketResponse, error) {
		return n.Query(ctx).RollBucket(ctx, &types.QueryRollBucketRequest{ElectionId: electionID, Bucket: number})
	})
	if err != nil {
		return nil, err
	}
	return checkBucket(answer, number)
}

func checkBucket(answer *types.QueryRollBucketResponse, number uint64) (*Bucket, error) {
	bucket := &Bucket{Number: number, Electors: answer.Electors, Count: answer.Count}
	if len(answer.Electors) > roll.BucketSize || (len(answer.Electors) > 0 && number*roll.BucketSize+uint64(len(answer.Electors)) > answer.Count) {
		return nil, fmt.Errorf("%w: %d electors in bucket %d of a roll of %d", ErrBucket, len(answer.Electors), number, answer.Count)
	}
	bucket.Leaves = make([]field.Element, len(answer.Electors))
	for i, elector := range answer.Electors {
		id, err := field.Parse(elector.Commitment)
		if err != nil {
			return nil, fmt.Errorf("%w: elector %d: %w", ErrBucket, i, err)
		}
		if bucket.Leaves[i], err = roll.Leaf(id, elector.Weight); err != nil {
			return nil, fmt.Errorf("%w: elector %d: %w", ErrBucket, i, err)
		}
	}
	if len(answer.Electors) == 0 {
		return bucket, nil
	}
	var err error
	if bucket.Root, err = field.Parse(answer.Root); err != nil {
		return nil, fmt.Errorf("%w: root: %w", ErrBucket, err)
	}
	bucket.Path = make([]field.Element, len(answer.Path))
	for i := range answer.Path {
		if bucket.Path[i], err = field.Parse(answer.Path[i]); err != nil {
			return nil, fmt.Errorf("%w: path: %w", ErrBucket, err)
		}
	}
	path, err := bucket.PathOf(0)
	if err != nil {
		return nil, err
	}
	if computed := path.Root(bucket.Leaves[0]); !computed.Equal(&bucket.Root) {
		return nil, fmt.Errorf("%w: its electors do not lead to its root", ErrBucket)
	}
	return bucket, nil
}

// PathOf completes the path of the elector at a position of the bucket. Errors: ErrBucket.
func (b *Bucket) PathOf(position int) (roll.Path, error) {
	path, err := roll.CompletePath(b.Leaves, position, b.Path, b.Number)
	if err != nil {
		return roll.Path{}, fmt.Errorf("%w: %w", ErrBucket, err)
	}
	return path, nil
}

// Roll downloads the whole roll of an election in the order of its leaves. progress is
// called after each bucket and may be nil. Errors: those of RollBucket; ErrBucket if the
// roll changed its length on the way in a way that leaves a gap.
func (c *Client) Roll(ctx context.Context, electionID uint64, progress func(done, total uint64)) ([]types.Elector, error) {
	var electors []types.Elector
	for number := uint64(0); ; number++ {
		bucket, err := c.RollBucket(ctx, electionID, number)
		if err != nil {
			return nil, err
		}
		electors = append(electors, bucket.Electors...)
		if progress != nil {
			progress(uint64(len(electors)), bucket.Count)
		}
		if len(bucket.Electors) < roll.BucketSize {
			if uint64(len(electors)) < bucket.Count {
				return nil, fmt.Errorf("%w: %d electors received of %d", ErrBucket, len(electors), bucket.Count)
			}
			return electors, nil
		}
		if uint64(len(electors)) >= bucket.Count {
			return electors, nil
		}
	}
}
