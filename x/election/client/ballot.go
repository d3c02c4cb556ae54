package client

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/evoted/evoted/x/election/types"
)

// BallotTimeout is how long a ballot is awaited before its fate is called unknown.
const BallotTimeout = 45 * time.Second

// Fate is what became of a ballot.
type Fate int

// The three things that can be said of a ballot after it was sent.
const (
	// FateUnknown: it may still be counted.
	FateUnknown Fate = iota
	// FateCounted: it is recorded in a block.
	FateCounted
	// FateNotCounted: it is not recorded and this copy of it never will be.
	FateNotCounted
)

// String names the fate in one word.
func (f Fate) String() string {
	switch f {
	case FateCounted:
		return "counted"
	case FateNotCounted:
		return "not counted"
	case FateUnknown:
		return "unknown"
	default:
		return "unknown"
	}
}

// Delivery tells what became of a ballot that was sent.
type Delivery struct {
	// Fate of the ballot.
	Fate Fate
	// Height of the block that recorded it, if counted.
	Height int64
	// Nodes that took it.
	Nodes []string
	// Seen holds the nodes that show it as recorded.
	Seen []string
	// Reason, if it is not counted or its fate is unknown.
	Reason error
}

// RecordedBallot asks for the ballot with a nullifier. It returns nil if the chain has none.
func (c *Client) RecordedBallot(ctx context.Context, electionID uint64, nullifier []byte) (*types.QueryBallotResponse, error) {
	answer, err := First(ctx, c, func(ctx context.Context, n *Node) (*types.QueryBallotResponse, error) {
		return queryBallot(ctx, n, electionID, nullifier)
	})
	if IsNotFound(err) {
		return nil, nil
	}
	return answer, err
}

func queryBallot(ctx context.Context, n *Node, electionID uint64, nullifier []byte) (*types.QueryBallotResponse, error) {
	return n.Query(ctx).Ballot(ctx, &types.QueryBallotRequest{ElectionId: electionID, Nullifier: hex.EncodeToString(nullifier)})
}

// Deliver sends the transaction of a ballot to every node at once and waits until it is
// recorded, refused, too late, or ctx or BallotTimeout ends. It sends it again while it
// waits. sent is called once some node took it, and may be nil.
func (c *Client) Deliver(ctx context.Context, m *types.MsgCastBallot, tx []byte, closing time.Time, sent func(nodes []string)) Delivery {
	ctx, cancel := context.WithTimeout(ctx, BallotTimeout)
	defer cancel()
	delivery := Delivery{Fate: FateUnknown}
	nodes, err := c.broadcastBallot(ctx, tx)
	delivery.Nodes = nodes
	switch {
	case err == nil:
		if sent != nil {
			sent(nodes)
		}
	case errors.Is(err, types.ErrNullifierUsed), errors.Is(err, types.ErrRevision):
		// Perhaps it is this very ballot, sent by an earlier run: look before answering.
		delivery.Reason = err
		found, conflict := c.recorded(ctx, m, &delivery)
		if !found && conflict == nil {
			conflict = err
		}
		if !found {
			delivery.Fate, delivery.Reason = FateNotCounted, conflict
		}
		return delivery
	case errors.Is(err, ErrRefused), errors.Is(err, ErrNotSent):
		return Delivery{Fate: FateNotCounted, Reason: err}
	default:
		delivery.Reason = err // may have arrived
	}
	c.follow(ctx, m, tx, closing, &delivery)
	return delivery
}

// broadcastBallot sends a ballot, and once more after a refusal that goes away by itself.
func (c *Client) broadcastBallot(ctx context.Context, tx []byte) ([]string, error) {
	nodes, err := c.Broadcast(ctx, tx)
	for range sendAttempts {
		if err == nil || !passing(err) {
			break
		}
		select {
		case <-ctx.Done():
			return nodes, err
		case <-time.After(retryPause):
			nodes, err = c.Broadcast(ctx, tx)
		}
	}
	return nodes, err
}

// follow waits for a ballot that was sent and fills in the delivery.
func (c *Client) follow(ctx context.Context, m *types.MsgCastBallot, tx []byte, closing time.Time, delivery *Delivery) {
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	lastSent := time.Now()
	for {
		found, conflict := c.recorded(ctx, m, delivery)
		if found {
			return
		}
		if conflict == nil {
			conflict = c.failed(ctx, tx)
		}
		if conflict == nil && c.tooLate(ctx, m, closing, delivery) {
			if delivery.Fate == FateCounted {
				return
			}
			conflict = types.ErrVotingClosed
		}
		if conflict != nil {
			delivery.Fate, delivery.Reason = FateNotCounted, conflict
			return
		}
		if time.Since(lastSent) >= resendInterval {
			lastSent = time.Now()
			// What this answers is of no interest: the ballot is looked for on the chain.
			if nodes, err := c.Broadcast(ctx, tx); err == nil {
				delivery.Nodes = nodes
			}
		}
		select {
		case <-ctx.Done():
			if delivery.Reason == nil {
				delivery.Reason = ErrUnknownFate
			}
			return
		case <-ticker.C:
		}
	}
}

// recorded looks for the ballot on every node. It is found when two nodes show it, or
// all of those that answer if that is one. A ballot of the same elector with another
// ephemeral key and no smaller revision is a conflict: this one will not be counted.
func (c *Client) recorded(ctx context.Context, m *types.MsgCastBallot, delivery *Delivery) (found bool, conflict error) {
	answers := ask(ctx, c.nodes, lookUpTimeout, func(ctx context.Context, n *Node) (*types.Ballot, error) {
		answer, err := queryBallot(ctx, n, m.ElectionId, m.Nullifier)
		if IsNotFound(err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		return &answer.Ballot, nil
	})
	var seen []string
	height, reachable, conflicts := int64(0), 0, 0
	for _, a := range answers {
		switch {
		case a.Err != nil:
			continue
		case a.Value == nil:
		case sameBallot(a.Value, m):
			seen = append(seen, a.Node.URL)
			height = a.Value.Height
		case a.Value.Revision >= m.Revision:
			conflicts++
			conflict = fmt.Errorf("%w: block %d holds another ballot of this elector, revision %d",
				types.ErrNullifierUsed, a.Value.Height, a.Value.Revision)
		}
		reachable++
	}
	delivery.Seen = seen
	needed := max(1, min(2, reachable))
	if conflicts < needed {
		conflict = nil // one node alone is not believed: the nodes are about to agree
	}
	if len(seen) < needed {
		return false, conflict
	}
	delivery.Fate, delivery.Height, delivery.Reason = FateCounted, height, nil
	return true, nil
}

// sameBallot compares everything that makes a ballot what it is but the proof, which
// others may re-randomise.
func sameBallot(b *types.Ballot, m *types.MsgCastBallot) bool {
	return b.Revision == m.Revision && bytes.Equal(b.Nullifier, m.Nullifier) &&
		bytes.Equal(b.EphemeralKey, m.EphemeralKey) && bytes.Equal(b.Ciphertext, m.Ciphertext)
}

// failed returns the reason if a block holds the transaction as failed.
func (c *Client) failed(ctx context.Context, tx []byte) error {
	for _, n := range c.nodes {
		res, err := lookUp(ctx, n, cmttypes.Tx(tx).Hash())
		if err == nil && res.TxResult.Code != 0 {
			return refusal(res.TxResult.Codespace, res.TxResult.Code, res.TxResult.Log)
		}
	}
	return nil
}

// tooLate tells whether voting has closed on every reachable node. The ballot is looked
// for once more after that, since it may be in the last block before the close.
func (c *Client) tooLate(ctx context.Context, m *types.MsgCastBallot, closing time.Time, delivery *Delivery) bool {
	if closing.IsZero() || time.Now().Before(closing) {
		return false
	}
	answers := All(ctx, c, func(ctx context.Context, n *Node) (time.Time, error) {
		status, err := n.Status(ctx)
		if err != nil {
			return time.Time{}, err
		}
		return status.SyncInfo.LatestBlockTime, nil
	})
	reachable := 0
	for _, a := range answers {
		if a.Err != nil {
			continue
		}
		reachable++
		if a.Value.Before(closing) {
			return false
		}
	}
	if reachable == 0 {
		return false
	}
	_, _ = c.recorded(ctx, m, delivery)
	return len(delivery.Seen) == 0 || delivery.Fate == FateCounted
}
