package screen

import (
	"errors"
	"net/netip"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"star18/cmd/internal/say"
	"star18/cmd/internal/trace"
	"star18/ua"
)

// fakePhone does nothing and remembers what it was asked.
type fakePhone struct {
	asked    []string
	infos    []ua.CallInfo
	past     []Past
	messages []trace.Message
}

var errFake = errors.New("there is no such call")

func (p *fakePhone) Do(command string) ([]string, error) {
	p.asked = append(p.asked, command)
	if command == "hold nobody" {
		return nil, errFake
	}
	return nil, nil
}

func (p *fakePhone) Calls() []ua.CallInfo { return p.infos }

func (p *fakePhone) Explain(dialed string) Explanation {
	if strings.Contains(dialed, "?") {
		return Explanation{Text: "? cannot be dialled", Refuse: true}
	}
	return Explanation{Text: "*18: this call is to be secured; sequence 3 (1xxxxxxxxxx): " + dialed, Ready: true}
}

func (p *fakePhone) Names() []string           { return []string{"joe", "reception"} }
func (p *fakePhone) Past() []Past              { return p.past }
func (p *fakePhone) Messages() []trace.Message { return p.messages }

var start = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// bench is a screen with a fake phone and a clock that stands still.
type bench struct {
	*Model
	phone *fakePhone
	at    time.Time
}

func newBench(width, height int) *bench {
	b := &bench{phone: &fakePhone{}, at: start}
	b.Model = New(b.phone, func() time.Time { return b.at })
	b.Update(tea.WindowSizeMsg{Width: width, Height: height})
	return b
}

// told takes events of a call ("" is the line), a second apart.
func (b *bench) told(call string, events ...ua.Event) {
	for _, ev := range events {
		b.Update(say.Told{At: b.at, Call: call, Event: ev})
		b.at = b.at.Add(time.Second)
	}
}

// press presses keys by their names; what they command is carried out at once.
func (b *bench) press(names ...string) {
	for _, name := range names {
		if name == "+muted" { // what the telephone says of it
			b.told("7", ua.Muted{})
			continue
		}
		_, cmd := b.Update(key(name))
		if cmd == nil {
			continue
		}
		if msg, ok := cmd().(done); ok {
			b.Update(msg)
		}
	}
}

func (b *bench) write(text string) {
	for _, r := range text {
		b.press(string(r))
	}
}

func key(name string) tea.KeyPressMsg {
	special := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "backspace": tea.KeyBackspace}
	if code, ok := special[name]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	if letter, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: rune(letter[0]), Mod: tea.ModCtrl}
	}
	return tea.KeyPressMsg{Code: rune(name[0]), Text: name}
}

// shown is the screen as it can be read without colour.
func (b *bench) shown() string { return ansi.Strip(b.View().Content) }

func netipAddr(text string) netip.AddrPort { return netip.MustParseAddrPort(text) }
