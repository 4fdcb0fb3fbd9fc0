package sound

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"

	"star18/audio"
	"star18/audio/portaudio"
)

// Opener opens the sound of each call of a run. Its methods may be called from
// any goroutine.
type Opener struct {
	In, Out Spec // at the beginning; see Use
	// OnFault is told what failed, once for each thing that does; silence has
	// taken its place. It must not block.
	OnFault func(error)
	// OnChange is told when a card is not as wanted, or is so again. It must not
	// block.
	OnChange func(audio.DeviceChange)
	// Log is told the rest; nil keeps it.
	Log *slog.Logger
	// Treatment is what is done to what is heard; the zero value is nothing.
	Treatment Treatment

	mu      sync.Mutex
	calls   int
	live    map[*exchanged]bool
	ladders map[string]*ladder
	totals  totals
}

// toneLevel is comfortable: speech is at about this level.
const toneLevel = -15 // dBm0

// Open opens both directions for one call. It always gives a device that runs.
func (o *Opener) Open(rate int) (audio.Device, error) { return o.exchangeable(o.fresh(rate)), nil }

// fresh is a device of what is used now.
func (o *Opener) fresh(rate int) audio.Device {
	o.mu.Lock()
	o.calls++
	call, from, to := o.calls, o.In, o.Out
	o.mu.Unlock()
	return o.treat(o.open(rate, call, from, to), from, to)
}

func (o *Opener) open(rate, call int, from, to Spec) audio.Device {
	if from.Kind == Card && to.Kind == Card {
		return o.watch(portaudio.Config{Input: from.Name, Output: to.Name, Rate: rate})
	}
	in := o.guard("microphone", rate, func() (audio.Device, error) { return o.openIn(from, rate) })
	out := o.guard("loudspeaker", rate, func() (audio.Device, error) { return o.openOut(to, rate, call) })
	return audio.Split(in, out)
}

// OpenOutput opens something to play to, or says why not.
func OpenOutput(s Spec, rate int) (audio.Device, error) { return s.play(rate, 1) }

// OpenInput opens something to hear, or says why not.
func OpenInput(s Spec, rate int) (audio.Device, error) { return s.hear(rate) }

func (o *Opener) guard(what string, rate int, open func() (audio.Device, error)) audio.Device {
	d, err := open()
	if err != nil {
		o.fault(what)(err)
		return audio.NewSilence(rate)
	}
	return audio.Resilient(d, o.fault(what))
}

func (o *Opener) fault(what string) func(error) {
	return func(err error) { o.OnFault(fmt.Errorf("%s: %w", what, err)) }
}

func (o *Opener) openIn(from Spec, rate int) (audio.Device, error) {
	if from.Kind == Card {
		return o.watch(portaudio.Config{Only: portaudio.OnlyInput, Input: from.Name, Rate: rate}), nil
	}
	return from.hear(rate)
}

func (o *Opener) openOut(to Spec, rate, call int) (audio.Device, error) {
	if to.Kind == Card {
		return o.watch(portaudio.Config{Only: portaudio.OnlyOutput, Output: to.Name, Rate: rate}), nil
	}
	return to.play(rate, call)
}

func (s Spec) hear(rate int) (audio.Device, error) {
	switch s.Kind {
	case Card:
		return openCard(portaudio.Config{Only: portaudio.OnlyInput, Input: s.Name, Rate: rate})
	case File:
		return audio.OpenFileSource(s.Name, rate)
	case Tone:
		return audio.NewToneSource(rate, s.Hz, toneLevel), nil
	}
	return audio.NewSilence(rate), nil
}

func (s Spec) play(rate, call int) (audio.Device, error) {
	switch s.Kind {
	case Card:
		return openCard(portaudio.Config{Only: portaudio.OnlyOutput, Output: s.Name, Rate: rate})
	case File:
		return audio.CreateFileSink(numbered(s.Name, call), rate)
	}
	return audio.NewSilence(rate), nil
}

// numbered keeps a later call from overwriting what an earlier one recorded:
// call.wav, call-2.wav, call-3.wav.
func numbered(path string, call int) string {
	if call == 1 {
		return path
	}
	ext := filepath.Ext(path)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, ext), call, ext)
}

func (o *Opener) log() *slog.Logger {
	if o.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return o.Log
}
