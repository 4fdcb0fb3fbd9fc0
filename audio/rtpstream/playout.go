package rtpstream

import (
	"slices"
	"time"

	"star18/audio/dtmf"
)

// player is the state of the playout goroutine.
type player struct {
	s       *Stream
	hearing *hearing
	pcm     []int16

	// One that was replaced ends when the next one has something to play.
	before *hearing
	ending []int16

	detector *dtmf.Detector
}

func newPlayer(s *Stream) player {
	samples := s.format.frame(s.device.Rate())
	return player{
		s: s, hearing: s.incoming.Load().hearing,
		pcm: make([]int16, samples), ending: make([]int16, samples),
		detector: dtmf.NewDetector(s.device.Rate()),
	}
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
	p.follow(p.s.incoming.Load().hearing)
	p.hearing.get(p.pcm, now)
	if p.before != nil {
		p.before.get(p.ending, now)
		p.handOver()
	}
	p.listen(now)
	if t := p.s.tone.Load(); t != nil && t.Mix(p.pcm) {
		p.s.tone.CompareAndSwap(t, nil)
	}
}

// listen finds keys in what the peer says, if they do not come as packets.
func (p *player) listen(now time.Time) {
	if !p.s.listening.Load() {
		return
	}
	if key, ok := p.detector.Feed(p.pcm); ok {
		p.s.emit(Event{Kind: EventKey, At: now, Key: key, Inband: true})
	}
}

// follow takes another playout, and keeps the one that can be heard now.
func (p *player) follow(next *hearing) {
	if next == p.hearing {
		return
	}
	if p.before == nil {
		p.before = p.hearing
	}
	p.hearing = next
}

// handOver leads from the playout before into the next within the first frame
// that the next one fills.
func (p *player) handOver() {
	if !slices.ContainsFunc(p.pcm, func(v int16) bool { return v != 0 }) {
		copy(p.pcm, p.ending)
		return
	}
	p.before = nil
	n := len(p.pcm)
	for i := range n {
		p.pcm[i] = int16((int(p.ending[i])*(n-i) + int(p.pcm[i])*i) / n)
	}
}
