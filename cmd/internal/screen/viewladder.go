package screen

import (
	"fmt"
	"strings"

	"star18/cmd/internal/trace"
)

// ladderLines is what passed between us and the network, the newest at the top:
//
//	12:00:01.120  ──▶  INVITE 14085551234          UDP 192.0.2.1:5060
//	12:00:01.131  ◀──  100 Trying (INVITE)         UDP 192.0.2.1:5060
func (m *Model) ladderLines(room int) []string {
	list := m.phone.Messages()
	if len(list) == 0 {
		return []string{"", "  No SIP yet."}
	}
	newest := func(i int) trace.Message { return list[len(list)-1-i] }
	if m.reading && m.at < len(list) {
		return messageLines(newest(m.at), room)
	}
	lines := make([]string, len(list))
	for i := range list {
		msg := newest(i)
		arrow := map[bool]string{true: "──▶", false: "◀──"}[msg.Sent]
		line := sides(fmt.Sprintf(" %s  %s  %s", m.local(msg.At).Format("15:04:05.000"), arrow, plain(msg.Label)), faint.Render(plain(msg.Hop.String()))+" ", m.width)
		if i == m.at {
			line = chosen.Render(fit(fmt.Sprintf(" %s  %s  %s", m.local(msg.At).Format("15:04:05.000"), arrow, plain(msg.Label)), m.width))
		}
		lines[i] = line
	}
	return m.window(lines, room)
}

func messageLines(msg trace.Message, room int) []string {
	var lines []string
	for line := range strings.SplitSeq(strings.TrimRight(msg.Text, "\r\n"), "\n") {
		lines = append(lines, "  "+plain(strings.TrimRight(line, "\r")))
	}
	if len(lines) > room && room > 0 {
		lines = append(lines[:room-1], faint.Render(fmt.Sprintf("  ... %d lines more; a larger window shows them", len(lines)-room+1)))
	}
	return lines
}
