package audio

import (
	"math"
	"sync/atomic"
	"time"
)

// A Sounding measures how long sound takes on a way, as a ship measures depth: a
// chirp goes in at one end once in a while, and is looked for at the other.
//
//	Send ─▶ the way ─▶ Hear        one goroutine each
//
// A chirp sweeps the telephone band, so it is found in speech, in a steady tone
// and after any codec. Neither end allocates.
type Sounding struct {
	rate  int
	every int // samples between two chirps

	chirp  []int16
	energy float64 // of every sparse sample of the chirp
	sparse int     // samples compared: the chirp is below 4 kHz
	stride int     // places compared: its correlation is as wide as some samples of 16 kHz

	// of the sender
	until int // samples to the next chirp
	at    int // samples of the running one that are out; len(chirp): none runs

	left   atomic.Int64 // when the first sample of the chirp under way was captured, ns; 0: none is
	result atomic.Int64 // ns

	// of the listener
	window []int16 // the last sounds
	have   int
	best   float64
	bestAt int64 // ns
	since  int   // samples since best
}

// Our own choices: a chirp of 40 ms over 2800 Hz stands out of other sound by 20
// dB, and at this level it is a tick that does not disturb.
const (
	chirpTime  = 40 * time.Millisecond
	chirpFrom  = 500.0
	chirpTo    = 3300.0
	chirpLevel = -14.0 // dBm0
	// chirpLikeness is the correlation that only a chirp has.
	chirpLikeness = 0.35
	// chirpPatience is how long a chirp may be on its way.
	chirpPatience = 900 * time.Millisecond
	// chirpSettle is for the peak behind the first that is high enough.
	chirpSettle = 10 * time.Millisecond
)

// NewSounding sends a chirp as often as this, the first after half of that time.
func NewSounding(rate int, every time.Duration) *Sounding {
	s := &Sounding{rate: rate, every: samplesIn(every, rate)}
	n := samplesIn(chirpTime, rate)
	s.chirp = make([]int16, n)
	peak := zeroLevelPeak * math.Pow(10, chirpLevel/20)
	seconds := chirpTime.Seconds()
	for i := range s.chirp {
		t := float64(i) / float64(rate)
		phase := 2 * math.Pi * (chirpFrom*t + (chirpTo-chirpFrom)*t*t/(2*seconds))
		hann := 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(n))
		s.chirp[i] = saturate(peak * hann * math.Sin(phase))
	}
	s.sparse, s.stride = max(1, rate/8000), max(1, rate/16000)
	for i := 0; i < n; i += s.sparse {
		s.energy += float64(s.chirp[i]) * float64(s.chirp[i])
	}
	s.until, s.at = s.every/2, n
	s.result.Store(notFound)
	s.window = make([]int16, n+samplesIn(longestFrame, rate))
	return s
}

// Send mixes the chirp into a frame that was captured until now. It says when one
// begins.
func (s *Sounding) Send(pcm []int16, now time.Time) (began time.Time, sent bool) {
	for i := range pcm {
		if s.until--; s.until <= 0 {
			s.until, s.at = s.every, 0
			began, sent = now.Add(-s.time(len(pcm)-i)), true
			s.left.Store(began.UnixNano())
		}
		if s.at < len(s.chirp) {
			pcm[i] = saturate32(int32(pcm[i]) + int32(s.chirp[s.at]))
			s.at++
		}
	}
	return began, sent
}

// Leaves notes that a chirp which another Sounding sends is to be found by this
// one too, further on its way.
func (s *Sounding) Leaves(at time.Time) { s.left.Store(at.UnixNano()) }

func (s *Sounding) time(samples int) time.Duration {
	return time.Duration(samples) * time.Second / time.Duration(s.rate)
}

// Hear looks for the chirp in a frame whose first sample is heard at this moment.
// It is true once for each that is found.
func (s *Sounding) Hear(pcm []int16, first time.Time) (found bool) {
	left := s.left.Load()
	if left == 0 {
		s.have = 0
		return false
	}
	n := len(s.chirp)
	for len(pcm) > 0 {
		if s.have == len(s.window) { // keep what may hold a chirp that is not whole
			s.have = copy(s.window, s.window[s.have-n+1:])
		}
		k := copy(s.window[s.have:], pcm)
		start := first.Add(-s.time(s.have))
		from := max(0, s.have-n+1)
		s.have += k
		for at := from; at+n <= s.have; at += s.stride {
			s.judge(at, start.Add(s.time(at)).UnixNano())
			s.since += s.stride
		}
		pcm, first = pcm[k:], first.Add(s.time(k))
	}
	if s.best > 0 && s.since >= samplesIn(chirpSettle, s.rate) {
		s.finish(time.Duration(s.bestAt - left))
		return true
	}
	if first.UnixNano()-left > int64(chirpPatience) {
		s.finish(notFound)
	}
	return false
}

// judge compares the sound at this place of the window with the chirp.
func (s *Sounding) judge(at int, moment int64) {
	var product, energy float64
	window := s.window[at : at+len(s.chirp)]
	for i := 0; i < len(window); i += s.sparse {
		v := float64(window[i])
		product += v * float64(s.chirp[i])
		energy += v * v
	}
	alike := math.Abs(product) / math.Sqrt(energy*s.energy+1) // a loudspeaker may turn the phase round
	if alike > chirpLikeness && alike > s.best {
		s.best, s.bestAt, s.since = alike, moment, 0
	}
}

// notFound is the delay of a chirp that did not arrive.
const notFound = math.MinInt64

// finish ends the search.
func (s *Sounding) finish(d time.Duration) {
	s.left.Store(0)
	s.best, s.have, s.since = 0, 0, 0
	s.result.Store(int64(d))
}

// Delay is what the last chirp took; false if it was not found.
func (s *Sounding) Delay() (time.Duration, bool) {
	d := s.result.Load()
	return time.Duration(d), d != notFound
}
