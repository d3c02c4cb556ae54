package localnet

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/evoted/evoted/cmd/evoted/internal/node"
	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
)

// Names of the flags. None is the name of a section of a configuration file: such a flag
// would be overwritten by the section.
const (
	flagAuthorities = "authorities"
	flagDir         = "dir"
	flagKeep        = "keep"
	flagChainID     = "chain-id"
	flagBasePort    = "base-port"
	flagBlockTime   = "block-time"
	flagDevelopment = "development"
)

const (
	// tolerantAuthorities is the least number of which one may fail.
	tolerantAuthorities = 4
	// mostAuthorities fit on one machine.
	mostAuthorities = 32
	// Bounds of the pause after a block.
	leastBlockTime, mostBlockTime = 50 * time.Millisecond, time.Minute
)

// Options say what network to write.
type Options struct {
	// Dir is the directory to write to; it must be empty or absent.
	Dir string
	// ChainID of the chain.
	ChainID string
	// Authorities is their number.
	Authorities int
	// Development allows fewer than four authorities.
	Development bool
	// BasePort is the first port, 0 for free ports.
	BasePort int
	// BlockTime is the pause after a block.
	BlockTime time.Duration
}

// addOptionFlags adds the flags of what to write, except the directory.
func addOptionFlags(cmd *cobra.Command) {
	cmd.Flags().Int(flagAuthorities, tolerantAuthorities, "number of authorities")
	cmd.Flags().Bool(flagDevelopment, false, "allow fewer than four authorities: a chain that tolerates no fault")
	cmd.Flags().String(flagChainID, "evoted-local-1", "identifier of the chain")
	cmd.Flags().Int(flagBasePort, 0, "first port; each node takes four of the next ten (0: free ports)")
	cmd.Flags().Duration(flagBlockTime, node.TimeoutCommit, "pause after a block")
}

func optionsFromFlags(cmd *cobra.Command) Options {
	var o Options
	o.Authorities, _ = cmd.Flags().GetInt(flagAuthorities)
	o.Development, _ = cmd.Flags().GetBool(flagDevelopment)
	o.ChainID, _ = cmd.Flags().GetString(flagChainID)
	o.BasePort, _ = cmd.Flags().GetInt(flagBasePort)
	o.BlockTime, _ = cmd.Flags().GetDuration(flagBlockTime)
	o.Dir, _ = cmd.Flags().GetString(flagDir)
	return o
}

// validate checks the options and makes the directory absolute.
func (o *Options) validate() error {
	switch {
	case o.Authorities < 1 || o.Authorities > mostAuthorities:
		return terminal.Usagef("--%s %d: the number must lie between 1 and %d", flagAuthorities, o.Authorities, mostAuthorities)
	case o.Authorities < tolerantAuthorities && !o.Development:
		return terminal.WithHint(
			terminal.Usagef("%d authorities do not tolerate a fault: at least %d are needed", o.Authorities, tolerantAuthorities),
			fmt.Sprintf("add --%s to run such a chain all the same", flagDevelopment))
	case o.BlockTime < leastBlockTime || o.BlockTime > mostBlockTime:
		return terminal.Usagef("--%s %s: it must lie between %s and %s", flagBlockTime, o.BlockTime, leastBlockTime, mostBlockTime)
	case o.ChainID == "" || len(o.ChainID) > genutiltypes.MaxChainIDLen || strings.ContainsAny(o.ChainID, " /\\\"\n\t"):
		return terminal.Usagef("--%s %q is not an identifier of at most %d characters", flagChainID, o.ChainID, genutiltypes.MaxChainIDLen)
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return err
	}
	o.Dir = dir
	return o.checkDir()
}

// checkDir refuses a directory that holds anything: nothing is ever overwritten.
func (o *Options) checkDir() error {
	entries, err := os.ReadDir(o.Dir)
	switch {
	case os.IsNotExist(err):
		return nil
	case err != nil:
		return err
	case len(entries) == 0:
		return nil
	}
	if _, err := os.Stat(filepath.Join(o.Dir, file)); err == nil {
		return terminal.WithHint(fmt.Errorf("there is a local network in %s already", o.Dir),
			"start it with `evoted localnet start --dir "+o.Dir+"`")
	}
	return terminal.WithHint(fmt.Errorf("the directory %s is not empty", o.Dir), "choose another one with --"+flagDir)
}

// portOf returns the port of a URL, a peer address or a host and port.
func portOf(where string) (int, error) {
	_, text, err := net.SplitHostPort(where[strings.LastIndexAny(where, "/@")+1:])
	if err != nil {
		return 0, fmt.Errorf("address %q: %w", where, err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("address %q: %w", where, err)
	}
	return port, nil
}
