// Package connection gives the commands of people their connection to nodes: the flags
// that name nodes and keys, and errors with the next step.
package connection

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"github.com/spf13/cobra"

	sdkclient "github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/client/secretfile"
)

// DefaultNode is asked where neither flag nor client.toml names a node.
const DefaultNode = "tcp://localhost:26657"

// AddNodeFlags gives a command --node (repeatable) and --output.
func AddNodeFlags(cmd *cobra.Command) {
	cmd.Flags().StringArray(flags.FlagNode, nil, "CometBFT RPC address of a node; repeat it to ask several (default from client.toml)")
	cmd.Flags().String(flags.FlagChainID, "", "chain that the nodes must serve (default from client.toml, else the nodes' own)")
	terminal.AddOutputFlag(cmd)
}

// AddOfficialFlags gives a command AddNodeFlags and the choice of an account.
func AddOfficialFlags(cmd *cobra.Command) {
	AddNodeFlags(cmd)
	cmd.Flags().String(flags.FlagFrom, "", "name or address of the key that signs")
	AddKeyringFlags(cmd)
}

// AddKeyringFlags gives a command the choice of a keyring.
func AddKeyringFlags(cmd *cobra.Command) {
	cmd.Flags().String(flags.FlagKeyringBackend, "", "where keys are kept: os, file or test (default from client.toml)")
	cmd.Flags().String(flags.FlagKeyringDir, "", "folder of the keyring (default the home folder)")
}

// Context returns the command's client context with its flags applied.
func Context(cmd *cobra.Command) (sdkclient.Context, error) {
	ctx, err := sdkclient.ReadPersistentCommandFlags(sdkclient.GetClientContextFromCmd(cmd), cmd.Flags())
	if err != nil {
		return ctx, fmt.Errorf("read the settings of the client: %w", err)
	}
	return ctx.WithCmdContext(cmd.Context()), nil
}

// Open connects to the nodes of the command. Nodes that do not answer are left out with a
// notice; with none left the error says so.
func Open(cmd *cobra.Command) (*client.Client, sdkclient.Context, error) {
	ctx, err := Context(cmd)
	if err != nil {
		return nil, ctx, err
	}
	urls, err := cmd.Flags().GetStringArray(flags.FlagNode)
	if err != nil {
		return nil, ctx, err
	}
	if len(urls) == 0 {
		urls = []string{DefaultNode}
		if ctx.NodeURI != "" {
			urls = []string{ctx.NodeURI}
		}
	}
	c, err := client.Dial(cmd.Context(), ctx, urls)
	if err != nil {
		return nil, ctx, Explain(err)
	}
	for _, silent := range c.Silent() {
		terminal.Notice(cmd, "left out, does not answer: %s", silent)
	}
	return c, ctx.WithChainID(c.ChainID()), nil
}

// OpenOfficial connects as Open and uses the account named by --from, or by name if that
// is not empty.
func OpenOfficial(cmd *cobra.Command, name string) (*client.Official, error) {
	if name == "" {
		var err error
		if name, err = cmd.Flags().GetString(flags.FlagFrom); err != nil {
			return nil, err
		}
	}
	if name == "" {
		return nil, terminal.WithHint(terminal.Usagef("no key was named"), "name the key that signs with --from; evoted keys list shows them")
	}
	c, ctx, err := Open(cmd)
	if err != nil {
		return nil, err
	}
	official, err := client.NewOfficial(c, ctx, name)
	return official, Explain(err)
}

// ElectionID reads the number of an election.
func ElectionID(text string) (uint64, error) {
	id, err := strconv.ParseUint(text, 10, 64)
	if err != nil || id == 0 {
		return 0, terminal.WithHint(terminal.Usagef("%q is not the number of an election", text),
			"list the elections with: evoted query election elections")
	}
	return id, nil
}

// explained is an error in plain words; the original stays below it.
type explained struct {
	error
	cause error
}

func (e explained) Unwrap() error { return e.cause }

// Explain puts an error of the chain, of a connection or of a secret's file into plain
// words, with a hint. Errors that have a hint already, and others, stay as they are.
func Explain(err error) error {
	if err == nil || terminal.Hint(err) != "" {
		return err
	}
	switch {
	case errors.Is(err, secretfile.ErrExposed):
		return terminal.WithHint(err, "make it readable by you alone: chmod 600 FILE")
	case errors.Is(err, secretfile.ErrExists):
		return terminal.WithHint(err, "choose another name, or replace it with --force if you are sure that its secret is not needed")
	case errors.Is(err, fs.ErrNotExist):
		return terminal.WithHint(err, "check the name of the file")
	}
	sentence, hint := client.Explain(err)
	if sentence == "" {
		return err
	}
	return terminal.WithHint(explained{fmt.Errorf("%s (%w)", sentence, err), err}, hint)
}

// errOwnNode reports that an official's own node does not answer.
var errOwnNode = errors.New("your own node, the first --node, does not answer")

// OwnNode returns the node that was named first. What an official relies on is asked of
// that one alone; the others only pass transactions on.
func OwnNode(cmd *cobra.Command, c *client.Client) (*client.Node, error) {
	urls, err := cmd.Flags().GetStringArray(flags.FlagNode)
	if err != nil {
		return nil, err
	}
	first := c.Nodes()[0]
	if len(urls) > 0 && first.URL != urls[0] {
		return nil, terminal.WithHint(errOwnNode, "start it, or name it first")
	}
	return first, nil
}
