package ua

import (
	"errors"
	"time"

	"star18/audio"
)

// console is what the user does to the sound of one call beside muting it: he
// records it, and plays files into it. Owned by the call's goroutine; files are
// opened by who asks for them.
type console struct {
	recorder *audio.Recorder
	player   *audio.FilePlayer
	file     string // that plays
}

// Recording: State says whether both sides of the call are being kept in File.
// Unencrypted warns that a secured call lies there in clear.
type Recording struct {
	State       RecordingState `json:"state"`
	File        string         `json:"file"`
	Notice      bool           `json:"notice,omitempty"` // the other side hears beeps
	Unencrypted bool           `json:"unencrypted,omitempty"`
	Detail      string         `json:"detail,omitempty"`
}

// RecordingState is a word about a recording.
type RecordingState string

// The states of a recording. One that goes on is told again when its call has
// become secure.
const (
	RecordingStarted RecordingState = "started"
	RecordingGoesOn  RecordingState = "goes_on"
	RecordingStopped RecordingState = "stopped"
	RecordingFailed  RecordingState = "failed"
)

// Playing: a file is played into the call.
type Playing struct {
	State  PlayingState `json:"state"`
	File   string       `json:"file"`
	Detail string       `json:"detail,omitempty"`
}

// PlayingState is a word about a file that is played.
type PlayingState string

// The states of a file that is played.
const (
	PlayingStarted PlayingState = "started"
	PlayingEnded   PlayingState = "ended"
	PlayingStopped PlayingState = "stopped"
	PlayingFailed  PlayingState = "failed"
)

// EventName implements Event.
func (Recording) EventName() string { return "recording" }

// EventName implements Event.
func (Playing) EventName() string { return "playing" }

// Reasons why nothing is recorded or played.
var (
	ErrRecording    = errors.New("the call is being recorded already")
	ErrNotRecording = errors.New("the call is not being recorded")
	ErrNotPlaying   = errors.New("no file is playing")
)

// Record keeps both sides of a call that is up in a stereo WAV file, ours on the
// left; the file gets a number if there is one of that name. The call goes on
// whatever becomes of it.
func (c *Call) Record(path string) error {
	var rate int
	if err := c.ask(func(then func(error)) { rate = c.soundRate(); then(c.mayRecord()) }); err != nil {
		return err
	}
	r, err := audio.NewRecorder(path, rate, c.line.cfg.RecordingNotice)
	if err != nil {
		return err
	}
	err = c.ask(func(then func(error)) { then(c.record(r)) })
	if err != nil {
		return errors.Join(err, r.Close())
	}
	return nil
}

func (c *Call) soundRate() int {
	if c.media.booth == nil {
		return 0
	}
	return c.media.booth.Rate()
}

func (c *Call) mayRecord() error {
	switch {
	case c.state != up || c.media.booth == nil:
		return ErrNotUp
	case c.media.console.recorder != nil:
		return ErrRecording
	}
	return nil
}

func (c *Call) record(r *audio.Recorder) error {
	if err := c.mayRecord(); err != nil {
		return err
	}
	c.media.console.recorder = r
	c.media.booth.Record(r)
	c.tellRecording(RecordingStarted, "")
	c.line.wg.Go(func() {
		select {
		case err := <-r.Failed():
			c.post(func() { c.endRecording(r, RecordingFailed, err.Error()) })
		case <-c.done:
		}
	})
	return nil
}

func (c *Call) tellRecording(s RecordingState, detail string) {
	c.emit(Recording{
		State: s, File: c.media.console.recorder.Path(), Detail: detail,
		Notice:      c.line.cfg.RecordingNotice && (s == RecordingStarted || s == RecordingGoesOn),
		Unencrypted: c.secure == SecureDone && s != RecordingStopped,
	})
}

// stillRecords warns in a call that has just become secure.
func (c *Call) stillRecords() {
	if c.media.console.recorder != nil {
		c.tellRecording(RecordingGoesOn, "")
	}
}

// StopRecording ends the recording.
func (c *Call) StopRecording() error {
	return c.ask(func(then func(error)) {
		r := c.media.console.recorder
		if r == nil {
			then(ErrNotRecording)
			return
		}
		c.endRecording(r, RecordingStopped, "")
		then(nil)
	})
}

// endRecording tells of the end when the file is whole. A disk that hangs is left
// behind.
func (c *Call) endRecording(r *audio.Recorder, s RecordingState, detail string) {
	if c.media.console.recorder != r {
		return
	}
	c.media.booth.Record(nil)
	closed := make(chan error, 1)
	go func() { closed <- r.Close() }()
	select {
	case err := <-closed:
		if err != nil && s == RecordingStopped {
			s, detail = RecordingFailed, err.Error()
		}
	case <-time.After(deviceLimit):
		s, detail = RecordingFailed, "the disk does not answer"
	}
	c.tellRecording(s, detail)
	c.media.console.recorder = nil
}

// Play mixes a WAV file into what we say, in place of one that plays already; the
// other side hears it from the beginning. Muting leaves the file alone.
func (c *Call) Play(path string) error {
	var rate int
	err := c.ask(func(then func(error)) {
		rate = c.soundRate()
		if c.state != up || rate == 0 {
			then(ErrNotUp)
			return
		}
		then(nil)
	})
	if err != nil {
		return err
	}
	p, err := audio.OpenFilePlayer(path, rate)
	if err != nil {
		return err
	}
	err = c.ask(func(then func(error)) { then(c.play(p, path)) })
	if err != nil {
		p.Close()
	}
	return err
}

func (c *Call) play(p *audio.FilePlayer, path string) error {
	if c.state != up {
		return ErrNotUp
	}
	c.endPlaying(c.media.console.player, PlayingStopped)
	c.media.console.player, c.media.console.file = p, path
	c.media.booth.Play(p)
	c.emit(Playing{State: PlayingStarted, File: path})
	c.line.wg.Go(func() {
		select {
		case <-p.Over():
			c.post(func() { c.endPlaying(p, PlayingEnded) })
		case <-c.done:
		}
	})
	return nil
}

// StopPlaying ends the file that plays.
func (c *Call) StopPlaying() error {
	return c.ask(func(then func(error)) {
		if c.media.console.player == nil {
			then(ErrNotPlaying)
			return
		}
		c.endPlaying(c.media.console.player, PlayingStopped)
		then(nil)
	})
}

func (c *Call) endPlaying(p *audio.FilePlayer, s PlayingState) {
	if p == nil || c.media.console.player != p {
		return
	}
	c.media.booth.Play(nil)
	ev := Playing{State: s, File: c.media.console.file}
	if err := p.Err(); err != nil {
		ev.State, ev.Detail = PlayingFailed, err.Error()
	}
	c.media.console.player = nil
	c.line.wg.Go(p.Close)
	c.emit(ev)
}

// putAway ends both with the call.
func (c *Call) putAway() {
	c.endPlaying(c.media.console.player, PlayingStopped)
	if r := c.media.console.recorder; r != nil {
		c.endRecording(r, RecordingStopped, "")
	}
}
