package config

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
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
	if from == FromFile {
		return fmt.Sprintf("line %d", l.lines[k.path])
	}
	return from.String()
}

// shown is a value in YAML's notation, of which JSON is a part.
func (l *Loaded) shown(k key) string {
	text, err := json.Marshal(plain(k.value(&l.Settings)))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

const longValue = 40

func plain(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case time.Duration:
		return x.String()
	case string:
		if len(x) > longValue && !strings.ContainsAny(x, "(@|") {
			return fmt.Sprintf("%s... (%d characters)", x[:16], len(x))
		}
	}
	return v.Interface()
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
		at[path[len(path)-1]] = plain(k.value(&l.Settings))
	}
	return root
}
