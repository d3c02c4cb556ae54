// Package network runs chains for tests: Chain is one application without CometBFT, block
// by block; Network is several whole nodes in this process that agree over loopback.
package network

import (
	"fmt"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"

	"cosmossdk.io/log/v2"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/baseapp"

	"github.com/evoted/evoted/app"
	"github.com/evoted/evoted/testutil/fixture"
	authoritytypes "github.com/evoted/evoted/x/authority/types"
)

// Authorities is the number of authorities of a test chain.
const Authorities = 4

// noOptions are the settings of a node that has no configuration file.
type noOptions struct{}

// Get returns nil for every key.
func (noOptions) Get(string) any { return nil }

// ConsensusKey returns the consensus key of authority i, always the same.
func ConsensusKey(i int) cmted25519.PrivKey {
	return cmted25519.GenPrivKeyFromSecret(fmt.Appendf(nil, "evoted test authority %d", i))
}

// Operator returns the operator's account of authority i.
func Operator(i int) fixture.Account { return fixture.NewAccount(fmt.Sprintf("operator-%d", i)) }

// AuthoritySet returns the authorities of a test chain and their operators.
func AuthoritySet() ([]authoritytypes.Authority, []fixture.Account) {
	authorities := make([]authoritytypes.Authority, 0, Authorities)
	operators := make([]fixture.Account, 0, Authorities)
	for i := range Authorities {
		operator := Operator(i)
		operators = append(operators, operator)
		authorities = append(authorities, authoritytypes.Authority{
			Moniker: fmt.Sprintf("authority-%d", i), Operator: operator.Text,
			ConsensusKeyType: authoritytypes.KeyTypeEd25519, ConsensusKey: ConsensusKey(i).PubKey().Bytes(),
			Endpoint: fmt.Sprintf("http://127.0.0.1:%d", 26657+i), Organisation: fmt.Sprintf("Organisation %d", i),
		})
	}
	return authorities, operators
}

// Chain is one application and the state CometBFT would keep about it.
type Chain struct {
	// App is the application. A test may replace it by one over the same database.
	App *app.App
	// DB holds its state.
	DB dbm.DB
	// Election of its genesis.
	Election *fixture.Election
	// Height and Time of the last block.
	Height int64
	Time   time.Time
	// AppHash after the last block.
	AppHash []byte
}

// NewApp returns an application over db.
func NewApp(db dbm.DB, chainID string) *app.App {
	return app.New(log.NewNopLogger(), db, nil, true, noOptions{}, baseapp.SetChainID(chainID))
}

// NewChain returns a chain at height 0 with the election in its genesis.
func NewChain(e *fixture.Election) (*Chain, error) {
	c := &Chain{DB: dbm.NewMemDB(), Election: e, Time: e.Now}
	c.App = NewApp(c.DB, e.ChainID)
	authorities, operators := AuthoritySet()
	state, err := e.AppState(c.App.EncodingConfig().Codec, c.App.DefaultGenesis(), authorities, operators)
	if err != nil {
		return nil, err
	}
	return c, c.InitChain(state)
}

// InitChain starts the chain from a genesis state.
func (c *Chain) InitChain(state []byte) error {
	params := app.ConsensusParams().ToProto()
	_, err := c.App.InitChain(&abci.RequestInitChain{
		ChainId: c.Election.ChainID, Time: c.Time, InitialHeight: 1, ConsensusParams: &params, AppStateBytes: state,
	})
	return err
}

// Restart replaces the application by a new one over the same database.
func (c *Chain) Restart() { c.App = NewApp(c.DB, c.Election.ChainID) }

// Next returns the time of the next block: one second after the last.
func (c *Chain) Next() time.Time { return c.Time.Add(time.Second) }

// Block executes and commits a block of transactions, one second after the last.
func (c *Chain) Block(txs ...[]byte) (*abci.ResponseFinalizeBlock, error) {
	return c.BlockAt(c.Next(), txs...)
}

// BlockAt executes and commits a block at a time.
func (c *Chain) BlockAt(at time.Time, txs ...[]byte) (*abci.ResponseFinalizeBlock, error) {
	response, err := c.App.FinalizeBlock(&abci.RequestFinalizeBlock{Height: c.Height + 1, Time: at, Txs: txs})
	if err != nil {
		return nil, err
	}
	if _, err := c.App.Commit(); err != nil {
		return nil, err
	}
	c.Height, c.Time, c.AppHash = c.Height+1, at, response.AppHash
	return response, nil
}

// Check asks whether a transaction may enter the mempool.
func (c *Chain) Check(tx []byte) (*abci.ResponseCheckTx, error) {
	return c.App.CheckTx(&abci.RequestCheckTx{Tx: tx, Type: abci.CheckTxType_New})
}

// Recheck asks whether a transaction may stay in the mempool.
func (c *Chain) Recheck(tx []byte) (*abci.ResponseCheckTx, error) {
	return c.App.CheckTx(&abci.RequestCheckTx{Tx: tx, Type: abci.CheckTxType_Recheck})
}

// Prepare returns the transactions that the application would propose for the next block.
func (c *Chain) Prepare(txs ...[]byte) ([][]byte, error) {
	response, err := c.App.PrepareProposal(&abci.RequestPrepareProposal{
		Height: c.Height + 1, Time: c.Next(), Txs: txs, MaxTxBytes: app.MaxBlockBytes,
	})
	if err != nil {
		return nil, err
	}
	return response.Txs, nil
}

// Accepts tells whether the application accepts a block of these transactions as the next.
func (c *Chain) Accepts(txs ...[]byte) (bool, error) {
	response, err := c.App.ProcessProposal(&abci.RequestProcessProposal{Height: c.Height + 1, Time: c.Next(), Txs: txs})
	if err != nil {
		return false, err
	}
	return response.IsAccepted(), nil
}
