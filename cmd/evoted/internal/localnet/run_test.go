package localnet

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Behaviours of the node that the test program plays, by the name of its home.
const (
	good     = "good"     // makes blocks, stops when asked
	stubborn = "stubborn" // makes blocks, does not stop when asked
	broken   = "broken"   // ends at once
)

// TestMain lets the test program play a node when it is started like one.
func TestMain(m *testing.M) {
	if len(os.Args) > 3 && os.Args[1] == "start" {
		os.Exit(playNode(os.Args[3]))
	}
	os.Exit(m.Run())
}

func playNode(home string) int {
	if filepath.Base(home) == broken {
		fmt.Fprintln(os.Stderr, "the database is broken")
		return 3
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	where, err := os.ReadFile(filepath.Join(home, "rpc"))
	if err != nil {
		return 1
	}
	var height atomic.Int64
	go func() {
		_ = http.ListenAndServe(string(where), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprintf(w, `{"result":{"sync_info":{"latest_block_height":"%d"}}}`, height.Add(1))
		}))
	}()
	for {
		<-stop
		if filepath.Base(home) == good {
			return 0
		}
	}
}

// newFleet returns a fleet of played nodes.
func newFleet(t *testing.T, behaviours ...string) *fleet {
	t.Helper()
	reserved, err := reserve(t.Context(), len(behaviours), 0)
	require.NoError(t, err)
	network := &Network{}
	for i, behaviour := range behaviours {
		home := filepath.Join(t.TempDir(), behaviour)
		require.NoError(t, os.Mkdir(home, 0o700))
		where := address(reserved.nodes[i].rpc)
		require.NoError(t, os.WriteFile(filepath.Join(home, "rpc"), []byte(where), 0o600))
		network.Nodes = append(network.Nodes, Node{Moniker: behaviour, Home: home, RPC: "http://" + where})
	}
	reserved.release()
	return &fleet{network: network, executable: os.Args[0], patience: time.Second}
}

// listens tells whether something answers at a node's address.
func listens(node Node) bool {
	connection, err := net.DialTimeout("tcp", strings.TrimPrefix(node.RPC, "http://"), time.Second)
	if err == nil {
		_ = connection.Close()
	}
	return err == nil
}

// All nodes are stopped, also one that does not want to.
func TestFleetStops(t *testing.T) {
	t.Parallel()
	f := newFleet(t, good, stubborn)
	require.NoError(t, f.start(t.Context()))
	require.NoError(t, f.ready(t.Context()))
	require.Equal(t, 2, f.running)
	f.stopAll()
	require.Zero(t, f.running)
	for _, node := range f.network.Nodes {
		require.False(t, listens(node), node.Moniker)
	}
}

// A node that ends while starting is reported with the end of its log.
func TestFleetFailsToStart(t *testing.T) {
	t.Parallel()
	f := newFleet(t, good, broken)
	require.NoError(t, f.start(t.Context()))
	err := f.ready(t.Context())
	f.stopAll()
	require.ErrorContains(t, err, "broken ended while starting")
	require.ErrorContains(t, err, "the database is broken")
}

// A node that is killed is reported, and the others go on until they are stopped.
func TestFleetLosesNode(t *testing.T) {
	t.Parallel()
	f := newFleet(t, good, good)
	require.NoError(t, f.start(t.Context()))
	require.NoError(t, f.ready(t.Context()))
	f.exits <- exit{node: f.network.Nodes[0], err: context.Canceled}

	ctx, cancel := context.WithCancel(t.Context())
	var told atomic.Value
	err := f.watch(ctx, func(format string, args ...any) {
		told.Store(fmt.Sprintf(format, args...))
		require.True(t, listens(f.network.Nodes[1]))
		cancel()
	})
	require.NoError(t, err)
	require.Contains(t, told.Load(), "good ended by itself")
	require.Equal(t, 1, f.running)
	f.running++ // it did not really end
	f.stopAll()
}

// Without any node left the command ends with an error.
func TestFleetLosesAll(t *testing.T) {
	t.Parallel()
	f := newFleet(t, broken)
	require.NoError(t, f.start(t.Context()))
	require.ErrorContains(t, f.watch(t.Context(), silent), "every node ended by itself")
	f.stopAll()
}

// A program that cannot be started is an error, and nothing is left running.
func TestFleetCannotStart(t *testing.T) {
	t.Parallel()
	f := newFleet(t, good)
	f.executable = filepath.Join(t.TempDir(), "absent")
	require.ErrorContains(t, f.start(t.Context()), "start good")
	require.Zero(t, f.running)
}
