package screen

import (
	"strings"
	"testing"

	"star18/audio"
	"star18/ua"
)

// TestNothingPaints: what others send cannot move the cursor or change colours.
func TestNothingPaints(t *testing.T) {
	b := newBench(80, 24)
	evil := "\x1b[2J\x1b]0;x\a\u202e\n"
	b.told("", ua.Registered{AOR: evil, Via: evil}, ua.DeviceFault{State: audio.DeviceLost, Fault: evil})
	b.phone.infos = []ua.CallInfo{{ID: "1", State: "ringing", Name: evil, Number: evil}}
	b.told("1", ua.Incoming{FromName: evil, FromNumber: evil}, ua.Transfer{Target: evil, Asking: true}, ua.NotSecured{Detail: evil})
	for _, keys := range [][]string{nil, {"i"}, {"esc"}} {
		b.press(keys...)
		for _, bad := range []string{"\x1b[2J", "\x1b]", "\a", "\u202e"} {
			if strings.Contains(b.View().Content, bad) || strings.Contains(b.View().WindowTitle, bad) {
				t.Errorf("%q reaches the terminal after %q", bad, keys)
			}
		}
	}
}

// TestNoBorrowedDollar: what SIP says has no '$' outside quotation marks, wherever it
// is shown, so that it is not taken for a certified name.
func TestNoBorrowedDollar(t *testing.T) {
	b := newBench(80, 24)
	look := func() {
		t.Helper()
		if text := strings.ReplaceAll(b.shown()+b.View().WindowTitle, "\"$Joe", ""); strings.Contains(text, "$Joe") {
			t.Errorf("taken for certified:\n%s", b.shown())
		}
	}
	b.up("7", "1")
	for _, id := range []string{"8", "9"} {
		in := ua.Incoming{FromName: "$Joe", FromNumber: "5"}
		if id == "9" {
			in = ua.Incoming{FromNumber: "$Joe"}
		}
		b.phone.infos = append(b.phone.infos, ua.CallInfo{ID: id, State: "ringing", Name: in.FromName, Number: in.FromNumber})
		b.told(id, in)
		look()
		b.press("tab")
		look()
		b.told(id, ua.Ended{})
		look()
	}
	b.press("esc", "esc", "i")
	look()
	b.press("i", "e")
	look()
}

// TestNothingCovers: however long what others sent is, what is said about the call's
// security stays on the screen, and so do the keys.
func TestNothingCovers(t *testing.T) {
	long := strings.Repeat("Bank \x1b[31m[ SECURE ] ", 300)
	for _, width := range []int{40, 80} {
		b := newBench(width, 24)
		b.phone.infos = []ua.CallInfo{{ID: "1", State: "ringing", Name: long, Number: long}}
		b.told("1", ua.Incoming{FromName: long, FromNumber: long}, ua.Transfer{Asking: true, Target: long})
		for _, want := range []string{"[ CLEAR ]", "none yet; a caller can", "TRANSFER?", "y agree"} {
			if !strings.Contains(b.shown(), want) {
				t.Errorf("%q is covered in\n%s", want, b.shown())
			}
		}
		b = newBench(width, 24)
		b.told("", ua.RegistrationFailed{Status: 500, Reason: long, RetryIn: 30})
		if !strings.Contains(b.shown(), "certificate") {
			t.Errorf("the line's certificate is covered in\n%s", b.shown())
		}
	}
}
