package audio

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

const ms = time.Millisecond

// whole: nothing was made up, left out or put in a wrong place.
func (h heard) whole() bool { return h.waits+h.conceals+h.splices == 0 }

// On a network without jitter nothing is ever made up, whatever the packet time
// and the device's frames, and soon the delay is what these make necessary.
func TestAdaptiveOnAnEvenNetwork(t *testing.T) {
	for _, packet := range []time.Duration{10 * ms, 20 * ms, 30 * ms, 60 * ms} {
		for _, frame := range []time.Duration{4625 * time.Microsecond, 10 * ms, 16 * ms, 20 * ms, 60 * ms} {
			t.Run(fmt.Sprintf("%v played in %v", packet, frame), func(t *testing.T) {
				s := newSending()
				s.send(60*time.Second, packet)
				l := newListening(s, frame)
				l.until(t, 100*ms)
				if h := l.until(t, 40*time.Second); !h.whole() || h.stretches+h.merges > 10 {
					t.Errorf("%+v", h)
				}
				if h := l.until(t, 60*time.Second-frame-packet); !h.whole() || h.stretches+h.merges > 0 || h.longest > packet+2*frame {
					t.Errorf("later %+v", h)
				}
			})
		}
	}
}

// The decisions are the same in any clock: 8000 Hz for telephone codecs (and
// G.722), 16000, 48000 for Opus; and wherever numbers and timestamps wrap.
func TestAdaptiveInAnyClock(t *testing.T) {
	play := func(rate int, seq uint16, stamp uint32) heard {
		random := rand.New(rand.NewPCG(7, 7))
		s := &sending{rate: rate, seq: seq, stamp: stamp}
		s.send(30*time.Second, 20*ms)
		s.list = slices.DeleteFunc(s.list, func(arrival) bool { return random.IntN(20) == 0 })
		for i := range s.list {
			s.list[i].at += time.Duration(random.IntN(60)) * ms
		}
		sortArrivals(s)
		return newListening(s, 20*ms).until(t, 31*time.Second)
	}
	want := play(8000, 1, 1)
	if want.conceals == 0 || want.stretches == 0 {
		t.Fatalf("the network is too good: %+v", want)
	}
	for _, rate := range []int{8000, 16000, 48000} {
		for _, seq := range []uint16{1, 30000, 65000} {
			for _, stamp := range []uint32{1, 1<<31 - 1000, 1<<32 - 1000} {
				if got := play(rate, seq, stamp); got != want {
					t.Errorf("%d Hz from %d and %d: %+v, want %+v", rate, seq, stamp, got, want)
				}
			}
		}
	}
}

func sortArrivals(s *sending) {
	slices.SortStableFunc(s.list, func(a, b arrival) int { return int(a.at - b.at) })
}

// Packets that overtake each other within the delay, and those that come twice,
// disturb nothing.
func TestAdaptiveReorderedAndTwice(t *testing.T) {
	s := newSending()
	s.send(40*time.Second, 20*ms)
	for i := range s.list {
		if i%7 == 3 {
			s.list[i].at += 30 * ms
		}
		if i%5 == 0 {
			s.list = append(s.list, s.list[i])
		}
	}
	sortArrivals(s)
	l := newListening(s, 20*ms)
	l.until(t, time.Second)
	if h := l.until(t, 39*time.Second); !h.whole() || h.longest > 80*ms || h.stretches+h.merges > 4 {
		t.Errorf("%+v", h)
	}
}

// A network that loses four packets in a row now and then: each gap costs little
// more than one tick of made-up sound, as the others are covered by stretching,
// and the delay does not change for it.
func TestAdaptiveCoversGaps(t *testing.T) {
	s := newSending()
	s.send(3*time.Minute, 20*ms)
	random := rand.New(rand.NewPCG(5, 5))
	for i := range s.list {
		s.list[i].at += time.Duration(random.IntN(30)) * ms
	}
	sortArrivals(s)
	const every, lost = 100, 4
	s.list = slices.DeleteFunc(s.list, func(a arrival) bool { return (a.packet.Seq+60000)%every < lost })
	l := newListening(s, 20*ms)
	before := l.until(t, time.Minute)
	h := l.until(t, 2*time.Minute+58*time.Second)
	gaps := int(118 * time.Second / (every * 20 * ms))
	if made := h.conceals + h.waits; made > gaps*3/2 || h.splices != 0 {
		t.Errorf("%d gaps: %+v", gaps, h)
	}
	if h.stretches < gaps*2 || h.stretches > gaps*5 {
		t.Errorf("%d stretched for %d gaps of %d", h.stretches, gaps, lost)
	}
	if d := h.delay - before.delay; max(d, -d) > 40*ms {
		t.Errorf("the delay was %v and is %v", before.delay, h.delay)
	}
}

// Silence is neither lost nor late: a sender that stops between talk spurts
// counts timestamps on, but not sequence numbers (RFC 3551 section 4.1). Comfort
// noise in between (RFC 3389) is a packet, but tells nothing of the packet time.
func TestAdaptiveBetweenTalkSpurts(t *testing.T) {
	pause := func(s *sending, d time.Duration) { s.skip(d) }
	noise := func(s *sending, d time.Duration) {
		for ; d > 0; d -= 100 * ms {
			s.send(20*ms, 20*ms)
			s.list[len(s.list)-1].packet.Noise = true
			s.skip(80 * ms)
		}
	}
	for _, test := range []struct {
		name   string
		marked bool
		rest   func(s *sending, d time.Duration)
	}{
		{"marker", true, pause},
		{"no marker", false, pause},
		{"noise", false, noise},
		{"noise and marker", true, noise},
	} {
		t.Run(test.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			s := newSending()
			for range 60 {
				s.marked = test.marked
				s.send(time.Duration(20+random.IntN(100))*20*ms, 20*ms)
				test.rest(s, time.Duration(300+random.IntN(2000))*ms)
			}
			for i := range s.list {
				s.list[i].at += time.Duration(random.IntN(30)) * ms
			}
			sortArrivals(s)
			l := newListening(s, 20*ms)
			l.until(t, 20*time.Second)
			h := l.until(t, s.now)
			if h.conceals+h.splices != 0 || h.longest > 80*ms || h.stretches+h.merges > 6 {
				t.Errorf("%+v", h)
			}
		})
	}
}

// An hour with clocks 200 ppm apart: the 36 packets of difference are stretched
// or merged away, and nothing else happens, also where the device's frames beat
// with the packets.
func TestAdaptiveFollowsDrift(t *testing.T) {
	tests := []struct {
		ppm    float64
		frame  time.Duration
		length time.Duration
	}{
		{-200, 20 * ms, time.Hour}, {200, 20 * ms, time.Hour},
		{-200, 16 * ms, 20 * time.Minute}, {200, 16 * ms, 20 * time.Minute},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%v ppm in %v", test.ppm, test.frame), func(t *testing.T) {
			random := rand.New(rand.NewPCG(3, 4))
			s := newSending()
			s.ppm = test.ppm
			s.send(test.length, 20*ms)
			for i := range s.list {
				s.list[i].at += time.Duration(random.IntN(5000)) * time.Microsecond
			}
			sortArrivals(s)
			l := newListening(s, test.frame)
			l.until(t, 10*time.Second)
			h := l.until(t, test.length-time.Second)
			if !h.whole() || h.longest > 80*ms {
				t.Errorf("%+v", h)
			}
			right, wrong := h.stretches, h.merges
			if test.ppm > 0 {
				right, wrong = wrong, right
			}
			drift := int(test.length / (20 * ms) * 200 / 1e6)
			if d := right - wrong - drift; max(d, -d) > 2 || wrong > 4 {
				t.Errorf("%d stretched, %d merged, drift is %d", h.stretches, h.merges, drift)
			}
		})
	}
}

// A sender whose timestamps begin anew, or who was on hold, is heard again soon
// and in the end with the delay of before, or nearly: packets that were late by
// the old account are remembered for a while.
func TestAdaptiveAfterAJump(t *testing.T) {
	tests := []struct {
		name string
		jump func(s *sending)
	}{
		{"timestamps an hour ahead", func(s *sending) { s.stamp += 8000 * 3600 }},
		{"timestamps an hour back", func(s *sending) { s.stamp -= 8000 * 3600 }},
		{"timestamps a second ahead", func(s *sending) { s.stamp += 8000 }},
		{"timestamps a second back", func(s *sending) { s.stamp -= 8000 }},
		{"timestamps 200 ms ahead", func(s *sending) { s.stamp += 1600 }},
		{"timestamps 200 ms back", func(s *sending) { s.stamp -= 1600 }},
		{"hold, clock going on", func(s *sending) { s.skip(3 * time.Minute) }},
		{"hold, clocks apart", func(s *sending) { s.skip(3 * time.Minute); s.now += 150 * ms }},
		{"hold, clocks apart the other way", func(s *sending) { s.skip(3 * time.Minute); s.now -= 150 * ms }},
		{"hold, clock standing", func(s *sending) { s.now += 3 * time.Minute }},
		{"hold, clock new", func(s *sending) { s.now += 3 * time.Minute; s.stamp = 77 }},
		{"hold, marked", func(s *sending) { s.skip(3 * time.Minute); s.marked = true }},
		{"numbers a hundred ahead", func(s *sending) { s.seq += 100 }},
		{"network 100 ms slower", func(s *sending) { s.transit += 100 * ms }},
		{"network 100 ms faster", func(s *sending) { s.transit -= 100 * ms }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(6, 7))
			s := newSending()
			s.transit = 150 * ms
			s.send(20*time.Second, 20*ms)
			way := s.transit
			test.jump(s)
			at := s.now
			s.send(time.Minute, 20*ms)
			for i := range s.list {
				s.list[i].at += time.Duration(random.IntN(25)) * ms
			}
			sortArrivals(s)
			l := newListening(s, 20*ms)
			before := l.until(t, 19*time.Second)
			l.until(t, at)
			soon := l.until(t, at+4*time.Second)
			if soon.waits+soon.conceals > 14 || soon.splices > 1 || soon.packets < 180 {
				t.Errorf("the first seconds %+v", soon)
			}
			l.until(t, at+30*time.Second)
			if later := l.until(t, at+58*time.Second); !later.whole() || later.stretches > 2 {
				t.Errorf("later %+v", later)
			} else if d := later.delay - before.delay - (s.transit - way); max(d, -d) > 65*ms {
				t.Errorf("the delay was %v and is %v", before.delay, later.delay)
			}
		})
	}
}

// Wi-Fi that sleeps: five packets every 100 ms, for ever. After it is known,
// nothing is made up, and the delay is no longer than it must be.
func TestAdaptiveOnSteadyBursts(t *testing.T) {
	s := newSending()
	s.send(60*time.Second, 20*ms)
	for i := range s.list {
		s.list[i].at = (s.list[i].at/(100*ms) + 1) * 100 * ms
	}
	l := newListening(s, 20*ms)
	l.until(t, 10*time.Second)
	if h := l.until(t, 59*time.Second); !h.whole() || h.longest > 140*ms || h.stretches+h.merges > 4 {
		t.Errorf("%+v", h)
	}
}

// The network stands still for longer than the delay and then delivers all at
// once: the sound is back at once, and so is the delay.
func TestAdaptiveAfterAStall(t *testing.T) {
	for _, stall := range []time.Duration{300 * ms, 700 * ms, 3 * time.Second} {
		t.Run(stall.String(), func(t *testing.T) {
			s := newSending()
			s.send(40*time.Second, 20*ms)
			for i := range s.list {
				if from := 20 * time.Second; s.list[i].at > from {
					s.list[i].at = max(s.list[i].at, from+stall)
				}
			}
			l := newListening(s, 20*ms)
			l.until(t, 20*time.Second)
			if h := l.until(t, 21*time.Second+stall); h.waits+h.conceals > int(stall/(20*ms))+4 || h.splices != 0 {
				t.Errorf("%+v", h)
			}
			if h := l.until(t, 39*time.Second); !h.whole() || h.longest > 200*ms {
				t.Errorf("later %+v", h)
			}
		})
	}
}

// Whatever comes, the sound that waits is bounded, packets come out in order,
// and nothing stands still.
func TestAdaptiveSurvivesChaos(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 9))
		s := newSending()
		for s.now < time.Minute {
			switch random.IntN(40) {
			case 0:
				s.stamp = random.Uint32()
			case 1:
				s.seq += uint16(random.IntN(80))
			case 2:
				s.skip(time.Duration(random.IntN(1000)) * ms)
			case 3:
				s.now += time.Duration(random.IntN(1000)) * ms
			case 4:
				s.transit = time.Duration(random.IntN(600)) * ms
			case 5:
				s.marked = true
			}
			s.send(20*ms, []time.Duration{5 * ms, 10 * ms, 20 * ms}[random.IntN(3)])
		}
		sortArrivals(s)
		l := newListening(s, 20*ms)
		l.until(t, s.now)
		l.until(t, s.now+time.Minute)
		if l.buffer.Depth() != 0 {
			t.Errorf("seed %d: %v never played", seed, l.depth())
		}
	}
}

func TestAdaptiveDoesNotAllocate(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	b, now, p := NewAdaptiveJitterBuffer(8000), lineStart, Packet{Payload: make([]byte, 160)}
	allocs := testing.AllocsPerRun(5000, func() {
		if random.IntN(10) != 0 {
			b.Put(p, now.Add(time.Duration(random.IntN(50))*ms))
		}
		p.Seq, p.Timestamp, now = p.Seq+1, p.Timestamp+160, now.Add(20*ms)
		if _, step := b.Next(now); step == StepMerge {
			b.Next(now)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations for a packet", allocs)
	}
}

// A packet put and played.
func BenchmarkAdaptive(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	buffer, now, p := NewAdaptiveJitterBuffer(8000), lineStart, Packet{Payload: make([]byte, 160)}
	b.ReportAllocs()
	for b.Loop() {
		buffer.Put(p, now.Add(time.Duration(random.IntN(50))*ms))
		p.Seq, p.Timestamp, now = p.Seq+1, p.Timestamp+160, now.Add(20*ms)
		if _, step := buffer.Next(now); step == StepMerge {
			buffer.Next(now)
		}
	}
}

// A stream that begins behind packets of another one, or of none, is whole from
// its second packet on.
func TestPlayoutAfterJunk(t *testing.T) {
	s, l := newSender(160), newListener()
	for i := range 3 {
		l.Put(s.seq+uint16(7000+9000*i), uint32(i)<<30, i == 1, []byte{1, 2, 3}, l.now)
		l.tick()
	}
	for range 40 {
		l.put(s.next())
		l.tick()
	}
	if l.find(s, 160+80, 35*160) < 0 {
		t.Error("the sound is broken")
	}
	if delay := l.Stats().DepthMS; delay > 40 {
		t.Errorf("%.0f ms wait", delay)
	}
}
