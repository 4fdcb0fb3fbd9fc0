package screen

import (
	"charm.land/lipgloss/v2"

	"star18/cmd/internal/board"
)

// palette is how things look. Colours say again what words say already; NO_COLOR
// takes them away.
type palette struct {
	bold, faint, good, doubt, wrong, title, chosen lipgloss.Style
}

// background is what the terminal says of itself.
type background uint8

const (
	unknown background = iota
	dark
	light
)

// tones are faint, good, doubt and wrong, readable on each background; those of
// an unknown one are readable on both.
var tones = [...][4]string{
	unknown: {"244", "34", "172", "160"},
	dark:    {"245", "10", "11", "203"},
	light:   {"242", "28", "130", "124"},
}

func newPalette(b background) palette {
	color := func(i int) lipgloss.Style {
		return lipgloss.NewStyle().Foreground(lipgloss.Color(tones[b][i]))
	}
	bold := lipgloss.NewStyle().Bold(true)
	return palette{
		bold: bold, faint: color(0), good: color(1).Bold(true), doubt: color(2).Bold(true), wrong: color(3).Bold(true),
		title: bold.Reverse(true), chosen: lipgloss.NewStyle().Reverse(true),
	}
}

// security is the colour of a state.
func (p palette) security(s board.Security) lipgloss.Style {
	switch s {
	case board.Secure:
		return p.good
	case board.Securing:
		return p.doubt
	case board.NotSecure:
		return p.wrong
	}
	return p.bold
}

// rule is a line across, with a heading.
func (p palette) rule(heading string, width int) string {
	if heading == "" {
		return p.faint.Render(line(width))
	}
	heading = cut(" "+heading+" ", width-2)
	return p.faint.Render(line(2)) + p.bold.Render(heading) + p.faint.Render(line(width-2-wide(heading)))
}
