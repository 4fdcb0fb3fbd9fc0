package screen

import tea "charm.land/bubbletea/v2"

// turn shows a pane, from its newest line.
func (m *Model) turn(p pane) {
	if m.pane == p && p != callsPane {
		p = callsPane
	}
	m.pane, m.at, m.reading = p, 0, false
	if p == pastPane {
		m.board.Seen()
	}
	if p != callsPane {
		m.toKeys()
	}
}

// listed moves in a list; false: the key is for something else.
func (m *Model) listed(name string) bool {
	if m.pane == callsPane {
		return false
	}
	page := max(1, m.height-8)
	switch name {
	case "up", "k":
		m.move(-1)
	case "down":
		m.move(1)
	case "pgup":
		m.move(-page)
	case "pgdown":
		m.move(page)
	case "home":
		m.at = 0
	default:
		return false
	}
	return true
}

func (m *Model) move(by int) { m.at = min(max(m.at+by, 0), max(0, m.length()-1)) }

func (m *Model) wheel(msg tea.MouseWheelMsg) {
	switch msg.Button {
	case tea.MouseWheelUp:
		m.move(-3)
	case tea.MouseWheelDown:
		m.move(3)
	}
}

// length is how many lines the list of the pane has.
func (m *Model) length() int {
	switch m.pane {
	case pastPane:
		return len(m.past())
	case ladderPane:
		return len(m.phone.Messages())
	case helpPane:
		return len(helpLines())
	}
	return 0
}

// past is this run's calls, then those of former ones.
func (m *Model) past() []Past {
	var list []Past
	for _, c := range m.board.Over {
		list = append(list, Past{
			At: c.Began, Outgoing: c.Info.Outgoing, Name: c.Info.Name, Number: c.Info.Number, Dialed: c.Dialed,
			Named: c.Proof.Name, Secure: c.Result.Secure, Answered: c.Result.Answered, Known: true,
		})
	}
	return append(list, m.phone.Past()...)
}

// again dials the chosen call of the history.
func (m *Model) again() tea.Cmd {
	list := m.past()
	if m.at >= len(list) {
		return nil
	}
	number := list[m.at].Number
	if list[m.at].Dialed != "" {
		number = list[m.at].Dialed
	}
	if number == "" {
		return nil
	}
	m.turn(callsPane)
	return m.do("call " + number)
}
