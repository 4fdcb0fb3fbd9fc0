package audio

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// sender makes packets of a mu-law stream whose decoded samples are known: the
// sound is mu-law all the way, so nothing is lost in coding.
type sender struct {
	seq   uint16
	ts    uint32
	ptime int // samples
	sound func(i int) int16
	sent  int // samples
}

func newSender(ptime int) *sender {
	return &sender{seq: 65530, ts: math.MaxUint32 - 500, ptime: ptime, sound: func(i int) int16 {
		return decodeMulaw(encodeMulaw(int16(8000 * math.Sin(2*math.Pi*(440+1e-5)*float64(i)/8000+3*math.Sin(float64(i)/1777)))))
	}}
}

type sentPacket struct {
	seq     uint16
	ts      uint32
	payload []byte
}

func (s *sender) next() sentPacket {
	p := sentPacket{s.seq, s.ts, make([]byte, s.ptime)}
	for i := range p.payload {
		p.payload[i] = encodeMulaw(s.sound(s.sent + i))
	}
	s.seq++
	s.ts += uint32(s.ptime)
	s.sent += s.ptime
	return p
}

// listener plays in frames of 20 ms against a clock of its own.
type listener struct {
	*Playout
	now    time.Time
	played []int16
}

func newListener() *listener {
	codec, _ := NewCodec("pcmu")
	return &listener{Playout: NewPlayout(codec), now: time.Unix(1000, 0)}
}

func (l *listener) put(p sentPacket) { l.Put(p.seq, p.ts, false, p.payload, l.now) }

func (l *listener) get(samples int) []int16 {
	pcm := make([]int16, samples)
	l.Get(pcm, l.now)
	l.played = append(l.played, pcm...)
	return pcm
}

// tick is 20 ms: one frame is played, then time passes.
func (l *listener) tick() []int16 {
	pcm := l.get(frame20)
	l.now = l.now.Add(20 * time.Millisecond)
	return pcm
}

// find says where in what was played the sender's sound from sample i on is.
func (l *listener) find(s *sender, i, n int) int {
	want := make([]int16, n)
	for k := range want {
		want[k] = s.sound(i + k)
	}
	for at := 0; at+n <= len(l.played); at++ {
		if slices.Equal(l.played[at:at+n], want) {
			return at
		}
	}
	return -1
}

func (l *listener) expect(t *testing.T, want PlayoutStats) {
	t.Helper()
	got := l.Stats()
	got.JitterMS, got.DepthMS = 0, 0
	if got != want {
		t.Errorf("stats %+v\nwant  %+v", got, want)
	}
}

// Whatever the packet time and the play time, the stream comes out unbroken
// and complete. Sequence number and timestamp wrap in the first packets.
func TestPlayoutIsTransparent(t *testing.T) {
	for _, ptime := range []int{80, 160, 240, 320, 480} {
		for _, frame := range []int{80, 160, 240, 37} {
			t.Run(fmt.Sprintf("%d played in %d", ptime, frame), func(t *testing.T) {
				s, l := newSender(ptime), newListener()
				for due, total := 0, 0; total < 8000; total += frame {
					for ; due <= total; due += ptime {
						l.put(s.next())
					}
					l.now = l.now.Add(time.Duration(frame) * time.Second / 8000)
					l.get(frame)
				}
				start := l.find(s, 0, 6000)
				if start < 0 {
					t.Fatal("the sound is not there in one piece")
				}
				if delay := start / 8; delay > 40+2*max(ptime, frame)/8 {
					t.Errorf("delay %d ms", delay)
				}
				if got := l.Stats(); got.Lost+got.Late+got.Concealed+got.Dropped+got.Underruns != 0 {
					t.Errorf("stats %+v", got)
				}
			})
		}
	}
}

func TestPlayoutOfANetwork(t *testing.T) {
	tests := []struct {
		name  string
		order []int // packets that arrive, one a tick; -1 nothing, 100+n also n in the same tick
		whole bool  // the sound is complete
		stats PlayoutStats
	}{
		{"in order", []int{0, 1, 2, 3, 4, 5, 6, 7}, true, PlayoutStats{Received: 8}},
		{"two change places", []int{0, 1, 3, 102, 4, 5, 6, 7}, true, PlayoutStats{Received: 8}},
		{"the first two change places", []int{1, 0, 2, 3, 4, 5, 6, 7}, true, PlayoutStats{Received: 8}},
		{"twice the same", []int{0, 1, 101, 2, 3, 103, 4, 5, 6, 7}, true, PlayoutStats{Received: 8, Duplicates: 2}},
		{"twice the same, the second after it was played", []int{0, 1, 2, 3, 100, 4, 5, 6, 7}, true,
			PlayoutStats{Received: 8, Duplicates: 1}},
		{"one lost", []int{0, 1, 2, -1, 4, 5, 6, 7}, false, PlayoutStats{Received: 7, Lost: 1, Concealed: 1, Gaps: 1}},
		{"two lost", []int{0, 1, 2, -1, 5, 104, 6, 7}, false, PlayoutStats{Received: 7, Lost: 1, Concealed: 1, Gaps: 1}},
		{"one late: others came first, but it is not lost", []int{0, 1, 2, -1, 4, 5, 6, 103, 7}, false, PlayoutStats{Received: 8, Concealed: 1, Gaps: 1}},
		{"one too late", []int{0, 1, 2, -1, 4, 5, 6, 7, 103, 8}, false, PlayoutStats{Received: 9, Late: 1, Concealed: 1, Gaps: 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, l := newSender(160), newListener()
			var sent []sentPacket
			for range 10 {
				sent = append(sent, s.next())
			}
			for i, n := range test.order {
				if n >= 0 {
					l.put(sent[n%100])
				}
				if i+1 == len(test.order) || test.order[i+1] < 100 {
					l.tick()
				}
			}
			if whole := l.find(s, 0, 5*160) >= 0; whole != test.whole {
				t.Errorf("sound complete: %v, want %v", whole, test.whole)
			}
			l.expect(t, test.stats)
		})
	}
}

// A lost packet is filled with sound of about the same level, and the sound
// after it stays in its place.
func TestConcealment(t *testing.T) {
	s, l := newSender(160), newListener()
	for i := range 20 {
		if p := s.next(); i != 10 {
			l.put(p)
		}
		l.tick()
	}
	before, after := l.find(s, 0, 10*160), l.find(s, 11*160+40, 800)
	if before < 0 || after != before+11*160+40 {
		t.Fatalf("sound before at %d, after at %d", before, after)
	}
	gap := l.played[before+1600 : before+1760]
	var sum float64
	for _, v := range gap {
		sum += float64(v) * float64(v)
	}
	if rms := math.Sqrt(sum / 160); rms < 0.5*8000/math.Sqrt2 || rms > 8000/math.Sqrt2 {
		t.Errorf("concealed with RMS %.0f, the sound had %.0f", rms, 8000/math.Sqrt2)
	}
	noClick(t, l.played[before:after+800], 440, 8000)
}

// noClick holds every step under the steepest slope of the sine, with room for
// the coding noise of mu-law.
func noClick(t *testing.T, pcm []int16, hz, peak float64) {
	t.Helper()
	limit := peak*2*math.Pi*hz/8000*1.15 + 400
	for i := 1; i < len(pcm); i++ {
		if step := math.Abs(float64(pcm[i]) - float64(pcm[i-1])); step > limit {
			t.Errorf("step of %.0f at sample %d, the sine's own is %.0f", step, i, peak*2*math.Pi*hz/8000)
		}
	}
}

// When the stream stops, the sound is gone after 60 ms; when it comes back, it
// waits for the full delay again and begins without a click.
func TestUnderrunFadesAndRearms(t *testing.T) {
	s, l := newSender(160), newListener()
	for range 10 {
		l.put(s.next())
		l.tick()
	}
	for range 50 {
		l.tick()
	}
	from := len(l.played)
	if tail := l.played[from-48*160+3*160 : from]; slices.ContainsFunc(tail, func(v int16) bool { return v != 0 }) {
		t.Error("still sound 80 ms after the stream stopped")
	}
	l.expect(t, PlayoutStats{Received: 10, Concealed: 3, Underruns: 1, Gaps: 1})
	first := s.sent
	for range 10 {
		l.put(s.next())
		l.tick()
	}
	at := l.find(s, first+40, 1000)
	if at < 0 {
		t.Fatal("the sound does not come back")
	}
	if delay := (at - 40 - from) / 8; delay != 40 {
		t.Errorf("resumes %d ms after the first packet, want 40: at the third", delay)
	}
	noClick(t, l.played, 440, 8000)
}

// A sender whose clock is faster must not lengthen the delay for good, nor one
// that is slower break the sound more than it has to.
func TestClockDrift(t *testing.T) {
	for _, ppm := range []int{-500, -100, 100, 500} {
		t.Run(fmt.Sprint(ppm), func(t *testing.T) {
			s, l := newSender(160), newListener()
			var deepest float64
			next := l.now
			gap := 20*time.Millisecond - 20*time.Nanosecond*time.Duration(ppm)
			const ticks = 50 * 600 // ten minutes
			for range ticks {
				for ; !next.After(l.now); next = next.Add(gap) {
					l.put(s.next())
				}
				l.tick()
				deepest = max(deepest, l.Stats().DepthMS)
			}
			got := l.Stats()
			slips := math.Abs(float64(ppm)) * 600e-6 * 50 // packets of difference
			t.Logf("deepest %.0f ms, %+v", deepest, got)
			if deepest > 80 {
				t.Errorf("delay grew to %.0f ms", deepest)
			}
			// On an even network the delay of the beginning shrinks by two packets.
			if ppm > 0 && (float64(got.Dropped) > slips+2 || float64(got.Dropped) < slips-2) {
				t.Errorf("%d packets merged away, drift makes %.1f and two", got.Dropped, slips)
			}
			if ppm < 0 && got.Dropped > 2 {
				t.Errorf("%d dropped, drift makes none", got.Dropped)
			}
			if got.Underruns != 0 {
				t.Errorf("%d underruns", got.Underruns)
			}
			noClick(t, l.played, 440, 8000)
		})
	}
}

// The network stands still and then delivers everything at once.
func TestBurstIsBounded(t *testing.T) {
	s, l := newSender(160), newListener()
	for range 5 {
		l.put(s.next())
		l.tick()
	}
	for range 40 {
		l.tick()
	}
	for range 40 {
		l.put(s.next())
	}
	if depth := l.Stats().DepthMS; depth > 480 {
		t.Errorf("%.0f ms wait after the burst, want at most 480", depth)
	}
	for range 50 * 10 {
		l.put(s.next())
		l.tick()
	}
	if depth := l.Stats().DepthMS; depth > 60 {
		t.Errorf("%.0f ms wait ten seconds later", depth)
	}
	if got := l.Stats(); got.Lost != 0 || got.Dropped == 0 || got.Received != 545 {
		t.Errorf("stats %+v", got)
	}
}

// The oracle is RFC 3550 section 6.4.1 computed here on the same arrivals.
func TestJitterIsThatOfTheRFC(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 9))
	s, l := newSender(160), newListener()
	start := l.now
	var want, last float64
	for i := range 500 {
		late := time.Duration(random.IntN(30)) * time.Millisecond
		p := s.next()
		sent := time.Duration(i) * 20 * time.Millisecond
		l.Put(p.seq, p.ts, false, p.payload, start.Add(sent+late))
		transit := late.Seconds() * 1000
		if i > 0 {
			want += (math.Abs(transit-last) - want) / 16
		}
		last = transit
	}
	if got := l.Stats().JitterMS; math.Abs(got-want) > 0.1 {
		t.Errorf("jitter %.3f ms, want %.3f", got, want)
	}
}

// Random arrivals of any kind: nothing panics, the delay stays bounded, and
// every packet is accounted for.
func TestPlayoutSurvivesChaos(t *testing.T) {
	random := rand.New(rand.NewPCG(10, 11))
	s, l := newSender(160), newListener()
	var puts uint64
	for range 20000 {
		switch random.IntN(12) {
		case 0:
			s.next()
		case 1:
			s.seq += uint16(random.IntN(1 << 16))
		case 2:
			s.ts = random.Uint32()
		case 3:
			s.ptime = []int{80, 160, 240, 480, 1280}[random.IntN(5)]
		case 4:
			l.Reset()
		case 5:
			s.seq -= uint16(random.IntN(70))
		default:
			for range random.IntN(3) {
				l.put(s.next())
				puts++
			}
		}
		l.get(random.IntN(400))
		l.now = l.now.Add(time.Duration(random.IntN(40)) * time.Millisecond)
	}
	got := l.Stats()
	if got.DepthMS > 64*160+200 {
		t.Errorf("%.0f ms wait", got.DepthMS)
	}
	if got.Received+got.Duplicates+got.Discarded < puts {
		t.Errorf("%d packets put, stats %+v", puts, got)
	}
}

func TestPlayoutDoesNotAllocate(t *testing.T) {
	s, l := newSender(160), newListener()
	packets := make([]sentPacket, 2000)
	for i := range packets {
		packets[i] = s.next()
	}
	pcm, i := make([]int16, frame20), 0
	allocs := testing.AllocsPerRun(1500, func() {
		if p := packets[i]; i%7 != 3 { // some are lost
			l.Put(p.seq, p.ts, false, p.payload, l.now)
		}
		l.Get(pcm, l.now)
		l.now = l.now.Add(20 * time.Millisecond)
		i++
	})
	if allocs != 0 {
		t.Errorf("%v allocations for a packet", allocs)
	}
}
