package keeper

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/types"
)

// CheckBallot makes the cheap checks of a ballot that need state: its election exists and
// is open at this block time, its parts have the sizes of the format, and its nullifier is
// unused, or its revision larger where the last ballot counts. Where transactions wait for
// a block, no other ballot of the nullifier may be waiting. Errors: ErrElectionNotFound,
// ErrVotingClosed, ErrBallotSize, ErrNullifierUsed, ErrRevision, ErrBallotPending.
func (k *Keeper) CheckBallot(ctx context.Context, m *types.MsgCastBallot) error {
	sdkCtx := unmetered(sdk.UnwrapSDKContext(ctx))
	accepted, err := k.checkBallot(sdkCtx, m)
	if err != nil || !reserves(sdkCtx) {
		return err
	}
	return k.checkPending(sdkCtx, m, accepted.election.RevotePolicy)
}

// reserves reports whether this is a check of a transaction that is not executed with it.
func reserves(ctx sdk.Context) bool {
	mode := ctx.ExecMode()
	return mode != sdk.ExecModeFinalize && mode != sdk.ExecModeSimulate
}

// checkPending refuses a second ballot of a nullifier beside the one that waits, also with
// a larger revision: one elector could else fill every mempool with ballots of which one
// counts, each to be proved. A ballot that is checked again is not its own rival.
func (k *Keeper) checkPending(ctx sdk.Context, m *types.MsgCastBallot, policy types.RevotePolicy) error {
	pending, err := k.reserved.Get(ctx, collections.Join(m.ElectionId, m.Nullifier))
	if errors.Is(err, collections.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if own := sha256.Sum256(ctx.TxBytes()); ctx.IsReCheckTx() && bytes.Equal(pending, own[:]) {
		return nil
	}
	if policy == types.REVOTE_POLICY_LAST_COUNTS {
		return errorsmod.Wrapf(types.ErrBallotPending, "election %d", m.ElectionId)
	}
	return errorsmod.Wrapf(types.ErrNullifierUsed, "election %d: the ballot waits for a block", m.ElectionId)
}

// open election and, if the ballot replaces one, the recorded ballot.
type admitted struct {
	election types.Election
	replaced *types.Ballot
}

func (k *Keeper) checkBallot(ctx sdk.Context, m *types.MsgCastBallot) (admitted, error) {
	if m == nil {
		return admitted{}, errorsmod.Wrap(types.ErrInvalidEncoding, "no ballot")
	}
	election, err := k.Election(ctx, m.ElectionId)
	if err != nil {
		return admitted{}, err
	}
	if !election.VotingAt(ctx.BlockTime()) {
		return admitted{}, errorsmod.Wrapf(types.ErrVotingClosed, "election %d", election.Id)
	}
	format, err := ballot.FormatByName(election.Format)
	if err != nil {
		return admitted{}, err
	}
	if want := elgamal.Size(format.Slots); len(m.Ciphertext) != want {
		return admitted{}, errorsmod.Wrapf(types.ErrBallotSize, "ciphertext has %d bytes, want %d", len(m.Ciphertext), want)
	}
	// The nullifier becomes a key of the store: its length must be right whoever calls.
	if len(m.Nullifier) != types.NullifierSize {
		return admitted{}, errorsmod.Wrapf(types.ErrBallotSize, "nullifier has %d bytes, want %d", len(m.Nullifier), types.NullifierSize)
	}
	recorded, err := k.ballots.Get(ctx, collections.Join(election.Id, m.Nullifier))
	switch {
	case errors.Is(err, collections.ErrNotFound):
		return admitted{election: election}, nil
	case err != nil:
		return admitted{}, err
	case election.RevotePolicy != types.REVOTE_POLICY_LAST_COUNTS:
		return admitted{}, errorsmod.Wrapf(types.ErrNullifierUsed, "election %d", election.Id)
	case m.Revision <= recorded.Revision:
		return admitted{}, errorsmod.Wrapf(types.ErrRevision, "revision %d is recorded", recorded.Revision)
	}
	return admitted{election: election, replaced: &recorded}, nil
}

// CheckBallotProof checks the ballot's proof. Its public inputs are built from the state
// and the parsed ballot; none is taken from the sender. Errors: those of ValidateBasic and
// of CheckBallot for the election, ErrCircuit, ErrBallotProof.
func (k *Keeper) CheckBallotProof(ctx context.Context, m *types.MsgCastBallot) error {
	if m == nil {
		return errorsmod.Wrap(types.ErrInvalidEncoding, "no ballot")
	}
	sdkCtx := unmetered(sdk.UnwrapSDKContext(ctx))
	election, err := k.Election(sdkCtx, m.ElectionId)
	if err != nil {
		return err
	}
	_, err = k.checkProof(sdkCtx, m, &election)
	return err
}

// checkProof is CheckBallotProof with the ballot's election at hand. It returns the parsed
// ballot.
func (k *Keeper) checkProof(ctx sdk.Context, m *types.MsgCastBallot, election *types.Election) (ballot.Ballot, error) {
	cast, err := m.Ballot(ctx.ChainID())
	if err != nil {
		return cast, err
	}
	open, err := openElection(ctx.ChainID(), election)
	if err != nil {
		return cast, err
	}
	if err := cast.Validate(open.Format); err != nil {
		return cast, errorsmod.Wrap(types.ErrBallotSize, err.Error())
	}
	vk, err := k.verifyingKey(ctx, open.Format)
	if err != nil {
		return cast, err
	}
	if hash := vk.Hash(); string(hash[:]) != string(election.VerifyingKeyHash) {
		return cast, errorsmod.Wrap(types.ErrCircuit, "the verifying key is not the one the election pins")
	}
	if err := k.checker.Check(vk, open.Statement(cast).PublicInputs(), m.Proof); err != nil {
		return cast, errorsmod.Wrap(types.ErrBallotProof, err.Error())
	}
	return cast, nil
}

// openElection returns what all ballots of an election have in common. It returns
// ErrVotingClosed if the roll is not sealed or the keys are not final.
func openElection(chainID string, election *types.Election) (ballot.Election, error) {
	if election.Roll.Status != types.ROLL_STATUS_SEALED || election.KeyGeneration.Status != types.KEY_STATUS_FINAL {
		return ballot.Election{}, errorsmod.Wrapf(types.ErrVotingClosed, "election %d", election.Id)
	}
	manifest, err := types.ManifestOf(*election)
	if err != nil {
		return ballot.Election{}, err
	}
	root, err := field.Parse(election.Roll.Root)
	if err != nil {
		return ballot.Election{}, err
	}
	keys := make([]curve.Point, 0, len(election.KeyGeneration.PublicKeys))
	for _, b := range election.KeyGeneration.PublicKeys {
		point, err := curve.ParseOnCurve(b)
		if err != nil {
			return ballot.Election{}, err
		}
		keys = append(keys, point)
	}
	return ballot.Election{
		ChainID: chainID, ID: election.Id, Format: manifest.Format, Root: root, Rules: manifest.Rules(), Keys: keys,
	}, nil
}

// ReserveBallot notes a checked ballot in the state of CheckTx, PrepareProposal or
// ProcessProposal, so that a second ballot with its nullifier is refused there before its
// signature and proof are looked at. These states begin anew after every block, and with
// them the notes: checking the mempool again fills them in. Where messages run afterwards
// (execution and simulation) it does nothing: CastBallot records the ballot.
func (k *Keeper) ReserveBallot(ctx context.Context, m *types.MsgCastBallot) error {
	sdkCtx := unmetered(sdk.UnwrapSDKContext(ctx))
	if !reserves(sdkCtx) {
		return nil
	}
	hash := sha256.Sum256(sdkCtx.TxBytes())
	return k.reserved.Set(sdkCtx, collections.Join(m.ElectionId, m.Nullifier), hash[:])
}

// record stores a ballot under its nullifier.
func (k *Keeper) record(ctx sdk.Context, m *types.MsgCastBallot) error {
	return k.ballots.Set(ctx, collections.Join(m.ElectionId, m.Nullifier), types.Ballot{
		Nullifier:    m.Nullifier,
		Revision:     m.Revision,
		EphemeralKey: m.EphemeralKey,
		Ciphertext:   m.Ciphertext,
		Proof:        m.Proof,
		Height:       ctx.BlockHeight(),
	})
}

// note puts a recorded ballot on the list that EndBlock adds to the sum, with the
// ciphertext that it replaces if it does.
func (k *Keeper) note(ctx context.Context, m *types.MsgCastBallot, replaced *types.Ballot) error {
	value := append([]byte(nil), m.Ciphertext...)
	if replaced != nil {
		value = append(value, replaced.Ciphertext...)
	}
	return k.cast.Set(ctx, collections.Join3(m.ElectionId, m.Nullifier, m.Revision), value)
}
