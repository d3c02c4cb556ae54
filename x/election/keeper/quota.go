package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/types"
)

// CountOfficialMessage counts an ordinary message of an official in this block and
// returns ErrQuota beyond the parameter max_messages_per_block. There are no fees: this is
// what keeps one account from filling the blocks.
func (k *Keeper) CountOfficialMessage(ctx context.Context, signer sdk.AccAddress) error {
	if len(signer) == 0 {
		return errorsmod.Wrap(types.ErrUnauthorised, "no signer")
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	sent, err := k.quota.Get(ctx, signer)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	if sent >= uint64(params.MaxMessagesPerBlock) {
		return errorsmod.Wrapf(types.ErrQuota, "%s has sent %d: send the rest in later blocks", signer, sent)
	}
	return k.quota.Set(ctx, signer, sent+1)
}
