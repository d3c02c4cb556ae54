package types

import (
	errorsmod "cosmossdk.io/errors"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/field"
)

// ValidateBasic checks the form of a ballot: every part has its exact length and is in
// its canonical encoding. It needs no state and costs a few microseconds. Errors:
// ErrBallotSize, ErrInvalidEncoding.
func (m *MsgCastBallot) ValidateBasic() error {
	if m == nil {
		return errorsmod.Wrap(ErrInvalidEncoding, "no ballot")
	}
	// Lengths before anything that reads the content.
	if len(m.Proof) != BallotProofSize {
		return errorsmod.Wrapf(ErrBallotSize, "proof has %d bytes, want %d", len(m.Proof), BallotProofSize)
	}
	if len(m.Nullifier) != NullifierSize {
		return errorsmod.Wrapf(ErrBallotSize, "nullifier has %d bytes, want %d", len(m.Nullifier), NullifierSize)
	}
	slots, err := m.slots()
	if err != nil {
		return err
	}
	if err := validateEphemeralKey(m.EphemeralKey); err != nil {
		return err
	}
	// Zero would not be encoded, which makes the ballot shorter than all others.
	if m.ElectionId == 0 || m.Revision == 0 {
		return errorsmod.Wrap(ErrInvalidEncoding, "election id and revision count from 1")
	}
	if _, err := field.Parse(m.Nullifier); err != nil {
		return errorsmod.Wrapf(ErrInvalidEncoding, "nullifier: %s", err)
	}
	if _, err := elgamal.ParseOnCurve(m.Ciphertext, slots); err != nil {
		return errorsmod.Wrapf(ErrInvalidEncoding, "ciphertext: %s", err)
	}
	return nil
}

// slots tells from its length how many slots the ciphertext has.
func (m *MsgCastBallot) slots() (int, error) {
	for _, format := range ballot.Formats() {
		if len(m.Ciphertext) == (format.Slots+1)*curve.PointSize {
			return format.Slots, nil
		}
	}
	return 0, errorsmod.Wrapf(ErrBallotSize, "ciphertext has %d bytes, which is no ballot format's", len(m.Ciphertext))
}

// Ballot returns the parsed ballot. Errors are those of ValidateBasic.
func (m *MsgCastBallot) Ballot(chainID string) (ballot.Ballot, error) {
	if err := m.ValidateBasic(); err != nil {
		return ballot.Ballot{}, err
	}
	slots, err := m.slots()
	if err != nil {
		return ballot.Ballot{}, err
	}
	ciphertext, err := elgamal.ParseOnCurve(m.Ciphertext, slots)
	if err != nil {
		return ballot.Ballot{}, errorsmod.Wrapf(ErrInvalidEncoding, "ciphertext: %s", err)
	}
	nullifier, err := field.Parse(m.Nullifier)
	if err != nil {
		return ballot.Ballot{}, errorsmod.Wrapf(ErrInvalidEncoding, "nullifier: %s", err)
	}
	return ballot.Ballot{
		ChainID:      chainID,
		ElectionID:   m.ElectionId,
		Revision:     m.Revision,
		Nullifier:    nullifier,
		EphemeralKey: m.EphemeralKey,
		Ciphertext:   ciphertext,
		Proof:        m.Proof,
	}, nil
}

// Message returns the message that cast a recorded ballot.
func (b *Ballot) Message(electionID uint64) *MsgCastBallot {
	return &MsgCastBallot{
		ElectionId:   electionID,
		Revision:     b.Revision,
		Nullifier:    b.Nullifier,
		EphemeralKey: b.EphemeralKey,
		Ciphertext:   b.Ciphertext,
		Proof:        b.Proof,
	}
}

// ManifestOf returns the ballot's manifest of an election. It returns ErrInvalidElection
// if the format is unknown; it does not check the manifest otherwise.
func ManifestOf(e Election) (ballot.Manifest, error) {
	return manifest(e.Format, e.Contests, e.Split, e.Quadratic, e.Distinct)
}

func manifest(format string, contests []Contest, split, quadratic, distinct bool) (ballot.Manifest, error) {
	f, err := ballot.FormatByName(format)
	if err != nil {
		return ballot.Manifest{}, errorsmod.Wrapf(ErrInvalidElection, "ballot format %.40q is not known: use %q", format, ballot.Slots8.Name)
	}
	m := ballot.Manifest{Format: f, Split: split, Quadratic: quadratic, Distinct: distinct}
	m.Contests = make([]ballot.Contest, 0, len(contests))
	for _, c := range contests {
		m.Contests = append(m.Contests, ballot.Contest{
			Title: c.Title, Options: c.Options, Cap: c.MaxPerOption, Lo: c.MinTotal, Hi: c.MaxTotal,
		})
	}
	return m, nil
}
