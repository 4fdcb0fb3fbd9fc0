package screen

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"star18/cmd/internal/trace"
	"star18/ua"
	"star18/ua/sipnet"
)

// click presses the mouse where this text is shown.
func (b *bench) click(t *testing.T, text string) {
	t.Helper()
	for y, line := range strings.Split(b.shown(), "\n") {
		if before, _, found := strings.Cut(line, text); found {
			_, cmd := b.Update(tea.MouseClickMsg{X: wide(before), Y: y, Button: tea.MouseLeft})
			b.carryOut(cmd)
			return
		}
	}
	t.Fatalf("%q is not shown:\n%s", text, b.shown())
}

func TestMouse(t *testing.T) {
	b := newBench(80, 24)
	twoCalls(b)
	b.click(t, "hang up")
	b.click(t, "call 8")
	b.click(t, "hang up")
	if want := []string{"hangup 7", "hangup 8"}; !slices.Equal(b.phone.asked, want) {
		t.Errorf("commands %q, want %q", b.phone.asked, want)
	}
	b.click(t, "dial:")
	if !b.typing {
		t.Error("a click on the field does not lead there")
	}
	b = newBench(80, 24)
	b.told("1", ua.Incoming{FromNumber: "77"}, ua.Ended{}, ua.Incoming{FromNumber: "78"}, ua.Ended{})
	b.press("esc", "i")
	b.click(t, "77")
	if len(b.phone.asked) > 0 {
		t.Error("one click on the history calls")
	}
	b.click(t, "77")
	if want := []string{"call 77"}; !slices.Equal(b.phone.asked, want) {
		t.Errorf("commands %q, want %q", b.phone.asked, want)
	}
}

// TestSurprise: a letter of a name that was meant for the field does not reject
// the call that comes at that moment.
func TestSurprise(t *testing.T) {
	b := newBench(80, 24)
	ringing(b)
	b.at = b.surprised.Add(surprise / 2)
	b.press("r", "a")
	if len(b.phone.asked) > 0 {
		t.Errorf("commands %q", b.phone.asked)
	}
	b.at = b.surprised.Add(surprise)
	b.press("a")
	if !slices.Equal(b.phone.asked, []string{"answer 8"}) {
		t.Errorf("commands %q", b.phone.asked)
	}
}

// TestMouseOnALine: a click on the row of a line makes calls go by it.
func TestMouseOnALine(t *testing.T) {
	b := newBench(80, 24, "home", "work")
	b.click(t, "work")
	b.press("1", "enter")
	b.click(t, "home")
	b.press("2", "enter")
	if want := []string{"work: call 1", "home: call 2"}; !slices.Equal(b.phone.asked, want) {
		t.Errorf("commands %q, want %q", b.phone.asked, want)
	}
}

// TestTypingGoesOn: the end of a call takes nothing from who types.
func TestTypingGoesOn(t *testing.T) {
	b := newBench(80, 24)
	b.up("7", "1")
	b.press("c", "4", "2")
	b.phone.infos = nil
	b.told("7", ua.Ended{Answered: true})
	b.press("3", "enter")
	if !slices.Equal(b.phone.asked, []string{"call 423"}) {
		t.Errorf("commands %q", b.phone.asked)
	}
}

// TestNewsOfAnotherCall: how a call ended is no news in the next one, but it is in
// one that goes on.
func TestNewsOfAnotherCall(t *testing.T) {
	b := newBench(80, 24)
	b.up("7", "1")
	b.told("7", ua.Ended{Answered: true, By: ua.Local, Cause: ua.CauseHangup})
	b.phone.infos = nil
	b.up("8", "2")
	if text := b.shown(); strings.Contains(text, "hung up") {
		t.Errorf("the last call's end stays:\n%s", text)
	}
	b.phone.infos = append(b.phone.infos, ua.CallInfo{ID: "9", State: "ringing", Number: "3"})
	b.told("9", ua.Incoming{FromNumber: "3"}, ua.Ended{By: ua.Remote, Cause: ua.CauseCancelled})
	if text := b.shown(); !strings.Contains(text, "cancelled") {
		t.Errorf("a caller who gave up is not told of:\n%s", text)
	}
}

func TestNotify(t *testing.T) {
	b := newBench(80, 24)
	b.told("1", ua.Incoming{FromName: "Ba\x1bnk", FromNumber: "1"})
	b.told("2", ua.Incoming{FromNumber: "2", Replaces: "1"})
	b.told("3", ua.Incoming{FromName: "$Joe Smith", FromNumber: "3"})
	if !slices.Equal(b.phone.notified, []string{"Ba?nk 1 is calling", `"$Joe Smith" 3 is calling`}) {
		t.Errorf("%q", b.phone.notified)
	}
}

// TestLadderFollows: the newest message stays chosen as more come, another one
// stays itself.
func TestLadderFollows(t *testing.T) {
	b := newBench(80, 24)
	come := func(labels ...string) {
		for _, label := range labels {
			b.at = b.at.Add(time.Millisecond)
			b.phone.messages = append(b.phone.messages, trace.Message{At: b.at, Label: label, Hop: sipnet.Hop{Transport: sipnet.UDP}})
		}
		b.Update(tick(b.at))
	}
	chosen := func(want string) {
		t.Helper()
		if got := b.messages[b.Model.at].Label; got != want {
			t.Errorf("%s is chosen, want %s", got, want)
		}
	}
	come("REGISTER", "200 OK (REGISTER)")
	b.press("esc", "l")
	chosen("200 OK (REGISTER)")
	come("INVITE", "OPTIONS")
	chosen("INVITE")
	b.press("up")
	come("ACK")
	chosen("200 OK (REGISTER)")
	b.press("o")
	chosen("200 OK (REGISTER)")
	b.phone.messages = b.phone.messages[1:]
	come("BYE")
	chosen("200 OK (REGISTER)")
	b.press("end", "up")
	chosen("ACK")
}
