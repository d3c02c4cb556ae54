package election

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"

	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/dlog"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/keygen"
	"github.com/evoted/evoted/x/election/crypto/nullifier"
	"github.com/evoted/evoted/x/election/types"
)

// Schedule returns the schedule of the fixtures, counted from a time: the deadlines come
// after 10, 20 and 30 minutes, voting is from 60 to 120, and the tally ends at 180.
func Schedule(from time.Time) types.Schedule {
	after := func(minutes int) time.Time { return from.Add(time.Duration(minutes) * time.Minute) }
	return types.Schedule{
		CommitDeadline: after(10), DealDeadline: after(20), ConfirmDeadline: after(30),
		OpenTime: after(60), CloseTime: after(120), TallyDeadline: after(180),
	}
}

// Message returns a valid message that creates an election: one yes/no question with
// weights, two registrars and three trustees with threshold two.
func (c *Chain) Message() *types.MsgCreateElection {
	m := &types.MsgCreateElection{
		Organiser: Address("organiser"), Title: "Budget 2030", Description: "Shall the budget be accepted?",
		Format: ballot.Slots8.Name,
		Contests: []types.Contest{{
			Title: "Accept the budget?", Options: []string{"Yes", "No"}, MaxPerOption: 1, MaxTotal: 1,
		}},
		Schedule:           Schedule(c.Ctx.BlockTime()),
		Registrars:         []string{Address("registrar1"), Address("registrar2")},
		RegistrarThreshold: 2, TrusteeThreshold: 2,
		RevotePolicy: types.REVOTE_POLICY_REJECT,
	}
	for _, t := range c.Trustees {
		m.Trustees = append(m.Trustees, t.Address)
	}
	return m
}

// RegisterTrustees registers the keys of all trustees that have none yet.
func (c *Chain) RegisterTrustees() {
	c.TB.Helper()
	for _, t := range c.Trustees {
		if _, err := c.Query.TrusteeKey(c.Ctx, &types.QueryTrusteeKeyRequest{Trustee: t.Address}); err == nil {
			continue
		}
		c.Must(c.TrusteeKey(t))
	}
}

// TrusteeKey returns the message that registers a trustee's key.
func (c *Chain) TrusteeKey(t Trustee) *types.MsgRegisterTrusteeKey {
	c.TB.Helper()
	proof, err := keygen.ProveKey(ChainID, t.Address, t.Secret, nil)
	require.NoError(c.TB, err)
	return &types.MsgRegisterTrusteeKey{
		Trustee: t.Address, PublicKey: curve.BaseMul(t.Secret).Bytes(), Proof: proof,
	}
}

// Create creates an election, after changes to the message of Message.
func (c *Chain) Create(changes ...func(*types.MsgCreateElection)) uint64 {
	c.TB.Helper()
	c.RegisterTrustees()
	m := c.Message()
	for _, change := range changes {
		change(m)
	}
	response, ok := c.Must(m).(*types.MsgCreateElectionResponse)
	require.True(c.TB, ok)
	return response.ElectionId
}

// Elector is someone on a roll.
type Elector struct {
	Secret field.Element
	Weight uint64
}

// Electors returns n electors; the weight of the i-th, from 0, is i+1.
func Electors(n int) []Elector {
	out := make([]Elector, 0, n)
	for i := range n {
		out = append(out, Elector{
			Secret: nullifier.SecretFromSeed(fmt.Appendf(nil, "elector %d", i)),
			Weight: uint64(i + 1),
		})
	}
	return out
}

// Entry returns the elector's entry of the roll.
func (e Elector) Entry() types.Elector {
	return types.Elector{Commitment: field.Bytes(nullifier.Identity(e.Secret)), Weight: e.Weight}
}

// EnrolMessage returns the message that appends electors to a roll.
func EnrolMessage(id uint64, electors ...Elector) *types.MsgRegisterElectors {
	m := &types.MsgRegisterElectors{Registrar: Address("registrar1"), ElectionId: id}
	for _, e := range electors {
		m.Electors = append(m.Electors, e.Entry())
	}
	return m
}

// Attestation returns the message by which a registrar attests the chain's own roll.
func (c *Chain) Attestation(id uint64, registrar string) *types.MsgAttestRoll {
	c.TB.Helper()
	roll := c.Election(id).Roll
	return &types.MsgAttestRoll{
		Registrar: Address(registrar), ElectionId: id, Root: roll.Root, Count: roll.Count, TotalPower: roll.TotalPower,
	}
}

// Seal enrols the electors and lets both registrars attest the roll.
func (c *Chain) Seal(id uint64, electors []Elector) {
	c.TB.Helper()
	c.Must(EnrolMessage(id, electors...))
	c.Must(c.Attestation(id, "registrar1"))
	c.Must(c.Attestation(id, "registrar2"))
}

// Parameters returns the parameters of an election's key generation.
func (c *Chain) Parameters(id uint64) keygen.Parameters {
	c.TB.Helper()
	e := c.Election(id)
	p := keygen.Parameters{
		ChainID: ChainID, ElectionID: id, Threshold: int(e.TrusteeThreshold), Slots: ballot.Slots8.Slots,
	}
	for _, t := range e.Trustees {
		point, err := curve.ParseKey(t.PublicKey)
		require.NoError(c.TB, err)
		p.TrusteeKeys = append(p.TrusteeKeys, point)
	}
	return p
}

// Deal returns the deal of a trustee (index from 1).
func (c *Chain) Deal(id uint64, index int) keygen.Deal {
	c.TB.Helper()
	deal, err := keygen.NewDeal(c.Parameters(id), index, c.Trustees[index-1].Secret)
	require.NoError(c.TB, err)
	return deal
}

// CommitMessage returns the message that commits to a trustee's deal.
func (c *Chain) CommitMessage(id uint64, index int) *types.MsgCommitDeal {
	c.TB.Helper()
	return &types.MsgCommitDeal{
		Trustee: c.Trustees[index-1].Address, ElectionId: id, Commitment: c.Deal(id, index).Hash(),
	}
}

// DealMessage returns the message that reveals a trustee's deal.
func (c *Chain) DealMessage(id uint64, index int) *types.MsgSubmitDeal {
	c.TB.Helper()
	return &types.MsgSubmitDeal{
		Trustee: c.Trustees[index-1].Address, ElectionId: id, Deal: c.Deal(id, index).Bytes(),
	}
}

// ConfirmMessage returns the message by which a trustee confirms its shares.
func (c *Chain) ConfirmMessage(id uint64, index int) *types.MsgConfirmDeals {
	return &types.MsgConfirmDeals{Trustee: c.Trustees[index-1].Address, ElectionId: id}
}

// Keys runs the key generation of an election up to a status, with all trustees.
func (c *Chain) Keys(id uint64, until types.KeyStatus) {
	c.TB.Helper()
	for i := range c.Trustees {
		if until > types.KEY_STATUS_COMMIT {
			c.Must(c.CommitMessage(id, i+1))
		}
	}
	for i := range c.Trustees {
		if until > types.KEY_STATUS_DEAL {
			c.Must(c.DealMessage(id, i+1))
		}
	}
	for i := range c.Trustees {
		if until > types.KEY_STATUS_CONFIRM {
			c.Must(c.ConfirmMessage(id, i+1))
		}
	}
	require.Equal(c.TB, until, c.Election(id).KeyGeneration.Status)
}

// Open makes the keys, seals the roll and begins the block at open_time.
func (c *Chain) Open(id uint64, electors []Elector) {
	c.TB.Helper()
	c.Keys(id, types.KEY_STATUS_FINAL)
	c.Seal(id, electors)
	c.Block(c.Election(id).Schedule.OpenTime)
	require.Equal(c.TB, types.PHASE_OPEN, c.Election(id).Phase)
}

// Vote returns a ballot without a true proof: real encryption of a choice.
func (c *Chain) Vote(id uint64, elector Elector, revision uint64, values ...uint64) *types.MsgCastBallot {
	c.TB.Helper()
	e := c.Election(id)
	manifest, err := types.ManifestOf(e)
	require.NoError(c.TB, err)
	padded := make([]uint64, manifest.Format.Slots)
	copy(padded, values)
	keys := make([]curve.Point, 0, len(e.KeyGeneration.PublicKeys))
	for _, b := range e.KeyGeneration.PublicKeys {
		point, err := curve.ParseKey(b)
		require.NoError(c.TB, err)
		keys = append(keys, point)
	}
	seed := sha256.Sum256(fmt.Append(nil, id, elector.Secret.String(), revision, values))
	amounts := manifest.Rules().Amounts(padded, elector.Weight)
	wide := append(seed[:], binary.BigEndian.AppendUint64(seed[:24:24], revision)...)
	ciphertext := elgamal.Encrypt(keys, amounts, curve.ScalarFromWide(wide))
	proof := make([]byte, types.BallotProofSize)
	copy(proof, seed[:])
	return &types.MsgCastBallot{
		ElectionId: id, Revision: revision,
		Nullifier:    field.Bytes(nullifier.Nullifier(elector.Secret, nullifier.ElectionScalar(ChainID, id))),
		EphemeralKey: secp256k1.GenPrivKeyFromSecret(seed[:]).PubKey().Bytes(),
		Ciphertext:   ciphertext.Bytes(), Proof: proof,
	}
}

// Close begins the block at close_time.
func (c *Chain) Close(id uint64) {
	c.TB.Helper()
	c.Block(c.Election(id).Schedule.CloseTime)
}

// ShareMessage returns a trustee's share of the frozen sum (index from 1).
func (c *Chain) ShareMessage(id uint64, index int) *types.MsgSubmitDecryptionShare {
	c.TB.Helper()
	p := c.Parameters(id)
	var deals []keygen.Deal
	for _, dealer := range c.Election(id).KeyGeneration.Qualified {
		deals = append(deals, c.Deal(id, int(dealer)))
	}
	secret, err := keygen.SecretShare(p, deals, index, c.Trustees[index-1].Secret)
	require.NoError(c.TB, err)
	sum, err := elgamal.Parse(c.Tally(id).Sum, p.Slots)
	require.NoError(c.TB, err)
	points, proof, err := keygen.DecryptionShare(p, index, secret, sum, nil)
	require.NoError(c.TB, err)
	return &types.MsgSubmitDecryptionShare{
		Trustee: c.Trustees[index-1].Address, ElectionId: id, Share: curve.JoinPoints(points...), Proof: proof.Bytes(),
	}
}

// ResultMessage opens the sum with the recorded shares and returns the message that
// publishes the totals.
func (c *Chain) ResultMessage(id uint64) *types.MsgPublishResult {
	c.TB.Helper()
	p := c.Parameters(id)
	response, err := c.Query.Tally(c.Ctx, &types.QueryTallyRequest{ElectionId: id})
	require.NoError(c.TB, err)
	shares := make([]keygen.IndexedShare, 0, len(response.Shares))
	for _, s := range response.Shares {
		points, err := curve.SplitPoints(s.Share, p.Slots, curve.ParsePoint)
		require.NoError(c.TB, err)
		shares = append(shares, keygen.IndexedShare{Index: int(s.Index), D: points})
	}
	sum, err := elgamal.Parse(response.Tally.Sum, p.Slots)
	require.NoError(c.TB, err)
	opened, err := keygen.CombineShares(p, sum, shares)
	require.NoError(c.TB, err)
	totals, err := dlog.Solve(opened, 1<<20, nil)
	require.NoError(c.TB, err)
	return &types.MsgPublishResult{Sender: Address("anyone"), ElectionId: id, Totals: totals}
}

// Tallied leads an open election to its result.
func (c *Chain) Tallied(id uint64) {
	c.TB.Helper()
	c.Close(id)
	c.Must(c.ShareMessage(id, 1))
	c.Must(c.ShareMessage(id, 3))
	c.Must(c.ResultMessage(id))
}
