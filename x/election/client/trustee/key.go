// Package trustee does all of a trustee's work: it registers the long-term key, takes
// part in the key generation of every election that names the trustee, and after the
// close gives the trustee's share of the decryption of one thing only: the frozen sum of
// a closed election, as the trustee's own node has it. There is no way to make it
// decrypt anything else.
//
// All it needs is the mnemonic and the chain. What is due is found out anew each time,
// from the chain, so that the program may be stopped or killed at any moment and started
// again, here or on another machine. The one thing it writes down, beside the mnemonic and
// before it is sent, is which sum it has decrypted for an election: HOME/trustees/sums has
// a file for each. It makes the trustee refuse any other sum of that election.
package trustee

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/cosmos/cosmos-sdk/crypto/hd"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/client/mnemonic"
	"github.com/evoted/evoted/x/election/client/secretfile"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/keygen"
)

const (
	fileVersion = 1
	folder      = "trustees"
)

// Errors of Create, Save and Load.
var (
	ErrName      = errors.New("trustee: a name has 1 to 64 letters, digits, - or _")
	ErrFile      = errors.New("trustee: the file is not a trustee's")
	ErrOtherKey  = errors.New("trustee: another key has this name already")
	ErrNoTrustee = errors.New("trustee: there is no trustee of this name")
)

// Key is a trustee's long-term secret. It prints as the trustee's name.
type Key struct {
	// Name of the trustee and of its account's key in the keyring.
	Name string
	// Address of the account.
	Address string

	// home is the folder that the key was loaded from: which sums were decrypted with it is
	// noted there.
	home   string
	secret curve.Scalar
}

type keyFile struct {
	Version  int    `json:"version"`
	Name     string `json:"name"`
	Address  string `json:"address"`
	Mnemonic string `json:"mnemonic"`
}

// Path of the file of a trustee under a home folder.
func Path(home, name string) string { return filepath.Join(home, folder, name+".json") }

// Create puts the account of a trustee into the keyring (BIP-44, the first account of
// coin type 118) and writes HOME/trustees/NAME.json, readable by its owner alone, with
// the mnemonic. It may be repeated with the same mnemonic, also after it was
// interrupted. Errors: ErrName, ErrOtherKey, those of mnemonic.Parse, the keyring's and
// the file system's own.
func Create(home string, kr keyring.Keyring, name, words string) (string, error) {
	if !validName(name) {
		return "", ErrName
	}
	m, err := mnemonic.Parse(words)
	if err != nil {
		return "", err
	}
	address, err := account(kr, name, m)
	if err != nil {
		return "", err
	}
	raw, err := json.MarshalIndent(keyFile{Version: fileVersion, Name: name, Address: address, Mnemonic: m.Reveal()}, "", "  ")
	if err != nil {
		return "", fmt.Errorf("trustee: %w", err)
	}
	defer clear(raw)
	if err := os.MkdirAll(filepath.Dir(Path(home, name)), secretfile.DirMode); err != nil {
		return "", fmt.Errorf("trustee: %w", err)
	}
	err = secretfile.Write(Path(home, name), append(raw, '\n'), false)
	if errors.Is(err, secretfile.ErrExists) {
		existing, loadErr := Load(home, name)
		if loadErr != nil {
			return "", loadErr
		}
		if existing.Address != address {
			return "", fmt.Errorf("%w: %s", ErrOtherKey, name)
		}
		return address, nil
	}
	return address, err
}

// account makes sure that the keyring has the mnemonic's account under that name.
func account(kr keyring.Keyring, name string, m mnemonic.Mnemonic) (string, error) {
	path := hd.CreateHDPath(sdk.CoinType, 0, 0).String()
	derived, err := hd.Secp256k1.Derive()(m.Reveal(), "", path)
	if err != nil {
		return "", errors.New("trustee: deriving the account failed") // the cause may hold the words
	}
	private := hd.Secp256k1.Generate()(derived)
	clear(derived)
	wanted := sdk.AccAddress(private.PubKey().Address())
	if record, err := kr.Key(name); err == nil {
		found, err := record.GetAddress()
		if err != nil {
			return "", fmt.Errorf("trustee: key %s: %w", name, err)
		}
		if !found.Equals(wanted) {
			return "", fmt.Errorf("%w: %s", ErrOtherKey, name)
		}
		return wanted.String(), nil
	}
	if _, err := kr.NewAccount(name, m.Reveal(), "", path, hd.Secp256k1); err != nil {
		return "", fmt.Errorf("trustee: keyring: %w", err)
	}
	return wanted.String(), nil
}

// Load reads the file that Create wrote. Errors: ErrName, ErrNoTrustee, ErrFile, those of
// secretfile.Read.
func Load(home, name string) (Key, error) {
	if !validName(name) {
		return Key{}, ErrName
	}
	raw, err := secretfile.Read(Path(home, name))
	if errors.Is(err, fs.ErrNotExist) {
		return Key{}, fmt.Errorf("%w: %s", ErrNoTrustee, Path(home, name))
	}
	if err != nil {
		return Key{}, err
	}
	defer clear(raw)
	key, err := parseKey(raw, name)
	key.home = home
	return key, err
}

func parseKey(raw []byte, name string) (Key, error) {
	var file keyFile
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&file) != nil || decoder.More() {
		return Key{}, ErrFile
	}
	if file.Version != fileVersion || file.Name != name || file.Address == "" {
		return Key{}, fmt.Errorf("%w: version %d", ErrFile, file.Version)
	}
	m, err := mnemonic.Parse(file.Mnemonic)
	if err != nil {
		return Key{}, err
	}
	seed := m.Seed()
	defer clear(seed)
	return Key{Name: name, Address: file.Address, secret: keygen.SecretKeyFromSeed(seed)}, nil
}

// Public is the trustee's long-term public key.
func (k Key) Public() curve.Point { return curve.BaseMul(k.secret) }

// String is the trustee's name, so that a key in a log shows nothing secret.
func (k Key) String() string { return "trustee " + k.Name }

// GoString keeps the secret out of %#v.
func (k Key) GoString() string { return k.String() }

// Format keeps the secret out of every other verb.
func (k Key) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, k.String()) }

func validName(name string) bool {
	const longest = 64
	if name == "" || len(name) > longest {
		return false
	}
	return strings.IndexFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	}) < 0
}
