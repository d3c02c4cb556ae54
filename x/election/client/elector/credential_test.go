package elector

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/client/mnemonic"
	"github.com/evoted/evoted/x/election/client/secretfile"
	"github.com/evoted/evoted/x/election/crypto/nullifier"
)

func credential(t *testing.T) Credential {
	t.Helper()
	m, err := mnemonic.Parse(strings.Repeat("abandon ", 23) + "art")
	require.NoError(t, err)
	return FromMnemonic(m)
}

func TestCredentialFile(t *testing.T) {
	t.Parallel()
	c := credential(t)
	path := filepath.Join(t.TempDir(), "elector.json")
	require.NoError(t, c.Save(path, false))
	require.ErrorIs(t, c.Save(path, false), secretfile.ErrExists)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	again, err := Load(path)
	require.NoError(t, err)
	require.Equal(t, c.secret, again.secret)
	require.Equal(t, nullifier.Nullifier(c.secret, nullifier.ElectionScalar("chain", 3)), again.Nullifier("chain", 3))
	require.NotEqual(t, c.Nullifier("chain", 3), c.Nullifier("chain", 4))
	require.NoError(t, os.Chmod(path, 0o644))
	_, err = Load(path)
	require.ErrorIs(t, err, secretfile.ErrExposed)
}

func TestSecretStaysOutOfEveryVerb(t *testing.T) {
	t.Parallel()
	c := credential(t)
	secret := Hex(c.secret)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		for _, value := range []any{c, &c, []Credential{c}} {
			text := fmt.Sprintf(verb, value)
			require.NotContains(t, text, secret)
			require.NotContains(t, text, fmt.Sprint(c.secret[0]), "a limb of the secret")
		}
	}
}

func TestParseCredentialRefuses(t *testing.T) {
	t.Parallel()
	c := credential(t)
	secret, public := Hex(c.secret), Hex(c.Commitment())
	for name, test := range map[string]struct {
		text string
		err  error
	}{
		"nothing":        {"", ErrCredential},
		"other json":     {`{"a":1}`, ErrCredential},
		"version":        {fmt.Sprintf(`{"version":2,"commitment":%q,"secret":%q}`, public, secret), ErrCredential},
		"no secret":      {fmt.Sprintf(`{"version":1,"commitment":%q}`, public), ErrCredential},
		"short secret":   {fmt.Sprintf(`{"version":1,"commitment":%q,"secret":"1234"}`, public), ErrCredential},
		"zero secret":    {fmt.Sprintf(`{"version":1,"commitment":%q,"secret":%q}`, public, strings.Repeat("0", 64)), ErrCredential},
		"not canonical":  {fmt.Sprintf(`{"version":1,"commitment":%q,"secret":%q}`, public, strings.Repeat("f", 64)), ErrCredential},
		"other identity": {fmt.Sprintf(`{"version":1,"commitment":%q,"secret":%q}`, secret, secret), ErrMismatch},
		"trailing":       {fmt.Sprintf(`{"version":1,"commitment":%q,"secret":%q}{}`, public, secret), ErrCredential},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := parseCredential([]byte(test.text))
			require.ErrorIs(t, err, test.err)
			require.NotContains(t, err.Error(), secret)
		})
	}
}

func FuzzParseCredential(f *testing.F) {
	f.Add([]byte(`{"version":1,"commitment":"","secret":""}`))
	f.Add([]byte(`{"version":1}`))
	f.Add([]byte("null"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := parseCredential(raw)
		if err == nil {
			require.False(t, c.secret.IsZero())
		}
	})
}
