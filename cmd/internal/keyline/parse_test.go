package keyline

import (
	"errors"
	"testing"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		line string
		want Command
		err  error
	}{
		{"", Command{}, nil},
		{"   ", Command{}, nil},
		{"hold", Command{Hold, ""}, nil},
		{"  H  ", Command{Hold, ""}, nil},
		{"hold c2", Command{Hold, "c2"}, nil},
		{"hold c2 c3", Command{}, ErrArgument},
		{"dtmf 1 2 3#", Command{DTMF, "123#"}, nil},
		{"d 5", Command{DTMF, "5"}, nil},
		{"dtmf", Command{}, ErrArgument},
		{"transfer 1 408 555 1234", Command{Transfer, "1 408 555 1234"}, nil},
		{"call *1814085551234", Command{Call, "*1814085551234"}, nil},
		{"Dial *1814085551234", Command{Call, "*1814085551234"}, nil},
		{"call", Command{}, ErrArgument},
		{"dnd ON", Command{DND, "on"}, nil},
		{"dnd maybe", Command{}, ErrArgument},
		{"swap now", Command{}, ErrArgument},
		{"?", Command{Help, ""}, nil},
		{"record", Command{Record, ""}, nil},
		{"o my call.wav", Command{Record, "my call.wav"}, nil},
		{"play off", Command{Play, "off"}, nil},
		{"play", Command{}, ErrArgument},
		{"no", Command{No, ""}, nil},
		{"launch", Command{}, ErrUnknown},
		{"\x1b[A", Command{}, ErrUnknown},
	} {
		got, err := Parse(tt.line)
		if !errors.Is(err, tt.err) || err == nil && got != tt.want {
			t.Errorf("%q: %+v, %v; want %+v, %v", tt.line, got, err, tt.want, tt.err)
		}
	}
}

// A word or letter means one thing.
func TestNamesAreUnique(t *testing.T) {
	seen := map[string]bool{"": true}
	for _, r := range table {
		if seen[string(r.verb)] || r.letter != "" && seen[r.letter] {
			t.Errorf("%s or %s is taken", r.verb, r.letter)
		}
		seen[string(r.verb)], seen[r.letter] = true, true
	}
	if len(HelpLines()) != len(table) {
		t.Error("the help is not whole")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("dtmf 123#")
	f.Add("dnd on")
	f.Fuzz(func(t *testing.T, line string) {
		if c, err := Parse(line); err == nil && len(c.Argument) > len(line) {
			t.Errorf("%q: %+v", line, c)
		}
	})
}
