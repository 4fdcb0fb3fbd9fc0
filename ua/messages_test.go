package ua

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

const summary = "Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n"

// notify tells of messages in the dialog of a SUBSCRIBE.
func (p *scriptedPeer) notify(subscribe message, seq int, state, body string) {
	more := "Event: message-summary\r\nSubscription-State: " + state + "\r\nContent-Type: application/simple-message-summary\r\n"
	p.n++
	text := "NOTIFY sip:x@" + p.to.String() + " SIP/2.0\r\nVia: SIP/2.0/UDP " + p.at.String() + ";branch=z9hG4bKn" + strings.Repeat("x", p.n) +
		"\r\nFrom: " + subscribe.header("To") + ";tag=vm\r\nTo: " + subscribe.header("From") + "\r\nCall-ID: " + subscribe.header("Call-ID") +
		"\r\nCSeq: " + string(rune('0'+seq)) + " NOTIFY\r\nMax-Forwards: 70\r\n" + p.contact() + more
	p.say(text + "Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body)
}

func hasMailbox(c *Config) { c.Calls.Messages, c.Calls.Mailbox = true, "*97" }

// The ladder of RFC 3842 section 3, with a challenge, a renewal in the dialog
// (RFC 6665 4.1.2.2) and an end at the end of the line.
func TestMailbox(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, hasMailbox)
		r.caller.Start()
		first := p.next("SUBSCRIBE sip:*97@example.test")
		first.wants(t, "Event", "message-summary")
		first.wants(t, "Accept", "application/simple-message-summary")
		p.reply(first, "401 Unauthorized", "vm", "WWW-Authenticate: Digest realm=\"example.test\", nonce=\"1\"\r\n", "")
		second := p.next("SUBSCRIBE")
		if second.header("Authorization") == "" {
			t.Error("the challenge was not answered")
		}
		p.reply(second, "202 Accepted", "vm", "Expires: 600\r\n"+p.contact(), "")
		p.notify(second, 1, "active;expires=600", summary)
		p.next("SIP/2.0 200")
		if got := must[Messages](r.caller); got != (Messages{true, 2, 8}) {
			t.Errorf("told %+v", got)
		}
		p.notify(second, 2, "active", summary)
		p.next("SIP/2.0 200")
		if n := count[Messages](r.caller); n != 1 {
			t.Errorf("the same was told %d times", n)
		}
		start := time.Now()
		renewed, ok := p.within("SUBSCRIBE sip:peer@", 600*time.Second)
		if d := time.Since(start); !ok || d > 500*time.Second || !strings.Contains(renewed.header("To"), "tag=vm") || renewed.header("Call-ID") != second.header("Call-ID") {
			t.Fatalf("renewed after %v: %s", d, renewed)
		}
		p.reply(renewed, "481 Gone", "", "", "")
		anew := p.next("SUBSCRIBE sip:*97@")
		if anew.header("Call-ID") == second.header("Call-ID") {
			t.Error("a lost subscription is asked for in the old dialog")
		}
		p.reply(anew, "200 OK", "vm", "Expires: 600\r\n"+p.contact(), "")
		p.notify(anew, 1, "terminated;reason=rejected", "Messages-Waiting: no\r\n")
		p.next("SIP/2.0 200")
		p.none("SUBSCRIBE", 2*time.Hour)
		p.end(r)
	})
}

// A server that knows no such event is asked once.
func TestMailboxBadEvent(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, hasMailbox)
		r.caller.Start()
		p.reply(p.next("SUBSCRIBE"), "489 Bad Event", "vm", "", "")
		p.none("SUBSCRIBE", 2*time.Hour)
		p.end(r)
	})
}

// A line that ends takes its subscription back.
func TestMailboxUnsubscribes(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, hasMailbox)
		r.caller.Start()
		p.reply(p.next("SUBSCRIBE"), "200 OK", "vm", "Expires: 600\r\n"+p.contact(), "")
		time.Sleep(time.Second)
		go r.caller.Close(t.Context())
		last := p.next("SUBSCRIBE sip:peer@")
		last.wants(t, "Expires", "0")
		p.reply(last, "200 OK", "", "Expires: 0\r\n", "")
		time.Sleep(time.Second)
		p.end(r)
	})
}

// Our own server may tell unasked; a stranger, another event, and a line that
// wants nothing of it get 489 (RFC 6665 4.1.3).
func TestUnaskedMessages(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"from our server", func(c *Config) { c.Calls.Messages = true }, "200"},
		{"from a stranger", func(c *Config) { c.Calls.Messages = true; c.Proxy = "192.0.2.99" }, "489"},
		{"off", func(c *Config) {}, "489"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r, p := scripted(t, tt.change)
				p.notify(message("To: <sip:vm@example.test>\r\nFrom: <sip:"+callerUser+"@example.test>\r\nCall-ID: unasked\r\n\r\n"), 1, "terminated", summary)
				if got := p.next("SIP/2.0 "); !strings.HasPrefix(got.first(), "SIP/2.0 "+tt.want) {
					t.Errorf("answered %s", got.first())
				}
				if n := count[Messages](r.caller); (n == 1) != (tt.want == "200") {
					t.Errorf("told %d times", n)
				}
				p.end(r)
			})
		})
	}
}
