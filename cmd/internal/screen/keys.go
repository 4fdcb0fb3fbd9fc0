package screen

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"star18/cmd/internal/board"
)

// binding is a letter that does something while no text is typed.
type binding struct {
	key   string
	words string
	// run may be nil: the key is explained, and read elsewhere.
	run func(*Model, *board.Call) tea.Cmd
	// call: it needs one.
	call bool
}

// command is a binding that gives keyline a command about the call.
func command(verb string) func(*Model, *board.Call) tea.Cmd {
	return func(m *Model, c *board.Call) tea.Cmd { return m.do(verb + " " + c.Info.ID) }
}

// plainCommand is one that is about no call in particular.
func plainCommand(verb string) func(*Model, *board.Call) tea.Cmd {
	return func(m *Model, _ *board.Call) tea.Cmd { return m.do(verb) }
}

// show is a binding that opens a pane.
func show(p pane) func(*Model, *board.Call) tea.Cmd {
	return func(m *Model, _ *board.Call) tea.Cmd {
		m.turn(p)
		return nil
	}
}

// bindings are in the order of the help.
var bindings = []binding{
	{"a", "answer", command("answer"), true},
	{"r", "reject as busy", command("reject"), true},
	{"q", "hang up", command("hangup"), true},
	{"h", "hold, or speak again", (*Model).holdOrResume, true},
	{"s", "swap two calls", plainCommand("swap"), true},
	{"m", "mute, or unmute", (*Model).muteOrUnmute, true},
	{"R", "record, or stop", (*Model).recordOrStop, true},
	{"0-9 * #", "send keys", nil, true},
	{"c", "dial another number", func(m *Model, _ *board.Call) tea.Cmd { m.toField(askDial); return nil }, false},
	{"t", "transfer to a number", func(m *Model, _ *board.Call) tea.Cmd { m.toField(askTransfer); return nil }, true},
	{"x", "connect the two others and leave", plainCommand("transfer-to"), true},
	{"j", "join all calls in a conference", plainCommand("conference"), true},
	{"y", "agree to the transfer that is asked for", command("yes"), true},
	{"n", "refuse it", command("no"), true},
	{"tab", "choose the next call", (*Model).nextCall, true},
	{"p", "calls", show(callsPane), false},
	{"i", "history", show(pastPane), false},
	{"l", "ladder of SIP messages", show(ladderPane), false},
	{"?", "this help", show(helpPane), false},
	{"esc", "back to the dial field", nil, false},
	{"ctrl+c", "leave star18", nil, false},
}

// key is one key press.
func (m *Model) key(k tea.KeyPressMsg) tea.Cmd {
	name := k.String()
	if name != "ctrl+c" {
		m.leaving = false
	}
	switch name {
	case "ctrl+c":
		return m.leave()
	case "ctrl+a":
		return m.about(command("answer"))
	case "ctrl+r":
		return m.about(command("reject"))
	case "f1":
		m.turn(helpPane)
		return nil
	case "ctrl+l":
		return tea.ClearScreen
	}
	if m.typing {
		return m.typed(name, k)
	}
	return m.letter(name)
}

// leave quits, but asks once more while somebody is on the line.
func (m *Model) leave() tea.Cmd {
	if len(m.board.Calls) > 0 && !m.leaving {
		m.leaving = true
		return nil
	}
	return tea.Quit
}

// about runs what is about the call that rings, if one does.
func (m *Model) about(run func(*Model, *board.Call) tea.Cmd) tea.Cmd {
	for _, c := range m.board.Calls {
		if c.Ringing() {
			m.chosen = ""
			return run(m, c)
		}
	}
	return nil
}

// typed is a key while the field has them.
func (m *Model) typed(name string, k tea.KeyPressMsg) tea.Cmd {
	switch name {
	case "enter":
		return m.send()
	case "esc":
		m.asking = askDial
		m.field.Reset()
		m.toKeys()
		return nil
	case "?":
		if m.field.Value() == "" {
			m.turn(helpPane)
			m.toKeys()
			return nil
		}
	case "up", "down":
		m.remember(name == "up")
		return nil
	}
	return m.edit(k)
}

func (m *Model) edit(msg tea.Msg) tea.Cmd {
	if !m.typing {
		return nil
	}
	var cmd tea.Cmd
	m.field, cmd = m.field.Update(msg)
	return cmd
}

// send is Enter in the field; an empty one answers what rings.
func (m *Model) send() tea.Cmd {
	text := strings.TrimSpace(m.field.Value())
	verb := map[asking]string{askDial: "call", askTransfer: "transfer"}[m.asking]
	if text == "" {
		return m.about(command("answer"))
	}
	m.toField(askDial)
	return m.do(verb + " " + text)
}

// remember brings back what was dialled before.
func (m *Model) remember(older bool) {
	dialed := m.dialed()
	if m.recall == 0 {
		m.kept = m.field.Value()
	}
	if older {
		m.recall = min(m.recall+1, len(dialed))
	} else {
		m.recall = max(m.recall-1, 0)
	}
	text := m.kept
	if m.recall > 0 {
		text = dialed[m.recall-1]
	}
	m.field.SetValue(text)
	m.field.CursorEnd()
}

// dialed is what was typed before, newest first, each once.
func (m *Model) dialed() []string {
	var list []string
	seen := map[string]bool{"": true}
	for _, p := range m.past() {
		if p.Outgoing && !seen[p.Dialed] {
			seen[p.Dialed] = true
			list = append(list, p.Dialed)
		}
	}
	return list
}

// letter is a key while no text is typed.
func (m *Model) letter(name string) tea.Cmd {
	if m.listed(name) {
		return nil
	}
	c := m.call()
	switch {
	case name == "esc":
		m.reading = false
		m.turn(callsPane)
		m.toField(askDial)
		return nil
	case name == "enter" && m.pane == pastPane:
		return m.again()
	case name == "enter" && m.pane == ladderPane:
		m.reading = !m.reading
		return nil
	case name == "enter" && c != nil && c.Ringing():
		return m.do("answer " + c.Info.ID)
	case len(name) == 1 && strings.Contains("0123456789*#", name):
		return m.digit(c, name)
	}
	for _, b := range bindings {
		if b.key == name && b.run != nil && (!b.call || c != nil) {
			return b.run(m, c)
		}
	}
	return nil
}

// digit is sent in a call, and begins a number where there is none.
func (m *Model) digit(c *board.Call, key string) tea.Cmd {
	if c != nil && c.Info.State == "up" {
		return m.do("dtmf " + key)
	}
	if c == nil {
		m.toField(askDial)
		m.field.SetValue(key)
		m.field.CursorEnd()
	}
	return nil
}

func (m *Model) holdOrResume(c *board.Call) tea.Cmd {
	if c.Info.HeldByUs {
		return m.do("resume " + c.Info.ID)
	}
	return m.do("hold " + c.Info.ID)
}

func (m *Model) muteOrUnmute(c *board.Call) tea.Cmd {
	return m.do(map[bool]string{false: "mute ", true: "unmute "}[c.Muted] + c.Info.ID)
}

func (m *Model) recordOrStop(c *board.Call) tea.Cmd {
	if c.Recording {
		return m.do("record off")
	}
	return m.do("record")
}

func (m *Model) nextCall(c *board.Call) tea.Cmd {
	for i, o := range m.board.Calls {
		if o == c {
			m.chosen = m.board.Calls[(i+1)%len(m.board.Calls)].Info.ID
			break
		}
	}
	return nil
}
