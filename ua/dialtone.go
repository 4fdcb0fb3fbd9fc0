package ua

import (
	"context"

	"star18/audio"
)

// Sound is a tone with the name that events know it by.
type Sound struct {
	Name   string
	Script *audio.ToneScript // nil is silent
}

// dialRate is that of the tones a line plays without a call.
const dialRate = 8000

// Play plays tones one after the other to the user, as a telephone does that is
// off the hook; what it played before ends. A call that sounds, be it by its ring,
// is not disturbed, and silences it.
func (l *Line) Play(sounds ...Sound) {
	l.Hush()
	if len(sounds) == 0 || len(l.desk.speakers()) > 0 {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &chiming{name: sounds[0].Name, ctx: ctx, stop: stop, done: make(chan struct{})}
	if !l.chime.begin(s) {
		stop()
		return
	}
	seat := l.desk.sit(dialRate)
	l.wg.Go(func() {
		defer stop()
		for _, sound := range sounds {
			if sound.Script != nil && ctx.Err() == nil {
				l.emit(nil, TonePlayed{Name: sound.Name})
				l.chime.sound(ctx, seat, audio.NewTone(*sound.Script, dialRate))
			}
		}
		l.desk.stand(seat)
		close(s.done)
	})
	if len(l.desk.speakers()) > 0 { // somebody came between
		stop()
	}
}

// Hush ends what Play plays.
func (l *Line) Hush() { l.chime.silenceOf(nil) }
