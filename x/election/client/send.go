package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"

	errorsmod "cosmossdk.io/errors"

	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
)

const (
	// pollInterval is how often a node is asked whether something was included.
	pollInterval = 250 * time.Millisecond
	// resendInterval is how often a ballot that is not yet included is sent again: a
	// node may have died between taking it and passing it on.
	resendInterval = 5 * time.Second
)

// Errors of sending and waiting.
var (
	// ErrRefused: the chain said no; the reason is wrapped.
	ErrRefused = errors.New("client: refused by the chain")
	// ErrNotSent: no node could be reached, so nothing was sent.
	ErrNotSent = errors.New("client: not sent")
	// ErrUnknownFate: sent, but not seen in a block in time.
	ErrUnknownFate = errors.New("client: sent, but not seen in a block yet")
)

// TxHash returns the hash under which nodes know a transaction, in upper-case hexadecimal.
func TxHash(tx []byte) string { return fmt.Sprintf("%X", cmttypes.Tx(tx).Hash()) }

// broadcast gives a transaction to one node. Nil means that the node has it. A refusal
// by the chain wraps ErrRefused, everything else is a failure to reach the node.
func broadcast(ctx context.Context, n *Node, tx []byte) error {
	res, err := n.Context(ctx).BroadcastTxSync(tx)
	if err != nil {
		return err
	}
	if res.Code == 0 || (res.Codespace == sdkerrors.RootCodespace && res.Code == sdkerrors.ErrTxInMempoolCache.ABCICode()) {
		return nil
	}
	return refusal(res.Codespace, res.Code, res.RawLog)
}

// Refusal is the chain's own "no": a transaction that a node did not take, or that
// failed in a block. It matches ErrRefused and the error of the module under errors.Is.
type Refusal struct {
	reason error
	text   string
}

// refusal makes the error of an ABCI result with a code other than 0.
func refusal(codespace string, code uint32, log string) error {
	reason := errorsmod.ABCIError(codespace, code, "")
	plain := strings.TrimPrefix(reason.Error(), ": ")
	text := firstLine(log)
	if text == "" {
		text = plain
	}
	return &Refusal{reason: reason, text: text}
}

// Error is the chain's text, which names what is wrong.
func (r *Refusal) Error() string { return r.text }

// Unwrap gives ErrRefused and the error that the code stands for.
func (r *Refusal) Unwrap() []error { return []error{ErrRefused, r.reason} }

// firstLine cuts the log of a result to what a person can read: nodes may add stack
// traces to it.
func firstLine(log string) string {
	log, _, _ = strings.Cut(log, "\n")
	const longest = 300
	if len(log) > longest {
		log = log[:longest]
	}
	return log
}

// offer is what came of giving a transaction to every node.
type offer struct {
	// taken are the nodes that have it.
	taken []string
	// refused are the chain's reasons of nodes that did not take it, failed those of nodes
	// with which the conversation failed.
	refused, failed []error
	// unclear is set if a node may have it although it did not say so.
	unclear bool
}

// arrived tells whether the transaction came or may have come to any node. One that
// refuses it has it all the same.
func (o offer) arrived() bool { return o.unclear || len(o.taken)+len(o.refused) > 0 }

// err is nil if a node took the transaction, and else as Broadcast says.
func (o offer) err() error {
	switch {
	case len(o.taken) > 0:
		return nil
	case o.unclear:
		return fmt.Errorf("%w: %w", ErrUnknownFate, errors.Join(append(o.failed, o.refused...)...))
	case len(o.refused) > 0:
		return o.refused[0]
	default:
		return fmt.Errorf("%w: %w", ErrNotSent, errors.Join(o.failed...))
	}
}

// offer gives a transaction to every node at once.
func (c *Client) offer(ctx context.Context, tx []byte) offer {
	answers := All(ctx, c, func(ctx context.Context, n *Node) (struct{}, error) {
		return struct{}{}, broadcast(ctx, n, tx)
	})
	var o offer
	for _, a := range answers {
		switch {
		case a.Err == nil:
			o.taken = append(o.taken, a.Node.URL)
		case errors.Is(a.Err, ErrRefused):
			o.refused = append(o.refused, a.Err)
		default:
			o.failed = append(o.failed, fmt.Errorf("%s: %w", a.Node.URL, a.Err))
			o.unclear = o.unclear || !unreached(a.Err)
		}
	}
	return o
}

// Broadcast gives a transaction to every node at once and returns the URLs of those
// that took it. If none did, the error is ErrUnknownFate if a connection broke after the
// transaction may have been sent (what other nodes said is wrapped as well), else it
// wraps ErrRefused with the chain's reason if any node gave one, and ErrNotSent if no
// node could be reached.
func (c *Client) Broadcast(ctx context.Context, tx []byte) ([]string, error) {
	o := c.offer(ctx, tx)
	return o.taken, o.err()
}

// unreached tells whether a failure happened before anything could have been sent.
func unreached(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// Included is a transaction in a block.
type Included struct {
	// Hash of the transaction, upper-case hexadecimal.
	Hash string `json:"tx_hash"`
	// Height of the block.
	Height int64 `json:"height"`
	// Data holds the encoded answers of its messages.
	Data []byte `json:"-"`
}

// Await waits until a transaction is in a block, asking every node in turn. If it
// failed there, the error wraps ErrRefused and the reason. If ctx ends first, the error
// is ErrUnknownFate.
func (c *Client) Await(ctx context.Context, tx []byte) (Included, error) {
	hash := cmttypes.Tx(tx).Hash()
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		for _, n := range c.nodes {
			res, err := lookUp(ctx, n, hash)
			if err != nil {
				continue // not there, or not reachable: another node, or later
			}
			if res.TxResult.Code != 0 {
				return Included{}, refusal(res.TxResult.Codespace, res.TxResult.Code, res.TxResult.Log)
			}
			return Included{Hash: TxHash(tx), Height: res.Height, Data: res.TxResult.Data}, nil
		}
		select {
		case <-ctx.Done():
			return Included{}, fmt.Errorf("%w: transaction %X", ErrUnknownFate, hash)
		case <-ticker.C:
		}
	}
}

// lookUpTimeout keeps one dead node from delaying the others.
const lookUpTimeout = 2 * time.Second

func lookUp(ctx context.Context, n *Node, hash []byte) (*coretypes.ResultTx, error) {
	ctx, cancel := context.WithTimeout(ctx, lookUpTimeout)
	defer cancel()
	return n.context.Client.Tx(ctx, hash, false)
}
