package screen

import (
	"strings"
	"unicode"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"star18/cmd/internal/board"
)

// Colours say again what words say already; NO_COLOR takes them away.
var (
	bold   = lipgloss.NewStyle().Bold(true)
	faint  = lipgloss.NewStyle().Foreground(lipgloss.Color("8"))
	good   = lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Color("10"))
	doubt  = lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Color("11"))
	wrong  = lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Color("9"))
	title  = lipgloss.NewStyle().Bold(true).Reverse(true)
	chosen = lipgloss.NewStyle().Reverse(true)
)

// securityStyle is the colour of a state.
func securityStyle(s board.Security) lipgloss.Style {
	switch s {
	case board.Secure:
		return good
	case board.Securing:
		return doubt
	case board.NotSecure:
		return wrong
	}
	return bold
}

// plain takes out what others could use to paint on the terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}

// fit brings a line to a width: cut, with a sign that it is, or filled.
func fit(s string, width int) string {
	if width <= 0 {
		return ""
	}
	s = ansi.Truncate(s, width, "…")
	return s + strings.Repeat(" ", max(0, width-ansi.StringWidth(s)))
}

// sides puts text at both ends of a line; the left one gives way.
func sides(left, right string, width int) string {
	room := width - ansi.StringWidth(right)
	if room < 1 {
		return fit(right, width)
	}
	return fit(left, room) + right
}

// rule is a line across, with a heading.
func rule(heading string, width int) string {
	if heading == "" {
		return faint.Render(strings.Repeat("─", width))
	}
	heading = " " + heading + " "
	return faint.Render("──") + bold.Render(heading) + faint.Render(strings.Repeat("─", max(0, width-2-ansi.StringWidth(heading))))
}

// wrapped breaks words into lines of this width, each with an indent.
func wrapped(text string, indent string, width int) []string {
	lines, room := []string{indent}, width-len(indent)
	used := 0
	for _, word := range strings.Fields(text) {
		n := ansi.StringWidth(word)
		switch {
		case used == 0:
		case used+1+n > room:
			lines, used = append(lines, indent), 0
		default:
			lines[len(lines)-1] += " "
			used++
		}
		lines[len(lines)-1] += word
		used += n
	}
	return lines
}
