// Package client talks to evoted nodes: it asks one or several of them, sends ballots
// to all of them at once, and signs and sends the transactions of officials.
//
// Nodes are not trusted more than needed. Where several are given, what an elector
// relies on is asked of each and compared, a ballot goes to each, and a ballot counts as
// recorded, or as refused, when two of them say so. A ballot that a node shows must hold
// a valid proof before anything is concluded from it. Questions whose answers are checked
// by other means are put to the first node that answers.
package client

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	sdkclient "github.com/cosmos/cosmos-sdk/client"

	"github.com/evoted/evoted/x/election/types"
)

const (
	// DialTimeout is how long a node may take to say which chain it serves.
	DialTimeout = 5 * time.Second
	// CallTimeout bounds one question to one node.
	CallTimeout = 10 * time.Second
)

// Errors of Dial and of questions to nodes.
var (
	ErrNoNode         = errors.New("client: no node answers")
	ErrOtherChain     = errors.New("client: the nodes serve different chains")
	ErrNodesDisagree  = errors.New("client: the nodes give different answers")
	ErrNodeCatchingUp = errors.New("client: the node has not caught up with the chain")
)

// Node is one evoted node, reached at its CometBFT RPC address.
type Node struct {
	// URL of the node, as it was given.
	URL     string
	context sdkclient.Context
}

// NewNode makes a node from a context that holds an RPC client.
func NewNode(url string, context sdkclient.Context) *Node {
	return &Node{URL: url, context: context.WithNodeURI(url).WithGRPCClient(nil)}
}

// Query returns the questions of the election module, bound to ctx.
func (n *Node) Query(ctx context.Context) types.QueryClient {
	return types.NewQueryClient(n.Context(ctx))
}

// Context returns the node's client context, bound to ctx.
func (n *Node) Context(ctx context.Context) sdkclient.Context {
	return n.context.WithCmdContext(ctx)
}

// Status asks the node for its chain, height and latest block time.
func (n *Node) Status(ctx context.Context) (*coretypes.ResultStatus, error) {
	ctx, cancel := context.WithTimeout(ctx, CallTimeout)
	defer cancel()
	return n.context.Client.Status(ctx)
}

// Client is a connection to one or several nodes of one chain.
type Client struct {
	nodes   []*Node
	chainID string
	silent  []error
}

// Dial connects to the nodes with the given CometBFT RPC addresses. The context gives
// the codecs and, if it has one, the chain id that the nodes must serve. Nodes that do
// not answer are left out (see Silent); with none left the error is ErrNoNode. Nodes of
// different chains are ErrOtherChain.
func Dial(ctx context.Context, base sdkclient.Context, urls []string) (*Client, error) {
	nodes := make([]*Node, 0, len(urls))
	for _, url := range urls {
		rpc, err := rpchttp.NewWithTimeout(url, "/websocket", uint(CallTimeout/time.Second))
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrNoNode, url, err)
		}
		nodes = append(nodes, NewNode(url, base.WithClient(rpc)))
	}
	return New(ctx, base.ChainID, nodes...)
}

// New connects to nodes, see Dial. An empty chain id takes that of the nodes.
func New(ctx context.Context, chainID string, nodes ...*Node) (*Client, error) {
	client := &Client{chainID: chainID}
	chains := ask(ctx, nodes, DialTimeout, func(ctx context.Context, n *Node) (string, error) {
		answer, err := n.Status(ctx)
		if err != nil {
			return "", err
		}
		return answer.NodeInfo.Network, nil
	})
	for _, chain := range chains {
		switch {
		case chain.Err != nil:
			client.silent = append(client.silent, fmt.Errorf("%s: %w", chain.Node.URL, chain.Err))
		case client.chainID == "" || client.chainID == chain.Value:
			client.chainID = chain.Value
			client.nodes = append(client.nodes, chain.Node)
		default:
			return nil, fmt.Errorf("%w: %s serves %q, not %q", ErrOtherChain, chain.Node.URL, chain.Value, client.chainID)
		}
	}
	if len(client.nodes) == 0 {
		return nil, fmt.Errorf("%w: %w", ErrNoNode, errors.Join(client.silent...))
	}
	return client, nil
}

// ChainID of the nodes.
func (c *Client) ChainID() string { return c.chainID }

// Nodes that answered when the connection was made, in the order given.
func (c *Client) Nodes() []*Node { return c.nodes }

// Silent tells of each node that did not answer, and why.
func (c *Client) Silent() []error { return c.silent }

// URLs of the nodes.
func (c *Client) URLs() []string {
	urls := make([]string, len(c.nodes))
	for i, n := range c.nodes {
		urls[i] = n.URL
	}
	return urls
}

// Answer is what one node said.
type Answer[T any] struct {
	// Node that answered.
	Node *Node
	// Value of the answer, if Err is nil.
	Value T
	// Err tells why there is no answer.
	Err error
}

// ask puts one question to every node at once.
func ask[T any](ctx context.Context, nodes []*Node, timeout time.Duration, question func(context.Context, *Node) (T, error)) []Answer[T] {
	answers := make([]Answer[T], len(nodes))
	done := make(chan int, len(nodes))
	for i, n := range nodes {
		go func() {
			ctx, cancel := context.WithTimeout(ctx, timeout)
			defer cancel()
			value, err := question(ctx, n)
			answers[i] = Answer[T]{Node: n, Value: value, Err: err}
			done <- i
		}()
	}
	for range nodes {
		<-done
	}
	return answers
}

// All puts a question to every node at once and returns each answer, in the order of
// Nodes.
func All[T any](ctx context.Context, c *Client, question func(context.Context, *Node) (T, error)) []Answer[T] {
	return ask(ctx, c.nodes, CallTimeout, question)
}

// First puts a question to one node after the other until one answers. That something
// does not exist, or that the question is malformed, is an answer. If no node answers,
// the error is ErrNoNode with every reason.
func First[T any](ctx context.Context, c *Client, question func(context.Context, *Node) (T, error)) (T, error) {
	var failures []error
	for _, n := range c.nodes {
		value, err := one(ctx, n, question)
		if err == nil || answered(err) {
			return value, err
		}
		failures = append(failures, fmt.Errorf("%s: %w", n.URL, err))
		if ctx.Err() != nil {
			break
		}
	}
	var none T
	return none, fmt.Errorf("%w: %w", ErrNoNode, errors.Join(failures...))
}

func one[T any](ctx context.Context, n *Node, question func(context.Context, *Node) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, CallTimeout)
	defer cancel()
	return question(ctx, n)
}

// answered tells whether an error is the chain's own answer rather than a failure to
// reach it.
func answered(err error) bool {
	switch status.Code(err) {
	case codes.NotFound, codes.InvalidArgument, codes.FailedPrecondition, codes.OutOfRange:
		return true
	default:
		return false
	}
}

// IsNotFound tells whether a question was answered with "there is no such thing".
func IsNotFound(err error) bool {
	if err == nil {
		return false
	}
	// Errors of modules lose their code on the way through the node's query interface;
	// what remains of it is the text.
	return status.Code(err) == codes.NotFound || strings.Contains(strings.ToLower(err.Error()), "not found")
}
