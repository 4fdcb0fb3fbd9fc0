package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing to put right.
type Problem struct {
	Where string `json:"where,omitempty"` // file, "--set" or an environment variable; "" if it was given nowhere
	Line  int    `json:"line,omitempty"`  // in the file, from 1; 0 if not known
	Key   string `json:"key,omitempty"`
	Wrong string `json:"wrong"`
	Fix   string `json:"fix,omitempty"`
}

// String is the problem on one line: where, key, what is wrong, what to do.
func (p Problem) String() string {
	var b strings.Builder
	if p.Where != "" {
		b.WriteString(p.Where)
		if p.Line > 0 {
			fmt.Fprintf(&b, ":%d", p.Line)
		}
		b.WriteString(": ")
	}
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	b.WriteString(p.Wrong)
	if p.Fix != "" {
		b.WriteString("; " + p.Fix)
	}
	return b.String()
}

// Problems is the error of a configuration that cannot be used.
type Problems []Problem

// Error lists every problem on a line of its own.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// And adds what is wrong with other keys: a key whose value could not be read
// is not missing as well.
func (ps Problems) And(more Problems) Problems {
	all := slices.Clone(ps)
	for _, p := range more {
		if p.Key == "" || !slices.ContainsFunc(ps, func(q Problem) bool { return q.Key == p.Key }) {
			all = append(all, p)
		}
	}
	return all
}

// sort brings them into the order in which a person edits: down the file, then
// what lies outside of it.
func (ps Problems) sort() {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Line, b.Line))
	})
}

func rank(p Problem) int {
	switch {
	case p.Line > 0:
		return 0
	case p.Where != "":
		return 1
	default:
		return 2
	}
}

// orNil avoids the error that holds an empty list.
func (ps Problems) orNil() error {
	if len(ps) == 0 {
		return nil
	}
	ps.sort()
	return ps
}
