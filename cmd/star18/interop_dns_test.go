//go:build interop && linux

package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// The site of the next test: a domain that two servers serve, the second one for
// when the first is gone.
const (
	siteDomain = "lab.test"
	secondIP   = "10.99.0.3"
	siteZone   = `
lab.test.            60 NAPTR 10 10 "s" "SIP+D2U" "" _sip._udp.lab.test.
_sip._udp.lab.test.  60 SRV 10 0 5060 one.lab.test.
_sip._udp.lab.test.  60 SRV 20 0 5060 two.lab.test.
one.lab.test.        60 A 10.99.0.1
two.lab.test.        60 A 10.99.0.3
`
)

// nextServer: the line finds its servers by NAPTR and SRV, and when the first
// one dies it goes to the second and can be called there, as can one that starts
// only then.
func nextServer(t *testing.T, s *site) string {
	p := s.pair(t)
	p.far.run(t, "ip", "addr", "add", secondIP+"/24", "dev", "v0")
	p.serveZone(t)
	stop := p.far.kamailio(t)
	p.far.script(t, "kamailio.sh", secondIP)

	args := []string{"--set", "line.domain=" + siteDomain, "--set", "line.transport=auto", "--set", "sip.keepalive=5s"}
	near := p.near.phone(t, options{user: calleeUser, hz: calleeHz, args: append([]string{"answer", "--count", "1"}, args...)})
	near.await("registered")
	p.asker(t, kamailioIP, calleeUser).reachable(t, time.Now(), recoverWithin)

	stop()
	took := p.asker(t, secondIP, calleeUser).reachable(t, time.Now(), patience)
	begun := time.Now()
	caller := p.near.phone(t, options{user: callerUser, hz: callerHz, args: append([]string{"call", calleeUser, "--for", "1s"}, args...)})
	caller.exits(exitDone)
	near.exits(exitDone)
	return fmt.Sprintf("first server dead: reachable through the second after %.1f s; a line that starts then calls after %.1f s",
		took.Seconds(), caller.one("answered").Time.Sub(begun).Seconds())
}

// serveZone is the name server of the telephones, in their resolv.conf.
func (p *pair) serveZone(t *testing.T) {
	t.Helper()
	zone := map[dns.Question][]dns.RR{}
	parser := dns.NewZoneParser(strings.NewReader(siteZone), ".", "")
	for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
		q := dns.Question{Name: rr.Header().Name, Qtype: rr.Header().Rrtype, Qclass: dns.ClassINET}
		zone[q] = append(zone[q], rr)
	}
	if err := parser.Err(); err != nil {
		t.Fatal(err)
	}
	serveDNS(t, p.far.listenUDP(t, kamailioIP, 53), func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg).SetReply(q)
		m.Answer = zone[q.Question[0]]
		_ = w.WriteMsg(m)
	})
	dir := filepath.Join("/etc/netns", p.near.namespace) // ip-netns(8)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = os.RemoveAll(dir)
		_ = os.Remove(filepath.Dir(dir)) // if it was ours alone
	})
	if err := os.WriteFile(filepath.Join(dir, "resolv.conf"), []byte("nameserver "+kamailioIP+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

func serveDNS(t *testing.T, conn net.PacketConn, answer dns.HandlerFunc) {
	t.Helper()
	server := &dns.Server{PacketConn: conn, Handler: answer}
	up, done := make(chan struct{}), make(chan struct{})
	server.NotifyStartedFunc = func() { close(up) }
	go func() { defer close(done); _ = server.ActivateAndServe() }()
	<-up
	t.Cleanup(func() { _ = server.Shutdown(); <-done })
}
