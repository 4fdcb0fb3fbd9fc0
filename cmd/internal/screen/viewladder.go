package screen

import (
	"fmt"
	"strings"

	"star18/cmd/internal/trace"
)

// ladderLines is what passed between us and the network, the newest below:
//
//	12:00:01.120 ├── INVITE 14085551234 ──────────────▶┤ udp 192.0.2.1:5060
//	12:00:01.131 ├◀─ 100 Trying (INVITE) ──────────────┤ udp 192.0.2.1:5060
func (m *Model) ladderLines(room int) []string {
	switch {
	case len(m.messages) == 0:
		return []string{"", "  No SIP yet."}
	case m.reading:
		return m.messageLines(room)
	}
	lines := make([]string, len(m.messages))
	for i, msg := range m.messages {
		lines[i] = m.rung(msg)
	}
	return m.listed(lines, room)
}

// rung is one message. A narrow window has no room for who the peer is.
func (m *Model) rung(msg trace.Message) string {
	at, peer := m.local(msg.At).Format("15:04:05.000"), " "+msg.Hop.String()
	if m.width < besideFrom+16 {
		at, peer = m.local(msg.At).Format("04:05.0"), ""
	}
	width := m.width - wide(at) - wide(peer) - 4
	label := " " + plain(msg.Label) + " "
	if msg.Account != "" {
		label = " " + plain(msg.Account) + ":" + label
	}
	label = cut(label, width-4)
	rest := line(width - 3 - wide(label))
	if msg.Sent {
		return fmt.Sprintf(" %s %s%s%s%s", at, m.faint.Render("├──"), label, m.faint.Render(rest+"▶┤"), m.faint.Render(plain(peer)))
	}
	return fmt.Sprintf(" %s %s%s%s%s", at, m.faint.Render("├◀─"), label, m.faint.Render(rest+"─┤"), m.faint.Render(plain(peer)))
}

func (m *Model) ladderHeading() string {
	if m.reading && m.at < len(m.messages) {
		msg := m.messages[m.at]
		way := map[bool]string{true: "to", false: "from"}[msg.Sent]
		return fmt.Sprintf("message %d of %d, %s %s", m.at+1, len(m.messages), way, plain(msg.Hop.String()))
	}
	if m.hidden > 0 {
		return fmt.Sprintf("ladder, %d OPTIONS hidden", m.hidden)
	}
	return "ladder"
}

// messageLines is the chosen message from the line to which it was scrolled. What
// must stay secret is not in it any more.
func (m *Model) messageLines(room int) []string {
	lines := m.message()
	m.scrolled = min(m.scrolled, max(0, len(lines)-room))
	return lines[m.scrolled:min(len(lines), m.scrolled+room)]
}

func (m *Model) message() []string {
	if m.at >= len(m.messages) {
		return nil
	}
	var lines []string
	for text := range strings.SplitSeq(strings.TrimRight(m.messages[m.at].Text, "\r\n"), "\n") {
		for i, part := range broken(plain(strings.TrimRight(text, "\r")), m.width-6) {
			lines = append(lines, map[bool]string{true: "  ", false: "     "}[i == 0]+part)
		}
	}
	return lines
}

// refresh takes the messages that there are now. The chosen one stays chosen; the
// newest one gives way to a newer one.
func (m *Model) refresh() {
	newest := m.at >= len(m.messages)-1
	var before trace.Message
	if m.at < len(m.messages) {
		before = m.messages[m.at]
	}
	all := m.phone.Messages()
	m.messages, m.hidden = all, 0
	if !m.options {
		m.messages = nil
		for _, msg := range all {
			if msg.IsKeepalive() {
				m.hidden++
				continue
			}
			m.messages = append(m.messages, msg)
		}
	}
	if newest && !m.reading {
		m.at = max(0, len(m.messages)-1)
		return
	}
	for i, msg := range m.messages {
		if msg.At.Equal(before.At) && msg.Label == before.Label {
			m.at = i
		}
	}
}
