package secretfile_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/client/secretfile"
)

func TestWriteIsPrivateAndNeverReplacesUnasked(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "deeper", "secret.json")
	require.ErrorIs(t, secretfile.Write(path, []byte("one"), false), secretfile.ErrNoFolder)
	require.NoDirExists(t, filepath.Dir(path), "a mistyped folder is not made")
	require.NoError(t, os.Mkdir(filepath.Dir(path), secretfile.DirMode))
	require.NoError(t, secretfile.Write(path, []byte("one"), false))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, secretfile.Mode, info.Mode().Perm())

	require.ErrorIs(t, secretfile.Write(path, []byte("two"), false), secretfile.ErrExists)
	content, err := secretfile.Read(path)
	require.NoError(t, err)
	require.Equal(t, "one", string(content))

	require.NoError(t, secretfile.Write(path, []byte("two"), true))
	content, err = secretfile.Read(path)
	require.NoError(t, err)
	require.Equal(t, "two", string(content))

	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, entries, 1, "no temporary file stays")
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	exposed := filepath.Join(dir, "exposed")
	require.NoError(t, os.WriteFile(exposed, []byte("secret"), 0o600))
	for _, mode := range []os.FileMode{0o640, 0o604, 0o644, 0o660} {
		require.NoError(t, os.Chmod(exposed, mode))
		_, err := secretfile.Read(exposed)
		require.ErrorIs(t, err, secretfile.ErrExposed)
		require.NotContains(t, err.Error(), "secret\n")
	}
	large := filepath.Join(dir, "large")
	require.NoError(t, os.WriteFile(large, make([]byte, secretfile.MaxSize+1), 0o600))
	_, err := secretfile.Read(large)
	require.ErrorIs(t, err, secretfile.ErrTooLarge)
	_, err = secretfile.Read(filepath.Join(dir, "absent"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
