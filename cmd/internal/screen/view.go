package screen

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"star18/cmd/internal/board"
	"star18/cmd/internal/say"
)

// The smallest terminal that shows everything that matters, and the height from
// which on the explanation of what is typed keeps its place.
const (
	leastWidth  = 40
	leastHeight = 10
	roomy       = 18
)

// View implements tea.Model.
func (m *Model) View() tea.View {
	m.zones = m.zones[:0]
	v := tea.NewView(strings.Join(m.lines(), "\n"))
	v.AltScreen, v.MouseMode, v.WindowTitle = true, tea.MouseModeCellMotion, m.windowTitle()
	if m.typing && m.width >= leastWidth && m.height >= leastHeight {
		if c := m.field.Cursor(); c != nil {
			c.X += wide(m.prompt())
			c.Y = m.heads
			v.Cursor = c
		}
	}
	return v
}

// windowTitle is seen when the window is not.
func (m *Model) windowTitle() string {
	c := m.call()
	switch {
	case c == nil:
		return "star18"
	case c.Ringing():
		return "star18: " + plain(sipName(c)) + " is calling" + on(c.Account)
	}
	word, _ := m.word(c)
	return "star18: " + word + " " + plain(caller(c))
}

// lines are exactly as many as the terminal has, none wider than it is.
func (m *Model) lines() []string {
	if m.width < leastWidth || m.height < leastHeight {
		return []string{cut(fmt.Sprintf("star18 needs %dx%d", leastWidth, leastHeight), m.width)}
	}
	out := m.head()
	m.heads = len(out)
	out = append(append(out, m.fieldLine(m.heads)), m.explanation()...)
	out = append(out, m.rule(m.heading(), m.width))
	m.top = len(out)
	room := m.height - m.top - 2
	out = append(out, sized(m.body(room), room)...)
	out = append(out, m.said(), m.hints())
	for i := range out {
		out[i] = fit(out[i], m.width)
	}
	return out
}

func (m *Model) prompt() string {
	switch {
	case m.asking == askTransfer:
		return " transfer to: "
	case m.several():
		return " dial by " + cut(m.own[m.by].Account, longestAccount) + ": "
	}
	return " dial: "
}

// sizeField leaves the field what the prompt leaves of the line.
func (m *Model) sizeField() { m.field.SetWidth(max(10, m.width-wide(m.prompt())-2)) }

// fieldLine is in line y of the screen.
func (m *Model) fieldLine(y int) string {
	m.zones = append(m.zones, zone{y, 0, m.width, "esc"})
	if m.typing {
		return m.bold.Render(m.prompt()) + m.field.View()
	}
	return m.faint.Render(m.prompt() + first(m.width-wide(m.prompt())-1, "press esc, then type a number or a name", "press esc, then type"))
}

// explanation is two lines, so that nothing jumps while one types; in a low window
// one, if there is something to explain.
func (m *Model) explanation() []string {
	text := strings.TrimSpace(m.field.Value())
	var lines []string
	if m.typing && text != "" {
		lines = m.explained(m.phone.Explain(m.own[m.by].Account, text))
	}
	if m.height < roomy {
		return lines[:min(1, len(lines))]
	}
	return sized(lines, 2)
}

func (m *Model) explained(e Explanation) []string {
	const indent = "       "
	room := m.width - len(indent) - 1
	if e.Refuse {
		lines := wrapped(plain(e.Why), room)
		for i := range lines {
			lines[i] = indent + m.wrong.Render(lines[i])
		}
		return lines
	}
	return []string{indent + plain(e.Does), indent + m.faint.Render(cut(plain(e.Why), room))}
}

func (m *Model) heading() string {
	switch m.pane {
	case callsPane:
		if n := len(m.board.Calls); n > 1 {
			return fmt.Sprintf("%d calls", n)
		}
		return ""
	case ladderPane:
		return m.ladderHeading()
	}
	return m.pane.String()
}

func (m *Model) body(room int) []string {
	switch m.pane {
	case pastPane:
		return m.pastLines(room)
	case ladderPane:
		return m.ladderLines(room)
	case devicesPane:
		return m.deviceLines(room)
	case saidPane:
		return m.saidLines(room)
	case helpPane:
		return m.helpLines(room)
	}
	return m.callLines(room)
}

// saidFor is how long words about what happened stay below; the events pane keeps
// them.
const saidFor = 30 * time.Second

// last is what happened last, if it is news; nil if nothing is.
func (m *Model) last() *board.Said {
	for i := range slices.Backward(m.board.Said) {
		s := &m.board.Said[i]
		if s.Quiet {
			continue
		}
		if m.now().Sub(s.At) > saidFor {
			return nil
		}
		return s
	}
	return nil
}

// said is that in one line.
func (m *Model) said() string {
	if m.leaving {
		return m.wrong.Render(" a call is up: ctrl+c again hangs up and leaves")
	}
	s := m.last()
	if s == nil || m.stale(*s) || m.pane == callsPane && m.shownAbove(*s) {
		return ""
	}
	return m.oneLine(" "+s.Call+" ", *s)
}

// stale: it is about a call that was over before the one that is looked at began.
func (m *Model) stale(s board.Said) bool {
	c := m.call()
	return c != nil && s.Call != "" && m.board.Call(s.Call) == nil && s.At.Before(c.Began)
}

// shownAbove: the same stands in the body, at full length.
func (m *Model) shownAbove(s board.Said) bool {
	c := m.call()
	if c == nil {
		return s.Bad
	}
	if c.Info.ID != s.Call {
		return false
	}
	return c.Deaf != nil || c.Asked != nil || c.Recording && s.Heading == say.RecordingHeading || s.Text == say.NotSecuredWords(c.Why, m.board.Require)
}

func (m *Model) oneLine(before string, s board.Said) string {
	text := strings.TrimSpace(plain(fmt.Sprintf("%-11s %s", s.Heading, s.Text)))
	if s.Account != "" {
		text = plain(s.Account) + ": " + text
	}
	if s.Bad {
		text = m.wrong.Render(text)
	}
	return " " + strings.TrimLeft(before, " ") + text
}
