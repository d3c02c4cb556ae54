package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/app"
	"github.com/evoted/evoted/testutil/fixture"
	"github.com/evoted/evoted/testutil/network"
	"github.com/evoted/evoted/x/election/types"
)

// TestLaneOrder: the documented order of the checks is the one in the code.
func TestLaneOrder(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile(filepath.Join("..", "x", "election", "ante", "doc.go"))
	require.NoError(t, err)
	ballotDoc, officialDoc, found := strings.Cut(string(doc), "// Official lane:")
	require.True(t, found)
	entry := regexp.MustCompile(`(?m)^//  \d+\. (\w+)`)
	documented := func(text string) []string {
		var names []string
		for _, match := range entry.FindAllStringSubmatch(text, -1) {
			names = append(names, match[1])
		}
		return names
	}
	wired := func(lane []sdk.AnteDecorator) []string {
		var names []string
		for _, decorator := range lane {
			names = append(names, reflect.TypeOf(decorator).Name())
		}
		return names
	}
	e, err := fixture.New(fixture.Options{})
	require.NoError(t, err)
	c, err := network.NewChain(e)
	require.NoError(t, err)
	ballot, official := c.App.Lanes()
	require.Equal(t, documented(ballotDoc), wired(ballot))
	require.Equal(t, documented(officialDoc), wired(official))
}

// messageTypes are all types of messages that a transaction of this chain can hold at all.
// A type that is added must be considered here and in the lanes.
var messageTypes = []string{
	"/cosmos.auth.v1beta1.MsgUpdateParams",
	"/cosmos.consensus.v1.MsgUpdateParams",
	"/evoted.election.v1.MsgAbortElection",
	"/evoted.election.v1.MsgAttestRoll",
	"/evoted.election.v1.MsgCastBallot",
	"/evoted.election.v1.MsgCommitDeal",
	"/evoted.election.v1.MsgConfirmDeals",
	"/evoted.election.v1.MsgCreateElection",
	"/evoted.election.v1.MsgPublishResult",
	"/evoted.election.v1.MsgRegisterElectors",
	"/evoted.election.v1.MsgRegisterTrusteeKey",
	"/evoted.election.v1.MsgSubmitDeal",
	"/evoted.election.v1.MsgSubmitDecryptionShare",
}

// foreign are parts of type names that have no business on this chain.
var foreign = []string{"authz", "gov", "group", "feegrant", "wasm", "ibc", "bank", "staking", "distribution", "slashing", "mint", "evm", "vesting", "upgrade"}

func TestRegisteredTypes(t *testing.T) {
	t.Parallel()
	registry := app.MakeEncodingConfig().InterfaceRegistry
	registered := registry.ListImplementations(sdk.MsgInterfaceProtoName)
	slices.Sort(registered)
	require.Equal(t, messageTypes, registered)
	for _, name := range registry.ListAllInterfaces() {
		for _, url := range registry.ListImplementations(name) {
			for _, part := range foreign {
				require.NotContains(t, url, "."+part+".", name)
			}
		}
	}
}

// signerFields are the fields in which a message names its signer.
var signerFields = []string{"Trustee", "Organiser", "Registrar", "Sender", "Authority"}

// TestMatrix: every message type, with no, one and two signatures, by an official's account
// and by a key without account. Only the officials' messages with one signature of an
// account pass; a type that somebody adds fails until it is put on the list.
func TestMatrix(t *testing.T) {
	t.Parallel()
	c := newChain(t, fixture.Options{})
	registry := c.App.EncodingConfig().InterfaceRegistry
	official, nobody := c.Election.Organiser, fixture.NewAccount("nobody")
	refusedTypes := []string{
		"/cosmos.auth.v1beta1.MsgUpdateParams", "/cosmos.consensus.v1.MsgUpdateParams", "/evoted.election.v1.MsgCastBallot",
	}
	passed := 0
	for _, url := range registry.ListImplementations(sdk.MsgInterfaceProtoName) {
		for _, signer := range []fixture.Account{official, nobody} {
			for signatures := range 3 {
				name := fmt.Sprintf("%s, %d signatures, %s", url, signatures, signer.Text)
				message, err := registry.Resolve(url)
				require.NoError(t, err)
				fill(t, message, signer)
				d := draft(t, signer, 0, message)
				d.AuthInfo.SignerInfos = slices.Repeat(d.AuthInfo.SignerInfos, signatures)
				raw, err := d.Sign(c.Election.ChainID, 0, slices.Repeat([]fixture.Account{signer}, signatures)...)
				require.NoError(t, err)
				want := signatures == 1 && signer.Text == official.Text && !slices.Contains(refusedTypes, url)
				tx, err := c.App.TxDecode(raw)
				if err == nil {
					ctx, _ := c.App.GetContextForCheckTx(raw).CacheContext()
					_, err = c.App.Ante(ctx, tx, false)
				}
				if want {
					require.NoError(t, err, name)
					passed++
					continue
				}
				require.Error(t, err, name)
				require.NotZero(t, check(t, c, raw), name)
				require.False(t, accepts(t, c, raw), name)
			}
		}
	}
	require.Equal(t, len(messageTypes)-len(refusedTypes), passed)
}

// fill puts a signer into a message.
func fill(t *testing.T, message any, signer fixture.Account) {
	t.Helper()
	if m, ok := message.(*types.MsgCastBallot); ok {
		m.EphemeralKey = signer.Key.PubKey().Bytes()
		return
	}
	value := reflect.ValueOf(message).Elem()
	for _, name := range signerFields {
		if field := value.FieldByName(name); field.IsValid() {
			field.SetString(signer.Text)
			return
		}
	}
	t.Fatalf("%T names no signer", message)
}

// TestNothingNests: no message that may be sent can hold another one.
func TestNothingNests(t *testing.T) {
	t.Parallel()
	registry := app.MakeEncodingConfig().InterfaceRegistry
	for _, url := range messageTypes {
		if !strings.HasPrefix(url, "/evoted.") {
			continue
		}
		message, err := registry.Resolve(url)
		require.NoError(t, err)
		requireNoAny(t, reflect.TypeOf(message), url)
	}
}

func requireNoAny(t *testing.T, kind reflect.Type, url string) {
	t.Helper()
	for kind.Kind() == reflect.Pointer || kind.Kind() == reflect.Slice {
		kind = kind.Elem()
	}
	require.NotEqual(t, "Any", kind.Name(), url)
	if kind.Kind() != reflect.Struct || kind.PkgPath() == "time" {
		return
	}
	for field := range kind.Fields() {
		requireNoAny(t, field.Type, url)
	}
}
