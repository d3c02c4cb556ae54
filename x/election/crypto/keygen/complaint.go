package keygen

import (
	"errors"
	"fmt"
	"io"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/dleq"
)

// ComplaintSize is the length in bytes of an encoded complaint.
const ComplaintSize = curve.PointSize + dleq.ProofSize

var (
	// ErrComplaint says that a complaint is malformed or its proof invalid: it shows
	// nothing, neither about the dealer nor about its author (anyone could have written it).
	ErrComplaint = errors.New("keygen: invalid complaint")
	// ErrComplaintRejected says that the share complained of is right: the complaint was
	// false and the dealer stays.
	ErrComplaintRejected = errors.New("keygen: complaint rejected, the share is right")
)

// Complaint reveals the point that a trustee shares with a dealer, and proves it right, so
// that anyone can decrypt this one sealed share.
type Complaint struct {
	Shared curve.Point
	Proof  dleq.Proof
}

func (d Deal) complaintContext(p Parameters, j int) dleq.Transcript {
	t := p.transcript("evoted/v1/keygen/complaint")
	t.AppendUint64("dealer", uint64(d.Dealer))
	t.AppendUint64("trustee", uint64(j))
	t.Append("deal", d.Hash())
	return t
}

// Complain makes the complaint of trustee j, whose secret key is e, about its share. It
// reveals the share, so it is for a share that OpenShare found bad; Complain itself
// refuses a good one with ErrComplaintRejected. Other errors: those of Deal.Verify and
// OpenShare but ErrBadShare, and the error of rnd, which may be nil.
func (d Deal) Complain(p Parameters, j int, e curve.Scalar, rnd io.Reader) (Complaint, error) {
	// Verify includes the proof of the ephemeral key. Without it the revealed point
	// might open a share of another deal.
	if err := d.Verify(p); err != nil {
		return Complaint{}, err
	}
	switch _, err := d.OpenShare(p, j, e); {
	case err == nil:
		return Complaint{}, ErrComplaintRejected
	case !errors.Is(err, ErrBadShare):
		return Complaint{}, err
	}
	proof, err := dleq.Prove(d.complaintContext(p, j), d.Ephemeral, e, rnd)
	if err != nil {
		return Complaint{}, err
	}
	return Complaint{Shared: d.Ephemeral.Mul(e), Proof: proof}, nil
}

// Judge decides a complaint of trustee j about the deal. Nil means that it is upheld: the
// dealer is out. ErrComplaintRejected means that the share is right; ErrComplaint that the
// complaint proves nothing. Other errors: ErrDealShape, ErrIndex.
func (d Deal) Judge(p Parameters, j int, c Complaint) error {
	if err := d.checkShape(p); err != nil {
		return err
	}
	if err := p.checkIndex(j); err != nil {
		return err
	}
	if err := dleq.Verify(d.complaintContext(p, j), d.Ephemeral, p.TrusteeKeys[j-1], c.Shared, c.Proof); err != nil {
		return fmt.Errorf("%w: %w", ErrComplaint, err)
	}
	switch _, err := d.open(p, j, c.Shared); {
	case err == nil:
		return ErrComplaintRejected
	case errors.Is(err, ErrBadShare):
		return nil
	default:
		return err
	}
}

// Bytes encodes the complaint as point || proof, ComplaintSize bytes.
func (c Complaint) Bytes() []byte {
	return append(c.Shared.Bytes(), c.Proof.Bytes()...)
}

// ParseComplaint decodes a complaint. It returns ErrComplaint for a wrong length, a point
// that is not a canonical one of the subgroup or is the identity, or a proof that is not
// canonical.
func ParseComplaint(b []byte) (Complaint, error) {
	if len(b) != ComplaintSize {
		return Complaint{}, fmt.Errorf("%w: %d bytes, want %d", ErrComplaint, len(b), ComplaintSize)
	}
	shared, err := curve.ParseKey(b[:curve.PointSize])
	if err != nil {
		return Complaint{}, fmt.Errorf("%w: %w", ErrComplaint, err)
	}
	proof, err := dleq.Parse(b[curve.PointSize:])
	if err != nil {
		return Complaint{}, fmt.Errorf("%w: %w", ErrComplaint, err)
	}
	return Complaint{Shared: shared, Proof: proof}, nil
}
