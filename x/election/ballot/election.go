package ballot

import (
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/nullifier"
)

// Election is what all ballots of one open election have in common.
type Election struct {
	// ChainID and ID name the election.
	ChainID string
	ID      uint64
	// Format of its ballots.
	Format Format
	// Root of the sealed roll.
	Root field.Element
	// Rules of its contests, Keys its public keys.
	Rules Rules
	Keys  []curve.Point
}

// Scalar returns e, which stands for the election in circuits.
func (e Election) Scalar() field.Element { return nullifier.ElectionScalar(e.ChainID, e.ID) }

// Statement returns what the ballot must prove in this election. Chain id and election
// id are the election's own, never the ballot's word: a ballot made for another chain
// or election does not verify.
func (e Election) Statement(b Ballot) Statement {
	return Statement{
		Root: e.Root, Election: e.Scalar(), Nullifier: b.Nullifier,
		Binding: nullifier.Binding(e.ChainID, e.ID, b.Revision, b.EphemeralKey),
		Rules:   e.Rules, Keys: e.Keys, Ciphertext: b.Ciphertext,
	}
}
