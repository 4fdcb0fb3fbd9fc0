package refer

import (
	"errors"
	"strings"
	"testing"
)

// The oracles are RFC 3515 2.1 (Refer-To), RFC 3261 19.1 (URIs) and the examples
// of RFC 3891 and 5589.
func TestParseTarget(t *testing.T) {
	for _, tt := range []struct {
		value, uri, replaces string
		err                  error
	}{
		{"<sip:dave@denver.example.org>", "sip:dave@denver.example.org", "", nil},
		{"sip:dave@denver.example.org", "sip:dave@denver.example.org", "", nil},
		{"sip:dave@denver.example.org;x=y", "sip:dave@denver.example.org", "", nil},
		{`"Dave <x> \" y" <sip:dave@denver.example.org:5080;user=phone>;early=1`, "sip:dave@denver.example.org:5080", "", nil},
		{"<SIPS:dave@[2001:db8::1]:5061>", "sips:dave@[2001:db8::1]:5061", "", nil},
		{"<sip:1@[2001:db8::1]>", "sip:1@[2001:db8::1]", "", nil},
		{"<sip:1408%235551234@x>", "sip:1408%235551234@x", "", nil},
		{"<tel:+1-408.555(1234);phone-context=x>", "tel:+14085551234", "", nil},
		{"<sip:1@h;method=INVITE;transport=TCP>", "sip:1@h;transport=tcp", "", nil},
		{"<sip:dave@h?Replaces=12345%40192.168.118.3%3Bto-tag%3D12345%3Bfrom-tag%3D5FFE-3994>", "sip:dave@h", "12345@192.168.118.3;to-tag=12345;from-tag=5FFE-3994", nil},
		{"<sip:1@h?Require=replaces&Replaces=c%3Bfrom-tag%3Da%3Bto-tag%3Db%3Bearly-only>", "sip:1@h", "c;to-tag=b;from-tag=a;early-only", nil},
		{"<sip:1@h;method=BYE>", "", "", ErrMethod},
		{"<sip:1@h;method=invite>", "", "", ErrMethod}, // methods are case-sensitive
		{"<sip:1@h?Route=%3Csip%3Aevil%3E>", "", "", ErrHeaders},
		{"<sip:1@h?Replaces=c%3Bto-tag%3Da%3Bfrom-tag%3Db&body=x>", "", "", ErrHeaders},
		{"<sip:1@h?Replaces=c%3Bto-tag%3Da%3Bfrom-tag%3Db&Replaces=c%3Bto-tag%3Da%3Bfrom-tag%3Db>", "", "", ErrHeaders},
		{"<sip:1@h?Replaces=c%0D%0AX%3Ay%3Bto-tag%3Da%3Bfrom-tag%3Db>", "", "", ErrSyntax},
		{"<sip:1@h?Replaces=c%3Bto-tag%3Da>", "", "", ErrSyntax},
		{"<sip:1@h?Replaces=%zz>", "", "", ErrSyntax},
		{"<http://example.com/>", "", "", ErrScheme},
		{"<mailto:a@b>", "", "", ErrScheme},
		{"<sip:1%0d%0a@h>", "", "", ErrSyntax},
		{"<sip:1%0@h>", "", "", ErrSyntax},
		{"<sip:h>", "", "", ErrSyntax},
		{"<sip:@h>", "", "", ErrSyntax},
		{"<sip:a:secret@h>", "", "", ErrSyntax},
		{"<sip:1@>", "", "", ErrSyntax},
		{"<sip:1@h:0>", "", "", ErrSyntax},
		{"<sip:1@h:99999>", "", "", ErrSyntax},
		{"<sip:1@h h>", "", "", ErrSyntax},
		{"<sip:1@h\r\nX: y>", "", "", ErrSyntax},
		{"<sip:1@h", "", "", ErrSyntax},
		{"<sip:1@h>, <sip:2@h>", "", "", ErrSyntax},
		{"sip:1@h, sip:2@h", "", "", ErrSyntax},
		{"<tel:call-me>", "", "", ErrSyntax},
		{"<tel:>", "", "", ErrSyntax},
		{"", "", "", ErrSyntax},
		{"dave", "", "", ErrSyntax},
		{"<sip:" + strings.Repeat("1", maxLength) + "@h>", "", "", ErrSyntax},
	} {
		got, err := ParseTarget(tt.value)
		if !errors.Is(err, tt.err) || (err == nil) != (tt.err == nil) {
			t.Errorf("%.80q: %v, want %v", tt.value, err, tt.err)
			continue
		}
		if err != nil {
			continue
		}
		if got.URI() != tt.uri {
			t.Errorf("%q: %q, want %q", tt.value, got.URI(), tt.uri)
		}
		replaces := ""
		if got.Replaces != nil {
			replaces = got.Replaces.Value()
		}
		if replaces != tt.replaces {
			t.Errorf("%q replaces %q, want %q", tt.value, replaces, tt.replaces)
		}
	}
}

// RFC 3891 3 with its examples: order and spaces are free, both tags are needed,
// once each.
func TestParseReplaces(t *testing.T) {
	for _, tt := range []struct {
		value string
		want  Replaces
		ok    bool
	}{
		{"98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff", Replaces{"98732@sip.example.com", "ff87ff", "r33th4x0r", false}, true},
		{"12adf2f34456gs5;to-tag=12345;from-tag=54321;early-only", Replaces{"12adf2f34456gs5", "12345", "54321", true}, true},
		{" c ; To-Tag = a ; FROM-TAG=b ; other=1", Replaces{"c", "a", "b", false}, true},
		{"c;to-tag=a;from-tag=0", Replaces{"c", "a", "0", false}, true},
		{"c;to-tag=a", Replaces{}, false},
		{"c;to-tag=a;from-tag=b;to-tag=c", Replaces{}, false},
		{"c;to-tag=;from-tag=b", Replaces{}, false},
		{";to-tag=a;from-tag=b", Replaces{}, false},
		{"c d;to-tag=a;from-tag=b", Replaces{}, false},
		{"c;to-tag=a b;from-tag=b", Replaces{}, false},
		{"c\r\nX: y;to-tag=a;from-tag=b", Replaces{}, false},
		{"", Replaces{}, false},
	} {
		got, err := ParseReplaces(tt.value)
		if got != tt.want || (err == nil) != tt.ok || err != nil && !errors.Is(err, ErrSyntax) {
			t.Errorf("%q: %+v %v", tt.value, got, err)
		}
	}
}

func TestFragment(t *testing.T) {
	for _, tt := range []struct {
		body, reason string
		status       int
	}{
		{"SIP/2.0 100 Trying\r\n", "Trying", 100},
		{"SIP/2.0 200 OK", "OK", 200},
		{"SIP/2.0 503 Service Unavailable\r\nWarning: 1 x \"y\"\r\n\r\n", "Service Unavailable", 503},
		{"SIP/2.0 486\n", "", 486},
		{"SIP/2.0 99 No", "", 0}, {"SIP/2.0 700 No", "", 0}, {"SIP/2.0 +20 x", "", 0}, {"SIP/2.0", "", 0}, {"HTTP/1.1 200 OK", "", 0}, {"", "", 0},
	} {
		status, reason, err := ParseFragment([]byte(tt.body))
		if status != tt.status || reason != tt.reason || (err == nil) != (tt.status != 0) {
			t.Errorf("%q: %d %q %v", tt.body, status, reason, err)
		}
	}
	if status, reason, _ := ParseFragment(Fragment(603, "Decline")); status != 603 || reason != "Decline" {
		t.Errorf("%d %q", status, reason)
	}
}

// RFC 6665 4.1.3 and 8.4.
func TestSubscription(t *testing.T) {
	for _, tt := range []struct {
		value string
		want  Subscription
		back  string
	}{
		{"active;expires=60", Subscription{Active, "", 60}, "active;expires=60"},
		{" Pending ; Expires = 5", Subscription{Pending, "", 5}, "pending;expires=5"},
		{"terminated;reason=noresource", Subscription{Terminated, "noresource", 0}, "terminated;reason=noresource"},
		{"terminated", Subscription{Terminated, "", 0}, "terminated"},
		{"waiting", Subscription{Active, "", 0}, "active"},
		{"terminated;reason=\"a\r\nb\";expires=99999999999", Subscription{Terminated, "", 0}, "terminated"},
	} {
		got := ParseSubscription(tt.value)
		if got != tt.want || got.Value() != tt.back {
			t.Errorf("%q: %+v %q", tt.value, got, got.Value())
		}
	}
	for value, want := range map[string]string{"refer": "", "Refer;id=93809823": "93809823", "refer ; x=y; ID=2": "2"} {
		if ok, id := ParseEvent(value); !ok || id != want {
			t.Errorf("%q: %v %q", value, ok, id)
		}
	}
	if ok, _ := ParseEvent("message-summary"); ok {
		t.Error("message-summary is no transfer")
	}
}
