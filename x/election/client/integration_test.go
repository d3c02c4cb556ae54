package client_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdkclient "github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/evoted/evoted/app"
	"github.com/evoted/evoted/testutil/fixture"
	"github.com/evoted/evoted/testutil/network"
	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/client/elector"
	"github.com/evoted/evoted/x/election/client/mnemonic"
	"github.com/evoted/evoted/x/election/client/registrar"
	"github.com/evoted/evoted/x/election/client/trustee"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/proof/keyfile"
	"github.com/evoted/evoted/x/election/types"
)

const (
	timeToOpen = 30 * time.Second
	timeOpen   = 45 * time.Second
)

// stage is a network with the keys of everybody who takes part.
type stage struct {
	client  *client.Client
	base    sdkclient.Context
	home    string
	keys    []trustee.Key
	fixture *fixture.Election
}

// newStage starts a network without elections, whose trustees have keys of their own.
func newStage(t *testing.T) *stage {
	t.Helper()
	e, err := fixture.New(fixture.Options{Now: time.Now().UTC()})
	require.NoError(t, err)
	app.SetAddressPrefixes()
	encoding := app.MakeEncodingConfig()
	s := &stage{home: t.TempDir(), fixture: e}
	s.base = sdkclient.Context{}.WithCodec(encoding.Codec).WithInterfaceRegistry(encoding.InterfaceRegistry).
		WithTxConfig(encoding.TxConfig).WithAccountRetriever(authtypes.AccountRetriever{}).
		WithKeyring(keyring.NewInMemory(encoding.Codec))
	for i := range e.Trustees {
		name := fmt.Sprintf("trustee%d", i+1)
		words, err := mnemonic.New(rand.Reader)
		require.NoError(t, err)
		text, err := trustee.Create(s.home, s.base.Keyring, name, words.Reveal())
		require.NoError(t, err)
		address, err := sdk.AccAddressFromBech32(text)
		require.NoError(t, err)
		e.Trustees[i] = fixture.Account{Address: address, Text: text}
		key, err := trustee.Load(s.home, name)
		require.NoError(t, err)
		s.keys = append(s.keys, key)
	}
	s.adopt(t, "organiser", e.Organiser)
	for i, r := range e.Registrars {
		s.adopt(t, fmt.Sprintf("registrar%d", i+1), r)
	}
	e.Genesis.Elections, e.Genesis.TrusteeKeys, e.Genesis.NextElectionId = nil, nil, 1
	e.Genesis.Params.Organisers = []string{e.Organiser.Text}
	n, err := network.New(e, t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.Stop()) })
	require.NoError(t, n.Nodes[0].WaitForHeight(t.Context(), 2))
	urls := make([]string, len(n.Nodes))
	for i, one := range n.Nodes {
		urls[i] = one.RPC
	}
	s.client, err = client.Dial(t.Context(), s.base, urls)
	require.NoError(t, err)
	return s
}

func (s *stage) adopt(t *testing.T, name string, a fixture.Account) {
	t.Helper()
	require.NoError(t, s.base.Keyring.ImportPrivKeyHex(name, hex.EncodeToString(a.Key.Bytes()), "secp256k1"))
}

func (s *stage) official(t *testing.T, name string) *client.Official {
	t.Helper()
	official, err := client.NewOfficial(s.client, s.base, name)
	require.NoError(t, err)
	return official
}

// runTrustees starts the daemons, each with a node of its own, until the test ends.
func (s *stage) runTrustees(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, len(s.keys))
	for i, key := range s.keys {
		worker := &trustee.Worker{
			ChainID: s.client.ChainID(), Key: key, Chain: trustee.OwnNode(s.client.Nodes()[i%len(s.client.Nodes())]),
			Sender: s.official(t, key.Name), Stagger: trustee.PublishStagger,
		}
		require.NoError(t, worker.Register(ctx))
		go func() { done <- worker.Run(ctx) }()
	}
	t.Cleanup(func() {
		cancel()
		for range s.keys {
			require.NoError(t, <-done)
		}
	})
}

// create creates an election that opens soon.
func (s *stage) create(t *testing.T) uint64 {
	t.Helper()
	open := time.Now().Add(timeToOpen).UTC()
	message := &types.MsgCreateElection{
		Organiser: s.fixture.Organiser.Text, Title: "A vote", Format: ballot.Slots8.Name,
		Contests: []types.Contest{{Title: "Agree?", Options: []string{"Yes", "No"}, MaxPerOption: 1, MaxTotal: 1}},
		Schedule: types.Schedule{
			CommitDeadline: open.Add(-20 * time.Second), DealDeadline: open.Add(-10 * time.Second), ConfirmDeadline: open.Add(-time.Second),
			OpenTime: open, CloseTime: open.Add(timeOpen), TallyDeadline: open.Add(time.Hour),
		},
		RegistrarThreshold: uint32(len(s.fixture.Registrars)), RevotePolicy: types.REVOTE_POLICY_REJECT,
	}
	for _, r := range s.fixture.Registrars {
		message.Registrars = append(message.Registrars, r.Text)
	}
	for _, key := range s.keys {
		message.Trustees = append(message.Trustees, key.Address)
	}
	included, err := s.official(t, "organiser").Send(t.Context(), message)
	require.NoError(t, err)
	var response types.MsgCreateElectionResponse
	require.NoError(t, client.DecodeResponse(included, &response))
	return response.ElectionId
}

// phase waits until the election has reached a phase.
func (s *stage) phase(t *testing.T, id uint64, wanted types.Phase) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	require.NoError(t, network.WaitFor(ctx, func() (bool, error) {
		e, err := s.client.Election(ctx, id)
		if err == nil && e.Phase == types.PHASE_ABORTED {
			return false, fmt.Errorf("aborted: %s", e.Abort.Explanation)
		}
		return err == nil && e.Phase >= wanted, err
	}))
}

// TestAWholeElection lets three trustees, all registrars and four electors hold an
// election on a network of four authorities, with nothing but this package's code.
func TestAWholeElection(t *testing.T) {
	if testing.Short() {
		return // takes a minute and a half
	}
	t.Parallel()
	s := newStage(t)
	s.runTrustees(t)
	id := s.create(t)

	credentials := make([]elector.Credential, 4)
	list := make([]types.Elector, len(credentials))
	for i := range credentials {
		words, err := mnemonic.New(rand.Reader)
		require.NoError(t, err)
		credentials[i] = elector.FromMnemonic(words)
		list[i] = types.Elector{Commitment: field.Bytes(credentials[i].Commitment()), Weight: uint64(i + 1)}
	}
	for i := range s.fixture.Registrars {
		official := s.official(t, fmt.Sprintf("registrar%d", i+1))
		_, err := registrar.Enrol(t.Context(), s.client, official, id, list, nil)
		require.NoError(t, err)
	}
	for i := range s.fixture.Registrars {
		attested, err := registrar.Attest(t.Context(), s.client, s.official(t, fmt.Sprintf("registrar%d", i+1)), id, list, nil)
		require.NoError(t, err)
		require.Equal(t, uint64(10), attested.TotalPower)
	}
	_, err := elector.LoadElection(t.Context(), s.client, id)
	require.ErrorIs(t, err, elector.ErrNotOpen)
	s.phase(t, id, types.PHASE_OPEN)
	s.vote(t, id, credentials)
	s.phase(t, id, types.PHASE_TALLIED)
	tally, err := s.client.Tally(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, []uint64{1 + 3, 2 + 4, 0, 0, 0, 0, 0, 0}, tally.Tally.Totals)
}

// vote casts the electors' ballots, Yes and No in turn, and tries what must not work.
func (s *stage) vote(t *testing.T, id uint64, credentials []elector.Credential) {
	t.Helper()
	e, err := elector.LoadElection(t.Context(), s.client, id)
	require.NoError(t, err)
	require.Equal(t, len(s.client.Nodes()), e.Asked)
	material, err := keyfile.LoadOrSetup("", ballot.Slots8, nil)
	require.NoError(t, err)
	prover, err := keyfile.OpenProver(material)
	require.NoError(t, err)
	cast := func(i int) (*elector.Sealed, client.Delivery) {
		place, err := elector.FindPlace(t.Context(), s.client, e, credentials[i].Commitment(), -1, nil)
		require.NoError(t, err)
		values := make([]uint64, ballot.Slots8.Slots)
		values[i%2] = 1
		sealed, err := elector.Seal(t.Context(), e, credentials[i], place, values, 1, prover, rand.Reader)
		require.NoError(t, err)
		return sealed, s.client.Deliver(t.Context(), sealed.Message, sealed.Tx, e.Data.Schedule.CloseTime, e, nil)
	}
	var last *elector.Sealed
	for i := range credentials {
		sealed, delivery := cast(i)
		require.Equal(t, client.FateCounted, delivery.Fate, delivery.Reason)
		last = sealed
	}
	_, again := cast(0)
	require.Equal(t, client.FateNotCounted, again.Fate)
	require.ErrorIs(t, again.Reason, types.ErrNullifierUsed)
	same := s.client.Deliver(t.Context(), last.Message, last.Tx, e.Data.Schedule.CloseTime, e, nil)
	require.Equal(t, client.FateCounted, same.Fate, "the same ballot once more is still that ballot")

	found, err := elector.Find(t.Context(), s.client, elector.Track{ElectionID: id, Code: last.TrackingCode})
	require.NoError(t, err)
	require.Equal(t, hex.EncodeToString(last.Digest[:]), found.Digest)
	words, err := mnemonic.New(rand.Reader)
	require.NoError(t, err)
	_, err = elector.FindPlace(t.Context(), s.client, e, elector.FromMnemonic(words).Commitment(), -1, nil)
	require.ErrorIs(t, err, elector.ErrNotOnRoll)
}
