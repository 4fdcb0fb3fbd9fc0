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
	return fmt.Sprintf("dial plan: sequence %d: %s", w.Sequence, w.Text)
}

// WarningKind is what a warning is about.
type WarningKind string

const (
	WarnSwallowsCode WarningKind = "swallows_code" // takes a secure code and digits after it (1.5)
	WarnGateway0     WarningKind = "gateway_0"     // routes to the adapter's telephone socket (1.1)
	WarnNoGateway    WarningKind = "no_gateway"    // routes to a gateway that is not configured
	WarnSendsNothing WarningKind = "sends_nothing" // can never be dialled
)

func (c *Config) warnings(p *plan) []Warning {
	var all []Warning
	for _, seq := range p.sequences {
		add := func(kind WarningKind, format string, args ...any) {
			all = append(all, Warning{kind, seq.number, fmt.Sprintf(format, args...)})
		}
		if codes := c.swallowed(seq); len(codes) > 0 {
			add(WarnSwallowsCode, "%q takes digits after %s: typed key by key, the code waits for the short timer", seq.text, strings.Join(codes, ", "))
		}
		if seq.route != nil && seq.route.Gateway == "gw0" {
			add(WarnGateway0, "%v", ErrGateway0)
		} else if _, err := c.routed(seq.route); err != nil {
			add(WarnNoGateway, "%s: %v", seq.route.Gateway, err)
		}
		if !seq.barred && !seq.sends() {
			add(WarnSendsNothing, "%q sends nothing and is never dialled", seq.text)
		}
	}
	return all
}

// swallowed are the secure codes that leave seq wanting a digit.
func (c *Config) swallowed(seq sequence) []string {
	var codes []string
	for s := SecureAll; s <= ClearNext; s++ {
		if c.Codes[s] == "" {
			continue
		}
		m := newMatcher(newProgram([]sequence{seq}), 0, 0)
		m.pressAll(c.Codes[s])
		if m.wants(digitKeys) {
			codes = append(codes, c.Codes[s])
		}
	}
	return codes
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
