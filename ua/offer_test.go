package ua

import (
	"bytes"
	"regexp"
	"slices"
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

// Every m= line of a call stays in its place in each later offer, refused or not (RFC
// 3264 8); telephones that check it refuse an offer that has lost one.
func TestRefusedStreamsKeepTheirPlace(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		video := "m=video 30000 RTP/AVP 31\r\n"
		p.invite("", strings.Replace(p.sound(20000, "m=image 30002 udptl t38\r\n"), "m=audio", video+"m=audio", 1))
		in := r.ring()
		if err := in.Answer(); err != nil {
			t.Fatal(err)
		}
		ok := p.next("SIP/2.0 200")
		p.on(ok, "ACK", 1, "", "")
		time.Sleep(ringTime)
		held := make(chan error, 1)
		go func() { held <- in.Hold() }()
		hold := p.next("INVITE")
		lines := regexp.MustCompile(`m=\w+ (0|[1-9]\d*) `).FindAllString(regexp.MustCompile(`audio [1-9]\d*`).ReplaceAllString(hold.body(), "audio 1"), -1)
		if want := []string{"m=video 0 ", "m=audio 1 ", "m=image 0 "}; !slices.Equal(lines, want) {
			t.Errorf("the hold offers\n%s", hold.body())
		}
		p.reply(hold, "200 OK", "", p.contact(), strings.Replace(p.sound(20000, "a=recvonly\r\nm=image 0 udptl t38\r\n"), "m=audio", "m=video 0 RTP/AVP 31\r\nm=audio", 1))
		if err := <-held; err != nil {
			t.Error(err)
		}
		in.Hangup()
		p.reply(p.next("BYE"), "200 OK", "", "", "")
		p.end(r)
	})
}
