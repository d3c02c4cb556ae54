package registrar

import (
	"context"
	"errors"
	"fmt"
	"strings"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/roll"
	"github.com/evoted/evoted/x/election/types"
)

// shownDifferences bounds how many electors of each kind an error names.
const shownDifferences = 10

// Errors of Enrol and Attest.
var (
	ErrNotRegistrar = errors.New("registrar: the account is not a registrar of this election")
	ErrDiffers      = errors.New("registrar: the roll on the chain is not the list")
	ErrSealed       = errors.New("registrar: the roll is sealed")
)

// Sender signs and sends the registrar's transactions; *client.Official outside tests.
type Sender interface {
	Address() string
	Send(ctx context.Context, messages ...sdk.Msg) (client.Included, error)
}

// Chain is what a registrar asks of the chain; *client.Client outside tests.
type Chain interface {
	Election(ctx context.Context, id uint64) (*types.Election, error)
	Params(ctx context.Context) (*types.Params, error)
	Roll(ctx context.Context, id uint64, progress func(done, total uint64)) ([]types.Elector, error)
}

// Enrolled tells what Enrol did.
type Enrolled struct {
	// Added electors, in Batches transactions.
	Added   int `json:"added"`
	Batches int `json:"batches"`
	// Skipped were on the roll already.
	Skipped int `json:"skipped"`
	// Total is the number of electors on the list.
	Total int `json:"total"`
}

// Enrol appends to the roll every elector of the list who is not on it yet, in batches
// as large as the chain allows. It may be interrupted and repeated. A list with an
// elector whose weight on the chain is another one is refused. progress is called after
// each batch and may be nil. Errors: ErrNotRegistrar, ErrSealed, ErrDiffers, the chain's.
func Enrol(ctx context.Context, chain Chain, sender Sender, id uint64, list []types.Elector, progress func(done, total int)) (Enrolled, error) {
	election, err := registrarOf(ctx, chain, sender, id)
	if err != nil {
		return Enrolled{}, err
	}
	params, err := chain.Params(ctx)
	if err != nil {
		return Enrolled{}, err
	}
	present, err := chain.Roll(ctx, id, nil)
	if err != nil {
		return Enrolled{}, err
	}
	difference := Compare(list, present)
	if len(difference.Changed) > 0 {
		difference.Missing, difference.Extra = nil, nil
		return Enrolled{}, fmt.Errorf("%w: %s", ErrDiffers, strings.Join(difference.Lines(shownDifferences), "; "))
	}
	missing := difference.Missing
	done := Enrolled{Total: len(list), Skipped: len(list) - len(missing)}
	if len(missing) > 0 && election.Roll.Status == types.ROLL_STATUS_SEALED {
		return done, fmt.Errorf("%w: %d of the list are not on it", ErrSealed, len(missing))
	}
	size := max(1, int(params.MaxBatch))
	for len(missing) > 0 {
		batch := missing[:min(size, len(missing))]
		missing = missing[len(batch):]
		_, err := sender.Send(ctx, &types.MsgRegisterElectors{Registrar: sender.Address(), ElectionId: id, Electors: batch})
		if err != nil {
			return done, err
		}
		done.Added += len(batch)
		done.Batches++
		if progress != nil {
			progress(done.Skipped+done.Added, done.Total)
		}
	}
	return done, nil
}

// Attested tells what Attest stated, and what came of it.
type Attested struct {
	Root       string           `json:"root"`
	Count      uint64           `json:"count"`
	TotalPower uint64           `json:"total_power"`
	Status     types.RollStatus `json:"-"`
	RollStatus string           `json:"roll_status"`
	// Already is set if the same attestation was there before.
	Already bool  `json:"already,omitempty"`
	Height  int64 `json:"height"`
}

// Attest downloads the roll, compares it as a set with the registrar's own list and, if
// they are the same, states root, count and total power, all computed from that list;
// only the order of the leaves is the chain's. Errors: ErrNotRegistrar, ErrDiffers with
// the electors in question, the chain's.
func Attest(ctx context.Context, chain Chain, sender Sender, id uint64, list []types.Elector, progress func(done, total uint64)) (Attested, error) {
	if _, err := registrarOf(ctx, chain, sender, id); err != nil {
		return Attested{}, err
	}
	present, err := chain.Roll(ctx, id, progress)
	if err != nil {
		return Attested{}, err
	}
	if difference := Compare(list, present); !difference.Empty() {
		return Attested{}, fmt.Errorf("%w: %s", ErrDiffers, strings.Join(difference.Lines(shownDifferences), "; "))
	}
	root, err := rootOf(list, present)
	if err != nil {
		return Attested{}, err
	}
	attested := Attested{Root: fmt.Sprintf("%x", field.Bytes(root)), Count: uint64(len(list)), TotalPower: TotalPower(list)}
	included, err := sender.Send(ctx, &types.MsgAttestRoll{
		Registrar: sender.Address(), ElectionId: id,
		Root: field.Bytes(root), Count: attested.Count, TotalPower: attested.TotalPower,
	})
	attested.Already = errors.Is(err, types.ErrAlreadyDone)
	if err != nil && !attested.Already {
		return Attested{}, err
	}
	attested.Height = included.Height
	election, err := chain.Election(ctx, id)
	if err != nil {
		return Attested{}, err
	}
	attested.Status = election.Roll.Status
	attested.RollStatus = election.Roll.Status.String()
	return attested, nil
}

// rootOf computes the root from the registrar's own data in the chain's order. The lists
// are known to be equal as sets; a commitment twice on the chain would show as a root
// that the chain does not have, so it is refused here.
func rootOf(own, order []types.Elector) (field.Element, error) {
	if len(own) != len(order) {
		return field.Element{}, fmt.Errorf("%w: %d leaves for %d electors", ErrDiffers, len(order), len(own))
	}
	weights := make(map[string]uint64, len(own))
	for _, e := range own {
		weights[string(e.Commitment)] = e.Weight
	}
	leaves := make([]field.Element, len(order))
	for i, e := range order {
		id, err := field.Parse(e.Commitment)
		if err != nil {
			return field.Element{}, fmt.Errorf("%w: leaf %d: %w", ErrDiffers, i, err)
		}
		if leaves[i], err = roll.Leaf(id, weights[string(e.Commitment)]); err != nil {
			return field.Element{}, fmt.Errorf("%w: leaf %d: %w", ErrDiffers, i, err)
		}
	}
	return roll.BuildRoot(leaves), nil
}

// registrarOf returns the election if the sender is one of its registrars.
func registrarOf(ctx context.Context, chain Chain, sender Sender, id uint64) (*types.Election, error) {
	election, err := chain.Election(ctx, id)
	if err != nil {
		return nil, err
	}
	if election.RegistrarPosition(sender.Address()) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrNotRegistrar, sender.Address())
	}
	return election, nil
}
