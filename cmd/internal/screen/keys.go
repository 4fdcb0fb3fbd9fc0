package screen

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"star18/cmd/internal/board"
)

// press is a key by its name, from the keyboard or from a click.
func (m *Model) press(name string) tea.Cmd { return m.key(name, tea.KeyPressMsg{}) }

// key is one key press.
func (m *Model) key(name string, k tea.KeyPressMsg) tea.Cmd {
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
	case nextLineKey:
		return m.nextLine()
	case "f1":
		return m.turn(helpPane)
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
			m.chosenCall = ""
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
			return m.turn(helpPane)
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
	m.suggest()
	return cmd
}

// suggest offers the names after what must stand before them: star codes.
func (m *Model) suggest() {
	text := m.field.Value()
	codes := text[:len(text)-len(strings.TrimLeft(text, "*#0123456789 "))]
	var list []string
	for _, name := range m.phone.Names() {
		if codes != text { // the name has begun
			list = append(list, codes+name)
		}
	}
	m.field.SetSuggestions(list)
}

// send is Enter in the field; an empty one answers what rings.
func (m *Model) send() tea.Cmd {
	text := strings.TrimSpace(m.field.Value())
	if text == "" {
		return m.about(command("answer"))
	}
	verb := map[asking]string{askDial: "call", askTransfer: "transfer"}[m.asking]
	transfers := m.asking == askTransfer
	m.toField(askDial)
	if transfers { // the call is still there, and keys are about it
		m.toKeys()
	}
	return m.do(verb + " " + text)
}

// remember brings back what was dialled before.
func (m *Model) remember(older bool) {
	dialed := m.dialed()
	if m.recall == 0 {
		m.before = m.field.Value()
	}
	if older {
		m.recall = min(m.recall+1, len(dialed))
	} else {
		m.recall = max(m.recall-1, 0)
	}
	text := m.before
	if m.recall > 0 {
		text = dialed[m.recall-1]
	}
	m.write(text)
}

func (m *Model) write(text string) {
	m.field.SetValue(text)
	m.field.CursorEnd()
	m.suggest()
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

// surprise is how long a letter means nothing after a call has come to the front:
// who was about to type a name must not answer or reject it.
const surprise = 700 * time.Millisecond

// letter is a key while no text is typed.
func (m *Model) letter(name string) tea.Cmd {
	if cmd, ok := m.inPane(name); ok {
		return cmd
	}
	c := m.call()
	switch {
	case name == "esc":
		m.toField(askDial)
		return nil
	case c != nil && c.Ringing() && m.now().Sub(m.surprised) < surprise:
		return nil
	case name == "enter" && c != nil && c.Ringing():
		return m.do("answer " + c.Info.ID)
	case len(name) == 1 && strings.Contains("0123456789*#", name):
		return m.digit(c, name)
	}
	for _, b := range bindings {
		if b.key == name && b.run != nil && m.has(b.needs, c) {
			return b.run(m, c)
		}
	}
	return nil
}

// has: there is the call that a key needs.
func (m *Model) has(n needs, c *board.Call) bool {
	switch {
	case n == nothing:
		return true
	case c == nil:
		return false
	}
	return n == someCall || n == movable && m.onlyUp(c) || m.isSpoken(c)
}

// onlyUp: no other call could be meant.
func (m *Model) onlyUp(c *board.Call) bool {
	return c.Info.State == "up" && len(m.board.Calls) == 1
}

// isSpoken says, if not, how to make it so.
func (m *Model) isSpoken(c *board.Call) bool {
	if c.Info.Active || c.Info.State != "up" {
		return c.Info.Active
	}
	m.board.Say(board.Said{At: m.now(), Call: c.Info.ID, Text: "this call does not have the sound; h speaks on it", Bad: true})
	return false
}

// digit is sent in a call, and begins a number where there is none.
func (m *Model) digit(c *board.Call, key string) tea.Cmd {
	if c == nil {
		m.toField(askDial)
		m.write(key)
		return nil
	}
	if !m.isSpoken(c) {
		return nil
	}
	m.digits += key
	return m.sendDigits()
}

// sendDigits sends what was pressed meanwhile, once the keys before are under way:
// commands run beside each other, and keys have an order.
func (m *Model) sendDigits() tea.Cmd {
	if m.sending || m.digits == "" {
		return nil
	}
	cmd := m.do(dtmf + m.digits)
	m.digits, m.sending = "", true
	return cmd
}

const dtmf = "dtmf "
