// Package election holds what tests of elections share: a keeper on an in-memory store
// with officials and electors, and the steps that lead an election through its phases.
// The cryptography is real, but for proofs of ballots, which a recording checker accepts
// unless a test installs the true one.
package election

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	bls "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/runtime"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdktestutil "github.com/cosmos/cosmos-sdk/testutil"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/keygen"
	"github.com/evoted/evoted/x/election/keeper"
	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/types"
)

// ChainID is the chain of the fixtures.
const ChainID = "evoted-test-1"

// Start is the block time at which a fixture begins.
var Start = time.Date(2030, time.January, 1, 12, 0, 0, 0, time.UTC)

// Account returns the address of a named account.
func Account(name string) sdk.AccAddress {
	return sdk.AccAddress(fmt.Sprintf("%-20s", name)[:20])
}

// Address returns the text of the address of a named account.
func Address(name string) string { return Account(name).String() }

// Accounts is an account keeper that knows every account but those it misses.
type Accounts struct{ Missing map[string]bool }

// HasAccount reports whether the account is not missing.
func (a *Accounts) HasAccount(_ context.Context, address sdk.AccAddress) bool {
	return !a.Missing[address.String()]
}

// Authorities is an authority keeper with a fixed list of operators.
type Authorities struct {
	Operators map[string]bool
	// Dev makes the chain one for development.
	Dev bool
}

// Development reports whether Dev is set.
func (a *Authorities) Development(context.Context) (bool, error) { return a.Dev, nil }

// IsOperator reports whether the address is one of the operators.
func (a *Authorities) IsOperator(_ context.Context, address string) (bool, error) {
	return a.Operators[address], nil
}

// Check is one call of a Checker.
type Check struct {
	Inputs []field.Element
	Proof  []byte
}

// Checker records what it is asked, and answers with Verify if it is set.
type Checker struct {
	Calls  []Check
	Verify func(vk *key.VerifyingKey, inputs []field.Element, proof []byte) error
}

// Check records the call.
func (c *Checker) Check(vk *key.VerifyingKey, inputs []field.Element, proof []byte) error {
	c.Calls = append(c.Calls, Check{Inputs: inputs, Proof: proof})
	if c.Verify != nil {
		return c.Verify(vk, inputs, proof)
	}
	return nil
}

// Trustee is a trustee with its secret key.
type Trustee struct {
	Address string
	Secret  curve.Scalar
}

// Chain is a keeper with everything around it.
type Chain struct {
	TB          testing.TB
	Ctx         sdk.Context
	Codec       *codec.ProtoCodec
	Keeper      *keeper.Keeper
	Msg         types.MsgServer
	Query       types.QueryServer
	Accounts    *Accounts
	Authorities *Authorities
	Checker     *Checker
	Trustees    []Trustee
	Store       *storetypes.KVStoreKey
	Transient   *storetypes.TransientStoreKey
}

// New returns a chain with the synthetic circuit of Circuit, one organiser and three
// trustees whose keys are not registered yet.
func New(tb testing.TB) *Chain {
	tb.Helper()
	c := Empty(tb)
	genesis := types.DefaultGenesis()
	genesis.Params.Organisers = []string{Address("organiser")}
	genesis.Circuits = []types.Circuit{Circuit()}
	require.NoError(tb, c.Keeper.InitGenesis(c.Ctx, genesis))
	return c
}

// Empty returns a chain without a genesis.
func Empty(tb testing.TB) *Chain {
	tb.Helper()
	c := &Chain{
		TB:          tb,
		Codec:       codec.NewProtoCodec(codectypes.NewInterfaceRegistry()),
		Accounts:    &Accounts{Missing: map[string]bool{}},
		Authorities: &Authorities{Operators: map[string]bool{Address("operator"): true}},
		Checker:     &Checker{},
		Store:       storetypes.NewKVStoreKey(types.StoreKey),
		Transient:   storetypes.NewTransientStoreKey(types.TransientStoreKey),
	}
	c.Ctx = sdktestutil.DefaultContext(c.Store, c.Transient).
		WithChainID(ChainID).WithBlockTime(Start).WithBlockHeight(1).WithExecMode(sdk.ExecModeFinalize)
	c.Keeper = keeper.NewKeeper(c.Codec, runtime.NewKVStoreService(c.Store),
		runtime.NewTransientStoreService(c.Transient), c.Accounts, c.Authorities, c.Checker)
	c.Msg = keeper.NewMsgServer(c.Keeper)
	c.Query = keeper.NewQueryServer(c.Keeper)
	for i := range 3 {
		name := fmt.Sprintf("trustee%d", i+1)
		c.Trustees = append(c.Trustees, Trustee{
			Address: Address(name), Secret: keygen.SecretKeyFromSeed([]byte("seed of " + name)),
		})
	}
	return c
}

// Circuit returns a circuit whose verifying key passes every check but was made from
// small multiples of the generators: no proof will ever hold under it.
func Circuit() types.Circuit {
	_, _, g1, g2 := bls.Generators()
	inG1 := func(n uint64) []byte {
		var p bls.G1Affine
		p.ScalarMultiplication(&g1, curve.NewScalar(n).BigInt())
		b := p.Bytes()
		return b[:]
	}
	vk := inG1(2)
	for _, n := range []uint64{3, 5, 7} {
		var p bls.G2Affine
		p.ScalarMultiplication(&g2, curve.NewScalar(n).BigInt())
		b := p.Bytes()
		vk = append(vk, b[:]...)
	}
	for i := range ballot.Slots8.PublicInputs() + 1 {
		vk = append(vk, inG1(uint64(11+i))...)
	}
	return types.Circuit{
		Format: ballot.Slots8.Name, VerifyingKey: vk, Setup: key.SetupInsecure,
		CircuitDigest: strings.Repeat("1a", 32), ProvingKeyDigest: strings.Repeat("2b", 32),
	}
}

// Deliver runs a message as a block does: its changes are kept only if it succeeds.
func (c *Chain) Deliver(msg sdk.Msg) (any, error) {
	branch, keep := c.Ctx.CacheContext()
	name := strings.TrimPrefix(sdk.MsgTypeURL(msg), "/evoted.election.v1.Msg")
	for _, method := range types.Msg_serviceDesc.Methods {
		if method.MethodName != name {
			continue
		}
		handler := func(ctx context.Context, _ any, _ *grpc.UnaryServerInfo, call grpc.UnaryHandler) (any, error) {
			return call(ctx, msg)
		}
		response, err := method.Handler(c.Msg, branch, func(any) error { return nil }, handler)
		if err == nil {
			keep()
		}
		return response, err
	}
	return nil, fmt.Errorf("no handler for %s", name)
}

// Must runs a message that has to succeed.
func (c *Chain) Must(msg sdk.Msg) any {
	c.TB.Helper()
	response, err := c.Deliver(msg)
	require.NoError(c.TB, err)
	return response
}

// Block ends the current block and begins the next one at the given time.
func (c *Chain) Block(at time.Time) {
	c.TB.Helper()
	require.NoError(c.TB, c.Keeper.EndBlock(c.Ctx))
	c.Ctx = c.Ctx.WithBlockHeight(c.Ctx.BlockHeight() + 1).WithBlockTime(at).WithEventManager(sdk.NewEventManager())
	require.NoError(c.TB, c.Keeper.BeginBlock(c.Ctx))
}

// Next begins the next block one second later.
func (c *Chain) Next() {
	c.TB.Helper()
	c.Block(c.Ctx.BlockTime().Add(time.Second))
}

// Election returns an election as it is now.
func (c *Chain) Election(id uint64) types.Election {
	c.TB.Helper()
	election, err := c.Keeper.Election(c.Ctx, id)
	require.NoError(c.TB, err)
	return election
}

// Tally returns an election's tally as it is now.
func (c *Chain) Tally(id uint64) types.Tally {
	c.TB.Helper()
	response, err := c.Query.Tally(c.Ctx, &types.QueryTallyRequest{ElectionId: id})
	require.NoError(c.TB, err)
	return response.Tally
}

// Dump returns every key and value of the module's store, in order.
func (c *Chain) Dump() []string {
	iterator := c.Ctx.KVStore(c.Store).Iterator(nil, nil)
	defer func() { _ = iterator.Close() }()
	var out []string
	for ; iterator.Valid(); iterator.Next() {
		out = append(out, fmt.Sprintf("%x = %x", iterator.Key(), iterator.Value()))
	}
	return out
}
