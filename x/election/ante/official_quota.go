package ante

import sdk "github.com/cosmos/cosmos-sdk/types"

// OfficialQuotaDecorator counts every message against the account's quota of the block, as
// transactions are free and nothing else would stop an official from filling blocks. What a
// refused transaction counted is undone with it.
type OfficialQuotaDecorator struct {
	// Keeper of the module.
	Keeper Keeper
}

// AnteHandle refuses with the error of the keeper's CountOfficialMessage.
func (d OfficialQuotaDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	signer, err := officialSigner(tx)
	if err != nil {
		return ctx, err
	}
	for range tx.GetMsgs() {
		if err := d.Keeper.CountOfficialMessage(ctx, signer); err != nil {
			return ctx, err
		}
	}
	return next(ctx, tx, simulate)
}
