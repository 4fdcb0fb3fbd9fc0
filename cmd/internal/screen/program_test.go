package screen

import (
	"bytes"
	"io"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/teatest/v2"

	"star18/cmd/internal/say"
	"star18/ua"
)

// toldPhone tells from another goroutine what it was asked.
type toldPhone struct {
	fakePhone
	did chan string
}

func (p *toldPhone) Do(_, command string) ([]string, error) {
	p.did <- command
	return nil, nil
}

func (p *toldPhone) Calls() []ua.CallInfo {
	return []ua.CallInfo{{ID: "1", State: "ringing", Name: "Bank", Number: "18005550000"}}
}

const drawn = 10 * time.Second

// sees waits until the terminal has been sent this since the last time.
func sees(t *testing.T, p *teatest.TestModel, text string) {
	t.Helper()
	teatest.WaitFor(t, p.Output(), func(out []byte) bool { return bytes.Contains(out, []byte(text)) }, teatest.WithDuration(drawn))
}

// TestProgram runs the screen as a program: it draws what events tell, commands the
// phone by keys and the mouse, takes another size, and leaves the terminal.
func TestProgram(t *testing.T) {
	phone := &toldPhone{did: make(chan string, 1)}
	did := func(want string) {
		t.Helper()
		select {
		case got := <-phone.did:
			if got != want {
				t.Errorf("commanded %q, want %q", got, want)
			}
		case <-time.After(drawn):
			t.Fatalf("%q is not commanded", want)
		}
	}
	clock := start // a second later whenever it is looked at: nothing waits
	now := func() time.Time { clock = clock.Add(time.Second); return clock }
	p := teatest.NewTestModel(t, New(phone, now), teatest.WithInitialTermSize(80, 24))
	p.Send(say.Told{At: start, Event: registered})
	sees(t, p, "14085550001@pbx.example")
	p.Type("123")
	p.Send(tea.WindowSizeMsg{Width: 81, Height: 24}) // drawn as a whole, however many pictures the keys took
	sees(t, p, "calls 123, to be secured")
	p.Send(tea.KeyPressMsg{Code: tea.KeyEnter})
	did("call 123")
	p.Send(say.Told{At: start, Call: "1", Event: ua.Incoming{FromName: "Bank", FromNumber: "18005550000"}})
	sees(t, p, "RINGING")
	p.Send(tea.KeyPressMsg{Code: 'a', Mod: tea.ModCtrl})
	did("answer 1")
	p.Send(tea.WindowSizeMsg{Width: 50, Height: 12})
	p.Send(tea.MouseClickMsg{X: 12, Y: 11, Button: tea.MouseLeft}) // on the last line of the smaller screen
	did("reject 1")
	p.Send(tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl})
	sees(t, p, "ctrl+c again")
	p.Send(tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl})
	p.WaitFinished(t, teatest.WithFinalTimeout(drawn))
	rest, err := io.ReadAll(p.FinalOutput(t))
	if err != nil || !bytes.Contains(rest, []byte("\x1b[?1049l")) {
		t.Errorf("the terminal's own screen does not come back: %q, %v", rest, err)
	}
}
