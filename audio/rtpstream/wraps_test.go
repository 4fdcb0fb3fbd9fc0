package rtpstream

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"
)

// ferry takes packets from one stream that is not started to another, without
// any clock.
type ferry struct {
	t        *testing.T
	from, to *Stream
	sink     *sinkConn
	now      time.Time
}

func newFerry(t *testing.T, seq uint16, from, to Keys) *ferry {
	f := &ferry{t: t, sink: &sinkConn{}, now: time.Now()}
	make := func(conn Conn, ssrc uint32) *Stream {
		c := testConfig(t, conn, newTelephone(aliceHz))
		c.Remote, c.SSRC, c.Seq = bobAddr, ssrc, seq
		s, err := New(c)
		must(t, err)
		return s
	}
	f.from, f.to = make(f.sink, 1), make(&sinkConn{}, 2)
	must(t, f.to.ArmReceive(to))
	must(t, f.from.ProtectSend(from))
	must(t, f.to.ProtectSend(to))
	return f
}

// send makes the next packet.
func (f *ferry) send() []byte {
	f.now = f.now.Add(20 * time.Millisecond)
	f.from.send.frame(f.now)
	return f.sink.last
}

// deliver says whether a packet was taken as authentic.
func (f *ferry) deliver(packet []byte) bool {
	before := f.to.Stats().ReceivedProtected.Packets
	f.to.receive.handle(packet, aliceAddr, f.now)
	return f.to.Stats().ReceivedProtected.Packets == before+1
}

// Three wraps of the sequence and more, with a loss of one in twenty: what
// arrives is authentic to the last packet, whatever the transform, and what is
// forged or replayed on the way is not and moves nothing.
func TestThreeWrapsWithLoss(t *testing.T) {
	for _, name := range append(Transforms(), None) {
		t.Run(name.String(), func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(18, 81))
			f := newFerry(t, 65_000, listing(t, Caller, name), listing(t, Callee, name))
			packets, wraps := 3<<16+1000, uint64(4) // 65,000 + 197,608 is 4·2^16 + 464
			if raceEnabled {
				packets, wraps = 2000, 1 // one goroutine has no races
			}
			lost := uint64(0)
			for n := range packets {
				packet := f.send()
				if rnd.IntN(20) == 0 {
					lost++
					continue
				}
				if n%1000 == 999 && name != None && f.deliver(spoiled(packet, rnd)) {
					t.Fatalf("packet %d: forged and taken", n)
				}
				if !f.deliver(packet) {
					t.Fatalf("packet %d: refused: %+v", n, f.to.Stats())
				}
				if n%1000 == 500 && f.deliver(packet) {
					t.Fatalf("packet %d: taken twice", n)
				}
			}
			if roc := f.from.send.index >> 16; roc != wraps {
				t.Errorf("rollover counter %d after the last packet", roc)
			}
			if s := f.to.Stats(); lost < uint64(packets/25) || s.ReceivedProtected.Packets != uint64(packets)-lost {
				t.Errorf("%d lost, %+v", lost, s)
			}
		})
	}
}

// spoiled is a packet with one bit changed. Half of them claim a number far
// ahead, which would move the rollover counter.
func spoiled(packet []byte, rnd *rand.Rand) []byte {
	bad := bytes.Clone(packet)
	if rnd.IntN(2) == 0 {
		bad[2] ^= 0x40
		return bad
	}
	bit := 8*fixedHeader + rnd.IntN(8*(len(bad)-fixedHeader))
	bad[bit/8] ^= 1 << (bit % 8)
	return bad
}

// The change of the sending transform falls beside a wrap and some packets
// around it are lost: sequence and rollover counter go on, the receiver finds
// the new transform under them.
func TestChangeOfTransformBesideAWrap(t *testing.T) {
	for _, first := range Transforms() {
		for _, lost := range []int{0, 1, 20, 64} {
			second := HMACMD5_128
			if first == second {
				second = HMACMD5_32
			}
			f := newFerry(t, 65_530-60, listing(t, Caller, first, second), listing(t, Callee, second, first))
			f.from.guard.Load().mirror.authenticated(1, f.from.clock(f.now)) // a packet of the callee
			change := -1
			for n := range 200 {
				packet := bytes.Clone(f.send())
				if change < 0 && f.from.sendsWith() == second {
					change = n
				}
				if change >= 0 && n < change+lost {
					continue
				}
				if !f.deliver(packet) {
					t.Fatalf("%v, %d lost: packet %d refused", first, lost, n)
				}
			}
			if change < 45 || change > 60 {
				t.Errorf("the change came at packet %d, not before the wrap at 66", change)
			}
			if f.to.hearsWith() != second {
				t.Errorf("the receiver hears %v", f.to.hearsWith())
			}
		}
	}
}

// Wraps in clear do not count: the first protected packet has rollover counter
// 0, wherever the sequence is.
func TestWrapsInClearDoNotCount(t *testing.T) {
	s := stepStream(t, &sinkConn{})
	s.send.index = 65_000
	for range 2000 {
		s.send.frame(time.Now())
	}
	k := listing(t, Caller, HMACMD5_80)
	must(t, s.ProtectSend(k))
	s.send.frame(time.Now())
	if sent := s.socket().(*sinkConn).last; !testCipher(t, k, HMACMD5_80).authentic(sent, 0) {
		t.Error("the first protected packet is not under rollover counter 0")
	}
}

// A key protects 2^48 packets and no more (RFC 3711 section 9.2).
func TestKeyIsSpent(t *testing.T) {
	f := newFerry(t, 0, rfcKeys(t), rfcKeys(t))
	f.send()
	f.from.send.index = maxIndex - 1
	f.send()
	f.sink.last = nil
	f.send()
	if s := f.from.Stats(); f.sink.last != nil || s.SentProtected.Packets != 2 || s.SealFailed != 1 {
		t.Errorf("sent %x, %+v", f.sink.last, s)
	}
}
