package screen

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// zone is a part of a line that can be clicked at, and the key that this presses.
type zone struct {
	y, from, to int
	key         string
}

// Keys that only the mouse has.
const (
	tabTo    = "call:" // with the id of the call
	listLine = "line:" // with its number
	lineOf   = "own:"  // with the number of the line
)

// clickable makes a line of the body answer to the mouse.
func (m *Model) clickable(y int, key string) {
	m.zones = append(m.zones, zone{m.top + y, 0, m.width, key})
}

func (m *Model) click(at tea.Mouse) tea.Cmd {
	if at.Button != tea.MouseLeft {
		return nil
	}
	for _, z := range m.zones {
		if at.Y == z.y && at.X >= z.from && at.X < z.to {
			return m.clicked(z.key)
		}
	}
	return nil
}

// clicked chooses a call or a line of a list; a second click on the line is Enter.
func (m *Model) clicked(key string) tea.Cmd {
	if id, ok := strings.CutPrefix(key, tabTo); ok {
		m.chosenCall = id
		m.toKeys()
		return nil
	}
	if text, ok := strings.CutPrefix(key, lineOf); ok {
		if i, err := strconv.Atoi(text); err == nil {
			return m.byLine(i)
		}
	}
	if text, ok := strings.CutPrefix(key, listLine); ok {
		at, err := strconv.Atoi(text)
		if err == nil && at == m.at {
			return m.press("enter")
		}
		m.at = at
		return nil
	}
	if key == "esc" && m.typing {
		return nil // the field, which is already typed in
	}
	return m.press(key)
}

func (m *Model) wheel(msg tea.MouseWheelMsg) {
	switch msg.Button {
	case tea.MouseWheelUp:
		m.move(-3)
	case tea.MouseWheelDown:
		m.move(3)
	}
}
