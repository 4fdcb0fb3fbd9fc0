package screen

import (
	"slices"
	"strings"

	"star18/cmd/internal/board"
)

// hint is a key that matters now, and what it does. A click on it presses it.
type hint struct{ key, words string }

// Hints that stand in several places.
var (
	back = hint{"esc", "back"}
	help = hint{"?", "help"}
	walk = hint{"up/down", "choose"}

	nextLineHint = hint{nextLineKey, "next line"}
)

// hints are as many as there is room for; the last one always is.
func (m *Model) hints() string {
	list := m.hintList()
	last := list[len(list)-1]
	text, x := " ", 1
	for i, h := range list {
		width := wide(h.key+" "+h.words) + 2
		if i < len(list)-1 && x+width+wide(last.key+" "+last.words) > m.width {
			continue
		}
		m.zones = append(m.zones, zone{m.height - 1, x, x + width - 2, h.key})
		text += strings.Repeat(" ", x-wide(text)) + m.bold.Render(h.key) + m.faint.Render(" "+h.words)
		x += width
	}
	return text
}

func (m *Model) hintList() []hint {
	switch {
	case m.pane == ladderPane && m.reading:
		return []hint{{"up/down", "scroll"}, {"left", "before"}, {"right", "after"}, {"enter", "close"}, back}
	case m.pane == ladderPane:
		return []hint{walk, {"enter", "read"}, {"o", "OPTIONS"}, back}
	case m.pane == pastPane:
		return []hint{walk, {"enter", "call"}, back}
	case m.pane == devicesPane:
		return []hint{walk, {"enter", "use"}, back}
	case m.pane != callsPane:
		return []hint{{"up/down", "scroll"}, back}
	case m.typing:
		return m.typingHints()
	}
	return m.callHints(m.call())
}

func (m *Model) typingHints() []hint {
	list := []hint{{"enter", "dial"}, {"tab", "complete"}, {"up", "recall"}, {"esc", "keys"}, {"ctrl+c", "leave"}, {"f1", "help"}}
	if m.several() {
		list = slices.Insert(list, 1, nextLineHint)
	}
	if m.asking == askTransfer {
		list = []hint{{"enter", "transfer"}, {"tab", "complete"}, {"esc", "do not"}, {"f1", "help"}}
	}
	if m.rings() {
		return append([]hint{{"ctrl+a", "answer"}, {"ctrl+r", "reject"}}, list...)
	}
	return list
}

func (m *Model) callHints(c *board.Call) []hint {
	mute := hint{"m", "mute"}
	if c != nil && c.Muted {
		mute.words = "unmute"
	}
	switch {
	case c == nil:
		return []hint{{"esc", "dial"}, {"i", "history"}, {"l", "ladder"}, {"d", "devices"}, {"e", "events"}, {"ctrl+c", "leave"}, help}
	case c.Asked != nil:
		return []hint{{"y", "agree"}, {"n", "refuse"}, {"q", "hang up"}, help}
	case c.Ringing() && len(m.board.Calls) > 1:
		return []hint{{"a", "answer"}, {"r", "reject"}, {"tab", "other call"}, help}
	case c.Ringing():
		return []hint{{"a", "answer"}, {"r", "reject"}, help}
	case c.Info.State != "up":
		return []hint{{"q", "give up"}, {"l", "ladder"}, help}
	case m.rings():
		return []hint{{"ctrl+a", "answer"}, {"ctrl+r", "reject"}, {"q", "hang up"}, {"h", "hold"}, {"tab", "other call"}, help}
	case c.Info.Conference:
		return []hint{{"q", "hang up"}, {"h", "leave it"}, {"x", "connect them"}, {"tab", "other call"}, mute, {"t", "transfer"}, help}
	case len(m.board.Calls) > 1:
		return []hint{{"q", "hang up"}, {"s", "swap"}, {"x", "connect them"}, {"j", "join all"}, {"tab", "other call"}, mute, help}
	}
	hold, record := hint{"h", "hold"}, hint{"R", "record"}
	if c.Info.HeldByUs {
		hold.words = "speak"
	}
	if c.Recording {
		record.words = "stop"
	}
	return []hint{{"q", "hang up"}, hold, mute, {"t", "transfer"}, {"c", "new call"}, record, {"l", "ladder"}, help}
}

// rings: some call waits for an answer.
func (m *Model) rings() bool { return slices.ContainsFunc(m.board.Calls, (*board.Call).Ringing) }
