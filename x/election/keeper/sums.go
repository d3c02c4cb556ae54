package keeper

import (
	"fmt"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/types"
)

// addBallots adds the ballots that the block recorded to the sums of their elections,
// each election's at once: one normalisation an election, however many ballots. An
// election whose sum cannot be made is aborted, since its result would be wrong.
func (k *Keeper) addBallots(ctx sdk.Context) {
	entries, err := k.notes(ctx)
	if err != nil {
		ctx.Logger().Error("reading the ballots of the block", "module", types.ModuleName, "err", err)
		return
	}
	for len(entries) > 0 {
		id, n := entries[0].Key.K1(), 0
		for n < len(entries) && entries[n].Key.K1() == id {
			n++
		}
		err := contained(ctx, func(ctx sdk.Context) error { return k.addTo(ctx, id, entries[:n]) })
		if err != nil {
			ctx.Logger().Error("adding ballots failed", "election", id, "err", err)
			k.abortAfterFault(ctx, id)
		}
		entries = entries[n:]
	}
}

type noted = collections.KeyValue[castKey, []byte]

// notes returns the ballots of the block by election, nullifier and revision, and takes
// them off the list: nothing is ever added twice.
func (k *Keeper) notes(ctx sdk.Context) ([]noted, error) {
	iterator, err := k.cast.Iterate(ctx, nil)
	if err != nil {
		return nil, err
	}
	entries, err := iterator.KeyValues()
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	return entries, k.cast.Clear(ctx, nil)
}

// addTo adds ballots of one election to its sum, and subtracts what they replace.
func (k *Keeper) addTo(ctx sdk.Context, id uint64, entries []noted) error {
	election, err := k.Election(ctx, id)
	if err != nil {
		return err
	}
	if election.Phase != types.PHASE_OPEN {
		return fmt.Errorf("the election is in %s", election.Phase)
	}
	format, err := ballot.FormatByName(election.Format)
	if err != nil {
		return err
	}
	tally, err := k.tallies.Get(ctx, id)
	if err != nil {
		return err
	}
	sum, err := elgamal.Parse(tally.Sum, format.Slots)
	if err != nil {
		return err
	}
	size := elgamal.Size(format.Slots)
	add := make([]elgamal.Ciphertext, 0, len(entries))
	var subtract []elgamal.Ciphertext
	for _, entry := range entries {
		if len(entry.Value) != size && len(entry.Value) != 2*size {
			return fmt.Errorf("a noted ballot has %d bytes", len(entry.Value))
		}
		ciphertext, err := elgamal.ParseOnCurve(entry.Value[:size], format.Slots)
		if err != nil {
			return err
		}
		add = append(add, ciphertext)
		if len(entry.Value) == size {
			tally.Ballots++
			continue
		}
		replaced, err := elgamal.ParseOnCurve(entry.Value[size:], format.Slots)
		if err != nil {
			return err
		}
		subtract = append(subtract, replaced)
	}
	tally.Sum = elgamal.AddAll(sum, add, subtract).Bytes()
	return k.tallies.Set(ctx, id, tally)
}
