package terminal

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// frames of the spinner and the time each is shown.
var frames = []string{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"}

const frameTime = 120 * time.Millisecond

// Status shows the steps of a long command on standard error, with the time each took.
// On a terminal the current step turns; elsewhere every step is one line when it starts
// and one when it took more than a second. It is safe for use by several goroutines.
type Status struct {
	out      io.Writer
	animated bool
	silent   bool

	mu      sync.Mutex
	step    string
	detail  string
	started time.Time
	stop    chan struct{}
	stopped chan struct{}
}

// Progress returns the status display of a command. The caller ends it with Done or
// Fail; a display on which no step was started writes nothing.
func Progress(cmd *cobra.Command) *Status {
	out := cmd.ErrOrStderr()
	file, ok := out.(*os.File)
	return &Status{
		out:      out,
		animated: ok && term.IsTerminal(int(file.Fd())) && os.Getenv("TERM") != "dumb",
		silent:   Quiet(cmd),
	}
}

// Step ends the current step as done and starts the next one.
func (s *Status) Step(format string, args ...any) {
	s.finish("✔")
	if s.silent {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.step, s.detail, s.started = Clean(fmt.Sprintf(format, args...)), "", time.Now()
	if !s.animated {
		_, _ = fmt.Fprintf(s.out, "%s\n", s.step)
		return
	}
	s.stop, s.stopped = make(chan struct{}), make(chan struct{})
	go s.turn(s.stop, s.stopped)
}

// Detail changes what stands behind the name of the current step, on a terminal only.
func (s *Status) Detail(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.detail = Clean(fmt.Sprintf(format, args...))
}

// Done ends the current step as done.
func (s *Status) Done() { s.finish("✔") }

// Fail ends the current step as failed. The error itself is for the caller to return.
func (s *Status) Fail() { s.finish("✘") }

// turn redraws the line of the current step until stop is closed.
func (s *Status) turn(stop <-chan struct{}, stopped chan<- struct{}) {
	defer close(stopped)
	ticker := time.NewTicker(frameTime)
	defer ticker.Stop()
	for i := 0; ; i++ {
		s.mu.Lock()
		_, _ = fmt.Fprintf(s.out, "\r\x1b[K%s %s", frames[i%len(frames)], s.line())
		s.mu.Unlock()
		select {
		case <-stop:
			return
		case <-ticker.C:
		}
	}
}

// finish writes the final form of the current step, if there is one.
func (s *Status) finish(mark string) {
	s.mu.Lock()
	stop, stopped := s.stop, s.stopped
	s.stop, s.stopped = nil, nil
	s.mu.Unlock()
	if stop != nil {
		close(stop)
		<-stopped
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.step == "":
		return
	case s.animated:
		_, _ = fmt.Fprintf(s.out, "\r\x1b[K%s %s\n", mark, s.line())
	case mark == "✘":
		_, _ = fmt.Fprintf(s.out, "%s: failed after %s\n", s.step, elapsed(s.started))
	case time.Since(s.started) >= time.Second:
		_, _ = fmt.Fprintf(s.out, "%s: done in %s\n", s.step, elapsed(s.started))
	}
	s.step, s.detail = "", ""
}

// line is the current step with its detail and time. The caller holds the lock.
func (s *Status) line() string {
	line := s.step
	if s.detail != "" {
		line += " (" + s.detail + ")"
	}
	if since := time.Since(s.started); since >= time.Second {
		line += " " + elapsed(s.started)
	}
	return line
}

func elapsed(since time.Time) string {
	return time.Since(since).Round(100 * time.Millisecond).String()
}
