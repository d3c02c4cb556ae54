package types_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/cometbft/cometbft/crypto/mldsa65"
	"github.com/stretchr/testify/require"

	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"

	"github.com/evoted/evoted/x/authority/types"
)

var addresses = addresscodec.NewBech32Codec("evoted")

func operator(t *testing.T, n int) string {
	t.Helper()
	text, err := addresses.BytesToString(bytes.Repeat([]byte{byte(n)}, 20))
	require.NoError(t, err)
	return text
}

// set returns a valid set of n authorities of n organisations.
func set(t *testing.T, n int) types.GenesisState {
	t.Helper()
	gs := types.GenesisState{}
	for i := range n {
		gs.Authorities = append(gs.Authorities, types.Authority{
			Moniker:          fmt.Sprintf("authority-%d", i+1),
			Operator:         operator(t, i+1),
			ConsensusKeyType: types.KeyTypeEd25519,
			ConsensusKey:     bytes.Repeat([]byte{byte(i + 1)}, 32),
			Endpoint:         fmt.Sprintf("http://127.0.0.1:%d", 26657+i),
			Organisation:     fmt.Sprintf("Organisation %d", i+1),
		})
	}
	return gs
}

func TestGenesisValidate(t *testing.T) {
	t.Parallel()
	first := func(change func(a *types.Authority)) func(*types.GenesisState) {
		return func(gs *types.GenesisState) { change(&gs.Authorities[0]) }
	}
	tests := []struct {
		name   string
		n      int
		change func(*types.GenesisState)
		err    error
	}{
		{"four", 4, nil, nil},
		{"seven, two of one organisation", 7, func(gs *types.GenesisState) {
			gs.Authorities[1].Organisation = gs.Authorities[0].Organisation
		}, nil},
		{"ml_dsa_65", 4, first(func(a *types.Authority) {
			a.ConsensusKeyType, a.ConsensusKey = types.KeyTypeMLDSA65, make([]byte, mldsa65.PubKeySize)
		}), nil},
		{"none", 0, nil, types.ErrNotFaultTolerant},
		{"none, development", 0, func(gs *types.GenesisState) { gs.Params.Development = true }, types.ErrNotFaultTolerant},
		{"three", 3, nil, types.ErrNotFaultTolerant},
		{"three, development", 3, func(gs *types.GenesisState) { gs.Params.Development = true }, nil},
		{"one, development", 1, func(gs *types.GenesisState) { gs.Params.Development = true }, nil},
		{"half of four in one hand", 4, func(gs *types.GenesisState) {
			gs.Authorities[1].Organisation = strings.ToUpper(gs.Authorities[0].Organisation)
		}, types.ErrNotFaultTolerant},
		{"a third of six in one hand", 6, func(gs *types.GenesisState) {
			gs.Authorities[5].Organisation = gs.Authorities[0].Organisation
		}, types.ErrNotFaultTolerant},
		{"half in one hand, development", 4, func(gs *types.GenesisState) {
			gs.Params.Development = true
			gs.Authorities[1].Organisation = gs.Authorities[0].Organisation
		}, nil},
		{"moniker twice", 4, func(gs *types.GenesisState) {
			gs.Authorities[1].Moniker = strings.ToUpper(gs.Authorities[0].Moniker)
		}, types.ErrDuplicate},
		{"operator twice", 4, func(gs *types.GenesisState) {
			gs.Authorities[1].Operator = gs.Authorities[0].Operator
		}, types.ErrDuplicate},
		{"key twice, development", 4, func(gs *types.GenesisState) {
			gs.Params.Development = true
			gs.Authorities[1].ConsensusKey = gs.Authorities[0].ConsensusKey
		}, types.ErrDuplicate},
		{"no moniker", 4, first(func(a *types.Authority) { a.Moniker = "" }), types.ErrInvalidAuthority},
		{"long moniker", 4, first(func(a *types.Authority) { a.Moniker = strings.Repeat("a", 71) }), types.ErrInvalidAuthority},
		{"moniker with a line break", 4, first(func(a *types.Authority) { a.Moniker = "a\nb" }), types.ErrInvalidAuthority},
		{"moniker with a hidden character", 4, first(func(a *types.Authority) { a.Moniker = "a\u200bb" }), types.ErrInvalidAuthority},
		{"moniker with a space before", 4, first(func(a *types.Authority) { a.Moniker = " a" }), types.ErrInvalidAuthority},
		{"moniker not UTF-8", 4, first(func(a *types.Authority) { a.Moniker = "a\xff" }), types.ErrInvalidAuthority},
		{"no organisation", 4, first(func(a *types.Authority) { a.Organisation = "" }), types.ErrInvalidAuthority},
		{"operator of another chain", 4, first(func(a *types.Authority) {
			a.Operator = "cosmos1qyqszqgpqyqszqgpqyqszqgpqyqszqgpjnp7du"
		}), types.ErrInvalidAuthority},
		{"operator in upper case", 4, first(func(a *types.Authority) { a.Operator = strings.ToUpper(a.Operator) }), types.ErrInvalidAuthority},
		{"short key", 4, first(func(a *types.Authority) { a.ConsensusKey = a.ConsensusKey[1:] }), types.ErrConsensusKey},
		{"key of the other type's length", 4, first(func(a *types.Authority) { a.ConsensusKeyType = types.KeyTypeMLDSA65 }), types.ErrConsensusKey},
		{"key type", 4, first(func(a *types.Authority) { a.ConsensusKeyType = "secp256k1" }), types.ErrConsensusKey},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			gs := set(t, tc.n)
			if tc.change != nil {
				tc.change(&gs)
			}
			require.ErrorIs(t, gs.Validate(addresses), tc.err)
		})
	}
}

func TestEndpoints(t *testing.T) {
	t.Parallel()
	tests := []struct {
		endpoint string
		ok       bool
	}{
		{"http://127.0.0.1:26657", true},
		{"https://vote.example.org/node", true},
		{"tcp://[::1]:26657", true},
		{"https://vote.example.org", true},
		{"", false},
		{"vote.example.org:26657", false},
		{"ftp://vote.example.org", false},
		{"http://", false},
		{"http://:26657", false},
		{"http://host:0", false},
		{"http://host:70000", false},
		{"http://host:port", false},
		{"http://user:secret@host", false},
		{"http://host/?q", false},
		{"http://host/#f", false},
		{"http://ho st", false},
		{"http://" + strings.Repeat("a", 255), false},
	}
	for _, tc := range tests {
		gs := set(t, 4)
		gs.Authorities[0].Endpoint = tc.endpoint
		err := gs.Validate(addresses)
		if tc.ok {
			require.NoError(t, err, tc.endpoint)
			continue
		}
		require.ErrorIs(t, err, types.ErrInvalidAuthority, tc.endpoint)
	}
}

func TestDefaultGenesisNamesNobody(t *testing.T) {
	t.Parallel()
	gs := types.DefaultGenesis()
	require.Empty(t, gs.Authorities)
	require.False(t, gs.Params.Development)
	require.ErrorIs(t, gs.Validate(addresses), types.ErrNotFaultTolerant)
}

func TestValidatorUpdate(t *testing.T) {
	t.Parallel()
	authority := set(t, 1).Authorities[0]
	update, err := authority.ValidatorUpdate()
	require.NoError(t, err)
	require.Equal(t, types.Power, update.Power)
	require.Equal(t, authority.ConsensusKey, update.PubKey.GetEd25519())

	authority.ConsensusKey = nil
	_, err = authority.ValidatorUpdate()
	require.ErrorIs(t, err, types.ErrConsensusKey)
}
