package trustee

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/dleq"
	"github.com/evoted/evoted/x/election/crypto/dlog"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/keygen"
	"github.com/evoted/evoted/x/election/types"
)

// decrypt gives the trustee's share of a closed election's frozen sum, and the result
// once enough shares are there.
func (w *Worker) decrypt(ctx context.Context, e *types.Election) error {
	p, err := parameters(w.ChainID, e)
	if err != nil {
		return err
	}
	tally, err := w.Chain.Query(ctx).Tally(ctx, &types.QueryTallyRequest{ElectionId: e.Id})
	if err != nil {
		return err
	}
	index := e.TrusteeIndex(w.Key.Address)
	if !hasShare(tally.Shares, index) {
		return w.giveShare(ctx, e, p, int(index), tally)
	}
	if len(tally.Shares) >= p.Threshold && len(tally.Tally.Totals) == 0 {
		return w.publish(ctx, e, p, index, tally)
	}
	return nil
}

func hasShare(shares []types.DecryptionShare, index uint32) bool {
	for _, s := range shares {
		if s.Index == index {
			return true
		}
	}
	return false
}

// frozenSum returns the one ciphertext that may be decrypted for an election, or
// ErrNotFrozen. The trustee's own node must be up to date, its latest block and this
// machine's clock must be past the close (the clock by less than ClockTolerance before
// it), and the election must be closed there with enough ballots, which add up to the sum.
// A sum other than the one that was decrypted for this election before is refused, also
// after a restart.
func (w *Worker) frozenSum(ctx context.Context, e *types.Election, p keygen.Parameters, tally *types.Tally) (elgamal.Ciphertext, error) {
	latest, err := w.Chain.Latest(ctx)
	if err != nil {
		return elgamal.Ciphertext{}, err
	}
	switch {
	case latest.CatchingUp:
		return elgamal.Ciphertext{}, fmt.Errorf("%w: the node has not caught up", ErrNotFrozen)
	case e.Phase != types.PHASE_CLOSED || tally.ClosedHeight == 0 || tally.ClosedHeight > latest.Height:
		return elgamal.Ciphertext{}, fmt.Errorf("%w: the election is not closed", ErrNotFrozen)
	case latest.Time.Before(e.Schedule.CloseTime):
		return elgamal.Ciphertext{}, fmt.Errorf("%w: closing time is not reached", ErrNotFrozen)
	case time.Now().Add(ClockTolerance).Before(e.Schedule.CloseTime):
		return elgamal.Ciphertext{}, fmt.Errorf("%w: closing time is not reached by this machine's clock", ErrNotFrozen)
	case tally.Ballots < e.MinBallots || tally.Ballots < types.LeastMinBallots:
		return elgamal.Ciphertext{}, fmt.Errorf("%w: %d ballots, at least %d are needed", ErrNotFrozen, tally.Ballots, e.MinBallots)
	}
	sum, err := elgamal.Parse(tally.Sum, p.Slots)
	if err != nil {
		return elgamal.Ciphertext{}, fmt.Errorf("%w: %w", ErrNotFrozen, err)
	}
	if err := w.known(e, tally.Sum); err != nil {
		return elgamal.Ciphertext{}, err
	}
	if err := w.recompute(ctx, e, p, tally); err != nil {
		return elgamal.Ciphertext{}, err
	}
	return sum, nil
}

// giveShare computes the secret share anew from the chain and the mnemonic, checks what
// it is about to send as the chain will, notes on the disk what it decrypts, and sends it.
func (w *Worker) giveShare(ctx context.Context, e *types.Election, p keygen.Parameters, index int, tally *types.QueryTallyResponse) error {
	sum, err := w.frozenSum(ctx, e, p, &tally.Tally)
	if err != nil {
		return err
	}
	deals, err := w.qualified(ctx, e, p)
	if err != nil {
		return err
	}
	secret, err := keygen.SecretShare(p, deals, index, w.Key.secret)
	if err != nil {
		return fmt.Errorf("computing the secret share: %w", err)
	}
	points, proof, err := keygen.DecryptionShare(p, index, secret, sum, w.random())
	clear(secret)
	if err != nil {
		return fmt.Errorf("computing the decryption share: %w", err)
	}
	if err := verifyShare(p, deals, index, sum, points, proof); err != nil {
		return err
	}
	if err := w.remember(e, tally.Tally.Sum); err != nil {
		return err
	}
	return w.send(ctx, e, "decryption share sent", &types.MsgSubmitDecryptionShare{
		Trustee: w.Key.Address, ElectionId: e.Id, Share: curve.JoinPoints(points...), Proof: proof.Bytes(),
	})
}

func verifyShare(p keygen.Parameters, deals []keygen.Deal, index int, sum elgamal.Ciphertext, points []curve.Point, proof dleq.Proof) error {
	keys, err := keygen.VerificationKeys(p, deals, index)
	if err != nil {
		return err
	}
	return keygen.VerifyDecryptionShare(p, index, keys, sum, points, proof)
}

// publish finds the totals and sends them, unless another trustee does so first.
func (w *Worker) publish(ctx context.Context, e *types.Election, p keygen.Parameters, index uint32, tally *types.QueryTallyResponse) error {
	if !w.turn(e.Id, index, tally.Shares) {
		return nil
	}
	totals, err := w.solve(e, p, tally)
	if err != nil {
		return err
	}
	err = w.send(ctx, e, "result published", &types.MsgPublishResult{Sender: w.Key.Address, ElectionId: e.Id, Totals: totals})
	if errors.Is(err, types.ErrWrongPhase) {
		return nil // another trustee was faster
	}
	return err
}

// turn tells whether it is this trustee's turn to publish: the first of those that gave
// a share does so at once, the others each a little later.
func (w *Worker) turn(election uint64, index uint32, shares []types.DecryptionShare) bool {
	before := 0
	for _, s := range shares {
		if s.Index < index {
			before++
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.solvable == nil {
		w.solvable = make(map[uint64]time.Time)
	}
	since, ok := w.solvable[election]
	if !ok {
		since = time.Now()
		w.solvable[election] = since
	}
	return time.Since(since) >= time.Duration(before)*w.Stagger
}

// solve combines the shares and finds the discrete logarithms.
func (w *Worker) solve(e *types.Election, p keygen.Parameters, tally *types.QueryTallyResponse) ([]uint64, error) {
	w.mu.Lock()
	known := w.totals[e.Id]
	w.mu.Unlock()
	if known != nil {
		return known, nil
	}
	manifest, err := types.ManifestOf(*e)
	if err != nil {
		return nil, err
	}
	sum, err := elgamal.Parse(tally.Tally.Sum, p.Slots)
	if err != nil {
		return nil, err
	}
	shares := make([]keygen.IndexedShare, 0, len(tally.Shares))
	for _, s := range tally.Shares {
		points, err := curve.SplitPoints(s.Share, p.Slots, curve.ParsePoint)
		if err != nil {
			return nil, fmt.Errorf("share of trustee %d: %w", s.Index, err)
		}
		shares = append(shares, keygen.IndexedShare{Index: int(s.Index), D: points})
	}
	combined, err := keygen.CombineShares(p, sum, shares)
	if err != nil {
		return nil, err
	}
	// No total is larger than all the power times the largest value of one option, which
	// the roll keeps at or below 2^40.
	totals, err := dlog.Solve(combined, min(e.Roll.TotalPower*manifest.LargestSlot(), dlog.MaxBound), nil)
	if err != nil {
		return nil, fmt.Errorf("finding the totals: %w", err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.totals == nil {
		w.totals = make(map[uint64][]uint64)
	}
	w.totals[e.Id] = totals
	return totals, nil
}
