package trace

import (
	"encoding/base64"
	"strings"
	"testing"

	"star18/ua/sipnet"
)

// Each message holds the word secret in every place where one can be.
func TestNothingSecret(t *testing.T) {
	for _, text := range []string{
		"REGISTER sip:x SIP/2.0\r\nAuthorization: Digest username=\"joe\", realm=\"x\", response=\"secret\", nc=1\r\n\r\n",
		"REGISTER sip:x SIP/2.0\r\nproxy-authorization : Digest RESPONSE = secret,nc=1\r\n\r\n",
		"REGISTER sip:x SIP/2.0\r\nAuthorization: Digest realm=\"x\",\r\n response=\"secret\r\n\r\n",
		"REGISTER sip:x SIP/2.0\r\nAuthorization: Basic secret\r\n\r\n",
		"INVITE sip:joe:secret@x SIP/2.0\r\nTo: <sip:joe:secret@x>\r\n\r\n",
		"INVITE sip:x SIP/2.0\r\n\r\nv=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:secret|2^20|1:4\r\n",
		"INFO sip:x SIP/2.0\r\nContent-Type: application/x-sipura\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("secret", 22))),
	} {
		got := redact([]byte(text))
		if strings.Contains(got, "secret") && !strings.Contains(got, "of the secure call") || strings.Contains(got, base64.StdEncoding.EncodeToString([]byte("secret"))) {
			t.Errorf("%s", got)
		}
		if !strings.HasPrefix(got, text[:6]) {
			t.Errorf("the rest is gone: %s", got)
		}
	}
}

// The oldest messages give way, and before them those that only keep a line awake.
func TestRing(t *testing.T) {
	var r Ring
	come := func(n int, label, cseq string) {
		for range n {
			r.Watch("")(sipnet.Hop{}, true, []byte(label+" sip:x SIP/2.0\r\nCSeq: 1 "+cseq+"\r\n\r\n"))
		}
	}
	come(1, "INVITE", "INVITE")
	come(kept+10, "OPTIONS", "OPTIONS")
	r.Watch("")(sipnet.Hop{}, false, make([]byte, 60000))
	list := r.Messages()
	if len(list) != kept || list[0].Label != "INVITE x" || list[kept-1].Label != "not SIP" || len(list[kept-1].Text) > 2*maxMessage {
		t.Errorf("%d messages, %q to %q", len(list), list[0].Label, list[len(list)-1].Label)
	}
	come(kept, "BYE", "BYE")
	if list = r.Messages(); len(list) != kept || list[0].Label != "BYE" {
		t.Errorf("%d messages from %q", len(list), list[0].Label)
	}
}
