package elector

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/proof/prove"
	"github.com/evoted/evoted/x/election/types"
)

const (
	// ProvingTimeout bounds one attempt to prove a ballot.
	ProvingTimeout = 2 * time.Minute
	// provingAttempts: a failure of the prover is met by another randomness, once.
	provingAttempts = 2
	// ephemeralKeySize is the number of random bytes of an ephemeral key.
	ephemeralKeySize = 32
)

// Errors of Seal.
var (
	ErrRandom  = errors.New("elector: the random generator failed")
	ErrProving = errors.New("elector: the ballot could not be proved")
)

// Prover makes a ballot proof; *prove.Prover is the one outside tests.
type Prover interface {
	Prove(statement ballot.Statement, witness prove.Witness) ([]byte, error)
}

// Sealed is a ballot that is ready to be sent. It holds nothing secret.
type Sealed struct {
	// Message for the chain.
	Message *types.MsgCastBallot
	// Tx is the signed transaction.
	Tx []byte
	// Digest of the ballot, without its proof.
	Digest [32]byte
	// TrackingCode by which the elector finds it.
	TrackingCode string
}

// Seal encrypts values for the election, proves the ballot and signs its transaction.
// The randomness of the encryption and the key that signs are drawn from rnd
// (crypto/rand's Reader outside tests) for this ballot alone and forgotten on return.
// If the prover fails, it is tried once more with other randomness; there is no way to
// send a ballot unproved. Errors: ErrRandom, ErrProving, those of ballot.Rules.Check.
func Seal(ctx context.Context, e *Election, c Credential, place Place, values []uint64, revision uint64, prover Prover, rnd io.Reader) (*Sealed, error) {
	rules := e.Manifest.Rules()
	if err := rules.Check(values, place.Weight); err != nil {
		return nil, err
	}
	var lastErr error
	for range provingAttempts {
		sealed, err := attempt(ctx, e, c, place, values, revision, prover, rnd)
		if err == nil || !errors.Is(err, ErrProving) || ctx.Err() != nil {
			return sealed, err
		}
		lastErr = err
	}
	return nil, lastErr
}

func attempt(ctx context.Context, e *Election, c Credential, place Place, values []uint64, revision uint64, prover Prover, rnd io.Reader) (*Sealed, error) {
	randomness, err := curve.RandomScalar(rnd)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRandom, err)
	}
	if randomness.IsZero() {
		return nil, ErrRandom
	}
	ephemeral, err := newEphemeralKey(rnd)
	if err != nil {
		return nil, err
	}
	defer clear(ephemeral.Key)

	rules := e.Manifest.Rules()
	public := ephemeral.PubKey().Bytes()
	statement := e.ballotElection().Statement(ballot.Ballot{
		ChainID: e.ChainID, ElectionID: e.Data.Id, Revision: revision,
		Nullifier:    c.Nullifier(e.ChainID, e.Data.Id),
		EphemeralKey: public,
		Ciphertext:   elgamal.Encrypt(e.Keys, rules.Amounts(values, place.Weight), randomness),
	})
	proof, err := proveWithin(ctx, prover, statement, prove.Witness{
		Secret:     c.secret,
		Weight:     place.Weight,
		Path:       place.Path,
		Randomness: randomness,
		Values:     values,
	})
	if err != nil {
		return nil, err
	}
	message := &types.MsgCastBallot{
		ElectionId:   e.Data.Id,
		Revision:     revision,
		Nullifier:    field.Bytes(statement.Nullifier),
		EphemeralKey: public,
		Ciphertext:   statement.Ciphertext.Bytes(),
		Proof:        proof,
	}
	return sign(e.ChainID, message, ephemeral)
}

func newEphemeralKey(rnd io.Reader) (*secp256k1.PrivKey, error) {
	for range provingAttempts {
		raw := make([]byte, ephemeralKeySize)
		if _, err := io.ReadFull(rnd, raw); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrRandom, err)
		}
		if validScalar(raw) {
			return &secp256k1.PrivKey{Key: raw}, nil
		}
	}
	return nil, ErrRandom
}

// secp256k1Order is the order of the group, big-endian.
var secp256k1Order = [ephemeralKeySize]byte{
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
	0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
}

// validScalar tells whether bytes are a secret key: not 0 and below the order. For random
// bytes that fails with probability 2^-127.
func validScalar(raw []byte) bool {
	return string(raw) < string(secp256k1Order[:]) && string(raw) != string(make([]byte, ephemeralKeySize))
}

// proveWithin runs the prover with a time limit, and turns a panic of it into an error:
// whatever happens in it, the elector's program goes on and says so.
func proveWithin(ctx context.Context, prover Prover, statement ballot.Statement, witness prove.Witness) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, ProvingTimeout)
	defer cancel()
	type result struct {
		proof []byte
		err   error
	}
	done := make(chan result, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				// The panic's text could hold parts of the witness: it is left out.
				done <- result{err: fmt.Errorf("%w: the prover stopped", ErrProving)}
			}
		}()
		proof, err := prover.Prove(statement, witness)
		done <- result{proof, err}
	}()
	select {
	case r := <-done:
		if r.err != nil && !errors.Is(r.err, ErrProving) && errors.Is(r.err, prove.ErrProving) {
			return nil, fmt.Errorf("%w: %w", ErrProving, r.err)
		}
		return r.proof, r.err
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", ErrProving, ctx.Err())
	}
}

// sign makes the transaction of a proved ballot.
func sign(chainID string, message *types.MsgCastBallot, ephemeral *secp256k1.PrivKey) (*Sealed, error) {
	tx, err := types.SignBallotTx(ephemeral, chainID, message)
	if err != nil {
		return nil, fmt.Errorf("elector: signing the ballot: %w", err)
	}
	return describe(chainID, message, tx)
}

// describe computes what a ballot is known by.
func describe(chainID string, message *types.MsgCastBallot, tx []byte) (*Sealed, error) {
	parsed, err := message.Ballot(chainID)
	if err != nil {
		return nil, fmt.Errorf("elector: %w", err)
	}
	digest := parsed.Digest()
	return &Sealed{Message: message, Tx: tx, Digest: digest, TrackingCode: ballot.TrackingCode(digest)}, nil
}
