package securecall

import (
	"strings"
	"testing"
)

func TestDefaultWireIsValid(t *testing.T) {
	if err := DefaultWire().Validate(); err != nil {
		t.Error(err)
	}
}

func TestWireNamesTheKeyThatIsWrong(t *testing.T) {
	for key, change := range map[string]func(*Wire){
		"secure.wire.content_type": func(w *Wire) { w.ContentType = "application/x-sipura\r\nEvil: 1" },
		"secure.wire.byte_order":   func(w *Wire) { w.ByteOrder = "middle" },
		"secure.wire.final":        func(w *Wire) { w.Final = "both" },
		"secure.wire.padding":      func(w *Wire) { w.Padding = "oaep" },
		"secure.wire.salt_bytes":   func(w *Wire) { w.SaltBytes = 15 },
	} {
		w := DefaultWire()
		change(&w)
		if err := w.Validate(); err == nil || !strings.Contains(err.Error(), key) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", key, err)
		}
	}
	all := strings.Count(Wire{}.Validate().Error(), "secure.wire.")
	if all != 5 {
		t.Errorf("an empty Wire names %d keys, want all 5 at once", all)
	}
	for _, bad := range []string{"", "application", "application/", "a b/c", "text/plain; charset=utf-8", "a/b\n"} {
		if w := (Wire{ContentType: bad}); !strings.Contains(w.Validate().Error(), "content_type") {
			t.Errorf("content type %q is accepted", bad)
		}
	}
}

// Oracle: section 2, "which INFO is ours".
func TestIsOurs(t *testing.T) {
	body := func(n int) string { return string(EncodeBody(make([]byte, n))) }
	for _, tc := range []struct {
		contentType, body string
		want              bool
	}{
		{"application/x-sipura", "", true},
		{"application/x-sipura", "rubbish!", true},
		{"Application/X-Sipura ; v=1", "", true},
		{"application/octet-stream", body(264), true},
		{"", body(392), true},
		{"text/plain", " " + body(132) + "\r\n", true},
		{"text/plain", strings.TrimRight(body(68), "="), true},
		{"text/plain", body(263), false},
		{"text/plain", body(252), false},
		{"text/plain", body(380), false},
		{"text/plain", "", false},
		{"text/plain", "hello", false},
		{"application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", false},
		{"application/dtmf-relay", body(264), false},
		{"Application/DTMF; x", body(264), false},
		{"application/dtmf", "5", false},
		{"application/media_control+xml", "<xml/>", false},
		{"application/x-sipura-other", "", false},
	} {
		if got := DefaultWire().IsOurs(tc.contentType, []byte(tc.body)); got != tc.want {
			t.Errorf("%q, %d characters: %v, want %v", tc.contentType, len(tc.body), got, tc.want)
		}
	}
	w := DefaultWire()
	w.ContentType = "application/dtmf"
	callee := bobAnswers(t, func(c *CalleeConfig) { c.Wire = w })
	if !w.IsOurs("application/dtmf", []byte("5")) || !callee.IsOurs("application/dtmf", nil) || callee.IsOurs("application/dtmf-relay", nil) {
		t.Error("the configured type is not ours")
	}
}
