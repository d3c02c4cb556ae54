package election

import (
	"strings"
	"sync"

	"github.com/golang/protobuf/proto" //nolint:staticcheck // what the REST gateway asks for the names of an enum

	"github.com/evoted/evoted/x/election/types"
)

// registerPhaseNames lets the REST gateway read phases by name, as the description of the
// API says, and in short: PHASE_OPEN, OPEN, and both in lower case. The gateway looks names
// up in another registry than the one in which the generated code puts them, and would take
// numbers alone.
var registerPhaseNames = sync.OnceFunc(func() {
	names := make(map[string]int32, 4*len(types.Phase_value))
	for name, value := range types.Phase_value {
		short := strings.TrimPrefix(name, "PHASE_")
		for _, spelling := range []string{name, short} {
			names[spelling], names[strings.ToLower(spelling)] = value, value
		}
	}
	proto.RegisterEnum("evoted.election.v1.Phase", types.Phase_name, names) //nolint:staticcheck // the gateway looks nowhere else
})
