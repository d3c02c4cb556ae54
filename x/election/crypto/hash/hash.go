// Package hash is the algebraic hash of the protocol, the same natively and in the circuit.
//
// Statement. H(a, b) is the two-to-one compression of the Poseidon2 permutation
// of width 2 over Fr of BLS12-381 with gnark-crypto's default parameters (6 full
// and 50 partial rounds, S-box x^5, round keys from the parameter string):
// H(a, b) = P(a, b)[1] + b. Longer inputs chain: H(a, b, c) = H(H(a, b), c).
// gnark's gadget std/permutation/poseidon2 computes the same function; a test
// holds the two together.
//
// Source. Grassi, Khovratovich, Schofnegger, "Poseidon2: A Faster Version of the
// Poseidon Hash Function", https://eprint.iacr.org/2023/323.
//
// Domain separation. Every use starts with its own tag, and every tag has one
// fixed number of inputs, so the chaining (which would otherwise be open to
// extension) cannot make one kind of value pass for another:
//
//	evoted/v1/identity   H(tag, s)        identity commitment
//	evoted/v1/leaf       H(tag, id, w)    leaf of the roll
//	evoted/v1/node       H(tag, l, r)     inner node of the roll
//	evoted/v1/nullifier  H(tag, s, e)     nullifier
//
// Not protected. The hash of a guessable input can be found by trying; secrets
// must come from at least 128 bits of entropy.
package hash

import (
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr/poseidon2"

	"github.com/evoted/evoted/x/election/crypto/field"
)

// The domain tags: each starts the inputs of one kind of hash.
var (
	// TagIdentity starts an identity commitment H(TagIdentity, s).
	TagIdentity = field.Tag("evoted/v1/identity")
	// TagLeaf starts a leaf of the roll H(TagLeaf, id, w).
	TagLeaf = field.Tag("evoted/v1/leaf")
	// TagNode starts an inner node of the roll H(TagNode, left, right).
	TagNode = field.Tag("evoted/v1/node")
	// TagNullifier starts a nullifier H(TagNullifier, s, e).
	TagNullifier = field.Tag("evoted/v1/nullifier")
)

// permutation is read-only after it is made, so all goroutines share it.
var permutation = poseidon2.NewDefaultPermutation()

// Compress is the two-to-one hash H(a, b). It allocates nothing and is safe for
// concurrent use.
func Compress(a, b field.Element) field.Element {
	state := [2]field.Element{a, b}
	if err := permutation.Permutation(state[:]); err != nil {
		// The only error is a state whose width is not the permutation's, and
		// both are the constant 2.
		panic(err)
	}
	state[1].Add(&state[1], &b)
	return state[1]
}

// Sum is the chained hash H(tag, in[0], in[1], ...) with one or more inputs. With
// no input it returns H(tag, 0), which no kind of hash in the protocol uses.
func Sum(tag field.Element, in ...field.Element) field.Element {
	if len(in) == 0 {
		return Compress(tag, field.Element{})
	}
	acc := tag
	for i := range in {
		acc = Compress(acc, in[i])
	}
	return acc
}
