package keeper

import (
	"context"
	"encoding/hex"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/roll"
	"github.com/evoted/evoted/x/election/types"
)

const (
	// MaxPage is the largest number of entries in a page, and the default.
	MaxPage = 100
	// maxOffset bounds the entries that a query skips one by one; a key skips any number.
	maxOffset = 10_000
)

// queryServer answers questions about the state. Every answer is bounded.
type queryServer struct{ keeper *Keeper }

var _ types.QueryServer = queryServer{}

// NewQueryServer returns the handlers of the module's queries.
func NewQueryServer(k *Keeper) types.QueryServer { return queryServer{keeper: k} }

var errEmptyRequest = status.Error(codes.InvalidArgument, "empty request")

// Params returns the limits of the module.
func (q queryServer) Params(ctx context.Context, r *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	if r == nil {
		return nil, errEmptyRequest
	}
	params, err := q.keeper.Params(ctx)
	return &types.QueryParamsResponse{Params: params}, answer(err)
}

// Circuits lists the ballot circuits; there are no more of them than ballot formats.
func (q queryServer) Circuits(ctx context.Context, r *types.QueryCircuitsRequest) (*types.QueryCircuitsResponse, error) {
	if r == nil {
		return nil, errEmptyRequest
	}
	iterator, err := q.keeper.circuits.Iterate(ctx, nil)
	if err != nil {
		return nil, answer(err)
	}
	circuits, err := iterator.Values()
	return &types.QueryCircuitsResponse{Circuits: circuits}, answer(err)
}

// Election returns one election.
func (q queryServer) Election(ctx context.Context, r *types.QueryElectionRequest) (*types.QueryElectionResponse, error) {
	if r == nil {
		return nil, errEmptyRequest
	}
	election, err := q.election(ctx, r.ElectionId)
	if err != nil {
		return nil, err
	}
	tally, err := q.keeper.tallies.Get(ctx, election.Id)
	return &types.QueryElectionResponse{Election: election, Ballots: tally.Ballots}, answer(err)
}

// Elections lists elections by id.
func (q queryServer) Elections(ctx context.Context, r *types.QueryElectionsRequest) (*types.QueryElectionsResponse, error) {
	if r == nil {
		return nil, errEmptyRequest
	}
	if _, known := types.Phase_name[int32(r.Phase)]; !known {
		return nil, status.Errorf(codes.InvalidArgument, "no phase has the number %d", r.Phase)
	}
	request, err := page(r.Pagination, 8)
	if err != nil {
		return nil, err
	}
	elections, next, err := query.CollectionFilteredPaginate(ctx, q.keeper.elections, request,
		func(_ uint64, e types.Election) (bool, error) {
			return r.Phase == types.PHASE_UNSPECIFIED || e.Phase == r.Phase, nil
		},
		func(_ uint64, e types.Election) (types.Election, error) { return e, nil })
	return &types.QueryElectionsResponse{Elections: elections, Pagination: next}, answer(err)
}

// RollBucket returns the electors of one bucket and the bucket's path to the root.
func (q queryServer) RollBucket(ctx context.Context, r *types.QueryRollBucketRequest) (*types.QueryRollBucketResponse, error) {
	if r == nil {
		return nil, errEmptyRequest
	}
	election, err := q.election(ctx, r.ElectionId)
	if err != nil {
		return nil, err
	}
	if r.Bucket > election.Roll.Count/roll.BucketSize || r.Bucket*roll.BucketSize >= max(election.Roll.Count, 1) {
		return nil, status.Errorf(codes.NotFound, "the roll of election %d has %d electors, so it has no bucket %d", election.Id, election.Roll.Count, r.Bucket)
	}
	first := r.Bucket * roll.BucketSize
	bucket := collections.NewPrefixedPairRange[uint64, uint64](election.Id).StartInclusive(first).EndExclusive(first + roll.BucketSize)
	iterator, err := q.keeper.electors.Iterate(ctx, bucket)
	if err != nil {
		return nil, answer(err)
	}
	electors, err := iterator.Values()
	if err != nil {
		return nil, answer(err)
	}
	siblings, err := roll.BucketPath(q.keeper.nodeReader(ctx, election.Id), r.Bucket)
	if err != nil {
		return nil, answer(err)
	}
	path := make([][]byte, 0, len(siblings))
	for _, sibling := range siblings {
		path = append(path, field.Bytes(sibling))
	}
	return &types.QueryRollBucketResponse{
		Electors: electors, Path: path, Root: election.Roll.Root, Count: election.Roll.Count,
	}, nil
}

// Attestations lists what the registrars say the roll is now.
func (q queryServer) Attestations(ctx context.Context, r *types.QueryAttestationsRequest) (*types.QueryAttestationsResponse, error) {
	if r == nil {
		return nil, errEmptyRequest
	}
	if _, err := q.election(ctx, r.ElectionId); err != nil {
		return nil, err
	}
	attestations, err := collect(ctx, q.keeper.attestations, r.ElectionId)
	return &types.QueryAttestationsResponse{Attestations: attestations}, answer(err)
}

// KeyContributions lists the trustees' parts of the key generation.
func (q queryServer) KeyContributions(ctx context.Context, r *types.QueryKeyContributionsRequest) (*types.QueryKeyContributionsResponse, error) {
	if r == nil {
		return nil, errEmptyRequest
	}
	if _, err := q.election(ctx, r.ElectionId); err != nil {
		return nil, err
	}
	contributions, err := collect(ctx, q.keeper.contributions, r.ElectionId)
	return &types.QueryKeyContributionsResponse{Contributions: contributions}, answer(err)
}

// TrusteeKey returns the registered key of one trustee.
func (q queryServer) TrusteeKey(ctx context.Context, r *types.QueryTrusteeKeyRequest) (*types.QueryTrusteeKeyResponse, error) {
	if r == nil {
		return nil, errEmptyRequest
	}
	address, err := types.ParseAddress(r.Trustee)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	key, err := q.keeper.trusteeKeys.Get(ctx, address)
	if errors.Is(err, collections.ErrNotFound) {
		return nil, status.Errorf(codes.NotFound, "%s has not registered a trustee key", r.Trustee)
	}
	return &types.QueryTrusteeKeyResponse{Key: key}, answer(err)
}

// Ballot returns one recorded ballot.
func (q queryServer) Ballot(ctx context.Context, r *types.QueryBallotRequest) (*types.QueryBallotResponse, error) {
	if r == nil {
		return nil, errEmptyRequest
	}
	nullifier, err := parseNullifier(r.Nullifier)
	if err != nil {
		return nil, err
	}
	if _, err := q.election(ctx, r.ElectionId); err != nil {
		return nil, err
	}
	recorded, err := q.keeper.ballots.Get(ctx, collections.Join(r.ElectionId, nullifier))
	if errors.Is(err, collections.ErrNotFound) {
		return nil, status.Errorf(codes.NotFound, "election %d has no ballot with this nullifier", r.ElectionId)
	}
	if err != nil {
		return nil, answer(err)
	}
	cast, err := recorded.Message(r.ElectionId).Ballot(sdk.UnwrapSDKContext(ctx).ChainID())
	if err != nil {
		return nil, answer(err)
	}
	return &types.QueryBallotResponse{Ballot: recorded, TrackingCode: ballot.TrackingCode(cast.Digest())}, nil
}

// parseNullifier accepts one spelling: 64 lower-case hexadecimal digits below the modulus.
func parseNullifier(s string) ([]byte, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != types.NullifierSize || hex.EncodeToString(b) != s {
		return nil, status.Errorf(codes.InvalidArgument, "a nullifier is %d lower-case hexadecimal digits", 2*types.NullifierSize)
	}
	if _, err := field.Parse(b); err != nil {
		return nil, status.Error(codes.InvalidArgument, "the nullifier is not smaller than the modulus")
	}
	return b, nil
}

// Ballots lists the recorded ballots by nullifier.
func (q queryServer) Ballots(ctx context.Context, r *types.QueryBallotsRequest) (*types.QueryBallotsResponse, error) {
	if r == nil {
		return nil, errEmptyRequest
	}
	if _, err := q.election(ctx, r.ElectionId); err != nil {
		return nil, err
	}
	request, err := page(r.Pagination, types.NullifierSize)
	if err != nil {
		return nil, err
	}
	ballots, next, err := query.CollectionPaginate(ctx, q.keeper.ballots, request,
		func(_ hashed, b types.Ballot) (types.Ballot, error) { return b, nil },
		query.WithCollectionPaginationPairPrefix[uint64, []byte](r.ElectionId))
	return &types.QueryBallotsResponse{Ballots: ballots, Pagination: next}, answer(err)
}

// Tally returns the sums, the decryption shares and the result.
func (q queryServer) Tally(ctx context.Context, r *types.QueryTallyRequest) (*types.QueryTallyResponse, error) {
	if r == nil {
		return nil, errEmptyRequest
	}
	if _, err := q.election(ctx, r.ElectionId); err != nil {
		return nil, err
	}
	tally, err := q.keeper.tallies.Get(ctx, r.ElectionId)
	if err != nil {
		return nil, answer(err)
	}
	shares, err := collect(ctx, q.keeper.shares, r.ElectionId)
	if err != nil {
		return nil, answer(err)
	}
	invalid, err := collect(ctx, q.keeper.invalidShares, r.ElectionId)
	return &types.QueryTallyResponse{Tally: tally, Shares: shares, InvalidShares: invalid}, answer(err)
}

// election returns the election with the status codes of queries.
func (q queryServer) election(ctx context.Context, id uint64) (types.Election, error) {
	if id == 0 {
		return types.Election{}, status.Error(codes.InvalidArgument, "election id is 0: elections count from 1")
	}
	election, err := q.keeper.Election(ctx, id)
	if errors.Is(err, types.ErrElectionNotFound) {
		return types.Election{}, status.Errorf(codes.NotFound, "no election has the id %d", id)
	}
	return election, answer(err)
}

// page bounds a request for a page: at most MaxPage entries, a key of the right length or
// a small offset, and no counting, which would walk over everything.
func page(r *query.PageRequest, keySize int) (*query.PageRequest, error) {
	if r == nil {
		return &query.PageRequest{Limit: MaxPage}, nil
	}
	switch {
	case r.CountTotal:
		return nil, status.Error(codes.InvalidArgument, "count_total is not offered: it would walk over all entries")
	case len(r.Key) != 0 && len(r.Key) != keySize:
		return nil, status.Errorf(codes.InvalidArgument, "a page key has %d bytes", keySize)
	case len(r.Key) != 0 && r.Offset != 0:
		return nil, status.Error(codes.InvalidArgument, "give either a page key or an offset")
	case r.Offset > maxOffset:
		return nil, status.Errorf(codes.InvalidArgument, "offset is at most %d: go on with the page key", maxOffset)
	}
	limit := r.Limit
	if limit == 0 || limit > MaxPage {
		limit = MaxPage
	}
	return &query.PageRequest{Key: r.Key, Offset: r.Offset, Limit: limit, Reverse: r.Reverse}, nil
}

// answer turns an error of the state into a status. It should not happen, and its text
// is not for the outside.
func answer(err error) error {
	if err == nil {
		return nil
	}
	return status.Error(codes.Internal, "the state could not be read")
}
