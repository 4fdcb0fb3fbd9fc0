package main

import (
	"log/slog"

	"star18/audio"
	"star18/cmd/internal/say"
	"star18/cmd/internal/sound"
	"star18/ua"
)

// sound lets the line open what the configuration names, anew for each call: the
// devices of the talk, and another one to ring by if that is wanted.
func (s *session) sound(cfg *ua.Config, log *slog.Logger) error {
	settings := s.cfg.Settings.Audio
	talk, err := s.opener(settings.Input, settings.Output, log)
	if err != nil {
		return err
	}
	talk.Treatment = settings.Treatment()
	s.talk, cfg.OpenDevice, cfg.DeviceCounts = talk, talk.Open, talk.Counts
	openers := []*sound.Opener{talk}
	if settings.Ring != "" {
		ring, err := s.opener(string(sound.Silence), settings.Ring, log)
		if err != nil {
			return err
		}
		cfg.OpenRing = ring.Open
		openers = append(openers, ring)
	}
	s.later(func() {
		for _, o := range openers {
			if c := o.Counts(); c != (audio.DeviceCounts{}) {
				log.Info("the sound card lost sound", "overruns", c.Overruns, "underruns", c.Underruns, "breaks", c.Breaks)
			}
		}
	})
	return nil
}

// opener tells of what fails as events.
func (s *session) opener(in, out string, log *slog.Logger) (*sound.Opener, error) {
	from, err := sound.ParseInput(in)
	if err != nil {
		return nil, err
	}
	to, err := sound.ParseOutput(out)
	if err != nil {
		return nil, err
	}
	return &sound.Opener{In: from, Out: to, Log: log,
		OnFault: func(err error) {
			s.queue.Post("", ua.DeviceFault{State: audio.DeviceLost, Fault: err.Error(), Using: string(sound.Silence)})
		},
		OnChange: func(c audio.DeviceChange) { s.queue.Post("", say.DeviceNews(c)) },
	}, nil
}
