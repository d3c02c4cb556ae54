package localnet

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"net"
	"strconv"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
)

// host is the loopback address that everything listens on.
const host = "127.0.0.1"

const (
	// portsPerNode a node needs: p2p, RPC, REST, gRPC.
	portsPerNode = 4
	// portStep lies between the first ports of two nodes when a base port is given.
	portStep = 10
	// Free ports are drawn from a range below the one from which systems take the ports
	// of outgoing connections (32768 and up on Linux), so that no connection takes a port
	// between the writing of the network and its start.
	firstFreePort, lastFreePort = 20000, 32000
	// portAttempts before giving up on a free port.
	portAttempts = 1000
)

// ports are the ports of one node.
type ports struct{ p2p, rpc, api, grpc int }

// reservation holds ports until it is released, so that no other program takes them
// meanwhile.
type reservation struct {
	nodes     []ports
	listeners []net.Listener
}

// reserve takes the ports for a number of nodes: four from base and every ten further
// if a base is given, free ones otherwise.
func reserve(ctx context.Context, count, base int) (*reservation, error) {
	if base != 0 && (base < 1024 || base+portStep*count > 1<<16) {
		return nil, terminal.Usagef("--%s %d: the ports must lie between 1024 and 65535", flagBasePort, base)
	}
	r := &reservation{nodes: make([]ports, 0, count), listeners: make([]net.Listener, 0, portsPerNode*count)}
	for i := range count {
		var got [portsPerNode]int
		for j := range got {
			port, err := r.take(ctx, base, base+portStep*i+j)
			if err != nil {
				r.release()
				return nil, err
			}
			got[j] = port
		}
		r.nodes = append(r.nodes, ports{p2p: got[0], rpc: got[1], api: got[2], grpc: got[3]})
	}
	return r, nil
}

// take listens on the wanted port, or on any free one if no base is given.
func (r *reservation) take(ctx context.Context, base, wanted int) (int, error) {
	if base != 0 {
		if err := r.listen(ctx, wanted); err != nil {
			return 0, busy(wanted)
		}
		return wanted, nil
	}
	for range portAttempts {
		offset, err := rand.Int(rand.Reader, big.NewInt(lastFreePort-firstFreePort))
		if err != nil {
			return 0, err
		}
		port := firstFreePort + int(offset.Int64())
		if r.listen(ctx, port) == nil {
			return port, nil
		}
	}
	return 0, errors.New("no free port found")
}

func (r *reservation) listen(ctx context.Context, port int) error {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address(port))
	if err == nil {
		r.listeners = append(r.listeners, listener)
	}
	return err
}

// release gives the ports back.
func (r *reservation) release() {
	for _, listener := range r.listeners {
		_ = listener.Close()
	}
	r.listeners = nil
}

// checkFree tells whether all ports of a network that was written earlier are free.
func checkFree(ctx context.Context, n *Network) error {
	r := &reservation{}
	defer r.release()
	for _, node := range n.Nodes {
		for _, where := range []string{node.RPC, node.API, node.GRPC, node.P2P} {
			port, err := portOf(where)
			if err != nil {
				return err
			}
			if r.listen(ctx, port) != nil {
				return busy(port)
			}
		}
	}
	return nil
}

func busy(port int) error {
	return terminal.WithHint(fmt.Errorf("port %d of %s is in use by another program", port, host),
		"end that program (another local network?), or write a network with other ports in a new directory")
}

func address(port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }
