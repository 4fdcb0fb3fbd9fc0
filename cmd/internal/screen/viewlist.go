package screen

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"star18/cmd/internal/say"
	"star18/ua"
)

// listed draws a list around its chosen line, which can be clicked at.
func (m *Model) listed(lines []string, room int) []string {
	shown, from := around(lines, m.at, room)
	out := make([]string, len(shown))
	for i, text := range shown {
		m.clickable(i, fmt.Sprint(listLine, from+i))
		out[i] = text
		if from+i == m.at {
			out[i] = m.chosen.Render(fit(unstyled(text), m.width))
		}
	}
	return out
}

// idleLines is the line, and the last few calls, for want of one that is up.
func (m *Model) idleLines(room int) []string {
	line, trouble := m.lineEntries(), m.trouble()
	return stack(room, trouble, line, m.lastCalls(room-len(line)-len(trouble)-3))
}

// trouble is what failed last, at full length and with what to do.
func (m *Model) trouble() []string {
	last := m.last()
	if last == nil || !last.Bad {
		return nil
	}
	var lines []string
	for _, s := range m.board.Said {
		if s.Bad && !s.Quiet && s.Call == last.Call && last.At.Sub(s.At) < together {
			lines = append(lines, entry(s.Heading, cut(plain(s.Text), 4*longest), m.width, m.wrong)...)
			lines = append(lines, advice(s.Advice, m.width)...)
		}
	}
	return lines
}

// together is how soon after its reason a call ends because of it.
const together = 3 * time.Second

func (m *Model) lineEntries() []string {
	var lines []string
	for _, l := range m.own {
		if r := m.board.Line(l.Account).Registration; r.Reason != "" {
			name := cut(plain(cmp.Or(l.Account, "line")), nameColumn-3)
			lines = append(lines, entry(name, cut(plain(r.Reason), 4*longest), m.width, m.wrong)...)
			lines = append(lines, advice(r.Advice, m.width)...)
		}
	}
	if m.board.SoundFault != "" {
		lines = append(lines, entry("sound", plain(m.board.SoundFault), m.width, m.wrong)...)
	}
	lines = append(lines, m.identity()...)
	if list := m.phone.Services(m.own[m.by].Account); len(list) > 0 {
		lines = append(lines, entry("services", plain(strings.Join(list, "; ")), m.width, m.doubt)...)
	}
	return lines
}

// identity is what a secure call shows to the other side.
func (m *Model) identity() []string {
	switch l := m.own[m.by]; {
	case l.IdentityFault != "":
		return entry("certificate", "no use: "+plain(l.IdentityFault), m.width, m.wrong)
	case l.Identity != "":
		return entry("certificate", plain(l.Identity), m.width)
	}
	return entry("certificate", "none, so calls stay in clear; star18 cert issue makes one", m.width)
}

func (m *Model) lastCalls(room int) []string {
	list := m.past()
	if len(list) == 0 {
		return entry("calls", "none yet. Type a number or a name and press enter; *18 before it asks for security", m.width)
	}
	lines := []string{"  " + m.faint.Render("last calls")}
	for _, p := range list[:min(len(list), max(1, room))] {
		lines = append(lines, " "+m.pastLine(p))
	}
	return lines
}

// pastLines is the history.
func (m *Model) pastLines(room int) []string {
	list := m.past()
	if len(list) == 0 {
		return []string{"", "  No calls yet."}
	}
	lines := make([]string, len(list))
	for i, p := range list {
		lines[i] = " " + m.pastLine(p)
	}
	return m.listed(lines, room)
}

// pastLine has the certified name apart from what SIP said. What has no room is
// left out.
func (m *Model) pastLine(p Past) string {
	way := map[bool]string{true: "out", false: "in "}[p.Outgoing]
	word, style := m.ending(p)
	text := fmt.Sprintf("%s  %s  %s %s", m.when(p.At), way, style.Render(fmt.Sprintf("%-13s", word)), say.Caller("", plain(p.Number)))
	var more []string
	if p.Name != "" && p.Name != p.Number {
		more = append(more, fmt.Sprintf("%q", plain(p.Name)))
	}
	if p.Named != "" {
		more = append(more, plain(p.Named))
	}
	if p.Dialed != "" && p.Dialed != p.Number {
		more = append(more, m.faint.Render("as "+plain(p.Dialed)))
	}
	if p.Account != "" {
		more = append(more, m.faint.Render(strings.TrimSpace(on(p.Account))))
	}
	const column = 43 // after numbers of up to 14 digits
	for _, s := range more {
		next := text + strings.Repeat(" ", max(2, column-wide(text))) + s
		if wide(next) < m.width-1 {
			text = next
		}
	}
	return text
}

// failures are the causes that have a short word.
var failures = map[ua.Cause]string{
	ua.CauseBusy: "busy", ua.CauseDeclined: "declined", ua.CauseNotFound: "no such no.", ua.CauseCancelled: "given up",
	ua.CauseUnavailable: "unavailable",
}

// ending is how a call ended, and how secure it was.
func (m *Model) ending(p Past) (string, lipgloss.Style) {
	switch {
	case !p.Known:
		return "", m.faint
	case !p.Answered && p.Outgoing:
		return cmp.Or(failures[p.Cause], "not answered"), m.faint
	case !p.Answered:
		return "missed", m.doubt
	case p.Secure == ua.SecureDone:
		return "secured", m.good
	case p.Secure == ua.SecureLost:
		return "SECURITY LOST", m.wrong
	}
	return "in clear", m.faint
}

// when is a time of today, or a day.
func (m *Model) when(t time.Time) string {
	t = m.local(t)
	if y, d := t.Year(), t.YearDay(); y == m.now().Year() && d == m.now().YearDay() {
		return t.Format(" 15:04")
	}
	return t.Format("Jan _2")
}

// saidLines is everything that happened, the newest below.
func (m *Model) saidLines(room int) []string {
	if len(m.board.Said) == 0 {
		return []string{"", "  Nothing yet."}
	}
	lines := make([]string, len(m.board.Said))
	for i, s := range m.board.Said {
		lines[i] = m.oneLine(fmt.Sprintf("%s  %-4s ", m.local(s.At).Format("15:04:05"), s.Call), s)
	}
	s := m.board.Said[min(m.at, len(lines)-1)]
	whole := indented(wrapped(plain(s.Text), m.width-4))
	if s.Advice != "" {
		whole = append(whole, indented(wrapped(plain(s.Advice), m.width-4))...)
	}
	room = max(1, room-len(whole)-1)
	return append(append(sized(m.listed(lines, room), room), m.rule("", m.width)), whole...)
}

// deviceLines is what can be heard and spoken by.
func (m *Model) deviceLines(room int) []string {
	if len(m.devices) == 0 {
		return entry("", "No sound devices were found. Calls work without: audio.input and audio.output may be files, a tone or silence.", m.width)
	}
	lines := make([]string, len(m.devices))
	for i, d := range m.devices {
		what := map[bool]string{true: "hear by", false: "speak by"}[d.Output]
		mark := map[bool]string{true: "*", false: " "}[d.Used]
		lines[i] = fmt.Sprintf(" %s %-10s%-30s %s", mark, what, plain(d.Name), m.faint.Render(plain(d.Words)))
	}
	note := indented(wrapped("* is in use. What you choose counts for this run, also in a call that is up; audio.input and audio.output in the configuration keep it.", m.width-4))
	return append(m.listed(lines, min(len(lines), max(1, room-len(note)-1))), append([]string{""}, note...)...)
}

// helpLines is every key, in two columns where they have room.
func (m *Model) helpLines(room int) []string {
	var keys []string
	for _, b := range bindings {
		if b.key == nextLineKey && !m.several() {
			continue
		}
		keys = append(keys, fmt.Sprintf("  %s %s", m.bold.Render(fmt.Sprintf("%-9s", b.key)), b.words))
	}
	if half := (len(keys) + 1) / 2; m.width >= besideFrom+16 {
		keys = beside(keys[:half], keys[half:], m.width/2)
	}
	notes := []string{
		"SECURE is shown once a packet of the other side has authenticated, not before. A name with $ is certified; the other one is the network's word.",
		"esc changes between typing and these keys. Shift lets the mouse select text.",
	}
	parts := [][]string{keys}
	for _, n := range notes {
		parts = append(parts, indented(wrapped(n, m.width-4)))
	}
	lines := stack(room, parts...)
	shown, _ := around(lines, m.at+room/2, room)
	return shown
}
