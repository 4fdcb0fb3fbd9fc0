package dsp

import "math"

// Choices for recognising a steady tone.
const (
	// predictable is how many dB a sound must lose by linear prediction of
	// order 4, which removes two sines. Speech loses up to 15 to 20.
	predictable = 18
	// steadyRange is how far, in dB, its level may wander over steadyTime; one
	// syllable of speech wanders further.
	steadyRange = 2
	steadyTime  = 15 // blocks: 150 ms
	// released is how long a tone is still assumed after its end, in blocks.
	released = 30
	toneSpan = 320 // samples at toneRate, 40 ms
	// faintest is the least mean square of a sound: -60 dBFS.
	faintest = 1000
)

// steady recognises a sound that is one or two sines: a tone that somebody plays
// on purpose. Noise suppression would take it for noise, and gain control for
// speech of the wrong level.
type steady struct {
	past   [toneSpan]float32 // the last 40 ms at toneRate
	f, b   [toneSpan]float64
	levels [steadyTime]float64
	at     int
	tonal  int // blocks in a row
	since  int // blocks since a tone was there or might have been
}

// take looks at one block more, at toneRate.
func (s *steady) take(pcm []int16) {
	n := len(pcm)
	copy(s.past[:], s.past[n:])
	for i, v := range pcm {
		s.past[toneSpan-n+i] = float32(v)
	}
	level, gain := s.predict()
	s.levels[s.at] = level
	s.at = (s.at + 1) % steadyTime
	s.since++
	if gain < predictable {
		s.tonal = 0
		return
	}
	s.tonal++
	if s.even() {
		s.since = 0
	}
}

// held says that a tone is there, or was a moment ago.
func (s *steady) held() bool {
	return s.tonal >= steadyTime && s.even() || s.since < released && s.tonal > 0
}

// suspect says that what is heard may be the beginning of a tone.
func (s *steady) suspect() bool { return s.tonal > 0 || s.since < released }

func (s *steady) even() bool {
	least, most := s.levels[0], s.levels[0]
	for _, l := range s.levels {
		least, most = min(least, l), max(most, l)
	}
	return most-least < steadyRange
}

// predict returns the level, and what is gained by prediction, in dB; the method
// of Burg, which needs no window and so finds a pure sine wholly predictable.
func (s *steady) predict() (level, gain float64) {
	energy := 0.0
	for i, v := range s.past {
		s.f[i], s.b[i] = float64(v), float64(v)
		energy += float64(v) * float64(v)
	}
	level = 10 * math.Log10(energy/toneSpan+1)
	if energy < faintest*toneSpan {
		return level, 0
	}
	left := 1.0
	for order := 1; order <= 4; order++ {
		num, den := 0.0, 1.0
		for i := order; i < toneSpan; i++ {
			num += s.f[i] * s.b[i-1]
			den += s.f[i]*s.f[i] + s.b[i-1]*s.b[i-1]
		}
		k := 2 * num / den
		left *= 1 - k*k
		for i := toneSpan - 1; i >= order; i-- {
			f := s.f[i]
			s.f[i] = f - k*s.b[i-1]
			s.b[i] = s.b[i-1] - k*f
		}
	}
	return level, -10 * math.Log10(left+1e-9)
}
