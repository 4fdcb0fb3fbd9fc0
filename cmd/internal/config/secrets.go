package config

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"star18/cmd/internal/keyring"
	"star18/dialplan"
)

// pair is a key that may be given inline or as the name of a file.
type pair struct {
	inline, file string
	secret       bool // the file must be closed to others
}

var pairs = []pair{
	{"line.password", "line.password_file", true},
	{"secure.mini_certificate", "secure.mini_certificate_file", false},
	{"secure.private_key", "secure.private_key_file", true},
}

// openConfig refuses a configuration file that holds a secret itself and that
// others may read; text looks a value up.
func (l *loader) openConfig(text func(key string) string) {
	for _, p := range pairs {
		if p.secret && text(p.inline) != "" {
			l.closed(p.inline, "is a secret in a file that others may read")
		}
	}
	if plan := text(planKey); dialplan.Redact(plan) != plan {
		l.closed(planKey, "holds a password in a file that others may read")
	}
}

// closed wants the file that a key comes from to be closed to others.
func (l *loader) closed(key, wrong string) {
	if l.source[key] != FromFile {
		return
	}
	if fix := exposed(l.Path); fix != "" {
		l.bad(key, wrong, fix)
	}
}

// exposed returns the command that closes a file to others, or "" if it is
// closed. Windows has no such mode bits.
func exposed(path string) string {
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&0o077 == 0 {
		return ""
	}
	return "run: chmod 600 " + shellWord(path)
}

func shellWord(s string) string {
	plain := func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:", r)
	}
	if strings.IndexFunc(s, plain) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// readSecrets puts the contents of the files where the inline values are.
func (l *loader) readSecrets() {
	for _, p := range pairs {
		inline, file := l.text(p.inline), l.text(p.file)
		switch {
		case file == "":
		case inline != "" && l.source[p.inline] > l.source[p.file]:
			l.setText(p.file, "") // a password of the environment beats a file's
		case inline != "" && l.source[p.inline] == l.source[p.file]:
			l.bad(p.file, "is given together with "+p.inline, "keep one of the two")
		default:
			l.readSecret(p, file)
		}
		if p.secret && l.source[p.inline] == FromCommandLine && inline != "" {
			l.warn("%s on the command line can be read by everyone on this machine; use %s", p.inline, p.file)
		}
	}
	l.readKeyring()
}

// readKeyring asks for the password if no other place has one of more weight.
func (l *loader) readKeyring() {
	const key = "line.password_keyring"
	s := &l.Settings.Line
	if !s.Keyring || s.User == "" || s.Domain == "" {
		return
	}
	if s.Password != "" {
		if other := max(l.source["line.password"], l.source["line.password_file"]); other <= l.source[key] {
			l.bad(key, "is given together with another password", "keep one of the two")
		}
		return
	}
	text, err := keyring.Get(s.User, s.Domain)
	if err != nil {
		l.bad(key, err.Error(), "put it there with star18 config init --keyring, or use line.password_file")
		return
	}
	s.Password = Secret(text)
}

func (l *loader) readSecret(p pair, name string) {
	path := l.beside(name)
	text, err := os.ReadFile(path)
	if err != nil {
		l.bad(p.file, path+" cannot be read: "+reason(err), "correct the path; it is relative to the configuration file")
		return
	}
	if fix := exposed(path); p.secret && fix != "" {
		l.bad(p.file, path+" may be read by others", fix)
		return
	}
	l.setText(p.inline, strings.TrimRight(string(text), "\r\n"))
}

// beside resolves a path relative to the configuration file.
func (l *Loaded) beside(path string) string {
	if filepath.IsAbs(path) || l.Path == "" {
		return path
	}
	return filepath.Join(filepath.Dir(l.Path), path)
}

func (l *Loaded) text(path string) string {
	k, _ := findKey(path)
	return k.value(&l.Settings).String()
}

func (l *Loaded) setText(path, text string) {
	k, _ := findKey(path)
	k.value(&l.Settings).SetString(text)
}
