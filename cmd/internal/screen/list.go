package screen

import tea "charm.land/bubbletea/v2"

// turn shows a pane, or the calls if it is shown.
func (m *Model) turn(p pane) tea.Cmd {
	if m.pane == p {
		p = callsPane
	}
	m.pane, m.at, m.reading = p, 0, false
	if p != callsPane {
		m.toKeys()
	}
	switch p {
	case pastPane:
		m.board.Seen()
	case ladderPane:
		m.messages = nil
		m.refresh()
	case saidPane:
		m.at = max(0, len(m.board.Said)-1)
	case devicesPane:
		return m.findDevices()
	}
	return nil
}

// inPane is a key for the pane that is shown; false: it is for something else.
func (m *Model) inPane(name string) (tea.Cmd, bool) {
	switch {
	case m.pane == callsPane:
		return nil, false
	case m.reading:
		return nil, m.read(name)
	case name == "esc":
		return m.back(), true
	case name == "enter" && m.pane == pastPane:
		return m.again(), true
	case name == "enter" && m.pane == devicesPane:
		return m.use(), true
	case m.pane == ladderPane && name == "enter":
		m.reading, m.scrolled = len(m.messages) > 0, 0
		return nil, true
	case m.pane == ladderPane && name == "o":
		m.options = !m.options
		m.refresh()
		return nil, true
	}
	return nil, m.walk(name)
}

// back is to the calls, or to the field if there are none.
func (m *Model) back() tea.Cmd {
	m.turn(callsPane)
	if m.call() == nil {
		m.toField(askDial)
	}
	return nil
}

// walk moves in a list.
func (m *Model) walk(name string) bool {
	page := max(1, m.height-m.top-3)
	by, ok := map[string]int{"up": -1, "down": 1, "pgup": -page, "pgdown": page, "home": -m.length(), "end": m.length()}[name]
	m.move(by)
	return ok
}

func (m *Model) move(by int) {
	if m.reading {
		m.scrolled = max(0, m.scrolled+by)
		return
	}
	m.at = min(max(m.at+by, 0), max(0, m.length()-1))
}

// read is a key while a message is open.
func (m *Model) read(name string) bool {
	switch name {
	case "esc", "enter":
		m.reading = false
	case "left", "right":
		m.at = min(max(m.at+map[string]int{"left": -1, "right": 1}[name], 0), len(m.messages)-1)
		m.scrolled = 0
	default:
		return m.walk(name)
	}
	return true
}

// length is how many lines the list of the pane has.
func (m *Model) length() int {
	switch m.pane {
	case pastPane:
		return len(m.past())
	case ladderPane:
		return len(m.messages)
	case saidPane:
		return len(m.board.Said)
	case devicesPane:
		return len(m.devices)
	case helpPane:
		return len(bindings)
	}
	return 0
}

// past is this run's calls, then those of former ones.
func (m *Model) past() []Past {
	var list []Past
	for _, c := range m.board.Over {
		list = append(list, Past{
			At: c.Began, Account: c.Account, Outgoing: c.Info.Outgoing, Name: c.Info.Name, Number: c.Info.Number, Dialed: c.Dialed,
			Named: c.Proof.Name, Secure: c.Result.Secure, Answered: c.Result.Answered, Known: true, Cause: c.Result.Cause,
		})
	}
	return append(list, m.former...)
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
	return m.doBy(list[m.at].Account, "call "+number)
}

// found is the sound devices, or why there are none.
type found struct {
	list []Device
	err  error
}

// findDevices may take a second, which the screen does not wait for.
func (m *Model) findDevices() tea.Cmd {
	return func() tea.Msg {
		list, err := m.phone.Devices()
		return found{list, err}
	}
}

// use takes the chosen device.
func (m *Model) use() tea.Cmd {
	if m.at >= len(m.devices) {
		return nil
	}
	d, find := m.devices[m.at], m.findDevices()
	return func() tea.Msg {
		if err := m.phone.Use(d); err != nil {
			return found{err: err}
		}
		return find()
	}
}
