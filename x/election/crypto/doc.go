// Package crypto is the mathematics of the protocol, in subpackages that know neither the
// chain nor files, the network, clocks or a source of randomness other than an io.Reader
// they are given. They compile to WebAssembly.
//
//	field      bytes to elements of Fr and back
//	hash       Poseidon2, the hash in and out of the circuit
//	curve      Jubjub: points, scalars, validating decoders
//	elgamal    encryption of ballots and sums
//	nullifier  what an elector's secret shows of itself
//	roll       the Merkle tree of electors
//	dleq       sigma proofs with strong Fiat-Shamir
//	keygen     key generation and threshold decryption
//	dlog       from decrypted points to numbers
//
// This package itself holds only the test vectors, testdata/vectors/*.json: one file for
// each subpackage, each case with its inputs and with "expect" either "ok" or the name of
// an error. Another implementation reads them; the tests here check them, and
// go generate writes them anew after a deliberate change of the protocol.
package crypto

//go:generate go test -run TestVectors -update .
