package mnemonic_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cosmos/go-bip39"

	"github.com/evoted/evoted/x/election/client/mnemonic"
)

// zeros is the mnemonic of 32 zero bytes, a test vector of BIP-39.
var zeros = strings.Repeat("abandon ", 23) + "art"

func TestNewReadsItsWholeEntropy(t *testing.T) {
	t.Parallel()
	source := &counter{}
	m, err := mnemonic.New(source)
	require.NoError(t, err)
	require.Equal(t, mnemonic.EntropySize, source.read, "256 bits are drawn")
	require.Len(t, strings.Fields(m.Reveal()), mnemonic.Words)

	a, err := mnemonic.New(rand.Reader)
	require.NoError(t, err)
	b, err := mnemonic.New(rand.Reader)
	require.NoError(t, err)
	require.NotEqual(t, a.Reveal(), b.Reveal())

	_, err = mnemonic.New(bytes.NewReader(make([]byte, mnemonic.EntropySize-1)))
	require.ErrorIs(t, err, mnemonic.ErrEntropy)
}

type counter struct{ read int }

func (c *counter) Read(p []byte) (int, error) {
	c.read += len(p)
	return rand.Read(p)
}

func TestParse(t *testing.T) {
	t.Parallel()
	twelve := strings.Repeat("abandon ", 11) + "about"
	tests := map[string]struct {
		text string
		err  error
	}{
		"as shown":              {text: zeros},
		"lines, tabs, capitals": {text: "  " + strings.ToUpper(strings.ReplaceAll(zeros, " ", "\n\t")) + "\n"},
		"empty":                 {text: "", err: mnemonic.ErrWords},
		"twelve words":          {text: twelve, err: mnemonic.ErrWords},
		"one word too many":     {text: zeros + " art", err: mnemonic.ErrWords},
		"a pin":                 {text: "1234", err: mnemonic.ErrWords},
		"wrong word":            {text: strings.Repeat("abandon ", 23) + "password", err: mnemonic.ErrUnknown},
		"wrong checksum":        {text: strings.Repeat("abandon ", 24), err: mnemonic.ErrChecksum},
		"order":                 {text: "art " + strings.TrimSpace(strings.Repeat("abandon ", 23)), err: mnemonic.ErrChecksum},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := mnemonic.Parse(test.text)
			require.ErrorIs(t, err, test.err)
			if err == nil {
				require.Equal(t, zeros, m.Reveal())
				require.Equal(t, bip39.NewSeed(zeros, ""), m.Seed())
			}
		})
	}
}

func TestReadIsBounded(t *testing.T) {
	t.Parallel()
	_, err := mnemonic.Read(strings.NewReader(strings.Repeat(" ", mnemonic.MaxInput+1)))
	require.ErrorIs(t, err, mnemonic.ErrTooLong)
	_, err = mnemonic.Read(failing{})
	require.ErrorIs(t, err, errFailing)
	m, err := mnemonic.Read(strings.NewReader(zeros + "\n"))
	require.NoError(t, err)
	require.Equal(t, zeros, m.Reveal())
}

var errFailing = errors.New("failing")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errFailing }

func TestWordsStayOutOfLogsAndErrors(t *testing.T) {
	t.Parallel()
	m, err := mnemonic.Parse(zeros)
	require.NoError(t, err)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		require.NotContains(t, fmt.Sprintf(verb, m), "abandon")
	}
	for _, text := range []string{strings.Repeat("abandon ", 24), strings.Repeat("abandon ", 23) + "password", "abandon"} {
		_, err := mnemonic.Parse(text)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "abandon")
		require.NotContains(t, err.Error(), "password")
	}
}

func TestPropertyParseReadsWhatNewMade(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		entropy := rapid.SliceOfN(rapid.Byte(), mnemonic.EntropySize, mnemonic.EntropySize).Draw(t, "entropy")
		m, err := mnemonic.New(bytes.NewReader(entropy))
		require.NoError(t, err)
		again, err := mnemonic.Parse(m.Reveal())
		require.NoError(t, err)
		require.Equal(t, m, again)
	})
}

func FuzzParse(f *testing.F) {
	f.Add(zeros)
	f.Add("")
	f.Add(strings.Repeat("abandon ", 24))
	f.Add("\xff\xfe abandon")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := mnemonic.Parse(text)
		if err != nil {
			return
		}
		again, err := mnemonic.Parse(m.Reveal())
		require.NoError(t, err)
		require.Equal(t, m, again)
	})
}
