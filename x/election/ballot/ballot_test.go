package ballot_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/field"
)

func sampleBallot() ballot.Ballot {
	keys := make([]curve.Point, 8)
	for i := range keys {
		keys[i] = curve.BaseMul(curve.NewScalar(uint64(i + 2)))
	}
	return ballot.Ballot{
		ChainID: "test-1", ElectionID: 3, Revision: 1, Nullifier: field.HashTo("test", []byte("nf")),
		EphemeralKey: bytes.Repeat([]byte{2}, ballot.EphemeralKeySize),
		Ciphertext:   elgamal.Encrypt(keys, make([]uint64, 8), curve.NewScalar(77)),
		Proof:        make([]byte, ballot.ProofSize),
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	for _, f := range ballot.Formats() {
		got, err := ballot.FormatByName(f.Name)
		require.NoError(t, err)
		require.Equal(t, f, got)
	}
	require.Equal(t, 73, ballot.Slots8.PublicInputs())
	require.Equal(t, 265, ballot.Slots32.PublicInputs())
	_, err := ballot.FormatByName("slots9")
	require.ErrorIs(t, err, ballot.ErrUnknownFormat)
}

// TestDigest: every part but the proof is covered.
func TestDigest(t *testing.T) {
	t.Parallel()
	base := sampleBallot()
	seen := map[[32]byte]bool{base.Digest(): true}
	for _, edit := range []func(b *ballot.Ballot){
		func(b *ballot.Ballot) { b.ChainID = "test-2" },
		func(b *ballot.Ballot) { b.ElectionID++ },
		func(b *ballot.Ballot) { b.Revision++ },
		func(b *ballot.Ballot) { b.Nullifier.Double(&b.Nullifier) },
		func(b *ballot.Ballot) { b.EphemeralKey = append([]byte{3}, b.EphemeralKey[1:]...) },
		func(b *ballot.Ballot) { b.Ciphertext.R = b.Ciphertext.R.Neg() },
		func(b *ballot.Ballot) {
			b.Ciphertext.C = slices.Clone(b.Ciphertext.C)
			b.Ciphertext.C[7] = b.Ciphertext.C[7].Neg()
		},
	} {
		b := base
		edit(&b)
		require.False(t, seen[b.Digest()])
		seen[b.Digest()] = true
	}
	b := base
	b.Proof = bytes.Repeat([]byte{1}, ballot.ProofSize)
	require.Equal(t, base.Digest(), b.Digest())
}

func TestBallotValidate(t *testing.T) {
	t.Parallel()
	require.NoError(t, sampleBallot().Validate(ballot.Slots8))
	for name, edit := range map[string]func(b *ballot.Ballot){
		"chain":      func(b *ballot.Ballot) { b.ChainID = "" },
		"election":   func(b *ballot.Ballot) { b.ElectionID = 0 },
		"revision":   func(b *ballot.Ballot) { b.Revision = 0 },
		"key":        func(b *ballot.Ballot) { b.EphemeralKey = b.EphemeralKey[1:] },
		"slots":      func(b *ballot.Ballot) { b.Ciphertext.C = b.Ciphertext.C[1:] },
		"proof":      func(b *ballot.Ballot) { b.Proof = append(b.Proof, 0) },
		"no proof":   func(b *ballot.Ballot) { b.Proof = nil },
		"long key":   func(b *ballot.Ballot) { b.EphemeralKey = append(b.EphemeralKey, 0) },
		"more slots": func(b *ballot.Ballot) { b.Ciphertext.C = append(b.Ciphertext.C, b.Ciphertext.R) },
	} {
		b := sampleBallot()
		edit(&b)
		require.ErrorIs(t, b.Validate(ballot.Slots8), ballot.ErrBallot, name)
	}
}

func TestStatement(t *testing.T) {
	t.Parallel()
	b := sampleBallot()
	m := ballot.Manifest{Format: ballot.Slots8, Contests: []ballot.Contest{{Title: "Q", Options: []string{"A", "B"}, Cap: 3, Lo: 1, Hi: 4}}, Split: true}
	e := ballot.Election{ChainID: b.ChainID, ID: b.ElectionID, Format: ballot.Slots8, Rules: m.Rules(), Keys: b.Ciphertext.C}
	st := e.Statement(b)
	require.NoError(t, st.Validate(ballot.Slots8))
	require.ErrorIs(t, st.Validate(ballot.Slots32), ballot.ErrStatement)
	in := st.PublicInputs()
	require.Len(t, in, 73)
	number := func(i int) uint64 { return in[i].Uint64() }
	require.Equal(t, uint64(1), number(4), "split")
	require.Zero(t, number(5)+number(6), "quadratic, distinct")
	require.Equal(t, []uint64{1, 0, 1, 1}, []uint64{number(7), number(8), number(9), number(14)}, "starts")
	require.Equal(t, []uint64{3, 3, 0}, []uint64{number(15), number(16), number(17)}, "caps")
	require.Equal(t, []uint64{1, 1, 0}, []uint64{number(23), number(24), number(25)}, "least totals")
	require.Equal(t, []uint64{4, 4, 0}, []uint64{number(31), number(32), number(33)}, "largest totals")
	require.Equal(t, b.Ciphertext.R.X(), in[55])
	require.Equal(t, b.Ciphertext.C[7].Y(), in[72])

	other := e
	other.ID++
	changed := other.Statement(b)
	require.NotEqual(t, st.Election, changed.Election)
	require.NotEqual(t, st.Binding, changed.Binding)
	st.Rules.Cap[0] = ballot.MaxValue + 1
	require.ErrorIs(t, st.Validate(ballot.Slots8), ballot.ErrRules)
}

func TestTrackingCode(t *testing.T) {
	t.Parallel()
	digest := sampleBallot().Digest()
	code := ballot.TrackingCode(digest)
	require.Regexp(t, `^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$`, code)
	for _, form := range []string{
		code, strings.ToLower(code), strings.ReplaceAll(code, "-", ""), " " + strings.ReplaceAll(code, "-", " "),
		strings.NewReplacer("0", "O", "1", "l").Replace(code),
	} {
		got, err := ballot.ParseTrackingCode(form)
		require.NoError(t, err)
		require.Equal(t, code, got)
	}
	for _, bad := range []string{"", "U", code[:18], code + "0", strings.Repeat("U", 16), strings.Repeat("é", 16)} {
		_, err := ballot.ParseTrackingCode(bad)
		require.ErrorIs(t, err, ballot.ErrTrackingCode, bad)
	}
}

// TestTrackingCodeNotices tries every wrong character and every exchange of two.
func TestTrackingCodeNotices(t *testing.T) {
	t.Parallel()
	plain := strings.ReplaceAll(ballot.TrackingCode(sampleBallot().Digest()), "-", "")
	for i := range plain {
		for _, r := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
			wrong := plain[:i] + string(r) + plain[i+1:]
			_, err := ballot.ParseTrackingCode(wrong)
			require.Equal(t, wrong == plain, err == nil, wrong)
		}
		for j := range i {
			b := []byte(plain)
			b[i], b[j] = b[j], b[i]
			_, err := ballot.ParseTrackingCode(string(b))
			require.Equal(t, string(b) == plain, err == nil, string(b))
		}
	}
}

func TestReceipt(t *testing.T) {
	t.Parallel()
	b := sampleBallot()
	r := ballot.NewReceipt(b, "ABCD", 42, "tcp://127.0.0.1:26657")
	raw, err := r.Encode()
	require.NoError(t, err)
	got, err := ballot.ParseReceipt(raw)
	require.NoError(t, err)
	require.Equal(t, r, got)
	require.Equal(t, ballot.TrackingCode(b.Digest()), got.TrackingCode)

	text := string(raw)
	require.Contains(t, text, `"height": 42`, "numbers are numbers")
	got, err = ballot.ParseReceipt([]byte(strings.Replace(text, ": 42", `: "42"`, 1)))
	require.NoError(t, err, "numbers in quotes are read as well")
	require.Equal(t, r, got)
	for name, bad := range map[string]string{
		"empty":         "",
		"null":          "null",
		"two":           text + text,
		"unknown field": strings.Replace(text, "{", `{"choice": "Yes",`, 1),
		"version":       strings.Replace(text, `"version": 1`, `"version": 2`, 1),
		"tracking code": strings.Replace(text, r.TrackingCode, "0000-0000-0000-0000", 1),
		"short digest":  strings.Replace(text, r.Digest, r.Digest[2:], 1),
		"upper case":    strings.Replace(text, r.Nullifier, strings.ToUpper(r.Nullifier), 1),
		"nullifier + r": strings.Replace(text, r.Nullifier, strings.Repeat("f", 64), 1),
		"negative":      strings.Replace(text, ": 42", ": -42", 1),
		"fraction":      strings.Replace(text, ": 42", ": 4.5", 1),
		"no number":     strings.Replace(text, ": 42", `: "x"`, 1),
		"no chain":      strings.Replace(text, "test-1", "", 1),
		"long":          text + strings.Repeat(" ", 1<<16),
	} {
		_, err := ballot.ParseReceipt([]byte(bad))
		require.ErrorIs(t, err, ballot.ErrReceipt, name)
	}
	r.Digest = ""
	_, err = r.Encode()
	require.ErrorIs(t, err, ballot.ErrReceipt)
}

func FuzzParseTrackingCode(f *testing.F) {
	f.Add(ballot.TrackingCode([32]byte{1, 2, 3}))
	f.Add("0000-0000-0000-0000")
	f.Add("oooo iiii LLLL uuuu")
	f.Fuzz(func(t *testing.T, s string) {
		code, err := ballot.ParseTrackingCode(s)
		if err != nil {
			require.ErrorIs(t, err, ballot.ErrTrackingCode)
			return
		}
		again, err := ballot.ParseTrackingCode(code)
		require.NoError(t, err)
		require.Equal(t, code, again)
	})
}

func FuzzParseReceipt(f *testing.F) {
	raw, err := ballot.NewReceipt(sampleBallot(), "AB", 1, "node").Encode()
	require.NoError(f, err)
	f.Add(raw)
	f.Add([]byte(`{"version":1}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ballot.ParseReceipt(b)
		if err != nil {
			require.ErrorIs(t, err, ballot.ErrReceipt)
			return
		}
		again, err := r.Encode()
		require.NoError(t, err)
		same, err := ballot.ParseReceipt(again)
		require.NoError(t, err)
		require.Equal(t, r, same)
	})
}
