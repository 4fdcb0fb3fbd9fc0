package dialplan

import (
	"errors"
	"strings"
	"testing"
)

// Any text is either a plan that can be matched or a fault with a place in it.
func FuzzPlan(f *testing.F) {
	for _, v := range planVectors {
		f.Add(v.plan, v.keys)
	}
	f.Add("(0|00|1xxxxxx[2-|x)", "1")
	f.Fuzz(func(t *testing.T, text, keys string) {
		p, err := parsePlan(text)
		if err != nil {
			var fault *PlanError
			if !errors.As(err, &fault) || fault.Column < 1 || fault.Column > len(text)+1 || fault.Reason == nil {
				t.Fatalf("%q: %#v", text, err)
			}
			return
		}
		m := newMatcher(newProgram(p.sequences), factoryShortTimer, factoryLongTimer)
		for i := 0; i < len(keys) && i < maxKeys; i++ {
			if m.press(keys[i]); keyBit(keys[i]) == 0 && m.decide().outcome != OutcomeReject {
				t.Fatalf("%q takes %q", text, keys[i])
			}
		}
		m.send()
		if best, err := m.resolve(); err == nil && len(m.sent(best.thread)) != m.length(best.thread) {
			t.Fatalf("%q %q: sends %q, counted %d", text, keys, m.sent(best.thread), m.length(best.thread))
		}
	})
}

// Whatever is typed: an outcome of its own kind, a reason for every reject, and nothing in number or
// host that SIP would read as anything else.
func FuzzDial(f *testing.F) {
	for _, input := range []string{"*18 1 (408) 555-1234", "sip:joe@example.net:5070", "*7425", "joe@[::1]", "tel:+1-2", "*18*98 Joe", "192*168*1*5", "*88911", "joe\r\n@h"} {
		f.Add(defaultPlan, input)
	}
	f.Add("(P5<:1000>|<9,:>x.<:@h;pwd=p>|x.!)", "*1895")
	f.Fuzz(func(t *testing.T, plan, input string) {
		config := FactoryConfig()
		config.Plan, config.IPDialing = plan, true
		config.SpeedDial = map[string]string{"5": "Joe"}
		config.Contacts = []Contact{{"Joe", "*18411"}, {"Joe Two", "Joe"}}
		d, _, err := New(config)
		if err != nil {
			return
		}
		d.Explain(input)
		got := d.Dial(input)
		switch got.Outcome {
		case OutcomeDial:
			if got.Number == "" && got.Host == "" {
				t.Fatalf("dials nothing: %+v", got)
			}
		case OutcomeReject:
			if got.Err == nil {
				t.Fatalf("no reason: %+v", got)
			}
		case OutcomeCode:
			if len(got.Codes) == 0 {
				t.Fatalf("no code: %+v", got)
			}
		default:
			t.Fatalf("%q: %s", input, got.Outcome)
		}
		if got.Outcome != OutcomeReject && (got.Err != nil || strings.ContainsAny(got.Number+got.Host, "\r\n\t \"'<>;,?%\\@") || len(got.Number) > maxNumber) {
			t.Fatalf("%q: %+v", input, got)
		}
		s := d.Session()
		for i := 0; i < len(input) && i < 100; i++ {
			s.Press(input[i])
		}
		for range 100 {
			if s.Timeout().Done {
				return
			}
		}
		t.Fatalf("%q: a session never ends: %+v", input, s.Step())
	})
}
