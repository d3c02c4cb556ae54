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

// ErrNotRecorded says that no node shows such a ballot.
var ErrNotRecorded = errors.New("elector: no such ballot is recorded")

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
// again from the ballot itself. Errors: ErrNotRecorded, those of client.First.
func Find(ctx context.Context, c *client.Client, t Track) (*Recorded, error) {
	if len(t.Nullifier) > 0 {
		if t.ElectionID == 0 {
			return nil, fmt.Errorf("%w: a nullifier belongs to one election, which must be named", ErrNotRecorded)
		}
		return findByNullifier(ctx, c, t)
	}
	found, err := findByEvent(ctx, c, t)
	if err == nil {
		return found, nil
	}
	if t.ElectionID == 0 {
		return nil, fmt.Errorf("%w: %s", ErrNotRecorded, t.Code)
	}
	return findInList(ctx, c, t)
}

func findByNullifier(ctx context.Context, c *client.Client, t Track) (*Recorded, error) {
	answer, err := c.RecordedBallot(ctx, t.ElectionID, t.Nullifier)
	if err != nil {
		return nil, err
	}
	if answer == nil {
		return nil, ErrNotRecorded
	}
	recorded, err := recordedBallot(c.ChainID(), t.ElectionID, &answer.Ballot)
	if err != nil {
		return nil, err
	}
	if recorded.Nullifier != hex.EncodeToString(t.Nullifier) {
		return nil, fmt.Errorf("%w: the node answered with another ballot", ErrNotRecorded)
	}
	recorded.Replaced = t.Code != "" && recorded.TrackingCode != t.Code
	return recorded, nil
}

// recordedBallot recomputes digest and code of a ballot.
func recordedBallot(chainID string, electionID uint64, b *types.Ballot) (*Recorded, error) {
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

func findByEvent(ctx context.Context, c *client.Client, t Track) (*Recorded, error) {
	search := fmt.Sprintf(`%s.tracking_code='"%s"'`, ballotCastEvent, t.Code)
	track, err := client.First(ctx, c, func(ctx context.Context, n *client.Node) (Track, error) {
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
	if err != nil {
		return nil, err
	}
	if track.ElectionID == 0 || (t.ElectionID != 0 && t.ElectionID != track.ElectionID) {
		return nil, ErrNotRecorded
	}
	track.Code = t.Code
	return findByNullifier(ctx, c, track)
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
			recorded, err := recordedBallot(c.ChainID(), t.ElectionID, &answer.Ballots[i])
			if err != nil {
				return nil, err
			}
			if recorded.TrackingCode == t.Code {
				return recorded, nil
			}
		}
		if answer.Pagination == nil || len(answer.Pagination.NextKey) == 0 {
			return nil, fmt.Errorf("%w: %s", ErrNotRecorded, t.Code)
		}
		request.Pagination.Key = answer.Pagination.NextKey
	}
}
