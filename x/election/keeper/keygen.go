package keeper

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/keygen"
	"github.com/evoted/evoted/x/election/types"
)

// parameters returns the parameters of an election's key generation. The keys were
// checked when they were registered; here they are only decoded.
func parameters(chainID string, election *types.Election) (keygen.Parameters, error) {
	format, err := ballot.FormatByName(election.Format)
	if err != nil {
		return keygen.Parameters{}, err
	}
	p := keygen.Parameters{
		ChainID:     chainID,
		ElectionID:  election.Id,
		Threshold:   int(election.TrusteeThreshold),
		Slots:       format.Slots,
		TrusteeKeys: make([]curve.Point, 0, len(election.Trustees)),
	}
	for _, trustee := range election.Trustees {
		point, err := curve.ParseOnCurve(trustee.PublicKey)
		if err != nil {
			return keygen.Parameters{}, fmt.Errorf("key of %s: %w", trustee.Address, err)
		}
		p.TrusteeKeys = append(p.TrusteeKeys, point)
	}
	return p, nil
}

// contribution returns what a trustee gave to the key generation so far.
func (k *Keeper) contribution(ctx context.Context, id uint64, index uint32) (types.KeyContribution, error) {
	c, err := k.contributions.Get(ctx, collections.Join(id, index))
	if errors.Is(err, collections.ErrNotFound) {
		return types.KeyContribution{Index: index}, nil
	}
	return c, err
}

// progress counts how far the trustees of an election are.
type progress struct{ committed, dealt, confirmed int }

func (k *Keeper) progress(ctx context.Context, id uint64) (progress, error) {
	contributions, err := collect(ctx, k.contributions, id)
	if err != nil {
		return progress{}, err
	}
	var p progress
	for i := range contributions {
		if len(contributions[i].Commitment) > 0 {
			p.committed++
		}
		if len(contributions[i].Deal) > 0 {
			p.dealt++
		}
		if contributions[i].Confirmed {
			p.confirmed++
		}
	}
	return p, nil
}

// endCommit goes on to the deals of those that committed; the others are out.
func (k *Keeper) endCommit(ctx sdk.Context, election *types.Election) error {
	done, err := k.progress(ctx, election.Id)
	if err != nil {
		return err
	}
	if done.committed < int(election.TrusteeThreshold) {
		fail(ctx, election, types.ABORT_REASON_TOO_FEW_DEALERS, tooFewCommitted)
		return nil
	}
	election.KeyGeneration.Status = types.KEY_STATUS_DEAL
	return nil
}

// endDeal goes on to the confirmations, if enough trustees dealt.
func (k *Keeper) endDeal(ctx sdk.Context, election *types.Election) error {
	done, err := k.progress(ctx, election.Id)
	if err != nil {
		return err
	}
	if done.dealt < int(election.TrusteeThreshold) {
		fail(ctx, election, types.ABORT_REASON_TOO_FEW_DEALERS, tooFewDealt)
		return nil
	}
	election.KeyGeneration.Status = types.KEY_STATUS_CONFIRM
	return nil
}

// endConfirm makes the election's keys from the deals that qualify. Fewer confirmations than
// the threshold end the election: nobody would know whether enough trustees hold shares that
// open the result.
func (k *Keeper) endConfirm(ctx sdk.Context, election *types.Election) error {
	done, err := k.progress(ctx, election.Id)
	if err != nil {
		return err
	}
	if done.confirmed < int(election.TrusteeThreshold) {
		fail(ctx, election, types.ABORT_REASON_TOO_FEW_CONFIRMATIONS, tooFewConfirmed)
		return nil
	}
	qualified, err := k.qualify(ctx, election)
	if err != nil {
		return err
	}
	if len(qualified) < int(election.TrusteeThreshold) {
		fail(ctx, election, types.ABORT_REASON_TOO_FEW_DEALERS, tooFewDealt)
		return nil
	}
	p, err := parameters(ctx.ChainID(), election)
	if err != nil {
		return err
	}
	deals, err := k.readDeals(ctx, p, election.Id, qualified)
	if err != nil {
		return err
	}
	keys, err := keygen.Combine(p, deals)
	if err != nil {
		// Deals that are valid one by one but whose sum is no key: nobody can vote.
		ctx.Logger().Error("combining the deals", "election", election.Id, "err", err)
		fail(ctx, election, types.ABORT_REASON_TOO_FEW_DEALERS, keysDegenerate)
		return nil
	}
	election.KeyGeneration.Status = types.KEY_STATUS_FINAL
	election.KeyGeneration.Qualified = qualified
	election.KeyGeneration.PublicKeys = make([][]byte, 0, len(keys))
	for _, key := range keys {
		election.KeyGeneration.PublicKeys = append(election.KeyGeneration.PublicKeys, key.Bytes())
	}
	return nil
}

// qualify returns QUAL, the dealers whose deals count, in ascending order: all that
// dealt. A dealer against whom a complaint was upheld will be left out here.
func (k *Keeper) qualify(ctx context.Context, election *types.Election) ([]uint32, error) {
	contributions, err := collect(ctx, k.contributions, election.Id)
	if err != nil {
		return nil, err
	}
	qualified := make([]uint32, 0, len(contributions))
	for i := range contributions {
		if len(contributions[i].Deal) > 0 {
			qualified = append(qualified, contributions[i].Index)
		}
	}
	return qualified, nil
}

// fail ends the key generation, and with it the election.
func fail(ctx sdk.Context, election *types.Election, reason types.AbortReason, explanation string) {
	election.KeyGeneration.Status = types.KEY_STATUS_FAILED
	abort(ctx, election, reason, explanation)
}

// readDeals returns the deals of the given dealers.
func (k *Keeper) readDeals(ctx context.Context, p keygen.Parameters, id uint64, dealers []uint32) ([]keygen.Deal, error) {
	deals := make([]keygen.Deal, 0, len(dealers))
	for _, dealer := range dealers {
		c, err := k.contributions.Get(ctx, collections.Join(id, dealer))
		if err != nil {
			return nil, err
		}
		deal, err := k.deals.parse(p, &c)
		if err != nil {
			return nil, fmt.Errorf("deal of trustee %d: %w", dealer, err)
		}
		deals = append(deals, deal)
	}
	return deals, nil
}

// checkDeal checks a deal against its commitment and its proofs.
func checkDeal(p keygen.Parameters, index uint32, commitment, encoded []byte) (keygen.Deal, error) {
	deal, err := keygen.ParseDeal(p, int(index), encoded)
	if err != nil {
		return keygen.Deal{}, errorsmod.Wrap(types.ErrDeal, err.Error())
	}
	if string(deal.Hash()) != string(commitment) {
		return keygen.Deal{}, errorsmod.Wrap(types.ErrDeal, "it is not the deal that was committed to")
	}
	if err := deal.Verify(p); err != nil {
		return keygen.Deal{}, errorsmod.Wrap(types.ErrDeal, err.Error())
	}
	return deal, nil
}

// maxCachedDeals bounds the memory of the cache: about 100 kB a deal at most.
const maxCachedDeals = 256

// dealCache remembers parsed deals by their hash, which binds chain, election, dealer and
// content. It only skips the work of parsing points again; gas does not depend on it.
type dealCache struct {
	mu    sync.Mutex
	deals map[string]keygen.Deal
	order []string
}

func newDealCache() *dealCache {
	return &dealCache{deals: make(map[string]keygen.Deal, maxCachedDeals)}
}

// parse decodes a recorded deal, which was checked when it was recorded: with a cold cache
// the deals of an election cost microseconds a point, not a subgroup check each.
func (c *dealCache) parse(p keygen.Parameters, contribution *types.KeyContribution) (keygen.Deal, error) {
	c.mu.Lock()
	deal, ok := c.deals[string(contribution.Commitment)]
	c.mu.Unlock()
	if ok {
		return deal, nil
	}
	deal, err := keygen.ParseRecordedDeal(p, int(contribution.Index), contribution.Deal)
	if err != nil {
		return keygen.Deal{}, err
	}
	c.add(deal)
	return deal, nil
}

func (c *dealCache) add(deal keygen.Deal) {
	hash := string(deal.Hash())
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.deals[hash]; ok {
		return
	}
	if len(c.order) >= maxCachedDeals {
		delete(c.deals, c.order[0])
		c.order = c.order[1:]
	}
	c.deals[hash] = deal
	c.order = append(c.order, hash)
}
