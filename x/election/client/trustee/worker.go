package trustee

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/keygen"
	"github.com/evoted/evoted/x/election/types"
)

const (
	// PollInterval is how often the worker looks at the chain.
	PollInterval = time.Second
	// PublishStagger is what each further trustee waits for the others to publish a
	// result first: finding it takes every trustee the same work.
	PublishStagger = 3 * time.Second
	// pageSize of the lists of elections.
	pageSize = 100
)

// Errors of the worker.
var (
	// ErrForeignKey: the chain holds another long-term key for the account.
	ErrForeignKey = errors.New("trustee: the chain holds another key for this account")
	// ErrBadDeal: a dealer sent a wrong share or deal; the election's keys are not confirmed.
	ErrBadDeal = errors.New("trustee: a dealer sent a wrong share")
	// ErrNotFrozen: what the node shows is not the frozen sum of a closed election, so
	// nothing is decrypted.
	ErrNotFrozen = errors.New("trustee: refused to decrypt")
	// ErrOwnAccount: the key in the keyring is not the trustee's account.
	ErrOwnAccount = errors.New("trustee: the account in the keyring is not the trustee's")
)

// Sender signs and sends an official's transactions; *client.Official outside tests.
type Sender interface {
	Address() string
	Send(ctx context.Context, messages ...sdk.Msg) (client.Included, error)
}

// Chain is the trustee's own node: questions, and the time and height of its latest
// block.
type Chain interface {
	Query(ctx context.Context) types.QueryClient
	Latest(ctx context.Context) (Latest, error)
}

// Latest is where a node stands.
type Latest struct {
	Height     int64
	Time       time.Time
	CatchingUp bool
}

// OwnNode makes a Chain of a node.
func OwnNode(n *client.Node) Chain { return ownNode{n} }

type ownNode struct{ node *client.Node }

func (o ownNode) Query(ctx context.Context) types.QueryClient { return o.node.Query(ctx) }

func (o ownNode) Latest(ctx context.Context) (Latest, error) {
	status, err := o.node.Status(ctx)
	if err != nil {
		return Latest{}, err
	}
	info := status.SyncInfo
	return Latest{Height: info.LatestBlockHeight, Time: info.LatestBlockTime, CatchingUp: info.CatchingUp}, nil
}

// Worker does a trustee's work. Its fields must be set before the first call.
type Worker struct {
	// ChainID of the chain.
	ChainID string
	// Key of the trustee.
	Key Key
	// Chain is the trustee's own node.
	Chain Chain
	// Sender is the trustee's account.
	Sender Sender
	// Log gets one line for what was done and what went wrong, never a secret.
	Log *slog.Logger
	// Rand is where proofs draw randomness from: crypto/rand's Reader if nil.
	Rand io.Reader
	// Stagger between trustees in publishing, see PublishStagger.
	Stagger time.Duration

	mu sync.Mutex
	// registered once the chain is known to hold the trustee's key.
	registered bool
	// solvable remembers since when a result could be published.
	solvable map[uint64]time.Time
	// totals found, so that a refused transaction does not cost the search again.
	totals map[uint64][]uint64
	// complained keeps one and the same complaint from filling the log.
	complained map[string]bool
}

// Run looks at the chain each second and does what is due, until ctx ends. Failures are
// logged and tried again.
func (w *Worker) Run(ctx context.Context) error {
	w.log().Info("trustee is working", "name", w.Key.Name, "address", w.Key.Address, "chain", w.ChainID)
	ticker := time.NewTicker(PollInterval)
	defer ticker.Stop()
	for {
		if err := w.Step(ctx); err != nil && ctx.Err() == nil {
			w.complain("step", err)
		}
		select {
		case <-ctx.Done():
			w.log().Info("trustee stops", "name", w.Key.Name)
			return nil
		case <-ticker.C:
		}
	}
}

// Step does everything that is due now, for every election that names the trustee, and
// returns the joined errors of what could not be done. It may be repeated at any time.
func (w *Worker) Step(ctx context.Context) error {
	if w.Sender.Address() != w.Key.Address {
		return fmt.Errorf("%w: %s, want %s", ErrOwnAccount, w.Sender.Address(), w.Key.Address)
	}
	if err := w.Register(ctx); err != nil {
		return err
	}
	elections, err := w.elections(ctx)
	if err != nil {
		return err
	}
	failures := make([]error, len(elections))
	var group sync.WaitGroup
	for i := range elections {
		group.Go(func() {
			if err := w.serve(ctx, &elections[i]); err != nil {
				failures[i] = fmt.Errorf("election %d: %w", elections[i].Id, err)
			}
		})
	}
	group.Wait()
	return errors.Join(failures...)
}

// Register records the trustee's long-term key on the chain unless it is there. Errors:
// ErrForeignKey, the chain's own.
func (w *Worker) Register(ctx context.Context) error {
	if w.isRegistered() {
		return nil
	}
	public := w.Key.Public()
	answer, err := w.Chain.Query(ctx).TrusteeKey(ctx, &types.QueryTrusteeKeyRequest{Trustee: w.Key.Address})
	switch {
	case err == nil && string(answer.Key.PublicKey) != string(public.Bytes()):
		return fmt.Errorf("%w: %s", ErrForeignKey, w.Key.Address)
	case err == nil:
		w.setRegistered()
		return nil
	case !client.IsNotFound(err):
		return err
	}
	proof, err := keygen.ProveKey(w.ChainID, w.Key.Address, w.Key.secret, w.random())
	if err != nil {
		return fmt.Errorf("trustee: proof of the key: %w", err)
	}
	included, err := w.Sender.Send(ctx, &types.MsgRegisterTrusteeKey{Trustee: w.Key.Address, PublicKey: public.Bytes(), Proof: proof})
	if err != nil {
		return fmt.Errorf("trustee: registering the key: %w", err)
	}
	w.log().Info("long-term key registered", "height", included.Height, "tx", included.Hash)
	w.setRegistered()
	return nil
}

// elections lists those that name the trustee and may want something of it.
func (w *Worker) elections(ctx context.Context) ([]types.Election, error) {
	var mine []types.Election
	for _, phase := range []types.Phase{types.PHASE_SETUP, types.PHASE_CLOSED} {
		found, err := List(ctx, w.Chain.Query(ctx), phase)
		if err != nil {
			return nil, err
		}
		for _, e := range found {
			if e.TrusteeIndex(w.Key.Address) > 0 {
				mine = append(mine, e)
			}
		}
	}
	return mine, nil
}

// List returns all elections of a phase; PHASE_UNSPECIFIED returns all of them.
func List(ctx context.Context, chain types.QueryClient, phase types.Phase) ([]types.Election, error) {
	var all []types.Election
	request := &types.QueryElectionsRequest{Phase: phase, Pagination: &query.PageRequest{Limit: pageSize}}
	for {
		answer, err := chain.Elections(ctx, request)
		if err != nil {
			return nil, err
		}
		all = append(all, answer.Elections...)
		if answer.Pagination == nil || len(answer.Pagination.NextKey) == 0 {
			return all, nil
		}
		request.Pagination.Key = answer.Pagination.NextKey
	}
}

// serve does what is due for one election.
func (w *Worker) serve(ctx context.Context, e *types.Election) error {
	switch e.Phase {
	case types.PHASE_SETUP:
		return w.generate(ctx, e)
	case types.PHASE_CLOSED:
		return w.decrypt(ctx, e)
	case types.PHASE_UNSPECIFIED, types.PHASE_OPEN, types.PHASE_TALLIED, types.PHASE_WITHHELD, types.PHASE_ABORTED:
		return nil
	default:
		return nil
	}
}

// parameters of the key generation of an election, from the chain's data.
func parameters(chainID string, e *types.Election) (keygen.Parameters, error) {
	format, err := ballot.FormatByName(e.Format)
	if err != nil {
		return keygen.Parameters{}, err
	}
	p := keygen.Parameters{
		ChainID: chainID, ElectionID: e.Id, Threshold: int(e.TrusteeThreshold), Slots: format.Slots,
		TrusteeKeys: make([]curve.Point, len(e.Trustees)),
	}
	for i, t := range e.Trustees {
		if p.TrusteeKeys[i], err = curve.ParseKey(t.PublicKey); err != nil {
			return keygen.Parameters{}, fmt.Errorf("trustee: key of trustee %d: %w", i+1, err)
		}
	}
	return p, p.Validate()
}

// send sends a message; that another run of this program, or another trustee, was
// faster is no failure.
func (w *Worker) send(ctx context.Context, e *types.Election, what string, message sdk.Msg) error {
	included, err := w.Sender.Send(ctx, message)
	switch {
	case errors.Is(err, types.ErrAlreadyDone):
		w.log().Info(what+" was there already", "election", e.Id)
		return nil
	case err != nil:
		return fmt.Errorf("%s: %w", what, err)
	}
	w.log().Info(what, "election", e.Id, "height", included.Height, "tx", included.Hash)
	return nil
}

// complain logs a failure, once as long as it stays the same.
func (w *Worker) complain(where string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.complained == nil {
		w.complained = make(map[string]bool)
	}
	text := where + err.Error()
	if w.complained[text] {
		return
	}
	const most = 1000
	if len(w.complained) >= most {
		clear(w.complained)
	}
	w.complained[text] = true
	w.log().Error("not done, will be tried again", "error", err)
}

func (w *Worker) isRegistered() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.registered
}

func (w *Worker) setRegistered() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.registered = true
}

func (w *Worker) log() *slog.Logger {
	if w.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return w.Log
}

func (w *Worker) random() io.Reader {
	if w.Rand == nil {
		return rand.Reader
	}
	return w.Rand
}
