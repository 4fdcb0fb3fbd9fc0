package audio

import "time"

// What delay and loss cost, in points of the E-model's rating R.
//
// Delay: Idd of ITU-T G.107 as Cole and Rosenbluth simplified it ("Voice over IP
// performance monitoring", 2001): 0.024 for each millisecond from mouth to ear,
// and 0.11 more above 177.3 ms, where people begin to talk across each other.
//
// Loss: Ie-eff of G.107, (95-Ie)*l/(l+Bpl) for l percent of the packets, with
// the Ie 0 and Bpl 25.1 that G.113 appendix I gives for G.711 with concealment.
const (
	delaySlope     = 0.024
	talkOverSlope  = 0.11
	talkOverMS     = 177.3
	equipmentRange = 95.0
	lossRobustness = 25.1

	// elsewhereMS is our own guess at the delay that is not ours: to fill a
	// packet and to travel.
	elsewhereMS = 40
)

// delayImpairment is what it costs to hold sound back.
func delayImpairment(wait time.Duration) float64 {
	ms := float64(wait)/float64(time.Millisecond) + elsewhereMS
	return delaySlope*ms + talkOverSlope*max(0, ms-talkOverMS)
}

// lossImpairment is what losing every frame would cost at the rate of the next
// one lost, when a share is lost already.
func lossImpairment(lost float64) float64 {
	l := 100*lost + lossRobustness
	return 100 * equipmentRange * lossRobustness / (l * l)
}
