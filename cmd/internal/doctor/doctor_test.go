package doctor

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"star18/ua"
	"star18/ua/digest"
	"star18/ua/sipnet"
)

var hop = sipnet.Hop{Transport: sipnet.UDP, Addr: netip.MustParseAddrPort("192.0.2.1:5060")}

func addr(text string) netip.AddrPort { return netip.MustParseAddrPort(text) }

// TestServer: each state of a server has one cause and one fix.
func TestServer(t *testing.T) {
	alive := ua.Reply{Status: 200, Reason: "OK", Took: time.Millisecond}
	asked := func(status int) ua.Examination {
		return ua.Examination{
			Alive: alive, Known: ua.Reply{Status: status, Reason: "Words"}, Asked: true, Realm: "pbx", Offered: []digest.Algorithm{digest.MD5},
			Local: addr("10.0.0.2:5060"), Seen: addr("10.0.0.2:5060"),
		}
	}
	open := asked(200)
	open.Asked = false
	bare := asked(401)
	bare.Unproved = true
	strange := asked(401)
	strange.Offered = nil
	nat := asked(200)
	nat.Seen = addr("198.51.100.7:40000")
	dark := asked(200)
	dark.Seen = netip.AddrPort{}
	for _, test := range []struct {
		name   string
		x      ua.Examination
		own    bool
		check  string
		result Result
		words  string
	}{
		{"all is well", asked(200), true, "registration", Passed, "password is right"},
		{"no password asked for", open, true, "registration", Warned, "no password"},
		{"wrong password", asked(401), true, "registration", Failed, "user or password is wrong"},
		{"no password", bare, true, "registration", Failed, "wants a password, and there is none"},
		{"forbidden", asked(403), true, "registration", Failed, "403"},
		{"unknown number", asked(404), true, "registration", Failed, "does not know this number"},
		{"no digest", strange, true, "registration", Failed, "no digest"},
		{"something else", asked(500), true, "registration", Warned, "500"},
		{"silence", ua.Examination{Alive: ua.Reply{Err: errors.New("no answer")}}, true, "answers", Failed, "no answer"},
		{"silence where it does not matter", ua.Examination{Alive: ua.Reply{Err: errors.New("refused")}}, false, "answers", Skipped, "does not use"},
		{"no NAT", asked(200), true, "our address", Passed, "as it is"},
		{"a NAT", nat, true, "our address", Warned, "198.51.100.7:40000"},
		{"a server that does not tell", dark, true, "our address", Warned, "no rport"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var r Report
			r.Server(hop, test.x, test.own)
			for _, f := range r {
				if f.Check == test.check {
					if f.Result != test.result || !strings.Contains(f.Found, test.words) {
						t.Errorf("%+v, want %s: %s", f, test.result, test.words)
					}
					if (f.Result == Failed || f.Result == Warned) != (f.Fix != "") {
						t.Errorf("fix %q of what has %s", f.Fix, f.Result)
					}
					return
				}
			}
			t.Errorf("no finding about %s in %+v", test.check, r)
		})
	}
}

// What a server refuses by one transport need not be tried by another.
func TestRefused(t *testing.T) {
	for status, want := range map[int][2]bool{200: {true, false}, 401: {false, true}, 403: {false, true}, 404: {false, true}, 500: {true, false}, 0: {false, false}} {
		x := ua.Examination{Alive: ua.Reply{Status: 200}, Known: ua.Reply{Status: status}, Asked: true, Offered: []digest.Algorithm{digest.MD5}}
		if status == 0 {
			x.Known.Err = errors.New("no answer")
		}
		var r Report
		r.Server(hop, x, true)
		if got := [2]bool{r.Registers(), r.Refused()}; got != want {
			t.Errorf("%d: registers and refused %v, want %v", status, got, want)
		}
	}
}

// What answers in another way than it is asked is no firewall.
func TestServerOfAnotherKind(t *testing.T) {
	for reason, fix := range map[error]string{sipnet.ErrNoWebSocket: "line.websocket_path", sipnet.ErrNoTLS: "speaks TLS", errors.New("x509: whatever"): "valid", errors.New("connection refused"): "nothing listens"} {
		var r Report
		r.Server(hop, ua.Examination{Alive: ua.Reply{Err: fmt.Errorf("wss 192.0.2.1:443: %w", reason)}}, true)
		if !strings.Contains(r[0].Fix, fix) {
			t.Errorf("%v: %s", reason, r[0].Fix)
		}
	}
}

func TestOtherJudgements(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name   string
		judge  func(*Report)
		result Result
	}{
		{"clock right", func(r *Report) { r.Clock(now.Add(-time.Second), now) }, Passed},
		{"clock wrong", func(r *Report) { r.Clock(now.Add(-time.Hour), now) }, Failed},
		{"clock unknown", func(r *Report) { r.Clock(time.Time{}, now) }, Skipped},
		{"clock before the program", func(r *Report) { r.Made(now.Add(time.Hour), now, nil) }, Failed},
		{"clock after the program", func(r *Report) { r.Made(now.Add(-time.Hour), now, nil) }, Passed},
		{"STUN", func(r *Report) { r.STUN("stun.test", netip.AddrPort{}, netip.MustParseAddrPort("192.0.2.1:4000"), nil) }, Passed},
		{"no STUN", func(r *Report) { r.STUN("stun.test", netip.AddrPort{}, netip.AddrPort{}, errors.New("no answer")) }, Failed},
		{"no network", func(r *Report) { r.Socket(sipnet.UDP, errors.New("network is unreachable"), true) }, Failed},
		{"no network for another transport", func(r *Report) { r.Socket(sipnet.TCP, errors.New("network is unreachable"), false) }, Skipped},
		{"ports free", func(r *Report) { r.Ports(50, 50, netip.Addr{}, nil) }, Passed},
		{"some taken", func(r *Report) { r.Ports(40, 50, netip.Addr{}, nil) }, Passed},
		{"most taken", func(r *Report) { r.Ports(4, 50, netip.Addr{}, nil) }, Warned},
		{"all taken", func(r *Report) { r.Ports(0, 50, netip.Addr{}, errors.New("in use")) }, Failed},
		{"microphone", func(r *Report) { r.Sound(Sound{Level: -40, Heard: true}) }, Passed},
		{"dead microphone", func(r *Report) { r.Sound(Sound{Level: -90, Heard: true}) }, Warned},
		{"no device", func(r *Report) { r.Sound(Sound{Err: errors.New("gone")}) }, Failed},
		{"no DNS", func(r *Report) { r.DNS(Lookup{Err: errors.New("gone")}, true) }, Failed},
		{"no DNS for another transport", func(r *Report) { r.DNS(Lookup{Err: errors.New("gone")}, false) }, Skipped},
	} {
		t.Run(test.name, func(t *testing.T) {
			var r Report
			test.judge(&r)
			if len(r) != 1 || r[0].Result != test.result || r.Count(test.result) != 1 {
				t.Errorf("%+v, want %s", r, test.result)
			}
		})
	}
}

// Each fault of a connection has a fix of its own.
func TestFixesOfSilence(t *testing.T) {
	for text, want := range map[string]string{
		"the server's certificate comes from a CA that is not trusted":      "sip.tls.ca_file",
		"the server's certificate is for another name":                      "line.domain or line.proxy",
		"the server's certificate is expired":                               "operator",
		"dial tcp 127.0.0.1:0->127.0.0.1:5060: connect: connection refused": "nothing listens there for TLS",
		"EOF":                                   "ends the connection",
		"connect: network is unreachable":       "no way there",
		"bind: cannot assign requested address": "an address of this machine",
		"no answer in time":                     "firewall",
	} {
		if got := silentFix(text, "TLS"); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// A transport that works is named while the line's own does not.
func TestAlternative(t *testing.T) {
	dead := func(r *Report) { r.Fail("server udp 192.0.2.1:5060", "answers", "f", "x") }
	alive := func(r *Report) { r.Pass("server tcp 192.0.2.1:5060", "answers", "x") }
	var r Report
	dead(&r)
	r.Alternative(0, sipnet.UDP)
	if r.Count(Warned) != 0 {
		t.Errorf("nothing works: %+v", r)
	}
	alive(&r)
	r.Alternative(0, sipnet.UDP)
	if r.Count(Warned) != 1 || r[2].Fix != "set line.transport to tcp" {
		t.Errorf("tcp works: %+v", r)
	}
	r = nil
	alive(&r)
	r.Alternative(0, sipnet.TCP)
	if r.Count(Warned) != 0 {
		t.Errorf("it is the line's own: %+v", r)
	}
	r = nil
	r.Socket(sipnet.UDP, errors.New("bind: address already in use"), true)
	alive(&r)
	r.Alternative(0, sipnet.UDP)
	if r.Count(Warned) != 0 || r[0].Fix == "" {
		t.Errorf("the fault is here, not there: %+v", r)
	}
}
