package sound

import (
	"sync"

	"star18/audio"
	"star18/audio/portaudio"
)

// totals are the counts of the cards that were closed and of those that are open.
type totals struct {
	mu   sync.Mutex
	past audio.DeviceCounts
	open map[*counted]bool
}

// counted is a card whose counts outlive it.
type counted struct {
	*portaudio.Device
	totals *totals
}

func (t *totals) add(c *counted) *counted {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open == nil {
		t.open = map[*counted]bool{}
	}
	t.open[c] = true
	return c
}

// Close keeps the counts.
func (c *counted) Close() error {
	t := c.totals
	t.mu.Lock()
	if t.open[c] {
		delete(t.open, c)
		t.past = sum(t.past, c.Stats())
	}
	t.mu.Unlock()
	return c.Device.Close()
}

func sum(a audio.DeviceCounts, s portaudio.Stats) audio.DeviceCounts {
	return audio.DeviceCounts{
		Overruns:  a.Overruns + s.Overruns,
		Underruns: a.Underruns + s.Underruns,
		Breaks:    a.Breaks + s.Breaks,
	}
}

// Counts are those of all cards of this run.
func (o *Opener) Counts() audio.DeviceCounts {
	t := &o.totals
	t.mu.Lock()
	defer t.mu.Unlock()
	all := t.past
	for c := range t.open {
		all = sum(all, c.Stats())
	}
	return all
}
