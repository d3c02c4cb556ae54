package client

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"sync"
	"time"

	sdkclient "github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/tx"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"

	"github.com/evoted/evoted/x/election/types"
)

const (
	// sendAttempts is how often a transaction is signed anew after a refusal that
	// goes away by itself: another sequence, or the quota of the block.
	sendAttempts = 8
	// retryPause lets a block pass between two attempts.
	retryPause = 700 * time.Millisecond
	// InclusionTimeout bounds the wait for a block with an official's transaction.
	InclusionTimeout = 60 * time.Second
)

// ErrAccount reports that the key of an official cannot be used on this chain.
var ErrAccount = errors.New("client: account")

// Gas limits. No fee is paid for gas, so that a limit which is never reached costs
// nothing, while an estimate would need a second question to the node for each
// transaction and could be wrong by the time of the block.
const (
	gasBase       = 5_000_000
	gasPerElector = 100_000
	gasPerByte    = 400
)

// GasLimit returns the fixed gas limit of a transaction with these messages.
func GasLimit(messages ...sdk.Msg) uint64 {
	limit := uint64(gasBase)
	for _, message := range messages {
		switch m := message.(type) {
		case *types.MsgRegisterElectors:
			limit += gasPerElector * uint64(len(m.Electors))
		case *types.MsgSubmitDeal:
			limit += gasPerByte * uint64(len(m.Deal))
		case *types.MsgConfirmDeals, *types.MsgSubmitDecryptionShare, *types.MsgPublishResult:
			// These read every deal of the election.
			limit += 10 * gasBase
		}
	}
	return limit
}

// Official signs and sends the transactions of one account. It is safe for use by
// several goroutines; their transactions get consecutive sequence numbers.
type Official struct {
	client  *Client
	base    sdkclient.Context
	name    string
	address sdk.AccAddress

	mu       sync.Mutex
	number   uint64
	sequence uint64
	known    bool
}

// NewOfficial uses the key of that name in the context's keyring. The context must
// hold keyring, codecs, TxConfig and AccountRetriever. Errors: ErrAccount.
func NewOfficial(client *Client, base sdkclient.Context, name string) (*Official, error) {
	if base.Keyring == nil || base.TxConfig == nil || base.AccountRetriever == nil {
		return nil, fmt.Errorf("%w: no keyring is configured", ErrAccount)
	}
	if name == "" {
		return nil, fmt.Errorf("%w: no key was named", ErrAccount)
	}
	address, keyName, _, err := sdkclient.GetFromFields(base, base.Keyring, name)
	if err != nil {
		return nil, fmt.Errorf("%w: key %q: %w", ErrAccount, name, err)
	}
	return &Official{client: client, base: base, name: keyName, address: address}, nil
}

// Address of the account.
func (o *Official) Address() string { return o.address.String() }

// Client is the connection that the account uses.
func (o *Official) Client() *Client { return o.client }

// Send signs one transaction with these messages, gives it to the nodes and waits until
// it is in a block. It signs anew if the sequence was taken or the block was full. The
// errors are those of Broadcast and Await; ErrAccount if the chain does not know the
// account.
func (o *Official) Send(ctx context.Context, messages ...sdk.Msg) (Included, error) {
	ctx, cancel := context.WithTimeout(ctx, InclusionTimeout)
	defer cancel()
	var lastErr error
	for range sendAttempts {
		raw, err := o.submit(ctx, messages)
		if err == nil {
			included, err := o.client.Await(ctx, raw)
			if err != nil {
				o.forget()
			}
			return included, err
		}
		if !passing(err) {
			return Included{}, err
		}
		lastErr = err
		select {
		case <-ctx.Done():
			return Included{}, fmt.Errorf("%w: %w", ErrUnknownFate, lastErr)
		case <-time.After(retryPause):
		}
	}
	return Included{}, lastErr
}

// passing tells whether a refusal can go away by itself within some blocks. It is none if
// the transaction may have arrived at another node.
func passing(err error) bool {
	if errors.Is(err, ErrUnknownFate) {
		return false
	}
	return errors.Is(err, sdkerrors.ErrWrongSequence) || errors.Is(err, types.ErrQuota) ||
		errors.Is(err, types.ErrBallotPending) || errors.Is(err, sdkerrors.ErrMempoolIsFull)
}

// submit signs with the next sequence and broadcasts. One transaction at a time, so
// that sequences reach the nodes in order.
func (o *Official) submit(ctx context.Context, messages []sdk.Msg) ([]byte, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.refresh(ctx); err != nil {
		return nil, err
	}
	raw, err := o.sign(ctx, messages)
	if err != nil {
		return nil, err
	}
	if _, err := o.client.Broadcast(ctx, raw); err != nil {
		o.known = false
		if expected, ok := expectedSequence(err); ok {
			o.sequence, o.known = expected, true
		}
		return nil, err
	}
	o.sequence++
	return raw, nil
}

func (o *Official) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.known = false
}

// refresh asks the chain for account number and sequence, unless they are known. The
// caller holds the lock.
func (o *Official) refresh(ctx context.Context) error {
	if o.known {
		return nil
	}
	type account struct{ number, sequence uint64 }
	found, err := First(ctx, o.client, func(ctx context.Context, n *Node) (account, error) {
		nodeContext := o.base.WithClient(n.context.Client).WithGRPCClient(nil).WithCmdContext(ctx)
		number, sequence, err := o.base.AccountRetriever.GetAccountNumberSequence(nodeContext, o.address)
		return account{number, sequence}, err
	})
	switch {
	case IsNotFound(err):
		return fmt.Errorf("%w: %w: %s", ErrAccount, sdkerrors.ErrUnknownAddress, o.address)
	case err != nil:
		return err
	}
	o.number, o.sequence, o.known = found.number, found.sequence, true
	return nil
}

func (o *Official) sign(ctx context.Context, messages []sdk.Msg) ([]byte, error) {
	factory := tx.Factory{}.
		WithTxConfig(o.base.TxConfig).
		WithKeybase(o.base.Keyring).
		WithChainID(o.client.ChainID()).
		WithSignMode(signing.SignMode_SIGN_MODE_DIRECT).
		WithAccountNumber(o.number).
		WithSequence(o.sequence).
		WithGas(GasLimit(messages...))
	builder, err := factory.BuildUnsignedTx(messages...)
	if err != nil {
		return nil, fmt.Errorf("%w: building the transaction: %w", ErrAccount, err)
	}
	if err := tx.Sign(ctx, factory, o.name, builder, true); err != nil {
		return nil, fmt.Errorf("%w: signing: %w", ErrAccount, err)
	}
	raw, err := o.base.TxConfig.TxEncoder()(builder.GetTx())
	if err != nil {
		return nil, fmt.Errorf("%w: encoding: %w", ErrAccount, err)
	}
	return raw, nil
}

var sequenceText = regexp.MustCompile(`expected (\d+), got (\d+)`)

// expectedSequence reads the sequence that a node expects from its refusal. It counts
// the transactions that wait in the node, which the account's state does not show.
func expectedSequence(err error) (uint64, bool) {
	if !errors.Is(err, sdkerrors.ErrWrongSequence) {
		return 0, false
	}
	found := sequenceText.FindStringSubmatch(err.Error())
	if found == nil {
		return 0, false
	}
	n, parseErr := strconv.ParseUint(found[1], 10, 64)
	return n, parseErr == nil
}

// DecodeResponse decodes into response the answer of the first message of a
// transaction.
func DecodeResponse(included Included, response interface{ Unmarshal(b []byte) error }) error {
	var data sdk.TxMsgData
	if err := data.Unmarshal(included.Data); err != nil {
		return fmt.Errorf("client: answer of transaction %s: %w", included.Hash, err)
	}
	if len(data.MsgResponses) == 0 {
		return fmt.Errorf("client: transaction %s has no answer", included.Hash)
	}
	if err := response.Unmarshal(data.MsgResponses[0].Value); err != nil {
		return fmt.Errorf("client: answer of transaction %s: %w", included.Hash, err)
	}
	return nil
}
