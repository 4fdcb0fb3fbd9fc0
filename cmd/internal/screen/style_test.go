package screen

import (
	"image/color"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"star18/ua"
)

// TestColours: each state has its own colour, readable on what is behind it. The
// oracle is the sequence before the word.
func TestColours(t *testing.T) {
	presented, hops := joe, ua.Secured{Method: ua.MethodSDES}
	presented.Proven = false
	for _, test := range []struct {
		name        string
		last        ua.Event
		word        string
		dark, light string
	}{
		{"proven", joe, "$Joe Smith", "92", "38;5;28"},
		{"presented", presented, "$Joe Smith", "93", "38;5;130"},
		{"hop by hop", hops, "[ SECURE, hop by hop ]", "93", "38;5;130"},
		{"securing", ua.Securing{}, "[ SECURING ]", "93", "38;5;130"},
		{"refused", ua.NotSecured{}, "[ NOT SECURE ]", "38;5;203", "38;5;124"},
	} {
		for behind, want := range map[color.Color]string{color.Black: test.dark, color.White: test.light} {
			b := newBench(80, 24)
			b.Update(tea.BackgroundColorMsg{Color: behind})
			b.up("1", "14085551234")
			b.told("1", test.last)
			if text := b.View().Content; !strings.Contains(text, want+"m"+test.word) {
				t.Errorf("%s on %v: %q is not in colour %s: %q", test.name, behind, test.word, want, text)
			}
		}
	}
}
