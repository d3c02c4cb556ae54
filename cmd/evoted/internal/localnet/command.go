package localnet

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/proof/key"
)

// Command returns `evoted localnet`.
func Command() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "localnet",
		Short: "Run a whole chain on this machine, for trying things out",
		Long: `Run a whole chain on this machine: four authorities that listen on the loopback
interface, with the keys of an organiser, two registrars and three trustees. It runs until
Ctrl-C and is then removed, unless --keep or --dir is given.

Nothing on such a chain is secret: keys lie unencrypted in its directory, and the keys of
the ballot circuit come from a setup by this machine alone.`,
		Example: `  evoted localnet
  evoted localnet --dir ~/localnet --base-port 27000
  evoted localnet --authorities 1 --development --output json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runAll(cmd) },
	}
	addOptionFlags(cmd)
	cmd.Flags().String(flagDir, "", "directory to write to and to keep (default a temporary one)")
	cmd.Flags().Bool(flagKeep, false, "keep the temporary directory")
	terminal.AddOutputFlag(cmd)
	cmd.AddCommand(initCommand(), startCommand())
	return cmd
}

func initCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write the directories of a local chain without starting it",
		Long: `Write the directories of a local chain without starting it. DIR/localnet.json describes
it; each node starts with ` + "`evoted start --home HOME`" + `, or all of them with
` + "`evoted localnet start --dir DIR`" + `.`,
		Example: `  evoted localnet init --dir ~/localnet
  evoted localnet init --dir ~/localnet --authorities 7 --chain-id evoted-test-1`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			output, err := terminal.Output(cmd)
			if err != nil {
				return err
			}
			network, err := write(cmd, optionsFromFlags(cmd))
			if err != nil {
				return err
			}
			return terminal.Print(cmd, output, network, network.write)
		},
	}
	addOptionFlags(cmd)
	cmd.Flags().String(flagDir, "", "directory to write to, empty or absent")
	_ = cmd.MarkFlagRequired(flagDir)
	terminal.AddOutputFlag(cmd)
	return cmd
}

func startCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "start",
		Short:   "Start a local chain that was written earlier",
		Long:    "Start a local chain that was written by `evoted localnet init`, or kept. Its state continues.",
		Example: `  evoted localnet start --dir ~/localnet`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, _ := cmd.Flags().GetString(flagDir)
			network, err := Load(dir)
			if err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM)
			defer stop()
			return run(ctx, cmd, network)
		},
	}
	cmd.Flags().String(flagDir, "", "directory of the chain")
	_ = cmd.MarkFlagRequired(flagDir)
	terminal.AddOutputFlag(cmd)
	return cmd
}

// runAll writes a network, runs it, and removes it if nobody asked for it to stay.
func runAll(cmd *cobra.Command) error {
	ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	cmd.SetContext(ctx)
	options := optionsFromFlags(cmd)
	keep, _ := cmd.Flags().GetBool(flagKeep)
	temporary := options.Dir == ""
	if temporary {
		dir, err := os.MkdirTemp("", "evoted-localnet-")
		if err != nil {
			return err
		}
		options.Dir = dir
		defer func() {
			if !keep {
				_ = os.RemoveAll(dir)
			}
		}()
	}
	network, err := write(cmd, options)
	if err != nil {
		return err
	}
	if err := run(ctx, cmd, network); err != nil {
		return err
	}
	if keep || !temporary {
		terminal.Notice(cmd, "kept; start it again with: %s localnet start --dir %s", program(), options.Dir)
	}
	return nil
}

func write(cmd *cobra.Command, o Options) (*Network, error) {
	status := terminal.Progress(cmd)
	network, err := newWriter(client.GetClientContextFromCmd(cmd).Codec, o, status.Step).write(cmd.Context())
	if err != nil {
		status.Fail()
		return nil, err
	}
	status.Done()
	return network, nil
}

// run starts a network, shows it, and stops it when ctx ends.
func run(ctx context.Context, cmd *cobra.Command, network *Network) error {
	output, err := terminal.Output(cmd)
	if err != nil {
		return err
	}
	if err := checkFree(ctx, network); err != nil {
		return err
	}
	status := terminal.Progress(cmd)
	status.Step("starting %d authorities", len(network.Nodes))
	fleet, err := launch(context.WithoutCancel(ctx), network)
	if err != nil {
		status.Fail()
		return err
	}
	defer func() {
		status.Step("stopping")
		fleet.stopAll()
		status.Done()
	}()
	status.Step("waiting for the first blocks")
	if err := fleet.ready(ctx); err != nil {
		status.Fail()
		if ctx.Err() != nil {
			return nil // interrupted by the user, not failed
		}
		return err
	}
	status.Done()
	if network.Setup == key.SetupInsecure {
		terminal.Warning(cmd, "the keys of the ballot circuit are %s: this chain is for tests only", network.Setup)
	}
	if err := terminal.Print(cmd, output, network, network.write); err != nil {
		return err
	}
	terminal.Notice(cmd, "running; Ctrl-C stops it")
	return fleet.watch(ctx, func(format string, args ...any) { terminal.Notice(cmd, format, args...) })
}

// write shows a network to a reader.
func (n *Network) write(w io.Writer) {
	_, _ = fmt.Fprintf(w, "chain %s, %d authorities\n\n", n.ChainID, len(n.Nodes))
	nodes := make([][]string, 0, len(n.Nodes))
	for _, node := range n.Nodes {
		nodes = append(nodes, []string{node.Moniker, node.RPC, node.API, node.GRPC, node.Home})
	}
	terminal.Table(w, []string{"AUTHORITY", "RPC", "REST", "GRPC", "HOME"}, nodes)
	officials := make([][]string, 0, len(n.Officials))
	for _, official := range n.Officials {
		officials = append(officials, []string{official.Name, official.Role, official.Address})
	}
	_, _ = fmt.Fprintln(w)
	terminal.Table(w, []string{"OFFICIAL", "ROLE", "ADDRESS"}, officials)
	_, _ = fmt.Fprint(w, n.walkthrough(program()))
}

// walkthrough is a whole election to copy, in commands of evoted, which is called program.
func (n *Network) walkthrough(program string) string {
	home := "  export EVOTED_HOME=" + quote(n.ClientHome) + "\n"
	return strings.NewReplacer("\nHOME\n", "\n"+home, "evoted ", quote(program)+" ").Replace(`
Hold an election. In a terminal of their own, the trustees:

HOME
  for t in trustee1 trustee2 trustee3; do evoted trustee register --from $t; evoted trustee run --from $t & done

In another, three electors, the organiser, the registrars, the vote and the result:

HOME
  for e in alice bob carol; do echo "$(evoted elector new --file $e.json),1"; done > roll.csv
  evoted tx election create --example > election.json
  evoted tx election create election.json --from organiser --yes
  evoted registrar enrol 1 roll.csv --from registrar1
  evoted registrar attest 1 roll.csv --from registrar1
  evoted registrar attest 1 roll.csv --from registrar2
  until evoted query election show 1 --output json | grep -o PHASE_OPEN; do sleep 1; done
  for e in alice bob carol; do evoted ballot cast 1 --elector $e.json --choice Yes --yes; done
  evoted results 1 --wait
`)
}

// quote makes a path one word of a shell.
func quote(text string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+~", r)
	}
	if strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// program returns how the user called this program, for commands to copy.
func program() string {
	if name := os.Args[0]; strings.ContainsRune(name, filepath.Separator) {
		return name
	}
	return "evoted"
}
