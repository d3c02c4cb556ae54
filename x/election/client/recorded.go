package client

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/evoted/evoted/x/election/types"
)

// Checker tells whether a ballot that a node shows can be one of the election: whether
// its proof holds for what the election's own data say. A node can make up everything
// about a ballot but such a proof, which takes the secret of an elector on the roll.
type Checker interface {
	CheckBallot(b *types.Ballot) error
}

// ErrOtherBallot reports a ballot that does not carry the nullifier that was asked for.
var ErrOtherBallot = errors.New("client: the node answered with another ballot")

// enough is how many nodes must say that a ballot is recorded before it is believed: two,
// or the one that answers if no other does.
func enough(reachable int) int { return max(1, min(2, reachable)) }

// negative is how many nodes must say that a ballot is refused, failed or replaced before
// it is believed: two of those that answered when the connection was made, or the only
// one there is. It is stricter than enough, since "unknown" is always a safe answer.
func (c *Client) negative() int { return enough(len(c.nodes)) }

// Recorded is what the nodes say of the ballot of one elector.
type Recorded struct {
	// Ballot that was shown and passed the check: of several, one on which nodes agree,
	// then the one with the largest revision.
	Ballot types.Ballot
	// Seen holds the nodes that show it.
	Seen []string
	// Asked is the number of nodes that answered.
	Asked int
	// LargestRevision of all ballots of this elector that were shown and passed the check.
	// One node is enough for it: the proof binds the revision.
	LargestRevision uint64
	// Agreed is set if enough nodes show it: two, or the only one that answers. A ballot
	// on which nodes do not agree may be one that was sent and is not recorded.
	Agreed bool
}

// RecordedBallot asks every node for the ballot with a nullifier. It returns nil if none
// of those that answer shows one that passes check; what does not pass is the invention
// of a node and is ignored. A nil check accepts every ballot with that nullifier. If no
// node answers the error is ErrNoNode.
func (c *Client) RecordedBallot(ctx context.Context, electionID uint64, nullifier []byte, check Checker) (*Recorded, error) {
	answers := shown(ctx, c, electionID, nullifier)
	var candidates []Recorded
	var failures []error
	reachable := 0
	for _, a := range answers {
		if a.Err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", a.Node.URL, a.Err))
			continue
		}
		reachable++
		if a.Value == nil {
			continue
		}
		if known := find(candidates, a.Value); known != nil {
			known.Seen = append(known.Seen, a.Node.URL)
			continue
		}
		if check != nil && check.CheckBallot(a.Value) != nil {
			continue
		}
		candidates = append(candidates, Recorded{Ballot: *a.Value, Seen: []string{a.Node.URL}})
	}
	if reachable == 0 {
		return nil, fmt.Errorf("%w: %w", ErrNoNode, errors.Join(failures...))
	}
	var best *Recorded
	largest := uint64(0)
	for i := range candidates {
		r := &candidates[i]
		r.Asked, r.Agreed = reachable, len(r.Seen) >= enough(reachable)
		if best == nil || (r.Agreed && !best.Agreed) || (r.Agreed == best.Agreed && r.Ballot.Revision > best.Ballot.Revision) {
			best = r
		}
		largest = max(largest, r.Ballot.Revision)
	}
	if best != nil {
		best.LargestRevision = largest
	}
	return best, nil
}

func find(candidates []Recorded, b *types.Ballot) *Recorded {
	for i := range candidates {
		if candidates[i].Ballot.Height == b.Height && sameBallot(&candidates[i].Ballot, b.Message(0)) {
			return &candidates[i]
		}
	}
	return nil
}

// shown asks every node for the ballot with a nullifier; nil stands for "there is none".
func shown(ctx context.Context, c *Client, electionID uint64, nullifier []byte) []Answer[*types.Ballot] {
	return ask(ctx, c.nodes, lookUpTimeout, func(ctx context.Context, n *Node) (*types.Ballot, error) {
		answer, err := n.Query(ctx).Ballot(ctx, &types.QueryBallotRequest{ElectionId: electionID, Nullifier: hex.EncodeToString(nullifier)})
		if IsNotFound(err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(answer.Ballot.Nullifier, nullifier) {
			return nil, ErrOtherBallot
		}
		return &answer.Ballot, nil
	})
}

// recorded looks for the ballot on every node. It is found when enough nodes show it. A
// ballot of the same elector with another ephemeral key and no smaller revision is a
// conflict, which means that this one will not be counted, if enough nodes show it and
// its proof holds.
func (c *Client) recorded(ctx context.Context, m *types.MsgCastBallot, check Checker, delivery *Delivery) (found bool, conflict error) {
	var seen []string
	var other *types.Ballot
	heights := make(map[int64]int)
	height, reachable, conflicts := int64(0), 0, 0
	for _, a := range shown(ctx, c, m.ElectionId, m.Nullifier) {
		switch {
		case a.Err != nil:
			continue
		case a.Value == nil:
		case sameBallot(a.Value, m):
			seen = append(seen, a.Node.URL)
			heights[a.Value.Height]++
			if heights[a.Value.Height] > heights[height] {
				height = a.Value.Height
			}
		case a.Value.Revision >= m.Revision && check.CheckBallot(a.Value) == nil:
			conflicts++
			other = a.Value
		}
		reachable++
	}
	delivery.Seen = seen
	if len(seen) > 0 && len(seen) >= enough(reachable) {
		delivery.Fate, delivery.Height, delivery.Reason, delivery.Other = FateCounted, height, nil, nil
		return true, nil
	}
	if other == nil || conflicts < c.negative() {
		return false, nil // one node alone is not believed: the nodes are about to agree
	}
	delivery.Other = other
	return false, fmt.Errorf("%w: block %d holds another ballot of this elector, revision %d", types.ErrNullifierUsed, other.Height, other.Revision)
}

// sameBallot compares everything that makes a ballot what it is but the proof, which
// others may re-randomise.
func sameBallot(b *types.Ballot, m *types.MsgCastBallot) bool {
	return b.Revision == m.Revision && bytes.Equal(b.Nullifier, m.Nullifier) &&
		bytes.Equal(b.EphemeralKey, m.EphemeralKey) && bytes.Equal(b.Ciphertext, m.Ciphertext)
}

// failed returns the reason if enough nodes say that a block holds the transaction as
// failed, and none that it succeeded.
func (c *Client) failed(ctx context.Context, tx []byte) error {
	var reason error
	failures := 0
	for _, a := range ask(ctx, c.nodes, lookUpTimeout, func(ctx context.Context, n *Node) (error, error) {
		res, err := lookUp(ctx, n, cmttypes.Tx(tx).Hash())
		if err != nil || res.TxResult.Code == 0 {
			return nil, err
		}
		return refusal(res.TxResult.Codespace, res.TxResult.Code, res.TxResult.Log), nil
	}) {
		switch {
		case a.Err != nil:
		case a.Value == nil:
			return nil
		default:
			failures++
			reason = a.Value
		}
	}
	if failures < c.negative() {
		return nil
	}
	return reason
}
