package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"

	"star18/ua/sipnet"
)

// Source says where a value came from; a later one beats an earlier one.
type Source int

// The sources in order of precedence.
const (
	FromDefault Source = iota
	FromFile
	FromEnvironment
	FromCommandLine
)

// String implements fmt.Stringer.
func (s Source) String() string {
	return [...]string{"default", "file", "environment", "--set"}[s]
}

// Options say where to look.
type Options struct {
	// Path is the file; empty means DefaultPath, which may be missing.
	Path string
	// Sets are key=value pairs of the command line.
	Sets []string
}

// Loaded is a configuration that passed every check but those of a line.
type Loaded struct {
	Settings Settings
	Path     string // "" if there is no file
	Warnings []string

	// Name is the account's; empty for section line.
	Name   string
	others []*Loaded // the accounts, each complete

	tls    sipnet.TLSConfig
	source map[string]Source
	lines  map[string]int
	unread bool // the file is no YAML: what it holds is unknown
}

// DefaultPath is $XDG_CONFIG_HOME/star18/config.yaml or what the operating
// system has in its place.
func DefaultPath() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "star18", "config.yaml")
}

// loader collects while it looks; problems of every source are told together.
type loader struct {
	*Loaded
	v        *viper.Viper
	problems Problems
	accounts []Account
	records  map[string]any // lists of structs by their keys, past viper
}

// Load reads every source. Its error is Problems, or says that the file cannot
// be read.
func Load(o Options) (*Loaded, error) {
	l := &loader{
		Loaded: &Loaded{source: map[string]Source{}},
		v:      viper.New(), records: map[string]any{},
	}
	l.defaults()
	if err := l.file(o.Path); err != nil {
		return nil, err
	}
	l.environment()
	l.commandLine(o.Sets)
	if err := l.unmarshal(); err != nil {
		return nil, err
	}
	if l.accounts != nil {
		l.Settings.Accounts = l.accounts
	}
	for key, list := range l.records {
		k, _ := findKey(key)
		k.value(&l.Settings).Set(reflect.ValueOf(list))
	}
	l.readSecrets()
	l.check()
	l.checkAccounts()
	return l.Loaded, l.problems.orNil()
}

// defaults tells viper every key, so that AutomaticEnv finds the ones that the
// file does not have.
func (l *loader) defaults() {
	d := Default()
	for _, k := range allKeys {
		l.v.SetDefault(k.path, k.value(&d).Interface())
	}
}

func (l *loader) file(path string) error {
	chosen := path != ""
	if !chosen {
		path = DefaultPath()
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !chosen {
		return nil
	}
	if err != nil {
		return Problems{{Where: path, Wrong: "cannot be read: " + reason(err), Fix: "name a file with --config, or write one: star18 config init"}}
	}
	f := readYAML(path, bytes.TrimPrefix(text, []byte("\ufeff")))
	l.Path, l.lines, l.problems, l.unread = path, f.lines, f.problems, f.broken
	for key, value := range f.values {
		l.source[key] = FromFile
		if list, ok := value.([]Account); ok {
			l.accounts = list // viper would take their names apart
			continue
		}
		if k, _ := findKey(key); k.typ.Kind() == reflect.Slice && k.typ.Elem().Kind() == reflect.Struct {
			l.records[key] = value
			continue
		}
		if err := l.v.MergeConfigMap(nested(key, value)); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	l.openConfig(l.v.GetString)
	return nil
}

// reason is the error without the path, which is said anyway.
func reason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// nested builds {a: {b: value}} from "a.b".
func nested(key string, value any) map[string]any {
	for {
		i := strings.LastIndexByte(key, '.')
		m := map[string]any{key[i+1:]: value}
		if i < 0 {
			return m
		}
		key, value = key[:i], m
	}
}

// environment lets viper look the variables up; what cannot be read as the
// key's type is reported here and hidden from viper by the default.
func (l *loader) environment() {
	l.v.SetEnvPrefix(strings.TrimSuffix(envPrefix, "_"))
	l.v.SetEnvKeyReplacer(strings.NewReplacer(".", "_"))
	l.v.AutomaticEnv()
	known := map[string]bool{}
	for _, k := range allKeys {
		known[k.env()] = true
		if text := os.Getenv(k.env()); text != "" {
			l.given(k, text, k.env(), FromEnvironment)
		}
	}
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, envPrefix) && !known[name] {
			l.warn("environment variable %s is no setting and is ignored", name)
		}
	}
}

// given checks one value that came as text.
func (l *loader) given(k key, text, where string, from Source) {
	value, err := parse(text, k.typ)
	if err != nil {
		what, fix, _ := strings.Cut(err.Error(), "; ")
		l.problems = append(l.problems, Problem{Where: where, Key: k.path, Wrong: what, Fix: fix})
		d := Default()
		value = k.value(&d).Interface()
	}
	l.source[k.path] = from
	if from == FromCommandLine || err != nil {
		l.v.Set(k.path, value)
	}
}

func (l *loader) commandLine(sets []string) {
	for _, pair := range sets {
		path, text, ok := strings.Cut(pair, "=")
		k, known := findKey(path)
		switch {
		case !ok && known:
			l.problem("--set "+path, "", "has no =", "write --set key=value")
		case !ok: // which may be a secret alone
			l.problem("--set", "", "something is given that has no =", "write --set key=value")
		case !known:
			l.problem("--set", path, "no such key", suggestion(path))
		default:
			l.given(k, text, "--set", FromCommandLine)
		}
	}
}

func (l *loader) unmarshal() error {
	err := l.v.UnmarshalExact(&l.Settings, func(c *mapstructure.DecoderConfig) {
		c.WeaklyTypedInput = false
		c.DecodeHook = fromText
	})
	if err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	return nil
}

// fromText converts what the environment gave; every other source already
// holds the key's own type.
func fromText(_, to reflect.Type, data any) (any, error) {
	text, ok := data.(string)
	if !ok || to.Kind() == reflect.String || to.Kind() == reflect.Struct {
		return data, nil
	}
	return parse(text, to)
}

func (l *loader) warn(format string, args ...any) {
	l.Warnings = append(l.Warnings, fmt.Sprintf(format, args...))
}

func (l *loader) problem(where, key, wrong, fix string) {
	l.problems = append(l.problems, Problem{Where: where, Key: key, Wrong: wrong, Fix: fix})
}

// bad reports a value that was read but cannot be, at the place where it was
// given. A key that already has a problem says no more.
func (l *loader) bad(key, wrong, fix string) {
	told := func(p Problem) bool { return p.Key == key }
	if slices.ContainsFunc(l.problems, told) {
		return
	}
	l.problems = append(l.problems, l.at(key, wrong, fix))
}

func (l *Loaded) at(key, wrong, fix string) Problem {
	p := Problem{Key: key, Wrong: wrong, Fix: fix}
	switch l.source[key] {
	case FromFile:
		p.Where, p.Line = l.Path, l.lines[key]
	case FromEnvironment:
		k, _ := findKey(key)
		p.Where = k.env()
	case FromCommandLine:
		p.Where = "--set"
	}
	return p
}
