package dialplan

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"
)

func addressBook(c *Config) {
	c.Contacts = []Contact{
		{"Joe Smith", "*18 1 408 555 1234"}, {"Ana", "ana@example.net"}, {"Loop", "Ana"}, {"\u00c9lodie", "sips:elodie@example.net"},
	}
}

// What bypasses the plan, and how numbers may be written.
func TestTargets(t *testing.T) {
	for _, v := range []struct {
		input, number, host string
		scheme              Scheme
	}{
		{"1 (408) 555-1234", "14085551234", "", ""},
		{" 1.408.555.1234 ", "14085551234", "", ""},
		{"1/408/555/1234", "14085551234", "", ""},
		{"1\u00a0408\u2011555\u20131234", "14085551234", "", ""}, // as a web page writes it
		{"+1\u202f408\u20105551234", "+14085551234", "", ""},
		{"tel:*97", "*97", "", ""}, // a server's code
		{"sip:joe@example.net", "joe", "example.net", "sip"},
		{"SIPS:joe@example.net:5071", "joe", "example.net:5071", "sips"},
		{"joe@example.net", "joe", "example.net", ""},
		{"1000@192.168.1.5:5070", "1000", "192.168.1.5:5070", ""},
		{"joe@[2001:db8::1]", "joe", "[2001:db8::1]", ""},
		{"joe@[2001:db8::1]:5070", "joe", "[2001:db8::1]:5070", ""},
		{"sip:joe", "joe", "", "sip"},
		{"bob", "bob", "", ""},
		{"joe", "14085551234", "", ""},
		{"sip:14085551234", "14085551234", "", "sip"},
		{"sip:192.168.1.5", "", "192.168.1.5", "sip"},
		{"sip:192.168.1.5:5070", "", "192.168.1.5:5070", "sip"},
		{"tel:+1-408-555-1234", "+14085551234", "", ""},
		{"TEL:555.1234", "5551234", "", ""},
		{"tel:+1(408)555.1234;verstat=x", "+14085551234", "", ""},
		{"+1 (408) 555-1234", "+14085551234", "", ""},
		{"*18sip:joe@example.net", "joe", "example.net", "sip"},
		{"*18 bob", "bob", "", ""},
		{"joe smith", "14085551234", "", ""},
		{"  Joe   Smith", "14085551234", "", ""},
		{"ANA", "ana", "example.net", ""},
		{"*81ana", "ana", "example.net", ""},
		{"\u00e9lodie", "elodie", "example.net", "sips"},
	} {
		d := dialer(t, addressBook)
		got := d.Dial(v.input)
		if got.Outcome != OutcomeDial || got.Number != v.number || got.Host != v.host || got.Scheme != v.scheme {
			t.Errorf("%q: %s %q at %q by %q: %s", v.input, got.Outcome, got.Number, got.Host, got.Scheme, got.Why)
		}
		if got.Secure != (v.number == "14085551234" && !strings.HasPrefix(v.input, "1") && strings.Contains(strings.ToLower(v.input), "joe") || strings.HasPrefix(v.input, "*18")) {
			t.Errorf("%q: secure %v", v.input, got.Secure)
		}
		if again := d.Explain(got.Input); again.Outcome != OutcomeDial && again.Outcome != OutcomeWaitShort {
			t.Errorf("%q explained: %s", v.input, again.Outcome)
		}
	}
}

func TestRefusedTargets(t *testing.T) {
	for _, v := range []struct {
		input string
		err   error
	}{
		{"", ErrNothingDialled}, {"   ", ErrNothingDialled}, {"#", ErrNothingDialled},
		{"555", ErrIncomplete}, {"#1", ErrNotInPlan}, {"5#5", ErrNotInPlan},
		{"sip:joe@example.net;transport=tcp", ErrURIParameters}, {"sip:joe@example.net?Subject=a", ErrURIParameters},
		{"tel:5551234;phone-context=+1", ErrTelContext}, {"tel:+15551234;ext=22", ErrTelExtension},
		{"tel:*1814085551234", ErrTelCode}, {"tel:*72;x=y", ErrTelCode}, {"tel:*%37%32", ErrURI},
		{"tel:+15551234;isub=1", ErrTelParameter}, {"tel:+15551234;m-x=1", ErrTelParameter}, {"tel:+15551234?a=b", ErrURIParameters}, {"joe;x@host", ErrURIParameters},
		{"sip:", ErrURI}, {"sip:@host", ErrURI}, {"joe@", ErrURI}, {"@host", ErrURI}, {"joe@a@b", ErrURI}, {"joe:pwd@host", ErrURI},
		{"joe@host:0", ErrURI}, {"joe@host:65536", ErrURI}, {"joe@host:+50", ErrURI}, {"joe@ho st", ErrURI}, {"joe@-host", ErrURI},
		{"joe@1.2.3.256", ErrURI}, {"joe@[::1", ErrURI}, {"joe@[::1%25eth0]", ErrURI}, {"j%6fe@host", ErrURI}, {"\"joe\"@host", ErrURI},
		{"<sip:joe@host>", ErrURI}, {"jos\u00e9", ErrURI}, {"tel:", ErrURI}, {"tel:abc", ErrURI}, {"+", ErrURI}, {"+1*2", ErrURI},
		{"http://example.net", ErrURI}, {"nobody here", ErrURI},
		{"192.168.1.5", ErrIPDialling}, {"192.168.1.5:5060", ErrIPDialling}, {"192*168*1*5", ErrNotInPlan},
		{"joe\r\nVia: x@host", ErrCharacter}, {"411\n", ErrCharacter}, {"\x00", ErrCharacter}, {"4\t11", ErrCharacter}, {"\x7f", ErrCharacter},
		{"\u0085", ErrCharacter}, {"\xff", ErrCharacter},
		{strings.Repeat("1", maxKeys+1), ErrTooLong}, {strings.Repeat("1", maxNumber+1), ErrTooLong}, {strings.Repeat("1", maxTyped+1), ErrTooLong},
		{strings.Repeat("j", maxNumber+1), ErrURI}, {"Loop", ErrNested},
	} {
		got := dialer(t, addressBook).Dial(v.input)
		if got.Outcome != OutcomeReject || !errors.Is(got.Err, v.err) || got.Why == "" || got.Number != "" || got.Secure {
			t.Errorf("%q: %s %v, want %v", v.input, got.Outcome, got.Err, v.err)
		}
	}
}

// No byte that could end a header or a URI leaves the room, wherever it is put in.
func TestNoInjection(t *testing.T) {
	for c := rune(0); c < 0x180; c++ {
		for _, form := range []string{"4$11", "1408555$1234", "jo$e@host", "joe@ho$st", "sip:j$@h", "tel:$555", "+1$408", "*18$411", "$", "joe@h:5$0", "*72$411"} {
			got := dialer(t, nil).Dial(strings.Replace(form, "$", string(c), 1))
			number, host := got.Number, got.Host
			for _, action := range got.Actions {
				number, host = number+action.Number, host+action.Host
			}
			if bad := strings.IndexFunc(number+host, func(r rune) bool {
				return r > unicode.MaxASCII || strings.ContainsRune("\r\n\t \"'<>;,?%\\/()@$|^`{}\x00\x7f", r) || r < ' '
			}); bad >= 0 {
				t.Errorf("%q in %q: %q at %q", c, form, got.Number, got.Host)
			}
		}
	}
}

// The gate itself, for what no way to it lets through today.
func TestGate(t *testing.T) {
	for _, v := range []struct {
		target target
		err    error
	}{
		{target{}, ErrCharacter},
		{target{number: "a\r\nb"}, ErrCharacter},
		{target{number: "a b"}, ErrCharacter},
		{target{number: "a", host: "b;c"}, ErrURI},
		{target{number: "a", host: ":5060"}, ErrURI},
		{target{number: strings.Repeat("1", maxNumber+1)}, ErrTooLong},
	} {
		r := dialer(t, nil).newRun("")
		if r.dial(v.target, ""); r.intent.Outcome != OutcomeReject || !errors.Is(r.intent.Err, v.err) {
			t.Errorf("%+v: %s %v", v.target, r.intent.Outcome, r.intent.Err)
		}
	}
}

// Section 1.7. The octets, the port rule and the phone number are its words.
func TestIPDialling(t *testing.T) {
	for _, v := range []struct{ input, number, host string }{
		{"192*168*1*5", "", "192.168.1.5"},
		{"192*168*001*005", "", "192.168.1.5"}, {"10*0*00*1", "", "10.0.0.1"},
		{"192*168*1*5*5070", "", "192.168.1.5:5070"},
		{"1000*192*168*1*5", "1000", "192.168.1.5"},
		{"1000*192*168*1*5*5070", "1000", "192.168.1.5:5070"},
		{"5551234*192*168*1*5", "14085551234", "192.168.1.5"},
		{"192.168.1.5", "", "192.168.1.5"},
		{"192.168.1.5:5070", "", "192.168.1.5:5070"},
		{"*18192*168*1*5", "", "192.168.1.5"},
		{"192*168*1*256", "", ""}, {"192*168*1", "", ""}, {"192*168*1*5*255*255", "", ""}, {"900*192*168*1*5", "", ""},
	} {
		d := dialer(t, func(c *Config) { c.IPDialing, c.Plan = true, "(<:1408>[2-9]xxxxxx|900!)" })
		got := d.Dial(v.input)
		if (got.Outcome == OutcomeDial) != (v.host != "") || got.Number != v.number || got.Host != v.host {
			t.Errorf("%s: %s %q at %q (%s)", v.input, got.Outcome, got.Number, got.Host, got.Why)
		}
	}
	d := dialer(t, func(c *Config) { c.IPDialing = true })
	if got := dialKeys(d.Session(), "192*168*1*5"); got.Outcome != OutcomeWaitShort || got.Wait != factoryShortTimer {
		t.Errorf("key by key: %+v", got)
	}
}

func TestGateways(t *testing.T) {
	d := dialer(t, func(c *Config) {
		c.Plan = "(8<:@gw1>xx|7<:@gw2>xx|6<:@gw0>xx|5<:@gw1;uid=b;pwd=q>xx|911<:@gw0>|112<:@gw3>)"
		c.Gateways = map[string]Route{"gw1": {Host: "gw.example.net", Port: 5070, AuthUser: "a", Password: "p"}}
	})
	if got := d.Dial("811"); got.Number != "811" || got.Host != "gw.example.net:5070" || *got.Route != (Route{"gw1", "gw.example.net", 5070, "a", "p", false}) {
		t.Errorf("gw1: %+v", got)
	}
	if got := d.Dial("511"); got.Route.AuthUser != "b" || got.Route.Password != "q" {
		t.Errorf("gw1 with a user: %+v", got)
	}
	if got := d.Dial("711"); !errors.Is(got.Err, ErrNoGateway) || got.Outcome != OutcomeReject {
		t.Errorf("gw2: %+v", got)
	}
	if got := d.Dial("611"); !errors.Is(got.Err, ErrGateway0) || got.Number != "611" || got.Host != "gw0" {
		t.Errorf("gw0: %+v", got)
	}
	for _, number := range []string{"911", "112"} {
		if got := d.Dial(number); got.Outcome != OutcomeDial || got.Number != number || got.Host != "" || !got.Emergency {
			t.Errorf("%s: %+v", number, got)
		}
	}
}

// The JSON of `dial --explain`, field by field as the interface promises it.
func TestIntentJSON(t *testing.T) {
	d := dialer(t, func(c *Config) { c.Plan = "(<8:1650>xxxxxxx|0)" })
	raw, err := json.Marshal(d.Explain("*1885551212"))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"input": `"*1885551212"`, "codes": `["*18"]`, "outcome": `"dial"`, "wait_ms": "0", "number": `"16505551212"`, "host": `""`,
		"secure": "true", "sequence": "1", "sequence_text": `"<8:1650>xxxxxxx"`,
		"substitution": `"<8:1650>: \"85551212\" becomes \"16505551212\""`, "why": `"sequence 1 \"<8:1650>xxxxxxx\" sends 16505551212"`,
	} {
		var buffer strings.Builder
		encoder := json.NewEncoder(&buffer)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(got[name]); err != nil || strings.TrimSpace(buffer.String()) != want {
			t.Errorf("%s: %s, want %s", name, buffer.String(), want)
		}
	}
	raw, _ = json.Marshal(d.Explain("8"))
	for _, want := range []string{`"codes":[]`, `"outcome":"wait_long"`, `"wait_ms":10000`, `"number":""`} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("%s lacks %s", raw, want)
		}
	}
}
