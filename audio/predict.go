package audio

import (
	"math"
	"time"
)

// Our own choices for the model of sound around a gap.
const (
	// predictPast is the sound that the model is made of, and
	// predictRecent how far back its weight falls to a third: speech changes.
	predictPast   = 50 * time.Millisecond
	predictRecent = 15 * time.Millisecond
	// predictReach is the memory of the model, above the period of a voice of
	// 80 Hz, so that it has the pitch in it besides the formants.
	predictReach = 12500 * time.Microsecond
	// predictMost bounds the memory, and with it the work, at high rates.
	predictMost = 200
	// roundingPower is what whole numbers add to the errors of both directions, a
	// twelfth of a unit each. A tone of a whole number of samples would else be
	// predicted so exactly that no equation with the model in it could be solved.
	roundingPower = 2.0 / 12
)

// predictor models sound as autoregressive: each sample is a weighted sum of
// those before it and something new (the innovation). With the pitch inside of
// its memory it goes on with a voice for some periods, each formant decaying as
// it should, and does not repeat noise, which would buzz.
//
// The weights come from Burg's recursion, which is stable for any input, taken
// over both sides of a gap if there are two.
type predictor struct {
	order   int
	weight  []float64  // by distance from the gap
	sides   [2]fitSide // before and after the gap
	a, next []float64  // a[0] is 1; x(n) = -sum a(k) x(n-k) + innovation
	power   float64    // of the innovation, and
	sound   float64    // of the sound itself

	rounding float64 // of all samples looked at
}

// fitSide is the state of the recursion on one side.
type fitSide struct {
	ahead, back []float64 // errors of prediction
	weight      []float64
}

func newPredictor(rate int) *predictor {
	past := samplesIn(predictPast, rate)
	most := min(samplesIn(predictReach, rate), predictMost)
	p := &predictor{weight: make([]float64, past), a: make([]float64, most+1), next: make([]float64, most+1)}
	for i := range p.weight {
		p.weight[i] = math.Exp(-float64(i) / float64(samplesIn(predictRecent, rate)))
	}
	for i := range p.sides {
		p.sides[i] = fitSide{make([]float64, past), make([]float64, past), make([]float64, past)}
	}
	return p
}

// fit makes the model from the sound before the gap and that after it, which
// may be missing. No more is looked at than predictPast on either side.
func (p *predictor) fit(before, after []float64) {
	span := len(p.weight)
	before, after = before[max(0, len(before)-span):], after[:min(span, len(after))]
	p.order = min(len(p.a)-1, len(before)/2)
	if len(after) > 0 {
		p.order = min(p.order, len(after))
	}
	for i, side := range [2][]float64{before, after} {
		p.sides[i].start(side, p.weight, i == 0)
	}
	clear(p.a)
	p.a[0] = 1
	p.power = p.average()
	p.sound = p.power
	for m := 1; m <= p.order; m++ {
		p.extend(m)
	}
}

// start takes a side whose samples count the less the further from the gap.
func (f *fitSide) start(sound, weight []float64, before bool) {
	n := len(sound)
	f.ahead = append(f.ahead[:0], sound...)
	f.back = append(f.back[:0], sound...)
	f.weight = append(f.weight[:0], weight[:n]...)
	for i := range n / 2 {
		if before {
			f.weight[i], f.weight[n-1-i] = f.weight[n-1-i], f.weight[i]
		}
	}
}

// average is the weighted power of both sides.
func (p *predictor) average() float64 {
	var sum, weight float64
	for i := range p.sides {
		s := &p.sides[i]
		for n, v := range s.ahead {
			sum += s.weight[n] * v * v
			weight += s.weight[n]
		}
	}
	p.rounding = roundingPower * weight
	return sum / max(weight, math.SmallestNonzeroFloat64)
}

// extend raises the order of the model to m: one step of Burg's recursion, with
// the reflection coefficient that makes the errors of both directions least.
func (p *predictor) extend(m int) {
	cross, power := 0.0, p.rounding
	for i := range p.sides {
		c, w := p.sides[i].correlate(m)
		cross, power = cross+c, power+w
	}
	if power <= 0 {
		return
	}
	k := -2 * cross / power
	copy(p.next, p.a[:m])
	p.next[m] = 0
	for i := 1; i <= m; i++ {
		p.a[i] = p.next[i] + k*p.next[m-i]
	}
	for i := range p.sides {
		p.sides[i].reflect(m, k)
	}
	p.power *= 1 - k*k
}

func (f *fitSide) correlate(m int) (cross, power float64) {
	if m >= len(f.ahead) {
		return 0, 0
	}
	ahead := f.ahead[m:]
	back, weight := f.back[m-1:][:len(ahead)], f.weight[m:][:len(ahead)]
	for n, a := range ahead {
		b := back[n]
		cross += weight[n] * a * b
		power += weight[n] * (a*a + b*b)
	}
	return cross, power
}

func (f *fitSide) reflect(m int, k float64) {
	for n := len(f.ahead) - 1; n >= m; n-- {
		a, b := f.ahead[n], f.back[n-1]
		f.ahead[n], f.back[n] = a+k*b, b+k*a
	}
}

// extrapolate goes on with line from place at to its end: by what the model
// expects, and loud times the innovation that it has. At least order samples
// stand before.
func (p *predictor) extrapolate(line []float64, at int, loud float64, random *dice) {
	loud *= math.Sqrt(p.power)
	a := p.a[1 : p.order+1]
	for n := at; n < len(line); n++ {
		sum := 0.0
		if loud > 0 {
			sum = loud * random.normal()
		}
		past := line[n-len(a) : n]
		for k, w := range a {
			sum -= w * past[len(past)-1-k]
		}
		line[n] = sum
	}
}

// doubt writes how the variance of extrapolation grows with the distance.
func (p *predictor) doubt(dst []float64) {
	for n := range dst {
		sum := 0.0
		if n == 0 {
			sum = 1
		}
		for k := 1; k <= min(n, p.order); k++ {
			sum -= p.a[k] * dst[n-k]
		}
		dst[n] = sum
	}
	total := 0.0
	for n, v := range dst {
		total += v * v
		dst[n] = total * p.power
	}
}
