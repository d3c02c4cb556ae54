// Package types holds the messages, the state and the genesis of elections, with the
// checks that need no state, and the one encoding of a ballot transaction.
package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// The errors of the module. Codes are part of the protocol towards clients: they are only
// ever appended, never renumbered and never used again.
var (
	// ErrInvalidEncoding says that bytes or text are not in their one canonical form: a
	// field element, a point, an address, a deal or a text of wrong length or content.
	ErrInvalidEncoding = errorsmod.RegisterWithGRPCCode(ModuleName, 2, codes.InvalidArgument, "invalid encoding")
	// ErrInvalidElection says that the description of an election cannot be accepted, and
	// what to change.
	ErrInvalidElection = errorsmod.RegisterWithGRPCCode(ModuleName, 3, codes.InvalidArgument, "invalid election")
	// ErrElectionNotFound says that no election has the id.
	ErrElectionNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 4, codes.NotFound, "election not found")
	// ErrWrongPhase says that the election does not accept this message where it stands.
	ErrWrongPhase = errorsmod.RegisterWithGRPCCode(ModuleName, 5, codes.FailedPrecondition, "not possible in this phase of the election")
	// ErrVotingClosed says that the election is not open at this block time. Before its
	// opening the same ballot may be sent again later.
	ErrVotingClosed = errorsmod.RegisterWithGRPCCode(ModuleName, 6, codes.FailedPrecondition, "voting is not open")
	// ErrNullifierUsed says that this elector's ballot is recorded already and final.
	ErrNullifierUsed = errorsmod.RegisterWithGRPCCode(ModuleName, 7, codes.AlreadyExists, "a ballot with this nullifier is recorded already")
	// ErrRevision says that a ballot does not have a larger revision than the recorded one.
	ErrRevision = errorsmod.RegisterWithGRPCCode(ModuleName, 8, codes.AlreadyExists, "the revision is not larger than that of the recorded ballot")
	// ErrBallotSignature says that the ephemeral key did not sign the ballot transaction.
	ErrBallotSignature = errorsmod.RegisterWithGRPCCode(ModuleName, 9, codes.Unauthenticated, "invalid signature of the ballot transaction")
	// ErrBallotProof says that the proof does not hold for this ballot in this election.
	ErrBallotProof = errorsmod.RegisterWithGRPCCode(ModuleName, 10, codes.InvalidArgument, "the ballot's proof does not hold")
	// ErrBallotTx says that a ballot transaction is not the canonical encoding of its parts.
	ErrBallotTx = errorsmod.RegisterWithGRPCCode(ModuleName, 11, codes.InvalidArgument, "ballot transaction is not canonical")
	// ErrBallotNotAlone says that a ballot is not the only message of its transaction.
	ErrBallotNotAlone = errorsmod.RegisterWithGRPCCode(ModuleName, 12, codes.InvalidArgument, "a ballot must be alone in its transaction")
	// ErrMessageNotAllowed says that the type of a message is not on the chain's list.
	ErrMessageNotAllowed = errorsmod.RegisterWithGRPCCode(ModuleName, 13, codes.PermissionDenied, "message type is not allowed")
	// ErrQuota says that an official's messages of this block are used up.
	ErrQuota = errorsmod.RegisterWithGRPCCode(ModuleName, 14, codes.ResourceExhausted, "too many messages of this account in one block")
	// ErrUnauthorised says that the signer does not hold the role the message needs.
	ErrUnauthorised = errorsmod.RegisterWithGRPCCode(ModuleName, 15, codes.PermissionDenied, "the account does not hold the role for this message")
	// ErrInvalidRoll says that a batch of electors cannot be appended.
	ErrInvalidRoll = errorsmod.RegisterWithGRPCCode(ModuleName, 16, codes.InvalidArgument, "invalid electors")
	// ErrDuplicateElector says that a commitment is on the roll already, or twice in a batch.
	ErrDuplicateElector = errorsmod.RegisterWithGRPCCode(ModuleName, 17, codes.AlreadyExists, "elector is on the roll already")
	// ErrPower says that the total voting power would exceed what a result can hold.
	ErrPower = errorsmod.RegisterWithGRPCCode(ModuleName, 18, codes.OutOfRange, "total voting power too large")
	// ErrAttestation says that an attestation of the roll is malformed.
	ErrAttestation = errorsmod.RegisterWithGRPCCode(ModuleName, 19, codes.InvalidArgument, "invalid attestation")
	// ErrRollSealed says that the roll is sealed and does not change any more.
	ErrRollSealed = errorsmod.RegisterWithGRPCCode(ModuleName, 20, codes.FailedPrecondition, "the roll is sealed")
	// ErrTrusteeKey says that a trustee's long-term key or its proof is not valid.
	ErrTrusteeKey = errorsmod.RegisterWithGRPCCode(ModuleName, 21, codes.InvalidArgument, "invalid trustee key")
	// ErrDeal says that a deal is not the committed one or does not verify.
	ErrDeal = errorsmod.RegisterWithGRPCCode(ModuleName, 22, codes.InvalidArgument, "invalid deal")
	// ErrAlreadyDone says that the account did this already; once is enough.
	ErrAlreadyDone = errorsmod.RegisterWithGRPCCode(ModuleName, 23, codes.AlreadyExists, "done already")
	// ErrShare says that a decryption share is malformed.
	ErrShare = errorsmod.RegisterWithGRPCCode(ModuleName, 24, codes.InvalidArgument, "invalid decryption share")
	// ErrResult says that totals do not open the frozen sum.
	ErrResult = errorsmod.RegisterWithGRPCCode(ModuleName, 25, codes.InvalidArgument, "the totals are not the result")
	// ErrLimit says that a limit of the module's parameters is reached.
	ErrLimit = errorsmod.RegisterWithGRPCCode(ModuleName, 26, codes.ResourceExhausted, "limit reached")
	// ErrCircuit says that no usable circuit is registered for a format.
	ErrCircuit = errorsmod.RegisterWithGRPCCode(ModuleName, 27, codes.FailedPrecondition, "no circuit for this ballot format")
	// ErrBallotSize says that a part of a ballot does not have the length of its format.
	ErrBallotSize = errorsmod.RegisterWithGRPCCode(ModuleName, 28, codes.InvalidArgument, "a part of the ballot has the wrong length")
	// ErrInvalidGenesis says that a genesis state contradicts itself.
	ErrInvalidGenesis = errorsmod.RegisterWithGRPCCode(ModuleName, 29, codes.InvalidArgument, "invalid genesis")
	// ErrInvalidParams says that parameters are out of range.
	ErrInvalidParams = errorsmod.RegisterWithGRPCCode(ModuleName, 30, codes.InvalidArgument, "invalid parameters")
	// ErrTooFewShares says that fewer valid shares than the threshold are recorded.
	ErrTooFewShares = errorsmod.RegisterWithGRPCCode(ModuleName, 31, codes.FailedPrecondition, "too few decryption shares")
	// ErrBallotPending says that another ballot of this elector waits for a block here. The
	// same ballot may be sent again after the next block.
	ErrBallotPending = errorsmod.RegisterWithGRPCCode(ModuleName, 32, codes.Unavailable, "another ballot with this nullifier waits for a block: send again after it")
)
