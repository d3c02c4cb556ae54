package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/types"
)

// msgServer handles the messages of the module. Every handler checks the form, the role
// of the signer and the phase itself, whatever was checked before.
type msgServer struct{ *Keeper }

var _ types.MsgServer = msgServer{}

// NewMsgServer returns the handlers of the module's messages.
func NewMsgServer(k *Keeper) types.MsgServer { return msgServer{k} }

// requireSetup returns ErrWrongPhase unless the election is still being prepared: it is in
// PHASE_SETUP and its opening has not come. The time counts too, since with a backlog of
// deadlines the phase may change some blocks late.
func requireSetup(ctx sdk.Context, election *types.Election) error {
	if election.Phase != types.PHASE_SETUP || !ctx.BlockTime().Before(election.Schedule.OpenTime) {
		return errorsmod.Wrapf(types.ErrWrongPhase, "election %d is in %s", election.Id, election.Phase)
	}
	return nil
}

// requireClosed returns ErrWrongPhase unless the sum is frozen and the result is awaited.
func requireClosed(ctx sdk.Context, election *types.Election) error {
	if election.Phase != types.PHASE_CLOSED || !ctx.BlockTime().Before(election.Schedule.TallyDeadline) {
		return errorsmod.Wrapf(types.ErrWrongPhase, "election %d is in %s", election.Id, election.Phase)
	}
	return nil
}

// registrar returns the election and the position of its registrar.
func (k *Keeper) registrar(ctx context.Context, id uint64, address string) (types.Election, uint32, error) {
	election, err := k.Election(ctx, id)
	if err != nil {
		return types.Election{}, 0, err
	}
	position := election.RegistrarPosition(address)
	if position == 0 {
		return types.Election{}, 0, errorsmod.Wrapf(types.ErrUnauthorised, "%s is no registrar of election %d", address, id)
	}
	return election, position, nil
}

// trustee returns the election and the index of its trustee.
func (k *Keeper) trustee(ctx context.Context, id uint64, address string) (types.Election, uint32, error) {
	election, err := k.Election(ctx, id)
	if err != nil {
		return types.Election{}, 0, err
	}
	index := election.TrusteeIndex(address)
	if index == 0 {
		return types.Election{}, 0, errorsmod.Wrapf(types.ErrUnauthorised, "%s is no trustee of election %d", address, id)
	}
	return election, index, nil
}

// charge takes the gas of heavy work before it is done.
func charge(ctx sdk.Context, amount uint64, what string) {
	ctx.GasMeter().ConsumeGas(amount, what)
}
