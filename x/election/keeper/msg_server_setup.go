package keeper

import (
	"context"
	"errors"
	"slices"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/keygen"
	"github.com/evoted/evoted/x/election/crypto/roll"
	"github.com/evoted/evoted/x/election/types"
)

// maxHorizonYears is how far ahead of the block time an election may end: a date beyond
// is a mistake, and would hold one of the places for active elections.
const maxHorizonYears = 10

// RegisterTrusteeKey records a trustee's long-term key. A later key of the same account
// replaces it; elections that exist keep the key they began with. Errors: ErrTrusteeKey,
// ErrUnauthorised, ErrAlreadyDone.
func (s msgServer) RegisterTrusteeKey(ctx context.Context, m *types.MsgRegisterTrusteeKey) (*types.MsgRegisterTrusteeKeyResponse, error) {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	charge(sdkCtx, GasTrusteeKey, "trustee key")
	if err := m.ValidateBasic(); err != nil {
		return nil, err
	}
	address, err := s.existing(ctx, "trustee", m.Trustee)
	if err != nil {
		return nil, errorsmod.Wrap(types.ErrUnauthorised, err.Error())
	}
	point, err := curve.ParseKey(m.PublicKey)
	if err != nil {
		return nil, errorsmod.Wrap(types.ErrTrusteeKey, err.Error())
	}
	if err := keygen.VerifyKey(sdkCtx.ChainID(), m.Trustee, point, m.Proof); err != nil {
		return nil, errorsmod.Wrap(types.ErrTrusteeKey, err.Error())
	}
	recorded, err := s.trusteeKeys.Get(ctx, address)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return nil, err
	}
	if err == nil && string(recorded.PublicKey) == string(m.PublicKey) {
		return nil, errorsmod.Wrap(types.ErrAlreadyDone, "this key is registered")
	}
	key := types.TrusteeKey{Trustee: m.Trustee, PublicKey: m.PublicKey, Proof: m.Proof}
	if err := s.trusteeKeys.Set(ctx, address, key); err != nil {
		return nil, err
	}
	return &types.MsgRegisterTrusteeKeyResponse{}, sdkCtx.EventManager().EmitTypedEvent(
		&types.EventTrusteeKeyRegistered{Trustee: m.Trustee})
}

// existing decodes an address and checks that it has an account.
func (k *Keeper) existing(ctx context.Context, role, address string) (sdk.AccAddress, error) {
	decoded, err := types.ParseAddress(address)
	if err != nil {
		return nil, errorsmod.Wrap(err, role)
	}
	if !k.accounts.HasAccount(ctx, decoded) {
		return nil, errorsmod.Wrapf(types.ErrInvalidElection, "%s %s has no account on this chain: correct the address or create the account first", role, address)
	}
	return decoded, nil
}

// CreateElection starts an election. Errors: ErrUnauthorised, ErrInvalidElection,
// ErrInvalidEncoding, ErrCircuit, ErrLimit; each says what to change.
func (s msgServer) CreateElection(ctx context.Context, m *types.MsgCreateElection) (*types.MsgCreateElectionResponse, error) {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	charge(sdkCtx, GasCreate, "new election")
	if err := m.ValidateBasic(); err != nil {
		return nil, err
	}
	if err := s.mayCreate(ctx, m.Organiser); err != nil {
		return nil, err
	}
	if err := checkTimes(sdkCtx, &m.Schedule); err != nil {
		return nil, err
	}
	election := m.Election()
	if err := s.requireTrustees(ctx, &election); err != nil {
		return nil, err
	}
	if err := s.complete(sdkCtx, &election); err != nil {
		return nil, err
	}
	tally, err := emptyTally(&election)
	if err != nil {
		return nil, err
	}
	if err := s.tallies.Set(ctx, election.Id, tally); err != nil {
		return nil, err
	}
	if err := s.accumulators.Set(ctx, election.Id, roll.Accumulator{}.Bytes()); err != nil {
		return nil, err
	}
	if err := s.save(sdkCtx, &types.Election{}, &election); err != nil {
		return nil, err
	}
	return &types.MsgCreateElectionResponse{ElectionId: election.Id}, sdkCtx.EventManager().EmitTypedEvent(
		&types.EventElectionCreated{ElectionId: election.Id, Organiser: election.Organiser})
}

// mayCreate checks the organiser's role, and that one more election may run.
func (k *Keeper) mayCreate(ctx context.Context, organiser string) error {
	params, err := k.Params(ctx)
	if err != nil {
		return err
	}
	allowed := slices.Contains(params.Organisers, organiser)
	if !allowed {
		if allowed, err = k.authorities.IsOperator(ctx, organiser); err != nil {
			return err
		}
	}
	if !allowed {
		return errorsmod.Wrapf(types.ErrUnauthorised, "%s is neither an organiser nor the operator of an authority", organiser)
	}
	active, err := k.active.Get(ctx)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	if active >= uint64(params.MaxActiveElections) {
		return errorsmod.Wrapf(types.ErrLimit, "%d elections are under way: wait until one has ended", active)
	}
	return nil
}

// leastTrustees is how many trustees a chain for real use asks for, and the least threshold:
// one alone could read every ballot.
const leastTrustees = 2

// requireTrustees refuses an election whose ballots one trustee alone could decrypt, unless
// the chain is for development.
func (k *Keeper) requireTrustees(ctx context.Context, election *types.Election) error {
	if len(election.Trustees) >= leastTrustees && election.TrusteeThreshold >= leastTrustees {
		return nil
	}
	development, err := k.authorities.Development(ctx)
	if err != nil || development {
		return err
	}
	return errorsmod.Wrapf(types.ErrInvalidElection,
		"with %d trustees and threshold %d one of them could read every ballot: name at least %d trustees with a threshold of at least %d",
		len(election.Trustees), election.TrusteeThreshold, leastTrustees, leastTrustees)
}

// checkTimes compares a schedule, whose order is checked, with the block time.
func checkTimes(ctx sdk.Context, schedule *types.Schedule) error {
	now := ctx.BlockTime()
	if !schedule.CommitDeadline.After(now) {
		return errorsmod.Wrapf(types.ErrInvalidElection, "commit_deadline has passed (block time is %s): move the schedule into the future", now.UTC().Format("2006-01-02T15:04:05Z07:00"))
	}
	if schedule.TallyDeadline.After(now.AddDate(maxHorizonYears, 0, 0)) {
		return errorsmod.Wrapf(types.ErrInvalidElection, "tally_deadline is more than %d years away: bring it nearer", maxHorizonYears)
	}
	return nil
}

// complete fills in what the chain knows of a new election, and checks its accounts and
// keys.
func (k *Keeper) complete(ctx sdk.Context, election *types.Election) error {
	format, err := ballot.FormatByName(election.Format)
	if err != nil {
		return errorsmod.Wrap(types.ErrInvalidElection, err.Error())
	}
	vk, err := k.verifyingKey(ctx, format)
	if err != nil {
		return err
	}
	hash := vk.Hash()
	election.VerifyingKeyHash = hash[:]
	for _, registrar := range election.Registrars {
		if _, err := k.existing(ctx, "registrar", registrar); err != nil {
			return err
		}
	}
	for i := range election.Trustees {
		if err := k.pinTrustee(ctx, election.Trustees, i); err != nil {
			return err
		}
	}
	if election.Id, err = k.nextID.Get(ctx); err != nil {
		return err
	}
	election.Roll.Root = field.Bytes(roll.Accumulator{}.Root())
	election.CreatedHeight = ctx.BlockHeight()
	p, err := parameters(ctx.ChainID(), election)
	if err != nil {
		return err
	}
	if err := p.Validate(); err != nil {
		return errorsmod.Wrap(types.ErrInvalidElection, err.Error())
	}
	return k.nextID.Set(ctx, election.Id+1)
}

// pinTrustee copies the registered key of a trustee into the election.
func (k *Keeper) pinTrustee(ctx context.Context, trustees []types.Trustee, i int) error {
	address, err := k.existing(ctx, "trustee", trustees[i].Address)
	if err != nil {
		return err
	}
	key, err := k.trusteeKeys.Get(ctx, address)
	if errors.Is(err, collections.ErrNotFound) {
		return errorsmod.Wrapf(types.ErrInvalidElection, "trustee %s has not registered a key: let it register one first", trustees[i].Address)
	}
	if err != nil {
		return err
	}
	for j := range i {
		if string(trustees[j].PublicKey) == string(key.PublicKey) {
			return errorsmod.Wrapf(types.ErrInvalidElection, "trustees %s and %s have the same key: they are one party, remove one", trustees[j].Address, trustees[i].Address)
		}
	}
	trustees[i].PublicKey = key.PublicKey
	return nil
}

// emptyTally returns the sum of no ballots.
func emptyTally(election *types.Election) (types.Tally, error) {
	format, err := ballot.FormatByName(election.Format)
	if err != nil {
		return types.Tally{}, err
	}
	return types.Tally{Sum: elgamal.Zero(format.Slots).Bytes()}, nil
}

// AbortElection ends an election before it opens. Errors: ErrUnauthorised, ErrWrongPhase.
func (s msgServer) AbortElection(ctx context.Context, m *types.MsgAbortElection) (*types.MsgAbortElectionResponse, error) {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	if err := m.ValidateBasic(); err != nil {
		return nil, err
	}
	election, err := s.Election(ctx, m.ElectionId)
	if err != nil {
		return nil, err
	}
	if election.Organiser != m.Organiser {
		return nil, errorsmod.Wrapf(types.ErrUnauthorised, "%s is not the organiser of election %d", m.Organiser, election.Id)
	}
	if err := requireSetup(sdkCtx, &election); err != nil {
		return nil, err
	}
	before := election
	abort(sdkCtx, &election, types.ABORT_REASON_ORGANISER, m.Explanation)
	return &types.MsgAbortElectionResponse{}, s.save(sdkCtx, &before, &election)
}
