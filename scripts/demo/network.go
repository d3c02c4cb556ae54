package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"time"
)

// node is one authority of the network.
type node struct {
	Moniker string `json:"moniker"`
	Home    string `json:"home"`
	RPC     string `json:"rpc"`
	process *process
}

// network is the localnet under test, as evoted localnet init describes it.
type network struct {
	ChainID    string  `json:"chain_id"`
	ClientHome string  `json:"client_home"`
	Setup      string  `json:"setup"`
	Nodes      []*node `json:"nodes"`
	demo       *demo
}

func initNetwork(ctx context.Context, d *demo) (*network, error) {
	n := &network{demo: d}
	if err := d.commandJSON(ctx, n, "localnet", "init", "--dir", filepath.Join(d.dir, "net")); err != nil {
		return nil, err
	}
	return n, nil
}

func (n *network) startNode(i int) error {
	var err error
	n.Nodes[i].process, err = n.demo.start(filepath.Join(n.Nodes[i].Home, "node.log"), "start", "--home", n.Nodes[i].Home)
	return err
}

func (n *network) startAll(ctx context.Context) error {
	for i := range n.Nodes {
		if err := n.startNode(i); err != nil {
			return err
		}
	}
	for _, node := range n.Nodes {
		if err := until(ctx, time.Minute, func() (bool, error) {
			s, err := node.status(ctx)
			return err == nil && s.height >= 2, nil
		}); err != nil {
			return fmt.Errorf("%s: %w", node.Moniker, err)
		}
	}
	return nil
}

func (n *network) stop() error {
	for _, node := range n.Nodes {
		if err := node.process.stop(); err != nil {
			return err
		}
	}
	return nil
}

type nodeStatus struct {
	height int64
	time   time.Time
	syncs  bool
}

// status asks the node where it is.
func (n *node) status(ctx context.Context) (nodeStatus, error) {
	var answer struct {
		SyncInfo struct {
			Height     string    `json:"latest_block_height"`
			Time       time.Time `json:"latest_block_time"`
			CatchingUp bool      `json:"catching_up"`
		} `json:"sync_info"`
	}
	if err := n.get(ctx, "status", &answer); err != nil {
		return nodeStatus{}, err
	}
	height, err := strconv.ParseInt(answer.SyncInfo.Height, 10, 64)
	return nodeStatus{height: height, time: answer.SyncInfo.Time, syncs: answer.SyncInfo.CatchingUp}, err
}

// header is what the authorities must agree on at one height.
type header struct {
	blockHash, appHash, resultsHash string
	time                            time.Time
}

func (n *node) header(ctx context.Context, height int64) (header, error) {
	var answer struct {
		BlockID struct {
			Hash string `json:"hash"`
		} `json:"block_id"`
		Block struct {
			Header struct {
				AppHash         string    `json:"app_hash"`
				LastResultsHash string    `json:"last_results_hash"`
				Time            time.Time `json:"time"`
			} `json:"header"`
		} `json:"block"`
	}
	err := n.get(ctx, fmt.Sprintf("block?height=%d", height), &answer)
	return header{
		blockHash: answer.BlockID.Hash, appHash: answer.Block.Header.AppHash,
		resultsHash: answer.Block.Header.LastResultsHash, time: answer.Block.Header.Time,
	}, err
}

// broadcast sends transaction bytes and returns the code and log of CheckTx.
func (n *node) broadcast(ctx context.Context, tx []byte) (code uint32, log string, err error) {
	var answer struct {
		Code uint32 `json:"code"`
		Log  string `json:"log"`
	}
	err = n.get(ctx, fmt.Sprintf("broadcast_tx_sync?tx=0x%x", tx), &answer)
	return answer.Code, answer.Log, err
}

func (n *node) get(ctx context.Context, path string, result any) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	url := "http" + n.RPC[len("tcp"):] + "/" + path
	if n.RPC[:4] == "http" {
		url = n.RPC + "/" + path
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 8<<20))
	if err != nil {
		return err
	}
	var envelope struct {
		Result json.RawMessage `json:"result"`
		Error  *struct {
			Message string `json:"message"`
			Data    string `json:"data"`
		} `json:"error"`
	}
	if err := json.Unmarshal(body, &envelope); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if envelope.Error != nil {
		return fmt.Errorf("%s: %s %s", path, envelope.Error.Message, envelope.Error.Data)
	}
	return json.Unmarshal(envelope.Result, result)
}

// until asks every 200 ms until the condition holds, fails or time runs out.
func until(ctx context.Context, limit time.Duration, condition func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		done, err := condition()
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not reached within %s: %w", limit.Round(time.Second), ctx.Err())
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// compareChains checks that every node has the same block, application hash and
// results hash at every height.
func (d *demo) compareChains(ctx context.Context) error {
	lowest := int64(0)
	for _, node := range d.network.Nodes {
		status, err := node.status(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", node.Moniker, err)
		}
		if lowest == 0 || status.height < lowest {
			lowest = status.height
		}
	}
	var before time.Time
	d.report.intervals = nil
	for height := int64(1); height <= lowest; height++ {
		want, err := d.network.Nodes[0].header(ctx, height)
		if err != nil {
			return err
		}
		if height > 2 {
			d.report.intervals = append(d.report.intervals, want.time.Sub(before))
		}
		before = want.time
		for _, node := range d.network.Nodes[1:] {
			got, err := node.header(ctx, height)
			if err != nil {
				return fmt.Errorf("%s: %w", node.Moniker, err)
			}
			if got != want {
				return fmt.Errorf("height %d: %s has %v, %s has %v", height, node.Moniker, got, d.network.Nodes[0].Moniker, want)
			}
		}
	}
	d.report.heights = lowest
	return nil
}
