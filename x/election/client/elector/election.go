package elector

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/proof/verify"
	"github.com/evoted/evoted/x/election/types"
)

// Errors of LoadElection.
var (
	// ErrNotOpen: the election does not take ballots now.
	ErrNotOpen = errors.New("elector: the election is not open")
	// ErrElection: the nodes describe an election in which nobody could vote safely.
	ErrElection = errors.New("elector: the election's data is not valid")
)

// agreeAttempts and agreePause give a node that is a block behind the time to follow.
const (
	agreeAttempts = 8
	agreePause    = 500 * time.Millisecond
)

// Election is an election as an elector needs it, checked: its keys are valid points,
// its rules are valid, and its circuit's verifying key is the one the election pins.
type Election struct {
	// Data as the chain holds it.
	Data types.Election
	// Manifest of its contests and rules.
	Manifest ballot.Manifest
	// Keys PK_1..PK_K to encrypt to.
	Keys []curve.Point
	// Root of the sealed roll.
	Root field.Element
	// Circuit of its format.
	Circuit types.Circuit
	// VerifyingKey of the circuit.
	VerifyingKey *key.VerifyingKey
	// ChainID of its chain.
	ChainID string
	// Asked is the number of nodes that gave the same answer.
	Asked int
}

// Insecure tells whether the proofs of the election rest on keys that one party made.
func (e *Election) Insecure() bool { return e.Circuit.Setup == key.SetupInsecure }

// ballotElection is what all ballots of the election have in common.
func (e *Election) ballotElection() ballot.Election {
	return ballot.Election{
		ChainID: e.ChainID, ID: e.Data.Id, Format: e.Manifest.Format, Root: e.Root,
		Rules: e.Manifest.Rules(), Keys: e.Keys,
	}
}

// CheckBallot verifies the proof of a recorded ballot against the election's own data. It
// makes an Election a client.Checker. Errors: ErrElection without a verifying key, those of
// types.MsgCastBallot.Ballot and of verify.Statement.
func (e *Election) CheckBallot(b *types.Ballot) error {
	if e.VerifyingKey == nil {
		return fmt.Errorf("%w: no verifying key", ErrElection)
	}
	parsed, err := b.Message(e.Data.Id).Ballot(e.ChainID)
	if err != nil {
		return err
	}
	return verify.Statement(e.VerifyingKey, e.ballotElection().Statement(parsed), parsed.Proof)
}

// view is what one node says.
type view struct {
	election types.Election
	circuit  types.Circuit
}

// LoadElection asks every node for an election and returns it if all that answer say
// the same about everything a ballot depends on: contests, rules, schedule, roll, public
// keys and circuit. Nodes may be a block apart, so it asks again for some seconds before
// it gives up. Errors: client.ErrNodesDisagree, client.ErrNoNode, the chain's own,
// ErrNotOpen, ErrElection.
func LoadElection(ctx context.Context, c *client.Client, id uint64) (*Election, error) {
	var lastErr error
	for attempt := range agreeAttempts {
		if attempt > 0 {
			select {
			case <-ctx.Done():
				return nil, lastErr
			case <-time.After(agreePause):
			}
		}
		agreed, asked, err := agree(ctx, c, id)
		if err == nil {
			return newElection(c.ChainID(), agreed, asked)
		}
		if lastErr = err; !errors.Is(err, client.ErrNodesDisagree) {
			return nil, err
		}
	}
	return nil, lastErr
}

func agree(ctx context.Context, c *client.Client, id uint64) (view, int, error) {
	answers := client.All(ctx, c, func(ctx context.Context, n *client.Node) (view, error) { return look(ctx, n, id) })
	var first *client.Answer[view]
	asked := 0
	var failures []error
	for i := range answers {
		a := &answers[i]
		if a.Err != nil {
			failures = append(failures, a.Err)
			continue
		}
		asked++
		if first == nil {
			first = a
			continue
		}
		if field, same := compare(first.Value, a.Value); !same {
			return view{}, 0, fmt.Errorf("%w: %s and %s differ in %s", client.ErrNodesDisagree, first.Node.URL, a.Node.URL, field)
		}
	}
	if first == nil {
		return view{}, 0, whyNone(failures)
	}
	return first.Value, asked, nil
}

// whyNone chooses the error when no node gave an election: that there is none, if a
// node said so, else that none answers.
func whyNone(failures []error) error {
	for _, err := range failures {
		if client.IsNotFound(err) {
			return fmt.Errorf("%w: %w", types.ErrElectionNotFound, err)
		}
	}
	return fmt.Errorf("%w: %w", client.ErrNoNode, errors.Join(failures...))
}

func look(ctx context.Context, n *client.Node, id uint64) (view, error) {
	query := n.Query(ctx)
	election, err := query.Election(ctx, &types.QueryElectionRequest{ElectionId: id})
	if err != nil {
		return view{}, err
	}
	circuits, err := query.Circuits(ctx, &types.QueryCircuitsRequest{})
	if err != nil {
		return view{}, err
	}
	for _, circuit := range circuits.Circuits {
		if circuit.Format == election.Election.Format {
			return view{election: election.Election, circuit: circuit}, nil
		}
	}
	return view{}, fmt.Errorf("%w: no circuit for format %q", ErrElection, election.Election.Format)
}

// compare tells whether two nodes say the same, and otherwise what differs.
func compare(a, b view) (what string, same bool) {
	parts := []struct {
		name  string
		equal bool
	}{
		{"the public keys", equalKeys(a.election.KeyGeneration.PublicKeys, b.election.KeyGeneration.PublicKeys)},
		{"the roll", sameEncoding(&a.election.Roll, &b.election.Roll)},
		{"the phase", a.election.Phase == b.election.Phase},
		{"the election", sameEncoding(&a.election, &b.election)},
		{"the circuit", sameEncoding(&a.circuit, &b.circuit)},
	}
	for _, part := range parts {
		if !part.equal {
			return part.name, false
		}
	}
	return "", true
}

// sameEncoding compares two messages by their encodings, which are canonical for
// messages of this module: it has no maps.
func sameEncoding(a, b interface{ Marshal() ([]byte, error) }) bool {
	x, errX := a.Marshal()
	y, errY := b.Marshal()
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

func equalKeys(a, b [][]byte) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !bytes.Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

// newElection checks what the nodes agree on.
func newElection(chainID string, v view, asked int) (*Election, error) {
	e := &Election{Data: v.election, Circuit: v.circuit, ChainID: chainID, Asked: asked}
	if v.election.Phase != types.PHASE_OPEN {
		return e, fmt.Errorf("%w: %s", ErrNotOpen, PhaseInWords(&v.election, time.Now()))
	}
	var err error
	if e.Manifest, err = types.ManifestOf(v.election); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrElection, err)
	}
	if err := e.Manifest.Validate(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrElection, err)
	}
	if err := e.parseKeys(); err != nil {
		return nil, err
	}
	if e.Root, err = field.Parse(v.election.Roll.Root); err != nil {
		return nil, fmt.Errorf("%w: root of the roll: %w", ErrElection, err)
	}
	pinned := sha256.Sum256(v.circuit.VerifyingKey)
	if !bytes.Equal(pinned[:], v.election.VerifyingKeyHash) {
		return nil, fmt.Errorf("%w: the verifying key is %s, not the one the election pins", ErrElection, hex.EncodeToString(pinned[:8]))
	}
	if e.VerifyingKey, err = key.ParseVerifyingKey(v.circuit.VerifyingKey, e.Manifest.Format); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrElection, err)
	}
	return e, nil
}

func (e *Election) parseKeys() error {
	raw := e.Data.KeyGeneration.PublicKeys
	if e.Data.KeyGeneration.Status != types.KEY_STATUS_FINAL || len(raw) != e.Manifest.Format.Slots {
		return fmt.Errorf("%w: %d public keys for %d slots", ErrElection, len(raw), e.Manifest.Format.Slots)
	}
	e.Keys = make([]curve.Point, len(raw))
	for i := range raw {
		point, err := curve.ParseKey(raw[i])
		if err != nil {
			return fmt.Errorf("%w: public key %d: %w", ErrElection, i+1, err)
		}
		e.Keys[i] = point
	}
	return nil
}

// PhaseInWords says where an election stands and what comes next.
func PhaseInWords(e *types.Election, now time.Time) string {
	at := func(t time.Time) string {
		text := t.UTC().Format("2006-01-02 15:04:05 UTC")
		if left := t.Sub(now).Round(time.Second); left > 0 {
			text += " (in " + left.String() + ")"
		}
		return text
	}
	switch e.Phase {
	case types.PHASE_SETUP:
		return "it is being prepared and opens at " + at(e.Schedule.OpenTime)
	case types.PHASE_OPEN:
		return "voting is open until " + at(e.Schedule.CloseTime)
	case types.PHASE_CLOSED:
		return "voting has ended and the result is awaited until " + at(e.Schedule.TallyDeadline)
	case types.PHASE_TALLIED:
		return "voting has ended and the result is published"
	case types.PHASE_WITHHELD:
		return "voting has ended with too few ballots to publish a result"
	case types.PHASE_ABORTED:
		if e.Abort != nil {
			return "it was aborted: " + e.Abort.Explanation
		}
		return "it was aborted"
	case types.PHASE_UNSPECIFIED:
		return "its phase is unknown"
	default:
		return "its phase is unknown"
	}
}
