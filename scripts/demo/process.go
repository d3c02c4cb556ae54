package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// command runs evoted once and returns what it printed on standard output. The
// error of a refusal holds what it printed on standard error.
func (d *demo) command(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, d.program, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.Bytes(), fmt.Errorf("evoted %s: %w\n%s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return stdout.Bytes(), nil
}

// commandJSON runs evoted with --output json and decodes its answer into v.
func (d *demo) commandJSON(ctx context.Context, v any, args ...string) error {
	out, err := d.command(ctx, append(args, "--output", "json")...)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(out, v); err != nil {
		return fmt.Errorf("evoted %s: %w in %q", strings.Join(args, " "), err, out)
	}
	return nil
}

// process is a program that runs until it is stopped.
type process struct {
	cmd  *exec.Cmd
	log  *os.File
	done chan error
}

// start runs evoted in the background with its output in the file named log.
func (d *demo) start(log string, args ...string) (*process, error) {
	file, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	// The process outlives the call that starts it; stop and kill end it by its id.
	cmd := exec.CommandContext(context.Background(), d.program, args...)
	cmd.Stdout, cmd.Stderr = file, file
	if err := cmd.Start(); err != nil {
		_ = file.Close()
		return nil, err
	}
	p := &process{cmd: cmd, log: file, done: make(chan error, 1)}
	go func() { p.done <- cmd.Wait() }()
	return p, nil
}

// stop asks the process to end and waits.
func (p *process) stop() error {
	return p.end(syscall.SIGTERM)
}

// kill ends the process as a power cut would.
func (p *process) kill() error {
	return p.end(syscall.SIGKILL)
}

func (p *process) end(sig syscall.Signal) error {
	if p == nil || p.cmd == nil {
		return nil
	}
	cmd := p.cmd
	p.cmd = nil
	defer func() { _ = p.log.Close() }()
	if err := cmd.Process.Signal(sig); err != nil {
		// It has ended by itself: nothing is left to stop.
		return nil
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(20 * time.Second):
		return cmd.Process.Kill()
	}
}
