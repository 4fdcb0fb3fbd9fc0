package dialplan

import (
	"fmt"
	"strings"
)

// Warning is something that works otherwise than it looks. It stops nothing.
type Warning struct {
	Kind     WarningKind
	Sequence int // place in the plan from 1
	Text     string
}

func (w Warning) String() string {
	if w.Sequence == 0 {
		return "star codes: " + w.Text
	}
	return fmt.Sprintf("dial plan: sequence %d: %s", w.Sequence, w.Text)
}

// WarningKind is what a warning is about.
type WarningKind string

const (
	WarnSwallowsCode WarningKind = "swallows_code" // takes a star code and digits after it (1.5)
	WarnCodePrefix   WarningKind = "code_prefix"   // a star code begins like another one
	WarnShadowsPlan  WarningKind = "shadows_plan"  // a star code takes the beginning of numbers
	WarnGateway0     WarningKind = "gateway_0"     // routes to the adapter's telephone socket (1.1)
	WarnNoGateway    WarningKind = "no_gateway"    // routes to a gateway that is not configured
	WarnSendsNothing WarningKind = "sends_nothing" // can never be dialled
	WarnEmergency    WarningKind = "emergency"     // stands before a call for help
)

func (c *Config) warnings(p *plan) []Warning {
	all := c.codeWarnings(p)
	for _, seq := range p.sequences {
		add := func(kind WarningKind, format string, args ...any) {
			all = append(all, Warning{kind, seq.number, fmt.Sprintf(format, args...)})
		}
		if codes := c.swallowed(seq); len(codes) > 0 {
			add(WarnSwallowsCode, "%q takes digits after %s: typed key by key, the code waits for the short timer; empty a code to leave it to the plan", seq.text, few(codes))
		}
		if seq.route != nil && seq.route.Gateway == "gw0" {
			add(WarnGateway0, "%v", ErrGateway0)
		} else if _, err := c.routed(seq.route); err != nil {
			add(WarnNoGateway, "%s: %v; add it to dialplan.gateways", seq.route.Gateway, err)
		}
		if !seq.barred && !seq.sends() {
			add(WarnSendsNothing, "%q sends nothing and is never dialled", seq.text)
		}
	}
	return append(all, emergencyWarnings(p)...)
}

// swallowed are the codes that leave seq wanting a digit.
func (c *Config) swallowed(seq sequence) []string {
	var codes []string
	m := newMatcher(newProgram([]sequence{seq}), 0, 0)
	for _, s := range allServices() {
		if c.Codes[s] == "" || !strings.HasPrefix(c.Codes[s], "*") && !strings.HasPrefix(c.Codes[s], "#") {
			continue // a code of digits is said to shadow the plan
		}
		m.reset()
		m.pressAll(c.Codes[s])
		if m.wants(digitKeys) {
			codes = append(codes, c.codeWords(s))
		}
	}
	return codes
}

// codeWords is a code with its key.
func (c *Config) codeWords(s Service) string { return c.Codes[s] + " (" + s.String() + ")" }

// few keeps a list short.
func few(words []string) string {
	const most = 4
	if len(words) <= most {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %d more codes", strings.Join(words[:most], ", "), len(words)-most)
}

// codeWarnings tells of codes that stand in the way of each other or of numbers.
func (c *Config) codeWarnings(p *plan) []Warning {
	var all []Warning
	m := newMatcher(newProgram(p.sequences), 0, 0)
	for _, short := range allServices() {
		code := c.Codes[short]
		if code == "" {
			continue
		}
		for _, long := range allServices() {
			if len(c.Codes[long]) > len(code) && strings.HasPrefix(c.Codes[long], code) {
				all = append(all, Warning{Kind: WarnCodePrefix, Text: fmt.Sprintf(
					"%s begins like %s: typed key by key, the shorter one waits for the short timer; in a whole string the longer one is meant",
					c.codeWords(short), c.codeWords(long))})
			}
		}
		m.reset()
		m.pressAll(code)
		if _, complete := m.best(); isDigit(code[0]) && (complete || m.wants(digitKeys)) {
			all = append(all, Warning{Kind: WarnShadowsPlan, Text: fmt.Sprintf(
				"%s takes the beginning of numbers that the plan lets through; begin it with * or #", c.codeWords(short))})
		}
	}
	return all
}

func (s *sequence) sends() bool {
	for _, o := range s.ops {
		if o.kind == opSend || o.kind == opKey && !o.swallow {
			return true
		}
	}
	return false
}

// routed completes a route from the gateways' configuration; nil stays nil.
func (c *Config) routed(route *Route) (*Route, error) {
	if route == nil || route.Gateway == "" {
		return route, nil
	}
	if route.Gateway == "gw0" {
		return route, ErrGateway0
	}
	preset, ok := c.Gateways[route.Gateway]
	if !ok {
		return route, ErrNoGateway
	}
	complete := route.over(preset)
	return &complete, nil
}
