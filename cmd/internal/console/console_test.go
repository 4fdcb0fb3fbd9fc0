package console

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// The line is below what is written, at any time, and never longer than the
// terminal: it would wrap and could not be erased.
func TestBottomLine(t *testing.T) {
	var out strings.Builder
	b := NewBottom(&out, func() int { return 10 })
	b.Show("> 55")
	_, _ = b.Write([]byte("ringing\n"))
	b.Show("> 5551234567890")
	b.Show("")
	want := erase + "> 55" + erase + "ringing\n> 55" + erase + "234567890" + erase
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

func TestReadKeys(t *testing.T) {
	var got strings.Builder
	err := Read(strings.NewReader("1\x1b[A2\x1bOP3\u00e9\x1b[15~4\x1b"), func(key rune) bool {
		got.WriteRune(key)
		return true
	})
	if !errors.Is(err, io.EOF) || got.String() != "123\u00e94\x1b" {
		t.Errorf("%q, %v", got.String(), err)
	}
}
