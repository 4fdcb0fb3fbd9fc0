package screen

import (
	tea "charm.land/bubbletea/v2"

	"star18/cmd/internal/board"
)

// needs is what a key needs to mean anything.
type needs uint8

const (
	nothing  needs = iota
	someCall       // a call
	spoken         // the call that has the sound
	movable        // the same, or the only one
)

// binding is a letter that does something while no text is typed.
type binding struct {
	key   string
	words string
	// run may be nil: the key is explained, and read elsewhere.
	run   func(*Model, *board.Call) tea.Cmd
	needs needs
}

// bindings are in the order of the help.
var bindings = []binding{
	{"a", "answer", command("answer"), someCall},
	{"r", "reject as busy", command("reject"), someCall},
	{"q", "hang up", command("hangup"), someCall},
	{"h", "hold, or speak again", (*Model).holdOrResume, someCall},
	{"s", "swap two calls", plainCommand("swap"), someCall},
	{"m", "mute, or unmute", (*Model).muteOrUnmute, someCall},
	{"R", "record, or stop", (*Model).recordOrStop, spoken},
	{"0-9 * #", "send keys (DTMF)", nil, nothing},
	{"c", "call another number", field(askDial), nothing},
	{"t", "transfer to a number", field(askTransfer), movable},
	{"x", "connect the two others", (*Model).connect, someCall},
	{"j", "join all in a conference", plainCommand("conference"), someCall},
	{"y", "agree to a transfer", command("yes"), someCall},
	{"n", "refuse it", command("no"), someCall},
	{"tab", "look at the next call", (*Model).nextCall, someCall},
	{"p", "calls", show(callsPane), nothing},
	{"i", "history", show(pastPane), nothing},
	{"l", "ladder of SIP messages", show(ladderPane), nothing},
	{"e", "events, everything said", show(saidPane), nothing},
	{"d", "devices for sound", show(devicesPane), nothing},
	{"?", "this help (F1 while typing)", show(helpPane), nothing},
	{"ctrl+a", "answer, at any time", nil, nothing},
	{"ctrl+r", "reject, at any time", nil, nothing},
	{nextLineKey, "call by the next line", nil, nothing},
	{"esc", "back, and to the dial field", nil, nothing},
	{"ctrl+c", "leave star18", nil, nothing},
}

// nextLineKey means something where there are several lines.
const nextLineKey = "ctrl+n"

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
	return func(m *Model, _ *board.Call) tea.Cmd { return m.turn(p) }
}

// field is a binding that asks for a number.
func field(what asking) func(*Model, *board.Call) tea.Cmd {
	return func(m *Model, _ *board.Call) tea.Cmd {
		m.toField(what)
		return nil
	}
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

// connect gives the call that speaks to the one that is looked at, or to the other
// one.
func (m *Model) connect(c *board.Call) tea.Cmd {
	if c.Info.Active {
		return m.do("transfer-to")
	}
	return m.do("transfer-to " + c.Info.ID)
}

func (m *Model) nextCall(c *board.Call) tea.Cmd {
	for i, o := range m.board.Calls {
		if o == c {
			m.chosenCall = m.board.Calls[(i+1)%len(m.board.Calls)].Info.ID
			break
		}
	}
	return nil
}
