package quality

import (
	"math"
	"time"
)

// Defaults of G.107 table 2 for the parameters that a telephone cannot measure.
const (
	sendLoudness     = 8.0   // SLR, dB
	receiveLoudness  = 2.0   // RLR
	sidetone         = 15.0  // STMR
	listenerSidetone = 18.0  // LSTR
	deviceFactor     = 3.0   // Ds
	echoLoudness     = 65.0  // TELR
	weightedEchoLoss = 110.0 // WEPL
	circuitNoise     = -70.0 // Nc, dBm0p
	noiseFloor       = -64.0 // Nfor, dBmp
	roomNoise        = 35.0  // Ps and Pr, dB(A)
	quantizing       = 1.0   // qdu
)

// Path is what is known of the sound's way from mouth to ear.
type Path struct {
	Delay time.Duration // one way, everything between mouth and ear
	Loss  float64       // share of the packets that were not there in time, 0 to 1
	// Burst is BurstR: how much longer the runs of loss are than if they were
	// random; 1 or 0 is random.
	Burst float64
	Codec Impairment
}

// Best is R of a path without delay, loss or codec: all defaults of G.107.
var Best = Path{}.R()

// R is the rating of the path, from 0 (useless) to Best.
func (p Path) R() float64 {
	no := totalNoise()
	ro := 15 - 1.5*(sendLoudness+no)
	t := float64(p.Delay) / float64(time.Millisecond)
	r := ro - simultaneous(ro, no, t) - delayImpairment(ro, no, t) - p.equipment()
	return max(0, r)
}

// MOS is the mean opinion of R, from 1 to 4.5 (G.107 annex B).
func (p Path) MOS() float64 { return MOS(p.R()) }

// MOS maps a rating to the mean opinion score of G.107 annex B.
func MOS(r float64) float64 {
	switch {
	case r <= 0:
		return 1
	case r >= 100:
		return 4.5
	}
	return max(1, 1+0.035*r+r*(r-60)*(100-r)*7e-6)
}

// totalNoise is No: circuit, both rooms and the floor at the 0 dBr point (G.107
// section 7.2).
func totalNoise() float64 {
	overall := sendLoudness + receiveLoudness
	sendRoom := roomNoise - sendLoudness - deviceFactor - 100 + 0.004*square(roomNoise-overall-deviceFactor-14)
	ear := roomNoise + 10*math.Log10(1+math.Pow(10, (10-listenerSidetone)/10))
	receiveRoom := receiveLoudness - 121 + ear + 0.008*square(ear-35)
	floor := noiseFloor + receiveLoudness
	return powerSum(circuitNoise, sendRoom, receiveRoom, floor)
}

// simultaneous is Is: loudness, sidetone and quantizing (section 7.3).
func simultaneous(ro, no, t float64) float64 {
	x := sendLoudness + receiveLoudness + 0.2*(64+no-receiveLoudness)
	loud := 20 * (root(1+power(x/8, 8), 8) - x/8)
	side := 12*root(1+power((echoedSidetone(t)-13)/6, 8), 8) -
		28*root(1+power((echoedSidetone(t)+1)/19.4, 35), 35) -
		13*root(1+power((echoedSidetone(t)-3)/33, 13), 13) + 29
	q := 37 - 15*math.Log10(quantizing)
	g := 1.07 + 0.258*q + 0.0602*q*q
	y, z := (ro-100)/15+46/8.4-g/9, 46.0/30-g/40
	steps := 15 * math.Log10(1+math.Pow(10, y)+math.Pow(10, z))
	return loud + side + steps
}

// echoedSidetone is STMRo: an early echo sounds like sidetone.
func echoedSidetone(t float64) float64 {
	return -10 * math.Log10(math.Pow(10, -sidetone/10)+math.Exp(-t/4)*math.Pow(10, -echoLoudness/10))
}

// delayImpairment is Id = Idte + Idle + Idd (section 7.4) for a delay of t ms on
// either way, 2t around.
func delayImpairment(ro, no, t float64) float64 {
	return talkerEcho(no, t) + listenerEcho(ro, 2*t) + absoluteDelay(t)
}

func talkerEcho(no, t float64) float64 {
	terv := echoLoudness - 40*math.Log10((1+t/10)/(1+t/150)) + 6*math.Exp(-0.3*t*t)
	re := 80 + 2.5*(terv-14)
	roe := -1.5 * (no - receiveLoudness)
	return ((roe-re)/2 + math.Sqrt(square(roe-re)/4+100) - 1) * (1 - math.Exp(-t))
}

func listenerEcho(ro, round float64) float64 {
	rle := 10.5 * (weightedEchoLoss + 7) * math.Pow(round+1, -0.25)
	return (ro-rle)/2 + math.Sqrt(square(ro-rle)/4+169)
}

// absoluteDelay is Idd: nobody minds the first 100 ms.
func absoluteDelay(t float64) float64 {
	if t <= 100 {
		return 0
	}
	x := math.Log2(t / 100)
	return 25 * (root(1+power(x, 6), 6) - 3*root(1+power(x/3, 6), 6) + 2)
}

func square(x float64) float64   { return x * x }
func power(x, n float64) float64 { return math.Pow(x, n) }
func root(x, n float64) float64  { return math.Pow(x, 1/n) }

// powerSum adds levels in dB by their powers.
func powerSum(levels ...float64) float64 {
	var sum float64
	for _, l := range levels {
		sum += math.Pow(10, l/10)
	}
	return 10 * math.Log10(sum)
}
