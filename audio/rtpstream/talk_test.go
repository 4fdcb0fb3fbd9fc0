package rtpstream

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio"
	"star18/audio/measure"
)

func TestTwoStreamsTalk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, alice, bob := call(t, nil)
		alice.mustHear(bobHz)
		bob.mustHear(aliceHz)
		if ssrc, ok := alice.RemoteSSRC(); !ok || ssrc != 0xb0b {
			t.Errorf("alice's peer has SSRC %x, %v", ssrc, ok)
		}
		// 800 ms each, 20 ms a packet of 12 + 160 octets.
		s := bob.Stats()
		if s.ReceivedClear.Packets < 75 || s.ReceivedClear.Bytes != 172*s.ReceivedClear.Packets || s.Rejected() != 0 {
			t.Errorf("bob's statistics: %+v", s)
		}
		if s.Playout.Lost != 0 || s.Playout.Late != 0 {
			t.Errorf("bob's playout: %+v", s.Playout)
		}
	})
}

func TestHeadersOnTheWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, _, _ := call(t, func(who int, c *Config) { c.Seq, c.Timestamp = 65530, 1<<32-320 })
		w := tap(n, aliceAddr)
		pass(time.Second)
		for i, h := range w.headers(t) {
			want := header{marker: i == 0, pt: testPT, seq: uint16(65530 + i), time: uint32(160*i) - 320, ssrc: 0xa11ce, size: fixedHeader}
			if h != want {
				t.Fatalf("packet %d: %+v, want %+v", i, h, want)
			}
		}
	})
}

func TestPeersMayHaveOtherPacketTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, alice, bob := call(t, func(who int, c *Config) {
			if who == 1 {
				c.Ptime = 30 * time.Millisecond
			}
		})
		alice.mustHear(bobHz)
		bob.mustHear(aliceHz)
		secure(t, alice, bob)
		alice.mustHear(bobHz)
		bob.mustHear(aliceHz)
		if r := alice.Stats().Rejected() + bob.Stats().Rejected(); r != 0 {
			t.Errorf("%d packets rejected", r)
		}
	})
}

func TestMuteSendsSilenceInPackets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, alice, bob := call(t, nil)
		alice.SetMute(true)
		bob.mustNotHear(aliceHz)
		before := bob.Stats().ReceivedClear.Packets
		pass(time.Second)
		if got := bob.Stats().ReceivedClear.Packets - before; got != 50 {
			t.Errorf("%d packets in a second, want 50", got)
		}
		alice.SetMute(false)
		bob.mustHear(aliceHz)
	})
}

// On hold nothing leaves; the timestamp counts time and the sequence packets.
func TestHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, alice, bob := call(t, nil)
		w := tap(n, aliceAddr)
		pass(time.Second)
		alice.SetDirection(false, false)
		pass(30 * time.Millisecond)
		sent := len(w.all())
		bob.mustNotHear(aliceHz)
		alice.mustNotHear(bobHz)
		if got := len(w.all()); got != sent {
			t.Errorf("%d packets on hold", got-sent)
		}
		alice.SetDirection(true, true)
		bob.mustHear(aliceHz)
		alice.mustHear(bobHz)

		last, next := w.headers(t)[sent-1], w.headers(t)[sent]
		if next.seq != last.seq+1 || !next.marker {
			t.Errorf("first packet after hold: %+v, the last before: %+v", next, last)
		}
		// The wire itself is the clock here: the packet times of the tap.
		if units := next.time - last.time; units < 160*80 || units%160 != 0 {
			t.Errorf("timestamp moved by %d over 1.63 s", units)
		}
	})
}

func TestHalfHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, alice, bob := call(t, nil)
		pass(time.Second)
		alice.SetDirection(true, false) // alice sends music
		pass(90 * time.Millisecond)     // the packet being played and its fade; not what waits behind it
		since := alice.phone.now()
		pass(20 * time.Millisecond)
		if level := measure.Level(alice.phone.heard(since)); level > -60 {
			t.Errorf("%.1f dBm0 after the hold", level)
		}
		bob.mustHear(aliceHz)
		alice.mustNotHear(bobHz)
		if s := alice.Stats(); s.ReceivedClear.Packets < 50 {
			t.Errorf("packets are not counted on hold: %+v", s)
		}
		alice.SetDirection(false, true)
		alice.mustHear(bobHz)
		bob.mustNotHear(aliceHz)
	})
}

// The script says: two seconds of silence, 200 ms of the first frequency, a
// pause of 100 ms, 100 ms of the second.
func TestSecureToneIsMixedUnderSpeech(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, alice, _ := call(t, nil)
		pass(time.Second)
		script, err := audio.ParseToneScript(audio.SecureTone)
		must(t, err)
		since := alice.phone.now()
		alice.PlayTone(audio.NewTone(script, rate))
		pass(3 * time.Second)
		heard := alice.phone.heard(since)
		for _, b := range []struct {
			hz         float64
			start, end int // milliseconds
		}{{397, 2000, 2200}, {507, 2300, 2400}} {
			at := func(ms int) []int16 { return heard[ms*rate/1000:] }
			inside := measure.LevelAt(at(b.start + 25)[:(b.end-b.start-25)*rate/1000], rate, b.hz)
			before := measure.LevelAt(at(b.start - 100)[:90*rate/1000], rate, b.hz)
			after := measure.LevelAt(at(b.end + 45)[:90*rate/1000], rate, b.hz)
			if math.Abs(inside - -19) > 2 || before > -40 || after > -40 {
				t.Errorf("%v Hz at %.1f dBm0, before %.1f, after %.1f; want -19 and silence", b.hz, inside, before, after)
			}
		}
		if level := measure.LevelAt(heard, rate, bobHz); level < toneDBm0-1 {
			t.Errorf("speech under the tone at %.1f dBm0", level)
		}
		alice.PlayTone(nil)
		pass(2 * time.Second) // the next repetition would be due
		alice.mustNotHear(397)

		short, err := audio.ParseToneScript("397@-19;.1(.1/0/1)")
		must(t, err)
		alice.PlayTone(audio.NewTone(short, rate))
		pass(200 * time.Millisecond)
		if alice.tone.Load() != nil {
			t.Error("a tone that has ended is kept")
		}
	})
}

func TestWatchFirstIsRaisedOnceForAValidPacket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnetWith(t)
		bob := n.bob(t, nil)
		bob.WatchFirst()
		n.net.Inject(aliceAddr, bobAddr, []byte("no rtp"))
		n.net.Inject(aliceAddr, bobAddr, rtpPacket(0xb0b, 1, []byte("our own SSRC")))
		n.net.Inject(aliceAddr, bobAddr, append([]byte{0x80, 101}, rtpPacket(1, 1, []byte("dtmf"))[2:]...))
		pass(10 * time.Millisecond)
		if bob.count(EventFirstPacket) != 0 {
			t.Error("raised by an invalid packet")
		}
		for range 3 {
			n.net.Inject(aliceAddr, bobAddr, n.peer.clear([]byte("speech")))
		}
		pass(10 * time.Millisecond)
		if got := bob.count(EventFirstPacket); got != 1 {
			t.Errorf("raised %d times", got)
		}
		bob.WatchFirst()
		n.net.Inject(aliceAddr, bobAddr, n.peer.clear([]byte("speech")))
		pass(10 * time.Millisecond)
		if got := bob.count(EventFirstPacket); got != 2 {
			t.Errorf("raised %d times after a second watch", got)
		}
		if s := bob.Stats(); s.Malformed != 1 || s.Reflected != 1 || s.OtherPayload != 1 {
			t.Errorf("statistics %+v", s)
		}
	})
}
