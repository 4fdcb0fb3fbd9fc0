package rtpstream

import (
	"bytes"
	"net"
	"net/netip"
	"testing"
	"time"

	"star18/audio/dtmf"
)

// sinkConn takes packets and has none.
type sinkConn struct {
	last []byte
	room [2048]byte
}

func (c *sinkConn) ReadFromUDPAddrPort([]byte) (int, netip.AddrPort, error) {
	return 0, netip.AddrPort{}, net.ErrClosed
}

func (c *sinkConn) WriteToUDPAddrPort(b []byte, _ netip.AddrPort) (int, error) {
	c.last = c.room[:copy(c.room[:], b)]
	return len(b), nil
}

func (c *sinkConn) LocalAddr() net.Addr             { return &net.UDPAddr{} }
func (c *sinkConn) SetReadDeadline(time.Time) error { return nil }
func (c *sinkConn) Close() error                    { return nil }

// stepStream is a stream that is not started: the test calls its steps.
func stepStream(t testing.TB, conn Conn) *Stream {
	t.Helper()
	c := testConfig(t, conn, newTelephone(aliceHz))
	c.Remote, c.SSRC, c.Symmetric = bobAddr, ourSSRC, true
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// inTurn hands out prepared packets, so that preparing them is not measured.
func inTurn(packets [][]byte) func() []byte {
	n := -1
	return func() []byte {
		n = (n + 1) % len(packets)
		return packets[n]
	}
}

// prepare makes count packets of the peer.
func prepare(count int, packet func(payload []byte) []byte) [][]byte {
	packets := make([][]byte, count)
	payload := bytes.Repeat([]byte{0xd5}, 160)
	for i := range packets {
		packets[i] = packet(payload)
	}
	return packets
}

// packetStep is one way that a packet may go, as one call, and the counter that
// the way ends at.
type packetStep struct {
	s     *Stream
	run   func()
	count func(Stats) uint64
}

// steps are all ways that a packet may go.
func steps(t testing.TB, k Keys, count int) map[string]packetStep {
	now := time.Now()
	fresh := func() *peer { return newPeer(t, k, peerSSRC, 1) }
	send := func(protected bool, count func(Stats) uint64) packetStep {
		s := stepStream(t, &sinkConn{})
		if protected {
			must(t, s.ProtectSend(k))
		}
		return packetStep{s, func() { s.send.frame(now) }, count}
	}
	receive := func(armed bool, first []byte, packets [][]byte, count func(Stats) uint64) packetStep {
		s := stepStream(t, &sinkConn{})
		if armed {
			must(t, s.ArmReceive(k))
		}
		next := inTurn(packets)
		s.receive.handle(first, bobAddr, now)
		return packetStep{s, func() {
			now = now.Add(20 * time.Millisecond)
			s.receive.handle(next(), bobAddr, now)
		}, count}
	}
	clear, secured, known, unknown := fresh(), fresh(), fresh(), fresh()
	first := known.protected(make([]byte, 160))
	forged := func(p *peer) [][]byte {
		return prepare(count, func(b []byte) []byte { return p.clear(append(b, make([]byte, tagSize)...)) })
	}
	authFailed := func(s Stats) uint64 { return s.AuthFailed }
	malformed := func(s Stats) uint64 { return s.Malformed }
	events := send(true, func(s Stats) uint64 { return s.SentProtected.Packets })
	events.s.send.format.event = eventPT
	events.run = func() {
		if events.s.send.keypad.idle() {
			events.s.presses <- pressing{Press: dtmf.Press{Event: 5, Held: 7 * time.Second}}
		}
		events.s.send.frame(now)
	}
	pressed := fresh()
	eventsIn := receive(true, pressed.protected(nil), prepare(count, func([]byte) []byte { return pressed.seal(eventPacket(pressed, []byte{5, 10, 1, 64})) }),
		func(s Stats) uint64 { return s.ReceivedProtected.Packets - 1 })
	withEvents := eventsIn.s.format
	withEvents.EventRecvPT = eventPT
	eventsIn.s.incoming.Store(eventsIn.s.incoming.Load().renumber(withEvents))
	return map[string]packetStep{
		"send events":    events,
		"receive events": eventsIn,
		"send clear":     send(false, func(s Stats) uint64 { return s.SentClear.Packets }),
		"send protected": send(true, func(s Stats) uint64 { return s.SentProtected.Packets }),
		"receive clear": receive(false, nil, prepare(count, clear.clear),
			func(s Stats) uint64 { return s.ReceivedClear.Packets }),
		"receive protected": receive(true, secured.protected(nil), prepare(count, secured.protected),
			func(s Stats) uint64 { return s.ReceivedProtected.Packets - 1 }),
		"forged, known SSRC":   receive(true, first, forged(known), authFailed),
		"forged, unknown SSRC": receive(true, nil, forged(unknown), authFailed),
		"replayed":             receive(true, first, [][]byte{first}, func(s Stats) uint64 { return s.Replayed }),
		"no RTP":               receive(true, first, [][]byte{{0x80}, {0x9f, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 2}}, malformed),
		"hostile extension":    receive(true, first, [][]byte{hostileExtension()}, malformed),
		"our own":              receive(true, first, [][]byte{rtpPacket(ourSSRC, 1, first)}, func(s Stats) uint64 { return s.Reflected }),
	}
}

// hostileExtension claims an element longer than the extension.
func hostileExtension() []byte {
	b := rtpPacket(peerSSRC, 9, []byte{0xbe, 0xde, 0, 1, 0x1f, 1, 2, 3})
	b[0] |= 0x10
	return append(b, make([]byte, 160)...)
}

func TestPacketPathAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes sync.Pool drop what it keeps")
	}
	const runs = 2000
	eachTransform(t, func(t *testing.T, k Keys) {
		for name, step := range steps(t, k, runs+10) {
			t.Run(name, func(t *testing.T) {
				before := step.count(step.s.Stats())
				if n := testing.AllocsPerRun(runs, step.run); n != 0 {
					t.Errorf("%v allocations a packet", n)
				}
				// AllocsPerRun runs once more to warm up.
				if n := step.count(step.s.Stats()) - before; n != runs+1 {
					t.Errorf("%d of %d packets went this way", n, runs+1)
				}
			})
		}
	})
	t.Run("playout", func(t *testing.T) {
		s := stepStream(t, &sinkConn{})
		s.DetectKeys(true)
		now := time.Now()
		if n := testing.AllocsPerRun(runs, func() { s.play.frame(now) }); n != 0 {
			t.Errorf("%v allocations a frame", n)
		}
	})
}
