package sound

import (
	"errors"
	"fmt"
	"time"

	"star18/audio"
	"star18/audio/portaudio"
)

// openCard opens a card now, or says why not. Nobody converses with it, so it has
// all the time it may need.
func openCard(cfg portaudio.Config) (audio.Device, error) {
	cfg.Latency = portaudio.LongestLatency
	d, err := portaudio.Open(cfg)
	if err != nil {
		return nil, err
	}
	return patient{d}, nil
}

// patient is a card whose hiccups are waited out.
type patient struct{ *portaudio.Device }

func (p patient) ReadFrame(pcm []int16) error {
	for {
		if err := p.Device.ReadFrame(pcm); !errors.Is(err, audio.ErrLate) {
			return err
		}
		time.Sleep(portaudio.LeastLatency)
	}
}

// WriteFrame has queued what comes late.
func (p patient) WriteFrame(pcm []int16) error {
	err := p.Device.WriteFrame(pcm)
	if errors.Is(err, audio.ErrLate) {
		time.Sleep(portaudio.LeastLatency)
		return nil
	}
	return err
}

// Cards lists the sound devices of this machine.
func Cards() ([]portaudio.Info, error) { return portaudio.Devices() }

// watch is a card that is always there: silence while it opens or is away, another
// one while the one of that name is missing.
func (o *Opener) watch(cfg portaudio.Config) audio.Device {
	told := telling{o: o}
	steps := o.ladder(cfg)
	steps.begin(time.Now())
	var list cardList
	return audio.Watch(audio.Watching{
		Rate: cfg.Rate,
		Open: func(standIn bool) (audio.Opened, error) {
			if standIn {
				list.mark()
			}
			cfg.StandIn, cfg.Latency = standIn, steps.latency()
			d, err := portaudio.Open(cfg)
			if err != nil {
				told.failed(err)
				return audio.Opened{}, err
			}
			in, out := d.Names()
			return audio.Opened{Device: o.totals.add(&counted{Device: d, totals: &o.totals}), Input: in, Output: out, StandIn: d.StandIn()}, nil
		},
		Stale: list.stale,
		OnFault: func(err error) {
			if errors.Is(err, portaudio.ErrTooShort) || errors.Is(err, portaudio.ErrUnpaced) {
				steps.climb(time.Now())
			}
		},
		OnChange: told.change,
	})
}

// telling chooses what of a card's changes is news.
type telling struct {
	o      *Opener
	last   audio.DeviceChange // told; nothing if all is as wanted
	hidden bool               // it is lost, and nobody was told, for it should be back at once
}

func (t *telling) change(c audio.DeviceChange) {
	if t.hidden = errors.Is(c.Reason, portaudio.ErrTooShort); t.hidden {
		t.o.log().Info("the sound card breaks up; its buffer becomes longer")
		return
	}
	if c.State == audio.DeviceRunning && t.last.State == "" {
		t.o.log().Debug("the sound card runs", "input", c.Input, "output", c.Output)
		return
	}
	if same(c, t.last) {
		return // opened again with a longer buffer
	}
	t.last = c
	if c.State == audio.DeviceRunning {
		t.last = audio.DeviceChange{}
	}
	t.o.OnChange(c)
}

// failed: what should be back at once is not.
func (t *telling) failed(err error) {
	if t.hidden {
		t.change(audio.DeviceChange{State: audio.DeviceLost, Reason: err})
	}
}

// same: nobody would see a difference.
func same(a, b audio.DeviceChange) bool { return fmt.Sprint(a) == fmt.Sprint(b) }
