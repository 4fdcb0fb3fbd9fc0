package rtpstream

import (
	"encoding/binary"
	"math"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio/measure"
)

// hostile is a kind of packet that somebody sends beside the true stream, and the
// one counter that it may move. Unless it says otherwise it comes from the peer's
// own address and port, under its SSRC, as the best forger has it.
type hostile struct {
	name    string
	src     netip.AddrPort // zero: the peer's
	packet  func(n int) []byte
	clear   cause // beside a stream in clear
	secured cause // beside a secured one; accepted: the same
}

// counted is the counter that a packet of this kind moves.
func (h hostile) counted(secured bool) cause {
	if secured && h.secured != accepted {
		return h.secured
	}
	return h.clear
}

// speechOf is a packet that only its fields tell from the stream's.
func speechOf(ssrc uint32, seq uint16, timestamp uint32, size int) []byte {
	b := make([]byte, fixedHeader+size)
	header{pt: testPT, seq: seq, time: timestamp, ssrc: ssrc}.put(b)
	for i := range b[fixedHeader:] {
		b[fixedHeader+i] = byte(31 * i) // loud
	}
	return b
}

// altered is a packet of the stream with some octets changed.
func altered(change func(b []byte) []byte) func(int) []byte {
	return func(n int) []byte { return change(speechOf(peerSSRC, uint16(n), 160*uint32(n), 160)) }
}

func padded(last byte) func(int) []byte {
	return altered(func(b []byte) []byte { b[0] |= 0x20; b[len(b)-1] = last; return b })
}

func extended(extension ...byte) func(int) []byte {
	return altered(func(b []byte) []byte {
		b[0] |= 0x10
		return append(b[:fixedHeader], extension...)
	})
}

// jumps are distances of timestamps that have fooled somebody: a sample, a packet,
// a second, the signs of 31 and 32 bits, and their neighbours.
var jumps = []int64{1, 159, 160, 161, 8000, 65535, 65536, 1 << 24, 1<<30 - 1, 1 << 30, 1<<31 - 1, 1 << 31, 1<<32 - 1}

var hostiles = []hostile{
	{name: "nothing", packet: func(int) []byte { return nil }, clear: cutShort},
	{name: "one octet", packet: func(int) []byte { return []byte{0x80} }, clear: cutShort},
	{name: "a header less an octet", packet: altered(func(b []byte) []byte { return b[:11] }), clear: cutShort},
	{name: "version 0", packet: altered(func(b []byte) []byte { b[0] = 0; return b }), clear: badVersion},
	{name: "version 1", packet: altered(func(b []byte) []byte { b[0] = 0x40; return b }), clear: badVersion},
	{name: "version 3", packet: altered(func(b []byte) []byte { b[0] = 0xc0; return b }), clear: badVersion},
	{name: "15 CSRCs in 4 octets", packet: altered(func(b []byte) []byte { b[0] |= 15; return b[:16] }), clear: badCSRC},
	{name: "an extension of three octets", packet: extended(0xbe, 0xde, 0), clear: badExtension},
	{name: "an extension of 65535 words", packet: extended(0x12, 0x34, 0xff, 0xff, 1, 2, 3, 4), clear: badExtension},
	{name: "an element beyond its extension", packet: extended(0xbe, 0xde, 0, 1, 0x1f, 1, 2, 3, 9), clear: badExtension},
	{name: "a long element without end", packet: extended(0x10, 0, 0, 1, 1, 255, 3, 4, 9), clear: badExtension},
	{name: "nothing but an extension", packet: extended(0x12, 0x34, 0, 1, 1, 2, 3, 4), clear: empty, secured: notAuthentic},
	{name: "padding longer than the payload", packet: padded(161), clear: badPadding, secured: notAuthentic},
	{name: "padding of 255", packet: padded(255), clear: badPadding, secured: notAuthentic},
	{name: "padding of 0", packet: padded(0), clear: badPadding, secured: notAuthentic},
	{name: "padding without payload", packet: altered(func(b []byte) []byte { b[0] |= 0x20; return b[:fixedHeader] }),
		clear: empty, secured: notAuthentic},
	{name: "65507 octets", packet: altered(func(b []byte) []byte { return append(b, make([]byte, 65507-len(b))...) }), clear: tooLong},
	{name: "an octet too much", packet: altered(func(b []byte) []byte { return append(b, make([]byte, maxPayload-159)...) }), clear: tooLong},
	{name: "no payload", packet: altered(func(b []byte) []byte { return b[:fixedHeader] }), clear: empty, secured: notAuthentic},
	{name: "every other payload type", packet: func(n int) []byte {
		b := speechOf(peerSSRC, uint16(n), 0, 160)
		b[1] = byte(1 + n%59) // 61 to 63 and the types of RTCP have cases of their own
		if b[1] >= staticNoise {
			b[1]++
		}
		return b
	}, clear: otherType, secured: notAuthentic},
	{name: "RTCP of noise", packet: altered(func(b []byte) []byte { b[1] = 200; return b }), clear: controlling},
	{name: "a BYE of the peer's SSRC", packet: func(int) []byte { return []byte{0x81, 203, 0, 1, 0, 0, 0x11, 0x11, 0, 0, 0, 0} }, clear: controlling},
	{name: "our own SSRC", packet: func(n int) []byte { return speechOf(0xb0b, uint16(n), 0, 160) }, clear: ownSSRC},
	{name: "an event of two octets", packet: altered(func(b []byte) []byte { b[1] = eventPT; return b[:fixedHeader+2] }),
		clear: shortEvent, secured: notAuthentic},

	{name: "a stranger with the peer's SSRC", src: stranger, packet: func(n int) []byte {
		return speechOf(peerSSRC, uint16(100+n), 160*uint32(100+n), 160)
	}, clear: strange, secured: notAuthentic},
	{name: "a stranger's frames of one octet", src: stranger, packet: func(n int) []byte { return speechOf(7, uint16(n), uint32(n), 1) },
		clear: strange, secured: notAuthentic},
	{name: "a stranger's longest frames", src: stranger, packet: func(n int) []byte { return speechOf(7, uint16(n), 0, maxPayload) },
		clear: strange, secured: notAuthentic},
	{name: "a stranger's sequence of jumps", src: stranger, packet: func(n int) []byte { return speechOf(peerSSRC, uint16(n*7919), 0, 160) },
		clear: strange, secured: notAuthentic},
	{name: "a stranger's timestamps", src: stranger, packet: func(n int) []byte {
		jump := jumps[n%len(jumps)]
		if n%2 == 1 {
			jump = -jump
		}
		return speechOf(peerSSRC, uint16(100+n), uint32(160*int64(n)+jump), 160)
	}, clear: strange, secured: notAuthentic},
	{name: "a stranger's event of eight seconds", src: stranger, packet: func(n int) []byte {
		b := append(speechOf(peerSSRC, uint16(n), uint32(n), 0), 5, 10, 0xff, 0xff)
		b[1] = eventPT
		return b
	}, clear: strange, secured: notAuthentic},
	{name: "a stranger's comfort noise", src: stranger, packet: func(n int) []byte {
		b := append(speechOf(peerSSRC, uint16(100+n), 160*uint32(100+n), 0), 0)
		b[1] = staticNoise
		return b
	}, clear: strange, secured: notAuthentic},
	{name: "a new SSRC in every packet, of a stranger", src: stranger, packet: func(n int) []byte {
		return speechOf(0x5000+uint32(n), uint16(n), 0, 160)
	}, clear: strange, secured: notAuthentic},
	{name: "a new SSRC in every packet, of the peer's address", packet: func(n int) []byte {
		return speechOf(0x5000+uint32(n), uint16(n), 0, 160)
	}, clear: strange, secured: notAuthentic},
	{name: "another stream of the peer's address", packet: func(n int) []byte { return speechOf(0x5000, uint16(n), 160*uint32(n), 160) },
		clear: strange, secured: notAuthentic},
}

// beside is what is played of two seconds of the true stream while count packets
// of a kind come before each of its own.
func beside(t *testing.T, h *hostile, count int, secured bool) (played []int16, bob *end) {
	w := memnetWith(t)
	bob = w.bob(t, func(c *Config) { c.Symmetric, c.EventRecvPT = true, eventPT })
	mine := w.peer.clear
	if secured {
		must(t, bob.ProtectSend(rfcKeys(t)))
		mine = w.peer.protected
	}
	time.Sleep(7 * time.Millisecond) // between two ticks of the telephone
	w.speak(aliceHz, 500*time.Millisecond, mine)
	src := aliceAddr
	if h != nil && h.src.IsValid() {
		src = h.src
	}
	n := 0
	for range 2 * time.Second / tickTime {
		for range count {
			w.net.Inject(src, bobAddr, h.packet(n))
			n++
		}
		synctest.Wait() // all of them are there before the true one
		w.speak(aliceHz, tickTime, mine)
	}
	return bob.phone.heard(0), bob
}

// Beside any of these packets, ten for each true one, the sound is sample for
// sample what it is without them, the peer stays who and where it is, no key is
// told, and each packet moves its one counter. The oracle for the sound is the same
// stream left alone.
func TestHostilePacketsBesideTheStream(t *testing.T) {
	for _, secured := range []bool{false, true} {
		name := map[bool]string{false: "clear", true: "secured"}[secured]
		var alone []int16
		synctest.Test(t, func(t *testing.T) { alone, _ = beside(t, nil, 0, secured) })
		if level := measure.LevelAt(alone[len(alone)/4:], rate, aliceHz); math.Abs(level-toneDBm0) > 0.5 {
			t.Fatalf("%s: the stream left alone plays at %.1f dBm0, want %.1f", name, level, toneDBm0)
		}
		for _, h := range hostiles {
			t.Run(name+", "+h.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					played, bob := beside(t, &h, 10, secured)
					if !slices.Equal(played, alone) {
						t.Errorf("the tone at %.1f dBm0 is not what it is without them", measure.LevelAt(played[len(played)/4:], rate, aliceHz))
					}
					h.mustCount(t, bob.Stats(), secured, 1000)
					if ssrc, _ := bob.RemoteSSRC(); ssrc != peerSSRC || bob.count(EventRemoteChanged) != 0 || bob.count(EventKey) != 0 {
						t.Errorf("peer %x, moved %d times, %d keys", ssrc, bob.count(EventRemoteChanged), bob.count(EventKey))
					}
				})
			})
		}
	}
}

// mustCount finds count packets in the one counter of their kind. A number that
// an authentic packet had before is told from a wrong tag; both are refused.
func (h hostile) mustCount(t *testing.T, s Stats, secured bool, count uint64) {
	t.Helper()
	var want Refusals
	want[h.counted(secured)] = count
	got := s.Refused
	if h.counted(secured) == notAuthentic {
		got[notAuthentic] += got[seenBefore]
		got[seenBefore] = 0
	}
	if got != want {
		t.Errorf("%s, secured %v: counted %v, want %v", h.name, secured, got, want)
	}
}

// Nor do they cost memory: no allocation, hence no growth.
func TestHostilePacketsAllocateNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes sync.Pool drop what it keeps")
	}
	const runs = 500
	for _, secured := range []bool{false, true} {
		for _, h := range hostiles {
			k := listing(t, Callee, Transforms()...)
			s := stepStream(t, &sinkConn{})
			s.own.Store(&ownSSRCs{current: 0xb0b})
			f := s.format
			f.EventRecvPT = eventPT
			s.incoming.Store(s.incoming.Load().renumber(f))
			peer, now := newPeer(t, k, peerSSRC, 1), time.Now()
			first := peer.clear(make([]byte, 160))
			if secured {
				must(t, s.ArmReceive(k))
				first = peer.protected(make([]byte, 160))
			}
			s.receive.handle(first, bobAddr, now)
			var packets [][]byte
			for n := range runs + 1 {
				packets = append(packets, h.packet(n))
			}
			src := bobAddr
			if h.src.IsValid() {
				src = h.src
			}
			next := inTurn(packets)
			if n := testing.AllocsPerRun(runs, func() {
				packet := next()
				s.receive.handle(packet[:min(len(packet), readSize)], src, now)
			}); n != 0 {
				t.Errorf("%s, secured %v: %v allocations a packet", h.name, secured, n)
			}
			h.mustCount(t, s.Stats(), secured, runs+1)
		}
	}
}

// What the peer itself may do to its stream, which nobody can tell from a peer
// that means it: half a second later the tone is back at its level, and the delay
// is not what a jump of the clock would make of it.
func TestThePeersOwnLeaps(t *testing.T) {
	type change func(b []byte, n int)
	leap := func(by int64) change {
		return func(b []byte, _ int) {
			binary.BigEndian.PutUint32(b[timeOffset:], uint32(int64(binary.BigEndian.Uint32(b[timeOffset:]))+by))
		}
	}
	skip := func(by uint16) change {
		return func(b []byte, _ int) {
			binary.BigEndian.PutUint16(b[seqOffset:], binary.BigEndian.Uint16(b[seqOffset:])+by)
		}
	}
	const still = "stands still"
	cases := map[string]change{
		still:               func(b []byte, _ int) { binary.BigEndian.PutUint32(b[timeOffset:], 5) },
		"noise for a clock": func(b []byte, n int) { binary.BigEndian.PutUint32(b[timeOffset:], uint32(n)*2654435761) },
		"sequence +2999":    skip(2999), "sequence +3000": skip(3000), "sequence +32767": skip(32767),
		"sequence -32768": skip(32768), "sequence -100": skip(65436), "sequence -99": skip(65437), "sequence -1": skip(65535),
		"always marked": func(b []byte, _ int) { b[1] |= markerBit },
	}
	for _, by := range jumps {
		cases["timestamp +"+time.Duration(by).String()] = leap(by)
		cases["timestamp -"+time.Duration(by).String()] = leap(-by)
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := memnetWith(t)
				bob := w.bob(t, nil)
				w.speak(aliceHz, time.Second, w.peer.clear)
				n := 0
				leaping := func(payload []byte) []byte {
					b := w.peer.clear(payload)
					change(b, n)
					n++
					return b
				}
				w.speak(aliceHz, 500*time.Millisecond, leaping)
				since := bob.phone.now()
				w.speak(aliceHz, time.Second, leaping)
				if level := measure.LevelAt(bob.phone.heard(since), rate, aliceHz); math.Abs(level-toneDBm0) > 1 {
					t.Errorf("half a second later at %.1f dBm0, want %.1f", level, toneDBm0)
				}
				// Without a clock the buffer knows its own bound alone.
				limit := map[bool]float64{false: 100, true: 480}[name == still]
				if depth := bob.Stats().Playout.DepthMS; depth > limit {
					t.Errorf("%.0f ms wait, want at most %.0f", depth, limit)
				}
			})
		})
	}
}
