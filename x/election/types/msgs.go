package types

import (
	errorsmod "cosmossdk.io/errors"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/keygen"
	"github.com/evoted/evoted/x/election/crypto/roll"
)

const (
	// HashSize is the length in bytes of a SHA-256 hash.
	HashSize = 32
	// SigmaProofSize is the length in bytes of a proof of knowledge or of equal logarithms.
	SigmaProofSize = 64
	// MaxDealSize bounds a deal in bytes: that of the most trustees, all of whom are needed,
	// and the most slots.
	MaxDealSize = keygen.MaxDealSize
	// MaxSlots is the largest number of slots of a ballot format.
	MaxSlots = keygen.MaxSlots
)

// ValidateBasic checks the form of the message. It needs no state, as those of all other
// messages. Errors: ErrInvalidEncoding, ErrTrusteeKey.
func (m *MsgRegisterTrusteeKey) ValidateBasic() error {
	if m == nil {
		return errEmptyMessage
	}
	if _, err := ParseAddress(m.Trustee); err != nil {
		return err
	}
	return validateTrusteeKey(m.PublicKey, m.Proof)
}

func validateTrusteeKey(publicKey, proof []byte) error {
	if len(proof) != SigmaProofSize {
		return errorsmod.Wrapf(ErrTrusteeKey, "proof has %d bytes, want %d", len(proof), SigmaProofSize)
	}
	if _, err := curve.ParseKey(publicKey); err != nil {
		return errorsmod.Wrapf(ErrTrusteeKey, "public key: %s", err)
	}
	return nil
}

// ValidateBasic checks everything about the described election that needs no state.
// Errors: ErrInvalidElection, ErrInvalidEncoding.
func (m *MsgCreateElection) ValidateBasic() error {
	if m == nil {
		return errEmptyMessage
	}
	return m.description().validate()
}

// ValidateBasic checks the form of the message. Errors: ErrInvalidEncoding.
func (m *MsgAbortElection) ValidateBasic() error {
	if m == nil {
		return errEmptyMessage
	}
	if err := validateTarget(m.Organiser, m.ElectionId); err != nil {
		return err
	}
	if err := validateText("explanation", m.Explanation, 1, MaxExplanationLength, true); err != nil {
		return errorsmod.Wrap(ErrInvalidEncoding, err.Error())
	}
	return nil
}

// ValidateBasic checks every elector of the batch, and that none is in it twice. Errors:
// ErrInvalidEncoding, ErrInvalidRoll, ErrDuplicateElector.
func (m *MsgRegisterElectors) ValidateBasic() error {
	if m == nil {
		return errEmptyMessage
	}
	if err := validateTarget(m.Registrar, m.ElectionId); err != nil {
		return err
	}
	if len(m.Electors) == 0 {
		return errorsmod.Wrap(ErrInvalidRoll, "the batch is empty")
	}
	if len(m.Electors) > LimitBatch {
		return errorsmod.Wrapf(ErrInvalidRoll, "the batch has %d electors, at most %d", len(m.Electors), LimitBatch)
	}
	return validateElectors(m.Electors)
}

// validateElectors checks each elector, and that no two have one commitment.
func validateElectors(electors []Elector) error {
	seen := make(map[string]struct{}, len(electors)) // looked up, never iterated
	for i := range electors {
		if err := electors[i].Validate(); err != nil {
			return errorsmod.Wrapf(err, "elector %d", i+1)
		}
		commitment := string(electors[i].Commitment)
		if _, ok := seen[commitment]; ok {
			return errorsmod.Wrapf(ErrDuplicateElector, "elector %d is there twice", i+1)
		}
		seen[commitment] = struct{}{}
	}
	return nil
}

// Validate returns ErrInvalidRoll unless the commitment is a canonical field element
// other than zero and the weight is from 1 to 2^32-1.
func (e *Elector) Validate() error {
	commitment, err := field.Parse(e.Commitment)
	if err != nil {
		return errorsmod.Wrapf(ErrInvalidRoll, "commitment: %s", err)
	}
	if commitment.IsZero() {
		return errorsmod.Wrap(ErrInvalidRoll, "commitment is zero")
	}
	if e.Weight == 0 || e.Weight > roll.MaxWeight {
		return errorsmod.Wrapf(ErrInvalidRoll, "weight is %d, it must be from 1 to %d", e.Weight, uint64(roll.MaxWeight))
	}
	return nil
}

// ValidateBasic checks the form of the message. Errors: ErrInvalidEncoding, ErrAttestation.
func (m *MsgAttestRoll) ValidateBasic() error {
	if m == nil {
		return errEmptyMessage
	}
	if err := validateTarget(m.Registrar, m.ElectionId); err != nil {
		return err
	}
	return validateAttested(m.Root, m.Count, m.TotalPower)
}

func validateAttested(root []byte, count, totalPower uint64) error {
	if _, err := field.Parse(root); err != nil {
		return errorsmod.Wrapf(ErrAttestation, "root: %s", err)
	}
	if count == 0 || totalPower < count {
		return errorsmod.Wrapf(ErrAttestation, "%d electors with a total power of %d cannot be: each has at least 1", count, totalPower)
	}
	return nil
}

// ValidateBasic checks the form of the message. Errors: ErrInvalidEncoding, ErrDeal.
func (m *MsgCommitDeal) ValidateBasic() error {
	if m == nil {
		return errEmptyMessage
	}
	if err := validateTarget(m.Trustee, m.ElectionId); err != nil {
		return err
	}
	if len(m.Commitment) != HashSize {
		return errorsmod.Wrapf(ErrDeal, "commitment has %d bytes, want %d", len(m.Commitment), HashSize)
	}
	return nil
}

// ValidateBasic checks the form of the message. Errors: ErrInvalidEncoding, ErrDeal.
func (m *MsgSubmitDeal) ValidateBasic() error {
	if m == nil {
		return errEmptyMessage
	}
	if err := validateTarget(m.Trustee, m.ElectionId); err != nil {
		return err
	}
	if len(m.Deal) == 0 || len(m.Deal) > MaxDealSize {
		return errorsmod.Wrapf(ErrDeal, "deal has %d bytes, which no deal has", len(m.Deal))
	}
	return nil
}

// ValidateBasic checks the form of the message. Errors: ErrInvalidEncoding.
func (m *MsgConfirmDeals) ValidateBasic() error {
	if m == nil {
		return errEmptyMessage
	}
	return validateTarget(m.Trustee, m.ElectionId)
}

// ValidateBasic checks the form of the message. Errors: ErrInvalidEncoding, ErrShare.
func (m *MsgSubmitDecryptionShare) ValidateBasic() error {
	if m == nil {
		return errEmptyMessage
	}
	if err := validateTarget(m.Trustee, m.ElectionId); err != nil {
		return err
	}
	if len(m.Proof) != SigmaProofSize {
		return errorsmod.Wrapf(ErrShare, "proof has %d bytes, want %d", len(m.Proof), SigmaProofSize)
	}
	if n := len(m.Share); n == 0 || n%curve.PointSize != 0 || n > MaxSlots*curve.PointSize {
		return errorsmod.Wrapf(ErrShare, "share has %d bytes, which is no list of points", n)
	}
	return nil
}

// ValidateBasic checks the form of the message. Errors: ErrInvalidEncoding, ErrResult.
func (m *MsgPublishResult) ValidateBasic() error {
	if m == nil {
		return errEmptyMessage
	}
	if err := validateTarget(m.Sender, m.ElectionId); err != nil {
		return err
	}
	if n := len(m.Totals); n == 0 || n > MaxSlots {
		return errorsmod.Wrapf(ErrResult, "%d totals, which no ballot format has", n)
	}
	return nil
}

var errEmptyMessage = errorsmod.Wrap(ErrInvalidEncoding, "no message")

// validateTarget checks the signer and the election id that most messages have.
func validateTarget(signer string, electionID uint64) error {
	if _, err := ParseAddress(signer); err != nil {
		return err
	}
	if electionID == 0 {
		return errorsmod.Wrap(ErrInvalidEncoding, "election id is 0: elections count from 1")
	}
	return nil
}
