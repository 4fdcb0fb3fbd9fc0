package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	library "github.com/zalando/go-keyring"

	"star18/cmd/internal/keyring"
)

// The library's own fake stands for the operating system.
func TestPasswordOfTheKeyring(t *testing.T) {
	library.MockInit()
	if err := keyring.Set("1", "a.test", "ring"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, text, env, want, problem string
	}{
		{"there", "line: {user: \"1\", domain: a.test, password_keyring: true}", "", "ring", ""},
		{"off", "line: {user: \"1\", domain: a.test}", "", "", ""},
		{"of another line", "line: {user: \"2\", domain: a.test, password_keyring: true}", "", "", "the keyring has no password for 2@a.test"},
		{"beaten by the environment", "line: {user: \"1\", domain: a.test, password_keyring: true}", "env", "env", ""},
		{"and another one", "line: {user: \"1\", domain: a.test, password: x, password_keyring: true}", "", "x", "is given together"},
		{"of an account", "accounts: [{name: b, user: \"1\", domain: a.test, password_keyring: true}]", "", "ring", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "c.yaml")
			if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if tt.env != "" {
				t.Setenv("STAR18_LINE_PASSWORD", tt.env)
			}
			l, err := Load(Options{Path: path})
			if (err == nil) != (tt.problem == "") || err != nil && !strings.Contains(err.Error(), tt.problem) {
				t.Errorf("problem %v, want %q", err, tt.problem)
			}
			if got := string(l.Lines()[0].Settings.Line.Password); got != tt.want {
				t.Errorf("password %q, want %q", got, tt.want)
			}
		})
	}
	library.MockInitWithError(errors.New("no bus"))
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte("line: {user: \"1\", domain: a.test, password_keyring: true}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(Options{Path: path}); err == nil || !strings.Contains(err.Error(), "no keyring answers") {
		t.Errorf("none: %v", err)
	}
}
