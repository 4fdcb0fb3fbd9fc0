package console

import (
	"slices"
	"testing"
)

func TestFold(t *testing.T) {
	for _, tt := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"one two", 10, []string{"one two"}},
		{"one two three", 7, []string{"one two", "three"}},
		{"ein über alles langes", 8, []string{"ein über", "alles", "langes"}},
		{"a unbreakable-word b", 4, []string{"a", "unbreakable-word", "b"}},
	} {
		if got := Fold(tt.text, tt.width); !slices.Equal(got, tt.want) {
			t.Errorf("%q in %d: %q, want %q", tt.text, tt.width, got, tt.want)
		}
	}
}
