package profile

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The comparable reasons for which a profile cannot be read.
var (
	ErrEncrypted = errors.New("is encrypted; give its key phrase with --key or --key-file")
	ErrKey       = errors.New("cannot be decrypted with this key phrase")
	ErrCompiled  = errors.New("is a compiled SPC profile, a format that was never published; use its source or the XML profile")
	ErrTooLarge  = errors.New("is larger than any profile")
	ErrBroken    = errors.New("is damaged")
	ErrSyntax    = errors.New("is no profile that can be read")
	ErrNoProfile = errors.New("has no <flat-profile> element")
)

// MaxSize bounds a profile, also one that gzip made small: the largest known ones
// have some 100 kB.
const MaxSize = 4 << 20

// Value is what a profile gives a parameter, and in which of its lines.
type Value struct {
	Text string
	Line int
}

// Profile is the parameters that a profile sets, by their names in XML. What it
// leaves as it is, is not in it.
type Profile struct {
	Imports []string // other files of a plain-text source, which nobody read
	values  map[string]Value
}

// Get is the value of a parameter.
func (p *Profile) Get(name string) (Value, bool) {
	v, ok := p.values[name]
	return v, ok
}

// Names are those of every parameter, sorted.
func (p *Profile) Names() []string {
	names := make([]string, 0, len(p.values))
	for name := range p.values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (p *Profile) set(name string, v Value) { p.values[name] = v }

// Read reads a profile in any form; phrase is what encrypted it, or empty.
func Read(data []byte, phrase string) (*Profile, error) {
	text, err := unwrap(data, phrase)
	if err != nil {
		return nil, err
	}
	p := &Profile{values: map[string]Value{}}
	switch begin := bytes.TrimLeft(text, " \t\r\n"); {
	case bytes.HasPrefix(begin, []byte("<")):
		return p, p.xml(text)
	case isText(text):
		return p, p.plain(string(text))
	}
	return nil, ErrCompiled
}

// isText tells a source from a compiled profile. Old files are in Latin-1.
func isText(b []byte) bool {
	return !bytes.ContainsFunc(b, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' })
}

// xmlName is the name in XML of a name as web pages and sources have it.
func xmlName(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" []()/", r) {
			return '_'
		}
		return r
	}, name)
}

func syntax(line int, format string, values ...any) error {
	return fmt.Errorf("line %d: %w: %s", line, ErrSyntax, fmt.Sprintf(format, values...))
}
