package audio

import "math"

// appendixI conceals as ITU-T G.711 appendix I (09/1999) does, written from its
// text as something to compare with. It works in frames of 10 ms at 8000 Hz and
// delays all sound by 30 samples, which the caller takes off again.
type appendixI struct {
	history [appendixHistory]float64
	buffer  [appendixHistory]float64 // of the pitch, made at the first lost frame
	last    []float64                // quarter of a period at the end of the real sound
	pitch   int
	length  int // of the part of buffer that is repeated: one to three periods
	offset  int
	erased  int // frames in this loss
}

const (
	appendixFrame   = 80
	appendixHistory = 390
	appendixDelay   = 30
)

// frame takes a frame of 10 ms, or nil for a lost one, and returns the sound of
// 30 samples earlier.
func (a *appendixI) frame(pcm []int16) []float64 {
	out := make([]float64, appendixFrame)
	if pcm != nil {
		for i, v := range pcm {
			out[i] = float64(v)
		}
		a.resume(out)
		a.erased = 0
	} else {
		a.erase(out)
		a.erased++
	}
	copy(a.history[:], a.history[appendixFrame:])
	copy(a.history[appendixHistory-appendixFrame:], out)
	return a.history[appendixHistory-appendixDelay-appendixFrame : appendixHistory-appendixDelay]
}

// erase synthesises a lost frame (I.2.5 to I.2.9 of the text): one period is
// repeated in the first 10 ms, two in the next, three from then on, falling by a
// fifth each 10 ms from the second on, silent after 60 ms.
func (a *appendixI) erase(out []float64) {
	switch {
	case a.erased == 0:
		a.begin()
		a.repeat(out)
		return
	case a.erased <= 2:
		quarter := a.pitch / 4
		tail := make([]float64, quarter)
		a.repeat(tail)
		a.offset = (a.offset - quarter + a.length) % a.length % a.pitch
		a.length += a.pitch
		a.smooth()
		a.repeat(out)
		overlapAdd(out[:quarter], tail, out[:quarter])
	case a.erased > 5:
		return
	default:
		a.repeat(out)
	}
	for i := range out {
		out[i] *= max(0, 1-0.2*(float64(a.erased-1)+float64(i)/appendixFrame))
	}
}

// begin finds the pitch and smooths the join of its repetition, in the sound
// that was not heard yet as well.
func (a *appendixI) begin() {
	a.buffer = a.history
	a.pitch = appendixPitch(a.history[:])
	a.length, a.offset = a.pitch, 0
	quarter := a.pitch / 4
	a.last = append([]float64(nil), a.buffer[appendixHistory-quarter:]...)
	a.smooth()
	copy(a.history[appendixHistory-quarter:], a.buffer[appendixHistory-quarter:])
}

func (a *appendixI) smooth() {
	quarter := a.pitch / 4
	end := a.buffer[appendixHistory-quarter:]
	overlapAdd(end, a.last, a.buffer[appendixHistory-quarter-a.length:appendixHistory-a.length])
}

func (a *appendixI) repeat(out []float64) {
	for i := range out {
		out[i] = a.buffer[appendixHistory-a.length+a.offset]
		a.offset = (a.offset + 1) % a.length
	}
}

// resume leads into the first real frame: over a quarter of a period, and 4 ms
// more for each further 10 ms lost, 10 ms at most.
func (a *appendixI) resume(out []float64) {
	if a.erased == 0 {
		return
	}
	tail := make([]float64, min(appendixFrame, a.pitch/4+32*(a.erased-1)))
	if a.erased <= 6 {
		a.repeat(tail)
		for i := range tail {
			tail[i] *= max(0, 1-0.2*float64(a.erased-1))
		}
	}
	overlapAdd(out[:len(tail)], tail, out[:len(tail)])
}

func overlapAdd(dst, from, to []float64) {
	for i := range dst {
		w := float64(i+1) / float64(len(dst)+1)
		dst[i] = (1-w)*from[i] + w*to[i]
	}
}

// appendixPitch is the lag of 5 to 15 ms with the highest normalised correlation
// of the last 20 ms.
func appendixPitch(h []float64) int {
	pitch, best := 40, math.Inf(-1)
	for lag := 40; lag <= 120; lag++ {
		var cross, power float64
		for i := len(h) - 160; i < len(h); i++ {
			cross += h[i] * h[i-lag]
			power += h[i-lag] * h[i-lag]
		}
		if c := cross / math.Sqrt(max(power, 250)); c > best {
			pitch, best = lag, c
		}
	}
	return pitch
}
