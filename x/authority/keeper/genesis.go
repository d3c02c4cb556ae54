package keeper

import (
	"context"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/evoted/evoted/x/authority/types"
)

// InitGenesis stores the authorities and returns the validator set that CometBFT starts
// with: equal power, in ascending order of the operators' addresses, whatever the order in
// the genesis file. It returns the error of types.GenesisState.Validate.
func (k *Keeper) InitGenesis(ctx context.Context, gs types.GenesisState) ([]abci.ValidatorUpdate, error) {
	if err := gs.Validate(k.addresses); err != nil {
		return nil, err
	}
	if err := k.params.Set(ctx, gs.Params); err != nil {
		return nil, err
	}
	for _, authority := range gs.Authorities {
		operator, err := k.addresses.StringToBytes(authority.Operator)
		if err != nil {
			return nil, err
		}
		if err := k.authorities.Set(ctx, operator, authority); err != nil {
			return nil, err
		}
	}
	updates := make([]abci.ValidatorUpdate, 0, len(gs.Authorities))
	err := k.authorities.Walk(ctx, nil, func(_ []byte, authority types.Authority) (bool, error) {
		update, err := authority.ValidatorUpdate()
		if err != nil {
			return true, err
		}
		updates = append(updates, update)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	return updates, nil
}

// ExportGenesis returns the whole state of the module.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	params, err := k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	gs := &types.GenesisState{Params: params, Authorities: []types.Authority{}}
	err = k.authorities.Walk(ctx, nil, func(_ []byte, authority types.Authority) (bool, error) {
		gs.Authorities = append(gs.Authorities, authority)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	return gs, nil
}
