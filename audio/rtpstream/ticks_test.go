package rtpstream

import (
	"fmt"
	"math"
	"sync"
	"time"

	"star18/audio"
)

// ticks says how late something came that is due every 20 ms. The schedule is
// absolute and begins with whatever came earliest, so a first tick that is late
// does not hide the others.
type ticks struct {
	name string

	mu    sync.Mutex
	start time.Time
	due   int // ticks since start
	count int
	late  [len(lateness)]int
	worst time.Duration

	spells [][len(lateness)]int // late within each spell of the run
}

const tickTime = 20 * time.Millisecond

// lateness are the limits that ticks are counted by.
var lateness = [...]time.Duration{5 * time.Millisecond, 10 * time.Millisecond, 20 * time.Millisecond}

// stall is where a device paced by a clock gives up catching up, and counts from
// then on.
const stall = 100 * time.Millisecond

func (k *ticks) tick(now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.start.IsZero() {
		k.start = now
	}
	late := now.Sub(k.start) - time.Duration(k.due)*tickTime
	if late < 0 || late > stall {
		k.start, k.due = now, 0
	}
	k.due++
	k.count++
	k.worst = max(k.worst, late)
	for i, limit := range lateness {
		if late > limit {
			k.late[i]++
		}
	}
}

// endSpell begins to count anew, beside the total, and on a new schedule: what came
// from a source that has begun anew itself would be late for good.
func (k *ticks) endSpell() {
	k.mu.Lock()
	defer k.mu.Unlock()
	spell := k.late
	for _, before := range k.spells {
		for i, n := range before {
			spell[i] -= n
		}
	}
	k.spells = append(k.spells, spell)
	k.start, k.due = time.Time{}, 0
}

// total is the sum of several with the same spells.
func total(name string, parts ...*ticks) *ticks {
	sum := &ticks{name: name, spells: make([][len(lateness)]int, len(parts[0].spells))}
	for _, p := range parts {
		for n, spell := range p.spells {
			for i, late := range spell {
				sum.spells[n][i] += late
			}
		}
		p.mu.Lock()
		sum.count += p.count
		sum.worst = max(sum.worst, p.worst)
		for i, n := range p.late {
			sum.late[i] += n
		}
		p.mu.Unlock()
	}
	return sum
}

func (k *ticks) String() string {
	return fmt.Sprintf("%-22s %8d ticks, late > 5 ms %6d, > 10 ms %6d, > 20 ms %6d, worst %5.1f ms",
		k.name, k.count, k.late[0], k.late[1], k.late[2], float64(k.worst.Microseconds())/1000)
}

// laterThan reports whether k was late more often than other by more than chance
// makes: stalls of the machine come in crowds, so the run is cut into spells, and
// the difference must be three standard errors of its mean over them.
func (k *ticks) laterThan(other *ticks) bool {
	for i := range lateness {
		var sum, squares float64
		for n := range k.spells {
			d := float64(k.spells[n][i] - other.spells[n][i])
			sum, squares = sum+d, squares+d*d
		}
		n := float64(len(k.spells))
		mean := sum / n
		if mean > 3*math.Sqrt(max(0, squares/n-mean*mean)/(n-1)) {
			return true
		}
	}
	return false
}

// meteredDevice notes when a frame was captured and when the next one is there to
// be played.
type meteredDevice struct {
	audio.Device
	captured, played ticks
}

func (d *meteredDevice) ReadFrame(pcm []int16) error {
	err := d.Device.ReadFrame(pcm)
	d.captured.tick(time.Now())
	return err
}

func (d *meteredDevice) WriteFrame(pcm []int16) error {
	d.played.tick(time.Now())
	return d.Device.WriteFrame(pcm)
}
