package screen

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"star18/cmd/internal/say"
)

// plain takes out what others could use to paint on the terminal.
func plain(s string) string { return say.Clean(s) }

func wide(s string) int { return ansi.StringWidth(s) }

func line(width int) string { return strings.Repeat("─", max(0, width)) }

// cut brings a line to a width at most, with a sign that it was longer.
func cut(s string, width int) string { return ansi.Truncate(s, max(0, width), "…") }

// fit brings a line to a width: cut, or filled.
func fit(s string, width int) string {
	s = cut(s, width)
	return s + strings.Repeat(" ", max(0, width-wide(s)))
}

// sides puts text at both ends of a line; the left one gives way.
func sides(left, right string, width int) string {
	room := width - wide(right)
	if room < 1 {
		return fit(right, width)
	}
	return fit(left, room) + right
}

// wrapped breaks words into lines of this width at most; a word that is longer is
// broken.
func wrapped(text string, width int) []string {
	return strings.Split(ansi.Wrap(strings.Join(strings.Fields(text), " "), max(1, width), ""), "\n")
}

// nameColumn is where the meaning of an entry begins.
const nameColumn = 14

// entry is a name and what it means, continued below.
func entry(name, text string, width int, style ...lipgloss.Style) []string {
	lines := wrapped(text, width-nameColumn-1)
	for i, words := range lines {
		for _, s := range style {
			words = s.Render(words)
		}
		lines[i] = fmt.Sprintf("  %-*s%s", nameColumn-2, name, words)
		name = ""
	}
	return lines
}

// advice is the next step, if there is one.
func advice(text string, width int) []string {
	if text == "" {
		return nil
	}
	return entry("", plain(text), width)
}

// indented is a text of its own.
func indented(lines []string) []string {
	for i := range lines {
		lines[i] = "  " + lines[i]
	}
	return lines
}

// beside puts two columns next to each other, each this wide.
func beside(left, right []string, width int) []string {
	lines := make([]string, max(len(left), len(right)))
	for i := range lines {
		l, r := "", ""
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		lines[i] = fit(l, width) + r
	}
	return lines
}

// first is the first of these that has room; none if none has.
func first(room int, texts ...string) string {
	for _, s := range texts {
		if wide(s) <= room {
			return s
		}
	}
	return ""
}

// sized is exactly so many lines.
func sized(lines []string, n int) []string {
	if len(lines) > n {
		return lines[:max(0, n)]
	}
	return append(lines, make([]string, n-len(lines))...)
}

// stack puts parts under each other, with an empty line between them as long as
// there is room for that.
func stack(room int, parts ...[]string) []string {
	spare := room
	for _, p := range parts {
		spare -= len(p)
	}
	var lines []string
	for _, p := range parts {
		if len(p) > 0 && len(lines) > 0 && spare > 0 {
			lines = append(lines, "")
			spare--
		}
		lines = append(lines, p...)
	}
	return lines
}

// around is the part of a list that has the chosen line in it, and where it begins.
func around(lines []string, chosen, room int) (shown []string, from int) {
	from = min(max(0, chosen-room/2), max(0, len(lines)-room))
	return lines[from:min(len(lines), from+max(0, room))], from
}

// clock writes a duration as a telephone does.
func clock(seconds int) string {
	if seconds >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%02d:%02d", seconds/60, seconds%60)
}

// broken is a line as lines of this width, its own spaces kept.
func broken(s string, width int) []string {
	return strings.Split(ansi.Wrap(s, max(1, width), ",;"), "\n")
}

func unstyled(s string) string { return ansi.Strip(s) }
