package ua

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// follow lets a line call and answers each INVITE with the next of these; the
// last is for all that follow. It returns where the INVITEs went.
func follow(t *testing.T, p *scriptedPeer, answers ...string) []string {
	t.Helper()
	var targets []string
	for i := 0; ; i++ {
		invite, ok := p.within("INVITE", 5*time.Second)
		if !ok {
			return targets
		}
		targets = append(targets, strings.Fields(invite.first())[1])
		invite.wants(t, "To", "<sip:"+calleeUser+"@"+labDomain+">")
		invite.wants(t, "CSeq", fmt.Sprintf("%d INVITE", i+1))
		status, contacts, _ := strings.Cut(answers[min(i, len(answers)-1)], "\r\n")
		p.reply(invite, status, "x", contacts, "")
		p.next("ACK")
	}
}

// The oracle is RFC 3261 8.1.3.4 and 20.10: by q, each address once, To and From
// as they were, a new number each time; and nothing smuggled in with a URI.
func TestRedirected(t *testing.T) {
	const here = "192.0.2.2:5060"
	for _, tt := range []struct {
		name    string
		limit   int
		answers []string
		want    string // after the first
		cause   Cause
	}{
		{"by q, then busy everywhere", 5, []string{
			"302 Moved Temporarily\r\nContact: <sip:low@" + here + ">;q=0.2, <sip:high@" + here + ">;q=0.9\r\n", "486 Busy Here"},
			"sip:high@" + here + " sip:low@" + here, CauseBusy},
		{"a circle", 5, []string{"302 Moved\r\nContact: <sip:a@" + here + ">\r\n", "302 Moved\r\nContact: <sip:" + calleeUser + "@" + labDomain + ">, <sip:a@" + here + ">\r\n"},
			"sip:a@" + here, CauseMoved},
		{"too far", 2, []string{"302 Moved\r\nContact: <sip:a@" + here + ">, <sip:b@" + here + ">, <sip:c@" + here + ">\r\n", "404 Not Found"},
			"sip:a@" + here + " sip:b@" + here, CauseNotFound},
		{"none followed", 0, []string{"301 Moved Permanently\r\nContact: <sip:a@" + here + ">\r\n"}, "", CauseMoved},
		{"stripped", 5, []string{"302 Moved\r\nContact: <sip:a:secret@" + here + ";method=BYE;x=y?Route=%3Csip:evil%3E&Subject=x>\r\n", "603 Decline"},
			"sip:a@" + here, CauseDeclined},
		{"forms that are not called", 5, []string{"302 Moved\r\nContact: <mailto:a@b>, <http://x/>, <sips:a@" + here + ">, <sip:a@" + here + ";transport=pigeon>, <sip:" + callerUser + "@192.0.2.1:5060>\r\n"},
			"", CauseMoved},
		{"a telephone number", 5, []string{"302 Moved\r\nContact: <tel:+1-408-555-7777;phone-context=x>\r\n", "404 Not Found"},
			"sip:+14085557777@" + labDomain, CauseNotFound},
		{"use proxy", 5, []string{"305 Use Proxy\r\nContact: <sip:evil@" + here + ">\r\n"}, "", CauseMoved},
		{"6xx speaks for all", 5, []string{"300 Multiple Choices\r\nContact: <sip:a@" + here + ">, <sip:b@" + here + ">\r\n", "600 Busy Everywhere"},
			"sip:a@" + here, CauseBusy},
	} {
		t.Run(tt.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r, p := scripted(t, func(c *Config) { c.MaxRedirections = tt.limit })
				out := r.place(false)
				targets := follow(t, p, tt.answers...)
				if got := strings.Join(targets[1:], " "); got != tt.want {
					t.Errorf("went to %q, want %q", got, tt.want)
				}
				<-out.Done()
				if e := out.Ended(); e.Cause != tt.cause {
					t.Errorf("%+v", e)
				}
				if n := count[Redirected](r.caller); n != len(targets)-1 {
					t.Errorf("%d times told for %d redirections", n, len(targets)-1)
				}
				p.end(r)
			})
		})
	}
}

// Whom a redirection names is not who knows our password: a challenge from there
// is a refusal.
func TestRedirectedStrangerIsNotAnswered(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, func(c *Config) { c.MaxRedirections = 5 })
		stranger := r.script(netip.MustParseAddrPort("192.0.2.66:5060"), callerAddr)
		out := r.place(false)
		invite := p.next("INVITE")
		p.reply(invite, "302 Moved", "x", "Contact: <sip:a@192.0.2.66>\r\n", "")
		p.next("ACK")
		stranger.reply(stranger.next("INVITE"), "401 Unauthorized", "y", "WWW-Authenticate: Digest realm=\"example.test\", nonce=\"n\", algorithm=MD5, qop=\"auth\"\r\n", "")
		stranger.next("ACK")
		stranger.none("INVITE", 5*time.Second)
		<-out.Done()
		if e := out.Ended(); e.Cause != CauseForbidden || e.Status != 401 {
			t.Errorf("%+v", e)
		}
		stranger.over = true
		stranger.conn.Close()
		p.end(r)
	})
}

// A secure call that is sent elsewhere is answered there by the one whose number
// was dialled, and is secure; answered by anybody else it is not. The event says
// which number counts.
func TestRedirectedSecureCall(t *testing.T) {
	for _, impostor := range []bool{false, true} {
		virtual(t, func(t *testing.T) {
			redirector := netip.MustParseAddrPort("192.0.2.9:5060")
			r := newRig(t, func(a, b *Config) {
				a.MaxRedirections, a.Proxy = 5, redirector.String()
				if impostor {
					b.Secure.Identity = identity("14085559999")
				}
			})
			p := r.script(redirector, callerAddr)
			out := r.place(true)
			p.reply(p.next("INVITE"), "302 Moved", "x", "Contact: <sip:14085557777@192.0.2.2:5060>\r\n", "")
			p.next("ACK")
			in := r.ring()
			time.Sleep(ringTime)
			if err := in.Answer(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(3 * time.Second)
			if ev := must[Redirected](r.caller); ev.Number != calleeUser || !ev.Secure || ev.Status != 302 || ev.To != "sip:14085557777@192.0.2.2:5060" {
				t.Errorf("%+v", ev)
			}
			if n := count[Secured](r.caller); (n == 1) == impostor {
				t.Errorf("impostor %v: caller told %v", impostor, r.caller.names())
			}
			out.Hangup()
			<-in.Done()
			p.over = true
			p.conn.Close()
			r.close()
		})
	}
}

// Keys in SDP are new at each address: who sent the call on has seen the others.
func TestRedirectedKeysAreNew(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, func(c *Config) { c.MaxRedirections, c.Secure.Method = 5, MethodSDES })
		out := r.place(true)
		seen := map[string]bool{}
		for _, answer := range []string{"302 Moved", "486 Busy Here"} {
			invite := p.next("INVITE")
			crypto := anyCrypto.FindString(invite.body())
			if crypto == "" || seen[crypto] {
				t.Errorf("keys %q after %v", crypto, seen)
			}
			seen[crypto] = true
			p.reply(invite, answer, "x", "Contact: <sip:a@192.0.2.2:5060>\r\n", "")
			p.next("ACK")
		}
		<-out.Done()
		p.end(r)
	})
}
