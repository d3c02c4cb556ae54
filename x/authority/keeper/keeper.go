// Package keeper stores the set of authorities and answers questions about it.
package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/address"
	corestore "cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"

	"github.com/evoted/evoted/x/authority/types"
)

// Keeper gives access to the set of authorities.
type Keeper struct {
	addresses   address.Codec
	schema      collections.Schema
	params      collections.Item[types.Params]
	authorities collections.Map[[]byte, types.Authority]
}

// NewKeeper returns a keeper over the store. It fails only if two collections of the
// module overlap.
func NewKeeper(cdc codec.BinaryCodec, store corestore.KVStoreService, addresses address.Codec) (*Keeper, error) {
	builder := collections.NewSchemaBuilder(store)
	k := &Keeper{
		addresses: addresses,
		params:    collections.NewItem(builder, types.ParamsPrefix, "params", codec.CollValue[types.Params](cdc)),
		authorities: collections.NewMap(builder, types.AuthoritiesPrefix, "authorities",
			collections.BytesKey, codec.CollValue[types.Authority](cdc)),
	}
	schema, err := builder.Build()
	if err != nil {
		return nil, err
	}
	k.schema = schema
	return k, nil
}

// IsOperator reports whether address is the operator account of an authority. It returns
// ErrInvalidAuthority if the address is malformed.
func (k *Keeper) IsOperator(ctx context.Context, address string) (bool, error) {
	raw, err := k.addresses.StringToBytes(address)
	if err != nil {
		return false, types.ErrInvalidAuthority.Wrapf("operator %q: %s", address, err)
	}
	return k.authorities.Has(ctx, raw)
}

// Development reports whether the chain is for development only: its rules of independence
// are waived.
func (k *Keeper) Development(ctx context.Context) (bool, error) {
	params, err := k.params.Get(ctx)
	return params.Development, err
}

// Params returns the rules of the set.
func (k *Keeper) Params(ctx context.Context) (types.Params, error) {
	return k.params.Get(ctx)
}
