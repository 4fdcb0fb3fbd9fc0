package rtpstream

import (
	"testing"
	"time"
)

// outcomes is every counter that a received packet may end in.
func outcomes(s Stats) uint64 {
	return s.ReceivedClear.Packets + s.ReceivedProtected.Packets + s.OtherPayload + s.Rejected()
}

// Whatever arrives, in whatever stage: no panic, one counter for each packet,
// nothing authentic without the key, nothing clear when secured.
func FuzzHandle(f *testing.F) {
	for _, c := range packets {
		f.Add(fromHex(f, c.hex))
	}
	f.Add(rtpPacket(peerSSRC, 5, make([]byte, 160)))
	f.Add(rtpPacket(peerSSRC, 5, make([]byte, 170)))
	f.Add(rtpPacket(ourSSRC, 5, make([]byte, 170)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > readSize {
			b = b[:readSize]
		}
		k := listing(t, Callee, Transforms()...)
		s := stepStream(t, &sinkConn{})
		peer := newPeer(t, k, peerSSRC, 1)
		take := func(packet []byte) { s.receive.handle(packet, bobAddr, time.Now()) }
		stages := []func(){
			func() { take(peer.clear(make([]byte, 160))) },
			func() { must(t, s.ArmReceive(k)) },
			func() { s.LimitClear(0) },
			func() { take(peer.protected(make([]byte, 160))) },
		}
		for n, enter := range stages {
			enter()
			before := s.Stats()
			take(b)
			after := s.Stats()
			if outcomes(after) != outcomes(before)+1 {
				t.Fatalf("stage %d: %+v after %+v", n, after, before)
			}
			if after.ReceivedProtected != before.ReceivedProtected {
				t.Fatalf("stage %d: authentic without the key", n)
			}
			if n >= 2 && after.ReceivedClear != before.ReceivedClear {
				t.Fatalf("stage %d: clear is played", n)
			}
		}
	})
}

// The handshake may be given up between the look at the stage and the
// decryption of the peer's first packet.
func TestPacketOpenedWhileDisarming(t *testing.T) {
	s := stepStream(t, &sinkConn{})
	k := rfcKeys(t)
	must(t, s.ArmReceive(k))
	packet := newPeer(t, k, peerSSRC, 1).protected(make([]byte, 160))
	h, _ := parsed(packet)
	a := arrival{header: h, in: s.incoming.Load(), packet: packet, src: bobAddr, now: time.Now()}
	guard := s.guard.Load()
	v := s.receive.view(guard, a)
	s.DisarmReceive()
	s.receive.try(guard, a, v)
	if st := s.Stats(); st.AuthFailed != 1 || st.ReceivedProtected.Packets != 0 || s.guard.Load() != nil {
		t.Errorf("statistics %+v", st)
	}
}
