package sound

import (
	"sync"
	"time"

	"star18/audio/portaudio"
)

// rungs are the buffers that a card is tried with; our own choice. Twice as much
// each time finds what a machine needs in three breaks.
var rungs = [...]time.Duration{
	portaudio.LeastLatency, 2 * portaudio.LeastLatency, 4 * portaudio.LeastLatency, portaudio.LongestLatency,
}

// rungHolds is how long a buffer stays long for the calls to come: a machine that
// was busy is not busy for ever. Our own choice; one that always is costs three
// short breaks an hour.
const rungHolds = time.Hour

// ladder remembers how long a buffer a card needs, so that not every call learns
// it again.
type ladder struct {
	mu    sync.Mutex
	rung  int
	since time.Time // that it is on this rung
}

// begin is asked as a call begins, for the card of which nothing broke for long.
func (l *ladder) begin(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rung > 0 && now.Sub(l.since) >= rungHolds {
		l.rung, l.since = l.rung-1, now
	}
}

func (l *ladder) latency() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return rungs[l.rung]
}

// climb goes to a longer one.
func (l *ladder) climb(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rung, l.since = min(l.rung+1, len(rungs)-1), now
}

// ladder is that of these devices.
func (o *Opener) ladder(cfg portaudio.Config) *ladder {
	o.mu.Lock()
	defer o.mu.Unlock()
	key := cfg.Input + "\n" + cfg.Output
	if o.ladders[key] == nil {
		if o.ladders == nil {
			o.ladders = map[string]*ladder{}
		}
		o.ladders[key] = &ladder{}
	}
	return o.ladders[key]
}
