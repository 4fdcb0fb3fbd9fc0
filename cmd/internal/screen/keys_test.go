package screen

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"star18/cmd/internal/say"
	"star18/ua"
)

// TestKeys: what each key commands.
func TestKeys(t *testing.T) {
	for _, test := range []struct {
		name string
		play func(*bench)
		keys []string
		want []string
	}{
		{"dial", func(*bench) {}, []string{"1", "2", "3", "enter"}, []string{"call 123"}},
		{"a name", func(*bench) {}, []string{"j", "o", "tab", "enter"}, []string{"call joe"}},
		{"nothing typed", func(*bench) {}, []string{"enter"}, nil},
		{"hang up", func(b *bench) { b.up("7", "1") }, []string{"q"}, []string{"hangup 7"}},
		{"hold", func(b *bench) { b.up("7", "1") }, []string{"h"}, []string{"hold 7"}},
		{"mute twice", func(b *bench) { b.up("7", "1") }, []string{"m", "+muted", "m"}, []string{"mute 7", "unmute 7"}},
		{"keys in a call", func(b *bench) { b.up("7", "1") }, []string{"5", "#"}, []string{"dtmf 5", "dtmf #"}},
		{"transfer", func(b *bench) { b.up("7", "1") }, []string{"t", "4", "2", "enter", "q"}, []string{"transfer 42", "hangup 7"}},
		{"transfer of one on hold", func(b *bench) { b.up("7", "1"); b.phone.infos[0].Active = false; b.told("7", ua.Held{By: "local"}) }, []string{"t", "4", "2", "enter"}, []string{"transfer 42"}},
		{"transfer thought better of", func(b *bench) { b.up("7", "1") }, []string{"t", "4", "esc", "q"}, []string{"hangup 7"}},
		{"answer by letter", ringing, []string{"a"}, []string{"answer 8"}},
		{"reject", ringing, []string{"r"}, []string{"reject 8"}},
		{"answer while typing", func(b *bench) { b.write("12"); ringing(b) }, []string{"ctrl+a"}, []string{"answer 8"}},
		{"typing goes on", func(b *bench) { b.write("12"); ringing(b) }, []string{"a", "backspace", "3", "enter"}, []string{"call 123"}},
		{"the one that rings, from another", func(b *bench) { b.up("7", "1"); ringing(b) }, []string{"ctrl+a"}, []string{"answer 8"}},
		{"the other call", func(b *bench) { b.up("7", "1"); ringing(b) }, []string{"tab", "a"}, []string{"answer 8"}},
		{"letters without a call", func(*bench) {}, []string{"esc", "q", "h", "m"}, nil},
		{"a digit begins a number", func(*bench) {}, []string{"esc", "9", "1", "enter"}, []string{"call 91"}},
		{"redial", func(b *bench) { b.told("1", ua.Dialing{Dialed: "*1855", Number: "55"}, ua.Ended{}) }, []string{"up", "enter"}, []string{"call *1855"}},
		{"redial and back", func(b *bench) { b.told("1", ua.Dialing{Dialed: "55", Number: "55"}, ua.Ended{}) }, []string{"6", "up", "down", "enter"}, []string{"call 6"}},
		{"from the history", func(b *bench) { b.told("1", ua.Incoming{FromNumber: "77"}, ua.Ended{}) }, []string{"esc", "i", "enter"}, []string{"call 77"}},
		{"keys keep their order", func(b *bench) { b.up("7", "1") }, []string{"1", "+later"}, []string{"dtmf 1", "dtmf 23"}},
		{"keys to a call without the sound", twoCalls, []string{"tab", "5", "t", "R"}, nil},
		{"connect two", twoCalls, []string{"tab", "x"}, []string{"transfer-to 8"}},
		{"a name after a code", func(*bench) {}, []string{"*", "1", "8", "j", "tab", "enter"}, []string{"call *18joe"}},
		{"what cannot be called stays to be mended", func(*bench) {}, []string{"9", "?", "enter", "backspace", "1", "enter"}, []string{"call 9?", "call 91"}},
		{"a device", func(b *bench) { b.phone.devices = []Device{{Name: "card"}, {Name: "silence"}} }, []string{"esc", "d", "down", "enter"}, []string{"use silence"}},
		{"by the next line", func(b *bench) { *b = *newBench(80, 24, "home", "work") }, []string{"ctrl+n", "1", "enter", "ctrl+n", "2", "enter"}, []string{"work: call 1", "home: call 2"}},
		{"again by the line of before", func(b *bench) {
			*b = *newBench(80, 24, "home", "work")
			b.Update(say.Told{At: b.at, Account: "work", Call: "1", Event: ua.Dialing{Dialed: "55", Number: "55"}})
			b.Update(say.Told{At: b.at, Account: "work", Call: "1", Event: ua.Ended{}})
		}, []string{"esc", "i", "enter"}, []string{"work: call 55"}},
		{"agree to a transfer", func(b *bench) { b.up("7", "1"); b.told("7", ua.Transfer{Asking: true}) }, []string{"y"}, []string{"yes 7"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(80, 24)
			test.play(b)
			b.press(test.keys...)
			if !slices.Equal(b.phone.asked, test.want) {
				t.Errorf("commands %q, want %q", b.phone.asked, test.want)
			}
		})
	}
}

func twoCalls(b *bench) {
	b.up("7", "1")
	b.phone.infos = append(b.phone.infos, ua.CallInfo{ID: "8", State: "up", HeldByUs: true, Number: "2", Since: b.at})
	b.told("8", ua.Dialing{Number: "2"})
}

func ringing(b *bench) {
	b.phone.infos = append(b.phone.infos, ua.CallInfo{ID: "8", State: "ringing", Number: "5"})
	b.told("8", ua.Incoming{FromNumber: "5"})
}

// TestLeaving: one key may not cut off a call by mistake.
func TestLeaving(t *testing.T) {
	quits := func(b *bench, name string) bool {
		_, cmd := b.Update(key(name))
		if cmd == nil {
			return false
		}
		_, is := cmd().(tea.QuitMsg)
		return is
	}
	b := newBench(80, 24)
	if !quits(b, "ctrl+c") {
		t.Error("without calls it stays")
	}
	b.up("7", "1")
	if quits(b, "ctrl+c") {
		t.Error("it left a call at once")
	}
	if !strings.Contains(b.shown(), "ctrl+c again") {
		t.Error("it does not say what a second press does")
	}
	b.press("h")
	if quits(b, "ctrl+c") {
		t.Error("a key between does not count as second thoughts")
	}
	if !quits(b, "ctrl+c") {
		t.Error("it stays for good")
	}
}
