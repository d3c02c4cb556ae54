package client

import (
	"context"
	"errors"
	"time"

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
	// Sent is set if a node has the ballot or may have it.
	Sent bool
	// Other is the ballot of the same elector that is recorded in its place, if that is
	// why it is not counted.
	Other *types.Ballot
	// Reason, if it is not counted or its fate is unknown.
	Reason error
}

// Deliver sends the transaction of a ballot to every node at once and waits until it is
// recorded, refused, too late, or ctx or BallotTimeout ends. It sends it again while it
// waits. sent is called once some node took it, and may be nil.
//
// That a ballot is not counted is said only if nothing was sent, or if it is proved as far
// as nodes can prove it: two of them (the only one, if there is one) refuse it, show it
// as failed in a block, or show another ballot of this elector whose proof passes check.
// Else its fate is unknown, whatever a single node says.
func (c *Client) Deliver(ctx context.Context, m *types.MsgCastBallot, tx []byte, closing time.Time, check Checker, sent func(nodes []string)) Delivery {
	ctx, cancel := context.WithTimeout(ctx, BallotTimeout)
	defer cancel()
	o := c.offerBallot(ctx, tx)
	delivery := Delivery{Fate: FateUnknown, Nodes: o.taken, Sent: o.arrived()}
	err := o.err()
	switch {
	case err == nil:
		if sent != nil {
			sent(o.taken)
		}
	case !o.arrived():
		return Delivery{Fate: FateNotCounted, Reason: err}
	case !o.unclear && len(o.refused) >= c.negative():
		delivery.Reason = err
		// Perhaps it is this very ballot, sent by an earlier run: look before answering.
		found, conflict := c.recorded(ctx, m, check, &delivery)
		switch {
		case found:
		case conflict != nil && !errors.Is(err, types.ErrRevision):
			delivery.Fate, delivery.Reason = FateNotCounted, conflict
		default:
			delivery.Fate = FateNotCounted
		}
		return delivery
	default:
		delivery.Reason = err // may have arrived
	}
	c.follow(ctx, m, tx, closing, check, &delivery)
	return delivery
}

// offerBallot sends a ballot, and again after a refusal that goes away by itself. What
// arrived in an earlier attempt stays arrived.
func (c *Client) offerBallot(ctx context.Context, tx []byte) offer {
	o := c.offer(ctx, tx)
	for range sendAttempts {
		if err := o.err(); err == nil || !passing(err) {
			break
		}
		select {
		case <-ctx.Done():
			return o
		case <-time.After(retryPause):
			again := c.offer(ctx, tx)
			again.unclear = again.unclear || o.unclear || !again.arrived()
			o = again
		}
	}
	return o
}

// follow waits for a ballot that was sent and fills in the delivery.
func (c *Client) follow(ctx context.Context, m *types.MsgCastBallot, tx []byte, closing time.Time, check Checker, delivery *Delivery) {
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	lastSent := time.Now()
	for {
		found, conflict := c.recorded(ctx, m, check, delivery)
		if found {
			return
		}
		if conflict == nil {
			conflict = c.failed(ctx, tx)
		}
		if conflict == nil && c.tooLate(ctx, m, closing, check, delivery) {
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
			if o := c.offer(ctx, tx); len(o.taken) > 0 {
				delivery.Nodes = o.taken
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

// tooLate tells whether voting has closed on every reachable node. The ballot is looked
// for once more after that, since it may be in the last block before the close.
func (c *Client) tooLate(ctx context.Context, m *types.MsgCastBallot, closing time.Time, check Checker, delivery *Delivery) bool {
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
	if reachable < c.negative() {
		return false
	}
	_, _ = c.recorded(ctx, m, check, delivery)
	return len(delivery.Seen) == 0 || delivery.Fate == FateCounted
}
