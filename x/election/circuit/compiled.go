package circuit

import (
	"sync"

	"github.com/consensys/gnark/constraint"

	"github.com/evoted/evoted/x/election/ballot"
)

// Compiled is a compiled circuit with its digest. It is read-only and may be used
// by several goroutines at once.
type Compiled struct {
	Format ballot.Format
	System constraint.ConstraintSystem
	Digest string
}

type compiledOnce func() (*Compiled, error)

var (
	compiledLock sync.Mutex
	compiled     = map[ballot.Format]compiledOnce{}
)

// Load returns the compiled circuit of the format, compiling it (0.4 s for slots8)
// at the first call and keeping it for the life of the process.
func Load(f ballot.Format) (*Compiled, error) {
	compiledLock.Lock()
	once, ok := compiled[f]
	if !ok {
		once = sync.OnceValues(func() (*Compiled, error) { return compileFresh(f) })
		compiled[f] = once
	}
	compiledLock.Unlock()
	return once()
}

func compileFresh(f ballot.Format) (*Compiled, error) {
	system, err := Compile(f)
	if err != nil {
		return nil, err
	}
	digest, err := Digest(system)
	if err != nil {
		return nil, err
	}
	return &Compiled{Format: f, System: system, Digest: digest}, nil
}
