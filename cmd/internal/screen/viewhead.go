package screen

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"star18/cmd/internal/board"
)

// Our own choices for several lines: so many have a line of the screen each, if it
// is not low, and so long their names may be.
const (
	mostHeads      = 4
	longestAccount = 12
)

func (m *Model) several() bool { return len(m.own) > 1 }

// on is the line that something is about, where there are several.
func on(account string) string {
	if account == "" {
		return ""
	}
	return " on " + plain(account)
}

// nextLine chooses the line that calls go by.
func (m *Model) nextLine() tea.Cmd { return m.byLine((m.by + 1) % len(m.own)) }

func (m *Model) byLine(i int) tea.Cmd {
	m.by = i
	m.sizeField()
	return nil
}

// head is whether the lines can be reached: one of the screen for each, or one for
// all where they have no room.
func (m *Model) head() []string {
	left := m.title.Render(" star18 ") + " "
	if !m.several() {
		return []string{m.headOf(left, m.own[0], m.waiting(true, m.own[0]))}
	}
	if m.height < roomy || len(m.own) > mostHeads {
		return []string{m.summary(left)}
	}
	var out []string
	for i, l := range m.own {
		m.zones = append(m.zones, zone{i, 0, m.width, fmt.Sprint(lineOf, i)})
		out = append(out, m.headOf(left+m.named(i), l, m.waiting(i == 0, l)))
		left = strings.Repeat(" ", wide(left))
	}
	return out
}

// onColumn is the line of a call, as wide as the widest.
func (m *Model) onColumn(c *board.Call) string {
	if !m.several() {
		return ""
	}
	return fit(on(c.Account), len(" on ")+m.accountColumn()) + " "
}

func (m *Model) accountColumn() int {
	column := 0
	for _, l := range m.own {
		column = max(column, min(wide(plain(l.Account)), longestAccount))
	}
	return column
}

// named is the name of a line, with a mark if calls go by it.
func (m *Model) named(i int) string {
	name := fit(plain(m.own[i].Account), m.accountColumn()) + "  "
	if i == m.by {
		return m.bold.Render(">" + name)
	}
	return " " + name
}

func (m *Model) headOf(left string, l Line, waiting string) string {
	if aor := m.address(l); aor != "" {
		left += m.bold.Render(aor) + "  "
	}
	return sides(left+m.registration(l, m.width-wide(left)-wide(waiting)), waiting, m.width)
}

// address is who the line is, as far as there is room; where there are several,
// what follows stands below each other.
func (m *Model) address(l Line) string {
	aor := func(l Line) string { return plain(bare(m.board.Line(l.Account).Registration.AOR, l.AOR)) }
	switch {
	case m.several() && m.width < besideFrom:
		return "" // the name says it
	case m.several():
		column := 0
		for _, o := range m.own {
			column = max(column, min(wide(aor(o)), m.width/3))
		}
		return fit(aor(l), column)
	case m.width < besideFrom:
		user, _, _ := strings.Cut(aor(l), "@")
		return user
	}
	return aor(l)
}

// summary is all lines in one, those that cannot be reached first.
func (m *Model) summary(left string) string {
	var bad, good []string
	for i, l := range m.own {
		r := m.board.Line(l.Account).Registration
		text := strings.TrimSpace(unstyled(m.named(i))) + " " + r.State.String()
		switch {
		case r.State == board.Failed:
			bad = append(bad, m.wrong.Render(text))
		case r.State == board.Registered, l.Server == "":
			good = append(good, strings.TrimSpace(unstyled(m.named(i))))
		default:
			bad = append(bad, m.doubt.Render(text))
		}
	}
	head, right := left+strings.Join(bad, ", "), m.waiting(true, m.own...)
	if len(good) == 0 {
		return sides(head, right, m.width)
	}
	if len(bad) > 0 {
		head += ", "
	}
	reached := m.good.Render(board.Registered.String())
	room := m.width - wide(head) - wide(right) - wide(reached) - 1
	return sides(head+first(room, strings.Join(good, ", "), fmt.Sprint(len(good)))+" "+reached, right, m.width)
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
func (m *Model) registration(l Line, room int) string {
	r := m.board.Line(l.Account).Registration
	state := r.State.String()
	switch r.State {
	case board.Registered:
		how, _, _ := strings.Cut(plain(r.Via), " ")
		return m.good.Render(state) + first(room-wide(state), " via "+how+until(m.local(r.Until)), until(m.local(r.Until)))
	case board.Failed:
		return m.wrong.Render(state) + first(room-wide(state), ", "+m.next(r))
	}
	if l.Server == "" {
		return "not to be registered"
	}
	since := fmt.Sprintf(", %d s", int(m.now().Sub(m.began).Seconds()))
	return m.doubt.Render(state) + first(room-wide(state), " at "+l.Server+since, since)
}

func until(at time.Time) string { return " until " + at.Format("15:04") }

// next is when the line tries again.
func (m *Model) next(r board.Registration) string {
	if wait := r.Retry.Sub(m.now()); wait > 0 {
		return fmt.Sprintf("again in %d s", int(wait.Round(time.Second).Seconds()))
	}
	return "trying again now"
}

// local is a time where the user is.
func (m *Model) local(t time.Time) time.Time { return t.In(m.now().Location()) }

// waiting is what wants to be looked at: voice mail of these lines, and what is
// about none of them.
func (m *Model) waiting(common bool, lines ...Line) string {
	var list []string
	n := 0
	for _, l := range lines {
		if box := m.board.Line(l.Account).Messages; box.Waiting {
			n += box.New
		}
	}
	if n > 0 {
		list = append(list, fmt.Sprintf("%d new messages", n))
	}
	if n := m.board.Missed; common && n > 0 {
		list = append(list, fmt.Sprintf("%d missed", n))
	}
	if common && m.board.SoundFault != "" {
		list = append(list, m.wrong.Render("NO SOUND"))
	}
	if len(list) == 0 {
		return ""
	}
	return "  " + m.doubt.Render(strings.Join(list, ", ")) + " "
}
