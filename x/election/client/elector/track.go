package elector

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/types"
)

// ballotCastEvent is the name of the event of a recorded ballot.
const ballotCastEvent = "evoted.election.v1.EventBallotCast"

// pageSize of the list of ballots.
const pageSize = 100

// Errors of Find.
var (
	// ErrNotRecorded says that no node shows such a ballot.
	ErrNotRecorded = errors.New("elector: no such ballot is recorded")
	// ErrNotAgreed says that one node shows a ballot and the others do not.
	ErrNotAgreed = errors.New("elector: the nodes do not agree about the ballot")
)

// Track names a ballot by what its elector knows of it.
type Track struct {
	// ElectionID of the ballot; 0 if it is not known.
	ElectionID uint64
	// Nullifier, if it is known.
	Nullifier []byte
	// Code is the tracking code, if it is known.
	Code string
}

// Recorded is a ballot as the chain holds it, checked against its tracking code.
type Recorded struct {
	ElectionID   uint64 `json:"election_id"`
	TrackingCode string `json:"tracking_code"`
	Nullifier    string `json:"nullifier"`
	Digest       string `json:"digest"`
	Revision     uint64 `json:"revision"`
	Height       int64  `json:"height"`
	// Replaced is set if the ballot asked for was replaced by this later one.
	Replaced bool `json:"replaced,omitempty"`
}

// Find looks for a ballot. With an election and a nullifier that is one question. With a
// tracking code alone the node's index of events is asked first, and if that does not
// know it, the ballots of the election are read one by one. The code is always computed
// again from the ballot itself, and of several nodes two must show the ballot. Errors:
// ErrNotRecorded, ErrNotAgreed, those of client.First.
func Find(ctx context.Context, c *client.Client, t Track) (*Recorded, error) {
	if len(t.Nullifier) > 0 {
		if t.ElectionID == 0 {
			return nil, fmt.Errorf("%w: a nullifier belongs to one election, which must be named", ErrNotRecorded)
		}
		return findByNullifier(ctx, c, t)
	}
	found, err := findByEvent(ctx, c, t)
	if err == nil || errors.Is(err, ErrNotAgreed) {
		return found, err
	}
	if t.ElectionID == 0 {
		return nil, fmt.Errorf("%w: %s", ErrNotRecorded, t.Code)
	}
	return findInList(ctx, c, t)
}

func findByNullifier(ctx context.Context, c *client.Client, t Track) (*Recorded, error) {
	answer, err := c.RecordedBallot(ctx, t.ElectionID, t.Nullifier, nil)
	if err != nil {
		return nil, err
	}
	if answer == nil {
		return nil, ErrNotRecorded
	}
	if !answer.Agreed {
		return nil, fmt.Errorf("%w: %d of %d nodes show it", ErrNotAgreed, len(answer.Seen), answer.Asked)
	}
	recorded, err := Identify(c.ChainID(), t.ElectionID, &answer.Ballot)
	if err != nil {
		return nil, err
	}
	recorded.Replaced = t.Code != "" && recorded.TrackingCode != t.Code
	return recorded, nil
}

// Identify computes digest and tracking code of a ballot that a node shows. Errors: those
// of types.MsgCastBallot.Ballot.
func Identify(chainID string, electionID uint64, b *types.Ballot) (*Recorded, error) {
	parsed, err := b.Message(electionID).Ballot(chainID)
	if err != nil {
		return nil, err
	}
	digest := parsed.Digest()
	return &Recorded{
		ElectionID: electionID, TrackingCode: ballot.TrackingCode(digest), Digest: hex.EncodeToString(digest[:]),
		Nullifier: hex.EncodeToString(b.Nullifier), Revision: b.Revision, Height: b.Height,
	}, nil
}

// findByEvent asks the index of every node. A node may be wrong about which ballot has the
// code, but not about one that carries it: such a ballot is taken first. That the ballot
// was replaced by another one can only be told from the index, so two nodes must say it.
func findByEvent(ctx context.Context, c *client.Client, t Track) (*Recorded, error) {
	search := fmt.Sprintf(`%s.tracking_code='"%s"'`, ballotCastEvent, t.Code)
	answers := client.All(ctx, c, func(ctx context.Context, n *client.Node) (Track, error) {
		page, perPage := 1, 1
		result, err := n.Context(ctx).Client.TxSearch(ctx, search, false, &page, &perPage, "desc")
		if err != nil {
			return Track{}, err
		}
		for _, tx := range result.Txs {
			if found, ok := trackOf(tx.TxResult.Events); ok {
				return found, nil
			}
		}
		return Track{}, nil
	})
	type place struct {
		election  uint64
		nullifier string
	}
	said := make(map[place]int)
	answered := 0
	for _, a := range answers {
		if a.Err != nil {
			continue
		}
		answered++
		if a.Value.ElectionID != 0 && (t.ElectionID == 0 || t.ElectionID == a.Value.ElectionID) {
			said[place{a.Value.ElectionID, string(a.Value.Nullifier)}]++
		}
	}
	var replaced *Recorded
	lastErr := ErrNotRecorded
	for where, times := range said {
		found, err := findByNullifier(ctx, c, Track{ElectionID: where.election, Nullifier: []byte(where.nullifier), Code: t.Code})
		switch {
		case err != nil:
			lastErr = err
		case !found.Replaced:
			return found, nil
		case times >= min(2, answered):
			replaced = found
		}
	}
	if replaced != nil {
		return replaced, nil
	}
	return nil, lastErr
}

// trackOf reads election and nullifier from the events of a ballot's transaction.
func trackOf(events []abci.Event) (Track, bool) {
	for _, event := range events {
		if event.Type != ballotCastEvent {
			continue
		}
		var track Track
		for _, attribute := range event.Attributes {
			// Attributes of typed events are JSON values.
			var text string
			if json.Unmarshal([]byte(attribute.Value), &text) != nil {
				continue
			}
			switch attribute.Key {
			case "election_id":
				track.ElectionID, _ = strconv.ParseUint(text, 10, 64)
			case "nullifier":
				track.Nullifier, _ = hex.DecodeString(text)
			}
		}
		return track, track.ElectionID != 0 && len(track.Nullifier) == types.NullifierSize
	}
	return Track{}, false
}

func findInList(ctx context.Context, c *client.Client, t Track) (*Recorded, error) {
	request := &types.QueryBallotsRequest{ElectionId: t.ElectionID, Pagination: &query.PageRequest{Limit: pageSize}}
	for {
		answer, err := client.First(ctx, c, func(ctx context.Context, n *client.Node) (*types.QueryBallotsResponse, error) {
			return n.Query(ctx).Ballots(ctx, request)
		})
		if err != nil {
			return nil, err
		}
		for i := range answer.Ballots {
			recorded, err := Identify(c.ChainID(), t.ElectionID, &answer.Ballots[i])
			if err != nil {
				return nil, err
			}
			if recorded.TrackingCode == t.Code {
				t.Nullifier = answer.Ballots[i].Nullifier
				return findByNullifier(ctx, c, t)
			}
		}
		if answer.Pagination == nil || len(answer.Pagination.NextKey) == 0 {
			return nil, fmt.Errorf("%w: %s", ErrNotRecorded, t.Code)
		}
		request.Pagination.Key = answer.Pagination.NextKey
	}
}
