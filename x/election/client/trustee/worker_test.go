package trustee

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	cryptocodec "github.com/cosmos/cosmos-sdk/crypto/codec"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"

	"github.com/evoted/evoted/x/election/client/mnemonic"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/types"
)

// generateKeys lets the trustees take steps until the keys are final.
func generateKeys(t *testing.T, f *fakeChain, workers []*Worker) {
	t.Helper()
	for range 4 {
		for _, w := range workers {
			require.NoError(t, w.Step(t.Context()))
		}
	}
	require.Equal(t, types.KEY_STATUS_FINAL, f.election.KeyGeneration.Status)
}

func TestAWholeElection(t *testing.T) {
	t.Parallel()
	f, workers := setUp(t)
	generateKeys(t, f, workers)
	f.closeWith(t, 5, 40, 60)
	for range 3 {
		for _, w := range workers {
			require.NoError(t, w.Step(t.Context()))
		}
	}
	require.Equal(t, types.PHASE_TALLIED, f.election.Phase)
	require.Equal(t, []uint64{40, 60, 0, 0, 0, 0, 0, 0}, f.tally.Tally.Totals)

	count := map[string]int{}
	for _, sent := range f.sent {
		count[sent]++
		require.Equal(t, 1, count[sent], "nothing is sent twice: %s", sent)
	}
}

func TestATrusteeThatLostEverythingButItsWordsGoesOn(t *testing.T) {
	t.Parallel()
	f, workers := setUp(t)
	again := func() []*Worker { // new processes with nothing in memory
		fresh := make([]*Worker, len(workers))
		for i, w := range workers {
			fresh[i] = newWorker(f, w.Key)
		}
		return fresh
	}
	for range 3 {
		for _, w := range again() {
			require.NoError(t, w.Step(t.Context()))
		}
	}
	require.Equal(t, types.KEY_STATUS_FINAL, f.election.KeyGeneration.Status)
	f.closeWith(t, 3, 1, 2)
	for range 2 {
		for _, w := range again()[:2] { // the third is gone: two are enough
			require.NoError(t, w.Step(t.Context()))
		}
	}
	require.Equal(t, []uint64{1, 2, 0, 0, 0, 0, 0, 0}, f.tally.Tally.Totals)
}

func TestNothingButTheFrozenSumIsDecrypted(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*fakeChain){
		"closing time not reached": func(f *fakeChain) { f.latest.Time = f.election.Schedule.CloseTime.Add(-time.Second) },
		"not closed":               func(f *fakeChain) { f.tally.Tally.ClosedHeight = 0 },
		"closed in the future":     func(f *fakeChain) { f.tally.Tally.ClosedHeight = 99 },
		"node behind":              func(f *fakeChain) { f.latest.CatchingUp = true },
		"too few ballots":          func(f *fakeChain) { f.tally.Tally.Ballots = 2 },
		"one ballot, min_ballots 1": func(f *fakeChain) {
			f.election.MinBallots, f.tally.Tally.Ballots = 1, 1
		},
		"a day too early by our clock": func(f *fakeChain) {
			f.election.Schedule.CloseTime = time.Now().Add(24 * time.Hour)
			f.latest.Time = f.election.Schedule.CloseTime.Add(time.Second)
		},
		"sum of fewer ballots": func(f *fakeChain) {
			f.tally.Tally.Sum = f.ballots[0].Ciphertext
		},
		"fewer ballots listed": func(f *fakeChain) { f.ballots = f.ballots[:4] },
		"more ballots listed": func(f *fakeChain) {
			f.ballots = append(f.ballots, types.Ballot{Nullifier: []byte{99}, Ciphertext: elgamal.Zero(8).Bytes()})
		},
		"a ballot listed twice": func(f *fakeChain) { f.ballots[4] = f.ballots[0] },
		"a ballot that is none": func(f *fakeChain) { f.ballots[1].Ciphertext = []byte{1} },
		"no ciphertext":         func(f *fakeChain) { f.tally.Tally.Sum = f.tally.Tally.Sum[:64] },
		"other keys": func(f *fakeChain) {
			keys := f.election.KeyGeneration.PublicKeys
			keys[0], keys[1] = keys[1], keys[0]
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, workers := setUp(t)
			generateKeys(t, f, workers)
			f.closeWith(t, 5, 40, 60)
			change(f)
			require.ErrorIs(t, workers[0].Step(t.Context()), ErrNotFrozen)
			require.Empty(t, f.tally.Shares)
		})
	}
}

func TestASecondSumForOneElectionIsRefused(t *testing.T) {
	t.Parallel()
	f, workers := setUp(t)
	generateKeys(t, f, workers)
	f.closeWith(t, 5, 40, 60)
	first := workers[0]
	kept := f.tally.Tally
	keptBallots := f.ballots
	require.NoError(t, first.Step(t.Context()))
	require.Len(t, f.tally.Shares, 1)
	path := sumPath(first.Key.home, testChain, f.election.Id)
	info, err := os.Stat(path)
	require.NoError(t, err, "it is on the disk")
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	// The node forgets the share and shows another sum: to the same process, and after a
	// restart.
	f.tally.Shares = nil
	f.closeWith(t, 5, 1, 0)
	require.ErrorIs(t, first.Step(t.Context()), ErrNotFrozen)
	require.ErrorIs(t, newWorker(f, first.Key).Step(t.Context()), ErrNotFrozen)
	require.Empty(t, f.tally.Shares)

	// The same sum may be decrypted again; a damaged note may not be overlooked.
	f.tally.Tally, f.ballots = kept, keptBallots
	require.NoError(t, newWorker(f, first.Key).Step(t.Context()))
	require.Len(t, f.tally.Shares, 1)
	f.tally.Shares = nil
	require.NoError(t, os.WriteFile(path, []byte("{}"), 0o600))
	require.ErrorIs(t, newWorker(f, first.Key).Step(t.Context()), ErrNotFrozen)
	require.Empty(t, f.tally.Shares)
}

func TestNothingIsDecryptedThatCannotBeNoted(t *testing.T) {
	t.Parallel()
	f, workers := setUp(t)
	generateKeys(t, f, workers)
	f.closeWith(t, 5, 40, 60)
	w := workers[0]
	// A file stands where the folder should be.
	require.NoError(t, os.WriteFile(filepath.Join(w.Key.home, folder, sumFolder), nil, 0o600))
	require.ErrorIs(t, w.Step(t.Context()), ErrNotFrozen)
	w.Key.home = ""
	require.ErrorIs(t, w.Step(t.Context()), ErrNotFrozen)
	require.Empty(t, f.tally.Shares)
}

func TestSmallDifferencesOfClocksAreAllowed(t *testing.T) {
	t.Parallel()
	f, workers := setUp(t)
	generateKeys(t, f, workers)
	f.closeWith(t, 5, 40, 60)
	f.election.Schedule.CloseTime = time.Now().Add(ClockTolerance / 2)
	f.latest.Time = f.election.Schedule.CloseTime
	require.NoError(t, workers[0].Step(t.Context()))
	require.Len(t, f.tally.Shares, 1)
}

func TestNothingIsSentWhileVotingIsOpen(t *testing.T) {
	t.Parallel()
	f, workers := setUp(t)
	generateKeys(t, f, workers)
	f.closeWith(t, 5, 40, 60)
	f.election.Phase = types.PHASE_OPEN
	sent := len(f.sent)
	require.NoError(t, workers[0].Step(t.Context()))
	require.Len(t, f.sent, sent)
}

func TestAWrongShareIsNamedAndNotConfirmed(t *testing.T) {
	t.Parallel()
	f, workers := setUp(t)
	for range 2 {
		for _, w := range workers {
			require.NoError(t, w.Step(t.Context()))
		}
	}
	// A trustee may already have confirmed; what counts is what the first sees now.
	f.election.KeyGeneration.Status = types.KEY_STATUS_CONFIRM
	f.contributions[1].Confirmed = false
	deal := f.contributions[2].Deal
	deal[len(deal)-1-2*(8*32+16)] ^= 1 // in the share sealed to the first trustee

	var log bytes.Buffer
	w := newWorker(f, workers[0].Key)
	w.Log = slog.New(slog.NewTextHandler(&log, nil))
	err := w.Step(t.Context())
	require.ErrorIs(t, err, ErrBadDeal)
	require.ErrorContains(t, err, "dealer 2")
	require.Contains(t, log.String(), "WRONG SHARE")
	require.Contains(t, log.String(), workers[1].Key.Address)
	require.False(t, f.contributions[1].Confirmed)
}

func TestForeignKeysAndAccountsAreRefused(t *testing.T) {
	t.Parallel()
	f, workers := setUp(t)
	other, _ := newKey(t, 9)
	w := newWorker(f, other)
	w.Sender = official{chain: f, address: workers[0].Key.Address}
	require.ErrorIs(t, w.Step(t.Context()), ErrOwnAccount)
	other.Address = workers[0].Key.Address
	require.ErrorIs(t, newWorker(f, other).Step(t.Context()), ErrForeignKey)
}

func TestSecretsStayOutOfLogsAndErrors(t *testing.T) {
	t.Parallel()
	f, workers := setUp(t)
	_, words := newKey(t, 1)
	var log bytes.Buffer
	w := newWorker(f, workers[0].Key)
	w.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w.Log.Info("a careless line", "key", w.Key, "worker", fmt.Sprintf("%+v %#v %x", w.Key, w.Key, w.Key))
	require.NoError(t, w.Step(t.Context()))
	w.complain("test", fmt.Errorf("%v", w.Key))
	text := log.String()
	require.NotContains(t, text, hex.EncodeToString(w.Key.secret.Bytes()))
	require.NotContains(t, text, w.Key.secret.BigInt().String())
	for word := range strings.FieldsSeq(words) {
		if len(word) > 5 {
			require.NotContains(t, text, word)
		}
	}
}

func TestStatusSaysWhatIsExpected(t *testing.T) {
	t.Parallel()
	f, workers := setUp(t)
	address := workers[0].Key.Address
	expect := func(due bool, says string) {
		t.Helper()
		standing, err := Status(t.Context(), f, address)
		require.NoError(t, err)
		require.True(t, standing.Registered)
		require.Len(t, standing.Duties, 1)
		require.Equal(t, due, standing.Duties[0].Due)
		require.Contains(t, standing.Duties[0].Expected, says)
	}
	expect(true, "commit")
	require.NoError(t, workers[0].Step(t.Context()))
	expect(false, "waiting for the others to commit")
	generateKeys(t, f, workers)
	expect(false, "the keys are made")
	f.closeWith(t, 5, 40, 60)
	expect(true, "send your decryption share")
	require.NoError(t, workers[0].Step(t.Context()))
	expect(false, "1 of 2 decryption shares")
	f.election.Phase = types.PHASE_WITHHELD
	standing, err := Status(t.Context(), f, address)
	require.NoError(t, err)
	require.Empty(t, standing.Duties)
}

func TestCreateIsPrivateAndMayBeRepeated(t *testing.T) {
	t.Parallel()
	registry := codectypes.NewInterfaceRegistry()
	cryptocodec.RegisterInterfaces(registry)
	kr := keyring.NewInMemory(codec.NewProtoCodec(registry))
	home := t.TempDir()
	words := strings.Repeat("abandon ", 23) + "art"
	address, err := Create(home, kr, "ada", words)
	require.NoError(t, err)
	info, err := os.Stat(Path(home, "ada"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	again, err := Create(home, kr, "ada", words)
	require.NoError(t, err)
	require.Equal(t, address, again)
	require.NoError(t, os.Remove(Path(home, "ada"))) // as if killed before the file was written
	_, err = Create(home, kr, "ada", words)
	require.NoError(t, err)
	key, err := Load(home, "ada")
	require.NoError(t, err)
	require.Equal(t, address, key.Address)

	_, err = Create(home, kr, "../ada", words)
	require.ErrorIs(t, err, ErrName)
	_, err = Create(home, kr, "eve", "abandon ability able")
	require.ErrorIs(t, err, mnemonic.ErrWords)
	other := strings.Repeat("zoo ", 23) + "vote"
	_, err = Create(home, kr, "ada", other)
	require.ErrorIs(t, err, ErrOtherKey)
	require.NotContains(t, err.Error(), "zoo")
	_, err = Load(home, "nobody")
	require.ErrorIs(t, err, ErrNoTrustee)
}

func FuzzParseKey(f *testing.F) {
	f.Add([]byte(`{"version":1,"name":"ada","address":"a","mnemonic":""}`))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		key, err := parseKey(raw, "ada")
		if err == nil {
			require.Equal(t, "ada", key.Name)
		}
	})
}
