package ballot

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtbytes "github.com/cometbft/cometbft/libs/bytes"
	"github.com/cometbft/cometbft/p2p"
	rpcclient "github.com/cometbft/cometbft/rpc/client"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	sdkclient "github.com/cosmos/cosmos-sdk/client"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/ballot"
	"github.com/evoted/evoted/x/election/client"
	"github.com/evoted/evoted/x/election/client/elector"
	"github.com/evoted/evoted/x/election/types"
)

// fakeNode refuses what it is sent, with a code, and shows a ballot.
type fakeNode struct {
	sdkclient.CometRPC
	code   uint32
	down   bool
	ballot *types.Ballot
	sent   int
}

func (f *fakeNode) Status(context.Context) (*coretypes.ResultStatus, error) {
	return &coretypes.ResultStatus{NodeInfo: p2p.DefaultNodeInfo{Network: "chain"}}, nil
}

func (f *fakeNode) BroadcastTxSync(context.Context, cmttypes.Tx) (*coretypes.ResultBroadcastTx, error) {
	if f.down {
		return nil, &net.OpError{Op: "dial", Err: errors.New("refused")}
	}
	f.sent++
	return &coretypes.ResultBroadcastTx{Code: f.code, Codespace: types.ModuleName}, nil
}

func (f *fakeNode) Tx(context.Context, []byte, bool) (*coretypes.ResultTx, error) {
	return nil, errors.New("not found")
}

func (f *fakeNode) ABCIQueryWithOptions(context.Context, string, cmtbytes.HexBytes, rpcclient.ABCIQueryOptions) (*coretypes.ResultABCIQuery, error) {
	if f.ballot == nil {
		return &coretypes.ResultABCIQuery{Response: abci.ResponseQuery{
			Code: sdkerrors.ErrKeyNotFound.ABCICode(), Codespace: sdkerrors.RootCodespace, Log: "not found",
		}}, nil
	}
	raw, err := (&types.QueryBallotResponse{Ballot: *f.ballot}).Marshal()
	return &coretypes.ResultABCIQuery{Response: abci.ResponseQuery{Value: raw}}, err
}

func connect(t *testing.T, nodes ...*fakeNode) *client.Client {
	t.Helper()
	made := make([]*client.Node, len(nodes))
	for i, n := range nodes {
		made[i] = client.NewNode(string(rune('a'+i)), sdkclient.Context{}.WithClient(n))
	}
	c, err := client.New(t.Context(), "", made...)
	require.NoError(t, err)
	return c
}

func shownAs(s *elector.Sealed, height int64) *types.Ballot {
	m := s.Message
	return &types.Ballot{
		Nullifier: m.Nullifier, Revision: m.Revision, EphemeralKey: m.EphemeralKey, Ciphertext: m.Ciphertext, Proof: m.Proof, Height: height,
	}
}

// streams is a command that writes to buffers.
func streams(t *testing.T) (cmd *cobra.Command, out, errs *bytes.Buffer) {
	t.Helper()
	cmd, out, errs = &cobra.Command{}, new(bytes.Buffer), new(bytes.Buffer)
	cmd.SetOut(out)
	cmd.SetErr(errs)
	cmd.SetContext(t.Context())
	return cmd, out, errs
}

func TestReceiptsOfWhatWasSentAreKept(t *testing.T) {
	t.Parallel()
	s := sealed(t)
	counted := &fakeNode{ballot: shownAs(s, 7)}
	for name, test := range map[string]struct {
		node   *fakeNode
		height int64
		kept   bool
		err    error
		says   string
	}{
		"counted":  {counted, 7, true, nil, "it shows that your ballot is recorded"},
		"refused":  {&fakeNode{code: types.ErrVotingClosed.ABCICode()}, 0, true, errNotCounted, "not confirmed"},
		"not sent": {&fakeNode{down: true}, 0, false, errNotCounted, "nothing was sent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "receipt.json")
			cmd, out, _ := streams(t)
			err := send(t.Context(), cmd, terminal.Progress(cmd), delivery{
				client: connect(t, test.node), sealed: s, election: &elector.Election{}, receipt: path, output: terminal.Text,
				outcome: describe("chain", s),
			})
			require.ErrorIs(t, err, test.err)
			require.Contains(t, out.String(), test.says)
			raw, err := os.ReadFile(path)
			if !test.kept {
				require.ErrorIs(t, err, os.ErrNotExist)
				require.NotContains(t, out.String(), "Receipt:")
				return
			}
			require.NoError(t, err)
			receipt, err := ballot.ParseReceipt(raw)
			require.NoError(t, err)
			require.Equal(t, test.height, receipt.Height)
		})
	}
}

func TestUnknownDoesNotSayThatTheReceiptShowsARecord(t *testing.T) {
	t.Parallel()
	cmd, out, _ := streams(t)
	o := describe("chain", sealed(t))
	o.Receipt = "r.json"
	d := client.Delivery{Reason: client.ErrUnknownFate, Sent: true}
	o.fill(d)
	require.ErrorIs(t, report(cmd, terminal.Text, o, d), errUnknown)
	require.Contains(t, out.String(), "Receipt: r.json (not confirmed")
	require.NotContains(t, out.String(), "is recorded")
}

func TestTheSameBallotOnceMore(t *testing.T) {
	t.Parallel()
	s := sealed(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "receipt.json")
	node := &fakeNode{ballot: shownAs(s, 282)}
	c := connect(t, node)
	require.NoError(t, writeReceipt(path, "chain", s, 0, "", false), "as if the first run was stopped")
	for range 2 {
		cmd, out, errs := streams(t)
		done, err := sentBefore(t.Context(), cmd, c, terminal.Text, s, path)
		require.NoError(t, err)
		require.True(t, done)
		require.Equal(t, "Already counted in block 282: nothing more was sent\nTracking code: "+s.TrackingCode+"\n", out.String())
		require.Empty(t, errs.String())
	}
	require.Zero(t, node.sent)
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	receipt, err := ballot.ParseReceipt(raw)
	require.NoError(t, err)
	require.Equal(t, int64(282), receipt.Height, "the receipt is completed")

	cmd, _, _ := streams(t)
	done, err := sentBefore(t.Context(), cmd, connect(t, &fakeNode{}), terminal.Text, s, path)
	require.NoError(t, err)
	require.False(t, done)
	done, err = sentBefore(t.Context(), cmd, connect(t, node, &fakeNode{}), terminal.Text, s, path)
	require.NoError(t, err)
	require.False(t, done, "one node of two is not believed")
	other := shownAs(s, 9)
	other.Revision = 8
	done, err = sentBefore(t.Context(), cmd, connect(t, &fakeNode{ballot: other}), terminal.Text, s, path)
	require.NoError(t, err)
	require.False(t, done, "another ballot")

	// Another file in the way is not touched, and the hint fits.
	require.NoError(t, os.WriteFile(path, []byte("mine"), 0o600))
	err = writeReceipt(path, "chain", s, 0, "", false)
	require.Contains(t, terminal.Hint(err), "--receipt")
	require.NotContains(t, terminal.Hint(err), "secret")
}

func TestSecondCast(t *testing.T) {
	t.Parallel()
	cmd, out, _ := streams(t)
	found, err := elector.Identify("chain", 1, shownAs(sealed(t), 282))
	require.NoError(t, err)
	err = alreadyCounted(cmd, terminal.Text, already("chain", found))
	first, _, _ := strings.Cut(out.String(), "\n")
	require.Equal(t, "Already counted in block 282: no second ballot was sent", first)
	require.Equal(t, terminal.ExitFailed, terminal.ExitCode(err))
	require.NotContains(t, err.Error(), "not counted")
	require.Contains(t, terminal.Hint(err), "your earlier ballot counts")
	require.Contains(t, terminal.Hint(err), "evoted ballot status "+found.TrackingCode)
}

func TestHintNamesTheBallotThatCounts(t *testing.T) {
	t.Parallel()
	s := sealed(t)
	other := shownAs(s, 9)
	other.Revision = 3
	found, err := elector.Identify("chain", 1, other)
	require.NoError(t, err)
	cmd, _, _ := streams(t)
	o := describe("chain", s)
	d := client.Delivery{Fate: client.FateNotCounted, Reason: types.ErrNullifierUsed, Sent: true, Other: other}
	hint := terminal.Hint(report(cmd, terminal.Text, o, d))
	require.Contains(t, hint, found.TrackingCode)
	require.NotContains(t, hint, s.TrackingCode)
	d.Other = nil
	hint = terminal.Hint(report(cmd, terminal.Text, o, d))
	require.NotContains(t, hint, "CODE")
	_, _, err = parseTrack(strings.Fields(hint[strings.Index(hint, "ballot status ")+len("ballot status "):]))
	require.NoError(t, err, "the hint can be typed")
}

func TestReplacing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		asked    uint64
		recorded client.Recorded
		revision uint64
		replaces int64
		says     string
		err      string
	}{
		"next":                {0, client.Recorded{Ballot: types.Ballot{Revision: 1, Height: 282}, LargestRevision: 1, Agreed: true}, 2, 282, "Your ballot of block 282 will be replaced by this one\n", ""},
		"one node knows more": {0, client.Recorded{Ballot: types.Ballot{Revision: 1, Height: 5}, LargestRevision: 6, Agreed: true}, 7, 5, "will be replaced", ""},
		"not agreed":          {0, client.Recorded{Ballot: types.Ballot{Revision: 4, Height: 5}, LargestRevision: 4}, 5, 0, "", ""},
		"asked for":           {9, client.Recorded{Ballot: types.Ballot{Revision: 1, Height: 5}, LargestRevision: 1, Agreed: true}, 9, 5, "will be", ""},
		"too small":           {1, client.Recorded{Ballot: types.Ballot{Revision: 1, Height: 5}, LargestRevision: 1, Agreed: true}, 0, 0, "", "revision 1 does not replace your ballot of block 5"},
		"used up":             {0, client.Recorded{Ballot: types.Ballot{Revision: 1<<64 - 1}, LargestRevision: 1<<64 - 1, Agreed: true}, 0, 0, "", "largest revision"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd, _, errs := streams(t)
			c := &caster{cmd: cmd, revision: test.asked}
			err := c.replace(test.asked, &test.recorded)
			if test.err != "" {
				require.ErrorContains(t, err, test.err)
				require.NotContains(t, terminal.Hint(err), "CODE")
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.revision, c.revision)
			require.Equal(t, test.replaces, c.replaces)
			require.Contains(t, errs.String(), test.says)
			require.NotContains(t, errs.String(), "is replaced")
		})
	}
	cmd, out, _ := streams(t)
	o := describe("chain", sealed(t))
	o.Replaces = 282
	require.NoError(t, report(cmd, terminal.Text, o, client.Delivery{Fate: client.FateCounted, Height: 300}))
	require.Contains(t, out.String(), "It has replaced your ballot of block 282\n")
}

// Ctrl-C at a question ends the command at once: nobody writes to the pipe.
func TestInterruptionAtAPrompt(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(*dialogue) error{
		"choice":       func(d *dialogue) error { _, err := d.choose(); return err },
		"confirmation": (*dialogue).confirm,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in, writer := io.Pipe()
			t.Cleanup(func() { require.NoError(t, writer.Close()) })
			ctx, interrupt := context.WithCancel(t.Context())
			asked := &signalling{asked: make(chan struct{}, 1)}
			done := make(chan error, 1)
			go func() { done <- ask(newDialogue(ctx, in, asked, manifest(nil), 1)) }()
			<-asked.asked
			interrupt()
			err := <-done
			require.ErrorIs(t, err, errStopped)
			require.Equal(t, terminal.ExitFailed, terminal.ExitCode(err))
		})
	}
}

// signalling tells when a question was written.
type signalling struct{ asked chan struct{} }

func (s *signalling) Write(p []byte) (int, error) {
	if bytes.HasSuffix(p, []byte(": ")) {
		s.asked <- struct{}{}
	}
	return len(p), nil
}

func TestLimitsAtThePrompt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*ballot.Manifest)
		weight uint64
		says   []string
		not    string
	}{
		"quadratic": {
			func(m *ballot.Manifest) {
				m.Quadratic, m.Contests = true, []ballot.Contest{{Title: "Q", Options: []string{"A", "B"}, Cap: 100, Hi: 50}}
			}, 1, []string{"as in 1=7", "spend 0 to 50", "at most 7 points for one option"}, "100",
		},
		"quadratic, power split": {
			func(m *ballot.Manifest) {
				m.Quadratic, m.Split, m.Contests = true, true, []ballot.Contest{{Title: "Q", Options: []string{"A", "B"}, Cap: 1, Hi: 1}}
			}, 10, []string{"spend 0 to 10", "at most 3 points"}, "at most 10",
		},
		"quadratic, small cap": {
			func(m *ballot.Manifest) {
				m.Quadratic, m.Contests = true, []ballot.Contest{{Title: "Q", Options: []string{"A", "B"}, Cap: 2, Hi: 50}}
			}, 1, []string{"at most 2 points"}, "",
		},
		"ranking": {
			func(m *ballot.Manifest) {
				m.Distinct, m.Contests = true, []ballot.Contest{{Title: "Q", Options: []string{"A", "B", "C"}, Cap: 2, Lo: 3, Hi: 3}}
			}, 1, []string{"Give each option a different number from 0 to 2", "1=2 2=1", "Exactly 3 points"}, "blank",
		},
		"largest numbers": {
			func(m *ballot.Manifest) {
				m.Split, m.Contests = true, []ballot.Contest{{Title: "Q", Options: []string{"A"}, Cap: ballot.MaxValue, Hi: ballot.MaxCost}}
			}, ballot.MaxWeight, []string{"18446744065119617025"}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := manifest(test.change)
			text := newDialogue(t.Context(), strings.NewReader(""), io.Discard, m, test.weight).howTo(m.Contests[0])
			for _, part := range test.says {
				require.Contains(t, text, part)
			}
			if test.not != "" {
				require.NotContains(t, text, test.not)
			}
		})
	}
}

func TestTheNodesDigestNamesNoPath(t *testing.T) {
	t.Parallel()
	for _, digest := range []string{"", "../../secret", strings.Repeat("z", 64), strings.Repeat("A", 64), strings.Repeat("0", 63)} {
		e := &elector.Election{Circuit: types.Circuit{CircuitDigest: digest}}
		_, err := openProver(e, t.TempDir())
		require.ErrorIs(t, err, errDigest, digest)
	}
	e := &elector.Election{Circuit: types.Circuit{CircuitDigest: strings.Repeat("0a", 32)}, Manifest: manifest(nil)}
	_, err := openProver(e, t.TempDir())
	require.Error(t, err)
	require.NotErrorIs(t, err, errDigest)
}

// What the help shows can be typed.
func TestExamplesParse(t *testing.T) {
	t.Parallel()
	m := manifest(func(m *ballot.Manifest) {
		m.Contests = []ballot.Contest{{Title: "Who?", Options: []string{"Yes", "Ada", "Grace"}, Cap: 1, Hi: 2}}
	})
	commands := Command().Commands()
	for _, sub := range append(commands, Command()) {
		for line := range strings.SplitSeq(sub.Example, "\n") {
			words := strings.Fields(strings.ReplaceAll(line, `"`, ""))
			require.Equal(t, []string{"evoted", "ballot"}, words[:2], line)
			cmd, args, err := Command().Find(words[2:])
			require.NoError(t, err, line)
			require.NoError(t, cmd.ParseFlags(args), line)
			rest := cmd.Flags().Args()
			require.NoError(t, cmd.ValidateArgs(rest), line)
			switch cmd.Name() {
			case "status":
				code := strings.TrimSuffix(strings.TrimPrefix(rest[0], "receipt-1-"), ".json")
				parsed, err := ballot.ParseTrackingCode(code)
				require.NoError(t, err, line)
				require.Equal(t, exampleCode, parsed)
			case "cast":
				choices, err := cmd.Flags().GetStringArray(flagChoice)
				require.NoError(t, err)
				if len(choices) > 0 {
					_, err = ballot.ParseChoice(m, 1, choices)
					require.NoError(t, err, line)
				}
			}
		}
	}
	cast := castCommand()
	require.NotContains(t, strings.ToLower(cast.Long+cast.UsageString()), "question")
	require.Contains(t, cast.Flag(flagIndex).Usage, "from 0")
}

func TestAReceiptThatIsNotThere(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"nofile.json", "folder/nofile"} {
		_, _, err := parseTrack([]string{name})
		require.EqualError(t, err, "no such file: "+name)
	}
}
