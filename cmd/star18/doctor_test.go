package main

import (
	"bytes"
	"strings"
	"testing"

	"star18/cmd/internal/doctor"
)

// With several lines, each finding says whose it is.
func TestFindingsOfSeveralLines(t *testing.T) {
	var r doctor.Report
	r.Pass("configuration", "settings", "x")
	for _, name := range []string{"line", "office"} {
		from := len(r)
		r.Pass("dns", "udp", "192.0.2.1")
		r.Fail("server", "registration", "check it", "401")
		r.Name(from, name)
	}
	r.Pass("sound", "microphone", "x")
	var out bytes.Buffer
	a := &app{out: &out}
	a.tellFindings(r, 0)
	var headings []string
	for line := range strings.Lines(out.String()) {
		if line[0] != ' ' && line[0] != '\n' {
			headings = append(headings, strings.TrimSpace(line))
		}
	}
	want := "configuration, account line, dns, server, account office, dns, server, sound"
	if got := strings.Join(headings, ", "); got != want {
		t.Errorf("%s, want %s in\n%s", got, want, &out)
	}
	out.Reset()
	a.flags.json = true
	a.tellFindings(r, 0)
	if got := strings.Count(out.String(), `"account":"office"`); got != 2 {
		t.Errorf("%d findings of the account:\n%s", got, &out)
	}
}
