// Package keeper is the state machine of elections. Time is the block's, order is the
// store's, and every loop is bounded by a parameter or by an election's own limits: the
// same blocks give the same state on every node.
package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	corestore "cosmossdk.io/core/store"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/crypto/roll"
	"github.com/evoted/evoted/x/election/types"
)

// Keys of the module's maps. The number behind indexed is a position from 1.
type (
	indexed = collections.Pair[uint64, uint32]
	leaf    = collections.Pair[uint64, uint64]
	hashed  = collections.Pair[uint64, []byte]
	node    = collections.Triple[uint64, uint32, uint64]
	castKey = collections.Triple[uint64, []byte, uint64]
)

// Keeper holds the state of the module.
type Keeper struct {
	accounts    types.AccountKeeper
	authorities types.AuthorityKeeper
	checker     types.ProofChecker

	schema        collections.Schema
	params        collections.Item[types.Params]
	nextID        collections.Item[uint64]
	active        collections.Item[uint64]
	circuits      collections.Map[string, types.Circuit]
	trusteeKeys   collections.Map[sdk.AccAddress, types.TrusteeKey]
	elections     collections.Map[uint64, types.Election]
	electors      collections.Map[leaf, types.Elector]
	commitments   collections.Map[hashed, uint64]
	accumulators  collections.Map[uint64, []byte]
	rollNodes     collections.Map[node, []byte]
	attestations  collections.Map[indexed, types.Attestation]
	contributions collections.Map[indexed, types.KeyContribution]
	ballots       collections.Map[hashed, types.Ballot]
	tallies       collections.Map[uint64, types.Tally]
	shares        collections.Map[indexed, types.DecryptionShare]
	invalidShares collections.Map[indexed, types.InvalidShare]
	deadlines     collections.KeySet[leaf]

	// In the transient store: the ballots of this block, the messages of each official, and
	// the ballots that wait where transactions are checked.
	cast     collections.Map[castKey, []byte]
	quota    collections.Map[sdk.AccAddress, uint64]
	reserved collections.Map[hashed, []byte]

	keys  *keyCache
	deals *dealCache
}

// NewKeeper returns the keeper of the module. It panics if two collections share a prefix,
// which no input can cause.
func NewKeeper(
	cdc codec.BinaryCodec, store corestore.KVStoreService, transient corestore.TransientStoreService,
	accounts types.AccountKeeper, authorities types.AuthorityKeeper, checker types.ProofChecker,
) *Keeper {
	var (
		sb       = collections.NewSchemaBuilder(store)
		tb       = collections.NewSchemaBuilderFromAccessor(transient.OpenTransientStore)
		index    = collections.PairKeyCodec(collections.Uint64Key, collections.Uint32Key)
		position = collections.PairKeyCodec(collections.Uint64Key, collections.Uint64Key)
		hash     = collections.PairKeyCodec(collections.Uint64Key, collections.BytesKey)
		nodeKey  = collections.TripleKeyCodec(collections.Uint64Key, collections.Uint32Key, collections.Uint64Key)
		noteKey  = collections.TripleKeyCodec(collections.Uint64Key, collections.BytesKey, collections.Uint64Key)
	)
	k := &Keeper{
		accounts: accounts, authorities: authorities, checker: checker,
		params:        collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[types.Params](cdc)),
		nextID:        collections.NewItem(sb, types.NextElectionIDPrefix, "next_election_id", collections.Uint64Value),
		active:        collections.NewItem(sb, types.ActiveElectionsPrefix, "active_elections", collections.Uint64Value),
		circuits:      collections.NewMap(sb, types.CircuitsPrefix, "circuits", collections.StringKey, codec.CollValue[types.Circuit](cdc)),
		trusteeKeys:   collections.NewMap(sb, types.TrusteeKeysPrefix, "trustee_keys", sdk.AccAddressKey, codec.CollValue[types.TrusteeKey](cdc)),
		elections:     collections.NewMap(sb, types.ElectionsPrefix, "elections", collections.Uint64Key, codec.CollValue[types.Election](cdc)),
		electors:      collections.NewMap(sb, types.ElectorsPrefix, "electors", position, codec.CollValue[types.Elector](cdc)),
		commitments:   collections.NewMap(sb, types.CommitmentsPrefix, "commitments", hash, collections.Uint64Value),
		accumulators:  collections.NewMap(sb, types.AccumulatorsPrefix, "accumulators", collections.Uint64Key, collections.BytesValue),
		rollNodes:     collections.NewMap(sb, types.RollNodesPrefix, "roll_nodes", nodeKey, collections.BytesValue),
		attestations:  collections.NewMap(sb, types.AttestationsPrefix, "attestations", index, codec.CollValue[types.Attestation](cdc)),
		contributions: collections.NewMap(sb, types.ContributionsPrefix, "contributions", index, codec.CollValue[types.KeyContribution](cdc)),
		ballots:       collections.NewMap(sb, types.BallotsPrefix, "ballots", hash, codec.CollValue[types.Ballot](cdc)),
		tallies:       collections.NewMap(sb, types.TalliesPrefix, "tallies", collections.Uint64Key, codec.CollValue[types.Tally](cdc)),
		shares:        collections.NewMap(sb, types.SharesPrefix, "shares", index, codec.CollValue[types.DecryptionShare](cdc)),
		invalidShares: collections.NewMap(sb, types.InvalidSharesPrefix, "invalid_shares", index, codec.CollValue[types.InvalidShare](cdc)),
		deadlines:     collections.NewKeySet(sb, types.DeadlinesPrefix, "deadlines", position),
		cast:          collections.NewMap(tb, types.CastPrefix, "cast", noteKey, collections.BytesValue),
		quota:         collections.NewMap(tb, types.QuotaPrefix, "quota", sdk.AccAddressKey, collections.Uint64Value),
		reserved:      collections.NewMap(tb, types.ReservedPrefix, "reserved", hash, collections.BytesValue),
		keys:          newKeyCache(),
		deals:         newDealCache(),
	}
	schema, err := sb.Build()
	if err != nil {
		panic(err)
	}
	if _, err := tb.Build(); err != nil {
		panic(err)
	}
	k.schema = schema
	return k
}

// Params returns the parameters of the module.
func (k *Keeper) Params(ctx context.Context) (types.Params, error) {
	return k.params.Get(ctx)
}

// Election returns one election, or ErrElectionNotFound.
func (k *Keeper) Election(ctx context.Context, id uint64) (types.Election, error) {
	election, err := k.elections.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Election{}, errorsmod.Wrapf(types.ErrElectionNotFound, "id %d", id)
	}
	return election, err
}

// save stores an election after a change. It keeps what follows from elections in step:
// the queue of deadlines, the number of active elections, and the events of a change.
// before is the zero Election for a new one.
func (k *Keeper) save(ctx sdk.Context, before, after *types.Election) error {
	was, had := before.NextDeadline()
	is, has := after.NextDeadline()
	moved := had != has || !was.Equal(is)
	if had && moved {
		if err := k.deadlines.Remove(ctx, deadlineKey(was, before.Id)); err != nil {
			return err
		}
	}
	if has && moved {
		if err := k.deadlines.Set(ctx, deadlineKey(is, after.Id)); err != nil {
			return err
		}
	}
	if had != has {
		if err := k.countActive(ctx, has); err != nil {
			return err
		}
	}
	if err := k.elections.Set(ctx, after.Id, *after); err != nil {
		return err
	}
	return emitChanges(ctx, before, after)
}

// countActive adds an election to the active ones, or takes one off.
func (k *Keeper) countActive(ctx context.Context, begins bool) error {
	n, err := k.active.Get(ctx)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	switch {
	case begins:
		n++
	case n > 0:
		n--
	}
	return k.active.Set(ctx, n)
}

// emitChanges tells what changed in an election's phase and key generation.
func emitChanges(ctx sdk.Context, before, after *types.Election) error {
	if before.Id == 0 {
		return nil // its creation has an event of its own
	}
	if before.KeyGeneration.Status != after.KeyGeneration.Status {
		event := &types.EventKeyStatusChanged{ElectionId: after.Id, Status: after.KeyGeneration.Status}
		if err := ctx.EventManager().EmitTypedEvent(event); err != nil {
			return err
		}
	}
	if before.Phase == after.Phase {
		return nil
	}
	event := &types.EventPhaseChanged{ElectionId: after.Id, Phase: after.Phase}
	if after.Abort != nil {
		event.Reason = after.Abort.Reason
	}
	return ctx.EventManager().EmitTypedEvent(event)
}

// accumulator returns the state of an election's Merkle tree.
func (k *Keeper) accumulator(ctx context.Context, id uint64) (roll.Accumulator, error) {
	b, err := k.accumulators.Get(ctx, id)
	if err != nil {
		return roll.Accumulator{}, err
	}
	return roll.ParseAccumulator(b)
}

// collect returns all values of an election in the order of their positions. It is used
// where an election's own limits bound their number.
func collect[V any](ctx context.Context, m collections.Map[indexed, V], id uint64) ([]V, error) {
	iterator, err := m.Iterate(ctx, collections.NewPrefixedPairRange[uint64, uint32](id))
	if err != nil {
		return nil, err
	}
	return iterator.Values()
}

// unmetered returns a context whose store accesses cost no gas. Where it is used the cost
// is a constant that was charged before, so gas tells nothing of what was found in state.
func unmetered(ctx sdk.Context) sdk.Context {
	return ctx.WithGasMeter(storetypes.NewInfiniteGasMeter())
}
