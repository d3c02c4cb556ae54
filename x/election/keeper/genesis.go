package keeper

import (
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/keygen"
	"github.com/evoted/evoted/x/election/crypto/roll"
	"github.com/evoted/evoted/x/election/types"
)

// rebuildBatch bounds the memory of rebuilding a tree.
const rebuildBatch = 4096

// InitGenesis puts a genesis into the empty state. The Merkle trees, the commitments, the
// queue of deadlines and the number of active elections follow from it and are made again.
// Deals are checked against the chain id, roots against the electors, keys against the
// deals, decryption shares and totals against the sums. The proofs of ballots are not
// checked: whoever checks an exported election checks them. Errors: ErrInvalidGenesis,
// ErrInvalidParams.
func (k *Keeper) InitGenesis(ctx context.Context, genesis *types.GenesisState) error {
	if err := genesis.Validate(); err != nil {
		return err
	}
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	if err := k.params.Set(ctx, genesis.Params); err != nil {
		return err
	}
	if err := k.nextID.Set(ctx, genesis.NextElectionId); err != nil {
		return err
	}
	if err := k.active.Set(ctx, 0); err != nil {
		return err
	}
	for _, circuit := range genesis.Circuits {
		if err := k.circuits.Set(ctx, circuit.Format, circuit); err != nil {
			return err
		}
	}
	for _, key := range genesis.TrusteeKeys {
		address, err := types.ParseAddress(key.Trustee)
		if err != nil {
			return err
		}
		if err := k.trusteeKeys.Set(ctx, address, key); err != nil {
			return err
		}
	}
	for i := range genesis.Elections {
		if err := k.initElection(sdkCtx, &genesis.Elections[i]); err != nil {
			return errorsmod.Wrapf(types.ErrInvalidGenesis, "election %d: %s", genesis.Elections[i].Election.Id, err)
		}
	}
	return nil
}

func (k *Keeper) initElection(ctx sdk.Context, genesis *types.ElectionGenesis) error {
	election := genesis.Election
	if err := k.rebuildRoll(ctx, election, genesis.Electors); err != nil {
		return err
	}
	if err := checkKeys(ctx.ChainID(), genesis); err != nil {
		return err
	}
	id := election.Id
	for _, a := range genesis.Attestations {
		if err := k.attestations.Set(ctx, collections.Join(id, election.RegistrarPosition(a.Registrar)), a); err != nil {
			return err
		}
	}
	for _, c := range genesis.Contributions {
		if err := k.contributions.Set(ctx, collections.Join(id, c.Index), c); err != nil {
			return err
		}
	}
	for _, b := range genesis.Ballots {
		if err := k.ballots.Set(ctx, collections.Join(id, b.Nullifier), b); err != nil {
			return err
		}
	}
	for _, s := range genesis.Shares {
		if err := k.shares.Set(ctx, collections.Join(id, s.Index), s); err != nil {
			return err
		}
	}
	for _, s := range genesis.InvalidShares {
		if err := k.invalidShares.Set(ctx, collections.Join(id, s.Index), s); err != nil {
			return err
		}
	}
	if err := k.tallies.Set(ctx, id, genesis.Tally); err != nil {
		return err
	}
	if err := k.checkResult(ctx, genesis); err != nil {
		return err
	}
	return k.save(ctx, &types.Election{}, &election)
}

// checkResult checks every decryption share against the sum and the deals, and the totals
// against the shares. All of them are in the state already.
func (k *Keeper) checkResult(ctx sdk.Context, genesis *types.ElectionGenesis) error {
	election := &genesis.Election
	if len(genesis.Shares) == 0 {
		return nil // an election with a result has T shares or more
	}
	p, err := parameters(ctx.ChainID(), election)
	if err != nil {
		return err
	}
	for i := range genesis.Shares {
		share := &genesis.Shares[i]
		points, proof, err := parseShare(p, share.Share, share.Proof)
		if err != nil {
			return fmt.Errorf("decryption share %d: %w", share.Index, err)
		}
		holds, err := k.shareHolds(ctx, p, election, share.Index, points, proof)
		if err != nil {
			return fmt.Errorf("decryption share %d: %w", share.Index, err)
		}
		if !holds {
			return fmt.Errorf("decryption share %d does not verify", share.Index)
		}
	}
	if election.Phase != types.PHASE_TALLIED {
		return nil
	}
	if err := boundTotals(p, election, genesis.Tally.Totals); err != nil {
		return err
	}
	return k.checkTotals(ctx, p, election, genesis.Tally.Totals)
}

// rebuildRoll appends all electors again and compares what comes of it with what the
// election states.
func (k *Keeper) rebuildRoll(ctx context.Context, election types.Election, electors []types.Elector) error {
	stated := election.Roll
	empty := roll.Accumulator{}
	if err := k.accumulators.Set(ctx, election.Id, empty.Bytes()); err != nil {
		return err
	}
	election.Roll.Count, election.Roll.TotalPower, election.Roll.Root = 0, 0, field.Bytes(empty.Root())
	for len(electors) > 0 {
		n := min(len(electors), rebuildBatch)
		if err := k.enrol(ctx, &election, electors[:n]); err != nil {
			return err
		}
		electors = electors[n:]
	}
	if r := election.Roll; r.Count != stated.Count || r.TotalPower != stated.TotalPower || string(r.Root) != string(stated.Root) {
		return errors.New("the roll is not that of its electors")
	}
	return nil
}

// checkKeys checks every deal, and that the election's keys are made of them.
func checkKeys(chainID string, genesis *types.ElectionGenesis) error {
	p, err := parameters(chainID, &genesis.Election)
	if err != nil {
		return err
	}
	if err := p.Validate(); err != nil {
		return err
	}
	deals := make([]keygen.Deal, 0, len(genesis.Contributions))
	for i := range genesis.Contributions {
		c := &genesis.Contributions[i]
		if len(c.Deal) == 0 {
			continue
		}
		deal, err := checkDeal(p, c.Index, c.Commitment, c.Deal)
		if err != nil {
			return fmt.Errorf("trustee %d: %w", c.Index, err)
		}
		deals = append(deals, deal)
	}
	if genesis.Election.KeyGeneration.Status != types.KEY_STATUS_FINAL {
		return nil
	}
	keys, err := keygen.Combine(p, deals)
	if err != nil {
		return err
	}
	for i := range keys {
		if string(keys[i].Bytes()) != string(genesis.Election.KeyGeneration.PublicKeys[i]) {
			return fmt.Errorf("public key %d is not that of the deals", i+1)
		}
	}
	return nil
}

// ExportGenesis returns the whole state of the module.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	var (
		genesis types.GenesisState
		err     error
	)
	if genesis.Params, err = k.params.Get(ctx); err != nil {
		return nil, err
	}
	if genesis.NextElectionId, err = k.nextID.Get(ctx); err != nil {
		return nil, err
	}
	if genesis.Circuits, err = all(ctx, k.circuits, nil); err != nil {
		return nil, err
	}
	if genesis.TrusteeKeys, err = all(ctx, k.trusteeKeys, nil); err != nil {
		return nil, err
	}
	elections, err := all(ctx, k.elections, nil)
	if err != nil {
		return nil, err
	}
	genesis.Elections = make([]types.ElectionGenesis, 0, len(elections))
	for i := range elections {
		exported, err := k.exportElection(ctx, elections[i])
		if err != nil {
			return nil, fmt.Errorf("election %d: %w", elections[i].Id, err)
		}
		genesis.Elections = append(genesis.Elections, exported)
	}
	return &genesis, nil
}

func (k *Keeper) exportElection(ctx context.Context, election types.Election) (types.ElectionGenesis, error) {
	id, exported := election.Id, types.ElectionGenesis{Election: election}
	tally, err := k.tallies.Get(ctx, id)
	if err != nil {
		return exported, err
	}
	exported.Tally = tally
	if exported.Electors, err = all(ctx, k.electors, collections.NewPrefixedPairRange[uint64, uint64](id)); err != nil {
		return exported, err
	}
	if exported.Attestations, err = collect(ctx, k.attestations, id); err != nil {
		return exported, err
	}
	if exported.Contributions, err = collect(ctx, k.contributions, id); err != nil {
		return exported, err
	}
	if exported.Ballots, err = all(ctx, k.ballots, collections.NewPrefixedPairRange[uint64, []byte](id)); err != nil {
		return exported, err
	}
	if exported.Shares, err = collect(ctx, k.shares, id); err != nil {
		return exported, err
	}
	exported.InvalidShares, err = collect(ctx, k.invalidShares, id)
	return exported, err
}

// all returns the values of a range in the order of their keys.
func all[K, V any](ctx context.Context, m collections.Map[K, V], within collections.Ranger[K]) ([]V, error) {
	iterator, err := m.Iterate(ctx, within)
	if err != nil {
		return nil, err
	}
	return iterator.Values()
}
