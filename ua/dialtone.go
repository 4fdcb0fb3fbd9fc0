package ua

import (
	"context"

	"star18/audio"
)

// Play plays tones of the line's table one after the other to the user, as a telephone does that is
// off the hook; what it played before ends. A call that sounds, be it by its ring,
// is not disturbed, and silences it.
func (l *Line) Play(names ...string) {
	l.Hush()
	if len(names) == 0 || l.desk.chime.drowned() {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &chiming{name: names[0], ctx: ctx, stop: stop, done: make(chan struct{})}
	if !l.desk.chime.begin(s) {
		stop()
		return
	}
	seat := l.desk.sit(l.rate)
	l.wg.Go(func() {
		defer stop()
		for _, name := range names {
			if script := l.cfg.Tones.Scripts[name]; script != nil && ctx.Err() == nil {
				l.emit(nil, TonePlayed{Name: name})
				l.desk.chime.sound(ctx, seat, audio.NewTone(*script, l.rate))
			}
		}
		l.desk.stand(seat)
		close(s.done)
	})
	if l.desk.chime.drowned() { // somebody came between
		stop()
	}
}

// Hush ends what Play plays.
func (l *Line) Hush() { l.desk.chime.silenceOf(nil) }
