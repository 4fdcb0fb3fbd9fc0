package report

import (
	"encoding/binary"
	"math"
	"testing"
	"time"
)

const cname = "5RRCR3a7kJZqXz1q"

var noon = time.Date(2026, 5, 4, 12, 0, 0, 250e6, time.UTC)

func write(t *testing.T, s *Session, at time.Time, sent Sent, received Received, bye bool) []byte {
	t.Helper()
	b, err := s.Write(at, sent, received, bye)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// types are the packet types in a compound and the octets of the first.
func types(t *testing.T, b []byte) (list []byte) {
	t.Helper()
	for len(b) > 0 {
		n := 4 * (int(binary.BigEndian.Uint16(b[2:])) + 1)
		if len(b) < n || b[0]>>6 != 2 {
			t.Fatalf("no compound: %x", b)
		}
		list, b = append(list, b[1]), b[n:]
	}
	return list
}

// The oracle is the layout of RFC 3550 section 6.4.1, read by hand.
func TestSenderReport(t *testing.T) {
	s := New(cname, 8000)
	b := write(t, s, noon, Sent{SSRC: 0xa11ce, Active: true, Packets: 500, Octets: 80000, Timestamp: 12345},
		Received{Known: true, SSRC: 0xb0b, Expected: 100, Arrived: 75, Highest: 1<<16 | 7, Jitter: 42}, false)
	if got := types(t, b); string(got) != "\xc8\xca" {
		t.Fatalf("packets %v", got)
	}
	word := func(n int) uint32 { return binary.BigEndian.Uint32(b[4*n:]) }
	seconds, fractions := uint32(noon.Unix()+2208988800), uint32(1<<30)
	for n, want := range map[int]uint32{
		1: 0xa11ce, 2: seconds, 3: fractions, 4: 12345, 5: 500, 6: 80000,
		7: 0xb0b, 8: 64<<24 | 25, 9: 1<<16 | 7, 10: 42, 11: 0, 12: 0,
	} {
		if word(n) != want {
			t.Errorf("word %d is %#x, want %#x", n, word(n), want)
		}
	}
	// A second report counts from the first one: 10 of 20 lost.
	b = write(t, s, noon, Sent{SSRC: 0xa11ce, Active: true}, Received{Known: true, SSRC: 0xb0b, Expected: 120, Arrived: 85}, true)
	if got := types(t, b); string(got) != "\xc8\xca\xcb" {
		t.Errorf("packets of the last report %v", got)
	}
	if word(8) != 128<<24|35 {
		t.Errorf("losses %#x", word(8))
	}
}

func TestReceiverReport(t *testing.T) {
	s := New(cname, 8000)
	if got := types(t, write(t, s, noon, Sent{SSRC: 1}, Received{}, false)); string(got) != "\xc9\xca" {
		t.Errorf("packets %v", got)
	}
}

// Two sessions, 80 ms there and 40 ms back: both find 120 ms, whatever the time
// in between, and each learns how the other receives it.
func TestRoundTrip(t *testing.T) {
	a, b := New(cname, 8000), New(cname, 8000)
	at := noon
	sentA, sentB := Sent{SSRC: 1, Active: true}, Sent{SSRC: 2, Active: true}
	of := func(ssrc uint32) Received {
		return Received{Known: true, SSRC: ssrc, Expected: 200, Arrived: 150, Jitter: 80}
	}
	for range 3 {
		p := write(t, a, at, sentA, of(2), false)
		at = at.Add(80 * time.Millisecond)
		if !b.Take(at, p, 2, 1, true) {
			t.Fatal("nothing to learn from a report")
		}
		at = at.Add(3210 * time.Millisecond)
		p = write(t, b, at, sentB, of(1), false)
		at = at.Add(40 * time.Millisecond)
		a.Take(at, p, 1, 2, true)
		at = at.Add(time.Second)
	}
	for _, s := range []*Session{a, b} {
		v := s.View()
		if d := v.RTT - 120*time.Millisecond; d.Abs() > time.Millisecond {
			t.Errorf("round trip %v", v.RTT)
		}
		if v.Lost != 50 || v.JitterMS != 10 || v.Reports == 0 {
			t.Errorf("%+v", v)
		}
	}
	if f := a.View().Fraction; math.Abs(f-0) > 0.01 { // nothing new between the last two
		t.Errorf("fraction %v", f)
	}
}

// What is about others, or by others, or no RTCP, teaches nothing.
func TestTakeIgnores(t *testing.T) {
	peer := New(cname, 8000)
	about := func(ssrc uint32) []byte {
		return write(t, peer, noon, Sent{SSRC: 2}, Received{Known: true, SSRC: ssrc, Expected: 9, Arrived: 3}, true)
	}
	s := New(cname, 8000)
	for name, p := range map[string][]byte{
		"another SSRC": about(7), "empty": nil, "noise": []byte("hello, world"), "cut": about(1)[:20],
	} {
		if s.Take(noon, p, 1, 2, true) || s.View() != (View{}) {
			t.Errorf("%s: %+v", name, s.View())
		}
	}
	if s.Take(noon, about(1), 1, 3, true) {
		t.Error("a report of somebody else was believed")
	}
	if !s.Take(noon, about(1), 1, 3, false) || s.View().Lost != 6 {
		t.Errorf("before the peer's SSRC is known: %+v", s.View())
	}
}

// Clocks that jump give no round trip that cannot be.
func TestImpossibleRoundTrips(t *testing.T) {
	for _, jump := range []time.Duration{-time.Hour, time.Hour, -time.Second} {
		a, b := New(cname, 8000), New(cname, 8000)
		b.Take(noon, write(t, a, noon, Sent{SSRC: 1, Active: true}, Received{}, false), 2, 1, true)
		a.Take(noon.Add(jump), write(t, b, noon, Sent{SSRC: 2}, Received{Known: true, SSRC: 1}, false), 1, 2, true)
		if v := a.View(); v.RTT != 0 {
			t.Errorf("a clock that jumped by %v: %v", jump, v.RTT)
		}
	}
}

func TestInterval(t *testing.T) {
	for random, want := range map[float64]time.Duration{0: 2500 * time.Millisecond, 0.5: 5 * time.Second, 1: 7500 * time.Millisecond} {
		if got := Interval(5*time.Second, random); got != want {
			t.Errorf("%v: %v", random, got)
		}
	}
}

// FuzzTake: nothing panics, and no round trip is out of bounds.
func FuzzTake(f *testing.F) {
	b, err := New(cname, 8000).Write(noon, Sent{SSRC: 1, Active: true}, Received{Known: true, SSRC: 2}, true)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, packet []byte) {
		s := New(cname, 8000)
		s.Take(noon, packet, 2, 1, false)
		if v := s.View(); v.RTT < 0 || v.RTT > longestTrip || v.Lost < -1<<23 || v.Lost >= 1<<23 {
			t.Errorf("%+v", v)
		}
	})
}
