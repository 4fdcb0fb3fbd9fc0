package dialplan

import (
	"strings"
	"testing"
)

// Nanoseconds per digit, each pressed and decided upon, with everything that New appends.
func BenchmarkDigit(b *testing.B) {
	repeats := "(" + strings.Repeat("x.", (maxPlan-2)/2) + ")"
	substitutions := "(" + strings.Repeat("x.<:1>", (maxPlan-2)/6) + ")"
	long := "(" + strings.TrimSuffix(strings.Repeat("1[2-9]xx[2-9]xxxxxx|", (maxPlan-1)/20), "|") + ")"
	for _, v := range []struct{ name, plan, keys string }{
		{"factory", defaultPlan, "14085551234"},
		{"2048_characters", long, "14085551234"},
		{"1023_repeats", repeats, "14085551234"},
		{"341_repeats_with_substitutions", substitutions, "14085551234"},
	} {
		b.Run(v.name, func(b *testing.B) {
			m := dialer(b, func(c *Config) { c.Plan = v.plan }).matcher()
			b.ReportAllocs()
			for b.Loop() {
				m.reset()
				for i := range len(v.keys) {
					m.press(v.keys[i])
					m.decide()
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(v.keys)), "ns/digit")
		})
	}
}

func BenchmarkDial(b *testing.B) {
	d := dialer(b, nil)
	for b.Loop() {
		d.Dial("*18 1 (408) 555-1234")
	}
}

// A pressed key allocates nothing once the matcher has met its plan.
func TestPressAllocatesNothing(t *testing.T) {
	m := dialer(t, nil).matcher()
	run := func() {
		m.reset()
		m.pressAll("14085551234")
		m.decide()
	}
	run()
	if n := testing.AllocsPerRun(100, run); n != 0 {
		t.Errorf("%v allocations a number", n)
	}
}
