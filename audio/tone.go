package audio

import (
	"math"
	"time"
)

// toneRamp is the raised cosine at both ends of a burst, inside its time. The
// specification allows 2 to 5 ms (section 2.3).
const toneRamp = 3 * time.Millisecond

// Tone plays a ToneScript once. It is used by one goroutine.
//
//	script > section > segment > burst (on, ramped) > gap (off) > next segment
//
// Times are kept in milliseconds of the section and turned into samples at
// each boundary, so no rounding adds up.
type Tone struct {
	rate    int
	ramp    int64
	parts   []oscillator
	left    []section // sections not finished, the current one first
	segment int
	clock   int64 // where the current segment ends, milliseconds of the section

	at       int64 // sample of the section
	onStart  int64 // samples of the section: the burst and the segment around it
	onEnd    int64
	segEnd   int64
	sounding []bool

	note  int64 // samples of each frequency in turn; 0: all at once
	phase float64
}

// oscillator is one frequency of the script.
type oscillator struct {
	peak  float64
	step  float64 // radians a sample
	phase float64
}

// NewTone prepares a tone for frames of rate samples a second.
func NewTone(script ToneScript, rate int) *Tone {
	t := &Tone{rate: rate, ramp: int64(samplesIn(toneRamp, rate)), left: script.sections,
		note: script.warble * int64(rate) / 1000}
	for _, f := range script.freqs {
		t.parts = append(t.parts, oscillator{peak: f.peak(), step: 2 * math.Pi * float64(f.hz) / float64(rate)})
	}
	t.beginSegment()
	return t
}

// Mix adds the tone to pcm, saturating, and says whether the tone has ended.
func (t *Tone) Mix(pcm []int16) (done bool) {
	for i := range pcm {
		for len(t.left) > 0 && t.at >= t.segEnd {
			t.endSegment()
		}
		if len(t.left) == 0 {
			return true
		}
		if t.at < t.onEnd {
			pcm[i] = saturate(float64(pcm[i]) + t.sample())
		}
		t.at++
	}
	return t.finished()
}

// finished looks ahead over segments without length.
func (t *Tone) finished() bool {
	for len(t.left) > 0 && t.at >= t.segEnd {
		t.endSegment()
	}
	return len(t.left) == 0
}

// sample is the sum of the frequencies, inside the envelope of the burst.
func (t *Tone) sample() float64 {
	var sum float64
	if t.note > 0 {
		sum = t.warbled()
	} else {
		sum = t.chord()
	}
	edge := min(t.at-t.onStart, t.onEnd-1-t.at)
	if edge < t.ramp {
		sum *= 0.5 - 0.5*math.Cos(math.Pi*float64(edge)/float64(t.ramp))
	}
	return sum
}

// chord is all frequencies of the segment at once.
func (t *Tone) chord() (sum float64) {
	for i := range t.parts {
		if t.sounding[i] {
			p := &t.parts[i]
			sum += p.peak * math.Sin(p.phase)
			p.phase = turn(p.phase + p.step)
		}
	}
	return sum
}

// turn brings a phase that has just passed a full turn back.
func turn(phase float64) float64 {
	if phase >= 2*math.Pi {
		return phase - 2*math.Pi
	}
	return phase
}

// beginSegment lays out the current segment: its burst and its gap, both cut at
// the end of the section.
func (t *Tone) beginSegment() {
	if len(t.left) == 0 {
		return
	}
	s := t.left[0]
	g := s.segments[t.segment]
	onEnd := addTime(t.clock, g.on, s.total)
	segEnd := addTime(onEnd, g.off, s.total)
	t.onStart, t.onEnd, t.segEnd = t.samples(t.clock), t.samples(onEnd), t.samples(segEnd)
	t.clock = segEnd
	t.sounding, t.phase = g.parts, 0
	for i := range t.parts {
		t.parts[i].phase = 0
	}
}

// endSegment goes to the next segment, or section, or the end.
func (t *Tone) endSegment() {
	s := t.left[0]
	t.segment = (t.segment + 1) % len(s.segments)
	if t.clock >= s.total {
		t.left, t.segment, t.clock, t.at = t.left[1:], 0, 0, 0
	}
	t.beginSegment()
}

// addTime adds milliseconds, either of which may be infinite, up to a limit.
func addTime(a, b, limit int64) int64 {
	if a == infinite || b >= limit-a {
		return limit
	}
	return a + b
}

// samples turns milliseconds of the section into samples.
func (t *Tone) samples(ms int64) int64 {
	if ms == infinite {
		return infinite
	}
	return ms * int64(t.rate) / 1000
}

// saturate rounds and limits to 16 bits.
func saturate(v float64) int16 {
	return int16(math.Round(max(math.MinInt16, min(math.MaxInt16, v))))
}
