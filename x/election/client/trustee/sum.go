package trustee

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/evoted/evoted/x/election/client/secretfile"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/keygen"
	"github.com/evoted/evoted/x/election/types"
)

const (
	// ClockTolerance is how far this machine's clock may be behind the chain's: until
	// close_time less this much, nothing is decrypted whatever the node says.
	ClockTolerance = 10 * time.Second
	// sumFolder below the folder of the trustee's file holds one file an election.
	sumFolder  = "sums"
	sumVersion = 1
	// ballotPage is the largest page of ballots that a node gives, and progressEvery how
	// many ballots pass between two lines in the log.
	ballotPage    = 100
	progressEvery = 10_000
)

// sumFile is what a trustee remembers of an election after it has decrypted its sum.
type sumFile struct {
	Version    int    `json:"version"`
	ChainID    string `json:"chain_id"`
	ElectionID uint64 `json:"election_id"`
	Sum        string `json:"sum_sha256"`
}

// sumPath is where the sum of an election is remembered. Chain ids may hold any
// character, so their hash is used.
func sumPath(home, chainID string, electionID uint64) string {
	chain := sha256.Sum256([]byte(chainID))
	return filepath.Join(home, folder, sumFolder, fmt.Sprintf("%s-%d.json", hex.EncodeToString(chain[:8]), electionID))
}

// remember writes down, before a share of it is sent, which sum is decrypted for an
// election, and refuses another one for all time: with shares of two sums a node that
// lies could subtract one from the other. The file is written in full and flushed to the
// disk before this returns. Errors: ErrNotFrozen, those of secretfile.Write.
func (w *Worker) remember(e *types.Election, sum []byte) error {
	if w.Key.home == "" {
		return fmt.Errorf("%w: there is no folder to note in what is decrypted", ErrNotFrozen)
	}
	digest := sha256.Sum256(sum)
	mine := sumFile{Version: sumVersion, ChainID: w.ChainID, ElectionID: e.Id, Sum: hex.EncodeToString(digest[:])}
	path := sumPath(w.Key.home, w.ChainID, e.Id)
	raw, err := json.MarshalIndent(mine, "", "  ")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotFrozen, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), secretfile.DirMode); err != nil {
		return fmt.Errorf("%w: %w", ErrNotFrozen, err)
	}
	err = secretfile.Write(path, append(raw, '\n'), false)
	if errors.Is(err, secretfile.ErrExists) {
		return sameSum(path, mine)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotFrozen, err)
	}
	return nil
}

// sameSum compares with what an earlier run wrote.
func sameSum(path string, mine sumFile) error {
	raw, err := secretfile.Read(path)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotFrozen, err)
	}
	var known sumFile
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&known) != nil || decoder.More() || known.Version != sumVersion {
		return fmt.Errorf("%w: %s cannot be read", ErrNotFrozen, path)
	}
	if known != mine {
		return fmt.Errorf("%w: another sum of this election was decrypted before, see %s", ErrNotFrozen, path)
	}
	return nil
}

// known tells, without writing, whether another sum than this was decrypted before.
func (w *Worker) known(e *types.Election, sum []byte) error {
	path := sumPath(w.Key.home, w.ChainID, e.Id)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	digest := sha256.Sum256(sum)
	return sameSum(path, sumFile{Version: sumVersion, ChainID: w.ChainID, ElectionID: e.Id, Sum: hex.EncodeToString(digest[:])})
}

// recompute adds up all ballots that the node lists and compares with the sum it wants
// decrypted: a node that shows the ballots to the public cannot show the trustee the sum
// of fewer. The proofs of the ballots are not verified here. Errors: ErrNotFrozen, the
// node's own.
func (w *Worker) recompute(ctx context.Context, e *types.Election, p keygen.Parameters, tally *types.Tally) error {
	total := elgamal.Zero(p.Slots)
	seen := make(map[string]bool, min(tally.Ballots, 1<<20))
	request := &types.QueryBallotsRequest{ElectionId: e.Id, Pagination: &query.PageRequest{Limit: ballotPage}}
	for told := 0; ; {
		answer, err := w.Chain.Query(ctx).Ballots(ctx, request)
		if err != nil {
			return fmt.Errorf("reading the ballots: %w", err)
		}
		page := make([]elgamal.Ciphertext, len(answer.Ballots))
		for i, b := range answer.Ballots {
			if seen[string(b.Nullifier)] {
				return fmt.Errorf("%w: the node lists a ballot twice", ErrNotFrozen)
			}
			seen[string(b.Nullifier)] = true
			if page[i], err = elgamal.ParseOnCurve(b.Ciphertext, p.Slots); err != nil {
				return fmt.Errorf("%w: a listed ballot: %w", ErrNotFrozen, err)
			}
		}
		total = elgamal.AddAll(total, page, nil)
		if uint64(len(seen)) > tally.Ballots {
			return fmt.Errorf("%w: the node lists more than its %d ballots", ErrNotFrozen, tally.Ballots)
		}
		if len(seen)-told >= progressEvery {
			told = len(seen)
			w.log().Info("adding up the ballots", "election", e.Id, "done", told, "of", tally.Ballots)
		}
		if answer.Pagination == nil || len(answer.Pagination.NextKey) == 0 {
			break
		}
		if len(answer.Ballots) == 0 {
			return fmt.Errorf("%w: the node's list of ballots does not end", ErrNotFrozen)
		}
		request.Pagination.Key = answer.Pagination.NextKey
	}
	if uint64(len(seen)) != tally.Ballots {
		return fmt.Errorf("%w: the node lists %d ballots and counts %d", ErrNotFrozen, len(seen), tally.Ballots)
	}
	if !bytes.Equal(total.Bytes(), tally.Sum) {
		return fmt.Errorf("%w: the listed ballots do not add up to the node's sum", ErrNotFrozen)
	}
	return nil
}
