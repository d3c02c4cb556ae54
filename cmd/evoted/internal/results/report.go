package results

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
	"github.com/evoted/evoted/x/election/client/elector"
	"github.com/evoted/evoted/x/election/proof/key"
	"github.com/evoted/evoted/x/election/types"
)

const (
	// barWidth is the length of the bar of all votes, in characters.
	barWidth = 30
	// maxLabel is the longest text of an option in the table.
	maxLabel = 40
	// fewBallots below which a result may tell how somebody voted.
	fewBallots = 10
	// insecureSetup is said of every election on a chain whose keys one party made.
	insecureSetup = "THIS CHAIN IS NOT FOR REAL ELECTIONS: its proving keys were made by one party (" + key.SetupInsecure + ")"
)

// report is what the command shows.
type report struct {
	ChainID    string       `json:"chain_id"`
	ElectionID uint64       `json:"election_id"`
	Title      string       `json:"title"`
	Phase      string       `json:"phase"`
	State      string       `json:"state"`
	Contests   []contest    `json:"contests"`
	Totals     []uint64     `json:"totals"`
	Turnout    turnout      `json:"turnout"`
	Trustees   []trustee    `json:"trustees"`
	Threshold  uint32       `json:"trustee_threshold"`
	Registrars registrars   `json:"registrars"`
	Abort      *types.Abort `json:"abort,omitempty"`
	Closed     int64        `json:"closed_height"`
	Tallied    int64        `json:"tallied_height"`
	Setup      string       `json:"setup"`
	Warnings   []string     `json:"warnings"`

	published bool
	// now is State with how long it is until the next deadline: true for a moment only, so
	// that it is no part of what programs read.
	now string
}

type contest struct {
	Title   string   `json:"title"`
	Options []option `json:"options"`
	Total   uint64   `json:"total"`
}

type option struct {
	Title string `json:"title"`
	Total uint64 `json:"total"`
	// Permille is the option's part of the contest's total, in thousandths.
	Permille uint64 `json:"permille"`
}

type turnout struct {
	Ballots    uint64 `json:"ballots"`
	Electors   uint64 `json:"electors"`
	Permille   uint64 `json:"permille"`
	TotalPower uint64 `json:"total_power"`
	MinBallots uint64 `json:"min_ballots"`
}

type trustee struct {
	Index     uint32 `json:"index"`
	Address   string `json:"address"`
	Decrypted bool   `json:"decrypted"`
	Invalid   uint32 `json:"invalid_shares"`
}

type registrars struct {
	Threshold uint32 `json:"threshold"`
	Count     int    `json:"count"`
}

// newReport puts together what there is to say.
func newReport(chainID, setup string, a *answer, now time.Time) *report {
	e := &a.election
	r := &report{
		ChainID: chainID, ElectionID: e.Id, Title: e.Title, Phase: e.Phase.String(), State: elector.PhaseInWords(e, e.Schedule.TallyDeadline),
		Contests: []contest{}, Totals: append([]uint64{}, a.tally.Tally.Totals...),
		Turnout: turnout{
			Ballots: max(a.ballots, a.tally.Tally.Ballots), Electors: e.Roll.Count, TotalPower: e.Roll.TotalPower, MinBallots: e.MinBallots,
		},
		Threshold: e.TrusteeThreshold, Registrars: registrars{Threshold: e.RegistrarThreshold, Count: len(e.Registrars)},
		Abort: e.Abort, Closed: a.tally.Tally.ClosedHeight, Tallied: a.tally.Tally.TalliedHeight,
		Setup: setup, Warnings: []string{},
		published: e.Phase == types.PHASE_TALLIED, now: elector.PhaseInWords(e, now),
	}
	r.Turnout.Permille = permille(r.Turnout.Ballots, r.Turnout.Electors)
	r.addTrustees(a)
	if r.published {
		r.addContests(e)
	}
	r.warn()
	return r
}

func (r *report) addTrustees(a *answer) {
	r.Trustees = make([]trustee, len(a.election.Trustees))
	for i, t := range a.election.Trustees {
		r.Trustees[i] = trustee{Index: uint32(i + 1), Address: t.Address}
	}
	for _, share := range a.tally.Shares {
		if i := int(share.Index) - 1; i >= 0 && i < len(r.Trustees) {
			r.Trustees[i].Decrypted = true
		}
	}
	for _, invalid := range a.tally.InvalidShares {
		if i := int(invalid.Index) - 1; i >= 0 && i < len(r.Trustees) {
			r.Trustees[i].Invalid = invalid.Count
		}
	}
}

// addContests divides the totals, one a slot, among the contests.
func (r *report) addContests(e *types.Election) {
	slot := 0
	for _, c := range e.Contests {
		shown := contest{Title: c.Title, Options: make([]option, 0, len(c.Options))}
		for _, title := range c.Options {
			o := option{Title: title}
			if slot < len(r.Totals) {
				o.Total = r.Totals[slot]
			}
			slot++
			shown.Total += o.Total
			shown.Options = append(shown.Options, o)
		}
		for i := range shown.Options {
			shown.Options[i].Permille = permille(shown.Options[i].Total, shown.Total)
		}
		r.Contests = append(r.Contests, shown)
	}
}

// permille rounds part/whole to thousandths; totals stay below 2^48, so nothing
// overflows.
func permille(part, whole uint64) uint64 {
	if whole == 0 {
		return 0
	}
	const thousand = 1000
	return (part*thousand + whole/2) / whole
}

func (r *report) warn() {
	if r.Setup == key.SetupInsecure {
		r.Warnings = append(r.Warnings, insecureSetup)
	}
	for _, t := range r.Trustees {
		if t.Invalid > 0 {
			r.Warnings = append(r.Warnings, fmt.Sprintf("trustee %d (%s) sent %d invalid decryption shares; they were not used", t.Index, t.Address, t.Invalid))
		}
	}
	if r.published && r.Turnout.Ballots < fewBallots {
		r.Warnings = append(r.Warnings, fmt.Sprintf("only %d ballots: so small a result may tell how somebody voted", r.Turnout.Ballots))
	}
}

// write shows the report as text.
func (r *report) write(w io.Writer, bars bool) {
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	line("Election %d on %s: %s", r.ElectionID, r.ChainID, terminal.Clean(r.Title))
	if r.published {
		line("Result, published in block %d", r.Tallied)
	} else {
		line("There is no result: %s", terminal.Clean(r.now))
	}
	for i, c := range r.Contests {
		line("\n%d. %s", i+1, terminal.Clean(c.Title))
		writeOptions(w, c, bars)
	}
	line("\nBallots: %d of %d electors (%s)", r.Turnout.Ballots, r.Turnout.Electors, percent(r.Turnout.Permille))
	line("Voting power on the roll: %d; %d of %d registrars had to attest it", r.Turnout.TotalPower, r.Registrars.Threshold, r.Registrars.Count)
	if opened := r.opened(); opened != "" {
		line("Opened by trustees %s; %d of %d were needed", opened, r.Threshold, len(r.Trustees))
	}
	for _, warning := range r.Warnings {
		line("Warning: %s", terminal.Clean(warning))
	}
}

func (r *report) opened() string {
	var who []string
	for _, t := range r.Trustees {
		if t.Decrypted {
			who = append(who, fmt.Sprintf("%d (%s)", t.Index, t.Address))
		}
	}
	return strings.Join(who, ", ")
}

// writeOptions writes one line an option. Columns are made by hand, because tabwriter
// counts bytes of what it cannot know to be narrow.
func writeOptions(w io.Writer, c contest, bars bool) {
	label, number := 0, 0
	for _, o := range c.Options {
		label = max(label, utf8.RuneCountInString(shorten(terminal.Clean(o.Title))))
		number = max(number, len(strconv.FormatUint(o.Total, 10)))
	}
	for _, o := range c.Options {
		title := shorten(terminal.Clean(o.Title))
		title += strings.Repeat(" ", label-utf8.RuneCountInString(title))
		text := fmt.Sprintf("   %s  %*d  %7s", title, number, o.Total, percent(o.Permille))
		if bars {
			text += "  " + bar(o.Permille)
		}
		_, _ = fmt.Fprintln(w, strings.TrimRight(text, " "))
	}
}

// bar draws a part in thousandths; something, however little, is never nothing.
func bar(permille uint64) string {
	const thousand = 1000
	length := (min(permille, thousand)*barWidth + thousand/2) / thousand
	if length == 0 && permille > 0 {
		length = 1
	}
	return strings.Repeat("█", int(length))
}

func percent(permille uint64) string {
	const ten = 10
	return fmt.Sprintf("%d.%d %%", permille/ten, permille%ten)
}

func shorten(text string) string {
	runes := []rune(text)
	if len(runes) <= maxLabel {
		return text
	}
	return string(runes[:maxLabel-1]) + "…"
}
