//go:build unix

package main

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"star18/cmd/internal/config"
)

// What a C library prints is in the log at debug, line by line, and nowhere else;
// a line without end holds up nobody, and standard error is as before afterwards.
func TestQuietLibraries(t *testing.T) {
	card := &config.Loaded{}
	card.Settings.Audio.Input = "card:USB"
	for level, want := range map[string]string{
		"debug": `level=DEBUG msg="a library says" line="Expression 'err' failed"`,
		"warn":  "",
	} {
		var log strings.Builder
		a := &app{err: &log, flags: flags{logLevel: level}}
		before := stderrFile(t)
		end, err := a.quietLibraries(card)
		if err != nil {
			t.Fatal(err)
		}
		if stderrFile(t) == before {
			t.Error("standard error is not led away")
		}
		for _, text := range []string{"Expression 'err' failed\n", strings.Repeat("x", 1<<20)} {
			if _, err := unix.Write(2, []byte(text)); err != nil {
				t.Fatal(err)
			}
		}
		end()
		if got := log.String(); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("at %s the log has %.200q", level, got)
		}
		if stderrFile(t) != before {
			t.Error("standard error is not given back")
		}
	}
	if _, err := (&app{err: os.Stderr, flags: flags{logLevel: "loud"}}).quietLibraries(card); err == nil {
		t.Error("a level that there is not is taken")
	}
}

// stderrFile tells one file behind descriptor 2 from another.
func stderrFile(t *testing.T) [2]uint64 {
	t.Helper()
	var s unix.Stat_t
	if err := unix.Fstat(2, &s); err != nil {
		t.Fatal(err)
	}
	return [2]uint64{uint64(s.Dev), s.Ino}
}
