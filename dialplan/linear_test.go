package dialplan

import (
	"strings"
	"testing"
)

// No plan makes a key cost more than one look at each of its operations, however
// many keys came before: that is what "linear" means here, counted and not timed.
func TestKeysCostNoMoreThanThePlanIsLong(t *testing.T) {
	for _, plan := range []string{
		defaultPlan,
		"(" + strings.Repeat("x.", (maxPlan-2)/2) + ")",
		"(" + strings.Repeat("x.<:1>", (maxPlan-2)/6) + ")",
		"(" + strings.Repeat("[x*#].|", (maxPlan-2)/7) + "x)",
		"(" + strings.TrimSuffix(strings.Repeat("1.1.1.1.1.2|", (maxPlan-2)/12), "|") + ")",
	} {
		m := planMatcher(t, plan)
		segments := 0
		for range maxKeys {
			m.press('1')
			if live := len(m.threads) + len(m.waiters) + len(m.accepts); live > len(m.prog.ops) {
				t.Fatalf("%.20s...: %d states of %d operations", plan, live, len(m.prog.ops))
			}
			if grown := len(m.segments) - segments; grown > 2*len(m.prog.ops) {
				t.Fatalf("%.20s...: a key adds %d segments for %d operations", plan, grown, len(m.prog.ops))
			}
			segments = len(m.segments)
		}
	}
}
