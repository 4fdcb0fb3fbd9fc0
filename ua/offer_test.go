package ua

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"star18/ua/sdp"
)

// originOf is the o= line of a description.
func originOf(body []byte) string {
	for line := range strings.Lines(string(body)) {
		if strings.HasPrefix(line, "o=") {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// The oracle is RFC 3264 8: the version rises by one with every change and stays
// without one; and RFC 4028 7.4: a refresh offers the description as it was.
func TestVersionRisesWithChangesOnly(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		out, in := r.dial(false)
		time.Sleep(time.Second)
		for _, c := range []*Call{out, in} {
			done := make(chan struct{})
			c.post(func() {
				defer close(done)
				m := c.media
				first := m.lastOffer()
				version := m.described.Origin.Version
				if again := m.lastOffer(); !bytes.Equal(first, again) {
					t.Errorf("a refresh says\n%s\nafter\n%s", again, first)
				}
				if _, err := sdp.Parse(first); err != nil || originOf(first) == "" {
					t.Errorf("%v\n%s", err, first)
				}
				m.offer(sdp.SendOnly)
				held := m.offer(sdp.SendOnly)
				if got := m.described.Origin.Version; got != version+1 {
					t.Errorf("version %d after %d and one change", got, version)
				}
				if !bytes.Contains(held, []byte("a=sendonly")) {
					t.Errorf("a hold says\n%s", held)
				}
				// Nobody agreed to that: the refresh is of what is in force, and is
				// a change to what was said last.
				if again := m.lastOffer(); !bytes.Contains(again, []byte("a=sendrecv")) || m.described.Origin.Version != version+2 {
					t.Errorf("a refresh after an offer without an answer says\n%s", again)
				}
			})
			<-done
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// A re-INVITE that moves the media to an address of another family, or to many
// telephones at once, is refused, and the call goes on as it was (RFC 3264 8.3.1).
func TestMediaMovesOutOfReach(t *testing.T) {
	for _, address := range []string{"IP6 2001:db8::7", "IP4 224.0.0.7", "IP4 255.255.255.255"} {
		virtual(t, func(t *testing.T) {
			r := newRig(t, func(a, _ *Config) {
				tamper(a, func(msg []byte) []byte {
					if bytes.HasPrefix(msg, []byte("INVITE")) && !bytes.Contains(msg, []byte("CSeq: 1 INVITE")) {
						return withBody(msg, bytes.ReplaceAll(bodyOf(msg), []byte("c=IN IP4 192.0.2.1"), []byte("c=IN "+address)))
					}
					return msg
				})
			})
			out, in := r.dial(false)
			time.Sleep(time.Second)
			if err := out.Hold(); err == nil {
				t.Errorf("%s was taken", address)
			}
			time.Sleep(2 * time.Second)
			checkAlive(t, r)
			out.Hangup()
			<-in.Done()
			r.close()
		})
	}
}
