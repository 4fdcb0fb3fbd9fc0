package screen

import (
	"bytes"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/teatest/v2"

	"star18/cmd/internal/say"
)

// TestProgram runs the screen as a program: it draws, takes events and keys from
// elsewhere, and leaves the terminal when asked.
func TestProgram(t *testing.T) {
	phone := &fakePhone{}
	p := teatest.NewTestModel(t, New(phone, time.Now), teatest.WithInitialTermSize(80, 24))
	p.Send(say.Told{At: time.Now(), Event: registered})
	teatest.WaitFor(t, p.Output(), func(out []byte) bool { return bytes.Contains(out, []byte("14085550001@pbx.example")) })
	p.Type("123")
	p.Send(tea.KeyPressMsg{Code: tea.KeyEnter})
	p.Send(tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl})
	p.WaitFinished(t, teatest.WithFinalTimeout(10*time.Second))
}
