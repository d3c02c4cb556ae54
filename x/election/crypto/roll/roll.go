// Package roll is the electoral roll: an append-only Merkle tree of fixed depth over
// the leaves of the electors.
//
// Statement. The tree has depth 32. A leaf is H(TagLeaf, id, w) for an identity
// commitment id and a voting power w with 1 <= w < 2^32; an unused leaf is 0; a node is
// H(TagNode, left, right), with H of package hash. Appending keeps only the frontier
// (the left nodes that wait for a right neighbour) and hands out the nodes of levels 8,
// 16 and 24, from which the path of any bucket of 256 leaves is computed without
// walking the roll: an append costs about one node hash a leaf.
//
// Source. Merkle trees with a frontier as in the Zcash protocol specification, section
// 3.8, and the incremental tree of the Ethereum deposit contract.
//
// Domain separation. Leaves and nodes start with different tags, so an inner node
// never passes for a leaf; the depth is fixed.
//
// Encoding. An Accumulator is its count as eight big-endian bytes and the 32 elements
// of its frontier, zero where the count has no bit: 1032 bytes, one encoding each.
//
// Not protected. The tree does not know duplicates: whoever appends refuses an identity
// commitment that is already on the roll.
package roll

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/hash"
)

const (
	// Depth is the number of levels above the leaves.
	Depth = 32
	// BucketBits is the number of levels in a bucket, and the distance between the
	// levels whose nodes are stored.
	BucketBits = 8
	// BucketSize is the number of leaves in a bucket.
	BucketSize = 1 << BucketBits
	// MaxWeight is the largest voting power of one elector.
	MaxWeight = 1<<32 - 1
	// MaxLeaves is the largest number of leaves. The last place of the tree stays
	// empty, so that the bits of the count always say which nodes wait in the frontier.
	MaxLeaves = 1<<Depth - 1
	// AccumulatorSize is the length in bytes of an encoded Accumulator.
	AccumulatorSize = 8 + Depth*field.Size
)

var (
	// ErrWeight says that a voting power is zero or above MaxWeight.
	ErrWeight = errors.New("roll: voting power out of range")
	// ErrIdentity says that an identity commitment is zero.
	ErrIdentity = errors.New("roll: identity commitment is zero")
	// ErrEmptyLeaf says that a leaf to append is zero, the mark of an unused place.
	ErrEmptyLeaf = errors.New("roll: leaf is zero")
	// ErrFull says that a batch does not fit into the tree.
	ErrFull = errors.New("roll: tree is full")
	// ErrEncoding says that an encoded accumulator is not canonical.
	ErrEncoding = errors.New("roll: invalid accumulator encoding")
)

// Leaf returns H(TagLeaf, id, weight). It returns ErrIdentity for a zero commitment and
// ErrWeight for a weight outside 1..MaxWeight.
func Leaf(id field.Element, weight uint64) (field.Element, error) {
	if id.IsZero() {
		return field.Element{}, ErrIdentity
	}
	if weight == 0 || weight > MaxWeight {
		return field.Element{}, fmt.Errorf("%w: %d", ErrWeight, weight)
	}
	var w field.Element
	w.SetUint64(weight)
	return hash.Sum(hash.TagLeaf, id, w), nil
}

// Node returns H(TagNode, left, right).
func Node(left, right field.Element) field.Element {
	return hash.Compress(hash.Compress(hash.TagNode, left), right)
}

var empties = sync.OnceValue(func() *[Depth + 1]field.Element {
	var e [Depth + 1]field.Element
	for level := range Depth {
		e[level+1] = Node(e[level], e[level])
	}
	return &e
})

// Empty returns the root of a subtree of the given level whose leaves are all unused.
// Levels outside 0..Depth are taken as the nearest one inside.
func Empty(level int) field.Element {
	return empties()[min(max(level, 0), Depth)]
}

// Accumulator is the state an append-only roll needs: how many leaves there are, and
// for each bit of that count the root of the full subtree of that level that ends the
// roll. The zero value is the empty roll.
type Accumulator struct {
	Count    uint64
	Frontier [Depth]field.Element
}

// Append adds leaves and hands every node of the levels 8, 16 and 24 that they touch to
// emit, once each: complete ones level by level, then those that are still incomplete
// (filled up with empty leaves). On any error (ErrEmptyLeaf, ErrFull, or emit's own) the
// accumulator is unchanged. An empty batch emits nothing. emit may be nil.
func (a *Accumulator) Append(leaves []field.Element, emit func(level int, index uint64, node field.Element) error) error {
	if a.Count > MaxLeaves || uint64(len(leaves)) > MaxLeaves-a.Count {
		return fmt.Errorf("%w: %d leaves and %d more", ErrFull, a.Count, len(leaves))
	}
	if len(leaves) == 0 {
		return nil
	}
	for i := range leaves {
		if leaves[i].IsZero() {
			return fmt.Errorf("%w: number %d of the batch", ErrEmptyLeaf, i)
		}
	}
	if emit == nil {
		emit = func(int, uint64, field.Element) error { return nil }
	}
	next := Accumulator{Count: a.Count + uint64(len(leaves)), Frontier: a.Frontier}
	if err := next.raise(a.Count, leaves, emit); err != nil {
		return err
	}
	if err := next.emitIncomplete(emit); err != nil {
		return err
	}
	*a = next
	return nil
}

// raise computes, level by level, the complete nodes that the leaves finish, and leaves
// in the frontier those that wait for a right neighbour.
func (a *Accumulator) raise(first uint64, leaves []field.Element, emit func(int, uint64, field.Element) error) error {
	nodes := leaves
	scratch := make([]field.Element, 0, len(leaves)/2+1)
	for level := range Depth {
		if level > 0 && level%BucketBits == 0 {
			for i := range nodes {
				if err := emit(level, first+uint64(i), nodes[i]); err != nil {
					return err
				}
			}
		}
		// The parents are written over the front of scratch while later nodes are
		// still to be read from it; a parent never lands beyond what is read.
		parents := scratch[:0]
		rest := nodes
		if first&1 == 1 && len(rest) > 0 {
			parents = append(parents, Node(a.Frontier[level], rest[0]))
			a.Frontier[level] = field.Element{}
			rest = rest[1:]
		}
		for len(rest) >= 2 {
			parents = append(parents, Node(rest[0], rest[1]))
			rest = rest[2:]
		}
		if len(rest) == 1 {
			a.Frontier[level] = rest[0]
		}
		nodes, first = parents, first>>1
	}
	return nil
}

// emitIncomplete emits the rightmost node of each stored level if it is not complete.
func (a *Accumulator) emitIncomplete(emit func(int, uint64, field.Element) error) error {
	var failed error
	a.fold(func(level int, node field.Element) {
		if failed == nil && level%BucketBits == 0 && a.Count&(1<<level-1) != 0 {
			failed = emit(level, a.Count>>level, node)
		}
	})
	return failed
}

// fold computes the incomplete node that ends each level, filled up with empty leaves,
// for the levels below the root, and returns the root.
func (a *Accumulator) fold(visit func(level int, node field.Element)) field.Element {
	node := Empty(0)
	for level := range Depth {
		if level > 0 {
			visit(level, node)
		}
		switch {
		case a.Count>>level&1 == 1:
			node = Node(a.Frontier[level], node)
		case a.Count&(1<<level-1) == 0:
			node = Empty(level + 1)
		default:
			node = Node(node, Empty(level))
		}
	}
	return node
}

// Root returns the root of the roll.
func (a Accumulator) Root() field.Element {
	return a.fold(func(int, field.Element) {})
}

// Bytes encodes the accumulator, AccumulatorSize bytes.
func (a Accumulator) Bytes() []byte {
	b := make([]byte, 0, AccumulatorSize)
	b = binary.BigEndian.AppendUint64(b, a.Count)
	for i := range a.Frontier {
		e := a.Frontier[i].Bytes()
		b = append(b, e[:]...)
	}
	return b
}

// ParseAccumulator decodes an accumulator. It returns ErrEncoding for a wrong length,
// a count above MaxLeaves, an element that is not canonical, an element where the count
// has no bit, or none where it has one.
func ParseAccumulator(b []byte) (Accumulator, error) {
	var a Accumulator
	if len(b) != AccumulatorSize {
		return Accumulator{}, fmt.Errorf("%w: %d bytes, want %d", ErrEncoding, len(b), AccumulatorSize)
	}
	a.Count = binary.BigEndian.Uint64(b)
	if a.Count > MaxLeaves {
		return Accumulator{}, fmt.Errorf("%w: count %d", ErrEncoding, a.Count)
	}
	b = b[8:]
	for level := range a.Frontier {
		e, err := field.Parse(b[level*field.Size : (level+1)*field.Size])
		if err != nil {
			return Accumulator{}, fmt.Errorf("%w: level %d: %w", ErrEncoding, level, err)
		}
		if e.IsZero() == (a.Count>>level&1 == 1) {
			return Accumulator{}, fmt.Errorf("%w: level %d does not fit the count", ErrEncoding, level)
		}
		a.Frontier[level] = e
	}
	return a, nil
}

// BuildRoot computes the root of a roll from all its leaves, level by level: the plain
// reference that the accumulator and the paths are tested against, and that a registrar
// or verifier with the whole list uses.
func BuildRoot(leaves []field.Element) field.Element {
	nodes := leaves
	for level := range Depth {
		parents := make([]field.Element, 0, (len(nodes)+1)/2)
		for i := 0; i < len(nodes); i += 2 {
			right := Empty(level)
			if i+1 < len(nodes) {
				right = nodes[i+1]
			}
			parents = append(parents, Node(nodes[i], right))
		}
		nodes = parents
	}
	if len(nodes) == 0 {
		return Empty(Depth)
	}
	return nodes[0]
}
