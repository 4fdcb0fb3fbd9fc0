package config

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"star18/dialplan"
)

// Show writes the effective values as YAML, each with where it came from.
// Secrets are hidden; the mini-certificate is public but long, and is cut.
func (l *Loaded) Show(w io.Writer) {
	var open []string
	for _, k := range allKeys {
		sections := strings.Split(k.path, ".")
		name := sections[len(sections)-1]
		sections = sections[:len(sections)-1]
		for i, s := range sections {
			if i >= len(open) || open[i] != s {
				_, _ = fmt.Fprintf(w, "%s%s:\n", strings.Repeat("  ", i), s)
				open = append(open[:i:i], s)
			}
		}
		open = open[:len(sections)]
		_, _ = fmt.Fprintf(w, "%s%s: %s  # %s\n", strings.Repeat("  ", len(sections)), name, l.shown(k), l.origin(k))
	}
}

func (l *Loaded) origin(k key) string {
	from := l.source[k.path]
	switch {
	case from == FromFile:
		return fmt.Sprintf("line %d", l.lines[k.path])
	case from == FromDefault && k.typ.Kind() == reflect.String && k.value(&l.Settings).String() != "":
		return l.elsewhere(k.path)
	}
	return from.String()
}

// elsewhere is where a value comes from that stands in a file of its own, or in
// the keyring.
func (l *Loaded) elsewhere(path string) string {
	for _, p := range pairs {
		switch {
		case p.inline != path:
		case l.text(p.file) != "":
			return "in " + p.file
		case path == "line.password" && l.Settings.Line.Keyring:
			return "in the keyring"
		}
	}
	return FromDefault.String()
}

// shown is a value in YAML's notation, of which JSON is a part.
func (l *Loaded) shown(k key) string {
	var text strings.Builder
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(l.plain(k)); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(text.String())
}

const longValue = 40

// plain is a value fit to be shown; a dial plan may hold passwords of gateways.
func (l *Loaded) plain(k key) any {
	value := k.value(&l.Settings).Interface()
	switch x := value.(type) {
	case time.Duration:
		return x.String()
	case string:
		if k.path == planKey {
			return dialplan.Redact(x)
		}
		if len(x) > longValue && !strings.ContainsAny(x, "(@|") {
			return fmt.Sprintf("%s... (%d characters)", x[:16], len(x))
		}
	}
	return value
}

// JSON is the same as one nested object.
func (l *Loaded) JSON() map[string]any {
	root := map[string]any{}
	for _, k := range allKeys {
		at := root
		path := strings.Split(k.path, ".")
		for _, s := range path[:len(path)-1] {
			if at[s] == nil {
				at[s] = map[string]any{}
			}
			at = at[s].(map[string]any)
		}
		at[path[len(path)-1]] = l.plain(k)
	}
	return root
}
