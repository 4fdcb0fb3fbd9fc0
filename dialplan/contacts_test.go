package dialplan

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// The oracle is the sentence of the manual: a whole name, or the beginning of just one, in any case.
func TestContactsByName(t *testing.T) {
	d := dialer(t, func(c *Config) {
		c.Contacts = []Contact{
			{"Ann", "411"}, {"Anna Berg", "611"}, {"Anna Zimt", "311"}, {"\u00c9lodie", "411"}, {"Old Plan", "7"},
		}
	})
	for _, v := range []struct{ typed, number, words string }{
		{"ann", "411", `contact "Ann"`},
		{"ANNA B", "611", `contact "Anna Berg"`},
		{"anna  zimt", "311", `contact "Anna Zimt"`},
		{"\u00e9l", "411", "\u00c9lodie"},
		{"anna", "", `"anna" may be Anna Berg, Anna Zimt`},
		{"*18anna", "", `"anna" may be Anna Berg, Anna Zimt`},
		{"old plan", "", "incomplete"}, // a contact's number goes through the plan
		{"anton", "anton", "an address"},
	} {
		got := d.Dial(v.typed)
		if got.Number != v.number || !strings.Contains(got.Why, v.words) {
			t.Errorf("%q: %q, %s; want %q, %s", v.typed, got.Number, got.Why, v.number, v.words)
		}
		if v.number == "" && got.Outcome != OutcomeReject {
			t.Errorf("%q: %s", v.typed, got.Outcome)
		}
	}
	if err := d.Dial("anna").Err; !errors.Is(err, ErrAmbiguous) {
		t.Errorf("anna: %v", err)
	}
	for typed, want := range map[string]bool{"ann": true, "anna": true, "old plan": true, "anton": false, "411": false, "": false} {
		if d.Names(typed) != want {
			t.Errorf("%q names somebody: %v, want %v", typed, !want, want)
		}
	}
}

func TestManyCandidatesStayOnALine(t *testing.T) {
	var all []Contact
	for i := range 40 {
		all = append(all, Contact{fmt.Sprintf("Team %02d", i), "411"})
	}
	got := dialer(t, func(c *Config) { c.Contacts = all }).Dial("team")
	if want := `"team" may be Team 00, Team 01, Team 02, Team 03, Team 04 and 35 more`; got.Why != want {
		t.Errorf("%s, want %s", got.Why, want)
	}
}

// What cannot be dialled is named with its place, counted from 1 in characters.
func TestBadCharactersAreNamed(t *testing.T) {
	for typed, want := range map[string]string{
		"1408\r\nVia: x":  "U+000D at character 5",
		"\u00e9\u00e9\t1": "U+0009 at character 3",
		"jo\xffe":         "a byte that is no UTF-8 at character 3",
		"jos\u00e9":       "'\u00e9' at character 4",
		"sip:a%0d@host":   "'%' at character 2",
		"joe \"x\"@host":  "' ' at character 4",
		"tel:+1408x55":    "'x' at character 6",
		"4\uff1111":       "'\uff11' at character 2", // a digit of another script
		"411,411":         "',' at character 4",
		"4\u202d11":       "U+202D at character 2",
	} {
		got := dialer(t, nil).Dial(typed)
		if got.Outcome != OutcomeReject || !strings.Contains(got.Why, want) {
			t.Errorf("%q: %s %s, want %s", typed, got.Outcome, got.Why, want)
		}
	}
}
