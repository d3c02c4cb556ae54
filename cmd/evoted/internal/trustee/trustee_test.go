package trustee

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdkclient "github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	cryptocodec "github.com/cosmos/cosmos-sdk/crypto/codec"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/client/secretfile"
	"github.com/evoted/evoted/x/election/client/trustee"
)

var zeroWords = strings.Repeat("abandon ", 23) + "art"

// person is one home folder with a keyring.
type person struct{ ctx sdkclient.Context }

func newPerson(t *testing.T) person {
	t.Helper()
	registry := codectypes.NewInterfaceRegistry()
	cryptocodec.RegisterInterfaces(registry)
	cdc := codec.NewProtoCodec(registry)
	return person{sdkclient.Context{}.WithCodec(cdc).WithInterfaceRegistry(registry).
		WithHomeDir(t.TempDir()).WithKeyringDir(t.TempDir()).WithKeyring(keyring.NewInMemory(cdc))}
}

// run is one command line of that person, without a network.
func (p person) run(t *testing.T, input string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := Command()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs(args)
	cmd.SetIn(strings.NewReader(input))
	cmd.SetOut(&out)
	cmd.SetErr(&errs)
	ctx := p.ctx
	err = cmd.ExecuteContext(context.WithValue(t.Context(), sdkclient.ClientContextKey, &ctx))
	return out.String(), errs.String(), err
}

func TestNewAndRecover(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	address, shown, err := p.run(t, "", "new", "ada")
	require.NoError(t, err)
	require.Contains(t, shown, "24 words")
	path := trustee.Path(p.ctx.HomeDir, "ada")
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, secretfile.Mode, info.Mode().Perm())
	key, err := trustee.Load(p.ctx.HomeDir, "ada")
	require.NoError(t, err)
	require.Equal(t, address, key.Address+"\n")

	// Elsewhere the words bring the same trustee back, as often as one likes.
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	var kept struct {
		Mnemonic string `json:"mnemonic"`
	}
	require.NoError(t, json.Unmarshal(raw, &kept))
	other := newPerson(t)
	for range 2 {
		out, stderr, err := other.run(t, kept.Mnemonic, "recover", "eve", "--output", "json")
		require.NoError(t, err)
		require.Empty(t, stderr)
		var got made
		require.NoError(t, json.Unmarshal([]byte(out), &got))
		require.Equal(t, made{Name: "eve", Address: key.Address, File: trustee.Path(other.ctx.HomeDir, "eve")}, got)
	}
}

func TestTrusteeRefusals(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	_, _, err := p.run(t, zeroWords, "recover", "ada")
	require.NoError(t, err)
	nowhere := []string{"--node", "tcp://127.0.0.1:1", "--from"}
	for name, test := range map[string]struct {
		input string
		args  []string
		code  int
		says  string
		hint  string
	}{
		"another trustee has the name": {"", []string{"new", "ada"}, 1, "another key has this name", ""},
		"a name that is a path":        {"", []string{"new", "../ada"}, 1, "a name has", ""},
		"no name":                      {"", []string{"new"}, 1, "accepts 1 arg", ""},
		"words are wrong":              {strings.Replace(zeroWords, "art", "zoo", 1), []string{"recover", "bob"}, 1, "checksum", "compare every word"},
		"too few words":                {"zoo ability", []string{"recover", "bob"}, 1, "24 words", "shorter secrets"},
		"status of nobody":             {"", []string{"status"}, 2, "no trustee was named", "--from"},
		"run for nobody":               {"", []string{"run"}, 2, "no trustee was named", "--from"},
		"register nobody":              {"", []string{"register"}, 2, "no trustee was named", "--from"},
		"run for a stranger":           {"", append([]string{"run", "--once"}, append(nowhere, "bob")...), 1, "no trustee of this name", "evoted trustee new bob"},
		"status without a node":        {"", append([]string{"status"}, append(nowhere, "ada")...), 1, "no node answers", "--node"},
		"run once without a node":      {"", append([]string{"run", "--once"}, append(nowhere, "ada")...), 1, "no node answers", "--node"},
		"unknown form of output":       {"", []string{"status", "--from", "ada", "--output", "xml"}, 2, "unknown form", ""},
		"unknown flag":                 {"", []string{"run", "--twice"}, 2, "unknown flag", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, _, err := p.run(t, test.input, test.args...)
			require.Error(t, err)
			require.Empty(t, out)
			if name != "no name" { // cobra's own message; its exit code is tested with the root
				require.Equal(t, test.code, terminal.ExitCode(err), err)
			}
			var report bytes.Buffer
			terminal.Report(&report, err)
			require.Contains(t, report.String(), "error: ")
			require.Contains(t, report.String(), test.says)
			require.Contains(t, terminal.Hint(err), test.hint)
			require.NotContains(t, report.String(), "zoo")
			for _, prefix := range []string{"trustee: ", "client: ", "mnemonic: "} {
				require.NotContains(t, report.String(), prefix)
			}
		})
	}
}

// A running program that waits for its node ends when it is stopped.
func TestRunStopsWhileTheNodeIsAway(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	_, _, err := p.run(t, zeroWords, "recover", "ada")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	cmd := Command()
	cmd.SetArgs([]string{"run", "--from", "ada", "--node", "tcp://127.0.0.1:1"})
	var errs bytes.Buffer
	cmd.SetErr(&errs)
	clientCtx := p.ctx
	require.NoError(t, cmd.ExecuteContext(context.WithValue(ctx, sdkclient.ClientContextKey, &clientCtx)))
	require.Contains(t, errs.String(), "waiting for the node")
}

func TestWriteStanding(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	until := now.Add(90 * time.Second)
	var out bytes.Buffer
	writeStanding(&out, &trustee.Standing{}, now)
	require.Contains(t, out.String(), "not registered")
	require.Contains(t, out.String(), "Nothing is expected")
	out.Reset()
	writeStanding(&out, &trustee.Standing{Registered: true, Duties: []trustee.Duty{{Election: 3, Title: "x\x1b[2J", Expected: "send", Until: &until}}}, now)
	require.Equal(t, "Election 3, x�[2J: send, until 2026-01-02 03:05:35 UTC (in 1m30s)\n", out.String())
}
