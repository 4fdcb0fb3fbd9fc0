package dialplan

import (
	"fmt"
	"strings"
	"testing"
)

// Sessions as a script: each word is an event and, after '=', the step that must follow:
// outcome, wait in seconds, tone, and what is sent. Events: a key, T for a timeout, D for Dial.
// Expected values follow rules (a) to (d) of 1.3, the tones 1.1 and 1.5.
func TestSessions(t *testing.T) {
	for _, v := range []struct {
		name, plan, script string
	}{
		{"factory number at once by S0", defaultPlan,
			"=wait_long,10,dial 1=wait_long,10 4 0 8 5 5 5 1 2 3 4=dial:14085551234"},
		{"seven digits after the short timer", defaultPlan,
			"5 5 5 1 2 3 4=wait_short,3 T=dial:5551234"},
		{"dial key sends at once", defaultPlan, "5 5 5 1 2 3 4=wait_short,3 D=dial:5551234"},
		{"hash is the dial key", defaultPlan, "5 5 5 1 2 3 4 #=dial:5551234"},
		{"hash is a key where a candidate wants it", "(1#2|1)", "1=wait_short,3 #=wait_long,10 2=dial:1#2"},
		{"hash off-hook", defaultPlan, "#=reject,0,reorder"},
		{"incomplete number times out", defaultPlan, "5 5=wait_long,10 T=reject,0,reorder"},
		{"no candidate", "(2x)", "7=reject,0,reorder"},
		{"barred", "(1900!|1xxxxxxx)", "1 9 0 0=wait_short,3 T=reject,0,reorder"},
		{"barred prefix outgrown", "(1900!|1xxxx)", "1 9 0 0=wait_short,3 5=dial:19005"},
		{"comma, digit not sent", "(<9,:>1xx)", "=wait_long,10,dial 9=wait_long,10,outside 1=wait_long,10 2 3=dial:123"},
		{"comma, digit sent", "(9,1xx|9x)", "9=wait_long,10,outside 1=wait_short,3 2=wait_long,10 3=dial:9123"},
		{"comma before any key", "(,xx)", "=wait_long,10,outside 1=wait_long,10"},
		{"hot line", "(P0<:1000>)", "=dial:1000"},
		{"hot line, oldest form", "( S0 <:12125551234> )", "=dial:12125551234"},
		{"warm line left alone", "(P5<:1000>|xxxx)", "=wait_long,5,dial T=dial:1000"},
		{"warm line dialled", "(P5<:1000>|xxxx)", "=wait_long,5,dial 2=wait_long,10 T=reject,0,reorder"},
		{"warm line complete", "(P5<:1000>|xxxx)", "2 2 2 2=dial:2222"},
		{"pause longer than the long timer", "(P20<:1000>|xxxx)", "=wait_long,10,dial T=reject,0,reorder"},
		{"two pauses in a row", "(P3 P4 <:1000>|xxxx)", "=wait_long,3,dial T=wait_long,4,none T=dial:1000"},
		{"pause between keys", "(1P3 <:9>2|1xxx)", "1=wait_long,3 T=wait_long,7 2=wait_short,3 T=dial:192"},
		{"key during a pause", "(1P3 <:9>2|1xxx)", "1=wait_long,3 2=wait_long,10"},
		{"pause after a complete number", "(1|1P1 <:2>3)", "1=wait_short,1 T=wait_short,2 T=dial:1"},
		{"dial key before a pause ends", "(1P2 <:9>|1)", "1=wait_short,2 D=dial:1"},
		{"dial key instead of a pause", "(1P2 <:9>)", "1=wait_long,2 D=dial:19"},
		{"local short timer", "(12S7 |xxx)", "1 2=wait_short,7"},
		{"local short timer of a later candidate", "(xx.|12S7 )", "1 2=wait_short,7"},
		{"first local short timer wins", "(12S7 |xxS1 |xxx)", "1 2=wait_short,7"},
		{"local long timer from its point on", "(1L20 xx)", "=wait_long,10,dial 1=wait_long,20 2=wait_long,20"},
		{"timers of the whole plan", "L:8,S:4,(x.)", "=wait_long,8,dial 1=wait_short,4"},
		{"local over whole", "L:8,S:4,(xS2 x.)", "1=wait_short,2"},

		{"code, then number", defaultPlan, "* 1 8=code,10,confirm 5 5 5 1 2 3 4=wait_short,3 T=dial:5551234/secure"},
		{"two codes, then number", defaultPlan, "* 8 1=code,10,confirm * 1 8=code,10,confirm 4 1 1=wait_short,3 T=dial:411/secure"},
		{"clear after secure", defaultPlan, "* 1 8=code,10,confirm * 1 9=code,10,confirm 4 1 1 D=dial:411"},
		{"code alone, left alone", defaultPlan, "* 1 6=code,10,confirm T=code"},
		{"code that is also a server's", defaultPlan, "* 6 0=dial:*60"},
		{"code that a longer one begins like", defaultPlan, "* 0 1=wait_short,3 T=dial:*01"},
		{"codec prefix", defaultPlan, "* 0 1 7 1 1 0=code,10,confirm 4 1 1 D=dial:411"},
		{"ambiguous code", "([x*#].)", "* 1 8=wait_short,3 T=code,10,confirm"},
		{"ambiguous code swallowed", "([x*#].)", "* 1 8 5 5=wait_short,3 T=dial:*1855"},
		{"code that calls", defaultPlan, "* 6 9=code"},
		{"forwarding", defaultPlan, "* 7 2=code,10,prompt 5 5 5 1 2 3 4 T=code"},
		{"forwarding to nothing", defaultPlan, "* 7 2=code,10,prompt T=reject,0,reorder"},
		{"speed dial key assigned", defaultPlan, "* 7 4=code,10,prompt 2=wait_long,10,prompt 4 1 1 D=code"},
		{"no speed dial key", defaultPlan, "* 7 4=code,10,prompt 1=reject,0,reorder"},
		{"no speed dial key in time", defaultPlan, "* 7 4=code,10,prompt T=reject,0,reorder"},
		{"speed dial key refused by the dial key", defaultPlan, "* 7 4 D=reject,0,reorder"},
		{"more keys than a number has", "(x.)", strings.Repeat("1 ", maxKeys) + "1=reject,0,reorder"},
		{"a second number wanted", defaultPlan, "* 7 2=code,10,prompt * 9 8=reject,0,reorder"},

		{"emergency in the plan", defaultPlan, "9 1 1=wait_short,3 T=dial:911/emergency"},
		{"emergency not in the plan", defaultPlan, "1 1=wait_long,10 2=wait_short,3 T=dial:112/emergency"},
		{"emergency in a plan without it", "(2xxx)", "9=reject,10,reorder 9=reject,10,reorder 9=dial:999/emergency"},
		{"none after all", "(2xxx)", "9=reject,10,reorder T=reject,0,reorder"},
		{"no longer one", "(2xxx)", "9=reject,10,reorder 5=reject,0,reorder"},
		{"a plan that dials the first keys is obeyed", "(xx|2xxx)", "1 1=dial:11"},
		{"emergency behind an outside line", "(<9,:>1xxx)", "9=wait_long,10,outside 9=reject,10,reorder 1 1=dial:911/emergency"},
		{"emergency behind an outside line that is sent", "(9,1xxx)", "9 1 1=wait_short,3 2=wait_short,3 T=dial:9112/emergency"},
		{"emergency behind an outside line, held by no plan", "L:64,S:64,(<9,:>xxxx.)", "9 9 1=wait_long,64 1=wait_short,3 T=dial:911/emergency"},
		{"emergency for a speed dial key", defaultPlan, "* 7 4=code,10,prompt 9 1 1 D=dial:911/emergency"},
		{"emergency held by no plan", "L:64,S:64,(9xxxxS60 |9xxS60 )", "9 1 1=wait_short,3"},
		{"a number that only begins like one", "(xxxxxxx)", "9 1 1=wait_short,3 2=wait_long,10"},
		{"keys after the end change nothing", defaultPlan, "4 1 1 D=dial:411 5=dial:411 T=dial:411 D=dial:411"},
		{"what is no key is ignored", defaultPlan, "a=wait_long,10,dial 4 1 1 D=dial:411"},
	} {
		d := dialer(t, func(c *Config) { c.Plan = v.plan })
		s := d.Session()
		for i, word := range strings.Fields(v.script) {
			event, want, expected := strings.Cut(word, "=")
			feed(s, event)
			if got := stepWord(s.Step()); expected && got != fullWord(want) {
				t.Errorf("%s, event %d %q: %s, want %s (%s)", v.name, i+1, event, got, want, s.Step().Intent.Why)
			}
		}
	}
}

func feed(s *Session, event string) {
	switch event {
	case "":
	case "T":
		s.Timeout()
	case "D":
		s.Send()
	default:
		s.Press(event[0])
	}
}

// stepWord is a step in the form of the scripts; every wait is named, also 0.
func stepWord(s Step) string {
	tone := s.Tone
	if tone == ToneNone {
		tone = "none"
	}
	word := fmt.Sprintf("%s,%v,%s", s.Outcome, s.Wait.Seconds(), tone)
	if s.Outcome != OutcomeDial {
		return word
	}
	word = "dial:" + s.Intent.Number
	if s.Intent.Secure {
		word += "/secure"
	}
	if s.Intent.Emergency {
		word += "/emergency"
	}
	return word
}

// fullWord fills in what a script may leave out: no tone, no wait.
func fullWord(want string) string {
	switch {
	case strings.HasPrefix(want, "dial:"):
		return want
	case strings.Count(want, ",") == 0:
		return want + ",0,none"
	case strings.Count(want, ",") == 1:
		return want + ",none"
	}
	return want
}

// The older firmware's choice, in a session and as a whole string: untransformed (1.3).
func TestIncompleteSend(t *testing.T) {
	d := dialer(t, func(c *Config) {
		c.Plan, c.Incomplete = "(<8:1650>xxxxxxx)", IncompleteSend
	})
	s := d.Session()
	for _, event := range []string{"8", "5", "5", "T"} {
		feed(s, event)
	}
	if got := stepWord(s.Step()); got != "dial:855" {
		t.Errorf("session: %s", got)
	}
	for input, want := range map[string]string{"855": "855", "85551212": "16505551212", "7": "", "": ""} {
		if got := d.Dial(input); got.Number != want || (want == "") != (got.Outcome == OutcomeReject) {
			t.Errorf("%q: %s %q", input, got.Outcome, got.Number)
		}
	}
}

// What a session asked for the next call outlives it only until the line is idle, and a session
// that ends in a call leaves nothing behind (1.6).
func TestSessionNextCall(t *testing.T) {
	d := dialer(t, nil)
	dialKeys(d.Session(), "*18")
	if want, _ := d.line.secure.want(); !want {
		t.Error("*18 is not in force at once")
	}
	d.Idle()
	if got := d.Dial("411"); got.Secure {
		t.Error("*18 outlives going idle")
	}
	if got := dialKeys(d.Session(), "*18411#"); !got.Intent.Secure || !got.Done {
		t.Errorf("*18411#: %+v", got)
	}
	if got := d.Dial("411"); got.Secure {
		t.Error("*18 outlives its call")
	}
	dialKeys(d.Session(), "*16*18#")
	if got := d.Standing(); !got.SecureAll {
		t.Error("*16 is forgotten")
	}
}

func dialKeys(s *Session, keys string) Step {
	for _, key := range []byte(keys) {
		s.Press(key)
	}
	return s.Step()
}

// A key that is taken back was never pressed; a code that was run stays run.
func TestBack(t *testing.T) {
	d := dialer(t, nil)
	s := d.Session()
	dialKeys(s, "*185551239")
	for _, want := range []string{"555123", "55512"} {
		if s.Back(); string(s.matcher.keys) != want {
			t.Errorf("%q is left, want %q", s.matcher.keys, want)
		}
	}
	dialKeys(s, "34")
	if got := stepWord(s.Step()); got != "wait_short,3,none" {
		t.Errorf("typed again: %s", got)
	}
	if got := s.Send().Intent; got.Number != "5551234" || !got.Secure || got.Input != "*185551234" {
		t.Errorf("%+v", got)
	}
	s = d.Session()
	dialKeys(s, "*18")
	if s.Back(); len(s.Step().Intent.Codes) != 1 {
		t.Error("a code was taken back")
	}
}

func TestPreviewChangesNothing(t *testing.T) {
	d := dialer(t, nil)
	s := d.Session()
	for _, v := range []struct {
		key     byte
		outcome Outcome
		number  string
		secure  bool
	}{
		{'*', OutcomeReject, "", false}, {'1', OutcomeReject, "", false}, {'8', OutcomeCode, "", true},
		{'4', OutcomeReject, "", true}, {'1', OutcomeReject, "", true}, {'1', OutcomeDial, "411", true},
	} {
		s.Press(v.key)
		for range 2 {
			got := s.Preview()
			if got.Outcome != v.outcome || got.Number != v.number || got.Outcome == OutcomeDial && got.Secure != v.secure {
				t.Errorf("after %c: %s %q secure %v", v.key, got.Outcome, got.Number, got.Secure)
			}
		}
	}
	if got := s.Send(); got.Intent.Number != "411" || !got.Intent.Secure {
		t.Errorf("%+v", got.Intent)
	}
}

// What was dialled on another terminal counts, and what was asked for the next call stays.
func TestSetStanding(t *testing.T) {
	d := dialer(t, nil)
	d.Dial("*19")
	d.SetStanding(Standing{SecureAll: true, SpeedDial: [10]string{2: "411"}})
	if got := d.Dial("2"); got.Number != "411" || got.Secure {
		t.Errorf("%+v", got)
	}
	if got := d.Dial("411"); !got.Secure {
		t.Error("the setting of before")
	}
}
