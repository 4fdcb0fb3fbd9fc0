package notify

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// A caller chooses his name; it may be no option, no markup and no script.
func TestHostileName(t *testing.T) {
	evil := `--help <b>bold</b> & "quit" $(date)`
	for _, system := range []string{"linux", "darwin"} {
		_, args := program(system, "star18", evil)
		last := args[len(args)-1]
		if strings.ContainsAny(last, "<>&") || !strings.Contains(last, `"quit" $(date)`) {
			t.Errorf("%s gets %q", system, last)
		}
		for _, a := range args[:len(args)-1] {
			if strings.Contains(a, "quit") {
				t.Errorf("%s gets it in %q", system, a)
			}
		}
	}
	if _, args := program("linux", "star18", evil); !slices.Contains(args, "--") {
		t.Error("a name can be an option")
	}
	if name, _ := program("plan9", "", ""); name != "" {
		t.Errorf("unknown systems run %q", name)
	}
}

// The oracle is what a program of the right name was called with.
func TestShow(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("for the program of linux")
	}
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	script := "#!/bin/sh\nprintf '%s\\n' \"$@\" > " + out + "\n"
	if err := os.WriteFile(filepath.Join(dir, "notify-send"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	Show("star18", "Joe is calling")
	got, err := os.ReadFile(out)
	if err != nil || !strings.HasSuffix(string(got), "--\nstar18\nJoe is calling\n") {
		t.Errorf("called with %q, %v", got, err)
	}
	t.Setenv("PATH", t.TempDir())
	Show("star18", "nobody there to show it") // and nothing happens
}
