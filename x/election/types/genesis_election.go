package types

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/dleq"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/roll"
)

// validate checks that all parts of an election agree. The root of the roll is compared
// when the tree is rebuilt.
func (g *ElectionGenesis) validate(circuits []Circuit) error {
	e := &g.Election
	if err := e.description().validate(); err != nil {
		return err
	}
	m, err := ManifestOf(*e)
	if err != nil {
		return err
	}
	if err := e.validateState(m.Format); err != nil {
		return err
	}
	if err := e.validatePins(circuits, m.Format); err != nil {
		return err
	}
	checks := []func(ballot.Manifest) error{
		g.validateRoll, g.validateAttestations, g.validateContributions, g.validateBallots, g.validateTally, g.validateShares,
	}
	for _, check := range checks {
		if err := check(m); err != nil {
			return err
		}
	}
	return nil
}

// validateState checks that phase, statuses and what comes with them fit together.
func (e *Election) validateState(format ballot.Format) error {
	if _, ok := Phase_name[int32(e.Phase)]; !ok || e.Phase == PHASE_UNSPECIFIED {
		return fmt.Errorf("phase %d does not exist", e.Phase)
	}
	if _, ok := RollStatus_name[int32(e.Roll.Status)]; !ok || e.Roll.Status == ROLL_STATUS_UNSPECIFIED {
		return fmt.Errorf("status %d of the roll does not exist", e.Roll.Status)
	}
	if _, ok := KeyStatus_name[int32(e.KeyGeneration.Status)]; !ok || e.KeyGeneration.Status == KEY_STATUS_UNSPECIFIED {
		return fmt.Errorf("status %d of the key generation does not exist", e.KeyGeneration.Status)
	}
	if e.CreatedHeight < 0 {
		return errors.New("created_height is negative")
	}
	if e.opened() && (e.Roll.Status != ROLL_STATUS_SEALED || e.KeyGeneration.Status != KEY_STATUS_FINAL) {
		return errors.New("it has opened although its roll is not sealed or its keys are not final")
	}
	if e.KeyGeneration.Status == KEY_STATUS_FAILED && e.Phase != PHASE_ABORTED {
		return errors.New("its key generation has failed but it is not aborted")
	}
	if err := e.validateAbort(); err != nil {
		return err
	}
	return e.validateKeys(format)
}

// opened reports whether the election is in a phase that it reaches only by opening. An
// aborted one may have opened or not.
func (e *Election) opened() bool {
	return e.Phase == PHASE_OPEN || e.Phase == PHASE_CLOSED || e.Phase == PHASE_TALLIED || e.Phase == PHASE_WITHHELD
}

func (e *Election) validateAbort() error {
	if (e.Phase == PHASE_ABORTED) != (e.Abort != nil) {
		return errors.New("an abort must be told in the phase aborted, and only there")
	}
	if e.Abort == nil {
		return nil
	}
	if _, ok := AbortReason_name[int32(e.Abort.Reason)]; !ok || e.Abort.Reason == ABORT_REASON_UNSPECIFIED {
		return fmt.Errorf("abort reason %d does not exist", e.Abort.Reason)
	}
	if e.Abort.Height < 0 {
		return errors.New("height of the abort is negative")
	}
	return validateText("explanation", e.Abort.Explanation, 1, MaxExplanationLength, true)
}

func (e *Election) validateKeys(format ballot.Format) error {
	k := &e.KeyGeneration
	if k.Status != KEY_STATUS_FINAL {
		if len(k.PublicKeys) != 0 || len(k.Qualified) != 0 {
			return errors.New("it has public keys although they are not final")
		}
		return nil
	}
	if len(k.PublicKeys) != format.Slots {
		return fmt.Errorf("it has %d public keys, want %d", len(k.PublicKeys), format.Slots)
	}
	for i := range k.PublicKeys {
		if _, err := curve.ParseKey(k.PublicKeys[i]); err != nil {
			return fmt.Errorf("public key %d: %w", i+1, err)
		}
	}
	if len(k.Qualified) < int(e.TrusteeThreshold) {
		return errors.New("fewer dealers qualify than the threshold")
	}
	return ascending("qualified dealer", k.Qualified, len(e.Trustees))
}

// ascending checks that indices ascend strictly within 1..most.
func ascending(name string, indices []uint32, most int) error {
	previous := uint32(0)
	for _, index := range indices {
		if index <= previous || uint64(index) > uint64(most) {
			return fmt.Errorf("%s %d is out of order or range", name, index)
		}
		previous = index
	}
	return nil
}

// validatePins checks the keys that the election took over when it was created.
func (e *Election) validatePins(circuits []Circuit, format ballot.Format) error {
	for i := range e.Trustees {
		if _, err := curve.ParseKey(e.Trustees[i].PublicKey); err != nil {
			return fmt.Errorf("key of trustee %d: %w", i+1, err)
		}
	}
	for i := range circuits {
		if circuits[i].Format != format.Name {
			continue
		}
		vk, err := circuits[i].Validate()
		if err != nil {
			return err
		}
		if hash := vk.Hash(); bytes.Equal(hash[:], e.VerifyingKeyHash) {
			return nil
		}
	}
	return errors.New("its verifying_key_hash is that of no circuit")
}

func (g *ElectionGenesis) validateRoll(m ballot.Manifest) error {
	r := &g.Election.Roll
	if err := validateElectors(g.Electors); err != nil {
		return err
	}
	var power uint64
	for i := range g.Electors {
		if power += g.Electors[i].Weight; power > m.MaxTotalPower() {
			return errors.New("total power is above the bound")
		}
	}
	if uint64(len(g.Electors)) != r.Count || power != r.TotalPower {
		return fmt.Errorf("the roll states %d electors with power %d, they are %d with %d", r.Count, r.TotalPower, len(g.Electors), power)
	}
	if r.Count > roll.MaxLeaves {
		return errors.New("the roll is too long")
	}
	_, err := field.Parse(r.Root)
	return err
}

func (g *ElectionGenesis) validateAttestations(ballot.Manifest) error {
	e := &g.Election
	positions := make([]uint32, 0, len(g.Attestations))
	same := 0
	for i := range g.Attestations {
		a := &g.Attestations[i]
		position := e.RegistrarPosition(a.Registrar)
		if position == 0 {
			return fmt.Errorf("%q attests but is no registrar", a.Registrar)
		}
		if err := validateAttested(a.Root, a.Count, a.TotalPower); err != nil {
			return err
		}
		if a.Height < 0 {
			return errors.New("height of an attestation is negative")
		}
		if a.States(&e.Roll) {
			same++
		}
		positions = append(positions, position)
	}
	if err := ascending("attesting registrar", positions, len(e.Registrars)); err != nil {
		return err
	}
	status := RollStatusOf(&e.Roll, g.Attestations, e.RegistrarThreshold)
	switch {
	case e.Roll.Status == ROLL_STATUS_SEALED && status == ROLL_STATUS_SEALED:
		return nil
	case e.Roll.Status == ROLL_STATUS_DISPUTED && status == ROLL_STATUS_DISPUTED:
		return nil
	case e.Roll.Status == ROLL_STATUS_ENROLLING && status != ROLL_STATUS_DISPUTED:
		// Equal attestations that became true only by a later batch do not seal.
		return nil
	}
	return fmt.Errorf("the roll is in %s, but %d of %d attestations state it", e.Roll.Status, same, len(g.Attestations))
}

func (g *ElectionGenesis) validateContributions(ballot.Manifest) error {
	indices := make([]uint32, 0, len(g.Contributions))
	dealers := make([]uint32, 0, len(g.Contributions))
	confirmed, status := 0, g.Election.KeyGeneration.Status
	for i := range g.Contributions {
		c := &g.Contributions[i]
		if err := c.validate(status); err != nil {
			return fmt.Errorf("contribution of trustee %d: %w", c.Index, err)
		}
		indices = append(indices, c.Index)
		if len(c.Deal) != 0 {
			dealers = append(dealers, c.Index)
		}
		if c.Confirmed {
			confirmed++
		}
	}
	if status == KEY_STATUS_FINAL && confirmed < int(g.Election.TrusteeThreshold) {
		return errors.New("its keys are final with fewer confirmations than the threshold")
	}
	if err := ascending("contribution", indices, len(g.Election.Trustees)); err != nil {
		return err
	}
	// Every dealer qualifies; one with an upheld complaint would not.
	if status == KEY_STATUS_FINAL && !slices.Equal(dealers, g.Election.KeyGeneration.Qualified) {
		return errors.New("the qualified dealers are not those that dealt")
	}
	return nil
}

// validate checks that a contribution has parts of the right length, and none of a step
// that has not begun.
func (c *KeyContribution) validate(status KeyStatus) error {
	committed, dealt := len(c.Commitment) != 0, len(c.Deal) != 0
	switch {
	case committed && len(c.Commitment) != HashSize || len(c.Deal) > MaxDealSize:
		return errors.New("it has a part of the wrong length")
	case dealt && !committed:
		return errors.New("it has a deal without a commitment")
	case !committed && !c.Confirmed:
		return errors.New("it is empty")
	case dealt && status == KEY_STATUS_COMMIT:
		return errors.New("it has a deal before the deals began")
	case c.Confirmed && (status == KEY_STATUS_COMMIT || status == KEY_STATUS_DEAL):
		return errors.New("it is confirmed before the confirmations began")
	}
	return nil
}

func (g *ElectionGenesis) validateBallots(m ballot.Manifest) error {
	if len(g.Ballots) > 0 && !g.Election.opened() && g.Election.Phase != PHASE_ABORTED {
		return errors.New("it has ballots although it has not opened")
	}
	for i := range g.Ballots {
		b := &g.Ballots[i]
		if i > 0 && bytes.Compare(g.Ballots[i-1].Nullifier, b.Nullifier) >= 0 {
			return errors.New("ballots are not in the order of their nullifiers, or one is there twice")
		}
		if err := b.Message(g.Election.Id).ValidateBasic(); err != nil {
			return fmt.Errorf("ballot %d: %w", i+1, err)
		}
		if len(b.Ciphertext) != elgamal.Size(m.Format.Slots) || b.Height < 0 {
			return fmt.Errorf("ballot %d does not fit the format", i+1)
		}
	}
	return nil
}

// validateTally recomputes the sum. Only an election that was aborted may have another
// one, because a sum that could not be made is a cause to abort.
func (g *ElectionGenesis) validateTally(m ballot.Manifest) error {
	e, t := &g.Election, &g.Tally
	if err := t.validateHeights(e.Phase, m.Format.Slots); err != nil {
		return err
	}
	sum, err := elgamal.Parse(t.Sum, m.Format.Slots)
	if err != nil {
		return err
	}
	if e.Phase == PHASE_ABORTED {
		return nil
	}
	if t.Ballots != uint64(len(g.Ballots)) {
		return fmt.Errorf("the tally counts %d ballots, there are %d", t.Ballots, len(g.Ballots))
	}
	below, decrypted := t.Ballots < e.MinBallots, e.Phase == PHASE_CLOSED || e.Phase == PHASE_TALLIED
	if e.Phase == PHASE_WITHHELD && !below || decrypted && below {
		return fmt.Errorf("with %d ballots and min_ballots %d it cannot be in %s", t.Ballots, e.MinBallots, e.Phase)
	}
	return g.checkSum(m, sum)
}

// validateHeights checks that the tally tells of the close and of the result where they
// have been, and only there.
func (t *Tally) validateHeights(phase Phase, slots int) error {
	if t.ClosedHeight < 0 || t.TalliedHeight < 0 {
		return errors.New("a height of the tally is negative")
	}
	if phase == PHASE_TALLIED {
		if len(t.Totals) != slots {
			return fmt.Errorf("it has %d totals, want %d", len(t.Totals), slots)
		}
		return nil
	}
	if len(t.Totals) != 0 || t.TalliedHeight != 0 {
		return errors.New("it has a result although it is not tallied")
	}
	if (phase == PHASE_SETUP || phase == PHASE_OPEN) && t.ClosedHeight != 0 {
		return errors.New("its sums are frozen although it has not closed")
	}
	return nil
}

func (g *ElectionGenesis) checkSum(m ballot.Manifest, sum elgamal.Ciphertext) error {
	const chunk = 1024
	total := elgamal.Zero(m.Format.Slots)
	for start := 0; start < len(g.Ballots); start += chunk {
		part := g.Ballots[start:min(start+chunk, len(g.Ballots))]
		add := make([]elgamal.Ciphertext, 0, len(part))
		for i := range part {
			c, err := elgamal.ParseOnCurve(part[i].Ciphertext, m.Format.Slots)
			if err != nil {
				return err
			}
			add = append(add, c)
		}
		total = elgamal.AddAll(total, add, nil)
	}
	if !total.Equal(sum) {
		return errors.New("the sum is not that of the ballots")
	}
	return nil
}

func (g *ElectionGenesis) validateShares(m ballot.Manifest) error {
	phase := g.Election.Phase
	if len(g.Shares)+len(g.InvalidShares) > 0 && phase != PHASE_CLOSED && phase != PHASE_TALLIED && phase != PHASE_ABORTED {
		return errors.New("it has decryption shares although it has not closed")
	}
	indices := make([]uint32, 0, len(g.Shares))
	for i := range g.Shares {
		if err := g.Shares[i].validate(m.Format.Slots); err != nil {
			return fmt.Errorf("decryption share %d: %w", g.Shares[i].Index, err)
		}
		indices = append(indices, g.Shares[i].Index)
	}
	if err := ascending("decryption share", indices, len(g.Election.Trustees)); err != nil {
		return err
	}
	if phase == PHASE_TALLIED && len(indices) < int(g.Election.TrusteeThreshold) {
		return errors.New("it is tallied with fewer decryption shares than the threshold")
	}
	invalid := make([]uint32, 0, len(g.InvalidShares))
	for i := range g.InvalidShares {
		if g.InvalidShares[i].Count == 0 || g.InvalidShares[i].Height < 0 {
			return errors.New("an invalid share is recorded without having been seen")
		}
		invalid = append(invalid, g.InvalidShares[i].Index)
	}
	return ascending("invalid share", invalid, len(g.Election.Trustees))
}

func (s *DecryptionShare) validate(slots int) error {
	if _, err := curve.SplitPoints(s.Share, slots, curve.ParsePoint); err != nil {
		return err
	}
	if _, err := dleq.Parse(s.Proof); err != nil {
		return err
	}
	if s.Height < 0 {
		return errors.New("its height is negative")
	}
	return nil
}
