package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	fixture "github.com/evoted/evoted/testutil/election"
	"github.com/evoted/evoted/x/election/types"
)

// copyOf puts the exported state of a chain into a new one.
func copyOf(t *testing.T, c *fixture.Chain) *fixture.Chain {
	t.Helper()
	exported, err := c.Keeper.ExportGenesis(c.Ctx)
	require.NoError(t, err)
	first, err := c.Codec.MarshalJSON(exported)
	require.NoError(t, err)

	var genesis types.GenesisState
	require.NoError(t, c.Codec.UnmarshalJSON(first, &genesis))
	again := fixture.Empty(t)
	again.Ctx = again.Ctx.WithBlockTime(c.Ctx.BlockTime()).WithBlockHeight(c.Ctx.BlockHeight())
	require.NoError(t, again.Keeper.InitGenesis(again.Ctx, &genesis))

	reexported, err := again.Keeper.ExportGenesis(again.Ctx)
	require.NoError(t, err)
	second, err := c.Codec.MarshalJSON(reexported)
	require.NoError(t, err)
	require.JSONEq(t, string(first), string(second))
	require.Equal(t, first, second, "byte for byte")
	return again
}

// Export and import in every stage give the same bytes and the same store.
func TestGenesisRoundTrip(t *testing.T) {
	t.Parallel()
	for _, s := range stages() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			c, _ := at(t, s)
			require.Equal(t, c.Dump(), copyOf(t, c).Dump())
		})
	}
}

// A roll longer than a bucket, in batches that end anywhere, is rebuilt with every node.
func TestGenesisRoll(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	id := c.Create()
	electors := fixture.Electors(600)
	for _, end := range []int{1, 255, 256, 511, 600} {
		c.Must(fixture.EnrolMessage(id, electors[c.Election(id).Roll.Count:end]...))
	}
	require.Equal(t, c.Dump(), copyOf(t, c).Dump())
}

// An imported chain goes on where the exported one stopped.
func TestGenesisGoesOn(t *testing.T) {
	t.Parallel()
	c, id, electors := opened(t)
	c.Must(c.Vote(id, electors[0], 1, 1, 0))
	c.Must(c.Vote(id, electors[1], 1, 0, 1))
	c.Next()
	again := copyOf(t, c)
	_, err := again.Deliver(again.Vote(id, electors[0], 2, 0, 1))
	require.ErrorIs(t, err, types.ErrNullifierUsed)
	again.Must(again.Vote(id, electors[3], 1, 1, 0))
	again.Tallied(id)
	require.Equal(t, []uint64{5, 2, 0, 0, 0, 0, 0, 0}, again.Tally(id).Totals)
	require.Equal(t, uint64(2), again.Create())
}

func TestGenesisIsForItsChain(t *testing.T) {
	t.Parallel()
	c, _, _ := opened(t)
	exported, err := c.Keeper.ExportGenesis(c.Ctx)
	require.NoError(t, err)
	other := fixture.Empty(t)
	other.Ctx = other.Ctx.WithChainID("another-1")
	require.ErrorIs(t, other.Keeper.InitGenesis(other.Ctx, exported), types.ErrInvalidGenesis)
}

// One part altered at a time: nothing of it is taken over.
func TestGenesisContradictions(t *testing.T) {
	t.Parallel()
	all := stages()
	c, _ := at(t, all[11])
	require.Equal(t, "tallied", all[11].name)
	exported, err := c.Keeper.ExportGenesis(c.Ctx)
	require.NoError(t, err)
	encoded, err := c.Codec.MarshalJSON(exported)
	require.NoError(t, err)
	type genesis = types.GenesisState
	alterations := map[string]func(g *genesis){
		"next id":             func(g *genesis) { g.NextElectionId = 1 },
		"election id":         func(g *genesis) { g.Elections[0].Election.Id = 2 },
		"no circuit":          func(g *genesis) { g.Circuits = nil },
		"circuit twice":       func(g *genesis) { g.Circuits = append(g.Circuits, g.Circuits[0]) },
		"key of circuit":      func(g *genesis) { g.Circuits[0].VerifyingKey[5] ^= 1 },
		"pinned key":          func(g *genesis) { g.Elections[0].Election.VerifyingKeyHash[0] ^= 1 },
		"trustee keys order":  func(g *genesis) { g.TrusteeKeys[0], g.TrusteeKeys[1] = g.TrusteeKeys[1], g.TrusteeKeys[0] },
		"root":                func(g *genesis) { g.Elections[0].Election.Roll.Root[31] ^= 1 },
		"weight":              func(g *genesis) { g.Elections[0].Electors[0].Weight++ },
		"elector missing":     func(g *genesis) { g.Elections[0].Electors = g.Elections[0].Electors[1:] },
		"elector twice":       func(g *genesis) { g.Elections[0].Electors[0] = g.Elections[0].Electors[1] },
		"electors order":      func(g *genesis) { e := g.Elections[0].Electors; e[0], e[1] = e[1], e[0] },
		"attestation":         func(g *genesis) { g.Elections[0].Attestations[0].Count++ },
		"attestation missing": func(g *genesis) { g.Elections[0].Attestations = g.Elections[0].Attestations[1:] },
		"attested by other":   func(g *genesis) { g.Elections[0].Attestations[0].Registrar = fixture.Address("other") },
		"deal":                func(g *genesis) { g.Elections[0].Contributions[0].Deal[70] ^= 1 },
		"deal's end":          func(g *genesis) { d := g.Elections[0].Contributions[0].Deal; d[len(d)-1] ^= 1 },
		"commitment":          func(g *genesis) { g.Elections[0].Contributions[0].Commitment[0] ^= 1 },
		"dealer missing":      func(g *genesis) { g.Elections[0].Contributions = g.Elections[0].Contributions[1:] },
		"qualified":           func(g *genesis) { g.Elections[0].Election.KeyGeneration.Qualified = []uint32{1, 2} },
		"public key": func(g *genesis) {
			k := g.Elections[0].Election.KeyGeneration.PublicKeys
			k[0], k[1] = k[1], k[0]
		},
		"phase":           func(g *genesis) { g.Elections[0].Election.Phase = types.PHASE_OPEN },
		"unknown phase":   func(g *genesis) { g.Elections[0].Election.Phase = 99 },
		"abort":           func(g *genesis) { g.Elections[0].Election.Abort = &types.Abort{Reason: 1, Explanation: "no"} },
		"ballot missing":  func(g *genesis) { g.Elections[0].Ballots = g.Elections[0].Ballots[1:] },
		"ballots order":   func(g *genesis) { b := g.Elections[0].Ballots; b[0], b[1] = b[1], b[0] },
		"ballot twice":    func(g *genesis) { g.Elections[0].Ballots[1] = g.Elections[0].Ballots[0] },
		"nullifier long":  func(g *genesis) { b := &g.Elections[0].Ballots[0]; b.Nullifier = append(b.Nullifier, 0) },
		"revision":        func(g *genesis) { g.Elections[0].Ballots[0].Revision = 0 },
		"ciphertext":      func(g *genesis) { b := g.Elections[0].Ballots; b[0].Ciphertext = b[1].Ciphertext },
		"sum":             func(g *genesis) { g.Elections[0].Tally.Sum = g.Elections[0].Ballots[0].Ciphertext },
		"count":           func(g *genesis) { g.Elections[0].Tally.Ballots++ },
		"totals":          func(g *genesis) { g.Elections[0].Tally.Totals = nil },
		"share":           func(g *genesis) { g.Elections[0].Shares[0].Share[0] ^= 1 },
		"false share":     func(g *genesis) { s := g.Elections[0].Shares; s[0].Share = s[1].Share },
		"false proof":     func(g *genesis) { s := g.Elections[0].Shares; s[0].Proof = s[1].Proof },
		"false totals":    func(g *genesis) { t := g.Elections[0].Tally.Totals; t[0], t[1] = t[1], t[0] },
		"next id beyond":  func(g *genesis) { g.NextElectionId = 1<<63 + 1 },
		"unconfirmed":     func(g *genesis) { c := g.Elections[0].Contributions; c[0].Confirmed, c[1].Confirmed = false, false },
		"shares order":    func(g *genesis) { s := g.Elections[0].Shares; s[0], s[1] = s[1], s[0] },
		"shares missing":  func(g *genesis) { g.Elections[0].Shares = g.Elections[0].Shares[1:] },
		"invalid share":   func(g *genesis) { g.Elections[0].InvalidShares[0].Index = 4 },
		"schedule":        func(g *genesis) { g.Elections[0].Election.Schedule = types.Schedule{} },
		"trustee's key":   func(g *genesis) { g.Elections[0].Election.Trustees[0].PublicKey = nil },
		"title":           func(g *genesis) { g.Elections[0].Election.Title = "" },
		"negative height": func(g *genesis) { g.Elections[0].Election.CreatedHeight = -1 },
	}
	for name, alter := range alterations {
		var altered types.GenesisState
		require.NoError(t, c.Codec.UnmarshalJSON(encoded, &altered))
		alter(&altered)
		again := fixture.Empty(t)
		require.ErrorIs(t, again.Keeper.InitGenesis(again.Ctx, &altered), types.ErrInvalidGenesis, name)
	}
}

func FuzzGenesisJSON(f *testing.F) {
	for _, i := range []int{0, 6, 11} {
		c, _ := at(f, stages()[i])
		exported, err := c.Keeper.ExportGenesis(c.Ctx)
		require.NoError(f, err)
		encoded, err := c.Codec.MarshalJSON(exported)
		require.NoError(f, err)
		f.Add(string(encoded))
	}
	f.Add(`{"params":{},"elections":[{}]}`)
	f.Fuzz(func(t *testing.T, raw string) {
		c := fixture.Empty(t)
		var genesis types.GenesisState
		if c.Codec.UnmarshalJSON([]byte(raw), &genesis) != nil || c.Keeper.InitGenesis(c.Ctx, &genesis) != nil {
			return
		}
		// What is accepted is exported as it was.
		exported, err := c.Keeper.ExportGenesis(c.Ctx)
		require.NoError(t, err)
		first, err := c.Codec.MarshalJSON(&genesis)
		require.NoError(t, err)
		second, err := c.Codec.MarshalJSON(exported)
		require.NoError(t, err)
		require.JSONEq(t, string(first), string(second))
	})
}
