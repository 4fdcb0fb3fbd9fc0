package dsp

import (
	"fmt"
	"sync"
	"time"

	"star18/audio"
)

// longestPause between two frames is still someone who plays or listens.
const longestPause = 150 * time.Millisecond

// Device is a device whose microphone is freed from echo, noise and differences
// of level.
type Device struct {
	audio.Device
	echo bool
	ring *ring

	lastWrite time.Time // of the goroutine that writes

	mu     sync.Mutex // held while a block is computed, never across I/O
	stage  stage
	engine engine
	frames frames
	closed bool

	// of the goroutine that reads
	lastRead time.Time
	drained  []int16
}

// Wrap processes what d hears; it closes d when it is closed itself. A failure
// leaves d as it was.
func Wrap(d audio.Device, cfg Config) (*Device, error) {
	rate := d.Rate()
	if rate%coarseRate != 0 || rate < toneRate || rate > 48000 {
		return nil, fmt.Errorf("%d Hz: %w", rate, ErrRate)
	}
	core := min(rate, coreRate)
	e, err := newEngine(samplesIn(block, core), core, cfg)
	if err != nil {
		return nil, err
	}
	return wrap(d, cfg, e)
}

func wrap(d audio.Device, cfg Config, e engine) (*Device, error) {
	s, err := newStage(d.Rate(), cfg, e)
	if err != nil {
		e.close()
		return nil, err
	}
	n := samplesIn(block, d.Rate())
	w := &Device{Device: d, echo: cfg.Echo, stage: s, engine: e, ring: newRing(d.Rate()), drained: make([]int16, n), frames: newFrames(n)}
	w.ring.broken.Store(true) // nothing is known yet
	return w, nil
}

func newStage(rate int, cfg Config, e engine) (stage, error) {
	c, err := newChain(min(rate, coreRate), cfg, e)
	if err != nil || rate <= coreRate {
		return c, err
	}
	return newWide(rate, c)
}

// WriteFrame implements audio.Device.
func (d *Device) WriteFrame(pcm []int16) error {
	if d.echo {
		if now := time.Now(); now.Sub(d.lastWrite) > longestPause+d.duration(pcm) {
			d.ring.broken.Store(true)
		}
		d.ring.write(pcm)
	}
	err := d.Device.WriteFrame(pcm)
	d.lastWrite = time.Now()
	return err
}

// ReadFrame implements audio.Device.
func (d *Device) ReadFrame(pcm []int16) error {
	if err := d.Device.ReadFrame(pcm); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return audio.ErrClosed
	}
	d.drain(pcm)
	d.frames.through(pcm, d.stage.hear)
	return nil
}

// drain brings what was played meanwhile to the chain.
func (d *Device) drain(pcm []int16) {
	paused := d.ring.broken.Swap(false)
	for n := -1; n != 0; {
		n = d.ring.read(d.drained)
		d.stage.play(d.drained[:n])
	}
	now := time.Now()
	if paused || now.Sub(d.lastRead) > longestPause+d.duration(pcm) {
		d.stage.resume()
	}
	d.lastRead = now
}

func (d *Device) duration(pcm []int16) time.Duration {
	return time.Duration(len(pcm)) * time.Second / time.Duration(d.Rate())
}

// Close implements audio.Device.
func (d *Device) Close() error {
	err := d.Device.Close()
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.closed {
		d.closed = true
		d.engine.close()
	}
	return err
}
