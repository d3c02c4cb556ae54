package roll

import (
	"errors"
	"fmt"

	"github.com/evoted/evoted/x/election/crypto/field"
)

// BucketPathLength is the number of siblings between a bucket and the root.
const BucketPathLength = Depth - BucketBits

var (
	// ErrBucket says that a bucket's number, its leaves or a position in it is out of range.
	ErrBucket = errors.New("roll: bucket out of range")
	// ErrPath says that a path does not have the right number of siblings, or its index
	// is not in the tree.
	ErrPath = errors.New("roll: malformed path")
)

// NodeReader returns the stored node of level 8, 16 or 24 with the given index. The
// boolean is false where none is stored: then the node is Empty(level).
type NodeReader func(level int, index uint64) (field.Element, bool, error)

// BucketPath computes the siblings of the levels 8..31, from the bucket to the root. It
// reads at most 3*255 stored nodes. Errors: ErrBucket, or the reader's.
func BucketPath(read NodeReader, bucket uint64) ([]field.Element, error) {
	if bucket >= 1<<BucketPathLength {
		return nil, fmt.Errorf("%w: number %d", ErrBucket, bucket)
	}
	path := make([]field.Element, 0, BucketPathLength)
	for level := BucketBits; level < Depth; level += BucketBits {
		// The 256 stored nodes of this level under one stored node of the next.
		index := bucket >> (level - BucketBits)
		start := index &^ (BucketSize - 1)
		nodes := make([]field.Element, BucketSize)
		for i := range nodes {
			if start+uint64(i) == index {
				continue // its own node is on the path, not beside it
			}
			node, ok, err := read(level, start+uint64(i))
			if err != nil {
				return nil, fmt.Errorf("roll: reading node %d of level %d: %w", start+uint64(i), level, err)
			}
			if !ok {
				node = Empty(level)
			}
			nodes[i] = node
		}
		path = append(path, siblings(nodes, int(index-start), level)...)
	}
	return path, nil
}

// siblings returns what lies beside the way from position to the root of a subtree
// whose 256 nodes are of the given level. The node at position itself is not used. It
// overwrites nodes.
func siblings(nodes []field.Element, position, level int) []field.Element {
	out := make([]field.Element, 0, BucketBits)
	for up := range BucketBits {
		out = append(out, nodes[position^1])
		empty, above := Empty(level+up), Empty(level+up+1)
		for i := range len(nodes) / 2 {
			switch left, right := nodes[2*i], nodes[2*i+1]; {
			case i == position>>1:
				nodes[i] = field.Element{} // on the way itself: never read
			case left.Equal(&empty) && right.Equal(&empty):
				nodes[i] = above
			default:
				nodes[i] = Node(left, right)
			}
		}
		nodes, position = nodes[:len(nodes)/2], position>>1
	}
	return out
}

// Path leads from one leaf to the root: bit i of Index says whether the node of level i
// on the way is a right child, and Siblings[i] is its neighbour.
type Path struct {
	Index    uint64
	Siblings []field.Element
}

// CompletePath makes the path of the leaf at a position of a bucket from the bucket's
// leaves (at most 256, the rest is empty) and the bucket's own path. It trusts neither:
// the caller compares Root with the sealed root. Errors: ErrBucket, ErrPath.
func CompletePath(bucketLeaves []field.Element, position int, bucketPath []field.Element, bucket uint64) (Path, error) {
	if bucket >= 1<<BucketPathLength || len(bucketLeaves) > BucketSize || position < 0 || position >= len(bucketLeaves) {
		return Path{}, fmt.Errorf("%w: position %d of %d in bucket %d", ErrBucket, position, len(bucketLeaves), bucket)
	}
	if len(bucketPath) != BucketPathLength {
		return Path{}, fmt.Errorf("%w: %d siblings above the bucket, want %d", ErrPath, len(bucketPath), BucketPathLength)
	}
	nodes := make([]field.Element, BucketSize)
	copy(nodes, bucketLeaves)
	all := append(siblings(nodes, position, 0), bucketPath...)
	return Path{Index: bucket<<BucketBits | uint64(position), Siblings: all}, nil
}

// Validate returns ErrPath unless the path has Depth siblings and an index in the tree.
func (p Path) Validate() error {
	if len(p.Siblings) != Depth || p.Index > MaxLeaves {
		return fmt.Errorf("%w: %d siblings, index %d", ErrPath, len(p.Siblings), p.Index)
	}
	return nil
}

// Root computes the root that the path gives for a leaf. A malformed path (see Validate)
// gives zero, which is the root of no roll.
func (p Path) Root(leaf field.Element) field.Element {
	if p.Validate() != nil {
		return field.Element{}
	}
	node := leaf
	for level := range p.Siblings {
		if p.Index>>level&1 == 1 {
			node = Node(p.Siblings[level], node)
		} else {
			node = Node(node, p.Siblings[level])
		}
	}
	return node
}
