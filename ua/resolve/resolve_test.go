package resolve_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"star18/ua/resolve"
	"star18/ua/sipnet"
)

// The domain of RFC 3263 section 4.1's example, with a second server.
const example = `
example.com.               300 NAPTR 50 50 "s" "SIPS+D2T" "" _sips._tcp.example.com.
example.com.               300 NAPTR 90 50 "s" "SIP+D2T"  "" _sip._tcp.example.com.
example.com.               300 NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp.example.com.
_sip._udp.example.com.     300 SRV 20 1 5060 server2.example.com.
_sip._udp.example.com.     300 SRV 10 1 5070 server1.example.com.
_sip._tcp.example.com.     300 SRV 0 1 5060 server1.example.com.
_sips._tcp.example.com.    300 SRV 0 1 5061 server1.example.com.
example.com.               300 A 192.0.2.80
server1.example.com.       300 A 192.0.2.1
server1.example.com.       300 AAAA 2001:db8::1
server2.example.com.       300 A 192.0.2.2
plain.test.                300 A 192.0.2.9
plain.test.                300 A 192.0.2.10
_sip._udp.srv.test.        300 SRV 0 0 5080 server2.example.com.
_sip._tcp.srv.test.        300 SRV 0 0 5090 server2.example.com.
_sip._udp.none.test.       300 SRV 0 0 0 .
none.test.                 300 A 192.0.2.66
odd.test.                  300 NAPTR 10 10 "u" "E2U+sip" "!^.*$!sip:x@odd.test!" .
odd.test.                  300 NAPTR 20 10 "S" "sip+d2u" "" servers.elsewhere.test.
servers.elsewhere.test.    300 SRV 0 0 5062 server1.example.com.
_sip._udp.alias.test.      300 CNAME _sip._udp.srv.test.
`

// RFC 3263 section 4.1 and 4.2, case by case.
func TestLookup(t *testing.T) {
	udp := []sipnet.Transport{sipnet.UDP}
	all := []sipnet.Transport{sipnet.UDP, sipnet.TCP, sipnet.TLS}
	for _, c := range []struct {
		name   string
		q      resolve.Question
		speaks []sipnet.Transport
		want   string
	}{
		{"an address stands for itself", resolve.Question{Host: "192.0.2.7"}, all, "udp 192.0.2.7:5060"},
		{"with its port", resolve.Question{Host: "192.0.2.7", Port: 5099, Transport: sipnet.TCP}, all, "tcp 192.0.2.7:5099"},
		{"IPv6 in brackets", resolve.Question{Host: "[2001:db8::7]"}, all, "udp [2001:db8::7]:5060"},
		{"TLS has a port of its own", resolve.Question{Host: "192.0.2.7", Transport: sipnet.TLS}, all, "tls 192.0.2.7:5061"},
		{"no UDP, no UDP", resolve.Question{Host: "192.0.2.7"}, []sipnet.Transport{sipnet.TCP}, "tcp 192.0.2.7:5060"},
		{"a port asks for no SRV", resolve.Question{Host: "example.com", Port: 5062}, all, "udp 192.0.2.80:5062"},
		{"also by TLS", resolve.Question{Host: "example.com", Port: 5062, Transport: sipnet.TLS}, all, "tls 192.0.2.80:5062"},
		{"a transport asks for its SRV", resolve.Question{Host: "example.com", Transport: sipnet.UDP}, all,
			"udp 192.0.2.1:5070, udp [2001:db8::1]:5070, udp 192.0.2.2:5060"},
		{"a transport without SRV", resolve.Question{Host: "plain.test", Transport: sipnet.TLS}, all, "tls 192.0.2.9:5061, tls 192.0.2.10:5061"},
		{"NAPTR orders the transports", resolve.Question{Host: "example.com", Family: resolve.IPv4}, all,
			"tls 192.0.2.1:5061, tcp 192.0.2.1:5060, udp 192.0.2.1:5070, udp 192.0.2.2:5060"},
		{"those that we speak", resolve.Question{Host: "example.com", Family: resolve.IPv4}, udp, "udp 192.0.2.1:5070, udp 192.0.2.2:5060"},
		{"TLS takes its SRV only", resolve.Question{Host: "example.com", Transport: sipnet.TLS, Family: resolve.IPv4}, all, "tls 192.0.2.1:5061"},
		{"without NAPTR, SRV in our order", resolve.Question{Host: "srv.test"}, []sipnet.Transport{sipnet.TCP, sipnet.UDP},
			"tcp 192.0.2.2:5090, udp 192.0.2.2:5080"},
		{"with neither, addresses", resolve.Question{Host: "plain.test"}, all, "udp 192.0.2.9:5060, udp 192.0.2.10:5060"},
		{"NAPTR leads elsewhere, other services do not", resolve.Question{Host: "odd.test", Family: resolve.IPv4}, all, "udp 192.0.2.1:5062"},
		{"and do so for a transport that was chosen before", resolve.Question{Host: "odd.test", Transport: sipnet.UDP, Chosen: true, Family: resolve.IPv4}, all, "udp 192.0.2.1:5062"},
		{"a transport chosen before has no others", resolve.Question{Host: "example.com", Transport: sipnet.TCP, Chosen: true, Family: resolve.IPv4}, all, "tcp 192.0.2.1:5060"},
		{"SRV behind an alias", resolve.Question{Host: "alias.test", Transport: sipnet.UDP}, all, "udp 192.0.2.2:5080"},
		{"IPv6 only", resolve.Question{Host: "example.com", Transport: sipnet.UDP, Family: resolve.IPv6}, all, "udp [2001:db8::1]:5070"},
		{"nothing lists WebSockets", resolve.Question{Host: "example.com", Transport: sipnet.WSS, Family: resolve.IPv4}, all, "wss 192.0.2.80:443"},
		{"nor without TLS", resolve.Question{Host: "plain.test", Transport: sipnet.WS}, all, "ws 192.0.2.9:80, ws 192.0.2.10:80"},
		{"the name is as it may be written", resolve.Question{Host: "EXAMPLE.com.", Port: 5}, all, "udp 192.0.2.80:5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			hops := mustFind(t, newZone(t, example).resolver(c.speaks...), c.q, c.want)
			// RFC 5922 section 4: a certificate names the domain, not the server.
			domain := strings.ToLower(strings.Trim(c.q.Host, "[]."))
			if i := slices.IndexFunc(hops, func(h sipnet.Hop) bool { return h.Name != domain }); i >= 0 {
				t.Errorf("the certificate must name %q, want %q", hops[i].Name, domain)
			}
		})
	}
}

func TestNoServer(t *testing.T) {
	z := newZone(t, example)
	r := z.resolver()
	mustFail(t, r, resolve.Question{Host: "none.test", Transport: sipnet.UDP}, resolve.ErrNotOffered)
	mustFail(t, r, resolve.Question{Host: "nothing.test"}, resolve.ErrNotFound,
		"NAPTR nothing.test (none)", "SRV _sip._udp.nothing.test (none)", "SRV _sips._tcp.nothing.test (none)", "A/AAAA nothing.test (none)")
	mustFail(t, r, resolve.Question{Host: "plain.test", Family: resolve.IPv6}, resolve.ErrNotFound)
	for _, bad := range []resolve.Question{
		{}, {Host: "a..b"}, {Host: "a\x1b[2J.test"}, {Host: "ä.test"}, {Host: strings.Repeat("a", 64) + ".test"}, {Host: strings.Repeat("a.", 130)},
		{Host: "192.0.2.1", Port: 70000}, {Host: "192.0.2.1", Port: -1},
	} {
		mustFail(t, r, bad, resolve.ErrBadName)
	}
	mustFail(t, r, resolve.Question{Host: "[2001:db8::9:1]", Family: resolve.IPv4}, resolve.ErrFamily)
	mustFail(t, r, resolve.Question{Host: "192.0.2.1", Family: resolve.IPv6}, resolve.ErrFamily)
	z.silent["*"] = true
	mustFail(t, r, resolve.Question{Host: "example.com"}, resolve.ErrNoAnswer, "NAPTR example.com (no answer in time)")
}

// A home router that swallows what it does not know costs time, not the call.
func TestSilenceAboutSRV(t *testing.T) {
	z := newZone(t, example)
	z.silent["plain.test. NAPTR"], z.silent["_sip._udp.plain.test. SRV"] = true, true
	r := z.resolver()
	mustFind(t, r, resolve.Question{Host: "plain.test"}, "udp 192.0.2.9:5060, udp 192.0.2.10:5060")
	z.now = z.now.Add(6 * time.Second) // and is asked again soon
	if _, known := r.Known(resolve.Question{Host: "plain.test"}); known {
		t.Error("half an answer is kept for long")
	}
}

func TestKeptForItsTTL(t *testing.T) {
	z := newZone(t, `
		_sip._udp.a.test. 20 SRV 0 0 5060 192-0-2-1.test.
		_sip._udp.b.test. 0 SRV 0 0 5060 192-0-2-1.test.
		192-0-2-1.test. 300 A 192.0.2.1`)
	r := z.resolver(sipnet.UDP)
	a, b := resolve.Question{Host: "a.test", Transport: sipnet.UDP}, resolve.Question{Host: "b.test", Transport: sipnet.UDP}
	for _, c := range []struct {
		q     resolve.Question
		after time.Duration
		asks  bool
	}{
		{a, 0, true}, {a, 0, false}, {a, 19 * time.Second, false}, {a, 20 * time.Second, true},
		{b, 0, true}, {b, 4 * time.Second, false}, {b, 5 * time.Second, true}, // a TTL of 0 is 5 s
	} {
		start := z.now
		z.now = z.now.Add(c.after)
		z.questions()
		if _, known := r.Known(c.q); known == c.asks {
			t.Errorf("%s after %v: known is %v", c.q.Host, c.after, known)
		}
		mustFind(t, r, c.q, "udp 192.0.2.1:5060")
		if asked := z.questions(); (len(asked) > 0) != c.asks {
			t.Errorf("%s after %v: asked %q", c.q.Host, c.after, asked)
		}
		if !c.asks {
			z.now = start
		}
	}
}

// A name server that is gone must not take the telephone with it (RFC 8767).
func TestStaleWhileSilent(t *testing.T) {
	z := newZone(t, example)
	r := z.resolver()
	q := resolve.Question{Host: "example.com", Transport: sipnet.UDP, Family: resolve.IPv4}
	const want = "udp 192.0.2.1:5070, udp 192.0.2.2:5060"
	mustFind(t, r, q, want)
	z.now = z.now.Add(24 * time.Hour)
	z.silent["*"] = true
	mustFind(t, r, q, want)
	// Only SRV is silent: the domain's own address is not what was listed.
	delete(z.silent, "*")
	z.silent["_sip._udp.example.com. SRV"] = true
	mustFind(t, r, q, want)
	// An answer that there is nothing counts.
	clear(z.silent)
	clear(z.sets)
	mustFail(t, r, q, resolve.ErrNotFound)
}

// RFC 3263 section 4.3.
func TestFailedServerIsTriedLast(t *testing.T) {
	z := newZone(t, example)
	r := z.resolver()
	q := resolve.Question{Host: "example.com", Transport: sipnet.UDP, Family: resolve.IPv4}
	hops := mustFind(t, r, q, "udp 192.0.2.1:5070, udp 192.0.2.2:5060")
	r.Failed(hops[0], 0)
	mustFind(t, r, q, "udp 192.0.2.2:5060, udp 192.0.2.1:5070")
	r.Failed(hops[1], 0)
	mustFind(t, r, q, "udp 192.0.2.1:5070, udp 192.0.2.2:5060") // all down: the old order
	r.Worked(hops[1])
	mustFind(t, r, q, "udp 192.0.2.2:5060, udp 192.0.2.1:5070")
	z.now = z.now.Add(time.Minute)
	mustFind(t, r, q, "udp 192.0.2.1:5070, udp 192.0.2.2:5060")

	r.Failed(hops[0], 24*time.Hour) // a Retry-After
	z.now = z.now.Add(59 * time.Minute)
	mustFind(t, r, q, "udp 192.0.2.2:5060, udp 192.0.2.1:5070")
	z.now = z.now.Add(time.Minute)
	mustFind(t, r, q, "udp 192.0.2.1:5070, udp 192.0.2.2:5060")

	r.Failed(hops[0], 0)
	r.Renew() // another network
	z.questions()
	mustFind(t, r, q, "udp 192.0.2.1:5070, udp 192.0.2.2:5060")
	if len(z.questions()) == 0 {
		t.Error("nothing was asked anew on another network")
	}
}

// A walk finds what a lookup finds, says what it asked for, and remembers nothing.
func TestWalk(t *testing.T) {
	z := newZone(t, example)
	r := z.resolver(sipnet.UDP)
	for range 2 {
		before := len(z.asked)
		hops, tried, err := r.Walk(t.Context(), resolve.Question{Host: "example.com", Family: resolve.IPv4})
		if err != nil || len(hops) != 2 {
			t.Fatalf("%v, %v", hops, err)
		}
		got := strings.Join(tried, ", ")
		for _, want := range []string{"SRV _sip._udp.example.com (2)", "NAPTR example.com (3)"} {
			if !strings.Contains(got, want) {
				t.Errorf("asked for %s, want %s among it", got, want)
			}
		}
		if len(z.asked) == before {
			t.Error("it was remembered")
		}
	}
	_, tried, err := r.Walk(t.Context(), resolve.Question{Host: "nothing.test"})
	if err == nil || !strings.Contains(strings.Join(tried, ", "), "SRV _sip._udp.nothing.test (none)") {
		t.Errorf("%v: %v", tried, err)
	}
}
