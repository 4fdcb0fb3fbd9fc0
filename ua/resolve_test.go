package ua

import (
	"context"
	"log/slog"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"

	"star18/ua/resolve"
	"star18/ua/sipnet"
)

// A line whose transport is left to DNS has what the domain lists first of what
// it speaks, and UDP if DNS is silent.
func TestAutoTransport(t *testing.T) {
	for name, c := range map[string]struct {
		services []string // in order
		want     sipnet.Transport
	}{
		"TCP listed first": {[]string{"SIP+D2T", "SIP+D2U"}, sipnet.TCP},
		"TLS":              {[]string{"SIPS+D2T", "SIP+D2U"}, sipnet.TLS},
		"nothing listed":   {nil, sipnet.UDP},
	} {
		t.Run(name, func(t *testing.T) {
			l := &Line{cfg: Config{Proxy: "pbx.test", Transport: AutoTransport}, log: slog.New(slog.DiscardHandler)}
			l.resolver = resolve.New(resolve.Config{
				Exchange: func(_ context.Context, q *dns.Msg) (*dns.Msg, error) {
					m := new(dns.Msg).SetReply(q)
					h := dns.RR_Header{Name: q.Question[0].Name, Rrtype: q.Question[0].Qtype, Class: dns.ClassINET, Ttl: 60}
					switch {
					case c.services == nil:
						return nil, context.DeadlineExceeded
					case h.Rrtype == dns.TypeSRV:
						m.Answer = append(m.Answer, &dns.SRV{Hdr: h, Port: 5060, Target: "192.0.2.9"})
					}
					for i, s := range c.services {
						if h.Rrtype == dns.TypeNAPTR {
							m.Answer = append(m.Answer, &dns.NAPTR{Hdr: h, Order: uint16(i), Flags: "s", Service: s, Replacement: strconv.Itoa(i) + ".pbx.test."})
						}
					}
					return m, nil
				},
				Hosts: func(_ context.Context, name string) ([]netip.Addr, error) {
					a, err := netip.ParseAddr(name)
					return []netip.Addr{a}, err
				},
			})
			l.settleTransport(t.Context())
			if l.transport() != c.want {
				t.Errorf("%s, want %s", l.transport(), c.want)
			}
			if hop, err := l.proxyAddr(t.Context()); c.services != nil && (err != nil || hop.Transport != c.want) {
				t.Errorf("then %v, %v", hop, err)
			}
		})
	}
}

// A line that begins before DNS can be asked is by UDP until then, and registers as
// the domain wants it once DNS has said so.
func TestAutoTransportAwaitsDNS(t *testing.T) {
	virtual(t, func(t *testing.T) {
		s := newStreamRig(t, sipnet.TCP, nil)
		s.await()
		var heard atomic.Bool
		cfg := s.config(callerUser, netip.MustParseAddrPort("192.0.2.3:5060"), labAddr)
		cfg.Register, cfg.Expires = true, time.Hour
		cfg.ListenTCP, cfg.DialTCP = s.streams.Listen, s.streams.Dial
		third := s.newEnd(cfg, callerTone)
		third.cfg.Transport, third.cfg.Proxy = AutoTransport, "pbx.test"
		third.resolver = resolve.New(resolve.Config{
			Exchange: func(_ context.Context, q *dns.Msg) (*dns.Msg, error) {
				m := new(dns.Msg).SetReply(q)
				h := dns.RR_Header{Name: q.Question[0].Name, Rrtype: q.Question[0].Qtype, Class: dns.ClassINET, Ttl: 60}
				switch {
				case !heard.Load():
					return nil, context.DeadlineExceeded
				case h.Rrtype == dns.TypeNAPTR:
					m.Answer = []dns.RR{&dns.NAPTR{Hdr: h, Flags: "s", Service: "SIP+D2T", Replacement: "tcp.pbx.test."}}
				case h.Rrtype == dns.TypeSRV:
					m.Answer = []dns.RR{&dns.SRV{Hdr: h, Port: labAddr.Port(), Target: labAddr.Addr().String()}}
				}
				return m, nil
			},
			Hosts: func(_ context.Context, name string) ([]netip.Addr, error) {
				a, err := netip.ParseAddr(name)
				return []netip.Addr{a}, err
			},
		})
		third.settleTransport(t.Context())
		third.Start()
		time.Sleep(10 * time.Second)
		must[RegistrationFailed](third)
		if third.settled() || third.transport() != sipnet.UDP {
			t.Errorf("%s, settled %t, before DNS has spoken", third.transport(), third.settled())
		}
		heard.Store(true)
		third.NetworkChanged()
		time.Sleep(time.Second)
		if got := must[Registered](third); !strings.HasPrefix(got.Via, "tcp ") || third.transport() != sipnet.TCP {
			t.Errorf("%+v by %s", got, third.transport())
		}
		third.Close(t.Context())
		s.finish()
	})
}
