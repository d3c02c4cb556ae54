package circuit

import (
	"github.com/consensys/gnark/frontend"

	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/hash"
)

// chain returns H(H(tag, in_1), in_2)..., the chained compression of package hash.
func (b *builder) chain(tag field.Element, in ...frontend.Variable) frontend.Variable {
	var acc frontend.Variable = element(tag)
	for _, v := range in {
		acc = b.hash.Compress(acc, v)
	}
	return acc
}

// membership constrains the elector (s, w) to be in the roll with the given root,
// and the nullifier to be theirs for the election e.
//
// A leaf is computed here from s and w, never taken from the witness, under a tag
// of its own: an empty leaf (0), an inner node or a node of another depth cannot
// pass for one short of inverting the hash. The depth is the number of siblings.
func (b *builder) membership(c *Ballot) {
	id := b.define(familyIdentity, func() frontend.Variable { return b.chain(hash.TagIdentity, c.Secret) })
	node := b.define(familyLeaf, func() frontend.Variable { return b.chain(hash.TagLeaf, id, c.Weight) })
	for i, sibling := range c.Siblings {
		bit := c.PathBits[i]
		b.require(familyPathBit, func() { b.AssertIsBoolean(bit) })
		// bit = 0: the node is the left child; bit = 1: the right one.
		swap := b.product(familySwap, bit, b.Sub(sibling, node))
		left, right := b.Add(node, swap), b.Sub(sibling, swap)
		node = b.define(familyNode, func() frontend.Variable { return b.chain(hash.TagNode, left, right) })
	}
	b.require(familyRoot, func() { b.AssertIsEqual(node, c.Root) })
	b.require(familyNullifier, func() {
		b.AssertIsEqual(b.chain(hash.TagNullifier, c.Secret, c.Election), c.Nullifier)
	})

	b.digits(familyWeightRange, c.Weight, weightBits)
	b.require(familyWeightZero, func() { b.Inverse(c.Weight) })
}
