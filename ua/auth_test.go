package ua

import (
	"strings"
	"testing"
	"time"
)

const (
	proxyAsks  = "Proxy-Authenticate: Digest realm=\"proxy\", nonce=\"p1\", qop=\"auth\"\r\n"
	targetAsks = "WWW-Authenticate: Digest realm=\"target\", nonce=\"t1\", qop=\"auth\", algorithm=SHA-256\r\n"
)

// proves checks which nonces a request answers.
func (m message) proves(t *testing.T, proxy, target string) {
	t.Helper()
	for header, nonce := range map[string]string{"Proxy-Authorization": proxy, "Authorization": target} {
		got := m.header(header)
		if nonce == "" && got != "" || nonce != "" && (!strings.Contains(got, `nonce="`+nonce+`"`) || strings.Count(got, "nonce=") != 2) {
			t.Errorf("%s, CSeq %s: %s is %q, want the nonce %q", m.first(), m.header("CSeq"), header, got, nonce)
		}
	}
}

// A proxy on the way and the target both want a password: the request that comes in the
// end answers both (RFC 3261 22.3), be it a REGISTER, an INVITE or one inside a call. A
// nonce that has become stale is replaced, and a realm that asks again has refused.
func TestTwoChallenges(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scripted(t, func(c *Config) { c.Register, c.Expires = true, time.Hour })
		both := func(method, tag string) (last message) {
			p.next(method).proves(t, "", "")
			p.reply(message(p.last), "407 Proxy Authentication Required", tag, proxyAsks, "")
			p.next(method).proves(t, "p1", "")
			p.reply(message(p.last), "401 Unauthorized", tag, targetAsks, "")
			p.next(method).proves(t, "p1", "t1")
			p.reply(message(p.last), "407 Proxy Authentication Required", tag, strings.Replace(proxyAsks, "p1\"", "p2\", stale=true", 1), "")
			last = p.next(method)
			last.proves(t, "p2", "t1")
			return last
		}
		r.caller.Start()
		register := both("REGISTER", "x")
		p.reply(register, "200 OK", "x", register.all("Contact")+"Expires: 3600\r\n", "")
		time.Sleep(time.Second)
		must[Registered](r.caller)

		out := r.place(false)
		invite := both("INVITE", "a")
		p.reply(invite, "200 OK", "a", p.contact(), p.sound(20000))
		p.next("ACK")
		go out.Hold()
		hold := both("INVITE", "")
		p.reply(hold, "401 Unauthorized", "", targetAsks, "")
		p.none("INVITE", 10*time.Second)
		out.Hangup()
		p.reply(both("BYE", ""), "200 OK", "", "", "")
		<-out.Done()
		p.conn.Close()
		r.close()
		p.over = true
	})
}
