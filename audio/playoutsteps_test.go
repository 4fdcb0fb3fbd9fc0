package audio

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// script is a jitter buffer that says what it was told to say.
type script struct {
	steps []scripted
	at    int
}

type scripted struct {
	step      Step
	packet    Packet
	following *Packet
}

func (s *script) Put(Packet, time.Time) Arrival { return ArrivalStored }
func (s *script) Depth() int                    { return 0 }
func (s *script) Dropped() uint64               { return 0 }
func (s *script) Reset()                        {}

func (s *script) Next(time.Time) (Packet, Step) {
	if s.at == len(s.steps) {
		return Packet{}, StepWait
	}
	s.at++
	return s.steps[s.at-1].packet, s.steps[s.at-1].step
}

func (s *script) Following() (Packet, bool) {
	if f := s.steps[s.at-1].following; f != nil {
		return *f, true
	}
	return Packet{}, false
}

// clerk is mu-law that writes down what was asked of it. makes is what it
// conceals by itself.
type clerk struct {
	pcmu
	calls []string
	makes int
}

func (w *clerk) Decode(dst []int16, payload []byte) (int, error) {
	w.calls = append(w.calls, "decode "+string('a'+rune(len(payload)-160)))
	return w.pcmu.Decode(dst, payload)
}

func (w *clerk) Conceal(dst []int16) int {
	w.calls = append(w.calls, "lost")
	for i := range dst[:w.makes] {
		dst[i] = 1234
	}
	return w.makes
}

// A decoder with a memory hears of each packet once and in the order of the
// stream, a lost one in its place; what it conceals itself is played.
func TestDecoderIsToldOfLosses(t *testing.T) {
	packet := func(seq int) Packet { return Packet{Seq: uint16(seq), Payload: make([]byte, 160+seq)} }
	follows := packet(2)
	for _, c := range []struct {
		name  string
		makes int
		steps []scripted
		want  []string
	}{
		{"the next packet is known", 0, []scripted{{step: StepPlay, packet: packet(0)},
			{step: StepConceal, following: &follows}, {step: StepPlay, packet: packet(2)}, {step: StepPlay, packet: packet(3)}},
			[]string{"decode a", "lost", "decode c", "decode d"}},
		{"it is not", 0, []scripted{{step: StepPlay, packet: packet(0)}, {step: StepConceal}, {step: StepConceal},
			{step: StepPlay, packet: packet(3)}}, []string{"decode a", "lost", "lost", "decode d"}},
		{"what was lost comes after all", 0, []scripted{{step: StepPlay, packet: packet(0)}, {step: StepConceal, following: &follows},
			{step: StepPlay, packet: packet(1)}, {step: StepPlay, packet: packet(2)}},
			[]string{"decode a", "lost", "decode c", "decode b", "decode c"}},
		{"stretched and merged", 0, []scripted{{step: StepStretch, packet: packet(0)}, {step: StepConceal, following: &follows},
			{step: StepMerge, packet: packet(2)}, {step: StepPlay, packet: packet(3)}},
			[]string{"decode a", "lost", "decode c", "decode d"}},
		{"the codec conceals", 160, []scripted{{step: StepPlay, packet: packet(0)}, {step: StepConceal, following: &follows},
			{step: StepPlay, packet: packet(2)}}, []string{"decode a", "lost", "decode c"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &clerk{makes: c.makes}
			p := newPlayout(w, &script{steps: c.steps})
			pcm := make([]int16, 2000)
			p.Get(pcm, time.Unix(0, 0))
			if !slices.Equal(w.calls, c.want) {
				t.Errorf("%q, want %q", w.calls, c.want)
			}
			if c.makes > 0 && (pcm[161] != 1234 || pcm[300] != 1234) {
				t.Errorf("the codec's own sound is not played: %d", pcm[150:170])
			}
		})
	}
}

// corrector finds in a packet of 162 octets the one before it.
type corrector struct{ clerk }

func (w *corrector) Correct(dst []int16, next []byte) int {
	if len(next) != 162 {
		return 0
	}
	w.calls = append(w.calls, "found")
	for i := range dst {
		dst[i] = 777
	}
	return len(dst)
}

// A packet that the next one brings along is played and was no gap; one that it
// does not bring is made up.
func TestLossIsCorrected(t *testing.T) {
	packet := func(seq int) Packet { return Packet{Seq: uint16(seq), Payload: make([]byte, 160+seq)} }
	second, fourth := packet(2), packet(4)
	w := &corrector{}
	p := newPlayout(w, &script{steps: []scripted{
		{step: StepPlay, packet: packet(0)}, {step: StepConceal, following: &second}, {step: StepPlay, packet: second},
		{step: StepConceal, following: &fourth}, {step: StepPlay, packet: fourth},
	}})
	pcm := make([]int16, 800)
	p.Get(pcm, time.Unix(0, 0))
	if want := []string{"decode a", "found", "decode c", "lost", "decode e"}; !slices.Equal(w.calls, want) {
		t.Errorf("%q, want %q", w.calls, want)
	}
	if slices.ContainsFunc(pcm[160:320], func(v int16) bool { return v != 777 }) {
		t.Errorf("what was found is not played: %d", pcm[155:170])
	}
	if s := p.Stats(); s.Corrected != 1 || s.Gaps != 1 || s.Concealed != 1 {
		t.Errorf("%+v; want one corrected, one concealed", s)
	}
}

// A voice through every step in any order, in packets of several lengths, keeps
// continuous: its second difference stays near that of the voice. No step
// allocates.
func TestPlayoutKeepsContinuous(t *testing.T) {
	for _, packet := range []int{80, 160, 240, 480} {
		t.Run(fmt.Sprint(packet), func(t *testing.T) {
			random := rand.New(rand.NewPCG(8, uint64(packet)))
			sound := voice(8000, 40, 118, 26)
			var steps []scripted
			for i := 0; (i+3)*packet < len(sound); i++ {
				p := Packet{Seq: uint16(i), Payload: make([]byte, packet)}
				pcmu{}.Encode(p.Payload, sound[i*packet:(i+1)*packet])
				step := StepPlay
				switch r := random.IntN(20); {
				case r == 0 && i > 0:
					step = StepConceal
				case r == 1:
					step = StepStretch
				case r == 2:
					step = StepMerge
				}
				if n := len(steps); n > 0 && steps[n-1].step == StepMerge {
					step = StepPlay
				}
				if n := len(steps); n > 0 && steps[n-1].step == StepConceal && random.IntN(2) == 0 {
					step, steps[n-1].following = StepPlay, &p
				}
				steps = append(steps, scripted{step: step, packet: p})
			}
			p := newPlayout(pcmu{}, &script{steps: steps})
			heard := make([]int16, 0, len(sound))
			frame := make([]int16, 137)
			allocs := testing.AllocsPerRun(len(sound)*9/10/137, func() {
				p.Get(frame, time.Unix(0, 0))
				heard = append(heard, frame...)
			})
			if allocs != 0 {
				t.Errorf("%v allocations", allocs)
			}
			coded := make([]int16, len(sound))
			for i, v := range sound {
				coded[i] = decodeMulaw(encodeMulaw(v))
			}
			if own, got := steepest(coded), steepest(heard); got > 1.1*own {
				t.Errorf("second difference of %.0f, the voice has up to %.0f", got, own)
			}
			if owed := max(p.owed, -p.owed); owed > samplesIn(warpReach, 8000) {
				t.Errorf("%d samples are owed", owed)
			}
		})
	}
}

// The adaptive buffer shows the packet after a gap without giving it away.
func TestFollowing(t *testing.T) {
	b, now := NewAdaptiveJitterBuffer(8000), time.Unix(0, 0)
	var next Packet
	var step Step
	for i := 0; step != StepConceal && i < 100; i++ {
		if i%25 != 24 {
			b.Put(Packet{Seq: uint16(i), Timestamp: uint32(160 * i), Payload: []byte{byte(i)}}, now)
		}
		next, step = b.Next(now)
		now = now.Add(20 * time.Millisecond)
	}
	if step != StepConceal {
		t.Fatal("no gap in four lost packets")
	}
	follows, ok := b.Following()
	for i := 100; step == StepConceal && i < 110; i++ {
		next, step = b.Next(now)
	}
	if !ok || follows.Seq != next.Seq || follows.Payload[0] != byte(next.Seq) {
		t.Errorf("packet %d, %v, was to follow, %d came", follows.Seq, ok, next.Seq)
	}
}
