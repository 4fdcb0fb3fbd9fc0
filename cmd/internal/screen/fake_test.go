package screen

import (
	"errors"
	"fmt"
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
	devices  []Device
	services []string
	notified []string

	identity, fault string
	accounts        []string // of several lines
}

var errFake = errors.New("there is no such call")

func (p *fakePhone) Do(account, command string) ([]string, error) {
	p.asked = append(p.asked, strings.TrimPrefix(account+": "+command, ": "))
	if strings.Contains(command, "?") {
		return nil, errFake
	}
	return nil, nil
}

func (p *fakePhone) Calls() []ua.CallInfo { return p.infos }

func (p *fakePhone) Explain(_, dialed string) Explanation {
	if strings.Contains(dialed, "?") {
		return Explanation{Does: "not complete", Why: "? cannot be dialled", Refuse: true}
	}
	return Explanation{Does: "calls " + strings.TrimPrefix(dialed, "*18") + ", to be secured", Why: "*18: this call is to be secured; sequence 3 (1xxxxxxxxxx)"}
}

func (p *fakePhone) Lines() []Line {
	lines := []Line{{AOR: "14085550001@pbx.example", Server: "pbx.example by udp", Identity: p.identity, IdentityFault: p.fault}}
	for i, name := range p.accounts {
		lines = append(lines[:i], Line{Account: name, AOR: fmt.Sprintf("1408555000%d@%s.example", i+1, name), Server: name + ".example by udp"})
	}
	return lines
}
func (p *fakePhone) Services(string) []string   { return p.services }
func (p *fakePhone) Names() []string            { return []string{"joe", "reception"} }
func (p *fakePhone) Past() []Past               { return p.past }
func (p *fakePhone) Messages() []trace.Message  { return p.messages }
func (p *fakePhone) Devices() ([]Device, error) { return p.devices, nil }

func (p *fakePhone) Use(d Device) error {
	p.asked = append(p.asked, "use "+d.Name)
	for i := range p.devices {
		if p.devices[i].Output == d.Output {
			p.devices[i].Used = p.devices[i].Name == d.Name
		}
	}
	return nil
}

func (p *fakePhone) Notify(who string) { p.notified = append(p.notified, who) }

var start = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// bench is a screen with a fake phone and a clock that stands still.
type bench struct {
	*Model
	phone *fakePhone
	at    time.Time
}

func newBench(width, height int, accounts ...string) *bench {
	b := &bench{phone: &fakePhone{identity: "Anna 14085550001, valid until 2034-01-01", accounts: accounts}, at: start}
	b.Model = New(b.phone, func() time.Time { return b.at })
	b.Update(tea.WindowSizeMsg{Width: width, Height: height})
	return b
}

// told takes events of a call ("" is the line), a second apart.
func (b *bench) told(call string, events ...ua.Event) {
	for _, ev := range events {
		_, cmd := b.Update(say.Told{At: b.at, Call: call, Event: ev})
		b.carryOut(cmd)
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
		if name == "+later" { // two keys while those before are on their way
			b.sending = true
			b.press("2", "3")
			_, cmd := b.Update(done{command: "dtmf 1"})
			b.carryOut(cmd)
			continue
		}
		_, cmd := b.Update(key(name))
		b.carryOut(cmd)
	}
}

// carryOut does what a command does, and what follows from it.
func (b *bench) carryOut(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case done, found:
		_, next := b.Update(msg)
		b.carryOut(next)
	case tea.BatchMsg:
		for _, c := range msg {
			b.carryOut(c)
		}
	}
}

// write types text into the field.
func (b *bench) write(text string) {
	for _, r := range text {
		b.press(string(r))
	}
}

func key(name string) tea.KeyPressMsg {
	special := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "backspace": tea.KeyBackspace}
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
