package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"star18/cmd/internal/config"
	"star18/cmd/internal/profile/settings"
	"star18/cmd/internal/say"
	"star18/dialplan"
)

// secretFiles are where secrets go, by the key that holds them inline.
var secretFiles = map[string]struct{ key, suffix string }{
	"line.password":           {"line.password_file", ".password"},
	"secure.mini_certificate": {"secure.mini_certificate_file", ".mc"},
	"secure.private_key":      {"secure.private_key_file", ".key"},
}

// begin is the text that is changed: what is there, or a heading.
func (w *importing) begin() []byte {
	if w.update {
		return w.old
	}
	return []byte("# star18: made from an SPA's profile by star18 import. config.example.yaml explains\n# every key that there is; star18 config check finds what is wrong.\n\nline:\n")
}

// changes are those of the configuration. With files, each secret is replaced by
// the name of its file; without, it stands in the text.
func (w *importing) changes(files map[string]string) []config.Change {
	var out []config.Change
	for _, s := range w.found.Settings {
		if !w.update && config.IsDefault(s.Key, s.Value) {
			continue // said by leaving it out
		}
		c := config.Change{Key: s.Key, Value: s.Value, Comment: s.Parameter}
		if list, ok := s.Value.([]settings.Gateway); ok {
			c.Value = w.gateways(list, files != nil)
		}
		if beside, secret := secretFiles[s.Key]; secret {
			other := beside.key
			if name := files[s.Key]; name != "" {
				c.Key, c.Value, other = beside.key, name, s.Key
			}
			out = append(out, config.Change{Key: other}) // both together are an error
		}
		out = append(out, c)
	}
	return out
}

// write writes the files of the secrets and then the configuration that names them.
func (w *importing) write() error {
	dir, names := filepath.Dir(w.target), map[string]string{}
	var files []certOutput
	for _, s := range w.found.Settings {
		if beside, secret := secretFiles[s.Key]; secret {
			names[s.Key] = w.fileName() + beside.suffix
			files = append(files, certOutput{filepath.Join(dir, names[s.Key]), []byte(s.Value.(string) + "\n")})
		}
	}
	files = append(files, w.gatewayFiles(dir)...)
	text, err := config.Edit(w.begin(), w.changes(names))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := writeCertFiles(files, w.update); err != nil {
		return err
	}
	if !w.update {
		return writeNew(w.target, string(text))
	}
	if err := (certOutput{w.target + ".before", w.old}).replace(); err != nil {
		return err
	}
	return certOutput{w.target, text}.replace()
}

// gateways are those of the configuration, with the passwords in files or in it.
func (w *importing) gateways(list []settings.Gateway, inFiles bool) []config.Gateway {
	var out []config.Gateway
	for _, g := range list {
		one := config.Gateway{Name: g.Name, Host: g.Host, AuthUser: g.AuthUser, Password: config.Secret(g.Password)}
		if inFiles && g.Password != "" {
			one.Password, one.PasswordFile = "", w.gatewayFile(g)
		}
		out = append(out, one)
	}
	return out
}

func (w *importing) gatewayFile(g settings.Gateway) string {
	return w.fileName() + "." + g.Name + ".password"
}

func (w *importing) gatewayFiles(dir string) (files []certOutput) {
	for _, s := range w.found.Settings {
		list, _ := s.Value.([]settings.Gateway)
		for _, g := range list {
			if g.Password != "" {
				files = append(files, certOutput{filepath.Join(dir, w.gatewayFile(g)), []byte(g.Password + "\n")})
			}
		}
	}
	return files
}

// fileName is the user, if that can be the name of a file.
func (w *importing) fileName() string {
	for _, s := range w.found.Settings {
		if user, ok := s.Value.(string); ok && user != "" && s.Key == "line.user" && strings.IndexFunc(user, func(r rune) bool { return !certAlphanumeric(r) }) < 0 {
			return user
		}
	}
	return "line"
}

// tell says what became of the profile.
func (w *importing) tell(o importOptions) {
	if w.app.flags.json {
		w.tellJSON(o)
		return
	}
	out := w.app.out
	for _, s := range w.found.Settings {
		key, value := w.shown(s)
		_, _ = fmt.Fprintf(out, "%-32s %s: %s\n", say.Clean(s.Parameter), key, say.Clean(value))
	}
	for _, text := range w.found.Warnings {
		_, _ = fmt.Fprintln(out, "warning:", say.Clean(text))
	}
	if o.ignored {
		for _, name := range w.found.Ignored {
			_, _ = fmt.Fprintln(out, "ignored:", say.Clean(name))
		}
	}
	_, _ = fmt.Fprintf(out, "%s taken over, %d seen and ignored, %s\n",
		count(len(w.found.Settings), "setting"), len(w.found.Ignored), count(len(w.found.Warnings), "warning"))
	switch {
	case o.dryRun:
		_, _ = fmt.Fprintf(out, "nothing was written; %s\n", w.would())
	case w.update:
		_, _ = fmt.Fprintf(out, "changed %s (as it was: %s)\n", w.target, filepath.Base(w.target)+".before")
	default:
		_, _ = fmt.Fprintf(out, "written %s\n", w.target)
	}
	if !o.dryRun {
		star18 := w.app.withConfig()
		_, _ = fmt.Fprintf(out, "next    %s config check, %s doctor\n", star18, star18)
	}
}

// would is what a dry run would have done.
func (w *importing) would() string {
	if w.there && !w.update {
		return w.target + " is there already: --update changes it, --config writes another one"
	}
	return "without --dry-run it would be " + w.target
}

// shown is a key and its value as the configuration has them; of a secret, the
// name of its file.
func (w *importing) shown(s settings.Setting) (key, value string) {
	if beside, secret := secretFiles[s.Key]; secret {
		return beside.key, w.fileName() + beside.suffix
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	harmless := s.Value
	switch v := s.Value.(type) {
	case string:
		if s.Key == "dialplan.plan" { // which may hold passwords of gateways
			harmless = dialplan.Redact(v)
		}
	case time.Duration:
		return s.Key, v.String()
	case []settings.Gateway:
		var names []string
		for _, g := range v {
			names = append(names, g.Name+" "+g.Host)
		}
		return s.Key, strings.Join(names, ", ")
	}
	if err := e.Encode(harmless); err != nil {
		return s.Key, err.Error()
	}
	return s.Key, strings.TrimSpace(text.String())
}

func (w *importing) tellJSON(o importOptions) {
	out, now := say.JSON{W: w.app.out}, time.Now()
	for _, s := range w.found.Settings {
		key, value := w.shown(s)
		out.Object(now, "setting", map[string]any{"parameter": s.Parameter, "line": s.Line, "key": key, "value": value})
	}
	for _, text := range w.found.Warnings {
		out.Object(now, "warning", map[string]string{"text": text})
	}
	ignored := w.found.Ignored
	if ignored == nil {
		ignored = []string{}
	}
	out.Object(now, "imported", map[string]any{
		"file": w.target, "written": !o.dryRun, "settings": len(w.found.Settings), "warnings": len(w.found.Warnings), "ignored": ignored,
	})
}
