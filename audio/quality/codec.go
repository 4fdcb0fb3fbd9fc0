package quality

import "strings"

// Impairment is what a codec costs: Ie without loss, and Bpl, how well it bears
// loss of packets. The zero value is G.711 with concealment.
type Impairment struct {
	Ie, Bpl float64
}

// concealed is Bpl of G.711 with the concealment of its appendix I (G.113 table
// I.4). Our own choice is to take it for every codec whose losses star18 conceals
// in the same way, since G.113 has no figure for them.
const concealed = 25.1

// impairments are those of G.113 tables I.1 and I.4, by SDP name. The scale is
// that of narrowband calls: a wideband codec is not impaired on it, and is worth
// more than the figure says.
var impairments = map[string]Impairment{
	"PCMU":    {0, concealed},
	"PCMA":    {0, concealed},
	"G722":    {0, concealed},
	"L16":     {0, concealed},
	"OPUS":    {0, concealed},
	"G726-40": {2, concealed},
	"G726-32": {7, concealed},
	"G726-24": {25, concealed},
	"G726-16": {50, concealed},
}

// Codec is the impairment by a codec of this SDP name; an unknown one counts as
// G.711.
func Codec(name string) Impairment {
	name = strings.TrimPrefix(strings.ToUpper(name), "AAL2-")
	if i, ok := impairments[name]; ok {
		return i
	}
	return Impairment{0, concealed}
}

// equipment is Ie,eff (G.107 section 7.5).
func (p Path) equipment() float64 {
	i := p.Codec
	if i.Bpl <= 0 {
		i.Bpl = concealed
	}
	loss := 100 * min(max(p.Loss, 0), 1)
	return i.Ie + (95-i.Ie)*loss/(loss/max(p.Burst, 1)+i.Bpl)
}

// BurstRatio is BurstR of packets lost in so many runs, out of so many: the mean
// length of a run over what random loss would have, 1/(1-p). Less than random is
// random: G.107 knows no reward for even loss.
func BurstRatio(lost, runs, packets uint64) float64 {
	if runs == 0 || lost >= packets {
		return 1
	}
	share := float64(lost) / float64(packets)
	return max(1, float64(lost)/float64(runs)*(1-share))
}
