package terminal

import (
	"context"
	"errors"
)

// ErrStopped is returned when the reader stops a command at one of its questions.
var ErrStopped = errors.New("stopped")

// Await runs a function that cannot be interrupted, such as reading a line from a
// terminal, and returns ErrStopped as soon as ctx ends: a program that catches Ctrl-C
// must not wait for an answer that nobody will give. The function is left behind then,
// and what it returns later is lost.
func Await[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := read()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, ErrStopped
	}
}
