package rtpstream

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio/dtmf"
	"star18/audio/measure"
	"star18/audio/rtpstream/memnet"
)

const eventPT = 97 // not the usual 101: nothing may rely on that

// eventPacket is the peer's next packet, as a telephone event.
func eventPacket(p *peer, payload []byte) []byte {
	b := p.clear(payload)
	b[1] = eventPT
	return b
}

// withEvents is a call in which both ends take telephone events, under numbers
// of their own.
func withEvents(change func(*Config)) func(int, *Config) {
	return func(who int, c *Config) {
		c.EventSendPT, c.EventRecvPT = 101, eventPT
		if who == 0 {
			c.EventSendPT, c.EventRecvPT = eventPT, 101
		}
		if change != nil {
			change(c)
		}
	}
}

// keysHeard are the keys that an end was told, "(5)" for one found in the sound.
func (e *end) keysHeard() (keys string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, ev := range e.events {
		switch {
		case ev.Kind == EventKey && ev.Inband:
			keys += "(" + ev.Key.String() + ")"
		case ev.Kind == EventKey:
			keys += ev.Key.String()
		}
	}
	return keys
}

func keys(t *testing.T, text string) (list []dtmf.Press) {
	t.Helper()
	events, err := dtmf.Parse(text)
	must(t, err)
	for _, e := range events {
		list = append(list, dtmf.Press{Event: e, Held: dtmf.DefaultHeld})
	}
	return list
}

// Keys in packets, both ways at once: each is told once, the sequence has no
// hole, the audio's timestamps go on through them, and nothing counts as lost.
func TestKeysAsEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, alice, bob := call(t, withEvents(nil))
		wire := tap(n, aliceAddr)
		pass(500 * time.Millisecond)
		must(t, alice.Press(keys(t, "18*#5!"), false))
		must(t, bob.Press(keys(t, "00"), false))
		pass(2 * time.Second)
		if got := bob.keysHeard(); got != "18*#5!" {
			t.Errorf("bob was told %q", got)
		}
		if got := alice.keysHeard(); got != "00" {
			t.Errorf("alice was told %q", got)
		}
		bob.mustHear(aliceHz)
		alice.mustHear(bobHz)
		checkEventsOnTheWire(t, wire, 6)
		for _, e := range []*end{alice, bob} {
			if s := e.Stats(); s.Playout.Lost+s.Playout.Restarts+s.OtherPayload+s.Rejected() != 0 {
				t.Errorf("%+v", s)
			}
		}
	})
}

// checkEventsOnTheWire: RFC 4733 section 2.1 (one sequence, timestamp of the
// beginning) and 2.5.1 (marker, growing durations, three ends).
func checkEventsOnTheWire(t *testing.T, wire *wiretap, presses int) {
	t.Helper()
	packets := wire.all()
	var before header
	speech, began, markers, ends := uint32(0), time.Time{}, 0, 0
	for i, h := range wire.headers(t) {
		switch {
		case i > 0 && h.seq != before.seq+1:
			t.Fatalf("packet %d: sequence number %d after %d", i, h.seq, before.seq)
		case h.ssrc != 0xa11ce:
			t.Fatalf("packet %d: SSRC %x", i, h.ssrc)
		case h.pt == testPT && !began.IsZero() && (h.time-speech)%160 != 0:
			t.Fatalf("packet %d: timestamp %d after %d", i, h.time, speech)
		case h.pt == testPT:
			speech, began = h.time, time.Now()
		default:
			p, _ := dtmf.ParsePayload(packets[i].Data[fixedHeader:])
			if h.marker {
				markers++
			}
			if p.End {
				ends++
			}
			if h.pt == before.pt && h.time == before.time && h.marker {
				t.Errorf("packet %d: a marker inside a press", i)
			}
			if h.time-speech > 160*8 {
				t.Errorf("packet %d: event at %d, speech before at %d", i, h.time, speech)
			}
		}
		before = h
	}
	if markers != presses || ends != 3*presses {
		t.Errorf("%d markers and %d ends of %d presses", markers, ends, presses)
	}
}

// Keys of a secured stream are in its packets, and a clear one is not taken.
func TestKeysAreProtected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, alice, bob := call(t, withEvents(nil))
		wire := tap(n, aliceAddr)
		secure(t, alice, bob)
		clear := len(wire.all())
		must(t, alice.Press(keys(t, "123"), false))
		pass(time.Second)
		forged := eventPacket(&peer{t: t, ssrc: 0xa11ce, seq: 60000}, []byte{9, 10, 0, 160})
		n.Inject(aliceAddr, bobAddr, forged)
		pass(100 * time.Millisecond)
		if got := bob.keysHeard(); got != "123" {
			t.Errorf("bob was told %q", got)
		}
		for i, p := range wire.all()[clear:] {
			if n := len(p.Data); n != clearSize+tagSize && n != fixedHeader+dtmf.PayloadSize+tagSize {
				t.Fatalf("packet %d has %d octets", i, n)
			}
		}
		if s := bob.Stats(); s.Rejected() != 1 {
			t.Errorf("%+v", s)
		}
		bob.mustHear(aliceHz)
	})
}

// A third of the packets is lost, others come twice or out of order: every key
// is told once. The packets of one press are seven.
func TestKeysOverABadNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, alice, bob := call(t, withEvents(nil))
		n.SetFilter(memnet.Chain(memnet.Lose(1, 0.3), memnet.Duplicate(2, 0.2), memnet.Delay(3, 0, 70*time.Millisecond)))
		pass(500 * time.Millisecond)
		const typed = "11223344556677889900*#*#"
		must(t, alice.Press(keys(t, typed), false))
		pass(6 * time.Second)
		if got := bob.keysHeard(); got != typed {
			t.Errorf("bob was told %q", got)
		}
	})
}

// Keys in the sound: found if somebody listens, at the level that they have, and
// through a muted microphone.
func TestKeysInTheSound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, alice, bob := call(t, nil)
		bob.DetectKeys(true)
		alice.SetMute(true)
		pass(500 * time.Millisecond)
		since := bob.phone.now()
		must(t, alice.Press(keys(t, "1408*#AD"), true))
		pass(2 * time.Second)
		if got := bob.keysHeard(); got != "(1)(4)(0)(8)(*)(#)(A)(D)" {
			t.Errorf("bob was told %q", got)
		}
		pcm := bob.phone.heard(since)
		loudest := -100.0
		for i := 0; i+400 < len(pcm); i += 80 {
			loudest = max(loudest, measure.LevelAt(pcm[i:i+400], rate, 770))
		}
		if loudest < -17 || loudest > -15 {
			t.Errorf("770 Hz at %.1f dBm0", loudest)
		}
		alice.SetMute(false)
		bob.mustHear(aliceHz)
		before := len(bob.keysHeard())
		bob.DetectKeys(false)
		must(t, alice.Press(keys(t, "55"), true))
		pass(time.Second)
		if got := bob.keysHeard(); len(got) != before {
			t.Errorf("bob was told %q", got)
		}
	})
}

// Payload types of events may change, appear and go in a call; packets of the one
// before are still taken.
func TestKeysRenumbered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, alice, bob := call(t, nil)
		pass(200 * time.Millisecond)
		if err := alice.Press(keys(t, "1"), false); !errors.Is(err, ErrNoEvents) {
			t.Errorf("without a payload type: %v", err)
		}
		f := format(t, "PCMU", 20*time.Millisecond)
		for _, pt := range []uint8{101, 96, 96, 127} {
			f.EventSendPT, f.EventRecvPT = pt, pt
			must(t, bob.Renegotiate(f))
			must(t, alice.Renegotiate(f))
			must(t, alice.Press(keys(t, "1"), false))
			pass(300 * time.Millisecond)
		}
		if got := bob.keysHeard(); got != "1111" {
			t.Errorf("bob was told %q", got)
		}
		f.EventSendPT, f.EventRecvPT = 0, 0
		must(t, alice.Renegotiate(f))
		if err := alice.Press(keys(t, "1"), false); !errors.Is(err, ErrNoEvents) {
			t.Errorf("taken away: %v", err)
		}
		bob.mustHear(aliceHz)
	})
}

// What cannot be sent is refused whole, and what waits is dropped by a hold.
func TestKeysRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, alice, bob := call(t, withEvents(nil))
		pass(200 * time.Millisecond)
		if err := alice.Press(keys(t, "1!"), true); !errors.Is(err, ErrNoTone) {
			t.Errorf("a flash as sound: %v", err)
		}
		must(t, alice.Press(make([]dtmf.Press, maxPresses), false))
		if err := alice.Press(keys(t, "12"), false); !errors.Is(err, ErrManyKeys) {
			t.Errorf("too many: %v", err)
		}
		alice.SetDirection(false, true)
		if err := alice.Press(keys(t, "1"), false); !errors.Is(err, ErrNotSending) {
			t.Errorf("on hold: %v", err)
		}
		pass(100 * time.Millisecond)
		alice.SetDirection(true, true)
		before := len(bob.keysHeard())
		pass(3 * time.Second)
		if got := bob.keysHeard(); len(got) != before {
			t.Errorf("after the hold bob was told %q more", got[before:])
		}
		bob.mustHear(aliceHz)
	})
}

// A packet that is too short for an event is no event; what is on another number
// is none either.
func TestKeysMalformed(t *testing.T) {
	s, p := stepStream(t, &sinkConn{}), newPeer(t, rfcKeys(t), peerSSRC, 1)
	s.onEvent = func(ev Event) { t.Errorf("%+v", ev) }
	f := s.format
	f.EventRecvPT = eventPT
	s.incoming.Store(s.incoming.Load().renumber(f))
	other := eventPacket(p, []byte{1, 10, 0, 160})
	other[1] = eventPT + 1
	for _, packet := range [][]byte{eventPacket(p, []byte{1, 10, 0}), other} {
		s.receive.handle(packet, bobAddr, time.Now())
	}
	if got := s.Stats(); got.Malformed != 1 || got.OtherPayload != 1 {
		t.Errorf("%+v", got)
	}
}
