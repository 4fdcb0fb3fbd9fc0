package config

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

func example(t *testing.T) (string, *fileValues) {
	t.Helper()
	text, err := os.ReadFile("../../../config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	f := readYAML("config.example.yaml", text)
	for _, p := range f.problems {
		t.Error(p)
	}
	return string(text), f
}

// The example is the manual: it holds every key with the default of Default,
// and nothing else (an unknown key is a problem of readYAML).
func TestExampleHoldsEveryKeyWithItsDefault(t *testing.T) {
	_, f := example(t)
	d := Default()
	for _, k := range allKeys {
		got, ok := f.values[k.path]
		if want := k.value(&d).Interface(); !ok {
			t.Errorf("%s is missing", k.path)
		} else if k.typ.Kind() == reflect.String {
			if got != k.value(&d).String() {
				t.Errorf("%s is %q, default %q", k.path, got, want)
			}
		} else if !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, default %v", k.path, got, want)
		}
	}
	if len(f.values) != len(allKeys) {
		t.Errorf("%d values for %d keys", len(f.values), len(allKeys))
	}
}

// Every key has a sentence: a comment stands above it, or above the key before
// it if the two are explained together.
func TestExampleExplainsEveryKey(t *testing.T) {
	text, f := example(t)
	lines := strings.Split(text, "\n")
	for _, k := range allKeys {
		above := strings.TrimSpace(lines[f.lines[k.path]-2])
		if !strings.HasPrefix(above, "#") && k.path != "rtp.port_max" {
			t.Errorf("%s has no sentence above it, but %q", k.path, above)
		}
	}
}

// As the manual it must also load: a person starts by copying it.
func TestExampleLoadsWithoutProblemsButTheLine(t *testing.T) {
	l, err := Load(Options{Path: "../../../config.example.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(l.Settings, Default()) {
		t.Errorf("got %+v\nwant %+v", l.Settings, Default())
	}
	ps, _ := l.CheckLine().(Problems)
	if len(ps) != 2 || ps[0].Key != "line.user" || ps[1].Key != "line.domain" {
		t.Errorf("problems %v", ps)
	}
}
