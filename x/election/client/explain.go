package client

import (
	"errors"

	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/evoted/evoted/x/election/types"
)

// explanation is what a refusal means to the person who reads it.
type explanation struct {
	err      error
	sentence string
	hint     string
}

// explanations are looked through in order; the first whose error matches is used.
var explanations = []explanation{
	// First: what else a node said of it is not the answer.
	{ErrUnknownFate, "it was sent, and no node has shown it in a block yet", "it may still be included: look again in some seconds"},
	{types.ErrVotingClosed, "voting is not open", "evoted results ID says when it opens and closes"},
	{types.ErrNullifierUsed, "a ballot of this elector is already recorded", ""},
	{types.ErrBallotPending, "another ballot of this elector waits for the next block", "try again in some seconds"},
	{types.ErrRevision, "a later ballot of this elector is already recorded", "cast again: the next revision is taken by itself"},
	{types.ErrBallotSignature, "the signature of the ballot does not match it", "the ballot was changed on its way: cast again"},
	{types.ErrBallotProof, "the proof of the ballot is not valid for this election", "the ballot was changed on its way, or was made with another proving key: cast again"},
	{types.ErrBallotTx, "the transaction is not in the one form that ballots have", "the ballot was changed on its way: cast again"},
	{types.ErrBallotNotAlone, "a ballot must be alone in its transaction", ""},
	{types.ErrMessageNotAllowed, "this kind of message is not allowed on this chain", ""},
	{types.ErrQuota, "too many transactions of this official in one block", "wait a second and try again"},
	{types.ErrUnauthorised, "this account has not the role that this takes in the election", "evoted registrar status ID and evoted trustee status show the roles"},
	{types.ErrElectionNotFound, "there is no such election", "list them with: evoted query election elections"},
	{types.ErrWrongPhase, "the election is not at the stage for this", "evoted results ID says where it stands"},
	{types.ErrDuplicateElector, "an elector of the batch is already on the roll", "run the same command again: it leaves out who is there"},
	{types.ErrPower, "the voting power would exceed what the election can count", "total power times the largest value of an option must stay at or below 2^40"},
	{types.ErrRollSealed, "the roll is sealed and cannot change", ""},
	{types.ErrAttestation, "the attestation does not fit the roll on the chain", "run: evoted registrar attest ELECTION CSV, which compares both"},
	{types.ErrAlreadyDone, "this is already done", ""},
	{types.ErrShare, "the decryption share is not valid", ""},
	{types.ErrResult, "the totals do not fit the decryption shares", ""},
	{sdkerrors.ErrMempoolIsFull, "the node has too many waiting transactions", "try again in some seconds, or give another --node"},
	{sdkerrors.ErrTxTooLarge, "the transaction is too large for the node", ""},
	{sdkerrors.ErrWrongSequence, "another transaction of this account came between", "try again"},
	{sdkerrors.ErrUnknownAddress, "the chain does not know this account", "officials' accounts are made in the genesis: check --from and the chain"},
	{sdkerrors.ErrKeyNotFound, "there is no such key", "list the keys with: evoted keys list"},
	{ErrOtherChain, "the nodes serve different chains", "give nodes of one chain"},
	{ErrNodesDisagree, "the nodes give different answers about this election", "do not vote; ask the authorities which of the nodes is right"},
	{ErrNoNode, "no node answers", "is it running? give the RPC address of another with --node"},
	{ErrNotSent, "nothing was sent: no node could be reached", "give the RPC address of another node with --node"},
}

// Explain returns, for an error of the chain or of a connection, a sentence in plain
// words and what can be done about it. Both are empty if the error is none it knows.
func Explain(err error) (sentence, hint string) {
	for _, e := range explanations {
		if errors.Is(err, e.err) {
			return e.sentence, e.hint
		}
	}
	return "", ""
}
