// Package secretfile writes and reads small files that hold a secret: readable by
// their owner alone, complete or absent, and never replaced unasked.
package secretfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

const (
	// Mode of a file with a secret.
	Mode fs.FileMode = 0o600
	// DirMode of a folder of such files.
	DirMode fs.FileMode = 0o700
	// MaxSize bounds what Read accepts, in bytes.
	MaxSize = 1 << 20
)

// Errors of Write and Read.
var (
	ErrNoFolder = errors.New("secretfile: the folder does not exist")
	ErrExists   = errors.New("secretfile: the file exists already")
	ErrExposed  = errors.New("secretfile: the file can be read by others")
	ErrTooLarge = errors.New("secretfile: the file is too large")
)

// Write stores data at path with Mode, all or nothing: it is written to a new file
// beside it, flushed to the disk and moved into place. A file that is already there is
// replaced only if force is set; otherwise the error is ErrExists. Folders are not made:
// without one the error is ErrNoFolder.
func Write(path string, data []byte, force bool) (err error) {
	if _, err := os.Stat(filepath.Dir(path)); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s", ErrNoFolder, filepath.Dir(path))
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("secretfile: %w", err)
	}
	defer func() {
		if removeErr := os.Remove(temporary.Name()); removeErr != nil && !errors.Is(removeErr, fs.ErrNotExist) {
			err = errors.Join(err, fmt.Errorf("secretfile: %w", removeErr))
		}
	}()
	if err := fill(temporary, data); err != nil {
		return fmt.Errorf("secretfile: %w", err)
	}
	if force {
		err = os.Rename(temporary.Name(), path)
	} else {
		// A hard link fails if the name is taken: there is no moment between looking
		// and writing in which another process could put a file there.
		err = os.Link(temporary.Name(), path)
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%w: %s", ErrExists, path)
	case err != nil:
		return fmt.Errorf("secretfile: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

func fill(file *os.File, data []byte) error {
	_, err := file.Write(data)
	if err == nil {
		err = file.Chmod(Mode)
	}
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // folders cannot be flushed there
	}
	folder, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("secretfile: %w", err)
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return fmt.Errorf("secretfile: %w", err)
	}
	return nil
}

// Read returns the content of a file. It refuses with ErrExposed a file that its group
// or others may read, and with ErrTooLarge one over MaxSize.
func Read(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err // names the path, says enough
	}
	data, err := read(file, path)
	if closeErr := file.Close(); err == nil && closeErr != nil {
		return nil, fmt.Errorf("secretfile: %w", closeErr)
	}
	return data, err
}

func read(file *os.File, path string) ([]byte, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("secretfile: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%w: %s has mode %04o, want %04o", ErrExposed, path, info.Mode().Perm(), Mode)
	}
	data, err := io.ReadAll(io.LimitReader(file, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("secretfile: %w", err)
	}
	if len(data) > MaxSize {
		return nil, fmt.Errorf("%w: %s", ErrTooLarge, path)
	}
	return data, nil
}
