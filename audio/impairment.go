package audio

import "time"

// What delay and loss cost, in points of the E-model's rating R.
//
// Delay: ITU-T G.107's Idd as Cole and Rosenbluth simplified it ("Voice over IP
// performance monitoring", 2001): 0.024 for each millisecond from mouth to ear,
// and 0.11 more above 177.3 ms, where people begin to talk across each other.
// Loss: G.107's Ie-eff = Ie + (95-Ie)*l/(l+Bpl) for l percent of the packets,
// with Ie 0 and Bpl 25.1 for G.711 with concealment (G.113 appendix I).
const (
	delaySlope     = 0.024
	talkOverSlope  = 0.11
	talkOverMS     = 177.3
	equipmentRange = 95.0
	lossRobustness = 25.1

	// elsewhereMS is the delay that is not ours: to fill a packet and to travel.
	elsewhereMS = 40

	// A stretched or merged packet is heard about a tenth as much as a lost one
	// (our own choice, after Liang, Faerber and Girod, "Adaptive playout
	// scheduling and loss concealment for voice communication over IP networks",
	// 2003: listeners hardly notice scaling that is not too frequent).
	scaledFrame = 0.1
)

// delayImpairment is what it costs to hold sound back.
func delayImpairment(wait time.Duration) float64 {
	ms := float64(wait)/float64(time.Millisecond) + elsewhereMS
	return delaySlope*ms + talkOverSlope*max(0, ms-talkOverMS)
}

// lossImpairment is what it costs to lose all frames, as far as the first
// that is lost more than the share already is.
func lossImpairment(lost float64) float64 {
	l := 100*lost + lossRobustness
	return 100 * equipmentRange * lossRobustness / (l * l)
}
