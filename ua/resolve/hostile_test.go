package resolve_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/miekg/dns"

	"star18/ua/resolve"
	"star18/ua/sipnet"
)

// What a zone may cost is bounded, whatever it says.
func TestHostileZones(t *testing.T) {
	q := resolve.Question{Host: "evil.test", Transport: sipnet.UDP}
	t.Run("an alias of itself", func(t *testing.T) {
		z := newZone(t, "_sip._udp.evil.test. 60 CNAME x.evil.test.\nx.evil.test. 60 CNAME _sip._udp.evil.test.")
		mustFail(t, z.resolver(), q, resolve.ErrNotFound)
		if n := len(z.questions()); n > 2 {
			t.Errorf("%d questions", n)
		}
	})
	t.Run("a thousand servers", func(t *testing.T) {
		z := newZone(t, lines("_sip._udp.evil.test. 60 SRV %d 0 5060 h%d.evil.test.", 1000))
		for i := range 1000 {
			for j := range 40 {
				z.load(t, fmt.Sprintf("h%d.evil.test. 60 A 10.0.%d.%d", i, i%256, j))
			}
		}
		hops, err := z.resolver().Lookup(t.Context(), q)
		if err != nil || len(hops) > 16 {
			t.Errorf("%d hops, %v", len(hops), err)
		}
		if n := len(z.questions()); n > 9 {
			t.Errorf("%d questions", n)
		}
	})
	t.Run("a thousand services", func(t *testing.T) {
		z := newZone(t, lines(`evil.test. 60 NAPTR %d 0 "s" "SIP+D2U" "" s%d.evil.test.`, 1000))
		mustFail(t, z.resolver(), resolve.Question{Host: "evil.test"}, resolve.ErrNotFound)
		if n := len(z.questions()); n > 11 {
			t.Errorf("%d questions", n)
		}
	})
	t.Run("records of another name", func(t *testing.T) {
		z := newZone(t, "")
		z.sets["_sip._udp.evil.test. SRV"] = []dns.RR{&dns.SRV{
			Hdr:  dns.RR_Header{Name: "_sip._udp.bank.test.", Rrtype: dns.TypeSRV, Class: dns.ClassINET, Ttl: 60},
			Port: 5060, Target: "h.evil.test."}}
		z.load(t, "h.evil.test. 60 A 192.0.2.66")
		mustFail(t, z.resolver(), q, resolve.ErrNotFound)
	})
	t.Run("a server without a port", func(t *testing.T) {
		z := newZone(t, "_sip._udp.evil.test. 60 SRV 0 0 0 h.evil.test.\nh.evil.test. 60 A 192.0.2.66")
		mustFind(t, z.resolver(), resolve.Question{Host: "h.evil.test"}, "udp 192.0.2.66:5060")
		mustFail(t, z.resolver(), q, resolve.ErrNotFound)
	})
	t.Run("names without end", func(t *testing.T) {
		z := newZone(t, "")
		r := z.resolver(sipnet.UDP)
		first := resolve.Question{Host: "h0.test"}
		for i := range 200 {
			z.now = z.now.Add(time.Second) // what is dropped first is what was found first
			z.load(t, fmt.Sprintf("h%d.test. 600 A 192.0.2.1", i))
			hops := mustFind(t, r, resolve.Question{Host: fmt.Sprintf("h%d.test", i)}, "udp 192.0.2.1:5060")
			r.Failed(sipnet.Hop{Addr: hops[0].Addr, Transport: sipnet.Transport(fmt.Sprint(i))}, 0)
		}
		if _, known := r.Known(first); known {
			t.Error("200 names are kept")
		}
	})
}
