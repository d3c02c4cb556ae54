package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdktx "github.com/cosmos/cosmos-sdk/types/tx"

	"github.com/evoted/evoted/x/election/types"
)

// attack does, while voting is open, what must not succeed. The first election is
// one in which a first ballot is final, and its last elector stays at home.
func (d *demo) attack(ctx context.Context, elections []*election) error {
	e := elections[0]
	for _, v := range e.voters[:3] {
		if err := d.voteAgain(ctx, e, v); err != nil {
			return err
		}
	}
	d.report.passed("3 electors tried to vote a second time: refused")
	if err := d.outsider(ctx, e); err != nil {
		return err
	}
	d.report.passed("an outsider tried to vote: refused")
	n, err := d.alter(ctx, e, e.voters[len(e.voters)-1])
	if err != nil {
		return err
	}
	d.report.passed("a ballot was altered on its way in %d places: refused each time", n)
	return nil
}

// refused runs evoted and wants it to fail with a message that holds one of words.
func (d *demo) refused(ctx context.Context, what string, words []string, args ...string) error {
	_, err := d.command(ctx, args...)
	if err == nil {
		return fmt.Errorf("%s was accepted", what)
	}
	for _, word := range words {
		if strings.Contains(err.Error(), word) {
			return nil
		}
	}
	return fmt.Errorf("%s: not refused for the right reason: %w", what, err)
}

func (d *demo) voteAgain(ctx context.Context, e *election, v *voter) error {
	other := make([]uint64, len(v.values))
	for i, value := range v.values {
		other[len(other)-1-i] = value
	}
	args := append([]string{
		"ballot", "cast", strconv.FormatUint(e.id, 10), "--elector", v.file, "--yes",
		"--home", d.network.ClientHome, "--node", d.network.Nodes[1].RPC,
	}, e.choices(other)...)
	return d.refused(ctx, "a second ballot of "+v.name, []string{"your earlier ballot counts"}, args...)
}

// outsider asks the program to vote without being on the roll. What a program of
// their own could try, a foreign nullifier on somebody's proof, is in alter.
func (d *demo) outsider(ctx context.Context, e *election) error {
	file := filepath.Join(d.dir, "outsider.json")
	if _, err := d.elector(ctx, file); err != nil {
		return err
	}
	args := append([]string{
		"ballot", "cast", strconv.FormatUint(e.id, 10), "--elector", file, "--yes",
		"--home", d.network.ClientHome, "--node", d.network.Nodes[1].RPC,
	}, e.choices([]uint64{1, 0})...)
	return d.refused(ctx, "an outsider's ballot", []string{"not on the list of registered voters"}, args...)
}

// alter makes a valid ballot, sends altered copies of it to every authority in turn,
// and wants each refused with the code that says why. The ballot itself is not sent.
func (d *demo) alter(ctx context.Context, e *election, v *voter) (int, error) {
	file := filepath.Join(d.dir, fmt.Sprintf("on-its-way-%d.json", e.id))
	args := append([]string{
		"ballot", "cast", strconv.FormatUint(e.id, 10), "--elector", v.file, "--yes", "--offline-file", file,
		"--home", d.network.ClientHome, "--node", d.network.Nodes[1].RPC,
	}, e.choices([]uint64{0, 1})...)
	if _, err := d.command(ctx, args...); err != nil {
		return 0, err
	}
	raw, err := readOffline(file)
	if err != nil {
		return 0, err
	}
	copies, err := d.alteredCopies(raw)
	if err != nil {
		return 0, err
	}
	for i, c := range copies {
		node := d.network.Nodes[i%3]
		code, log, err := node.broadcast(ctx, c.tx)
		switch {
		case err != nil:
			return 0, fmt.Errorf("%s: %w", c.name, err)
		case code == 0:
			return 0, fmt.Errorf("%s: accepted by %s", c.name, node.Moniker)
		case code != c.want:
			return 0, fmt.Errorf("%s: code %d (%s), want %d", c.name, code, log, c.want)
		}
	}
	return len(copies), nil
}

func readOffline(file string) ([]byte, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var offline struct {
		Tx string `json:"tx"`
	}
	if err := json.Unmarshal(content, &offline); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(offline.Tx)
}

// altered is a copy of a ballot's transaction with one thing changed.
type altered struct {
	name string
	tx   []byte
	want uint32
}

// alteredCopies changes one thing at a time, some with a fresh and valid signature
// of another key around it.
func (d *demo) alteredCopies(raw []byte) ([]altered, error) {
	message, signature, err := parseBallotTx(raw)
	if err != nil {
		return nil, err
	}
	flip := func(b []byte) { b[len(b)-1] ^= 1 }
	var copies []altered
	add := func(name string, want error, sign bool, change func(*types.MsgCastBallot)) error {
		m := *message
		m.Nullifier, m.Ciphertext, m.Proof = clone(m.Nullifier), clone(m.Ciphertext), clone(m.Proof)
		change(&m)
		var tx []byte
		if sign {
			key := secp256k1.GenPrivKey()
			m.EphemeralKey = key.PubKey().Bytes()
			tx, err = types.SignBallotTx(key, d.network.ChainID, &m)
		} else {
			tx, err = types.EncodeBallotTx(&m, signature)
		}
		copies = append(copies, altered{name: name, tx: tx, want: code(want)})
		return err
	}
	err = errors.Join(
		add("revision", types.ErrBallotSignature, false, func(m *types.MsgCastBallot) { m.Revision++ }),
		add("nullifier", types.ErrBallotSignature, false, func(m *types.MsgCastBallot) { flip(m.Nullifier) }),
		add("other key around the ballot", types.ErrBallotProof, true, func(*types.MsgCastBallot) {}),
		add("other nullifier, signed again", types.ErrBallotProof, true, func(m *types.MsgCastBallot) { flip(m.Nullifier) }),
		add("R and C_1 swapped, signed again", types.ErrBallotProof, true, func(m *types.MsgCastBallot) {
			r := clone(m.Ciphertext[:64])
			copy(m.Ciphertext, m.Ciphertext[64:128])
			copy(m.Ciphertext[64:], r)
		}),
		add("point off the curve, signed again", types.ErrInvalidEncoding, true, func(m *types.MsgCastBallot) { flip(m.Ciphertext) }),
		add("other election, signed again", types.ErrElectionNotFound, true, func(m *types.MsgCastBallot) { m.ElectionId += 1000 }),
	)
	trailing := append(clone(raw), 0)
	copies = append(copies, altered{name: "one byte more", tx: trailing, want: 2})
	return copies, err
}

func clone(b []byte) []byte { return append([]byte(nil), b...) }

func code(err error) uint32 {
	var coded interface{ ABCICode() uint32 }
	if errors.As(err, &coded) {
		return coded.ABCICode()
	}
	return 0
}

func parseBallotTx(raw []byte) (*types.MsgCastBallot, []byte, error) {
	var tx sdktx.TxRaw
	if err := tx.Unmarshal(raw); err != nil {
		return nil, nil, err
	}
	var body sdktx.TxBody
	if err := body.Unmarshal(tx.BodyBytes); err != nil {
		return nil, nil, err
	}
	if len(body.Messages) != 1 || len(tx.Signatures) != 1 {
		return nil, nil, errors.New("not a ballot transaction")
	}
	m := new(types.MsgCastBallot)
	return m, tx.Signatures[0], m.Unmarshal(body.Messages[0].Value)
}
