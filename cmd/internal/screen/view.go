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
			c.Y = 1
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
		return "star18: " + plain(sipName(c)) + " is calling"
	}
	word, _ := m.word(c)
	return "star18: " + word + " " + plain(caller(c))
}

// lines are exactly as many as the terminal has, none wider than it is.
func (m *Model) lines() []string {
	if m.width < leastWidth || m.height < leastHeight {
		return []string{cut(fmt.Sprintf("star18 needs %dx%d", leastWidth, leastHeight), m.width)}
	}
	out := append([]string{m.head(), m.fieldLine()}, m.explanation()...)
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

func (m *Model) head() string {
	r := m.board.Registration
	aor, waiting := plain(bare(r.AOR, m.line.AOR)), m.waiting()
	if m.width < besideFrom { // the user alone
		aor, _, _ = strings.Cut(aor, "@")
	}
	left := m.title.Render(" star18 ") + " " + m.bold.Render(aor) + "  "
	return sides(left+m.registration(m.width-wide(left)-wide(waiting)), waiting, m.width)
}

// bare is the first address that there is, without its scheme.
func bare(addresses ...string) string {
	for _, a := range addresses {
		if a != "" {
			return strings.TrimPrefix(strings.TrimPrefix(a, "sips:"), "sip:")
		}
	}
	return ""
}

// registration is whether the line can be reached, at the length that there is
// room for. What went wrong stands below as well.
func (m *Model) registration(room int) string {
	r := m.board.Registration
	state := r.State.String()
	switch r.State {
	case board.Registered:
		how, _, _ := strings.Cut(plain(r.Via), " ")
		return m.good.Render(state) + first(room-wide(state), " via "+how+until(m.local(r.Until)), until(m.local(r.Until)))
	case board.Failed:
		return m.wrong.Render(state) + first(room-wide(state), ", "+m.next())
	}
	if m.line.Server == "" {
		return "not to be registered"
	}
	since := fmt.Sprintf(", %d s", int(m.now().Sub(m.began).Seconds()))
	return m.doubt.Render(state) + first(room-wide(state), " at "+m.line.Server+since, since)
}

func until(at time.Time) string { return " until " + at.Format("15:04") }

// next is when the line tries again.
func (m *Model) next() string {
	if wait := m.board.Registration.Retry.Sub(m.now()); wait > 0 {
		return fmt.Sprintf("again in %d s", int(wait.Round(time.Second).Seconds()))
	}
	return "trying again now"
}

// local is a time where the user is.
func (m *Model) local(t time.Time) time.Time { return t.In(m.now().Location()) }

// waiting is what wants to be looked at.
func (m *Model) waiting() string {
	var list []string
	if n := m.board.Messages.New; m.board.Messages.Waiting && n > 0 {
		list = append(list, fmt.Sprintf("%d new messages", n))
	}
	if n := m.board.Missed; n > 0 {
		list = append(list, fmt.Sprintf("%d missed", n))
	}
	if m.board.SoundFault != "" {
		list = append(list, m.wrong.Render("NO SOUND"))
	}
	if len(list) == 0 {
		return ""
	}
	return "  " + m.doubt.Render(strings.Join(list, ", ")) + " "
}

func (m *Model) prompt() string {
	if m.asking == askTransfer {
		return " transfer to: "
	}
	return " dial: "
}

func (m *Model) fieldLine() string {
	m.zones = append(m.zones, zone{1, 0, m.width, "esc"})
	if m.typing {
		return m.bold.Render(m.prompt()) + m.field.View()
	}
	return m.faint.Render(m.prompt() + first(m.width-8, "press esc, then type a number or a name", "press esc, then type"))
}

// explanation is two lines, so that nothing jumps while one types; in a low window
// one, if there is something to explain.
func (m *Model) explanation() []string {
	text := strings.TrimSpace(m.field.Value())
	var lines []string
	if m.typing && text != "" {
		lines = m.explained(m.phone.Explain(text))
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
	if s == nil || m.pane == callsPane && m.shownAbove(*s) {
		return ""
	}
	return m.oneLine(" "+s.Call+" ", *s)
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
	return c.Deaf != nil || c.Asked != nil || s.Text == say.NotSecuredWords(c.Why, m.board.Require)
}

func (m *Model) oneLine(before string, s board.Said) string {
	text := strings.TrimSpace(plain(fmt.Sprintf("%-11s %s", s.Heading, s.Text)))
	if s.Bad {
		text = m.wrong.Render(text)
	}
	return " " + strings.TrimLeft(before, " ") + text
}
