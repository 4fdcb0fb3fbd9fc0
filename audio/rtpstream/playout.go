package rtpstream

import "time"

// player is the state of the playout goroutine.
type player struct {
	s   *Stream
	pcm []int16
}

func newPlayer(s *Stream, cfg Config) player {
	return player{s: s, pcm: make([]int16, cfg.frame(cfg.Codec.Rate()))}
}

// run plays a frame whenever the device wants one, until the device or the
// stream is closed.
func (p *player) run() {
	defer close(p.s.played)
	for !p.s.stopping() {
		p.frame(time.Now())
		if err := p.s.device.WriteFrame(p.pcm); err != nil {
			return
		}
	}
}

// frame fills pcm with speech, or what stands in for it, and the tone.
func (p *player) frame(now time.Time) {
	p.s.playout.Get(p.pcm, now)
	if t := p.s.tone.Load(); t != nil && t.Mix(p.pcm) {
		p.s.tone.CompareAndSwap(t, nil)
	}
}
