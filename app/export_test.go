package app

import (
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/proof/key"
)

// SetProofVerifier puts another judge in the place of the verifier, for tests that cannot
// make a proof for every ballot. It exists in tests of this package only.
func (a *App) SetProofVerifier(verify func(*key.VerifyingKey, []field.Element, []byte) error) {
	a.verdicts.verify = verify
}

// ProofsChecked returns how many proofs were looked at, and how many were known already.
func (a *App) ProofsChecked() (checked, remembered uint64) {
	return a.verdicts.checked.Load(), a.verdicts.remembered.Load()
}

// ForgetProofs empties the memory of checked proofs.
func (a *App) ForgetProofs() { a.verdicts.held.Purge() }

// SimulateTx is what the transaction service calls.
func (a *App) SimulateTx(raw []byte) (sdk.GasInfo, *sdk.Result, error) { return a.simulate(raw) }

// Share is what one kind of transaction may take of a block.
type Share struct {
	Bytes int64
	Gas   uint64
}

// BlockShares divides a block between ballots and officials.
func BlockShares(size int64, gas uint64, ballots int) (forBallots, forOfficials Share) {
	b, o := limits{bytes: size, gas: gas, ballots: ballots}.split()
	return Share{b.bytes, b.gas}, Share{o.bytes, o.gas}
}

// WhileSimulating runs something while another simulation holds its place.
func (a *App) WhileSimulating(run func()) {
	a.simulating.Lock()
	defer a.simulating.Unlock()
	run()
}

// Lanes returns the decorators of both lanes.
func (a *App) Lanes() (ballot, official []sdk.AnteDecorator) {
	return ballotLane(a.elections), officialLane(a.elections, a.accounts, a.encoding.TxConfig.SignModeHandler())
}

// NewVerdicts exposes newVerdicts.
var NewVerdicts = newVerdicts

// SetVerifier puts another judge in the place of the verifier.
func (v *verdicts) SetVerifier(verify func(*key.VerifyingKey, []field.Element, []byte) error) {
	v.verify = verify
}

// Counts returns how many proofs were looked at, and how many were known already.
func (v *verdicts) Counts() (checked, remembered uint64) {
	return v.checked.Load(), v.remembered.Load()
}

// Ante runs the checks of a transaction.
func (a *App) Ante(ctx sdk.Context, tx sdk.Tx, simulate bool) (sdk.Context, error) {
	return a.ante(ctx, tx, simulate)
}

// AccountCount returns how many accounts there are.
func (a *App) AccountCount(ctx sdk.Context) int {
	n := 0
	a.accounts.IterateAccounts(ctx, func(sdk.AccountI) bool {
		n++
		return false
	})
	return n
}
