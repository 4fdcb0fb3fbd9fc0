package audio

import (
	"math"
	"sync/atomic"
	"time"
)

// Ballistics of a meter, our own choice between those of a VU meter, which has
// settled after 300 ms (IEC 60268-17), and what can be read once a second.
const (
	meterTime = 200 * time.Millisecond // the mean's time constant
	meterFall = 11.8                   // dB a second that a peak falls
)

// LevelFloor stands for silence: 16 bits reach no lower.
const LevelFloor = -96.0

// Level is what a meter shows, in dB relative to full scale (a square wave has 0,
// a full sine -3), at least LevelFloor.
type Level struct {
	RMS  float64 `json:"rms_dbfs"`
	Peak float64 `json:"peak_dbfs"`
}

// Meter measures one direction. Add is for one goroutine, Level for any.
type Meter struct {
	rate   float64
	square float64 // mean of the squares, of full scale 1
	peak   float64

	shown atomic.Uint64 // square and peak as two float32
}

// NewMeter begins in silence.
func NewMeter(rate int) *Meter { return &Meter{rate: float64(rate)} }

// Add takes a frame.
func (m *Meter) Add(pcm []int16) {
	if len(pcm) == 0 {
		return
	}
	var sum float64
	var top int
	for _, v := range pcm {
		sum += float64(v) * float64(v)
		top = max(top, int(v), -int(v))
	}
	seconds := float64(len(pcm)) / m.rate
	part := 1 - math.Exp(-seconds/meterTime.Seconds())
	m.square += part * (sum/float64(len(pcm))/(1<<30) - m.square)
	m.peak = max(float64(top)/(1<<15), m.peak*math.Pow(10, -meterFall*seconds/20))
	m.shown.Store(uint64(math.Float32bits(float32(m.square)))<<32 | uint64(math.Float32bits(float32(m.peak))))
}

// Level is what the meter shows now.
func (m *Meter) Level() Level {
	both := m.shown.Load()
	square, peak := math.Float32frombits(uint32(both>>32)), math.Float32frombits(uint32(both))
	return Level{RMS: decibels(10, float64(square)), Peak: decibels(20, float64(peak))}
}

// decibels are rounded to a tenth.
func decibels(factor, ratio float64) float64 {
	return math.Round(10*max(LevelFloor, factor*math.Log10(ratio))) / 10
}
