package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

	fixture "github.com/evoted/evoted/testutil/election"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/roll"
	"github.com/evoted/evoted/x/election/keeper"
	"github.com/evoted/evoted/x/election/types"
)

func leaves(t *testing.T, electors []fixture.Elector) []field.Element {
	t.Helper()
	out := make([]field.Element, 0, len(electors))
	for _, e := range electors {
		id, err := field.Parse(e.Entry().Commitment)
		require.NoError(t, err)
		hash, err := roll.Leaf(id, e.Weight)
		require.NoError(t, err)
		out = append(out, hash)
	}
	return out
}

// Whatever the batches, the roll is that of all electors, and every bucket leads to it.
func TestRollAndBuckets(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	id := c.Create()
	electors := fixture.Electors(520)
	for _, end := range []int{3, 255, 256, 300, 520} {
		first := c.Election(id).Roll.Count
		response, ok := c.Must(fixture.EnrolMessage(id, electors[first:end]...)).(*types.MsgRegisterElectorsResponse)
		require.True(t, ok)
		require.Equal(t, first, response.FirstIndex)
	}
	all := leaves(t, electors)
	root := roll.BuildRoot(all)
	e := c.Election(id)
	require.Equal(t, field.Bytes(root), e.Roll.Root)
	require.Equal(t, uint64(520*521/2), e.Roll.TotalPower)
	for bucket := range uint64(3) {
		r, err := c.Query.RollBucket(c.Ctx, &types.QueryRollBucketRequest{ElectionId: id, Bucket: bucket})
		require.NoError(t, err)
		start := int(bucket) * roll.BucketSize
		require.Len(t, r.Electors, min(roll.BucketSize, len(electors)-start))
		path := make([]field.Element, 0, len(r.Path))
		for _, b := range r.Path {
			sibling, err := field.Parse(b)
			require.NoError(t, err)
			path = append(path, sibling)
		}
		within := all[start : start+len(r.Electors)]
		for _, position := range []int{0, len(within) / 2, len(within) - 1} {
			full, err := roll.CompletePath(within, position, path, bucket)
			require.NoError(t, err)
			require.Equal(t, root, full.Root(within[position]))
		}
	}
	for _, bucket := range []uint64{3, 1 << 24, ^uint64(0)} {
		_, err := c.Query.RollBucket(c.Ctx, &types.QueryRollBucketRequest{ElectionId: id, Bucket: bucket})
		require.Equal(t, codes.NotFound, status.Code(err))
	}
}

func TestBucketOfEmptyRoll(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	id := c.Create()
	r, err := c.Query.RollBucket(c.Ctx, &types.QueryRollBucketRequest{ElectionId: id})
	require.NoError(t, err)
	require.Empty(t, r.Electors)
	require.Len(t, r.Path, roll.BucketPathLength)
	require.Equal(t, field.Bytes(roll.Empty(roll.Depth)), r.Root)
}

// A batch with one bad elector leaves nothing behind.
func TestBadBatches(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	id := c.Create()
	electors := fixture.Electors(6)
	c.Must(fixture.EnrolMessage(id, electors[:3]...))
	before := c.Dump()
	modulus := addModulus(make([]byte, 32))[0]
	cases := map[string]struct {
		change func(m *types.MsgRegisterElectors)
		err    error
	}{
		"empty":              {func(m *types.MsgRegisterElectors) { m.Electors = nil }, types.ErrInvalidRoll},
		"on the roll":        {func(m *types.MsgRegisterElectors) { m.Electors[2] = electors[1].Entry() }, types.ErrDuplicateElector},
		"other weight":       {func(m *types.MsgRegisterElectors) { m.Electors[2].Commitment = electors[1].Entry().Commitment }, types.ErrDuplicateElector},
		"twice in the batch": {func(m *types.MsgRegisterElectors) { m.Electors[2] = m.Electors[0] }, types.ErrDuplicateElector},
		"zero commitment":    {func(m *types.MsgRegisterElectors) { m.Electors[2].Commitment = make([]byte, 32) }, types.ErrInvalidRoll},
		"modulus":            {func(m *types.MsgRegisterElectors) { m.Electors[2].Commitment = modulus }, types.ErrInvalidRoll},
		"plus modulus": {func(m *types.MsgRegisterElectors) {
			m.Electors[2].Commitment = addModulus(electors[1].Entry().Commitment)[0]
		}, types.ErrInvalidRoll},
		"short":       {func(m *types.MsgRegisterElectors) { m.Electors[2].Commitment = m.Electors[2].Commitment[:31] }, types.ErrInvalidRoll},
		"long":        {func(m *types.MsgRegisterElectors) { m.Electors[2].Commitment = append(m.Electors[2].Commitment, 0) }, types.ErrInvalidRoll},
		"weight zero": {func(m *types.MsgRegisterElectors) { m.Electors[2].Weight = 0 }, types.ErrInvalidRoll},
		"weight 2^32": {func(m *types.MsgRegisterElectors) { m.Electors[2].Weight = 1 << 32 }, types.ErrInvalidRoll},
		"weight 2^63": {func(m *types.MsgRegisterElectors) { m.Electors[2].Weight = 1 << 63 }, types.ErrInvalidRoll},
		"too many":    {func(m *types.MsgRegisterElectors) { m.Electors = make([]types.Elector, 1001) }, types.ErrLimit},
	}
	for name, tc := range cases {
		m := fixture.EnrolMessage(id, electors[3:]...)
		tc.change(m)
		_, err := c.Deliver(m)
		require.ErrorIs(t, err, tc.err, name)
		require.Equal(t, before, c.Dump(), name)
	}
	c.Must(fixture.EnrolMessage(id, electors[3:]...))
}

// Total power times the largest slot value stays within 2^40.
func TestTotalPower(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	id := c.Create(func(m *types.MsgCreateElection) { m.Contests[0].MaxPerOption, m.Contests[0].MaxTotal = 1024, 1024 })
	electors := fixture.Electors(3)
	electors[0].Weight, electors[1].Weight, electors[2].Weight = 1<<29, 1<<29, 1
	c.Must(fixture.EnrolMessage(id, electors[0]))
	_, err := c.Deliver(fixture.EnrolMessage(id, electors[1], electors[2]))
	require.ErrorIs(t, err, types.ErrPower)
	c.Must(fixture.EnrolMessage(id, electors[1]))
	_, err = c.Deliver(fixture.EnrolMessage(id, electors[2]))
	require.ErrorIs(t, err, types.ErrPower)
	require.Equal(t, uint64(1<<30), c.Election(id).Roll.TotalPower)
}

func TestGasOfElectors(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	id := c.Create()
	c.Ctx = c.Ctx.WithGasMeter(storetypes.NewGasMeter(keeper.GasElector * 3))
	require.Panics(t, func() { _, _ = c.Deliver(fixture.EnrolMessage(id, fixture.Electors(4)...)) },
		"the transaction runs out of gas before the work is done")
}

func TestSealing(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	id := c.Create(func(m *types.MsgCreateElection) {
		m.Registrars = append(m.Registrars, fixture.Address("registrar3"))
	})
	electors := fixture.Electors(5)
	c.Must(fixture.EnrolMessage(id, electors[:4]...))
	early := c.Attestation(id, "registrar1")
	status := func() types.RollStatus { return c.Election(id).Roll.Status }
	attest := func(m *types.MsgAttestRoll, want types.RollStatus) {
		t.Helper()
		response, ok := c.Must(m).(*types.MsgAttestRollResponse)
		require.True(t, ok)
		require.Equal(t, want, response.Status)
		require.Equal(t, want, status())
	}
	attest(early, types.ROLL_STATUS_ENROLLING)
	c.Must(fixture.EnrolMessage(id, electors[4]))
	attest(c.Attestation(id, "registrar2"), types.ROLL_STATUS_DISPUTED)
	attest(c.Attestation(id, "registrar3"), types.ROLL_STATUS_DISPUTED) // two of three agree: that is not enough
	attest(c.Attestation(id, "registrar1"), types.ROLL_STATUS_SEALED)
	_, err := c.Deliver(early)
	require.ErrorIs(t, err, types.ErrRollSealed)
	_, err = c.Deliver(fixture.EnrolMessage(id, fixture.Electors(6)[5]))
	require.ErrorIs(t, err, types.ErrRollSealed)
}

// Each part of an attestation, differing alone, is a dispute; taking it back ends it.
func TestDisputes(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(m *types.MsgAttestRoll){
		"root":  func(m *types.MsgAttestRoll) { m.Root = make([]byte, 32) },
		"count": func(m *types.MsgAttestRoll) { m.Count-- },
		"power": func(m *types.MsgAttestRoll) { m.TotalPower++ },
	} {
		c := fixture.New(t)
		id := c.Create()
		c.Must(fixture.EnrolMessage(id, fixture.Electors(4)...))
		wrong := c.Attestation(id, "registrar1")
		wrong.Root = append([]byte(nil), wrong.Root...)
		change(wrong)
		c.Must(wrong)
		require.Equal(t, types.ROLL_STATUS_ENROLLING, c.Election(id).Roll.Status, name)
		c.Must(c.Attestation(id, "registrar2"))
		require.Equal(t, types.ROLL_STATUS_DISPUTED, c.Election(id).Roll.Status, name)
		// The other registrar joins the wrong side: no dispute, but not the chain's roll.
		same := *wrong
		same.Registrar = fixture.Address("registrar2")
		c.Must(&same)
		require.Equal(t, types.ROLL_STATUS_ENROLLING, c.Election(id).Roll.Status, name)
		c.Must(c.Attestation(id, "registrar1"))
		require.Equal(t, types.ROLL_STATUS_DISPUTED, c.Election(id).Roll.Status, name)
		c.Must(c.Attestation(id, "registrar2"))
		require.Equal(t, types.ROLL_STATUS_SEALED, c.Election(id).Roll.Status, name)
	}
}

func TestBadAttestations(t *testing.T) {
	t.Parallel()
	c := fixture.New(t)
	id := c.Create()
	c.Must(fixture.EnrolMessage(id, fixture.Electors(4)...))
	for name, change := range map[string]func(m *types.MsgAttestRoll){
		"short root":  func(m *types.MsgAttestRoll) { m.Root = m.Root[:31] },
		"root plus r": func(m *types.MsgAttestRoll) { m.Root = addModulus(make([]byte, 32))[0] },
		"nobody":      func(m *types.MsgAttestRoll) { m.Count = 0 },
		"no power":    func(m *types.MsgAttestRoll) { m.TotalPower = 3 },
	} {
		m := c.Attestation(id, "registrar1")
		change(m)
		_, err := c.Deliver(m)
		require.ErrorIs(t, err, types.ErrAttestation, name)
	}
}
