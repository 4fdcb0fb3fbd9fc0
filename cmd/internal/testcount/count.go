package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// event is one line of test2json; see "go doc test2json".
type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Elapsed    float64
	Output     string
}

// Tally is what ran. Broken counts packages that failed outside a test: they
// did not build, or TestMain or a crash ended them.
type Tally struct {
	Passed, Failed, Skipped, Broken int
}

// OK is false for an empty run too: a suite that ran nothing proves nothing.
func (t Tally) OK() bool { return t.Failed == 0 && t.Broken == 0 && t.Passed > 0 }

// String is the line that people and scripts read. A broken package is a
// failure that has no test to its name.
func (t Tally) String() string {
	return fmt.Sprintf("%d passed, %d failed", t.Passed, t.Failed+t.Broken)
}

// counter keeps the output of each running test until its verdict: only the
// output of what failed is worth showing.
type counter struct {
	tally  Tally
	output map[string]*strings.Builder
	failed map[string]bool // packages in which a test failed
	out    io.Writer
}

// Count reads events until r ends and writes a line per package, and the
// output of whatever failed, to out.
func Count(r io.Reader, out io.Writer) (Tally, error) {
	c := counter{output: map[string]*strings.Builder{}, failed: map[string]bool{}, out: out}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20) // a race report or a goroutine dump is one long story
	for lines.Scan() {
		c.line(lines.Bytes())
	}
	return c.tally, lines.Err()
}

func (c *counter) line(line []byte) {
	var ev event
	if json.Unmarshal(line, &ev) != nil {
		fmt.Fprintf(c.out, "%s\n", line) // go itself speaking, not a test
		return
	}
	switch ev.Action {
	case "output":
		c.keep(ev)
	case "build-output":
		fmt.Fprint(c.out, ev.Output)
	case "pass", "fail", "skip":
		c.verdict(ev)
	}
}

func (c *counter) keep(ev event) {
	key := ev.Package + " " + ev.Test
	if c.output[key] == nil {
		c.output[key] = new(strings.Builder)
	}
	c.output[key].WriteString(ev.Output)
}

func (c *counter) verdict(ev event) {
	key := ev.Package + " " + ev.Test
	if ev.Action == "fail" && c.output[key] != nil {
		fmt.Fprint(c.out, c.output[key])
	}
	delete(c.output, key)
	if ev.Test == "" {
		c.packageDone(ev)
		return
	}
	c.testDone(ev)
}

func (c *counter) testDone(ev event) {
	switch ev.Action {
	case "pass":
		c.tally.Passed++
	case "skip":
		c.tally.Skipped++
	default:
		c.tally.Failed++
		c.failed[ev.Package] = true
	}
}

func (c *counter) packageDone(ev event) {
	if ev.Action == "fail" && !c.failed[ev.Package] {
		c.tally.Broken++
	}
	fmt.Fprintf(c.out, "%-4s  %s  %.1fs\n", ev.Action, ev.Package, ev.Elapsed)
}
