package keeper_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	fixture "github.com/evoted/evoted/testutil/election"
	"github.com/evoted/evoted/x/election/types"
)

func TestCreateDefaults(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	id := c.Create(func(m *types.MsgCreateElection) { m.TrusteeThreshold = 0 })
	e := c.Election(id)
	require.Equal(t, uint64(1), id)
	require.Equal(t, uint32(3), e.TrusteeThreshold, "floor(2*3/3)+1, at most 3")
	require.Equal(t, uint64(3), e.MinBallots)
	require.Len(t, e.VerifyingKeyHash, 32)
	require.Equal(t, types.PHASE_SETUP, e.Phase)
	require.Equal(t, types.ROLL_STATUS_ENROLLING, e.Roll.Status)
	require.Equal(t, types.KEY_STATUS_COMMIT, e.KeyGeneration.Status)
	require.Equal(t, uint64(2), c.Create(func(m *types.MsgCreateElection) { m.Organiser = fixture.Address("operator") }))
}

type mistake struct {
	change func(m *types.MsgCreateElection)
	err    error
	says   string
}

func scheduleMistakes() map[string]mistake {
	type edit = func(m *types.MsgCreateElection)
	invalid := func(change edit, says string) mistake { return mistake{change, types.ErrInvalidElection, says} }
	return map[string]mistake{
		"no schedule":       invalid(func(m *types.MsgCreateElection) { m.Schedule = types.Schedule{} }, "commit_deadline is missing"),
		"commit has passed": invalid(func(m *types.MsgCreateElection) { m.Schedule.CommitDeadline = fixture.Start }, "commit_deadline has passed"),
		"deal with commit":  invalid(func(m *types.MsgCreateElection) { m.Schedule.DealDeadline = m.Schedule.CommitDeadline }, "deal_deadline"),
		"confirm too early": invalid(func(m *types.MsgCreateElection) { m.Schedule.ConfirmDeadline = fixture.Start.Add(time.Minute) }, "confirm_deadline"),
		"open before keys":  invalid(func(m *types.MsgCreateElection) { m.Schedule.OpenTime = m.Schedule.DealDeadline }, "open_time"),
		"close with open":   invalid(func(m *types.MsgCreateElection) { m.Schedule.CloseTime = m.Schedule.OpenTime }, "close_time"),
		"tally too early":   invalid(func(m *types.MsgCreateElection) { m.Schedule.TallyDeadline = m.Schedule.CloseTime }, "tally_deadline"),
		"far future":        invalid(func(m *types.MsgCreateElection) { m.Schedule.TallyDeadline = fixture.Start.AddDate(11, 0, 0) }, "bring it nearer"),
		"year 3000":         invalid(func(m *types.MsgCreateElection) { m.Schedule.TallyDeadline = fixture.Start.AddDate(970, 0, 0) }, "tally_deadline"),
	}
}

func officialMistakes() map[string]mistake {
	type edit = func(m *types.MsgCreateElection)
	invalid := func(change edit, says string) mistake { return mistake{change, types.ErrInvalidElection, says} }
	return map[string]mistake{
		"trustee twice":       invalid(func(m *types.MsgCreateElection) { m.Trustees[2] = m.Trustees[0] }, "named twice"),
		"registrar twice":     invalid(func(m *types.MsgCreateElection) { m.Registrars[1] = m.Registrars[0] }, "named twice"),
		"no trustee":          invalid(func(m *types.MsgCreateElection) { m.Trustees = nil }, "name at least one"),
		"no registrar":        invalid(func(m *types.MsgCreateElection) { m.Registrars = nil }, "name at least one"),
		"too many trustees":   invalid(func(m *types.MsgCreateElection) { m.Trustees = make([]string, 22) }, "at most 21"),
		"too many registrars": invalid(func(m *types.MsgCreateElection) { m.Registrars = make([]string, 51) }, "at most 50"),
		"threshold too high":  invalid(func(m *types.MsgCreateElection) { m.TrusteeThreshold = 4 }, "set it from 2 to 3"),
		"threshold too low":   invalid(func(m *types.MsgCreateElection) { m.TrusteeThreshold = 1 }, "set it from 2 to 3"),
		"threshold huge":      invalid(func(m *types.MsgCreateElection) { m.TrusteeThreshold = 1<<32 - 1 }, "set it from 2 to 3"),
		"registrars none":     invalid(func(m *types.MsgCreateElection) { m.RegistrarThreshold = 0 }, "set it from 1 to 2"),
		"registrars too many": invalid(func(m *types.MsgCreateElection) { m.RegistrarThreshold = 3 }, "set it from 1 to 2"),
		"trustee without key": invalid(func(m *types.MsgCreateElection) { m.Trustees[1] = fixture.Address("keyless") }, "has not registered a key"),
		"unknown trustee":     invalid(func(m *types.MsgCreateElection) { m.Trustees[1] = fixture.Address("missing") }, "has no account"),
		"unknown registrar":   invalid(func(m *types.MsgCreateElection) { m.Registrars[1] = fixture.Address("missing") }, "has no account"),
		"not an address":      {func(m *types.MsgCreateElection) { m.Trustees[0] = "trustee1" }, types.ErrInvalidEncoding, "trustee 1"},
		"upper case":          {func(m *types.MsgCreateElection) { m.Registrars[0] = strings.ToUpper(m.Registrars[0]) }, types.ErrInvalidEncoding, "write it as"},
		"not an organiser":    {func(m *types.MsgCreateElection) { m.Organiser = fixture.Address("outsider") }, types.ErrUnauthorised, "neither an organiser"},
		"no policy":           invalid(func(m *types.MsgCreateElection) { m.RevotePolicy = 0 }, "revote_policy"),
		"unknown policy":      invalid(func(m *types.MsgCreateElection) { m.RevotePolicy = 7 }, "revote_policy"),
		"one ballot":          invalid(func(m *types.MsgCreateElection) { m.MinBallots = 1 }, "min_ballots"),
	}
}

func contestMistakes() map[string]mistake {
	type edit = func(m *types.MsgCreateElection)
	invalid := func(change edit, says string) mistake { return mistake{change, types.ErrInvalidElection, says} }
	return map[string]mistake{
		"unknown format":   invalid(func(m *types.MsgCreateElection) { m.Format = "slots9" }, "slots8"),
		"no circuit":       {func(m *types.MsgCreateElection) { m.Format = "slots32" }, types.ErrCircuit, "slots32"},
		"no contest":       invalid(func(m *types.MsgCreateElection) { m.Contests = nil }, "add at least one"),
		"no option":        invalid(func(m *types.MsgCreateElection) { m.Contests[0].Options = nil }, "add at least one"),
		"empty option":     invalid(func(m *types.MsgCreateElection) { m.Contests[0].Options[1] = "" }, "option 2 of contest 1"),
		"option twice":     invalid(func(m *types.MsgCreateElection) { m.Contests[0].Options[1] = "yes" }, "is there twice"),
		"too many options": invalid(func(m *types.MsgCreateElection) { m.Contests[0].Options = strings.Split("abcdefghi", "") }, "9 options"),
		"two contests too long": invalid(func(m *types.MsgCreateElection) {
			m.Contests = []types.Contest{
				{Title: "One", Options: strings.Split("abcde", ""), MaxPerOption: 1, MaxTotal: 1},
				{Title: "Two", Options: strings.Split("abcd", ""), MaxPerOption: 1, MaxTotal: 1},
			}
		}, "9 options"),
		"ten thousand options": invalid(func(m *types.MsgCreateElection) { m.Contests[0].Options = make([]string, 10_000) }, "too many"),
		"thousand contests":    invalid(func(m *types.MsgCreateElection) { m.Contests = make([]types.Contest, 1000) }, "too many"),

		"cap zero":    invalid(func(m *types.MsgCreateElection) { m.Contests[0].MaxPerOption = 0 }, "contest 1"),
		"cap huge":    invalid(func(m *types.MsgCreateElection) { m.Contests[0].MaxPerOption = 1 << 32 }, "contest 1"),
		"lo over hi":  invalid(func(m *types.MsgCreateElection) { m.Contests[0].MinTotal = 2 }, "least total"),
		"unreachable": invalid(func(m *types.MsgCreateElection) { m.Contests[0].MinTotal, m.Contests[0].MaxTotal = 3, 3 }, "contest 1"),
		"nothing to spend": invalid(func(m *types.MsgCreateElection) {
			m.Contests[0].MaxTotal = 0
		}, "contest 1"),
	}
}

func textMistakes() map[string]mistake {
	out := map[string]mistake{}
	texts := map[string]struct{ text, says string }{
		"empty":      {"", "is empty"},
		"blank":      {" ", "space"},
		"leading":    {" Budget", "space"},
		"line break": {"Bud\nget", "U+000A"},
		"tab":        {"Bud\tget", "U+0009"},
		"nul":        {"Bud\x00get", "U+0000"},
		"override":   {"Bud\u202eget", "U+202E"},
		"isolate":    {"Bud\u2066get", "U+2066"},
		"zero width": {"Bud\u200bget", "U+200B"},
		"joiner":     {"Bud\u200dget", "U+200D"},
		"mark":       {"Bud\ufeffget", "U+FEFF"},
		"separator":  {"Bud\u2028get", "U+2028"},
		"filler":     {"Bud\u3164get", "U+3164"},
		"private":    {"Bud\ue000get", "U+E000"},
		"not NFC":    {"Bu\u0308dget", "normal form C"},
		"not UTF-8":  {"Bud\xffget", "UTF-8"},
		"too long":   {strings.Repeat("ä", 201), "shorten"},
		"far long":   {strings.Repeat("a", 1<<20), "shorten"},
	}
	for name, text := range texts {
		out["title "+name] = mistake{func(m *types.MsgCreateElection) { m.Title = text.text }, types.ErrInvalidElection, text.says}
		out["contest "+name] = mistake{func(m *types.MsgCreateElection) { m.Contests[0].Title = text.text }, types.ErrInvalidElection, text.says}
		out["option "+name] = mistake{func(m *types.MsgCreateElection) { m.Contests[0].Options[0] = text.text }, types.ErrInvalidElection, text.says}
		if text.text != "" && text.text != "Bud\nget" && name != "too long" {
			out["description "+name] = mistake{func(m *types.MsgCreateElection) { m.Description = text.text }, types.ErrInvalidElection, text.says}
		}
	}
	out["description too long"] = mistake{
		func(m *types.MsgCreateElection) { m.Description = strings.Repeat("ä", 4001) }, types.ErrInvalidElection, "shorten",
	}
	return out
}

// Every mistake of an official is refused with a sentence, and leaves no trace.
func TestCreateMistakes(t *testing.T) {
	t.Parallel()
	for _, table := range []map[string]mistake{scheduleMistakes(), officialMistakes(), contestMistakes(), textMistakes()} {
		c := fixture.New(t)
		c.RegisterTrustees()
		c.Accounts.Missing[fixture.Address("missing")] = true
		_, err := c.Deliver(c.Message())
		require.NoError(t, err)
		before := c.Dump()
		for name, m := range table {
			msg := c.Message()
			m.change(msg)
			_, err := c.Deliver(msg)
			require.ErrorIs(t, err, m.err, name)
			require.Contains(t, err.Error(), m.says, name)
			require.Less(t, len(err.Error()), 1000, name)
			require.Equal(t, before, c.Dump(), name)
		}
	}
}

func TestCreateSameKey(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	c.Trustees[1].Secret = c.Trustees[0].Secret
	c.RegisterTrustees()
	_, err := c.Deliver(c.Message())
	require.ErrorIs(t, err, types.ErrInvalidElection)
	require.Contains(t, err.Error(), "the same key")
}

func TestCreateTexts(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	id := c.Create(func(m *types.MsgCreateElection) {
		m.Title = strings.Repeat("ä", 200)
		m.Description = "First line\n\nSecond: 中文, العربية, עברית, हिन्दी"
	})
	require.Equal(t, strings.Repeat("ä", 200), c.Election(id).Title)
}

func TestMaxActiveElections(t *testing.T) {
	t.Parallel()
	c := fixture.Empty(t)
	genesis := types.DefaultGenesis()
	genesis.Params.Organisers = []string{fixture.Address("organiser")}
	genesis.Params.MaxActiveElections = 2
	genesis.Circuits = []types.Circuit{fixture.Circuit()}
	require.NoError(t, c.Keeper.InitGenesis(c.Ctx, genesis))
	id := c.Create()
	c.Create()
	_, err := c.Deliver(c.Message())
	require.ErrorIs(t, err, types.ErrLimit)
	c.Must(&types.MsgAbortElection{Organiser: fixture.Address("organiser"), ElectionId: id, Explanation: "place for another"})
	c.Must(c.Message())
	_, err = c.Deliver(c.Message())
	require.ErrorIs(t, err, types.ErrLimit)
}

func TestTrusteeKeys(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	good := c.TrusteeKey(c.Trustees[0])
	stolen := *good
	stolen.Trustee = c.Trustees[1].Address
	_, err := c.Deliver(&stolen)
	require.ErrorIs(t, err, types.ErrTrusteeKey, "a proof is bound to the account")
	for _, n := range []int{0, 63, 65, 128} {
		bad := *good
		bad.Proof = make([]byte, n)
		_, err := c.Deliver(&bad)
		require.ErrorIs(t, err, types.ErrTrusteeKey)
		bad = *good
		bad.PublicKey = make([]byte, n)
		_, err = c.Deliver(&bad)
		require.ErrorIs(t, err, types.ErrTrusteeKey)
	}
	c.Accounts.Missing[good.Trustee] = true
	_, err = c.Deliver(good)
	require.ErrorIs(t, err, types.ErrUnauthorised)
	c.Accounts.Missing[good.Trustee] = false
	c.Must(good)
	// An election keeps the key it began with.
	id := c.Create()
	rotated := c.Trustees[0]
	rotated.Secret = c.Trustees[1].Secret.Add(c.Trustees[2].Secret)
	c.Must(c.TrusteeKey(rotated))
	require.Equal(t, good.PublicKey, c.Election(id).Trustees[0].PublicKey)
}

// One trustee alone reads no ballots, but on a chain for development.
func TestOneTrustee(t *testing.T) {
	t.Parallel()
	alone := func(m *types.MsgCreateElection) { m.Trustees, m.TrusteeThreshold = m.Trustees[:1], 1 }
	c := fixture.New(t)
	c.RegisterTrustees()
	m := c.Message()
	alone(m)
	_, err := c.Deliver(m)
	require.ErrorIs(t, err, types.ErrInvalidElection)
	require.ErrorContains(t, err, "at least 2 trustees")
	c.Authorities.Dev = true
	require.Len(t, c.Election(c.Create(alone)).Trustees, 1)
}

// An election whose min_ballots no roll can reach could only be withheld.
func TestUnreachableMinBallots(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	c.RegisterTrustees()
	tests := []struct {
		least, largest uint64
		ok             bool
	}{
		{1<<32 - 1, 1, true},
		{1 << 32, 1, false},
		{^uint64(0), 1, false},
		{1 << 10, 1 << 30, true}, // 2^30 for an option leaves a power of 2^10
		{1<<10 + 1, 1 << 30, false},
	}
	for _, tc := range tests {
		m := c.Message()
		m.MinBallots = tc.least
		m.Contests[0].MaxPerOption, m.Contests[0].MaxTotal = tc.largest, tc.largest
		_, err := c.Deliver(m)
		if tc.ok {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, types.ErrInvalidElection)
		require.ErrorContains(t, err, "min_ballots")
	}
}
