package root_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/cmd/evoted/internal/root"
)

var update = flag.Bool("update-golden", false, "rewrite the golden files")

// run executes the command line with a home directory of its own. Tests that call it do
// not run side by side: the SDK keeps the templates of its configuration files and the
// prefixes of addresses in variables.
func run(t *testing.T, home string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = root.Main(append(args, "--home", home), strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

// succeed executes the command line and requires success.
func succeed(t *testing.T, home string, args ...string) (stdout string) {
	t.Helper()
	code, stdout, stderr := run(t, home, args...)
	require.Zero(t, code, "%v: %s", args, stderr)
	return stdout
}

// sdkCommands are the top-level commands that the SDK wrote.
var sdkCommands = []string{
	"comet", "completion", "export", "help", "keys", "module-hash-by-height", "prune", "rollback", "snapshots", "status", "version",
}

// ownGroups are the groups of this project among the SDK's questions and transactions.
var ownGroups = []string{"evoted query election", "evoted query authority", "evoted tx election"}

func visit(cmd *cobra.Command, f func(*cobra.Command)) {
	f(cmd)
	for _, sub := range cmd.Commands() {
		visit(sub, f)
	}
}

// Every command that this project wrote shows how it is used.
func TestExamples(t *testing.T) {
	cmd, err := root.New()
	require.NoError(t, err)
	require.NotEmpty(t, cmd.Example)
	for _, top := range cmd.Commands() {
		if slices.Contains(sdkCommands, top.Name()) {
			continue
		}
		require.NotEmpty(t, top.Example, top.CommandPath())
		visit(top, func(c *cobra.Command) {
			if path := c.CommandPath() + " "; (top.Name() == "query" || top.Name() == "tx") && !slices.ContainsFunc(ownGroups,
				func(group string) bool { return strings.HasPrefix(path, group+" ") }) {
				return // one of the SDK's
			}
			require.NotEmpty(t, c.Example, c.CommandPath())
			require.NotEmpty(t, c.Short, c.CommandPath())
			require.Contains(t, c.Example, "evoted "+top.Name(), c.CommandPath())
			require.True(t, strings.HasPrefix(c.Example, "  "), "%s: the example is indented", c.CommandPath())
			c.LocalFlags().VisitAll(func(f *pflag.Flag) {
				if top.Name() != "query" && top.Name() != "tx" {
					require.NotContains(t, f.Usage, "`", "%s --%s: it would be shown as the name of the value", c.CommandPath(), f.Name)
				}
			})
		})
	}
}

// The names of all commands are what users and scripts rely on.
func TestNames(t *testing.T) {
	cmd, err := root.New()
	require.NoError(t, err)
	var names []string
	visit(cmd, func(c *cobra.Command) {
		if !c.Hidden {
			names = append(names, c.CommandPath())
		}
	})
	slices.Sort(names)
	got := strings.Join(names, "\n") + "\n"
	golden := filepath.Join("testdata", "commands.txt")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "run the test with -update-golden if the change is meant")
}

// No flag may have the name of a section of a configuration file: the SDK would set it to
// the content of the section.
func TestFlagNames(t *testing.T) {
	cmd, err := root.New()
	require.NoError(t, err)
	sections := []string{
		"rpc", "p2p", "mempool", "statesync", "blocksync", "consensus", "storage", "tx_index", "instrumentation",
		"telemetry", "api", "grpc", "grpc-web", "state-sync", "streaming",
	}
	visit(cmd, func(c *cobra.Command) {
		for _, section := range sections {
			require.Nil(t, c.Flags().Lookup(section), "%s --%s", c.CommandPath(), section)
		}
	})
}

func TestUsageErrors(t *testing.T) {
	for name, tc := range map[string]struct {
		args []string
		code int
		want string
	}{
		"unknown flag":       {[]string{"start", "--foo"}, 2, "error: unknown flag: --foo\nhint: see `evoted start --help`\n"},
		"unknown command":    {[]string{"strt"}, 2, "error: unknown command \"strt\" for \"evoted\"\nhint: did you mean: start\n"},
		"unknown subcommand": {[]string{"comet", "foo"}, 2, "error: unknown command \"foo\" for \"comet\"\n"},
		"unknown query":      {[]string{"query", "foo"}, 2, "error: unknown command \"foo\" for \"query\"\n"},
		"mistyped genesis":   {[]string{"genesis", "valdate"}, 2, "for \"genesis\"\nhint: did you mean: validate\n"},
		"mistyped config":    {[]string{"config", "gt"}, 2, "for \"config\"\nhint: did you mean: get, set\n"},
		"mistyped elector":   {[]string{"elector", "nw"}, 2, "for \"elector\"\nhint: did you mean: new"},
		"no number":          {[]string{"query", "election", "show", "abc"}, 2, "error: invalid argument \"abc\" (number 1): it is not a whole number that fits\nhint: --help shows"},
		"no bucket number":   {[]string{"query", "election", "roll", "1", "x"}, 2, "error: invalid argument \"x\" (number 2): "},
		"no operator":        {[]string{"query", "authority", "show", "foo"}, 2, "\nhint: list the authorities with: "},
		"no election file":   {[]string{"tx", "election", "create"}, 2, "\nhint: print one to begin with: "},
		"no organiser":       {[]string{"tx", "election", "create", "absent.json"}, 2, "error: no organiser was named\nhint: name the key that signs with --from"},
		"abort by nobody":    {[]string{"tx", "election", "abort", "1", "why"}, 2, "error: no organiser was named\n"},
		"missing argument":   {[]string{"init", "--chain-id", "x"}, 2, "error: accepts 1 arg(s), received 0\n"},
		"missing flag":       {[]string{"init", "x"}, 2, "error: required flag(s) \"chain-id\" not set\n"},
		"bad value":          {[]string{"localnet", "--authorities", "many"}, 2, "error: invalid argument \"many\""},
		"bad output":         {[]string{"localnet", "init", "--dir", "x", "--output", "yaml"}, 2, "error: unknown form of output \"yaml\": use text or json\n"},
		"no genesis":         {[]string{"start"}, 1, "error: there is no genesis file "},
		"no network":         {[]string{"localnet", "start", "--dir", "absent"}, 1, "error: there is no local network in absent\nhint: make one"},
		"no node":            {[]string{"status", "--node", "tcp://127.0.0.1:1"}, 1, "hint: no node listens there"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := run(t, t.TempDir(), tc.args...)
			require.Equal(t, tc.code, code, stderr)
			require.Empty(t, stdout)
			require.Contains(t, stderr, tc.want)
			require.LessOrEqual(t, strings.Count(stderr, "\n"), 2, "an error and a hint, one line each: %s", stderr)
		})
	}
}

// Commands that need no home directory make none.
func TestBareCommands(t *testing.T) {
	home := filepath.Join(t.TempDir(), "home")
	require.Equal(t, "dev\n", succeed(t, home, "version"))
	require.Contains(t, succeed(t, home, "completion", "bash"), "complete")
	require.NoDirExists(t, home)
}

// A flag may be given as an environment variable.
func TestEnvironment(t *testing.T) {
	home := filepath.Join(t.TempDir(), "home")
	t.Setenv("EVOTED_HOME", home)
	var out, errs bytes.Buffer
	code := root.Main([]string{"init", "first", "--chain-id", "env-1"}, strings.NewReader(""), &out, &errs)
	require.Zero(t, code, errs.String())
	require.FileExists(t, filepath.Join(home, "config", "genesis.json"))
}
