package audio

import (
	"math"
	"time"
)

// Our own choices for the suppression of silence.
const (
	// speechAbove is how far over the background speech is, in power (6 dB), and
	// speechLeast the RMS under which there is none (-64 dBm0).
	speechAbove = 4.0
	speechLeast = 10.0
	// speechHangover bridges the gaps between syllables and keeps faint endings.
	speechHangover = 240 * time.Millisecond
	// speechFirst is sent in any case, while the background is not known yet.
	speechFirst = time.Second
	// noiseChange is the change of level, in dB, that is told to the peer, no more
	// often than noiseSoonest; and noiseLatest keeps routers and peers awake.
	noiseChange  = 3
	noiseSoonest = 200 * time.Millisecond
	noiseLatest  = time.Second
)

// Activity is what a frame of sound is worth sending.
type Activity uint8

const (
	ActivitySpeech Activity = iota // as it is
	ActivityNoise                  // as a payload of comfort noise
	ActivityPause                  // not at all
)

func (a Activity) String() string {
	switch a {
	case ActivitySpeech:
		return "speech"
	case ActivityNoise:
		return "noise"
	case ActivityPause:
		return "pause"
	}
	return "unknown activity"
}

// Suppressor tells speech from silence (RFC 3389 section 5 leaves the method
// open) and describes the silence. It belongs to one sending goroutine.
type Suppressor struct {
	rate  int
	floor background
	heard int // samples, until speechFirst
	quiet int // samples since speech
	told  int // samples since the last payload of noise
	level int // of that payload
	still bool
}

// NewSuppressor makes a suppressor for sound of a rate.
func NewSuppressor(rate int) *Suppressor {
	return &Suppressor{rate: rate, floor: background{rate: rate}}
}

// Step judges a frame. For ActivityNoise it writes the payload into dst, which has
// MaxNoisePayload octets, and returns its length. It does not allocate.
func (s *Suppressor) Step(dst []byte, pcm []int16) (Activity, int) {
	s.floor.hear(pcm)
	s.heard = min(s.heard+len(pcm), samplesIn(speechFirst, s.rate))
	if s.speaks(pcm) {
		s.quiet = 0
	} else {
		s.quiet += len(pcm)
	}
	if s.heard < samplesIn(speechFirst, s.rate) || s.quiet < samplesIn(speechHangover, s.rate) {
		s.still = false
		return ActivitySpeech, 0
	}
	s.quiet = samplesIn(speechHangover, s.rate)
	return s.silent(dst, len(pcm))
}

func (s *Suppressor) speaks(pcm []int16) bool {
	power := 0.0
	for _, v := range pcm {
		power += float64(v) * float64(v)
	}
	power /= float64(max(1, len(pcm)))
	background := min(s.floor.floor, loudestBackground*loudestBackground)
	return power > max(speechLeast*speechLeast, speechAbove*background)
}

// silent says whether the peer must be told of the silence.
func (s *Suppressor) silent(dst []byte, samples int) (Activity, int) {
	shape := s.floor.shape()
	level := noiseLevel(shape.rms)
	changed := math.Abs(float64(level-s.level)) >= noiseChange && s.told >= samplesIn(noiseSoonest, s.rate)
	if s.still && !changed && s.told < samplesIn(noiseLatest, s.rate) {
		s.told += samples
		return ActivityPause, 0
	}
	s.still, s.told, s.level = true, samples, level
	return ActivityNoise, shape.put(dst)
}
