package trustee

import (
	"context"
	"errors"
	"fmt"

	"github.com/evoted/evoted/x/election/crypto/keygen"
	"github.com/evoted/evoted/x/election/types"
)

// generate does the step of the key generation that is due.
func (w *Worker) generate(ctx context.Context, e *types.Election) error {
	status := e.KeyGeneration.Status
	if status == types.KEY_STATUS_FINAL || status == types.KEY_STATUS_FAILED || status == types.KEY_STATUS_UNSPECIFIED {
		return nil
	}
	p, err := parameters(w.ChainID, e)
	if err != nil {
		return err
	}
	index := int(e.TrusteeIndex(w.Key.Address))
	if !p.TrusteeKeys[index-1].Equal(w.Key.Public()) {
		return fmt.Errorf("%w: the election was created with another one", ErrForeignKey)
	}
	contributions, err := w.contributions(ctx, e)
	if err != nil {
		return err
	}
	return w.contribute(ctx, e, p, index, contributions)
}

// contribute sends what the trustee has not given yet to the current status.
func (w *Worker) contribute(ctx context.Context, e *types.Election, p keygen.Parameters, index int, contributions map[int]types.KeyContribution) error {
	status, mine := e.KeyGeneration.Status, contributions[index]
	switch {
	case status == types.KEY_STATUS_COMMIT && len(mine.Commitment) == 0:
		deal, err := keygen.NewDeal(p, index, w.Key.secret)
		if err != nil {
			return fmt.Errorf("making the deal: %w", err)
		}
		return w.send(ctx, e, "deal committed", &types.MsgCommitDeal{Trustee: w.Key.Address, ElectionId: e.Id, Commitment: deal.Hash()})
	case status == types.KEY_STATUS_DEAL && len(mine.Commitment) > 0 && len(mine.Deal) == 0:
		deal, err := keygen.NewDeal(p, index, w.Key.secret)
		if err != nil {
			return fmt.Errorf("making the deal: %w", err)
		}
		return w.send(ctx, e, "deal sent", &types.MsgSubmitDeal{Trustee: w.Key.Address, ElectionId: e.Id, Deal: deal.Bytes()})
	case status == types.KEY_STATUS_CONFIRM && !mine.Confirmed:
		if err := w.checkShares(e, p, index, contributions); err != nil {
			return err
		}
		return w.send(ctx, e, "shares checked and confirmed", &types.MsgConfirmDeals{Trustee: w.Key.Address, ElectionId: e.Id})
	}
	return nil
}

// contributions returns what each trustee gave, by index; the entry of one who gave
// nothing is empty.
func (w *Worker) contributions(ctx context.Context, e *types.Election) (map[int]types.KeyContribution, error) {
	answer, err := w.Chain.Query(ctx).KeyContributions(ctx, &types.QueryKeyContributionsRequest{ElectionId: e.Id})
	if err != nil {
		return nil, err
	}
	byIndex := make(map[int]types.KeyContribution, len(answer.Contributions))
	for _, c := range answer.Contributions {
		byIndex[int(c.Index)] = c
	}
	return byIndex, nil
}

// checkShares checks every deal and opens this trustee's share of each. One wrong deal
// is enough to refuse the confirmation; every wrong one is named.
func (w *Worker) checkShares(e *types.Election, p keygen.Parameters, index int, contributions map[int]types.KeyContribution) error {
	var wrong []error
	dealt := 0
	for dealer := 1; dealer <= len(p.TrusteeKeys); dealer++ {
		raw := contributions[dealer].Deal
		if len(raw) == 0 {
			continue // did not deal: the chain leaves it out
		}
		dealt++
		if err := checkShare(p, dealer, index, raw, w.Key); err != nil {
			address := e.Trustees[dealer-1].Address
			w.log().Error("WRONG SHARE: the keys of this election are not confirmed",
				"election", e.Id, "dealer", dealer, "address", address, "error", err)
			wrong = append(wrong, fmt.Errorf("%w: dealer %d (%s): %w", ErrBadDeal, dealer, address, err))
		}
	}
	if len(wrong) > 0 {
		return errors.Join(wrong...)
	}
	if dealt < p.Threshold {
		return fmt.Errorf("%w: %d deals, the threshold is %d", ErrBadDeal, dealt, p.Threshold)
	}
	return nil
}

func checkShare(p keygen.Parameters, dealer, index int, raw []byte, key Key) error {
	deal, err := keygen.ParseDeal(p, dealer, raw)
	if err != nil {
		return err
	}
	if err := deal.Verify(p); err != nil {
		return err
	}
	_, err = deal.OpenShare(p, index, key.secret)
	return err
}

// qualified returns the parsed deals that make up the election's keys.
func (w *Worker) qualified(ctx context.Context, e *types.Election, p keygen.Parameters) ([]keygen.Deal, error) {
	contributions, err := w.contributions(ctx, e)
	if err != nil {
		return nil, err
	}
	deals := make([]keygen.Deal, 0, len(e.KeyGeneration.Qualified))
	for _, dealer := range e.KeyGeneration.Qualified {
		deal, err := keygen.ParseDeal(p, int(dealer), contributions[int(dealer)].Deal)
		if err != nil {
			return nil, fmt.Errorf("deal of trustee %d: %w", dealer, err)
		}
		deals = append(deals, deal)
	}
	keys, err := keygen.Combine(p, deals)
	if err != nil {
		return nil, err
	}
	if len(keys) != len(e.KeyGeneration.PublicKeys) {
		return nil, fmt.Errorf("%w: the deals do not make the election's keys", ErrNotFrozen)
	}
	for k := range keys {
		if string(keys[k].Bytes()) != string(e.KeyGeneration.PublicKeys[k]) {
			return nil, fmt.Errorf("%w: the deals do not make the election's keys", ErrNotFrozen)
		}
	}
	return deals, nil
}
