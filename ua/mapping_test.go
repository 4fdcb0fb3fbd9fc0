package ua

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"star18/audio/rtpstream/memnet"
)

var (
	stunServer = netip.MustParseAddrPort("192.0.2.99:3478")
	seenAt     = netip.MustParseAddrPort("198.51.100.7:40000")
)

// router is what a STUN server and the NAT before it do to a rig: the server
// answers after a delay, unless that is negative, and what is sent to the
// address that it tells arrives at the one who asked.
type router struct {
	r     *rig
	delay time.Duration

	mu       sync.Mutex
	asker    netip.AddrPort
	sdp      []string // descriptions of any line, in order
	inviteAt time.Time
	passed   int
}

func newRouter(r *rig, delay time.Duration) *router {
	n := &router{r: r, delay: delay}
	r.net.Tap(n.see)
	return n
}

func (n *router) see(p memnet.Packet) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case p.To == stunServer:
		n.asker = p.From
		if n.delay >= 0 {
			answer := bindingSuccess(p.Data)
			time.AfterFunc(n.delay, func() { n.r.net.Inject(stunServer, p.From, answer) })
		}
	case p.To == seenAt:
		n.passed++
		asker := n.asker
		time.AfterFunc(0, func() { n.r.net.Inject(p.From, asker, p.Data) })
	case p.To.Port() == 5060:
		if bytes.HasPrefix(p.Data, []byte("INVITE")) && n.inviteAt.IsZero() {
			n.inviteAt = time.Now()
		}
		if body := bodyOf(p.Data); bytes.HasPrefix(body, []byte("v=0")) {
			n.sdp = append(n.sdp, string(body))
		}
	}
}

// bindingSuccess answers a request by the words of RFC 5389 6 and 15.2.
func bindingSuccess(request []byte) []byte {
	m := append([]byte{1, 1, 0, 12}, request[4:20]...)
	m = append(m, 0, 0x20, 0, 8, 0, 1)
	m = binary.BigEndian.AppendUint16(m, seenAt.Port()^0x2112)
	ip := seenAt.Addr().As4()
	return binary.BigEndian.AppendUint32(m, binary.BigEndian.Uint32(ip[:])^0x2112a442)
}

func (n *router) invited() time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.inviteAt
}

func (n *router) packets() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.passed
}

func (n *router) described(i int) (mapped bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Contains(n.sdp[i], "c=IN IP4 198.51.100.7\r\n") && strings.Contains(n.sdp[i], "m=audio 40000 ")
}

// The media address is the one that others see, in the offer and in the answer,
// and a server that says nothing does not hold the call up.
func TestMappedMedia(t *testing.T) {
	for _, c := range []struct {
		name           string
		caller, callee bool
		delay          time.Duration
		mapped         int // which description: 0 offer, 1 answer, -1 none
		wait           time.Duration
	}{
		{"the caller asks", true, false, 40 * time.Millisecond, 0, 40 * time.Millisecond},
		{"the callee asks", false, true, 40 * time.Millisecond, 1, 0},
		{"the callee's server is slow", false, true, 250 * time.Millisecond, 1, 0},
		{"the caller's server is too slow", true, false, 2 * time.Second, -1, mappingLimit},
		{"no server answers", true, true, -1, -1, mappingLimit},
	} {
		t.Run(c.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, func(a, b *Config) {
					a.RTP.Symmetric, b.RTP.Symmetric = false, false // the description counts
					for _, asks := range []struct {
						cfg *Config
						yes bool
					}{{a, c.caller}, {b, c.callee}} {
						if asks.yes {
							asks.cfg.RTP.STUN = stunServer.Addr().String()
						}
					}
				})
				n := newRouter(r, c.delay)
				start := time.Now()
				out, in := r.dial(false)
				if waited := n.invited().Sub(start); waited != c.wait {
					t.Errorf("the INVITE waited %v, want %v", waited, c.wait)
				}
				time.Sleep(3 * time.Second)
				for i, what := range []string{"offer", "answer"} {
					if n.described(i) != (i == c.mapped) {
						t.Errorf("%s:\n%s", what, n.sdp[i])
					}
				}
				if c.mapped >= 0 && n.packets() < 100 {
					t.Errorf("%d packets came through the router", n.packets())
				}
				out.Hangup()
				<-in.Done()
				<-out.Done()
				for _, call := range []*Call{out, in} {
					if e := call.Ended(); e.Rx.Packets < 100 {
						t.Errorf("%+v", e)
					}
				}
				r.close()
			})
		})
	}
}

// Hanging up while the server is asked ends the call at once, without INVITE.
func TestHangupBeforeInvite(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, _ *Config) { a.RTP.STUN = stunServer.String() })
		n := newRouter(r, -1)
		out := r.place(false)
		time.Sleep(10 * time.Millisecond)
		out.Hangup()
		<-out.Done()
		if e := out.Ended(); e.Cause != CauseCancelled || !n.invited().IsZero() {
			t.Errorf("%+v, INVITE at %v", e, n.invited())
		}
		r.close()
	})
}

// At another address the call asks again, and goes on from there; a server that
// is silent then costs the wait and nothing else.
func TestMappedMediaMoves(t *testing.T) {
	for name, silent := range map[string]bool{"answered": false, "silent": true} {
		t.Run(name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				var local atomic.Value
				local.Store(callerAddr.Addr())
				r := newRig(t, func(a, _ *Config) {
					a.Listen, a.RTP.STUN = ":5060", stunServer.String()
					a.LocalAddr = func(netip.AddrPort) (netip.Addr, error) { return local.Load().(netip.Addr), nil }
				})
				n := newRouter(r, 40*time.Millisecond)
				out, in := r.dial(false)
				time.Sleep(time.Second)
				if silent {
					n.mu.Lock()
					n.delay = -1
					n.mu.Unlock()
				}
				for range 3 { // the last one counts
					local.Store(local.Load().(netip.Addr).Next().Next())
					r.caller.NetworkChanged()
					time.Sleep(10 * time.Millisecond)
				}
				time.Sleep(2 * time.Second)
				n.mu.Lock()
				last := n.sdp[len(n.sdp)-2] // the offer of the re-INVITE, and its answer
				n.mu.Unlock()
				want := seenAt.Addr().String()
				if silent {
					want = "192.0.2.7"
				}
				if !strings.Contains(last, "c=IN IP4 "+want+"\r\n") {
					t.Errorf("offered\n%s\nwant %s", last, want)
				}
				before := len(r.callee.heard.last(time.Hour))
				time.Sleep(time.Second)
				if heard := len(r.callee.heard.last(time.Hour)) - before; heard < 7000 {
					t.Errorf("%d samples heard in a second after the move", heard)
				}
				out.Hangup()
				<-in.Done()
				<-out.Done()
				if e := in.Ended(); e.Cause != CauseHangup || e.Rx.Packets < 150 || e.Rx.Lost > 20 {
					t.Errorf("%+v", e)
				}
				r.close()
			})
		})
	}
}

// What doctor asks is what a call would.
func TestExamineSTUN(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(caller, _ *Config) { caller.RTP.STUN = stunServer.String() })
		newRouter(r, time.Millisecond)
		local, seen, err := r.caller.ExamineSTUN(t.Context())
		if err != nil || seen != seenAt || local.Addr() != callerAddr.Addr() || local.Port()%2 != 0 {
			t.Errorf("%v seen as %v, %v", local, seen, err)
		}
		r.close()
	})
}
