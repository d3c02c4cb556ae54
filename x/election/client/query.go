package client

import (
	"context"
	"fmt"

	"github.com/evoted/evoted/x/election/types"
)

// Election asks for one election. It returns types.ErrElectionNotFound if there is none.
func (c *Client) Election(ctx context.Context, id uint64) (*types.Election, error) {
	answer, err := First(ctx, c, func(ctx context.Context, n *Node) (*types.QueryElectionResponse, error) {
		return n.Query(ctx).Election(ctx, &types.QueryElectionRequest{ElectionId: id})
	})
	if IsNotFound(err) {
		return nil, fmt.Errorf("%w: election %d", types.ErrElectionNotFound, id)
	}
	if err != nil {
		return nil, err
	}
	return &answer.Election, nil
}

// Params asks for the limits of the module.
func (c *Client) Params(ctx context.Context) (*types.Params, error) {
	answer, err := First(ctx, c, func(ctx context.Context, n *Node) (*types.QueryParamsResponse, error) {
		return n.Query(ctx).Params(ctx, &types.QueryParamsRequest{})
	})
	if err != nil {
		return nil, err
	}
	return &answer.Params, nil
}

// Tally asks for the sums, shares and result of one election.
func (c *Client) Tally(ctx context.Context, id uint64) (*types.QueryTallyResponse, error) {
	return First(ctx, c, func(ctx context.Context, n *Node) (*types.QueryTallyResponse, error) {
		return n.Query(ctx).Tally(ctx, &types.QueryTallyRequest{ElectionId: id})
	})
}

// Circuit asks for the circuit of a ballot format. It returns types.ErrCircuit if the
// chain has none.
func (c *Client) Circuit(ctx context.Context, format string) (*types.Circuit, error) {
	answer, err := First(ctx, c, func(ctx context.Context, n *Node) (*types.QueryCircuitsResponse, error) {
		return n.Query(ctx).Circuits(ctx, &types.QueryCircuitsRequest{})
	})
	if err != nil {
		return nil, err
	}
	for i := range answer.Circuits {
		if answer.Circuits[i].Format == format {
			return &answer.Circuits[i], nil
		}
	}
	return nil, fmt.Errorf("%w: %q", types.ErrCircuit, format)
}

// Attestations asks what the registrars of an election say of its roll.
func (c *Client) Attestations(ctx context.Context, id uint64) ([]types.Attestation, error) {
	answer, err := First(ctx, c, func(ctx context.Context, n *Node) (*types.QueryAttestationsResponse, error) {
		return n.Query(ctx).Attestations(ctx, &types.QueryAttestationsRequest{ElectionId: id})
	})
	if err != nil {
		return nil, err
	}
	return answer.Attestations, nil
}
