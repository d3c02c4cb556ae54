package keeper

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/evoted/evoted/x/authority/types"
)

// maxPage is the largest number of authorities in one answer.
const maxPage = 100

var _ types.QueryServer = queryServer{}

// queryServer answers queries without giving away the keeper's other methods.
type queryServer struct{ keeper *Keeper }

// NewQueryServer returns the query service over the keeper.
func NewQueryServer(k *Keeper) types.QueryServer { return queryServer{keeper: k} }

// Params returns the rules of the set.
func (q queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	params, err := q.keeper.params.Get(ctx)
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &types.QueryParamsResponse{Params: params}, nil
}

// Authorities lists the authorities by operator address, at most maxPage at a time.
func (q queryServer) Authorities(ctx context.Context, req *types.QueryAuthoritiesRequest) (*types.QueryAuthoritiesResponse, error) {
	if req == nil {
		return nil, status.Error(codes.InvalidArgument, "empty request")
	}
	authorities, page, err := query.CollectionPaginate(ctx, q.keeper.authorities, clampPage(req.Pagination),
		func(_ []byte, authority types.Authority) (types.Authority, error) { return authority, nil })
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return &types.QueryAuthoritiesResponse{Authorities: authorities, Pagination: page}, nil
}

// Authority returns one authority by its operator account.
func (q queryServer) Authority(ctx context.Context, req *types.QueryAuthorityRequest) (*types.QueryAuthorityResponse, error) {
	if req == nil {
		return nil, status.Error(codes.InvalidArgument, "empty request")
	}
	operator, err := q.keeper.addresses.StringToBytes(req.Operator)
	if err != nil {
		return nil, status.Errorf(codes.InvalidArgument, "operator %q: %s", req.Operator, err)
	}
	authority, err := q.keeper.authorities.Get(ctx, operator)
	if errors.Is(err, collections.ErrNotFound) {
		return nil, types.ErrNotFound.Wrapf("operator %s", req.Operator)
	}
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &types.QueryAuthorityResponse{Authority: authority}, nil
}

// clampPage bounds what one query may cost: no answer holds more than maxPage entries.
func clampPage(page *query.PageRequest) *query.PageRequest {
	if page == nil {
		return &query.PageRequest{Limit: maxPage}
	}
	clamped := *page
	if clamped.Limit == 0 || clamped.Limit > maxPage {
		clamped.Limit = maxPage
	}
	return &clamped
}
