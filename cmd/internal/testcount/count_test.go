package main

import (
	"strings"
	"testing"
)

// The oracle is the documented event stream of test2json: one "pass", "fail"
// or "skip" event closes each test, and one without Test closes each package.
func TestCount(t *testing.T) {
	tests := []struct {
		name, in, last string
		ok             bool
		shown, hidden  string
	}{{
		name: "tests and subtests pass",
		in: `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"quiet words\n"}
{"Action":"pass","Package":"p","Test":"TestA/one"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p"}`,
		last: "2 passed, 0 failed", ok: true, shown: "pass  p", hidden: "quiet words",
	}, {
		name: "a failing test shows its output",
		in: `{"Action":"output","Package":"p","Test":"TestA","Output":"want 1\n"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestB"}
{"Action":"fail","Package":"p"}`,
		last: "1 passed, 1 failed", shown: "want 1",
	}, {
		name: "a package that does not build counts as a failure",
		in: `{"ImportPath":"p","Action":"build-output","Output":"p/x.go:1: syntax error\n"}
{"Action":"pass","Package":"q","Test":"TestB"}
{"Action":"fail","Package":"p","FailedBuild":"p"}`,
		last: "1 passed, 1 failed", shown: "syntax error",
	}, {
		name: "a crash after passing tests is a failure",
		in: `{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"panic: boom\n"}
{"Action":"fail","Package":"p"}`,
		last: "1 passed, 1 failed", shown: "panic: boom",
	}, {
		name: "nothing ran",
		in:   `{"Action":"skip","Package":"p"}`,
		last: "0 passed, 0 failed",
	}, {
		name: "words of go itself are passed on",
		in:   "go: cannot find main module\n" + `{"Action":"pass","Package":"p","Test":"TestA"}`,
		last: "1 passed, 0 failed", ok: true, shown: "cannot find main module",
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			tally, err := Count(strings.NewReader(tt.in), &out)
			if err != nil {
				t.Fatal(err)
			}
			if tally.String() != tt.last || tally.OK() != tt.ok {
				t.Errorf("got %q ok %v, want %q ok %v", tally, tally.OK(), tt.last, tt.ok)
			}
			if !strings.Contains(out.String(), tt.shown) {
				t.Errorf("output lacks %q:\n%s", tt.shown, &out)
			}
			if tt.hidden != "" && strings.Contains(out.String(), tt.hidden) {
				t.Errorf("output of a passed test is shown:\n%s", &out)
			}
		})
	}
}
