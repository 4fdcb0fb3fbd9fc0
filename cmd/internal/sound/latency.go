package sound

import "time"

// Latency is what the sound library says of the cards that are open: from the
// microphone to the program, and from there to the loudspeaker. Nothing but a card
// has one.
func (o *Opener) Latency() (in, out time.Duration) {
	t := &o.totals
	t.mu.Lock()
	defer t.mu.Unlock()
	for c := range t.open {
		s := c.Stats()
		in, out = max(in, s.Input), max(out, s.Output)
	}
	return in, out
}
