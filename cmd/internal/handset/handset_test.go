package handset

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"star18/dialplan"
)

type owned struct {
	*dialplan.Session
	dialer *dialplan.Dialer
}

func (o owned) Idle() { o.dialer.Idle() }

func phone(t *testing.T, plan string) (*Handset, *dialplan.Dialer) {
	t.Helper()
	c := dialplan.FactoryConfig()
	if plan != "" {
		c.Plan = plan
	}
	d, _, err := dialplan.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return New(func() (Session, error) { return owned{d.Session(), d}, nil }), d
}

// word is a Doing in the form of the scripts.
func word(d Doing) string {
	var parts []string
	if d.Sound {
		parts = append(parts, "sound:"+strings.Join(d.Tones, "+"))
	}
	if d.Wait > 0 {
		parts = append(parts, fmt.Sprintf("wait:%v", d.Wait.Seconds()))
	}
	if d.Command != "" {
		parts = append(parts, "do:"+d.Command)
	}
	if d.Keys != "" {
		parts = append(parts, "send:"+d.Keys)
	}
	if i := d.Intent; i != nil {
		text := string(i.Outcome) + ":" + i.Number
		if i.Secure && i.Outcome == dialplan.OutcomeDial {
			text += "/secure"
		}
		parts = append(parts, text)
	}
	if d.Quit {
		parts = append(parts, "quit")
	}
	return strings.Join(parts, " ")
}

// Each script is keys and, after '=', what the last of them must do. E is Enter,
// B Backspace, X Escape, D Control-D, T the end of the wait. The oracle: sections
// 1.3, 1.5 and 2.2 of the line's specification for tones and waits.
func TestHandset(t *testing.T) {
	idle, ringing, talking := State{}, State{Ringing: true}, State{Talking: true}
	for _, v := range []struct {
		name, plan string
		now        State
		keys, want string
	}{
		{"Enter lifts the handset", "", idle, "E", "sound:dial wait:10"},
		{"nobody dials: reorder, then the warning", "", idle, "ET", "sound:reorder+off-hook reject:"},
		{"a digit silences the dial tone", "", idle, "E4", "sound: wait:10"},
		{"a digit lifts it as well", "", idle, "411", "sound: wait:3"},
		{"the short timer dials", "", idle, "411T", "sound: dial:411"},
		{"# dials", "", idle, "411#", "sound: dial:411"},
		{"Enter dials", "", idle, "411E", "sound: dial:411"},
		{"the factory's 11 digits at once", "", idle, "14085551234", "sound: dial:14085551234"},
		{"incomplete: reorder", "", idle, "55T", "sound:reorder+off-hook reject:"},
		{"a code is confirmed, then dial tone", "", idle, "*18", "sound:confirm+dial wait:10"},
		{"secured", "", idle, "*1814085551234", "sound: dial:14085551234/secure"},
		{"forwarding asks for a number", "", idle, "*72", "sound:prompt wait:10"},
		{"outside dial tone", "(<9,:>xxx)", idle, "9", "sound:outside wait:10"},
		{"a digit silences it", "(<9,:>xxx)", idle, "91", "sound: wait:10"},
		{"no such number: reorder at once", "(2xx)", idle, "9", "sound:reorder+off-hook wait:10"},
		{"but a call for help goes on", "(2xx)", idle, "911", "sound: dial:911"},
		{"hot line", "(P0<:1000>)", idle, "E", "sound: dial:1000"},
		{"warm line", "(P5<:1000>|xxxx)", idle, "ET", "sound: dial:1000"},
		{"Backspace takes a digit back", "", idle, "5551239B4E", "sound: dial:5551234"},
		{"nothing to take back", "", idle, "EB", "sound:dial wait:10"},
		{"Escape hangs up", "", idle, "555X", "sound:"},
		{"Escape drops what *18 asked for", "", idle, "*18X14085551234", "sound: dial:14085551234"},
		{"a code that calls alone", "", idle, "*69", "sound: code:"},
		{"a name", "", idle, "annaE", "do:anna"},
		{"a name after the dial tone", "", idle, "EannaE", "do:anna"},
		{"a name with a digit", "", idle, "room7E", "do:room7"},
		{"an address corrected", "", idle, "joe@exBxE", "do:joe@ex"},
		{"a line thrown away", "", idle, "joeXE", "sound:dial wait:10"},
		{"Control-D leaves", "", idle, "D", "quit"},
		{"Control-D only hangs up", "", idle, "41D", "sound:"},
		{"a takes the call", "", ringing, "a", "do:a"},
		{"Enter takes the call", "", ringing, "E", "do:answer"},
		{"r refuses it", "", ringing, "r", "do:r"},
		{"a begins a name where nobody rings", "", idle, "a", ""},
		{"digits in a call are sent", "", talking, "12#", "send:#"},
		{"h holds", "", talking, "h", "do:h"},
		{"q hangs up", "", talking, "q", "do:q"},
		{"transfer by a line", "", talking, "transfer 411E", "do:transfer 411"},
		{"hook flash, then *98", "", talking, "f*98411E", "sound: code:"},
	} {
		h, _ := phone(t, v.plan)
		var last Doing
		for _, key := range v.keys {
			switch key {
			case 'T':
				last = h.Timeout()
			default:
				if special, ok := map[rune]rune{'E': Enter, 'B': Backspace, 'X': Escape, 'D': End}[key]; ok {
					key = special
				}
				last = h.Key(key, v.now)
			}
		}
		if got := word(last); got != v.want {
			t.Errorf("%s: %s: %q, want %q", v.name, v.keys, got, v.want)
		}
	}
}

func TestShow(t *testing.T) {
	for _, v := range []struct{ plan, keys, want string }{
		{"", "", "> "},
		{"", "anna", "> anna"},
		{"", "\r", "off-hook   [dial; Escape hangs up]"},
		{"", "55", "off-hook 55  [incomplete, 10 s left]"},
		{"", "411", "off-hook 411  [calls 411 in 3 s, # calls now]"},
		{"", "*18411", "off-hook *18411  [calls 411, to be secured, in 3 s, # calls now]"},
		{"", "*18", "off-hook *18  [*18: the next outbound call is secure]"},
		{"(*xx.)", "*78", "off-hook *78  [*78: do not disturb is on, in 3 s, # at once]"},
		{"", "*72", "off-hook *72  [star code needs a number after it]"},
		{"", "5551239\b", "off-hook 555123  [incomplete, 10 s left]"},
		{"(1900xx!|1x.)", "190055", "off-hook 190055  [sequence 1 \"1900xx!\" bars it]"},
		{"(P5<:1000>|xxxx)", "\r", "off-hook   [calls 1000 in 5 s, # calls now]"},
	} {
		h, _ := phone(t, v.plan)
		var left time.Duration
		for _, key := range v.keys {
			left = h.Key(key, State{}).Wait
		}
		if got := h.Show(State{}, left); got != v.want {
			t.Errorf("%q: %q, want %q", v.keys, got, v.want)
		}
	}
}

// Whatever is typed, the line that is shown has no control character and no end.
func FuzzKeys(f *testing.F) {
	f.Add("\r*18\b411#", true)
	f.Fuzz(func(t *testing.T, keys string, talking bool) {
		h, _ := phone(t, "")
		for _, key := range keys {
			h.Key(key, State{Talking: talking})
			if shown := h.Show(State{}, 0); strings.ContainsAny(shown, "\r\n\x1b\b") {
				t.Fatalf("shows %q", shown)
			}
		}
	})
}
