package main

import (
	"fmt"
	"slices"
	"strings"
)

// choose lets calls go by the line of this name from now on.
func (k keys) choose(account string) ([]string, error) {
	var names []string
	for _, s := range k.phone.lines {
		names = append(names, s.name())
	}
	i := slices.Index(names, account)
	if i < 0 {
		return nil, fmt.Errorf("no line is called %q, but %s", account, strings.Join(names, ", "))
	}
	k.by.Store(int32(i))
	return []string{"calls go by " + account + ", " + k.chosen().aor()}, nil
}

// lineList is every line, the chosen one with a mark.
func (k keys) lineList() []string {
	var out []string
	for _, s := range k.phone.lines {
		mark := map[bool]string{true: "*", false: " "}[s == k.chosen()]
		out = append(out, fmt.Sprintf("%s %s  %s", mark, s.name(), s.aor()))
	}
	return out
}
