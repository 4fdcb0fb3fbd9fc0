package screen

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"star18/cmd/internal/board"
)

// The smallest terminal that shows everything that matters.
const (
	leastWidth  = 40
	leastHeight = 10
)

// View implements tea.Model.
func (m *Model) View() tea.View {
	v := tea.NewView(strings.Join(m.lines(), "\n"))
	v.AltScreen, v.MouseMode, v.WindowTitle = true, tea.MouseModeCellMotion, m.windowTitle()
	if m.typing && m.width >= leastWidth && m.height >= leastHeight {
		if c := m.field.Cursor(); c != nil {
			c.X += ansi.StringWidth(m.prompt())
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
		return "star18: " + plain(caller(c)) + " is calling"
	}
	return "star18: " + c.Security.String() + " " + plain(caller(c))
}

// lines are exactly as many as the terminal has, none wider than it is.
func (m *Model) lines() []string {
	if m.width < leastWidth || m.height < leastHeight {
		return []string{fit(fmt.Sprintf("star18 needs %dx%d characters", leastWidth, leastHeight), m.width)}
	}
	out := []string{m.head(), m.fieldLine()}
	out = append(out, m.explanation()...)
	out = append(out, rule(m.heading(), m.width))
	foot := m.foot()
	room := m.height - len(out) - len(foot)
	out = append(out, sized(m.body(room), room)...)
	out = append(out, foot...)
	for i := range out {
		out[i] = fit(out[i], m.width)
	}
	return out
}

// sized is exactly so many lines.
func sized(lines []string, n int) []string {
	if len(lines) > n {
		return lines[:n]
	}
	return append(lines, make([]string, n-len(lines))...)
}

func (m *Model) head() string {
	r := m.board.Registration
	state := r.State.String()
	switch r.State {
	case board.Registered:
		state = good.Render(state) + " via " + plain(r.Via) + " until " + m.local(r.Until).Format("15:04")
	case board.Failed:
		state = wrong.Render(state)
		if wait := r.Retry.Sub(m.now()); wait > 0 {
			state += fmt.Sprintf(", again in %d s", int(wait.Round(time.Second).Seconds()))
		}
		state += ": " + plain(r.Reason)
	default:
		state = doubt.Render(state)
	}
	left := title.Render(" star18 ") + " " + bold.Render(plain(strings.TrimPrefix(r.AOR, "sip:")))
	if r.AOR != "" {
		left += "  "
	}
	return sides(left+state, m.waiting(), m.width)
}

// local is a time where the user is.
func (m *Model) local(t time.Time) time.Time { return t.In(m.now().Location()) }

// waiting is what wants to be looked at.
func (m *Model) waiting() string {
	var list []string
	if n := m.board.Messages.New; m.board.Messages.Waiting && n > 0 {
		list = append(list, fmt.Sprintf("%d messages", n))
	}
	if n := m.board.Missed; n > 0 {
		list = append(list, fmt.Sprintf("%d missed", n))
	}
	if m.board.SoundFault != "" {
		list = append(list, wrong.Render("NO SOUND"))
	}
	if len(list) == 0 {
		return ""
	}
	return "  " + doubt.Render(strings.Join(list, ", ")) + " "
}

func (m *Model) prompt() string {
	if m.asking == askTransfer {
		return " transfer to: "
	}
	return " dial: "
}

func (m *Model) fieldLine() string {
	if m.typing {
		return bold.Render(m.prompt()) + m.field.View()
	}
	return faint.Render(m.prompt() + "esc to type a number")
}

// explanation is two lines, so that nothing jumps while one types.
func (m *Model) explanation() []string {
	text := strings.TrimSpace(m.field.Value())
	if !m.typing || text == "" {
		return []string{"", ""}
	}
	e := m.phone.Explain(text)
	style := faint
	if e.Refuse {
		style = wrong
	}
	lines := sized(wrapped(plain(e.Text), "   ", m.width-1), 2)
	for i := range lines {
		lines[i] = style.Render(lines[i])
	}
	return lines
}

func (m *Model) heading() string {
	if m.pane == callsPane {
		if n := len(m.board.Calls); n > 1 {
			return fmt.Sprintf("%d calls", n)
		}
		return ""
	}
	return m.pane.String()
}

func (m *Model) body(room int) []string {
	switch m.pane {
	case pastPane:
		return m.pastLines(room)
	case ladderPane:
		return m.ladderLines(room)
	case helpPane:
		return m.window(helpLines(), room)
	}
	return m.callLines(room)
}

// window is the part of a list around the chosen line.
func (m *Model) window(lines []string, room int) []string {
	from := min(m.at, max(0, len(lines)-room))
	return lines[from:min(len(lines), from+room)]
}

// foot is what was said last, and which keys matter now.
func (m *Model) foot() []string {
	said := ""
	if n := len(m.board.Said); n > 0 {
		last := m.board.Said[n-1]
		said = " " + plain(last.Text)
		if last.Bad {
			said = wrong.Render(said)
		}
	}
	if m.leaving {
		said = wrong.Render(" a call is up: ctrl+c again hangs up and leaves")
	}
	return []string{said, faint.Render(" " + m.hint())}
}

// hint names the keys that matter now.
func (m *Model) hint() string {
	c := m.call()
	switch {
	case m.pane == ladderPane:
		return "up/down choose   enter read   esc back"
	case m.pane == pastPane:
		return "up/down choose   enter call   esc back"
	case m.pane == helpPane:
		return "up/down scroll   esc back"
	case m.typing && c != nil && c.Ringing():
		return "ctrl+a answer   ctrl+r reject   enter dial   esc keys"
	case m.typing:
		return "enter dial   tab complete   up recall   esc keys   ? help   ctrl+c leave"
	case c == nil:
		return "esc dial   i history   l ladder   ? help   ctrl+c leave"
	case c.Asked != nil:
		return "y agree   n refuse   q hang up   ? help"
	case c.Ringing():
		return "a answer   r reject   ? help"
	case c.Info.State != "up":
		return "q give up   l ladder   ? help"
	case m.rings():
		return "ctrl+a answer   ctrl+r reject   q hang up   h hold   tab other call   ? help"
	}
	return "q hang up   h hold   m mute   t transfer   c new call   0-9*# keys   l ladder   ? help"
}

// rings: some call waits for an answer.
func (m *Model) rings() bool { return slices.ContainsFunc(m.board.Calls, (*board.Call).Ringing) }

func helpLines() []string {
	lines := []string{"", "  While you type, keys go to the field; esc changes between the field and these:", ""}
	for _, b := range bindings {
		lines = append(lines, fmt.Sprintf("  %-9s %s", b.key, b.words))
	}
	return append(lines, "",
		"  ctrl+a and ctrl+r answer and reject at any time.",
		"  SECURE is shown when the first packet of the other side has authenticated,",
		"  never before. A name with $ stands in a certificate; the other one is what",
		"  the network says, and proves nothing.")
}
