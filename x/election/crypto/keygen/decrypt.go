package keygen

import (
	"errors"
	"fmt"
	"io"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/dleq"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
)

var (
	// ErrTooFew says that there are fewer qualified deals, or decryption shares, than the
	// threshold.
	ErrTooFew = errors.New("keygen: fewer than the threshold")
	// ErrDuplicate says that a dealer or a trustee appears twice.
	ErrDuplicate = errors.New("keygen: appears twice")
	// ErrWeakKey says that a combined key is the identity, or that two are equal.
	ErrWeakKey = errors.New("keygen: degenerate election key")
	// ErrShareProof says that a decryption share is malformed or its proof invalid.
	ErrShareProof = errors.New("keygen: invalid decryption share")
)

// checkDeals checks that deals can be QUAL: at least T of them, made for p, by different
// dealers.
func (p Parameters) checkDeals(deals []Deal) error {
	if err := p.Validate(); err != nil {
		return err
	}
	if len(deals) < p.Threshold {
		return fmt.Errorf("%w: %d deals, threshold %d", ErrTooFew, len(deals), p.Threshold)
	}
	var seen [MaxTrustees + 1]bool
	for _, d := range deals {
		if err := d.checkShape(p); err != nil {
			return err
		}
		if seen[d.Dealer] {
			return fmt.Errorf("%w: dealer %d", ErrDuplicate, d.Dealer)
		}
		seen[d.Dealer] = true
	}
	return nil
}

// coefficients adds the commitments of all deals for one slot, coefficient by coefficient.
func coefficients(p Parameters, deals []Deal, slot int) []curve.Point {
	sums := make([]curve.Accumulator, p.Threshold)
	for _, d := range deals {
		for c := range sums {
			sums[c].Add(d.Commitments[slot][c])
		}
	}
	return curve.Points(sums)
}

// Combine returns the K public keys of the election from the deals of QUAL (verified, and
// without an upheld complaint). The order of the deals does not matter. Errors:
// ErrParameters, ErrTooFew, ErrDealShape, ErrDuplicate, ErrWeakKey.
func Combine(p Parameters, deals []Deal) ([]curve.Point, error) {
	if err := p.checkDeals(deals); err != nil {
		return nil, err
	}
	sums := make([]curve.Accumulator, p.Slots)
	for _, d := range deals {
		for k := range sums {
			sums[k].Add(d.Commitments[k][0])
		}
	}
	keys := curve.Points(sums)
	for k := range keys {
		if keys[k].IsIdentity() {
			return nil, fmt.Errorf("%w: slot %d is the identity", ErrWeakKey, k)
		}
		for other := range k {
			if keys[k].Equal(keys[other]) {
				return nil, fmt.Errorf("%w: slots %d and %d are equal", ErrWeakKey, other, k)
			}
		}
	}
	return keys, nil
}

// VerificationKeys returns, for trustee j, the K points s_{j,k}*G against which its
// decryption shares are checked, from the commitments of QUAL. Errors: those of Combine
// but ErrWeakKey, and ErrIndex.
func VerificationKeys(p Parameters, deals []Deal, j int) ([]curve.Point, error) {
	if err := p.checkDeals(deals); err != nil {
		return nil, err
	}
	if err := p.checkIndex(j); err != nil {
		return nil, err
	}
	keys := make([]curve.Point, p.Slots)
	for k := range keys {
		keys[k] = curve.Evaluate(coefficients(p, deals, k), uint64(j))
	}
	return keys, nil
}

// AllVerificationKeys returns VerificationKeys for the trustees 1..N (at indices 0..N-1),
// adding the commitments only once.
func AllVerificationKeys(p Parameters, deals []Deal) ([][]curve.Point, error) {
	if err := p.checkDeals(deals); err != nil {
		return nil, err
	}
	all := make([][]curve.Point, len(p.TrusteeKeys))
	for j := range all {
		all[j] = make([]curve.Point, p.Slots)
	}
	for k := range p.Slots {
		sums := coefficients(p, deals, k)
		for j := range all {
			all[j][k] = curve.Evaluate(sums, uint64(j+1))
		}
	}
	return all, nil
}

// SecretShare returns the K secret shares s_{j,k} of trustee j, whose long-term secret key
// is e: the sums of what the dealers of QUAL sent it. Errors: those of VerificationKeys and
// OpenShare.
func SecretShare(p Parameters, deals []Deal, j int, e curve.Scalar) ([]curve.Scalar, error) {
	if err := p.checkDeals(deals); err != nil {
		return nil, err
	}
	sums := make([]curve.Scalar, p.Slots)
	for _, d := range deals {
		shares, err := d.OpenShare(p, j, e)
		if err != nil {
			return nil, err
		}
		for k := range sums {
			sums[k] = sums[k].Add(shares[k])
		}
	}
	return sums, nil
}

// shareContext binds a decryption share to the trustee and the whole frozen sum.
func (p Parameters) shareContext(j int, sum elgamal.Ciphertext) dleq.Transcript {
	t := p.transcript("evoted/v1/decryption-share")
	t.AppendUint64("trustee", uint64(j))
	t.Append("sum", sum.Bytes())
	return t
}

// DecryptionShare makes the shares D_k = s_{j,k}*R of trustee j for the frozen sum, with one
// proof for all. The caller must have checked that the sum is the frozen sum of a closed
// election. Errors: ErrIndex, ErrShareProof if the sum or the secret share does not have K
// slots, or the error of rnd, which may be nil.
func DecryptionShare(p Parameters, j int, secretShare []curve.Scalar, sum elgamal.Ciphertext, rnd io.Reader) ([]curve.Point, dleq.Proof, error) {
	if err := p.checkIndex(j); err != nil {
		return nil, dleq.Proof{}, err
	}
	if len(secretShare) != p.Slots || sum.Slots() != p.Slots {
		return nil, dleq.Proof{}, fmt.Errorf("%w: %d shares, %d slots in the sum, want %d",
			ErrShareProof, len(secretShare), sum.Slots(), p.Slots)
	}
	points := make([]curve.Point, p.Slots)
	for k := range points {
		points[k] = sum.R.Mul(secretShare[k])
	}
	proof, err := dleq.ProveBatch(p.shareContext(j, sum), sum.R, secretShare, rnd)
	if err != nil {
		return nil, dleq.Proof{}, err
	}
	return points, proof, nil
}

// VerifyDecryptionShare checks the shares of trustee j against its verification keys.
// Errors: ErrIndex, ErrShareProof.
func VerifyDecryptionShare(p Parameters, j int, verificationKeys []curve.Point, sum elgamal.Ciphertext, d []curve.Point, proof dleq.Proof) error {
	if err := p.checkIndex(j); err != nil {
		return err
	}
	if len(verificationKeys) != p.Slots || len(d) != p.Slots || sum.Slots() != p.Slots {
		return fmt.Errorf("%w: %d keys, %d shares, %d slots in the sum, want %d",
			ErrShareProof, len(verificationKeys), len(d), sum.Slots(), p.Slots)
	}
	if err := dleq.VerifyBatch(p.shareContext(j, sum), sum.R, verificationKeys, d, proof); err != nil {
		return fmt.Errorf("%w: trustee %d: %w", ErrShareProof, j, err)
	}
	return nil
}

// IndexedShare is a verified decryption share with the index of its trustee.
type IndexedShare struct {
	Index int
	D     []curve.Point
}

// CombineShares returns total_k*G = C_k - sum of lambda_j*D_{j,k} from at least T verified
// shares; which ones, and in what order, does not change the result. Errors:
// ErrParameters, ErrTooFew, ErrIndex, ErrDuplicate, ErrShareProof for a wrong number of
// slots.
func CombineShares(p Parameters, sum elgamal.Ciphertext, shares []IndexedShare) ([]curve.Point, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if len(shares) < p.Threshold {
		return nil, fmt.Errorf("%w: %d shares, threshold %d", ErrTooFew, len(shares), p.Threshold)
	}
	if sum.Slots() != p.Slots {
		return nil, fmt.Errorf("%w: %d slots in the sum, want %d", ErrShareProof, sum.Slots(), p.Slots)
	}
	var seen [MaxTrustees + 1]bool
	for _, s := range shares {
		if err := p.checkIndex(s.Index); err != nil {
			return nil, err
		}
		if seen[s.Index] {
			return nil, fmt.Errorf("%w: trustee %d", ErrDuplicate, s.Index)
		}
		seen[s.Index] = true
		if len(s.D) != p.Slots {
			return nil, fmt.Errorf("%w: trustee %d sent %d slots, want %d", ErrShareProof, s.Index, len(s.D), p.Slots)
		}
	}
	shares = shares[:p.Threshold]
	lambdas := lagrange(shares)
	totals := make([]curve.Point, p.Slots)
	for k := range totals {
		column := make([]curve.Point, len(shares))
		for i := range shares {
			column[i] = shares[i].D[k]
		}
		totals[k] = sum.C[k].Sub(curve.MultiMul(lambdas, column))
	}
	return totals, nil
}

// lagrange returns the coefficients that interpolate at 0 from the shares' indices.
func lagrange(shares []IndexedShare) []curve.Scalar {
	out := make([]curve.Scalar, len(shares))
	for i := range shares {
		numerator, denominator := curve.NewScalar(1), curve.NewScalar(1)
		own := curve.NewScalar(uint64(shares[i].Index))
		for j := range shares {
			if j == i {
				continue
			}
			other := curve.NewScalar(uint64(shares[j].Index))
			numerator = numerator.Mul(other)
			denominator = denominator.Mul(other.Sub(own))
		}
		out[i] = numerator.Mul(denominator.Inverse())
	}
	return out
}
