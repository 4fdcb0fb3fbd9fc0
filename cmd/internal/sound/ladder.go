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

// ladder remembers for a whole run how long a buffer a card needs, so that no call
// learns it again.
type ladder struct {
	mu   sync.Mutex
	rung int
}

func (l *ladder) latency() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return rungs[l.rung]
}

// climb goes to a longer one.
func (l *ladder) climb() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rung = min(l.rung+1, len(rungs)-1)
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
