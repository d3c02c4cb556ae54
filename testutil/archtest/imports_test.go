package archtest_test

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const (
	crypto    = "x/election/crypto"
	ballot    = "x/election/ballot"
	circuit   = "x/election/circuit"
	proof     = "x/election/proof"
	proofKey  = "x/election/proof/key"
	keyfile   = "x/election/proof/keyfile"
	prove     = "x/election/proof/prove"
	verify    = "x/election/proof/verify"
	types     = "x/election/types"
	keeper    = "x/election/keeper"
	ante      = "x/election/ante"
	client    = "x/election/client"
	audit     = "x/election/audit"
	authority = "x/authority"
)

// layer says what the packages in a folder may import of this module.
type layer struct {
	dirs []string
	// except are folders below dirs that have a layer of their own.
	except []string
	may    []string
}

// layers is the table "who may import whom". A folder always may import below itself.
var layers = []layer{
	{dirs: []string{crypto}, may: nil},
	{dirs: []string{ballot}, may: []string{crypto}},
	{dirs: []string{circuit}, may: []string{crypto, ballot}},
	{dirs: []string{proofKey}, may: []string{crypto, ballot}},
	{dirs: []string{verify}, may: []string{crypto, ballot, proofKey}},
	{dirs: []string{prove}, may: []string{crypto, ballot, circuit, proofKey, verify}},
	{dirs: []string{keyfile}, may: []string{crypto, ballot, circuit, proofKey, verify, prove}},
	{dirs: []string{audit}, may: []string{crypto, ballot, verify, proofKey}},
	{dirs: []string{types}, may: []string{crypto, ballot, proofKey}},
	{dirs: []string{keeper, ante}, may: []string{types, crypto, ballot, verify, proofKey}},
	{dirs: []string{client}, may: []string{types, crypto, ballot, circuit, proof, audit}},
	{dirs: []string{"x/authority/types"}, may: nil},
	{dirs: []string{"x/authority/keeper"}, may: []string{"x/authority/types"}},
	{dirs: []string{authority}, except: []string{"x/authority/types", "x/authority/keeper"}, may: []string{authority}},
	{
		dirs: []string{"x/election"}, except: []string{crypto, ballot, circuit, proof, audit, types, keeper, ante, client, "x/election/internal"},
		may: []string{types, keeper, ante},
	},
	{dirs: []string{"app"}, may: []string{"docs/openapi", types, keeper, ante, crypto, proofKey, verify, "x/election", authority}},
}

func TestLayers(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, l := range layers {
			if !within(s.dir, l.dirs...) || within(s.dir, l.except...) {
				continue
			}
			for _, imported := range s.imports() {
				dir, ours := strings.CutPrefix(imported, module+"/")
				if !ours || within(dir, l.may...) || dir == s.dir {
					continue
				}
				same := slices.ContainsFunc(l.dirs, func(root string) bool {
					return within(dir, root) && within(s.dir, root)
				})
				assert.True(t, same, "%s imports %s", s.path, dir)
			}
		}
	}
}

// TestAppLeavesTheProverAlone: the rule for app names all of x/election, but the state
// machine has no use for a prover or a client.
func TestAppLeavesTheProverAlone(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || !within(s.dir, "app", keeper, ante, types, authority) {
			continue
		}
		for _, imported := range s.imports() {
			dir, _ := strings.CutPrefix(imported, module+"/")
			assert.False(t, within(dir, prove, keyfile, client, circuit, "x/election/internal"), "%s imports %s", s.path, dir)
		}
	}
}

// pure packages run in a browser and in the verifier: no chain, no files, no network, no log.
var pure = []string{crypto, ballot, circuit, proof, audit}

func TestPurePackages(t *testing.T) {
	t.Parallel()
	forbidden := []string{
		"github.com/cosmos", "cosmossdk.io", "net", "os", "database/sql", "log", "log/slog",
		"github.com/rs/zerolog", "go.uber.org/zap", "time",
	}
	for _, s := range sources(t) {
		// keyfile is the one place that keeps keys in files.
		if s.test || !within(s.dir, pure...) || within(s.dir, keyfile) {
			continue
		}
		for _, imported := range s.imports() {
			assert.False(t, within(imported, forbidden...), "%s imports %s", s.path, imported)
		}
	}
}

// TestCryptoDependencies: the mathematics needs the standard library and gnark-crypto only.
func TestCryptoDependencies(t *testing.T) {
	t.Parallel()
	allowed := []string{module, "github.com/consensys/gnark-crypto", "golang.org/x/crypto", "golang.org/x/text"}
	for _, s := range sources(t) {
		if s.test || !within(s.dir, crypto, ballot) {
			continue
		}
		for _, imported := range s.imports() {
			thirdParty := strings.Contains(strings.Split(imported, "/")[0], ".")
			assert.True(t, !thirdParty || within(imported, allowed...), "%s imports %s", s.path, imported)
		}
	}
}

// TestGnark: proofs are made and checked in few places.
func TestGnark(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || within(s.dir, circuit, proof, "scripts", "testutil", "x/election/internal") {
			continue
		}
		for _, imported := range s.imports() {
			assert.False(t, within(imported, "github.com/consensys/gnark"), "%s imports %s", s.path, imported)
		}
	}
}

func TestNobodyImports(t *testing.T) {
	t.Parallel()
	never := []string{
		"cosmossdk.io/depinject", "cosmossdk.io/store", "cosmossdk.io/x",
		"github.com/cosmos/cosmos-sdk/x/staking", "github.com/cosmos/cosmos-sdk/x/bank",
		"github.com/cosmos/cosmos-sdk/x/gov", "github.com/cosmos/cosmos-sdk/x/authz",
		"github.com/cosmos/cosmos-sdk/x/feegrant", "github.com/cosmos/cosmos-sdk/x/slashing",
		"github.com/cosmos/cosmos-sdk/x/mint", "github.com/cosmos/cosmos-sdk/x/distribution",
	}
	for _, s := range sources(t) {
		for _, imported := range s.imports() {
			assert.False(t, within(imported, never...), "%s imports %s", s.path, imported)
			assert.NotContains(t, imported, "/enterprise/", s.path)
		}
	}
}

// TestTestCodeStaysInTests: what helps tests, among it all that could accept a proof
// unchecked, is out of reach of the programs.
func TestTestCodeStaysInTests(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || within(s.dir, "testutil", "x/election/internal") {
			continue
		}
		for _, imported := range s.imports() {
			assert.False(t, within(imported, module+"/testutil", "github.com/stretchr/testify", "testing"), "%s imports %s", s.path, imported)
		}
	}
}

func TestPackageNames(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		for _, name := range []string{path.Base(s.dir), s.file.Name.Name} {
			assert.NotContains(t, []string{"util", "utils", "common", "helpers", "helper", "misc", "base"}, name, s.path)
		}
	}
}
