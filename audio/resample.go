package audio

import (
	"errors"
	"fmt"
	"math"
)

// Rates between which Resampler converts: narrowband telephony to the fastest
// sound cards.
const (
	MinRate = 8000
	MaxRate = 192000
)

// ErrRate is the refusal of a sample rate outside MinRate to MaxRate.
var ErrRate = errors.New("sample rate out of range")

// Choices of the filter.
const (
	// zeroCrossings of the windowed sinc on each side, at the lower rate. 20 give
	// a transition of 0.143 of that rate with the window below (Kaiser's formula):
	// a band of 3400 Hz passes at 8000 Hz, and nothing above 4540 Hz, the first that
	// mirrors into it, is left. The delay is 20 samples of the lower rate, 2.5 ms at
	// 8000 Hz; 16 would save half a millisecond and leave images at -80 dB.
	zeroCrossings = 20
	// cutoff lies under half of the lower rate, so that most of the transition
	// is below the fold.
	cutoff = 0.975
	// kaiserBeta trades transition for rejection; 9 is about 90 dB, what a tone of
	// 16 bits stands above its own rounding.
	kaiserBeta = 9
	// maxPhases bounds the table for rates with no small ratio. A position is
	// then rounded to 1/1024 of an input sample, noise at -73 dB for 1 kHz.
	maxPhases = 1024
	// inputBlock is how much input is taken in at a time.
	inputBlock = 256
)

// Resampler converts a stream from one rate to another with a polyphase
// windowed-sinc filter. It belongs to one stream and one goroutine; a call
// does not allocate.
//
// Output sample k lies at input position k*from/to. That position is kept as
// an exact fraction: whole samples are shifted out of the history, the rest
// selects the phase, which is the filter shifted by that much.
type Resampler struct {
	from, to int // divided by their greatest common divisor
	whole    int // samples of input passed by one of output, and
	part     int // the rest of it, of to
	phases   [][]float32
	exact    bool // there is a phase for every fraction
	taps     int
	history  []float32 // room for taps and a block
	have     int       // samples in history
	at       int       // first sample under the filter
	fraction int       // of to: position between at and at+1
}

// NewResampler makes a converter from one rate to another, in samples a second.
func NewResampler(from, to int) (*Resampler, error) {
	for _, rate := range []int{from, to} {
		if rate < MinRate || rate > MaxRate {
			return nil, fmt.Errorf("resample %d to %d Hz: %w", from, to, ErrRate)
		}
	}
	d := gcd(from, to)
	r := &Resampler{from: from / d, to: to / d}
	r.whole, r.part = r.from/r.to, r.from%r.to
	if from != to {
		r.design()
	}
	return r, nil
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// design computes the filter for every phase. Going down, the filter is wider
// by the ratio, for it must stop what the lower rate cannot carry.
func (r *Resampler) design() {
	scale := min(1, float64(r.to)/float64(r.from)) * cutoff
	half := int(math.Ceil(zeroCrossings / min(1, float64(r.to)/float64(r.from))))
	r.taps = 2 * half
	r.exact = r.to <= maxPhases
	r.phases = make([][]float32, min(r.to, maxPhases))
	for i := range r.phases {
		r.phases[i] = sincPhase(half, scale, float64(i)/float64(len(r.phases)))
	}
	r.history = make([]float32, r.taps+inputBlock)
	r.have = half - 1 // silence before the first sample, which lies under the centre
}

// sincPhase is the filter centred fraction of a sample after tap half-1, its
// sum brought to one so that every phase passes a constant alike.
func sincPhase(half int, scale, fraction float64) []float32 {
	exact := make([]float64, 2*half)
	sum := 0.0
	for i := range exact {
		x := float64(i-half+1) - fraction
		exact[i] = sinc(x*scale) * kaiser(x/float64(half))
		sum += exact[i]
	}
	taps := make([]float32, len(exact))
	for i := range taps {
		taps[i] = float32(exact[i] / sum)
	}
	return taps
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// kaiser is the window over -1 to 1.
func kaiser(x float64) float64 {
	if x <= -1 || x >= 1 {
		return 0
	}
	return bessel0(kaiserBeta*math.Sqrt(1-x*x)) / bessel0(kaiserBeta)
}

// bessel0 is the modified Bessel function of order zero, by its power series.
func bessel0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > sum*1e-12; k++ {
		term *= x / 2 / k * (x / 2 / k)
		sum += term
	}
	return sum
}

// Process converts until dst is full or src used up, and says how much of each
// it did. It takes no more of src than dst needs.
func (r *Resampler) Process(dst, src []int16) (written, read int) {
	if r.from == r.to {
		n := copy(dst, src)
		return n, n
	}
	for written < len(dst) {
		if r.at+r.taps <= r.have {
			dst[written] = r.filter()
			written++
			r.step()
			continue
		}
		if read == len(src) {
			break
		}
		read += r.take(src[read:])
	}
	return written, read
}

// Prime feeds silence, so that frames go through whole: from now on n samples make
// n*to/from others at once, wherever that is a whole number.
func (r *Resampler) Prime() {
	var silence, first [1]int16
	for written := 0; written == 0; {
		written, _ = r.Process(first[:], silence[:])
	}
}

// filter computes the output sample at the present position.
func (r *Resampler) filter() int16 {
	phase := r.fraction
	if !r.exact {
		phase = phase * len(r.phases) / r.to
	}
	coefficients := r.phases[phase]
	input := r.history[r.at : r.at+len(coefficients)]
	var a, b float32 // two sums, for the processor adds them side by side
	for i := 0; i+1 < len(coefficients); i += 2 {
		a += coefficients[i] * input[i]
		b += coefficients[i+1] * input[i+1]
	}
	return saturate(float64(a + b))
}

// step moves on by one output sample.
func (r *Resampler) step() {
	r.at += r.whole
	r.fraction += r.part
	if r.fraction >= r.to {
		r.fraction -= r.to
		r.at++
	}
}

// take moves just enough input for one more output sample into the history,
// after dropping what the filter has passed.
func (r *Resampler) take(src []int16) int {
	if r.have == len(r.history) || r.at > r.have {
		r.drop()
	}
	n := min(r.at+r.taps-r.have, len(src), len(r.history)-r.have)
	for i, s := range src[:n] {
		r.history[r.have+i] = float32(s)
	}
	r.have += n
	return n
}

// drop forgets the samples before the filter.
func (r *Resampler) drop() {
	gone := min(r.at, r.have)
	copy(r.history, r.history[gone:r.have])
	r.have -= gone
	r.at -= gone
}
