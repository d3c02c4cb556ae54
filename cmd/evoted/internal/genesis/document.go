// Package genesis makes, changes and checks the genesis file of an evoted chain, and
// holds the commands for it. The file has no gentx: the authorities, the accounts of
// the officials and the circuits of the ballot are written into it directly, each by
// one command, and every authority starts from the same bytes.
package genesis

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"cosmossdk.io/log/v2"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/evoted/evoted/app"
	authoritytypes "github.com/evoted/evoted/x/authority/types"
	electiontypes "github.com/evoted/evoted/x/election/types"
)

// Names of the sections of the application's genesis that this package changes.
const (
	sectionAuth      = authtypes.ModuleName
	sectionAuthority = authoritytypes.ModuleName
	sectionElection  = electiontypes.ModuleName
)

// Errors of changes to a genesis file.
var (
	// ErrDuplicate is returned for what the file already names.
	ErrDuplicate = errors.New("the genesis file has it already")
	// ErrInvalid is returned for a file that no chain can start from.
	ErrInvalid = errors.New("the genesis file is invalid")
)

// blank is an application over an empty database that is never started: the parts of the
// modules that need no state belong to one.
var blank = sync.OnceValue(func() *app.App {
	return app.New(log.NewNopLogger(), dbm.NewMemDB(), nil, false, nil)
})

// Document is a genesis file in memory.
type Document struct {
	cdc   codec.Codec
	file  *genutiltypes.AppGenesis
	state map[string]json.RawMessage
}

// New returns the genesis of a chain with no authority, no official and no circuit.
// With development set, the chain accepts a set of authorities that tolerates no fault.
func New(cdc codec.Codec, chainID string, start time.Time, development bool) (*Document, error) {
	file := genutiltypes.NewAppGenesisWithVersion(chainID, nil)
	file.AppName = app.Name
	file.InitialHeight = 1
	file.GenesisTime = start.UTC().Truncate(time.Millisecond)
	file.Consensus = &genutiltypes.ConsensusGenesis{Params: app.ConsensusParams()}
	d := &Document{cdc: cdc, file: file, state: blank().DefaultGenesis()}
	return d, update(d, sectionAuthority, func(gs *authoritytypes.GenesisState) error {
		gs.Params.Development = development
		return nil
	})
}

// Load reads a genesis file.
func Load(cdc codec.Codec, path string) (*Document, error) {
	file, err := genutiltypes.AppGenesisFromFile(path)
	if err != nil {
		return nil, err
	}
	d := &Document{cdc: cdc, file: file}
	if err := json.Unmarshal(file.AppState, &d.state); err != nil {
		return nil, fmt.Errorf("%w: its app_state is not an object: %w", ErrInvalid, err)
	}
	return d, nil
}

// Bytes returns the file as it is written. The same content always gives the same bytes.
func (d *Document) Bytes() ([]byte, error) {
	state, err := json.MarshalIndent(d.state, "", "  ")
	if err != nil {
		return nil, err
	}
	d.file.AppState = state
	return json.MarshalIndent(d.file, "", "  ")
}

// Save writes the file in one step, so that a reader never sees half of it. A genesis
// file is public.
func (d *Document) Save(path string) error {
	raw, err := d.Bytes()
	if err != nil {
		return fmt.Errorf("write the genesis file: %w", err)
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	part, err := os.CreateTemp(dir, ".genesis-*.json")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(part.Name()) }()
	_, err = part.Write(append(raw, '\n'))
	if err = errors.Join(err, part.Sync(), part.Close()); err != nil {
		return fmt.Errorf("write the genesis file: %w", err)
	}
	return os.Rename(part.Name(), path)
}

// ChainID of the chain.
func (d *Document) ChainID() string { return d.file.ChainID }

// Time at which the chain starts.
func (d *Document) Time() time.Time { return d.file.GenesisTime }

// Authorities returns the section of the authorities.
func (d *Document) Authorities() (gs authoritytypes.GenesisState, err error) {
	err = read(d, sectionAuthority, &gs)
	return gs, err
}

// Election returns the section of the elections.
func (d *Document) Election() (gs electiontypes.GenesisState, err error) {
	err = read(d, sectionElection, &gs)
	return gs, err
}

// Accounts returns the addresses of the accounts, which are those of the officials.
func (d *Document) Accounts() ([]string, error) {
	var gs authtypes.GenesisState
	if err := read(d, sectionAuth, &gs); err != nil {
		return nil, err
	}
	accounts, err := authtypes.UnpackAccounts(gs.Accounts)
	if err != nil {
		return nil, err
	}
	addresses := make([]string, len(accounts))
	for i, account := range accounts {
		addresses[i] = account.GetAddress().String()
	}
	return addresses, nil
}

// AddAuthority adds an authority, and an account for its operator if there is none. It
// refuses a moniker, an operator or a consensus key that is already there.
func (d *Document) AddAuthority(a authoritytypes.Authority) error {
	operator, err := sdk.AccAddressFromBech32(a.Operator)
	if err != nil {
		return fmt.Errorf("operator %q: %w", a.Operator, err)
	}
	err = update(d, sectionAuthority, func(gs *authoritytypes.GenesisState) error {
		for _, other := range gs.Authorities {
			switch {
			case other.Moniker == a.Moniker:
				return fmt.Errorf("moniker %q: %w", a.Moniker, ErrDuplicate)
			case other.Operator == a.Operator:
				return fmt.Errorf("operator %s: %w", a.Operator, ErrDuplicate)
			case slices.Equal(other.ConsensusKey, a.ConsensusKey):
				return fmt.Errorf("consensus key of %q: %w", a.Moniker, ErrDuplicate)
			}
		}
		gs.Authorities = append(gs.Authorities, a)
		slices.SortFunc(gs.Authorities, byOperator)
		return nil
	})
	if err != nil {
		return err
	}
	d.allowKeyType(a.ConsensusKeyType)
	return d.addAccount(operator)
}

// AddOfficial adds the account of an official: only accounts of the genesis can send
// ordinary transactions. An organiser may create elections; an account that is there may
// become one. Errors: ErrDuplicate.
func (d *Document) AddOfficial(address sdk.AccAddress, organiser bool) error {
	before, err := d.Accounts()
	if err != nil {
		return err
	}
	if err := d.addAccount(address); err != nil {
		return err
	}
	if !organiser {
		if slices.Contains(before, address.String()) {
			return fmt.Errorf("official %s: %w", address, ErrDuplicate)
		}
		return nil
	}
	return update(d, sectionElection, func(gs *electiontypes.GenesisState) error {
		if slices.Contains(gs.Params.Organisers, address.String()) {
			return fmt.Errorf("organiser %s: %w", address, ErrDuplicate)
		}
		gs.Params.Organisers = append(gs.Params.Organisers, address.String())
		slices.Sort(gs.Params.Organisers)
		return nil
	})
}

// AddCircuit adds a circuit whose proofs the chain accepts; one for each format.
func (d *Document) AddCircuit(c electiontypes.Circuit) error {
	return update(d, sectionElection, func(gs *electiontypes.GenesisState) error {
		for _, other := range gs.Circuits {
			if other.Format == c.Format {
				return fmt.Errorf("circuit of the format %q: %w", c.Format, ErrDuplicate)
			}
		}
		gs.Circuits = append(gs.Circuits, c)
		slices.SortFunc(gs.Circuits, func(x, y electiontypes.Circuit) int {
			return strings.Compare(x.Format, y.Format)
		})
		return nil
	})
}

// Validate checks whether a chain can start from the file.
func (d *Document) Validate() error {
	if err := d.file.ValidateAndComplete(); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if len(d.file.Consensus.Validators) != 0 {
		return fmt.Errorf("%w: consensus.validators must be empty, since the authority section names them", ErrInvalid)
	}
	modules, encoding := blank().BasicModuleManager, blank().EncodingConfig()
	if err := modules.ValidateGenesis(encoding.Codec, encoding.TxConfig, d.state); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return nil
}

// byOperator orders authorities by the bytes of their operators' addresses, as the chain
// stores them. The order of the bech32 texts is another one.
func byOperator(x, y authoritytypes.Authority) int {
	a, errA := sdk.AccAddressFromBech32(x.Operator)
	b, errB := sdk.AccAddressFromBech32(y.Operator)
	if errA != nil || errB != nil {
		return strings.Compare(x.Operator, y.Operator)
	}
	return slices.Compare(a, b)
}

// addAccount adds an account to the auth section unless it is there.
func (d *Document) addAccount(address sdk.AccAddress) error {
	return update(d, sectionAuth, func(gs *authtypes.GenesisState) error {
		accounts, err := authtypes.UnpackAccounts(gs.Accounts)
		if err != nil || accounts.Contains(address) {
			return err
		}
		accounts = append(accounts, authtypes.NewBaseAccountWithAddress(address))
		slices.SortFunc(accounts, func(x, y authtypes.GenesisAccount) int {
			return slices.Compare(x.GetAddress(), y.GetAddress())
		})
		for number, account := range accounts {
			if err := account.SetAccountNumber(uint64(number)); err != nil {
				return err
			}
		}
		gs.Accounts, err = authtypes.PackAccounts(accounts)
		return err
	})
}

// allowKeyType makes CometBFT accept the consensus keys of a type.
func (d *Document) allowKeyType(keyType string) {
	types := &d.file.Consensus.Params.Validator.PubKeyTypes
	if !slices.Contains(*types, keyType) {
		*types = append(*types, keyType)
		slices.Sort(*types)
	}
}

func read(d *Document, section string, into proto.Message) error {
	if err := d.cdc.UnmarshalJSON(d.state[section], into); err != nil {
		return fmt.Errorf("%w: section %s: %w", ErrInvalid, section, err)
	}
	return nil
}

// update changes one section of the application's genesis.
func update[T any, M interface {
	*T
	proto.Message
}](d *Document, section string, change func(M) error) error {
	state := M(new(T))
	if err := read(d, section, state); err != nil {
		return err
	}
	if err := change(state); err != nil {
		return err
	}
	raw, err := d.cdc.MarshalJSON(state)
	if err != nil {
		return fmt.Errorf("section %s: %w", section, err)
	}
	d.state[section] = raw
	return nil
}
