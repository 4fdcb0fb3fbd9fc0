package refer

import (
	"strings"
	"testing"
)

// What is read can be written and read again, means the same, and holds nothing
// that could begin another header.
func FuzzParseTarget(f *testing.F) {
	for _, s := range []string{
		"<sip:dave@denver.example.org>", "<tel:+1-408-555>;x", `"a" <sips:1@[::1]:5061;transport=tls>`,
		"<sip:1@h?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2&Require=replaces>", "sip:1@h;method=INVITE",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseTarget(s)
		if err != nil {
			return
		}
		text := got.Value()
		if strings.ContainsAny(text, "\r\n\x00") {
			t.Fatalf("%q became %q", s, text)
		}
		again, err := ParseTarget(text)
		if err != nil || again.URI() != got.URI() || (again.Replaces == nil) != (got.Replaces == nil) || got.Replaces != nil && *again.Replaces != *got.Replaces {
			t.Fatalf("%q became %q and then %+v %v", s, text, again, err)
		}
	})
}

func FuzzParseReplaces(f *testing.F) {
	f.Add("98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff;early-only")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseReplaces(s)
		if err != nil {
			return
		}
		if again, err := ParseReplaces(got.Value()); err != nil || again != got || strings.ContainsAny(got.Value(), "\r\n ") {
			t.Fatalf("%q became %q: %+v %v", s, got.Value(), again, err)
		}
	})
}

func FuzzNotify(f *testing.F) {
	f.Add("SIP/2.0 180 Ringing\r\n", "active;expires=60", "refer;id=1")
	f.Fuzz(func(t *testing.T, body, state, event string) {
		if status, _, err := ParseFragment([]byte(body)); err == nil && (status < 100 || status > 699) {
			t.Fatalf("%q: %d", body, status)
		}
		s := ParseSubscription(state)
		if again := ParseSubscription(s.Value()); again.State != s.State || strings.ContainsAny(s.Value(), "\r\n ") {
			t.Fatalf("%q became %q", state, s.Value())
		}
		ParseEvent(event)
	})
}
