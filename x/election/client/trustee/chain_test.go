package trustee

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"
	"github.com/cosmos/go-bip39"

	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/client/secretfile"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/keygen"
	"github.com/evoted/evoted/x/election/types"
)

const testChain = "chain"

// fakeChain plays the chain for one election: it advances when all trustees have done
// their part, without checking what the real one checks.
type fakeChain struct {
	types.QueryClient
	mu            sync.Mutex
	keys          map[string]types.TrusteeKey
	election      types.Election
	contributions map[uint32]*types.KeyContribution
	tally         types.QueryTallyResponse
	ballots       []types.Ballot
	latest        Latest
	sent          []string
}

func (f *fakeChain) Query(context.Context) types.QueryClient { return f }

func (f *fakeChain) Latest(context.Context) (Latest, error) { return f.latest, nil }

func (f *fakeChain) TrusteeKey(_ context.Context, r *types.QueryTrusteeKeyRequest, _ ...grpc.CallOption) (*types.QueryTrusteeKeyResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key, ok := f.keys[r.Trustee]
	if !ok {
		return nil, status.Error(codes.NotFound, "no key")
	}
	return &types.QueryTrusteeKeyResponse{Key: key}, nil
}

func (f *fakeChain) Elections(_ context.Context, r *types.QueryElectionsRequest, _ ...grpc.CallOption) (*types.QueryElectionsResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.election.Id == 0 || (r.Phase != types.PHASE_UNSPECIFIED && r.Phase != f.election.Phase) {
		return &types.QueryElectionsResponse{}, nil
	}
	return &types.QueryElectionsResponse{Elections: []types.Election{f.election}}, nil
}

func (f *fakeChain) KeyContributions(context.Context, *types.QueryKeyContributionsRequest, ...grpc.CallOption) (*types.QueryKeyContributionsResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	answer := &types.QueryKeyContributionsResponse{}
	for _, c := range f.contributions {
		answer.Contributions = append(answer.Contributions, *c)
	}
	return answer, nil
}

func (f *fakeChain) Tally(context.Context, *types.QueryTallyRequest, ...grpc.CallOption) (*types.QueryTallyResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	copied := f.tally
	return &copied, nil
}

// Ballots come two a page.
func (f *fakeChain) Ballots(_ context.Context, r *types.QueryBallotsRequest, _ ...grpc.CallOption) (*types.QueryBallotsResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	const size = 2
	from := 0
	if len(r.Pagination.Key) > 0 {
		from = int(r.Pagination.Key[0])
	}
	to := min(from+size, len(f.ballots))
	answer := &types.QueryBallotsResponse{Ballots: f.ballots[from:to], Pagination: &query.PageResponse{}}
	if to < len(f.ballots) {
		answer.Pagination.NextKey = []byte{byte(to)}
	}
	return answer, nil
}

// official is the fake's account of one trustee.
type official struct {
	chain   *fakeChain
	address string
}

func (a official) Address() string { return a.address }

func (a official) Send(_ context.Context, messages ...sdk.Msg) (client.Included, error) {
	f := a.chain
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sent = append(f.sent, a.address+" "+strings.TrimPrefix(sdk.MsgTypeURL(messages[0]), "/evoted.election.v1."))
	index := f.election.TrusteeIndex(a.address)
	mine := f.contributions[index]
	switch m := messages[0].(type) {
	case *types.MsgRegisterTrusteeKey:
		key, err := curve.ParseKey(m.PublicKey)
		if err == nil {
			err = keygen.VerifyKey(testChain, a.address, key, m.Proof)
		}
		f.keys[a.address] = types.TrusteeKey{Trustee: a.address, PublicKey: m.PublicKey, Proof: m.Proof}
		return client.Included{}, err
	case *types.MsgCommitDeal:
		mine.Commitment = m.Commitment
	case *types.MsgSubmitDeal:
		mine.Deal = m.Deal
	case *types.MsgConfirmDeals:
		mine.Confirmed = true
	case *types.MsgSubmitDecryptionShare:
		f.tally.Shares = append(f.tally.Shares, types.DecryptionShare{Index: index, Share: m.Share, Proof: m.Proof})
	case *types.MsgPublishResult:
		if f.election.Phase != types.PHASE_CLOSED {
			return client.Included{}, types.ErrWrongPhase
		}
		f.tally.Tally.Totals, f.election.Phase = m.Totals, types.PHASE_TALLIED
	}
	return client.Included{}, f.advance()
}

// advance enters the next status once every trustee has done its part.
func (f *fakeChain) advance() error {
	all := func(done func(*types.KeyContribution) bool) bool {
		for _, c := range f.contributions {
			if !done(c) {
				return false
			}
		}
		return true
	}
	generation := &f.election.KeyGeneration
	switch {
	case generation.Status == types.KEY_STATUS_COMMIT && all(func(c *types.KeyContribution) bool { return len(c.Commitment) > 0 }):
		generation.Status = types.KEY_STATUS_DEAL
	case generation.Status == types.KEY_STATUS_DEAL && all(func(c *types.KeyContribution) bool { return len(c.Deal) > 0 }):
		generation.Status = types.KEY_STATUS_CONFIRM
	case generation.Status == types.KEY_STATUS_CONFIRM && all(func(c *types.KeyContribution) bool { return c.Confirmed }):
		return f.finish()
	}
	return nil
}

func (f *fakeChain) finish() error {
	p, err := parameters(testChain, &f.election)
	if err != nil {
		return err
	}
	var deals []keygen.Deal
	for i := range f.election.Trustees {
		deal, err := keygen.ParseDeal(p, i+1, f.contributions[uint32(i+1)].Deal)
		if err != nil {
			return err
		}
		deals = append(deals, deal)
		f.election.KeyGeneration.Qualified = append(f.election.KeyGeneration.Qualified, uint32(i+1))
	}
	keys, err := keygen.Combine(p, deals)
	if err != nil {
		return err
	}
	for _, key := range keys {
		f.election.KeyGeneration.PublicKeys = append(f.election.KeyGeneration.PublicKeys, key.Bytes())
	}
	f.election.KeyGeneration.Status = types.KEY_STATUS_FINAL
	return nil
}

// newKey makes a trustee of the mnemonic with that entropy.
func newKey(t *testing.T, n byte) (Key, string) {
	t.Helper()
	entropy := make([]byte, 32)
	entropy[0] = n
	words, err := bip39.NewMnemonic(entropy)
	require.NoError(t, err)
	name := fmt.Sprintf("trustee%d", n)
	raw, err := json.Marshal(keyFile{Version: 1, Name: name, Address: "address-" + name, Mnemonic: words})
	require.NoError(t, err)
	home := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Dir(Path(home, name)), secretfile.DirMode))
	require.NoError(t, secretfile.Write(Path(home, name), raw, false))
	key, err := Load(home, name)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(home, "trustees", name+".json"), Path(home, name))
	return key, words
}

// setUp makes a chain with three trustees' workers and an election that names them.
func setUp(t *testing.T) (*fakeChain, []*Worker) {
	t.Helper()
	f := &fakeChain{keys: map[string]types.TrusteeKey{}, contributions: map[uint32]*types.KeyContribution{}}
	var workers []*Worker
	for n := byte(1); n <= 3; n++ {
		key, _ := newKey(t, n)
		workers = append(workers, newWorker(f, key))
	}
	for _, w := range workers {
		require.NoError(t, w.Step(t.Context()))
	}
	f.election = types.Election{
		Id: 4, Phase: types.PHASE_SETUP, Format: "slots8", TrusteeThreshold: 2, MinBallots: 3,
		Contests:      []types.Contest{{Title: "Q", Options: []string{"A", "B"}, MaxPerOption: 1, MaxTotal: 1}},
		KeyGeneration: types.KeyGeneration{Status: types.KEY_STATUS_COMMIT},
		Roll:          types.Roll{TotalPower: 100},
		Schedule:      types.Schedule{CloseTime: time.Unix(1000, 0)},
	}
	for i, w := range workers {
		f.election.Trustees = append(f.election.Trustees, types.Trustee{Address: w.Key.Address, PublicKey: w.Key.Public().Bytes()})
		f.contributions[uint32(i+1)] = &types.KeyContribution{Index: uint32(i + 1)}
	}
	return f, workers
}

func newWorker(f *fakeChain, key Key) *Worker {
	return &Worker{ChainID: testChain, Key: key, Chain: f, Sender: official{chain: f, address: key.Address}, Rand: rand.Reader}
}

// closeWith ends voting with the sum of ballots of these amounts.
func (f *fakeChain) closeWith(t *testing.T, ballots uint64, amounts ...uint64) {
	t.Helper()
	keys := make([]curve.Point, 8)
	for k := range keys {
		key, err := curve.ParseKey(f.election.KeyGeneration.PublicKeys[k])
		require.NoError(t, err)
		keys[k] = key
	}
	all := make([]uint64, 8)
	copy(all, amounts)
	f.ballots = nil
	sum := elgamal.Zero(8)
	for i := range ballots { // the first ballot holds everything
		r, err := curve.RandomScalar(rand.Reader)
		require.NoError(t, err)
		one := elgamal.Encrypt(keys, all, r)
		sum = sum.Add(one)
		f.ballots = append(f.ballots, types.Ballot{Nullifier: []byte{byte(i)}, Ciphertext: one.Bytes()})
		clear(all)
	}
	f.election.Phase = types.PHASE_CLOSED
	f.tally.Tally = types.Tally{Ballots: ballots, Sum: sum.Bytes(), ClosedHeight: 50}
	f.latest = Latest{Height: 51, Time: f.election.Schedule.CloseTime.Add(time.Second)}
}
