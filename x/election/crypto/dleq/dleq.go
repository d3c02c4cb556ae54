package dleq

import (
	"crypto/hmac"
	"crypto/sha512"
	"errors"
	"fmt"
	"io"

	"github.com/evoted/evoted/x/election/crypto/curve"
)

// ProofSize is the length in bytes of an encoded proof.
const ProofSize = 2 * curve.ScalarSize

var (
	// ErrEncoding says that an encoded proof is not two canonical scalars.
	ErrEncoding = errors.New("dleq: invalid proof encoding")
	// ErrInvalid says that a proof does not verify.
	ErrInvalid = errors.New("dleq: invalid proof")
	// ErrStatement says that a statement is malformed: no entries, lists of different
	// length, or a public key that is the identity.
	ErrStatement = errors.New("dleq: malformed statement")
	// ErrRandomness says that the source of randomness failed.
	ErrRandomness = errors.New("dleq: no randomness")
)

// Proof is a Fiat-Shamir proof: the challenge and the response.
type Proof struct{ Challenge, Response curve.Scalar }

// Bytes encodes the proof as challenge || response, ProofSize bytes.
func (p Proof) Bytes() []byte {
	return append(p.Challenge.Bytes(), p.Response.Bytes()...)
}

// Equal reports whether p and q are the same proof.
func (p Proof) Equal(q Proof) bool {
	return p.Challenge.Equal(q.Challenge) && p.Response.Equal(q.Response)
}

// Parse decodes a proof. It returns ErrEncoding for anything but two canonical scalars.
func Parse(b []byte) (Proof, error) {
	if len(b) != ProofSize {
		return Proof{}, fmt.Errorf("%w: %d bytes, want %d", ErrEncoding, len(b), ProofSize)
	}
	c, err := curve.ParseScalar(b[:curve.ScalarSize])
	if err != nil {
		return Proof{}, fmt.Errorf("%w: challenge: %w", ErrEncoding, err)
	}
	z, err := curve.ParseScalar(b[curve.ScalarSize:])
	if err != nil {
		return Proof{}, fmt.Errorf("%w: response: %w", ErrEncoding, err)
	}
	return Proof{Challenge: c, Response: z}, nil
}

// nonce derives the secret nonce of a proof from its secrets, the statement and rnd.
func nonce(t Transcript, rnd io.Reader, secrets ...curve.Scalar) (curve.Scalar, error) {
	var fresh [64]byte
	if rnd != nil {
		if _, err := io.ReadFull(rnd, fresh[:]); err != nil {
			return curve.Scalar{}, fmt.Errorf("%w: %w", ErrRandomness, err)
		}
	}
	key := make([]byte, 0, len(secrets)*curve.ScalarSize)
	for _, s := range secrets {
		key = append(key, s.Bytes()...)
	}
	mac := hmac.New(sha512.New, key)
	mac.Write([]byte("evoted/v1/dleq/nonce"))
	mac.Write(t.state[:])
	mac.Write(fresh[:])
	return curve.ScalarFromWide(mac.Sum(nil)), nil
}

// ProveKnowledge proves that the caller knows secret, the discrete logarithm of
// secret*G, bound to ctx. Errors: ErrStatement for the secret 0, ErrRandomness.
func ProveKnowledge(ctx Transcript, secret curve.Scalar, rnd io.Reader) (Proof, error) {
	if secret.IsZero() {
		return Proof{}, fmt.Errorf("%w: secret is zero", ErrStatement)
	}
	bindKnowledge(&ctx, curve.BaseMul(secret))
	k, err := nonce(ctx, rnd, secret)
	if err != nil {
		return Proof{}, err
	}
	ctx.AppendPoints("commitment", curve.BaseMul(k))
	c := ctx.Challenge()
	return Proof{Challenge: c, Response: k.Add(c.Mul(secret))}, nil
}

// VerifyKnowledge checks a proof of ProveKnowledge. Errors: ErrStatement if public is the
// identity, ErrInvalid.
func VerifyKnowledge(ctx Transcript, public curve.Point, proof Proof) error {
	if public.IsIdentity() {
		return fmt.Errorf("%w: public key is the identity", ErrStatement)
	}
	bindKnowledge(&ctx, public)
	ctx.AppendPoints("commitment", commitment(curve.Generator(), public, proof))
	if !ctx.Challenge().Equal(proof.Challenge) {
		return ErrInvalid
	}
	return nil
}

func bindKnowledge(t *Transcript, public curve.Point) {
	t.Append("kind", []byte("evoted/v1/dleq/knowledge"))
	t.AppendPoints("generator", curve.Generator())
	t.AppendPoints("public", public)
}

// commitment is z*base - c*target: the prover's commitment if the proof is honest.
func commitment(base, target curve.Point, proof Proof) curve.Point {
	return curve.MultiMul(
		[]curve.Scalar{proof.Response, proof.Challenge.Neg()},
		[]curve.Point{base, target},
	)
}

// Prove proves log_G(secret*G) = log_base(secret*base), bound to ctx. Errors: ErrStatement for
// the secret 0 or a base that is the identity, ErrRandomness.
func Prove(ctx Transcript, base curve.Point, secret curve.Scalar, rnd io.Reader) (Proof, error) {
	if secret.IsZero() || base.IsIdentity() {
		return Proof{}, fmt.Errorf("%w: secret is zero or base is the identity", ErrStatement)
	}
	bindSingle(&ctx, base, curve.BaseMul(secret), base.Mul(secret))
	k, err := nonce(ctx, rnd, secret)
	if err != nil {
		return Proof{}, err
	}
	return proveEqual(ctx, base, secret, k), nil
}

// Verify checks a proof of Prove: log_G(public) = log_base(result). Errors: ErrStatement if
// base or public is the identity, ErrInvalid.
func Verify(ctx Transcript, base, public, result curve.Point, proof Proof) error {
	if base.IsIdentity() || public.IsIdentity() {
		return fmt.Errorf("%w: base or public key is the identity", ErrStatement)
	}
	bindSingle(&ctx, base, public, result)
	return verifyEqual(ctx, base, public, result, proof)
}

func bindSingle(t *Transcript, base, public, result curve.Point) {
	t.Append("kind", []byte("evoted/v1/dleq/equality"))
	t.AppendPoints("generator", curve.Generator())
	t.AppendPoints("base", base)
	t.AppendPoints("public", public)
	t.AppendPoints("result", result)
}

// ProveBatch proves log_G(V_k) = log_base(D_k) for V_k = secrets[k]*G and
// D_k = secrets[k]*base, all k at once, bound to ctx. Errors: ErrStatement without
// secrets, ErrRandomness.
func ProveBatch(ctx Transcript, base curve.Point, secrets []curve.Scalar, rnd io.Reader) (Proof, error) {
	if len(secrets) == 0 {
		return Proof{}, fmt.Errorf("%w: no secrets", ErrStatement)
	}
	publics := make([]curve.Point, len(secrets))
	results := make([]curve.Point, len(secrets))
	for k, s := range secrets {
		publics[k], results[k] = curve.BaseMul(s), base.Mul(s)
	}
	weights := bindBatch(&ctx, base, publics, results)
	var combined curve.Scalar
	for k, s := range secrets {
		combined = combined.Add(weights[k].Mul(s))
	}
	k, err := nonce(ctx, rnd, secrets...)
	if err != nil {
		return Proof{}, err
	}
	return proveEqual(ctx, base, combined, k), nil
}

// VerifyBatch checks a proof of ProveBatch. A base that is the identity is allowed: the
// results must then be the identity too (the sum of an election without ballots). Errors:
// ErrStatement for lists that are empty or differ in length, ErrInvalid.
func VerifyBatch(ctx Transcript, base curve.Point, publics, results []curve.Point, proof Proof) error {
	if len(publics) == 0 || len(publics) != len(results) {
		return fmt.Errorf("%w: %d keys and %d results", ErrStatement, len(publics), len(results))
	}
	weights := bindBatch(&ctx, base, publics, results)
	return verifyEqual(ctx, base, curve.MultiMul(weights, publics), curve.MultiMul(weights, results), proof)
}

// bindBatch appends the statement and draws the weights of the linear combination.
func bindBatch(t *Transcript, base curve.Point, publics, results []curve.Point) []curve.Scalar {
	t.Append("kind", []byte("evoted/v1/dleq/batch"))
	t.AppendPoints("generator", curve.Generator())
	t.AppendPoints("base", base)
	t.AppendPoints("publics", publics...)
	t.AppendPoints("results", results...)
	weights := make([]curve.Scalar, len(publics))
	for k := range weights {
		weights[k] = t.Challenge()
	}
	return weights
}

// proveEqual finishes an equality proof whose statement is in the transcript, with the
// nonce k.
func proveEqual(t Transcript, base curve.Point, secret, k curve.Scalar) Proof {
	t.AppendPoints("commitments", curve.BaseMul(k), base.Mul(k))
	c := t.Challenge()
	return Proof{Challenge: c, Response: k.Add(c.Mul(secret))}
}

func verifyEqual(t Transcript, base, public, result curve.Point, proof Proof) error {
	t.AppendPoints("commitments",
		commitment(curve.Generator(), public, proof),
		commitment(base, result, proof))
	if !t.Challenge().Equal(proof.Challenge) {
		return ErrInvalid
	}
	return nil
}
