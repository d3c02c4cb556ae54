package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/types"
)

// RegisterElectors appends a batch to the roll, all or none. Errors: ErrUnauthorised,
// ErrWrongPhase, ErrRollSealed, ErrLimit, ErrInvalidRoll, ErrDuplicateElector, ErrPower.
func (s msgServer) RegisterElectors(ctx context.Context, m *types.MsgRegisterElectors) (*types.MsgRegisterElectorsResponse, error) {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	params, err := s.Params(ctx)
	if err != nil {
		return nil, err
	}
	if m != nil && len(m.Electors) > int(params.MaxBatch) {
		return nil, errorsmod.Wrapf(types.ErrLimit, "the batch has %d electors: send at most %d at once", len(m.Electors), params.MaxBatch)
	}
	if err := m.ValidateBasic(); err != nil {
		return nil, err
	}
	election, _, err := s.registrar(ctx, m.ElectionId, m.Registrar)
	if err != nil {
		return nil, err
	}
	if err := requireUnsealed(sdkCtx, &election); err != nil {
		return nil, err
	}
	charge(sdkCtx, GasElector*uint64(len(m.Electors)), "electors")
	before, first := election, election.Roll.Count
	if err := s.enrol(sdkCtx, &election, m.Electors); err != nil {
		return nil, err
	}
	if err := s.save(sdkCtx, &before, &election); err != nil {
		return nil, err
	}
	return &types.MsgRegisterElectorsResponse{FirstIndex: first}, sdkCtx.EventManager().EmitTypedEvent(&types.EventElectorsRegistered{
		ElectionId: election.Id,
		Registrar:  m.Registrar,
		FirstIndex: first,
		Count:      uint64(len(m.Electors)),
	})
}

func requireUnsealed(ctx sdk.Context, election *types.Election) error {
	if err := requireSetup(ctx, election); err != nil {
		return err
	}
	if election.Roll.Status == types.ROLL_STATUS_SEALED {
		return errorsmod.Wrapf(types.ErrRollSealed, "election %d", election.Id)
	}
	return nil
}

// AttestRoll records what a registrar says the roll is, in place of what it said before,
// and seals the roll when enough registrars say what the chain says and none differs.
// Errors: ErrAttestation, ErrUnauthorised, ErrWrongPhase, ErrRollSealed.
func (s msgServer) AttestRoll(ctx context.Context, m *types.MsgAttestRoll) (*types.MsgAttestRollResponse, error) {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	if err := m.ValidateBasic(); err != nil {
		return nil, err
	}
	election, position, err := s.registrar(ctx, m.ElectionId, m.Registrar)
	if err != nil {
		return nil, err
	}
	if err := requireUnsealed(sdkCtx, &election); err != nil {
		return nil, err
	}
	attestation := types.Attestation{
		Registrar: m.Registrar, Root: m.Root, Count: m.Count, TotalPower: m.TotalPower, Height: sdkCtx.BlockHeight(),
	}
	if err := s.attestations.Set(ctx, collections.Join(election.Id, position), attestation); err != nil {
		return nil, err
	}
	attestations, err := collect(ctx, s.attestations, election.Id)
	if err != nil {
		return nil, err
	}
	before := election
	election.Roll.Status = types.RollStatusOf(&election.Roll, attestations, election.RegistrarThreshold)
	if err := s.save(sdkCtx, &before, &election); err != nil {
		return nil, err
	}
	return &types.MsgAttestRollResponse{Status: election.Roll.Status}, sdkCtx.EventManager().EmitTypedEvent(&types.EventRollAttested{
		ElectionId: election.Id,
		Registrar:  m.Registrar,
		Status:     election.Roll.Status,
	})
}
