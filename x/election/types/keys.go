package types

import "cosmossdk.io/collections"

const (
	// ModuleName is the name of the module.
	ModuleName = "election"
	// StoreKey names the module's store.
	StoreKey = ModuleName
	// TransientStoreKey names the store that lives for one block.
	TransientStoreKey = "transient_election"
)

// The prefixes of the module's store. Integers are big-endian and every part of a key has
// a fixed length, so no two different keys are the same bytes. An account address is the
// only part of varying length, and it is alone in its key.
var (
	// ParamsPrefix: 0x01 -> Params.
	ParamsPrefix = collections.NewPrefix(1)
	// NextElectionIDPrefix: 0x02 -> id of the next election (8 bytes).
	NextElectionIDPrefix = collections.NewPrefix(2)
	// ActiveElectionsPrefix: 0x03 -> number of elections that are not ended (8 bytes).
	ActiveElectionsPrefix = collections.NewPrefix(3)
	// CircuitsPrefix: 0x04 | format -> Circuit.
	CircuitsPrefix = collections.NewPrefix(4)
	// TrusteeKeysPrefix: 0x05 | account address -> TrusteeKey.
	TrusteeKeysPrefix = collections.NewPrefix(5)
	// ElectionsPrefix: 0x06 | election id (8) -> Election.
	ElectionsPrefix = collections.NewPrefix(6)
	// ElectorsPrefix: 0x07 | election id (8) | leaf index (8) -> Elector.
	ElectorsPrefix = collections.NewPrefix(7)
	// CommitmentsPrefix: 0x08 | election id (8) | commitment (32) -> leaf index (8).
	CommitmentsPrefix = collections.NewPrefix(8)
	// AccumulatorsPrefix: 0x09 | election id (8) -> roll.Accumulator (1032 bytes).
	AccumulatorsPrefix = collections.NewPrefix(9)
	// RollNodesPrefix: 0x0a | election id (8) | level 8, 16 or 24 (4) | index (8) -> node (32 bytes).
	RollNodesPrefix = collections.NewPrefix(10)
	// AttestationsPrefix: 0x0b | election id (8) | position of the registrar, from 1 (4) -> Attestation.
	AttestationsPrefix = collections.NewPrefix(11)
	// ContributionsPrefix: 0x0c | election id (8) | index of the trustee, from 1 (4) -> KeyContribution.
	ContributionsPrefix = collections.NewPrefix(12)
	// BallotsPrefix: 0x0d | election id (8) | nullifier (32) -> Ballot.
	BallotsPrefix = collections.NewPrefix(13)
	// TalliesPrefix: 0x0e | election id (8) -> Tally.
	TalliesPrefix = collections.NewPrefix(14)
	// SharesPrefix: 0x0f | election id (8) | index of the trustee, from 1 (4) -> DecryptionShare.
	SharesPrefix = collections.NewPrefix(15)
	// InvalidSharesPrefix: 0x10 | election id (8) | index of the trustee, from 1 (4) -> InvalidShare.
	InvalidSharesPrefix = collections.NewPrefix(16)
	// DeadlinesPrefix: 0x11 | time in nanoseconds (8) | election id (8) -> nothing. One
	// entry, the next deadline, for every election that is not ended.
	DeadlinesPrefix = collections.NewPrefix(17)
)

// The prefixes of the transient store.
var (
	// CastPrefix: 0x01 | election id (8) | nullifier (32) | revision (8) -> the ballot's
	// ciphertext, followed by the one it replaces if it does.
	CastPrefix = collections.NewPrefix(1)
	// QuotaPrefix: 0x02 | account address -> messages of the account in this block (8 bytes).
	QuotaPrefix = collections.NewPrefix(2)
	// ReservedPrefix: 0x03 | election id (8) | nullifier (32) -> SHA-256 of the transaction
	// of the pending ballot. Only in the states in which transactions are checked, never in
	// that in which a block is executed.
	ReservedPrefix = collections.NewPrefix(3)
)
