package dialplan

import (
	"strings"
	"testing"
	"time"
)

// The tables of sections 1.4 and 1.5, row by row: keys, state after the last one, what is sent if it
// is sent now. "now" is rule (b), "S" the short timer, "L" the long one, "S0" the short timer at 0 s.
// Each runs against the plan alone; what codes add is tested with the Dialer below.

type vector struct{ plan, keys, state, sent string }

var planVectors = []vector{
	{defaultPlan, "0", "S", "0"},
	{defaultPlan, "00", "S", "00"},
	{defaultPlan, "411", "S", "411"},
	{defaultPlan, "41", "L", ""},
	{defaultPlan, "5551234", "S", "5551234"},
	{defaultPlan, "555123", "L", ""},
	{defaultPlan, "*1", "L", ""},
	{defaultPlan, "14085551234", "S0", "14085551234"},
	{defaultPlan, "1408", "L", ""},
	{defaultPlan, "1900", "L", ""},
	{defaultPlan, "2125551234", "L", ""},
	{defaultPlan, "011442071234567", "S", "011442071234567"},
	{defaultPlan, "#", "reject", ""},
	{defaultPlan, "*18", "now", "*18"},
	{defaultPlan, "*69", "now", "*69"},

	{"(<8:1650>xxxxxxx)", "85551212", "now", "16505551212"},
	{"(<9,:>1xxxxxxxxxx)", "914085551234", "now", "14085551234"},
	{"(1900xxxxxxx!|1xxxxxxxxxx)", "19005551212", "now", "barred"},
	{"(1900xxxxxxx!|1xxxxxxxxxx)", "14085551212", "now", "14085551212"},
	{"(01.)", "0", "S", "0"},
	{"(01.)", "011", "S", "011"},
	{"(<:1408>[2-9]xxxxxx)", "5551212", "now", "14085551212"},
	{"([39]11<:@gw0>)", "911", "now", "911@gw0"},
	{"(*69|<*0,:>xx.<:@gw0>|xx.)", "*012", "S", "12@gw0"},
	{"(P5<:1000>|xxxx)", "", "L", "1000"},

	// Statements of 1.1 to 1.3 that the tables leave out.
	{"( 1 947 xxxxxxx ! | 1 xxx xxxxxxx )", "19475551212", "now", "barred"},
	{"( 1 xxx xxxxxxx | 1 947 xxxxxxx ! )", "19475551212", "now", "barred"},
	{"(9, 1xxxxxxxxxx)", "914085551234", "now", "914085551234"},
	{"( S0 <:12125551234> )", "", "now", "12125551234"},
	{"( P0 <:1000> )", "", "now", "1000"},
	{"(xxx|[2-4]xx)", "222", "now", "222"},
	{"(<:1>xxx|<:2>xxx)", "222", "now", "1222"},
	{"([x*#].)", "*18", "S", "*18"},
	{"([235-8*]X)", "*4", "now", "*4"},
	{"(1xx|1xxx)", "1234", "now", "1234"},
	{"(1xx)", "1234", "reject", ""},
	{"(x.)", "", "L", ""},
	{"(<9,:>x.)", "9", "L", ""},
	{"(<:joe@sip.example.net:5082;uid=a;pwd=b;nat>9)", "9", "now", "joe9@sip.example.net:5082"},
}

func TestPlanVectors(t *testing.T) {
	for _, v := range planVectors {
		m := planMatcher(t, v.plan)
		state := stateAfter(m, v.keys)
		m.send()
		if state != v.state {
			t.Errorf("%s %q: state %s, want %s", v.plan, v.keys, state, v.state)
		}
		if got := sentWord(m); got != v.sent {
			t.Errorf("%s %q: sends %q, want %q", v.plan, v.keys, got, v.sent)
		}
	}
}

// The same numbers as a whole string through a factory line: every row of the plan that can be sent
// is dialled as it says, every other is rejected, and no code is mistaken for a number.
func TestDefaultPlanThroughDialer(t *testing.T) {
	for _, v := range planVectors {
		if v.plan != defaultPlan || strings.HasPrefix(v.keys, "*") {
			continue
		}
		got := dialer(t, nil).Dial(v.keys)
		want := OutcomeDial
		if v.sent == "" {
			want = OutcomeReject
		}
		if got.Outcome != want || got.Number != v.sent {
			t.Errorf("%q: %s %q (%s), want %s %q", v.keys, got.Outcome, got.Number, got.Why, want, v.sent)
		}
	}
}

// Section 1.5 and facts 1 to 3.
func TestCodesWithPlan(t *testing.T) {
	for _, v := range []struct {
		plan, input string
		codes       string
		outcome     Outcome
		wait        time.Duration
		number      string
	}{
		{defaultPlan, "*18", "*18", OutcomeCode, 0, ""},
		{defaultPlan, "*69", "*69", OutcomeCode, 0, ""},
		{defaultPlan, "*1", "", OutcomeWaitLong, 10 * time.Second, ""},
		{defaultPlan, "*01", "", OutcomeWaitShort, 3 * time.Second, "*01"},
		{defaultPlan, "*017110", "*017110", OutcomeCode, 0, ""},
		{defaultPlan, "*72", "*72", OutcomeWaitLong, 10 * time.Second, ""},
		{defaultPlan, "*742", "*74", OutcomeWaitLong, 10 * time.Second, ""},
		{defaultPlan, "*74", "*74", OutcomeWaitLong, 10 * time.Second, ""},
		{defaultPlan, "*73", "*73", OutcomeCode, 0, ""},
		{defaultPlan, "*60", "", OutcomeDial, 0, "*60"},
		{defaultPlan, "*1814085551234", "*18", OutcomeWaitShort, 0, "14085551234"},
		{defaultPlan, "*81*1814085551234", "*81 *18", OutcomeWaitShort, 0, "14085551234"},
		{defaultPlan, "*185551234", "*18", OutcomeWaitShort, 3 * time.Second, "5551234"},
		{"(<:1408>[2-9]xxxxxx)", "*185551234", "*18", OutcomeDial, 0, "14085551234"},
		{"([x*#].)", "*18", "*18", OutcomeWaitShort, 3 * time.Second, ""},
		// Neither codes nor emergency numbers change what the rules say of other keys.
		{"(xx)", "11", "", OutcomeDial, 0, "11"},
		{"(9|2x)", "9", "", OutcomeDial, 0, "9"},
		{"(2xx)", "9", "", OutcomeReject, 0, ""},
		{"(2xx)", "91", "", OutcomeReject, 0, ""},
		{"(<9,:>1xxx)", "99", "", OutcomeReject, 0, ""},
		{"(*18xxxx)", "*181234", "*18", OutcomeReject, 0, ""},
	} {
		got := dialer(t, func(c *Config) { c.Plan = v.plan }).Explain(v.input)
		if got.Outcome != v.outcome || got.Wait != v.wait || got.Number != v.number || codeList(got) != v.codes {
			t.Errorf("%s %q: %s %v %q codes %q (%s), want %s %v %q codes %q", v.plan, v.input,
				got.Outcome, got.Wait, got.Number, codeList(got), got.Why, v.outcome, v.wait, v.number, v.codes)
		}
	}
}

func planMatcher(t *testing.T, text string) *matcher {
	t.Helper()
	p, err := parsePlan(text)
	if err != nil {
		t.Fatal(err)
	}
	return newMatcher(newProgram(p.sequences), p.short.or(factoryShortTimer), p.long.or(factoryLongTimer))
}

// stateAfter feeds keys and names the state by the rule that it came from.
func stateAfter(m *matcher, keys string) string {
	sent := m.feed(keys)
	v := m.decide()
	_, err := m.resolve()
	switch {
	case v.outcome == OutcomeReject || sent && err != nil:
		return "reject"
	case v.outcome == OutcomeDial:
		return "now"
	case v.outcome == OutcomeWaitLong:
		return "L"
	case v.wait == 0:
		return "S0"
	}
	return "S"
}

func sentWord(m *matcher) string {
	best, err := m.resolve()
	switch {
	case err == ErrBarred:
		return "barred"
	case err != nil:
		return ""
	case best.route != nil && best.route.Gateway != "":
		return m.sent(best.thread) + "@" + best.route.Gateway
	case best.route != nil:
		return m.sent(best.thread) + "@" + best.route.hostPort()
	}
	return m.sent(best.thread)
}

// dialer is a factory line with changes.
func dialer(t testing.TB, change func(*Config)) *Dialer {
	t.Helper()
	config := FactoryConfig()
	if change != nil {
		change(&config)
	}
	d, _, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func codeList(i Intent) string {
	var all []string
	for _, code := range i.Codes {
		all = append(all, string(code))
	}
	return strings.Join(all, " ")
}
