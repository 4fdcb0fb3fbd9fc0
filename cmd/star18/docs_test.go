package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	commandLine = regexp.MustCompile("(?:^ {4}(?:\\$ )?|`)(?:bin/)?star18((?: [^`#&|]+)?)")
	pageLink    = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
)

// pages are the documents that users read.
func pages(t *testing.T) map[string]string {
	t.Helper()
	found, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(found) == 0 {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, path := range append(found, "../../README.md") {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[path] = string(text)
	}
	return all
}

// The commands and flags of the documents exist: the oracle is the program.
func TestDocumentsNameWhatThereIs(t *testing.T) {
	root := (&app{out: io.Discard, err: io.Discard}).command()
	root.InitDefaultCompletionCmd("bash")
	seen := 0
	for path, text := range pages(t) {
		for line := range strings.Lines(text) {
			for _, m := range commandLine.FindAllStringSubmatch(line, -1) {
				seen++
				words := strings.Fields(m[1])
				cmd, rest, err := root.Find(words)
				if err != nil || cmd == root && len(words) > 0 && !strings.HasPrefix(words[0], "-") {
					t.Errorf("%s: no command in %q", path, m[0])
					continue
				}
				for _, word := range rest {
					flag, _, _ := strings.Cut(strings.TrimPrefix(word, "--"), "=")
					if strings.HasPrefix(word, "--") && cmd.Flags().Lookup(flag) == nil && cmd.InheritedFlags().Lookup(flag) == nil && flag != "help" {
						t.Errorf("%s: %s has no flag --%s", path, cmd.CommandPath(), flag)
					}
				}
			}
		}
	}
	if seen < 60 {
		t.Errorf("only %d command lines were found", seen)
	}
}

// Links between the documents lead somewhere.
func TestLinksOfDocuments(t *testing.T) {
	for path, text := range pages(t) {
		for _, m := range pageLink.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), m[1])); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
}
