package main

import (
	"time"

	"star18/audio"
	"star18/audio/measure"
	"star18/cmd/internal/doctor"
	"star18/cmd/internal/sound"
)

// Our own choices for a test of the sound: long enough to be heard and to hear,
// short enough to wait for.
const (
	soundRate  = 48000
	listenTime = time.Second
	toneTime   = 500 * time.Millisecond
	soundFrame = 20 * time.Millisecond
	soundTone  = 440.0 // Hz
	toneLevel  = -20.0 // dBm0
)

// sound opens what a call would open, listens for a second and plays a tone.
func (e *examiner) sound() {
	s := e.loaded.Settings.Audio
	in, err := sound.ParseInput(s.Input)
	switch {
	case err != nil: // told with the configuration
	case mute(in):
		e.report.Skip("sound", "microphone", s.Input+" is no device")
	default:
		e.report.Sound(listen(in, s.Input))
	}
	e.loudspeaker("loudspeaker", s.Output)
	if s.Ring != "" {
		e.loudspeaker("ring", s.Ring)
	}
}

func (e *examiner) loudspeaker(what, name string) {
	out, err := sound.ParseOutput(name)
	switch {
	case err != nil: // told with the configuration
	case mute(out):
		e.report.Skip("sound", what, name+" is no device")
	case e.quiet:
		e.report.Skip("sound", what, "--quiet")
	case out.Kind == sound.File:
		e.report.Skip("sound", what, name+" is a file, which a test must not overwrite")
	default:
		d := play(out, name)
		d.What = what
		e.report.Sound(d)
	}
}

func mute(s sound.Spec) bool { return s.Kind == sound.Silence || s.Kind == sound.Null }

// listen opens a microphone and measures how loud the room is.
func listen(spec sound.Spec, name string) doctor.Sound {
	d := doctor.Sound{What: "microphone", Name: name}
	begin := time.Now()
	device, err := sound.OpenInput(spec, soundRate)
	d.Took = time.Since(begin)
	if err != nil {
		d.Err = err
		return d
	}
	defer device.Close()
	frame := make([]int16, samples(soundFrame))
	var heard []int16
	for len(heard) < samples(listenTime) {
		if d.Err = device.ReadFrame(frame); d.Err != nil {
			return d
		}
		heard = append(heard, frame...)
	}
	d.Level, d.Heard = measure.Level(heard), true
	return d
}

// play opens a loudspeaker and plays a tone.
func play(spec sound.Spec, name string) doctor.Sound {
	d := doctor.Sound{What: "loudspeaker", Name: name}
	begin := time.Now()
	device, err := sound.OpenOutput(spec, soundRate)
	d.Took = time.Since(begin)
	if err != nil {
		d.Err = err
		return d
	}
	defer device.Close()
	source := audio.NewToneSource(soundRate, soundTone, toneLevel)
	defer source.Close()
	frame := make([]int16, samples(soundFrame))
	for range toneTime / soundFrame {
		if d.Err = source.ReadFrame(frame); d.Err == nil {
			d.Err = device.WriteFrame(frame)
		}
		if d.Err != nil {
			return d
		}
	}
	return d
}

func samples(d time.Duration) int { return int(d * soundRate / time.Second) }
