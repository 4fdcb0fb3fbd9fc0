package screen

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"star18/cmd/internal/board"
	"star18/cmd/internal/say"
	"star18/cmd/internal/trace"
	"star18/ua"
)

// pane is what the lower part shows.
type pane uint8

const (
	callsPane pane = iota
	pastPane
	ladderPane
	saidPane
	devicesPane
	helpPane
)

func (p pane) String() string {
	return [...]string{"calls", "history", "ladder", "events", "devices", "help"}[p]
}

// asking is what the field at the top is for.
type asking uint8

const (
	askDial asking = iota
	askTransfer
)

// Model is the state of the screen. It is a bubbletea model.
type Model struct {
	palette
	phone Phone
	now   func() time.Time
	began time.Time
	own   []Line // at least one
	by    int    // calls go by this one

	board  board.Board
	former []Past // of runs before this one
	width  int
	height int
	heads  int    // how many lines of the screen are about ours
	top    int    // the one in which the body begins
	zones  []zone // of what is shown

	field   textinput.Model
	asking  asking
	typing  bool // keys go to the field
	recall  int  // place in the dialled numbers, 0 is what is typed now
	before  string
	leaving bool // quit was asked once, with calls up

	pane     pane
	at       int // chosen line of a list
	messages []trace.Message
	options  bool // OPTIONS are among them
	hidden   int  // how many are not
	reading  bool // a message is open
	scrolled int  // in it
	devices  []Device

	chosenCall string    // id of the call that keys are about; empty: the active one
	surprised  time.Time // when a call came to the front by itself
	digits     string    // pressed, and not sent yet
	sending    bool
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
	own := phone.Lines()
	return &Model{
		palette: newPalette(unknown), phone: phone, now: now, began: now(), own: own, former: phone.Past(),
		board: board.Board{Require: own[0].Require}, width: 80, height: 24, field: field, typing: true,
	}
}

// Init implements tea.Model.
func (m *Model) Init() tea.Cmd { return tea.Batch(everySecond(), tea.RequestBackgroundColor) }

func everySecond() tea.Cmd {
	return tea.Every(time.Second, func(t time.Time) tea.Msg { return tick(t) })
}

// Update implements tea.Model. say.Told is the message for an event.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.sizeField()
	case tea.BackgroundColorMsg:
		m.palette = newPalette(map[bool]background{true: dark, false: light}[msg.IsDark()])
	case tick:
		m.renew()
		return m, everySecond()
	case say.Told:
		return m, m.tell(msg)
	case done:
		return m, m.finished(msg)
	case found:
		m.devices = msg.list
		m.fault("NO SOUND", msg.err)
	case tea.KeyPressMsg:
		return m, m.key(msg.String(), msg)
	case tea.MouseClickMsg:
		return m, m.click(msg.Mouse())
	case tea.MouseWheelMsg:
		m.wheel(msg)
	default:
		return m, m.edit(msg)
	}
	return m, nil
}

// renew asks for what is not told as an event.
func (m *Model) renew() {
	m.board.Refresh(m.phone.Calls())
	if m.pane == ladderPane {
		m.refresh()
	}
}

// tell takes an event.
func (m *Model) tell(t say.Told) tea.Cmd {
	before := len(m.board.Calls)
	follows := m.pane == saidPane && m.at >= len(m.board.Said)-1
	m.board.Tell(t)
	m.renew()
	if follows {
		m.at = len(m.board.Said) - 1
	}
	if now := len(m.board.Calls); now > before {
		m.front()
	} else if now == 0 && before > 0 {
		m.alone()
	}
	if m.chosenCall != "" && m.board.Call(m.chosenCall) == nil {
		m.chosenCall = ""
	}
	return m.ring(t)
}

// front shows the calls, because there is a new one. Keys are about it, unless the
// user is in the middle of a number: what he types must not answer it.
func (m *Model) front() {
	m.pane, m.reading = callsPane, false
	if m.field.Value() != "" || m.asking != askDial {
		return
	}
	if m.typing {
		m.surprised = m.now()
	}
	m.toKeys()
}

// alone gives the keys back to the field after the last call, which leaves alone
// who types already, or reads.
func (m *Model) alone() {
	if m.asking == askTransfer || !m.typing && m.pane == callsPane {
		m.toField(askDial)
	}
}

// ring tells who looks elsewhere, by the terminal's bell and by the desktop.
func (m *Model) ring(t say.Told) tea.Cmd {
	in, ok := t.Event.(ua.Incoming)
	if !ok || in.Replaces != "" {
		return nil
	}
	text := plain(say.Caller(in.FromName, in.FromNumber)) + " is calling" + on(t.Account)
	return tea.Batch(tea.Raw("\a"), func() tea.Msg {
		m.phone.Notify(text)
		return nil
	})
}

// finished takes what a command came to. What could not be dialled is in the field
// again, to be mended.
func (m *Model) finished(d done) tea.Cmd {
	for _, text := range d.answer {
		m.board.Say(board.Said{At: m.now(), Text: text})
	}
	number, dialled := strings.CutPrefix(d.command, "call ")
	m.fault(map[bool]string{true: "NO CALL", false: "no"}[dialled], d.err)
	m.board.Refresh(m.phone.Calls())
	if dialled && d.err != nil && m.field.Value() == "" && m.asking == askDial && len(m.board.Calls) == 0 {
		m.toField(askDial)
		m.write(number)
	}
	if strings.HasPrefix(d.command, dtmf) {
		m.sending = false
		return m.sendDigits()
	}
	return nil
}

func (m *Model) fault(heading string, err error) {
	if err != nil {
		m.board.Say(board.Said{At: m.now(), Heading: heading, Text: err.Error(), Bad: true})
	}
}

// do runs a command apart from the screen; a call goes by the chosen line.
func (m *Model) do(command string) tea.Cmd { return m.doBy(m.own[m.by].Account, command) }

func (m *Model) doBy(account, command string) tea.Cmd {
	return func() tea.Msg {
		answer, err := m.phone.Do(account, command)
		return done{command, answer, err}
	}
}

// call is the one that keys are about; nil if there is none.
func (m *Model) call() *board.Call {
	if c := m.board.Call(m.chosenCall); c != nil {
		return c
	}
	return m.board.Active()
}

func (m *Model) toField(what asking) {
	m.asking, m.typing, m.recall, m.pane = what, true, 0, callsPane
	m.field.Reset()
	m.field.Focus()
	m.sizeField()
	m.suggest()
}

func (m *Model) toKeys() {
	m.typing = false
	m.field.Blur()
}
