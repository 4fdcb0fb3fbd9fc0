package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What is written is read back as it was meant, and the rest stays.
func TestEdit(t *testing.T) {
	before := "# mine\nline:\n  user: \"1\" # me\n  password: old\n  expires: 600s\nsecure:\n"
	after, err := Edit([]byte(before), []Change{
		{Key: "dialplan.codes.secure_next", Value: "*18", Comment: "from there"},
		{Key: "line.user", Value: "0123"},
		{Key: "line.password"},
		{Key: "line.expires", Value: 90 * time.Second},
		{Key: "secure.default", Value: true},
		{Key: "audio.codecs", Value: []string{"PCMA"}},
		{Key: "rtp.ptime", Value: 30 * time.Millisecond},
		{Key: "rtp.port_min", Value: 16400},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "# mine\nline:\n  user: \"0123\" # me\n  expires: 90s\n\nsecure:\n  default: true\n\nrtp:\n  port_min: 16400\n  ptime: 30ms\n" +
		"\naudio:\n  codecs: [\"PCMA\"]\n\ndialplan:\n  codes:\n    # from there\n    secure_next: \"*18\"\n"
	if string(after) != want {
		t.Errorf("got\n%s\nwant\n%s", after, want)
	}
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, append(after, "  plan: \"(x.)\"\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	if l, err := Load(Options{Path: path}); err != nil || l.Settings.Line.User != "0123" || l.Settings.RTP.PortMin != 16400 {
		t.Errorf("%+v %v", l, err)
	}
}

func TestEditRefuses(t *testing.T) {
	for _, text := range []string{"- a\n", "line: 5\n", "a: [\n", "line: {}\n---\nrtp: {}\n"} {
		if out, err := Edit([]byte(text), []Change{{Key: "line.user", Value: "1"}}); err == nil {
			t.Errorf("%q became %q", text, out)
		}
	}
}

func TestIsDefault(t *testing.T) {
	if !IsDefault("dialplan.codes.secure_next", "*18") || IsDefault("dialplan.codes.secure_next", "") || !IsDefault("line.register", true) || IsDefault("no.such", "") {
		t.Error("wrong")
	}
}

// The manual itself, changed and read again: comments stay, values do too.
func TestEditKeepsTheManual(t *testing.T) {
	text, err := os.ReadFile("../../../config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	after, err := Edit(text, []Change{{Key: "line.user", Value: "5"}})
	if err != nil {
		t.Fatal(err)
	}
	was, is := strings.Split(string(text), "\n"), strings.Split(string(after), "\n")
	if len(was) != len(is) {
		t.Fatalf("%d lines became %d", len(was), len(is))
	}
	changed := 0
	for i := range was {
		if was[i] != is[i] {
			changed++
			t.Log(was[i], "->", is[i])
		}
	}
	if changed != 1 {
		t.Errorf("%d lines have changed", changed)
	}
}
