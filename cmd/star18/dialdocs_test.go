package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var rewrite = flag.Bool("update", false, "write what the commands of docs/dialling.md print into it")

// The document's commands are run as they stand there, with the configuration that
// it shows, and what follows them is what they print.
func TestDiallingDocument(t *testing.T) {
	const path = "../../docs/dialling.md"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, key := range []string{"XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME"} {
		t.Setenv(key, dir)
	}
	_, config, _ := strings.Cut(string(text), "```yaml\n")
	config, _, _ = strings.Cut(config, "```")
	if err := os.Mkdir(filepath.Join(dir, "star18"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "star18", "config.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	commands, printed := 0, false
	for line := range strings.Lines(string(text)) {
		command, is := strings.CutPrefix(line, "    $ star18 ")
		if printed && !is && strings.HasPrefix(line, "    ") {
			continue // what it printed before
		}
		printed = is
		out.WriteString(line)
		if is {
			commands++
			out.WriteString(indented(t, command))
		}
	}
	if commands < 10 {
		t.Errorf("only %d examples", commands)
	}
	switch {
	case out.String() == string(text):
	case *rewrite:
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("docs/dialling.md shows other output, first in\n%sgo test -run TestDiallingDocument ./cmd/star18 -update", firstOther(out.String(), string(text)))
	}
}

// firstOther is the first line of a text that another one has not.
func firstOther(text, other string) string {
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(other, line) {
			return line
		}
		other = other[len(line):]
	}
	return "the end"
}

func indented(t *testing.T, command string) string {
	t.Helper()
	var out, fault, text strings.Builder
	if code := run(words(command), &out, &fault); code != exitDone {
		t.Errorf("%s: exit code %d: %s", command, code, &fault)
	}
	for line := range strings.Lines(out.String()) {
		text.WriteString("    " + line)
	}
	return text.String()
}

// words divides a command as a shell does, as far as the document needs it.
func words(command string) []string {
	var all []string
	for i, part := range strings.Split(strings.TrimSpace(command), "'") {
		if i%2 == 1 {
			all = append(all, part)
		} else {
			all = append(all, strings.Fields(part)...)
		}
	}
	return all
}
