package dialplan

import (
	"strings"
	"testing"
)

// Section 1.6 by its own formula: service && (oneShot if there is one, else setting).
func TestWantSecureFormula(t *testing.T) {
	for _, service := range []bool{false, true} {
		for _, setting := range []bool{false, true} {
			for _, oneShot := range []Choice{ChoiceNone, ChoiceYes, ChoiceNo} {
				want := service && (oneShot == ChoiceYes || oneShot == ChoiceNone && setting)
				got, why := secureFlag{service, setting, oneShot}.want()
				if got != want || why == "" {
					t.Errorf("service %v, setting %v, one shot %v: %v (%s)", service, setting, oneShot, got, why)
				}
			}
		}
	}
}

// What a sequence of dial strings leads to. Each string is followed by '+' if its call must be
// secure, '-' if not, and by nothing if it is no call; "idle" is the line going idle.
func TestSecureCodes(t *testing.T) {
	for _, v := range []struct{ name, script string }{
		{"factory", "411-"},
		{"next only", "*18411+ 411-"},
		{"next, typed before", "*18 411+ 411-"},
		{"standing", "*16 411+ 411+ *17 411-"},
		{"one in the clear", "*16 *19411- 411+"},
		{"last of the two wins", "*18*19411- *19*18411+ *18 *19 411-"},
		{"redundant codes", "*16*18411+ 411+ *17*19411- 411-"},
		{"standing code before the number", "*16411+ 411+"},
		{"dropped on idle", "*18 idle 411-"},
		{"standing survives idle", "*16 idle 411+"},
		{"used up by a call that fails", "*18 sip:nobody@nowhere.invalid+ 411-"},
		{"used up by call return", "*18*69 411-"},
		{"used up by redial", "*18 *07 411-"},
		{"a rejected string leaves an earlier code", "*18 555 411+"},
		{"a rejected string takes its own code with it", "*18555 411-"},
		{"a rejected string keeps what stands", "*16555 411+"},
		{"transfer is no call of ours", "*18 *98411 411+"},
		{"other codes do not touch it", "*18 *78 *67 411+"},
		{"before other codes", "*18*81411+"},
		{"an address too", "*18sip:joe@example.net+ *18joe@example.net+ *18joe+ *18+14085551234+"},
	} {
		d := dialer(t, nil)
		for word := range strings.FieldsSeq(v.script) {
			if word == "idle" {
				d.Idle()
				continue
			}
			input := strings.TrimRight(word, "+-")
			got := d.Dial(input)
			call := got.Outcome == OutcomeDial
			if call != (input != word) && !strings.Contains(word, "555") || call && got.Secure != strings.HasSuffix(word, "+") {
				t.Errorf("%s: %s: %s, secure %v: %s", v.name, word, got.Outcome, got.Secure, got.SecureWhy)
			}
		}
	}
}

func TestSecureServiceOff(t *testing.T) {
	d := dialer(t, func(c *Config) { c.SecureService = false })
	got := d.Dial("*18411")
	if got.Outcome != OutcomeDial || got.Number != "411" || got.Secure || !strings.Contains(got.SecureWhy, "no effect") {
		t.Errorf("%+v", got)
	}
	d.Dial("*16")
	if !d.Standing().SecureAll {
		t.Error("the setting is lost while the service is off")
	}
}

// Explaining must not change what the next call does.
func TestExplainHasNoConsequences(t *testing.T) {
	d := dialer(t, nil)
	d.Dial("*18")
	before, line := d.Standing(), d.line
	for _, input := range []string{"*19", "*16", "411", "*17411", "*72411", "*742411", "*78", "*69", "555", "*0172241"} {
		d.Explain(input)
		if d.Standing() != before || d.line != line {
			t.Errorf("%s changed the line", input)
		}
	}
	if got := d.Explain("411"); !got.Secure {
		t.Error("explain does not see *18")
	}
	if got := d.Dial("411"); !got.Secure {
		t.Error("explaining used up *18")
	}
}

// Every string of up to four secure codes before a number, with the service and the
// setting on and off, against the sentence of 1.6: the setting is what *16 or *17
// said last, the next call what *18 or *19 said last, and redundant codes change
// nothing. What comes after the call is the setting alone.
func TestEveryStringOfSecureCodes(t *testing.T) {
	codes := []string{"*16", "*17", "*18", "*19"}
	strings := []string{""}
	for from := 0; len(strings) < 1+4+16+64+256; from++ {
		for _, code := range codes {
			strings = append(strings, strings[from]+code)
		}
	}
	for _, service := range []bool{false, true} {
		for _, setting := range []bool{false, true} {
			for _, dialled := range strings {
				d := dialer(t, func(c *Config) { c.SecureService, c.Standing.SecureAll = service, setting })
				stands, next := setting, ChoiceNone
				for i := 0; i < len(dialled); i += 3 {
					switch dialled[i : i+3] {
					case "*16", "*17":
						stands = dialled[i+2] == '6'
					case "*18", "*19":
						next = map[bool]Choice{true: ChoiceYes, false: ChoiceNo}[dialled[i+2] == '8']
					}
				}
				want := service && (next == ChoiceYes || next == ChoiceNone && stands)
				if got := d.Dial(dialled + "411"); got.Secure != want || got.Override != next || got.Number != "411" {
					t.Fatalf("service %v, setting %v, %q: secure %v (%s), want %v", service, setting, dialled, got.Secure, got.SecureWhy, want)
				}
				if got := d.Dial("411"); got.Secure != (service && stands) || d.Standing().SecureAll != stands {
					t.Fatalf("service %v, setting %v, after %q: secure %v", service, setting, dialled, got.Secure)
				}
			}
		}
	}
}
