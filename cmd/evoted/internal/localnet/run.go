package localnet

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
)

const (
	// startTimeout is how long a network may take until every node has made blocks.
	startTimeout = 2 * time.Minute
	// stopTimeout is how long a node may take to stop before it is killed.
	stopTimeout = 10 * time.Second
	// pollTime between two questions to a node that is starting.
	pollTime = 200 * time.Millisecond
	// askTimeout is how long a node may take to answer.
	askTimeout = 5 * time.Second
	// readyHeight at which a node is known to make blocks with the others.
	readyHeight = 2
	// logLines of a node that failed are shown.
	logLines = 5
)

// exit tells that a node has ended.
type exit struct {
	node Node
	err  error
}

// fleet is a set of running nodes.
type fleet struct {
	network    *Network
	executable string
	patience   time.Duration // with a node that is asked to stop
	exits      chan exit
	running    int
	stop       context.CancelFunc
}

// launch starts every node of a network as a process of its own. The processes live
// until stopAll is called or ctx ends.
func launch(ctx context.Context, n *Network) (*fleet, error) {
	executable, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the program: %w", err)
	}
	f := &fleet{network: n, executable: executable, patience: stopTimeout}
	return f, f.start(ctx)
}

func (f *fleet) start(ctx context.Context) error {
	ctx, f.stop = context.WithCancel(ctx)
	f.exits = make(chan exit, len(f.network.Nodes))
	for _, node := range f.network.Nodes {
		started := make(chan error)
		go f.supervise(ctx, node, started)
		if err := <-started; err != nil {
			f.stopAll()
			return fmt.Errorf("start %s: %w", node.Moniker, err)
		}
		f.running++
	}
	return nil
}

// supervise runs one node and reports its end. The goroutine keeps its thread for as
// long as the node lives: the kernel takes the death of the thread that made a process
// for the death of its parent.
func (f *fleet) supervise(ctx context.Context, node Node, started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	log, err := os.OpenFile(node.Log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		started <- err
		return
	}
	defer func() { _ = log.Close() }()
	cmd := exec.CommandContext(ctx, f.executable, "start", "--home", node.Home, "--log_no_color")
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = childAttributes()
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = f.patience
	err = cmd.Start()
	started <- err
	if err != nil {
		return
	}
	f.exits <- exit{node: node, err: cmd.Wait()}
}

// stopAll asks every node to stop and waits for the end of all.
func (f *fleet) stopAll() {
	f.stop()
	for ; f.running > 0; f.running-- {
		<-f.exits
	}
}

// ready waits until every node has made blocks.
func (f *fleet) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	ready := make(chan error, len(f.network.Nodes))
	for _, node := range f.network.Nodes {
		go func() { ready <- waitReady(ctx, node) }()
	}
	for range f.network.Nodes {
		select {
		case err := <-ready:
			if err != nil {
				return err
			}
		case ended := <-f.exits:
			f.running--
			return terminal.WithHint(
				fmt.Errorf("%s ended while starting: %w: %s", ended.node.Moniker, describe(ended.err), lastLines(ended.node.Log())),
				"its log is "+ended.node.Log())
		}
	}
	return nil
}

// watch waits for the end of ctx and tells about nodes that end by themselves; the
// others go on. With no node left it returns an error.
func (f *fleet) watch(ctx context.Context, tell func(format string, args ...any)) error {
	for f.running > 0 {
		select {
		case <-ctx.Done():
			return nil
		case ended := <-f.exits:
			f.running--
			tell("%s ended by itself: %s; its log is %s; start it again with: %s start --home %s",
				ended.node.Moniker, describe(ended.err), ended.node.Log(), program(), ended.node.Home)
		}
	}
	return errors.New("every node ended by itself")
}

// waitReady waits until a node is at the second block or later and has made one since
// it was first asked.
func waitReady(ctx context.Context, node Node) error {
	first := int64(-1)
	for {
		height, err := height(ctx, node.RPC)
		if err == nil {
			if first < 0 {
				first = height
			}
			if height >= readyHeight && height > first {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			if err == nil {
				err = fmt.Errorf("it is at block %d", height)
			}
			return terminal.WithHint(fmt.Errorf("%s makes no blocks: %w", node.Moniker, err), "its log is "+node.Log())
		case <-time.After(pollTime):
		}
	}
}

// height asks a node for its latest block.
func height(ctx context.Context, rpc string) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, rpc+"/status", http.NoBody)
	if err != nil {
		return 0, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	var status struct {
		Result struct {
			SyncInfo struct {
				Height string `json:"latest_block_height"`
			} `json:"sync_info"`
		} `json:"result"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&status); err != nil {
		return 0, err
	}
	return strconv.ParseInt(status.Result.SyncInfo.Height, 10, 64)
}

// describe says how a process ended.
func describe(err error) error {
	if err == nil {
		return errors.New("it stopped without an error")
	}
	return err
}

// lastLines returns the end of a log, as one line.
func lastLines(path string) string {
	log, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = log.Close() }()
	var lines []string
	for scanner := bufio.NewScanner(log); scanner.Scan(); {
		lines = append(lines, scanner.Text())
		lines = lines[max(0, len(lines)-logLines):]
	}
	return strings.Join(lines, " | ")
}
