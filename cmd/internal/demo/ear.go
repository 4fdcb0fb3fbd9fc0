package demo

import (
	"context"
	"slices"
	"sync"

	"star18/audio"
	"star18/audio/wav"
)

const rate = 8000 // of every codec that the demo offers

// speechLevel is that of ordinary speech on a telephone.
const speechLevel = -15 // dBm0

// maxRecording bounds what an end keeps, and is allocated before the call: the
// playing of sound must not wait for memory.
const maxRecording = 30 * rate

// ear is the sound device of an end: it speaks a tone and keeps both what it
// spoke and what it heard. A card, if there is one, plays along.
type ear struct {
	hz   float64
	open func() (audio.Device, error) // of the card; nil without one

	heardMore chan struct{} // one signal, for one waiter

	mu            sync.Mutex
	spoken, heard []int16
}

func newEar(hz float64) *ear {
	return &ear{
		hz:        hz,
		heardMore: make(chan struct{}, 1),
		spoken:    make([]int16, 0, maxRecording),
		heard:     make([]int16, 0, maxRecording),
	}
}

// device is the line's OpenDevice.
func (e *ear) device(rate int, lost func(error)) (audio.Device, error) {
	source := audio.NewToneSource(rate, e.hz, speechLevel)
	if e.open == nil {
		return &earDevice{source, e}, nil
	}
	card, err := e.open()
	if err != nil {
		lost(err)
		return &earDevice{source, e}, nil
	}
	return &earDevice{audio.Split(source, audio.Resilient(card, lost)), e}, nil
}

type earDevice struct {
	audio.Device
	ear *ear
}

func (d *earDevice) ReadFrame(pcm []int16) error {
	err := d.Device.ReadFrame(pcm)
	if err == nil {
		d.ear.keep(&d.ear.spoken, pcm)
	}
	return err
}

// WriteFrame keeps first: the position of a sample is when it was to be played.
func (d *earDevice) WriteFrame(pcm []int16) error {
	d.ear.keep(&d.ear.heard, pcm)
	select {
	case d.ear.heardMore <- struct{}{}:
	default:
	}
	return d.Device.WriteFrame(pcm)
}

// await waits until so much has been heard, or ctx is over. It counts samples
// and not seconds, because a busy machine plays late.
func (e *ear) await(ctx context.Context, position int) {
	for e.position() < position {
		select {
		case <-e.heardMore:
		case <-ctx.Done():
			return
		}
	}
}

func (e *ear) keep(to *[]int16, pcm []int16) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(*to)+len(pcm) <= maxRecording {
		*to = append(*to, pcm...)
	}
}

// position is how much has been heard.
func (e *ear) position() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.heard)
}

// heardFrom is what was heard from a position on.
func (e *ear) heardFrom(at int) []int16 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.heard[min(at, len(e.heard)):])
}

// save writes a stereo WAV: left what this end spoke, right what it heard.
func (e *ear) save(path string) (err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	w, err := wav.Create(path, rate, 2)
	if err != nil {
		return err
	}
	both := make([]int16, 0, 2*len(e.heard))
	for i := range max(len(e.spoken), len(e.heard)) {
		both = append(both, sample(e.spoken, i), sample(e.heard, i))
	}
	if err := w.Write(both); err != nil {
		_ = w.Close()
		return err
	}
	return w.Close()
}

func sample(pcm []int16, i int) int16 {
	if i < len(pcm) {
		return pcm[i]
	}
	return 0
}
