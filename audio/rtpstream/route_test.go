package rtpstream

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

// from sends count packets, 20 ms apart, from a source of the test's choice.
func (w *wire) from(src netip.AddrPort, count int, make func(payload []byte) []byte) {
	for range count {
		w.net.Inject(src, bobAddr, make(sinePayload(w.t, forgeHz, 160, w.n)))
		time.Sleep(20 * time.Millisecond)
	}
	synctest.Wait()
}

// sendsTo is where bob's packets go now.
func (w *wire) sendsTo(bob *end) netip.AddrPort {
	seen := tap(w.net, bobAddr)
	pass(40 * time.Millisecond)
	all := seen.all()
	if len(all) == 0 {
		return netip.AddrPort{}
	}
	return all[len(all)-1].To
}

func symmetric(c *Config) { c.Symmetric = true }

func TestSymmetricRTPFollowsThePeer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := memnetWith(t)
		bob := w.bob(t, symmetric)
		want := func(when string, addr netip.AddrPort, moves int) {
			t.Helper()
			if got := w.sendsTo(bob); got != addr {
				t.Errorf("%s: sends to %v, want %v", when, got, addr)
			}
			if got := bob.count(EventRemoteChanged); got != moves {
				t.Errorf("%s: %d moves reported, want %d", when, got, moves)
			}
		}
		want("before any packet", aliceAddr, 0)
		w.from(behind, 1, w.peer.clear)
		want("first packet from elsewhere", behind, 1)
		w.from(stranger, 10, w.peer.clear)
		want("the peer's SSRC from elsewhere at once", behind, 1)
		w.from(behind, 1, w.peer.clear)
		pass(time.Second)
		w.from(rebound, 3, w.peer.clear)
		want("the stream goes on elsewhere", rebound, 2)

		bob.SetRemote(aliceAddr)
		want("a new SDP with the address of before", rebound, 2)
		bob.SetRemote(inSDP)
		bob.SetRemote(netip.AddrPortFrom(bobAddr.Addr(), 9))
		want("a new SDP with another address", netip.AddrPortFrom(bobAddr.Addr(), 9), 2)
		w.from(rebound, 1, w.peer.clear)
		want("the first packet after it", rebound, 3)

		must(t, bob.ArmReceive(rfcKeys(t)))
		pass(time.Second)
		w.from(behind, 10, w.peer.clear)
		want("clear packets while keys exist", rebound, 3)
		w.from(behind, 1, w.peer.protected)
		want("an authentic packet", behind, 4)
		w.from(stranger, 10, w.peer.clear)
		want("clear packets when secured", behind, 4)
	})
}

func TestWithoutSymmetricRTPTheSDPRules(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := memnetWith(t)
		bob := w.bob(t, nil)
		w.from(behind, 10, w.peer.clear)
		if got := w.sendsTo(bob); got != aliceAddr || bob.count(EventRemoteChanged) != 0 {
			t.Errorf("sends to %v", got)
		}
		if s := bob.Stats(); s.ReceivedClear.Packets != 10 {
			t.Errorf("packets from another port are not heard: %+v", s)
		}
	})
}

func TestReplayedPacketDoesNotMoveTheAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := memnetWith(t)
		bob := w.bob(t, symmetric)
		must(t, bob.ArmReceive(rfcKeys(t)))
		late := w.peer.protected([]byte("late, but never seen"))
		packet := w.peer.protected([]byte("speech"))
		w.from(behind, 1, func([]byte) []byte { return packet })
		w.from(stranger, 2, func([]byte) []byte { return packet })
		w.from(stranger, 1, func([]byte) []byte { return late })
		if got := w.sendsTo(bob); got != behind {
			t.Errorf("sends to %v", got)
		}
	})
}

// An address that can take nothing (hold as RFC 2543 says it, or none yet)
// must not make packets come back to this machine.
func TestNoDestinationSendsNothing(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:16384", "[::]:16384", "192.0.2.1:0"} {
		synctest.Test(t, func(t *testing.T) {
			w := memnetWith(t)
			bob := w.bob(t, func(c *Config) { c.Remote = netip.MustParseAddrPort(addr) })
			if got := w.sendsTo(bob); got.IsValid() {
				t.Errorf("%s: sends to %v", addr, got)
			}
			bob.SetRemote(netip.MustParseAddrPort("[::ffff:192.0.2.1]:16384"))
			if got := w.sendsTo(bob); got != aliceAddr {
				t.Errorf("after an address: sends to %v", got)
			}
		})
	}
}

// SetRemote may come between a packet and the move that it causes.
func TestSDPThatChangesWhileAPacketMovesTheAddressWins(t *testing.T) {
	s := stepStream(t, &sinkConn{})
	r := &s.receive
	r.latched()          // the latch of the SDP of now ...
	s.SetRemote(rebound) // ... which is replaced
	if s.follow(r.sdp, stranger) || *s.target.Load() != rebound {
		t.Errorf("sends to %v", *s.target.Load())
	}
}

// A socket for both families shows IPv4 peers as ::ffff:192.0.2.2.
func TestMappedAddressIsTheSameAddress(t *testing.T) {
	s := stepStream(t, &sinkConn{})
	mapped := netip.AddrPortFrom(netip.AddrFrom16(bobAddr.Addr().As16()), bobAddr.Port())
	s.receive.handle(rtpPacket(peerSSRC, 1, make([]byte, 160)), mapped, time.Now())
	if to := *s.target.Load(); to != bobAddr || s.Stats().ReceivedClear.Packets != 1 {
		t.Errorf("sends to %v", to)
	}
}
