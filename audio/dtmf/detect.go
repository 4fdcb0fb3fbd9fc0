package dtmf

import "math"

// What counts as a key, after ITU-T Q.24 and the values that administrations
// report there.
const (
	// blockHz is how many blocks a second are judged: 12.75 ms each, 78 Hz wide,
	// which tells neighbouring rows (73 Hz apart) from each other. A second bank
	// of filters is half a block behind the first, so there is a verdict every
	// 6.4 ms. A press of d ms fills (d-5.6)/6.4 blocks well enough.
	blockHz = 8000.0 / 102
	// hits verdicts in a row begin a press: 23 ms never do, 40 ms always.
	hits = 4
	// misses in a row end it: an interruption of 10 ms does not.
	misses = 4

	leastLevel = -34.0 // dBm0 of each tone; Q.24 has receivers take -25 and more
	twist      = 9.0   // dB that the column may be louder than the row
	reverse    = 6.0   // dB that it may be weaker
	apart      = 6.0   // dB between a tone and the next best of its group
	// share of all that sounds must be in the two tones. Speech has as much in
	// them for moments only, which is what keeps it from dialling.
	share = 0.79
	// sameLevel is how many dB a tone may change between two verdicts: a key does
	// not swell, speech does.
	sameLevel = 4.0
)

// zeroLevel is the peak of a sine of 0 dBm0 in 16 bits, by the digital milliwatt
// of the mu-law (G.711).
const zeroLevel = 22651.0

// Detector finds keys in sound. It is fed with samples of any number, allocates
// nothing and is for one goroutine.
type Detector struct {
	block int // samples
	banks [2]bank

	last   verdict // the one before
	run    int     // verdicts in a row that agree with it
	silent int     // verdicts in a row without the key that is pressed
	down   bool
	key    Event
}

// bank measures all frequencies in one block after the other.
type bank struct {
	filters [8]goertzel
	energy  float64
	count   int
}

// verdict is what one block sounds like.
type verdict struct {
	key    Event
	hit    bool
	levels [2]float64 // dB of row and column
}

// goertzel measures one frequency in a block.
type goertzel struct{ coefficient, s1, s2 float64 }

func (g *goertzel) add(x float64) { g.s1, g.s2 = x+g.coefficient*g.s1-g.s2, g.s1 }

// power is the square of the magnitude; it begins the next block.
func (g *goertzel) power() float64 {
	p := g.s1*g.s1 + g.s2*g.s2 - g.coefficient*g.s1*g.s2
	g.s1, g.s2 = 0, 0
	return p
}

// NewDetector is for samples of this rate.
func NewDetector(rate int) *Detector {
	d := &Detector{block: int(math.Round(float64(rate) / blockHz))}
	for i := range d.banks[0].filters {
		hz := columns[i%4]
		if i < 4 {
			hz = rows[i]
		}
		d.banks[0].filters[i].coefficient = 2 * math.Cos(2*math.Pi*float64(hz)/float64(rate))
	}
	d.banks[1] = d.banks[0]
	d.banks[1].count = d.block / 2
	return d
}

// Feed listens to samples and reports the key that was found to be pressed in
// them, once for each press; of two in one call the later one.
func (d *Detector) Feed(pcm []int16) (key Event, pressed bool) {
	for _, sample := range pcm {
		for i := range d.banks {
			b := &d.banks[i]
			if b.add(float64(sample)); b.count < d.block {
				continue
			}
			if found, ok := d.judge(d.measure(b)); ok {
				key, pressed = found, true
			}
		}
	}
	return key, pressed
}

func (b *bank) add(x float64) {
	for i := range b.filters {
		b.filters[i].add(x)
	}
	b.energy += x * x
	b.count++
}

// judge follows presses from verdict to verdict.
func (d *Detector) judge(v verdict) (key Event, pressed bool) {
	if v.hit && d.last.hit && v.key == d.last.key && steady(v, d.last) {
		d.run++
	} else {
		d.run = 1
	}
	d.last = v
	switch {
	case d.down && v.hit && v.key == d.key:
		d.silent = 0
		return 0, false
	case d.down:
		d.silent++
		d.down = d.silent < misses
	}
	if !v.hit || d.run < hits {
		return 0, false
	}
	d.down, d.key, d.silent = true, v.key, 0
	return v.key, true
}

func steady(a, b verdict) bool {
	return math.Abs(a.levels[0]-b.levels[0]) < sameLevel && math.Abs(a.levels[1]-b.levels[1]) < sameLevel
}

// measure ends a block and says what it was.
func (d *Detector) measure(b *bank) verdict {
	var power [8]float64
	for i := range b.filters {
		power[i] = b.filters[i].power()
	}
	total := b.energy
	b.energy, b.count = 0, 0

	row, rowNext := best(power[:4])
	column, columnNext := best(power[4:])
	r, c := power[row], power[4+column]
	v := verdict{levels: [2]float64{d.level(r), d.level(c)}}
	// Two sines alone have |X|² of both sum up to half the block times the energy.
	pure := (r + c) / (total * float64(d.block) / 2)
	difference := v.levels[1] - v.levels[0]
	v.hit = min(v.levels[0], v.levels[1]) >= leastLevel &&
		difference <= twist && difference >= -reverse &&
		v.levels[0]-d.level(rowNext) >= apart && v.levels[1]-d.level(columnNext) >= apart &&
		pure >= share
	v.key, _ = parseKey(rune(grid[row][column]))
	return v
}

// level is the dBm0 of a sine with this power in a block.
func (d *Detector) level(power float64) float64 {
	amplitude := 2 * math.Sqrt(power) / float64(d.block)
	return 20 * math.Log10(max(amplitude, 1e-3)/zeroLevel)
}

// best is the place of the greatest power and the next greatest one.
func best(power []float64) (place int, next float64) {
	for i, p := range power {
		if p > power[place] {
			place = i
		}
	}
	for i, p := range power {
		if i != place {
			next = max(next, p)
		}
	}
	return place, next
}
