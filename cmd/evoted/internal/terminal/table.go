package terminal

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"
)

// Table writes rows under a header in aligned columns, two spaces apart. A nil header
// is left out. Control characters in cells are replaced, since cells may come from the
// chain and must not move the cursor.
func Table(w io.Writer, header []string, rows [][]string) {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if header != nil {
		writeRow(tw, header)
	}
	for _, row := range rows {
		writeRow(tw, row)
	}
	_ = tw.Flush()
}

// Clean replaces control characters of a text that comes from the chain or from a file,
// and those that change the direction of writing, so that it can be shown on a terminal
// on one line.
func Clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

func writeRow(w io.Writer, cells []string) {
	clean := make([]string, len(cells))
	for i, cell := range cells {
		clean[i] = Clean(cell)
	}
	_, _ = fmt.Fprintln(w, strings.TrimRight(strings.Join(clean, "\t"), "\t"))
}
