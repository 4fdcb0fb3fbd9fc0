package settings

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"star18/cmd/internal/profile"
)

// Setting is one that the profile asks for. Value is a string, bool, int,
// time.Duration, []string or []Gateway; Secret forbids to show it.
type Setting struct {
	Key       string
	Value     any
	Parameter string // that says so, or the first of several
	Line      int    // where it does
	Secret    bool
}

// Gateway is what @gw1 to @gw4 of a dial plan stand for. The password is secret.
type Gateway struct{ Name, Host, AuthUser, Password string }

// Result is what a profile comes to.
type Result struct {
	Settings []Setting
	Warnings []string
	Ignored  []string // parameters of which star18 has no setting
	Lines    []int    // the lines with a user in this profile
}

// ErrNoLine: the profile has no user for this line.
var ErrNoLine = errors.New("the profile has no line of this number with a user")

// Of finds the settings of a line, counted from 1.
func Of(p *profile.Profile, line int) (Result, error) {
	c := &converter{profile: p, line: line, used: map[string]bool{}}
	c.out.Lines = lines(p)
	if !slices.Contains(c.out.Lines, line) {
		return c.out, fmt.Errorf("--line %d: %w (it has %s)", line, ErrNoLine, counted(c.out.Lines))
	}
	c.subscriber()
	c.server()
	for _, r := range rules {
		c.apply(r)
	}
	c.codecs()
	c.codes()
	c.tones()
	c.gateways()
	c.method()
	for _, name := range p.Names() {
		if !c.used[name] {
			c.out.Ignored = append(c.out.Ignored, name)
		}
	}
	for _, file := range p.Imports {
		c.warn("import %s: this file was not read; import it too, with --update", file)
	}
	return c.out, nil
}

// lines are those that have a user, up to more than any device has.
func lines(p *profile.Profile) (found []int) {
	for n := 1; n <= 16; n++ {
		if v, ok := p.Get(fmt.Sprintf("User_ID_%d_", n)); ok && v.Text != "" {
			found = append(found, n)
		}
	}
	return found
}

func counted(lines []int) string {
	if len(lines) == 0 {
		return "none"
	}
	return "line " + strings.Trim(strings.Join(strings.Fields(fmt.Sprint(lines)), ", "), "[]")
}

// converter collects settings, and which parameters have been looked at.
type converter struct {
	profile *profile.Profile
	line    int
	used    map[string]bool
	out     Result
}

// parameter is a value and the name under which the profile has it.
type parameter struct {
	profile.Value
	name string
}

// get looks for a line's parameter: with its suffix or, as those of the User tab
// of telephones, without.
func (c *converter) get(name string) (parameter, bool) {
	for _, full := range []string{fmt.Sprintf("%s_%d_", name, c.line), name} {
		if v, ok := c.profile.Get(full); ok {
			c.used[full] = true
			return parameter{v, full}, true
		}
	}
	return parameter{}, false
}

// text is a value, or empty.
func (c *converter) text(name string) string {
	p, _ := c.get(name)
	return p.Text
}

// yes reads a switch; otherwise is what it has without a value.
func (c *converter) yes(name string, otherwise bool) bool {
	if p, ok := c.get(name); ok && p.Text != "" {
		return strings.EqualFold(p.Text, "yes")
	}
	return otherwise
}

func (c *converter) add(key string, value any, p parameter) {
	c.out.Settings = append(c.out.Settings, Setting{Key: key, Value: value, Parameter: p.name, Line: p.Line})
}

func (c *converter) addSecret(key string, p parameter) {
	c.out.Settings = append(c.out.Settings, Setting{Key: key, Value: p.Text, Parameter: p.name, Line: p.Line, Secret: true})
}

func (c *converter) warn(format string, values ...any) {
	c.out.Warnings = append(c.out.Warnings, fmt.Sprintf(format, values...))
}

// leftOut warns of a value that cannot be one of star18's.
func (c *converter) leftOut(p parameter, why string) {
	c.warn("%s, line %d: %q is left out: %s", p.name, p.Line, p.Text, why)
}
