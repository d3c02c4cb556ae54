package keygen

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/dleq"
)

var (
	// ErrDealLength says that an encoded deal does not have exactly DealSize bytes.
	ErrDealLength = errors.New("keygen: wrong length of deal")
	// ErrDealEncoding says that a point or scalar of a deal is not canonical, or is the
	// identity.
	ErrDealEncoding = errors.New("keygen: invalid deal encoding")
	// ErrDealShape says that a deal does not fit the parameters: counts, dealer or election.
	ErrDealShape = errors.New("keygen: deal does not fit the parameters")
	// ErrDealProof says that a proof of knowledge in a deal is invalid.
	ErrDealProof = errors.New("keygen: invalid proof in deal")
	// ErrDealCommitment says that a commitment is the identity, or that two slots have the
	// same constant term.
	ErrDealCommitment = errors.New("keygen: invalid commitment in deal")
	// ErrBadShare says that an encrypted share does not decrypt, or does not fit the
	// dealer's commitments.
	ErrBadShare = errors.New("keygen: bad share")
)

// Deal is what dealer number Dealer publishes. Commitments[k][c] commits to coefficient c
// of the polynomial of slot k; Proofs[k] shows that the dealer knows coefficient 0;
// Shares[j-1] holds the K shares of trustee j, sealed to its key with the ephemeral key
// pair whose public part is Ephemeral. Make it with NewDeal or ParseDeal only.
type Deal struct {
	Dealer         int
	Commitments    [][]curve.Point
	Proofs         []dleq.Proof
	Ephemeral      curve.Point
	EphemeralProof dleq.Proof
	Shares         [][]byte

	// parameters is the digest of the parameters the deal was made or parsed for.
	parameters [sha256.Size]byte
}

func (p Parameters) sealedSize() int {
	return p.Slots*curve.ScalarSize + chacha20poly1305.Overhead
}

// MaxDealSize is the length in bytes of the largest deal: DealSize with MaxTrustees, all of
// them needed, and MaxSlots.
const MaxDealSize = MaxSlots*MaxTrustees*curve.PointSize + MaxSlots*dleq.ProofSize +
	curve.PointSize + dleq.ProofSize + MaxTrustees*(MaxSlots*curve.ScalarSize+chacha20poly1305.Overhead)

// DealSize is the length in bytes of every deal under the parameters.
func DealSize(p Parameters) int {
	return p.Slots*p.Threshold*curve.PointSize + p.Slots*dleq.ProofSize +
		curve.PointSize + dleq.ProofSize + len(p.TrusteeKeys)*p.sealedSize()
}

// NewDeal makes the deal of a dealer with the long-term secret key e. Everything in it is
// derived from e and the parameters, so it can be made again at any time, byte for byte.
// Errors: ErrParameters, ErrIndex, ErrKey.
func NewDeal(p Parameters, dealer int, e curve.Scalar) (Deal, error) {
	if err := p.Validate(); err != nil {
		return Deal{}, err
	}
	if err := p.checkKey(dealer, e); err != nil {
		return Deal{}, err
	}
	d := Deal{Dealer: dealer, parameters: p.digest()}
	source := d.source(e)
	polynomials := make([][]curve.Scalar, p.Slots)
	d.Commitments = make([][]curve.Point, p.Slots)
	for k := range polynomials {
		polynomials[k] = make([]curve.Scalar, p.Threshold)
		d.Commitments[k] = make([]curve.Point, p.Threshold)
		for c := range polynomials[k] {
			polynomials[k][c] = source(fmt.Sprintf("coefficient/%d/%d", k, c))
			d.Commitments[k][c] = curve.BaseMul(polynomials[k][c])
		}
	}
	secret := source("ephemeral")
	d.Ephemeral = curve.BaseMul(secret)
	d.Shares = make([][]byte, len(p.TrusteeKeys))
	for j, key := range p.TrusteeKeys {
		plain := make([]byte, 0, p.Slots*curve.ScalarSize)
		for k := range polynomials {
			plain = append(plain, evaluate(polynomials[k], j+1).Bytes()...)
		}
		sealed, err := d.seal(p, j+1, key.Mul(secret), plain)
		if err != nil {
			return Deal{}, err
		}
		d.Shares[j] = sealed
	}
	if err := d.prove(p, polynomials, secret); err != nil {
		return Deal{}, err
	}
	return d, nil
}

// source derives the secrets of a deal from the dealer's long-term key.
func (d Deal) source(e curve.Scalar) func(name string) curve.Scalar {
	prefix := binary.BigEndian.AppendUint64([]byte("evoted/v1/keygen/coefficients"), uint64(d.Dealer))
	prefix = append(prefix, d.parameters[:]...)
	secret := e.Bytes()
	return func(name string) curve.Scalar {
		return curve.ScalarFromWide(derive(secret, string(prefix)+name, 64))
	}
}

// prove adds the proofs of knowledge. Their nonces are deterministic, as everything here.
func (d *Deal) prove(p Parameters, polynomials [][]curve.Scalar, ephemeral curve.Scalar) error {
	d.Proofs = make([]dleq.Proof, p.Slots)
	ctx := d.proofContext(p)
	for k := range d.Proofs {
		slot := ctx
		slot.AppendUint64("slot", uint64(k))
		proof, err := dleq.ProveKnowledge(slot, polynomials[k][0], nil)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDealProof, err)
		}
		d.Proofs[k] = proof
	}
	proof, err := dleq.ProveKnowledge(d.ephemeralContext(p), ephemeral, nil)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDealProof, err)
	}
	d.EphemeralProof = proof
	return nil
}

// proofContext binds the proofs of the constant terms to the dealer and all commitments.
func (d Deal) proofContext(p Parameters) dleq.Transcript {
	t := p.transcript("evoted/v1/keygen/deal")
	t.AppendUint64("dealer", uint64(d.Dealer))
	for k := range d.Commitments {
		t.AppendPoints("commitments", d.Commitments[k]...)
	}
	return t
}

// ephemeralContext binds the proof of the ephemeral key to the dealer and its election.
func (d Deal) ephemeralContext(p Parameters) dleq.Transcript {
	t := p.transcript("evoted/v1/keygen/ephemeral")
	t.AppendUint64("dealer", uint64(d.Dealer))
	return t
}

// evaluate computes f(x) for coefficients in ascending order (Horner's rule).
func evaluate(coefficients []curve.Scalar, x int) curve.Scalar {
	at := curve.NewScalar(uint64(x))
	var acc curve.Scalar
	for _, c := range slices.Backward(coefficients) {
		acc = acc.Mul(at).Add(c)
	}
	return acc
}

// aad names one sealed share: election and parameters, dealer, recipient.
func (d Deal) aad(p Parameters, recipient int) []byte {
	b := frame(nil, []byte("evoted/v1/keygen/share"))
	b = frame(b, []byte(p.ChainID))
	b = binary.BigEndian.AppendUint64(b, p.ElectionID)
	b = append(b, d.parameters[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(d.Dealer))
	return binary.BigEndian.AppendUint64(b, uint64(recipient))
}

// sealKey derives the key of one sealed share from the shared point. The key serves one
// message, so the nonce may be constant.
func (d Deal) sealKey(aad []byte, recipientKey, shared curve.Point) []byte {
	secret := curve.JoinPoints(d.Ephemeral, recipientKey, shared)
	return derive(secret, string(aad), chacha20poly1305.KeySize)
}

func (d Deal) seal(p Parameters, recipient int, shared curve.Point, plain []byte) ([]byte, error) {
	aad := d.aad(p, recipient)
	aead, err := chacha20poly1305.New(d.sealKey(aad, p.TrusteeKeys[recipient-1], shared))
	if err != nil {
		return nil, fmt.Errorf("keygen: sealing: %w", err)
	}
	return aead.Seal(nil, make([]byte, chacha20poly1305.NonceSize), plain, aad), nil
}

// open decrypts the shares of a recipient with the shared point and checks them against
// the commitments. Every failure that is the dealer's is ErrBadShare.
func (d Deal) open(p Parameters, recipient int, shared curve.Point) ([]curve.Scalar, error) {
	aad := d.aad(p, recipient)
	aead, err := chacha20poly1305.New(d.sealKey(aad, p.TrusteeKeys[recipient-1], shared))
	if err != nil {
		return nil, fmt.Errorf("keygen: opening: %w", err)
	}
	plain, err := aead.Open(nil, make([]byte, chacha20poly1305.NonceSize), d.Shares[recipient-1], aad)
	if err != nil || len(plain) != p.Slots*curve.ScalarSize {
		return nil, fmt.Errorf("%w: dealer %d to trustee %d: does not decrypt", ErrBadShare, d.Dealer, recipient)
	}
	shares := make([]curve.Scalar, p.Slots)
	for k := range shares {
		s, err := curve.ParseScalar(plain[k*curve.ScalarSize : (k+1)*curve.ScalarSize])
		if err != nil {
			return nil, fmt.Errorf("%w: dealer %d to trustee %d, slot %d: %w", ErrBadShare, d.Dealer, recipient, k, err)
		}
		if !curve.BaseMul(s).Equal(curve.Evaluate(d.Commitments[k], uint64(recipient))) {
			return nil, fmt.Errorf("%w: dealer %d to trustee %d, slot %d: does not fit the commitments",
				ErrBadShare, d.Dealer, recipient, k)
		}
		shares[k] = s
	}
	return shares, nil
}

// checkShape returns ErrDealShape unless the deal was made or parsed for p and has its
// counts and lengths.
func (d Deal) checkShape(p Parameters) error {
	if d.parameters != p.digest() {
		return fmt.Errorf("%w: made for other parameters", ErrDealShape)
	}
	if d.Dealer < 1 || d.Dealer > len(p.TrusteeKeys) || len(d.Commitments) != p.Slots ||
		len(d.Proofs) != p.Slots || len(d.Shares) != len(p.TrusteeKeys) {
		return fmt.Errorf("%w: dealer %d, %d slots, %d proofs, %d shares",
			ErrDealShape, d.Dealer, len(d.Commitments), len(d.Proofs), len(d.Shares))
	}
	for k := range d.Commitments {
		if len(d.Commitments[k]) != p.Threshold {
			return fmt.Errorf("%w: %d commitments in slot %d", ErrDealShape, len(d.Commitments[k]), k)
		}
	}
	for j := range d.Shares {
		if len(d.Shares[j]) != p.sealedSize() {
			return fmt.Errorf("%w: share of trustee %d has %d bytes", ErrDealShape, j+1, len(d.Shares[j]))
		}
	}
	return nil
}

// Verify makes the public checks of a deal: its shape, no commitment that is the identity,
// different constant terms, and every proof of knowledge. It cannot see whether the sealed
// shares are right: OpenShare and complaints do. Errors: ErrParameters, ErrDealShape,
// ErrDealCommitment, ErrDealProof.
func (d Deal) Verify(p Parameters) error {
	if err := p.Validate(); err != nil {
		return err
	}
	if err := d.checkShape(p); err != nil {
		return err
	}
	for k := range d.Commitments {
		for c, point := range d.Commitments[k] {
			if point.IsIdentity() {
				return fmt.Errorf("%w: slot %d, coefficient %d is the identity", ErrDealCommitment, k, c)
			}
		}
		for other := range k {
			if d.Commitments[k][0].Equal(d.Commitments[other][0]) {
				return fmt.Errorf("%w: slots %d and %d have the same constant term", ErrDealCommitment, other, k)
			}
		}
	}
	ctx := d.proofContext(p)
	for k := range d.Proofs {
		slot := ctx
		slot.AppendUint64("slot", uint64(k))
		if err := dleq.VerifyKnowledge(slot, d.Commitments[k][0], d.Proofs[k]); err != nil {
			return fmt.Errorf("%w: slot %d: %w", ErrDealProof, k, err)
		}
	}
	if err := dleq.VerifyKnowledge(d.ephemeralContext(p), d.Ephemeral, d.EphemeralProof); err != nil {
		return fmt.Errorf("%w: ephemeral key: %w", ErrDealProof, err)
	}
	return nil
}

// OpenShare decrypts the shares that the deal holds for trustee j, whose secret key is e,
// and checks them against the commitments. Errors: ErrDealShape, ErrIndex, ErrKey; and
// ErrBadShare, with which the trustee complains.
func (d Deal) OpenShare(p Parameters, j int, e curve.Scalar) ([]curve.Scalar, error) {
	if err := d.checkShape(p); err != nil {
		return nil, err
	}
	if err := p.checkKey(j, e); err != nil {
		return nil, err
	}
	return d.open(p, j, d.Ephemeral.Mul(e))
}

// Bytes encodes the deal, DealSize bytes. The dealer's index is not part of it.
func (d Deal) Bytes() []byte {
	var b []byte
	for k := range d.Commitments {
		b = append(b, curve.JoinPoints(d.Commitments[k]...)...)
	}
	for k := range d.Proofs {
		b = append(b, d.Proofs[k].Bytes()...)
	}
	b = append(b, d.Ephemeral.Bytes()...)
	b = append(b, d.EphemeralProof.Bytes()...)
	for j := range d.Shares {
		b = append(b, d.Shares[j]...)
	}
	return b
}

// Hash is what the dealer publishes first: SHA-256 of the deal with its parameters (hence
// its chain and election) and its dealer, under its own prefix.
func (d Deal) Hash() []byte {
	b := frame(nil, []byte("evoted/v1/keygen/deal-hash"))
	b = append(b, d.parameters[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(d.Dealer))
	b = frame(b, d.Bytes())
	sum := sha256.Sum256(b)
	return sum[:]
}

// ParseDeal decodes the deal of a dealer. It accepts exactly DealSize bytes, canonical
// points of the subgroup other than the identity, and canonical scalars; it does not
// verify proofs (Verify does). Errors: ErrParameters, ErrIndex, ErrDealLength,
// ErrDealEncoding.
func ParseDeal(p Parameters, dealer int, b []byte) (Deal, error) {
	return parseDeal(p, dealer, b, curve.ParseKey)
}

// ParseRecordedDeal is ParseDeal for a deal that passed ParseDeal and Verify before and was
// stored since: it only decodes, and does not look again whether the points are in the
// subgroup, which takes nine tenths of the time. For bytes that come from elsewhere it must
// not be used. Errors: those of ParseDeal.
func ParseRecordedDeal(p Parameters, dealer int, b []byte) (Deal, error) {
	return parseDeal(p, dealer, b, curve.ParseOnCurve)
}

func parseDeal(p Parameters, dealer int, b []byte, parsePoint func([]byte) (curve.Point, error)) (Deal, error) {
	if err := p.Validate(); err != nil {
		return Deal{}, err
	}
	if err := p.checkIndex(dealer); err != nil {
		return Deal{}, err
	}
	if len(b) != DealSize(p) {
		return Deal{}, fmt.Errorf("%w: %d bytes, want %d", ErrDealLength, len(b), DealSize(p))
	}
	d := Deal{Dealer: dealer, parameters: p.digest()}
	take := func(n int) []byte {
		head := b[:n]
		b = b[n:]
		return head
	}
	d.Commitments = make([][]curve.Point, p.Slots)
	for k := range d.Commitments {
		points, err := curve.SplitPoints(take(p.Threshold*curve.PointSize), p.Threshold, parsePoint)
		if err != nil {
			return Deal{}, fmt.Errorf("%w: commitments of slot %d: %w", ErrDealEncoding, k, err)
		}
		d.Commitments[k] = points
	}
	d.Proofs = make([]dleq.Proof, p.Slots)
	var err error
	for k := range d.Proofs {
		if d.Proofs[k], err = dleq.Parse(take(dleq.ProofSize)); err != nil {
			return Deal{}, fmt.Errorf("%w: proof of slot %d: %w", ErrDealEncoding, k, err)
		}
	}
	if d.Ephemeral, err = parsePoint(take(curve.PointSize)); err != nil {
		return Deal{}, fmt.Errorf("%w: ephemeral key: %w", ErrDealEncoding, err)
	}
	if d.EphemeralProof, err = dleq.Parse(take(dleq.ProofSize)); err != nil {
		return Deal{}, fmt.Errorf("%w: ephemeral proof: %w", ErrDealEncoding, err)
	}
	d.Shares = make([][]byte, len(p.TrusteeKeys))
	for j := range d.Shares {
		d.Shares[j] = append([]byte(nil), take(p.sealedSize())...)
	}
	return d, nil
}
