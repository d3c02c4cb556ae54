// Package ante decides which transactions a node looks at any further. There are two
// lanes, and a transaction takes one of them: a ballot goes alone through the ballot lane,
// every other transaction must consist of messages on a list and goes through the official
// lane. Whatever is on no list is refused.
//
// The decorators stand in the order of their cost, so that nothing dear is done for a
// transaction that something cheap would have refused. The application puts the lanes
// together; a test compares them with the two lists here.
//
// Ballot lane:
//
//  1. BallotGasDecorator: a ballot costs types.BallotGas, no matter what it contains or
//     what this node remembers.
//  2. BallotShapeDecorator: the transaction and the parts of the ballot have the sizes of
//     a ballot, before anything is computed from them (not on recheck).
//  3. BallotBytesDecorator: the bytes are the one encoding of this ballot, so it has one
//     hash (not on recheck).
//  4. BallotEncodingDecorator: field elements and points are canonical (not on recheck).
//  5. BallotStateDecorator: the election is open at this block time, the nullifier is unused
//     or the revision larger, and no other ballot with the nullifier is pending here.
//  6. BallotSignatureDecorator: the ephemeral key signed these bytes for this chain (not on
//     recheck).
//  7. BallotProofDecorator: the proof holds (not on recheck nor when simulating).
//  8. BallotReserveDecorator: the nullifier is taken in the state of this check, so that a
//     second ballot with it is refused before its proof is looked at (not when executing a
//     block, where the message itself is recorded, nor when simulating).
//
// No account is read or created in the ballot lane.
//
// Official lane:
//
//  1. OfficialMessageDecorator: every message type is on the list of allowed types.
//  2. OfficialSizeDecorator: the transaction is no longer than its message types need.
//  3. OfficialFeeDecorator: a fee is stated with a gas limit only; nobody pays on this chain.
//  4. OfficialSignerDecorator: one signer with one plain signature, no multisignature.
//  5. OfficialMemoDecorator: the memo is short.
//  6. OfficialExtensionDecorator: there are no extension options.
//  7. OfficialTimeoutDecorator: the transaction is ordered by the account's sequence.
//  8. OfficialEncodingDecorator: the bytes are the canonical encoding of their parts.
//  9. SetUpContextDecorator (SDK): the gas meter of the stated limit.
//  10. OfficialGasDecorator: the stated gas is bounded by the messages' types; a simulation
//     ends at a bound of its own.
//  11. ValidateBasicDecorator (SDK): as many signatures as signers.
//  12. TxTimeoutHeightDecorator (SDK): the transaction has not timed out.
//  13. ConsumeTxSizeGasDecorator (SDK): gas for the length.
//  14. OfficialQuotaDecorator: the account's messages of this block are not used up.
//  15. SetPubKeyDecorator (SDK): the account exists; its key is remembered.
//  16. ValidateSigCountDecorator (SDK): the number of keys is bounded.
//  17. SigGasConsumeDecorator (SDK): gas for the signature, by type of key.
//  18. SigVerificationDecorator (SDK): the signature holds.
//  19. IncrementSequenceDecorator (SDK): the same transaction cannot come again.
//
// There is no decorator for fees: transactions are free, and bounded by the lists instead.
package ante
