package firstrun_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"star18/cmd/internal/config"
	"star18/cmd/internal/firstrun"
)

// TestYAML: the oracle is the reader of configurations, whatever the newcomer
// types.
func TestYAML(t *testing.T) {
	for _, a := range []firstrun.Answers{
		{User: "0123", Domain: "sip.example.com", Transport: "udp"},
		{
			User: "14085550001", DisplayName: `Anna "B" #1: {x}`, Domain: "sip.example.com", AuthUser: "0x10", Proxy: "192.0.2.1:5070",
			Transport: "tcp", PasswordFile: "password",
		},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "config.yaml")
		for name, text := range map[string]string{"config.yaml": a.YAML(), "password": "secret\n"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		l, err := config.Load(config.Options{Path: path})
		if err != nil {
			t.Fatalf("%v in\n%s", err, a.YAML())
		}
		got := l.Settings.Line
		if got.User != a.User || got.DisplayName != a.DisplayName || got.Domain != a.Domain || got.AuthUser != a.AuthUser ||
			got.Proxy != a.Proxy || got.Transport != a.Transport || (a.PasswordFile != "") != (got.Password == "secret") {
			t.Errorf("%+v from\n%s", got, a.YAML())
		}
		if err := l.CheckLine(); err != nil {
			t.Error(err)
		}
	}
}

func TestNothingEscapesAComment(t *testing.T) {
	a := firstrun.Answers{User: "1\nsecure: {require: true}", Domain: "x\u2028y"}
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(a.YAML()), 0o600); err != nil {
		t.Fatal(err)
	}
	if l, _ := config.Load(config.Options{Path: path}); l != nil && l.Settings.Secure.Require {
		t.Errorf("a number sets keys:\n%s", a.YAML())
	}
}

func TestMissing(t *testing.T) {
	for _, a := range []firstrun.Answers{{}, {User: "1"}, {Domain: "x"}} {
		if err := a.Check(); !errors.Is(err, firstrun.ErrMissing) {
			t.Errorf("%+v: %v", a, err)
		}
	}
}

// A newcomer writes a whole address where a number is asked for.
func TestSplit(t *testing.T) {
	for _, test := range [][4]string{
		{"1408", "x", "1408", "x"},
		{"1408@x.test", "", "1408", "x.test"},
		{"sip:anna@x.test", "", "anna", "x.test"},
		{"anna@x.test", "x.test", "anna", "x.test"},
		{"anna@x.test", "y.test", "anna@x.test", "y.test"}, // config check refuses it
	} {
		a := firstrun.Answers{User: test[0], Domain: test[1]}
		a.Split()
		if a.User != test[2] || a.Domain != test[3] {
			t.Errorf("%q at %q: %q at %q", test[0], test[1], a.User, a.Domain)
		}
	}
}
