package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func run(t *testing.T, trace string) string {
	t.Helper()
	var out strings.Builder
	if err := replay(strings.NewReader(trace), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// The buffer begins after 40 ms, conceals the packet that is missing, and goes
// on after it. Numbers do not wrap with the sequence numbers.
func TestReplay(t *testing.T) {
	var trace, want strings.Builder
	for i, number := range []int{65534, 65535, 65536, -1, 65538, 65539} {
		if number > 0 {
			fmt.Fprintln(&trace, 20000*i, number, 20000*i)
		}
	}
	fmt.Fprint(&want, "0 -1\n20000 -1\n")
	for i, number := range []int{65534, 65535, 65536, -1, 65538, 65539} {
		fmt.Fprintln(&want, 40000+20000*i, number)
	}
	if got := run(t, trace.String()); !strings.HasPrefix(got, want.String()) {
		t.Errorf("log\n%swant it to begin\n%s", got, want.String())
	}
}

// A delay that is longer than an even network needs is merged away: the second
// of both packets has the line, marked.
func TestReplayMerges(t *testing.T) {
	var trace strings.Builder
	for i := range 400 {
		fmt.Fprintln(&trace, 20000*i, i, 20000*i)
	}
	got := run(t, trace.String())
	if n := strings.Count(got, " a\n"); n == 0 {
		t.Error("nothing was merged")
	}
	if !strings.Contains(got, fmt.Sprintln(20000*399, 399)) {
		t.Error("the last packet is not played as it comes")
	}
}

// Of a burst the buffer keeps what it has longer: a stretched packet has two
// lines.
func TestReplayStretches(t *testing.T) {
	var trace strings.Builder
	for i := range 400 {
		if i%40 > 3 { // four lost in a row
			fmt.Fprintln(&trace, 20000*i, i, 20000*i)
		}
	}
	lines := strings.Split(run(t, trace.String()), "\n")
	stretched := 0
	for i := 1; i < len(lines); i++ {
		before, after := strings.Fields(lines[i-1]), strings.Fields(lines[i])
		if len(before) == 3 && len(after) == 3 && before[1] == after[1] {
			stretched++
		}
	}
	if stretched == 0 {
		t.Error("nothing was stretched")
	}
}

// A sender that pauses is not a network that holds packets back: the delay stays
// what it was.
func TestReplayOfAPause(t *testing.T) {
	var trace strings.Builder
	at := 0
	for i := range 600 {
		if at += 20000; i >= 200 && i%100 == 0 {
			at += 300000
		}
		fmt.Fprintln(&trace, at, i, at)
	}
	log := run(t, trace.String())
	if _, later, found := strings.Cut(log, fmt.Sprintln("", 199)); !found || strings.Contains(later, "a\n") {
		t.Errorf("sound was stretched or merged for a pause:\n%s", log)
	}
	if !strings.Contains(log, fmt.Sprintln(at, 599)) {
		t.Errorf("the last packet waits:\n%s", log)
	}
}

func TestReplayOfNothing(t *testing.T) {
	if got := run(t, ""); got != "" {
		t.Errorf("log %q", got)
	}
}

func TestReplayRefuses(t *testing.T) {
	tests := []struct {
		name, trace string
		line        int
		reason      error
	}{
		{"words", "a b c\n", 1, errFields},
		{"a field missing", "0 0 0\n20000 1\n", 2, errFields},
		{"a field too many", "0 0 0 0\n", 1, errFields},
		{"an empty line", "0 0 0\n\n", 2, errFields},
		{"a number that does not fit", "0 99999999999999999999 0\n", 1, errFields},
		{"out of order", "20000 1 0\n0 0 0\n", 2, errOrder},
		{"before the beginning", "-1 0 0\n", 1, errTooLong},
		{"days", "99999999999999 0 0\n", 1, errTooLong},
		{"sent in another age", "0 0 -9999999999999999\n", 1, errNumber},
		{"a negative packet", "0 -1 0\n", 1, errNumber},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			err := replay(strings.NewReader(test.trace), &out)
			if !errors.Is(err, test.reason) {
				t.Fatalf("error %v, want %v", err, test.reason)
			}
			if prefix := fmt.Sprintf("line %d: ", test.line); !strings.HasPrefix(err.Error(), prefix) {
				t.Errorf("error %q, want it to begin with %q", err, prefix)
			}
			if out.Len() != 0 {
				t.Errorf("log %q", out.String())
			}
		})
	}
}
