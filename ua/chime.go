package ua

import (
	"context"
	"sync"
	"time"

	"star18/audio"
)

// chime plays what the user hears while nobody speaks: ringing, the progress of
// a call, why it failed. It has the device as long as no call has; the call that
// takes the sound silences it. Nothing of it reaches a peer: no stream is
// involved.
//
//	tone ─▶ Switch ─▶ device      one goroutine for each tone
type chime struct {
	desk *Desk

	mu  sync.Mutex
	now *chiming // what plays, or played last
}

// chiming is one tone that plays.
type chiming struct {
	owner *Call
	name  string
	rings bool            // by the line's bell
	lead  time.Duration   // of silence before it, in which anything else may play
	ctx   context.Context // ended with the tone
	stop  context.CancelFunc
	done  chan struct{} // closed when it is over
}

// over: it is silent, or will be with the next frame.
func (s *chiming) over() bool { return s.ctx.Err() != nil }

// chimeFrame is how much of a tone is played at a time.
const chimeFrame = 20 * time.Millisecond

// play plays a tone of a call until its end, its limit (0: none) or silence. One
// that another call plays goes on instead.
func (h *chime) play(c *Call, script *audio.ToneScript, name string, limit time.Duration) {
	h.begins(c, script, &chiming{owner: c, name: name}, limit)
}

// ring plays a tone of a call that comes in.
func (h *chime) ring(c *Call, script *audio.ToneScript, name string) {
	h.begins(c, script, &chiming{owner: c, name: name, rings: true}, 0)
}

// later plays a tone of a call that has ended, if nothing else sounds by then.
func (h *chime) later(c *Call, lead time.Duration, name string, limit time.Duration) {
	lead = max(lead, chimeFrame) // 0 would be a tone of a call that goes on
	h.begins(c, c.line.cfg.Tones.Scripts[name], &chiming{owner: c, name: name, lead: lead}, lead+limit)
}

// begins plays s now, unless somebody speaks, or after its lead.
func (h *chime) begins(c *Call, script *audio.ToneScript, s *chiming, limit time.Duration) {
	if script == nil || c.media.seat == nil || s.lead == 0 && h.drowned() {
		return
	}
	s.ctx, s.stop = lasting(limit)
	s.done = make(chan struct{})
	if !h.begin(s) {
		s.stop()
		return
	}
	sit := h.desk.sit
	if s.rings {
		sit = h.desk.bell
	}
	rate := c.media.device.Rate()
	tone := audio.NewTone(*script, rate)
	if s.lead > 0 {
		h.desk.wg.Go(func() {
			defer s.end()
			if s.leads() && !h.drowned() {
				h.use(s, sit(rate), tone)
			}
		})
		return
	}
	seat := sit(rate) // so that the device stays open between the call and its tone
	h.desk.wg.Go(func() {
		defer s.end()
		h.use(s, seat, tone)
	})
	c.emit(TonePlayed{Name: s.name})
	if h.drowned() { // somebody came between
		s.stop()
	}
}

// use plays a tone from a seat and gives the seat up.
func (h *chime) use(s *chiming, seat *seat, tone *audio.Tone) {
	h.sound(s.ctx, seat, tone)
	h.desk.stand(seat)
}

// lasting ends after limit; 0 is without end.
func lasting(limit time.Duration) (context.Context, context.CancelFunc) {
	if limit > 0 {
		return context.WithTimeout(context.Background(), limit)
	}
	return context.WithCancel(context.Background())
}

// drowned: a call has the sound.
func (h *chime) drowned() bool { return len(h.desk.speakers()) > 0 }

func (s *chiming) end() {
	close(s.done)
	s.stop()
}

// leads waits for its turn; false if it will not come.
func (s *chiming) leads() bool {
	turn := time.NewTimer(s.lead)
	defer turn.Stop()
	select {
	case <-turn.C:
	case <-s.ctx.Done():
		return false
	}
	select {
	case <-s.owner.done: // until then it has the sound
		return !s.over()
	case <-s.ctx.Done():
		return false
	}
}

// begin ends what the call played before; false if it plays this already.
func (h *chime) begin(s *chiming) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now := h.now; now != nil && !now.over() {
		if now.lead == 0 && now.owner != nil && now.owner != s.owner || now.name == s.name {
			return false
		}
		now.stop()
	}
	h.now = s
	return true
}

// sound waits for the device and plays. A device that hangs is left behind.
func (h *chime) sound(ctx context.Context, s *seat, tone *audio.Tone) {
	select {
	case <-s.ready:
	case <-ctx.Done():
		return
	}
	own := audio.NewSwitch(s.rate)
	own.Set(s.sound())
	over := make(chan struct{})
	go func() {
		defer close(over)
		frame := make([]int16, int(chimeFrame*time.Duration(s.rate)/time.Second))
		for done := false; !done && ctx.Err() == nil; {
			clear(frame)
			done = tone.Mix(frame)
			if own.WriteFrame(frame) != nil {
				return
			}
		}
	}()
	select {
	case <-over:
		return
	case <-ctx.Done():
	}
	own.Close()
	select {
	case <-over:
	case <-time.After(deviceLimit):
		h.desk.from.log.Warn("the sound device is stuck")
	}
}

// silence ends what plays.
func (h *chime) silence() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.now != nil {
		h.now.stop()
	}
}

// silenceOf ends what a call plays.
func (h *chime) silenceOf(c *Call) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.now != nil && h.now.owner == c {
		h.now.stop()
	}
}

// AwaitSilence waits until the tone that tells why a call failed has been heard.
func (l *Line) AwaitSilence(ctx context.Context) {
	l.desk.chime.mu.Lock()
	now := l.desk.chime.now
	l.desk.chime.mu.Unlock()
	if now == nil {
		return
	}
	select {
	case <-now.done:
	case <-ctx.Done():
	}
}
