package screen

import (
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"star18/cmd/internal/board"
	"star18/cmd/internal/say"
)

// pane is what the lower part shows.
type pane uint8

const (
	callsPane pane = iota
	pastPane
	ladderPane
	helpPane
	panes // how many there are
)

func (p pane) String() string {
	return [...]string{"calls", "history", "ladder", "help"}[p]
}

// asking is what the field at the top is for.
type asking uint8

const (
	askDial asking = iota
	askTransfer
)

// Model is the state of the screen. It is a bubbletea model.
type Model struct {
	phone Phone
	now   func() time.Time

	board  board.Board
	width  int
	height int

	field   textinput.Model
	asking  asking
	typing  bool // keys go to the field
	recall  int  // place in the dialled numbers, 0 is what is typed now
	kept    string
	pane    pane
	at      int  // chosen line of a list
	reading bool // a message is open
	leaving bool // quit was asked once, with calls up

	chosen string // id of the call that keys are about; empty: the active one
}

// tick comes each second.
type tick time.Time

// done is what a command came to.
type done struct {
	command string
	answer  []string
	err     error
}

// New makes the screen of a phone. now is the clock.
func New(phone Phone, now func() time.Time) *Model {
	field := textinput.New()
	field.Prompt = ""
	field.CharLimit = 256
	field.ShowSuggestions = true
	field.SetVirtualCursor(false)
	field.Focus()
	field.SetSuggestions(phone.Names())
	return &Model{phone: phone, now: now, width: 80, height: 24, field: field, typing: true}
}

// Init implements tea.Model.
func (m *Model) Init() tea.Cmd { return everySecond() }

func everySecond() tea.Cmd {
	return tea.Every(time.Second, func(t time.Time) tea.Msg { return tick(t) })
}

// Update implements tea.Model. say.Told is the message for an event.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.field.SetWidth(max(10, m.width-14))
	case tick:
		m.board.Refresh(m.phone.Calls())
		return m, everySecond()
	case say.Told:
		m.tell(msg)
	case done:
		m.finished(msg)
	case tea.KeyPressMsg:
		return m, m.key(msg)
	case tea.MouseWheelMsg:
		m.wheel(msg)
	case tea.PasteMsg:
		return m, m.edit(msg)
	default:
		return m, m.edit(msg)
	}
	return m, nil
}

// tell takes an event. A call that arrives comes to the front, unless the user
// is in the middle of a number: what he types must not answer it.
func (m *Model) tell(t say.Told) {
	before := len(m.board.Calls)
	m.board.Tell(t)
	m.board.Refresh(m.phone.Calls())
	if len(m.board.Calls) > before {
		m.pane = callsPane
		if m.field.Value() == "" && m.asking == askDial {
			m.toKeys()
		}
	}
	if len(m.board.Calls) == 0 && before > 0 {
		m.toField(askDial)
	}
	if m.chosen != "" && m.board.Call(m.chosen) == nil {
		m.chosen = ""
	}
}

func (m *Model) finished(d done) {
	for _, text := range d.answer {
		m.board.Say(board.Said{At: m.now(), Text: text})
	}
	if d.err != nil {
		m.board.Say(board.Said{At: m.now(), Text: d.err.Error(), Bad: true})
	}
	m.board.Refresh(m.phone.Calls())
}

// do runs a command apart from the screen.
func (m *Model) do(command string) tea.Cmd {
	return func() tea.Msg {
		answer, err := m.phone.Do(command)
		return done{command, answer, err}
	}
}

// call is the one that keys are about; nil if there is none.
func (m *Model) call() *board.Call {
	if c := m.board.Call(m.chosen); c != nil {
		return c
	}
	return m.board.Active()
}

func (m *Model) toField(what asking) {
	m.asking, m.typing, m.recall = what, true, 0
	m.field.Reset()
	m.field.Focus()
	m.field.SetSuggestions(m.phone.Names())
}

func (m *Model) toKeys() {
	m.typing = false
	m.field.Blur()
}
