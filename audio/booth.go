package audio

import "sync/atomic"

// Booth is a call's device with what its user does to the sound: he mutes the
// microphone, plays a file, records, and sees levels.
//
//	device.ReadFrame ─▶ mute ─▶ + file ─▶ + notice ─▶ meter ─▶ left of the recording ─▶ caller
//	device.WriteFrame ◀──────────────────────────── meter, right of the recording ◀─── caller
//
// What is muted is not recorded either. The device stays its owner's.
type Booth struct {
	device    Device
	muted     atomic.Bool
	playing   atomic.Pointer[FilePlayer]
	recording atomic.Pointer[Recorder]
	sent      *Meter
	heard     *Meter
}

// NewBooth is d, as it is.
func NewBooth(d Device) *Booth {
	return &Booth{device: d, sent: NewMeter(d.Rate()), heard: NewMeter(d.Rate())}
}

// Rate implements Device.
func (b *Booth) Rate() int { return b.device.Rate() }

// ReadFrame implements Device.
func (b *Booth) ReadFrame(pcm []int16) error {
	if err := b.device.ReadFrame(pcm); err != nil {
		return err
	}
	if b.muted.Load() {
		clear(pcm)
	}
	if p := b.playing.Load(); p != nil && p.mix(pcm) {
		b.playing.CompareAndSwap(p, nil)
	}
	r := b.recording.Load()
	if r != nil {
		r.notify(pcm)
	}
	b.sent.Add(pcm)
	if r != nil {
		r.captured(pcm)
	}
	return nil
}

// WriteFrame implements Device.
func (b *Booth) WriteFrame(pcm []int16) error {
	if err := b.device.WriteFrame(pcm); err != nil {
		return err
	}
	b.heard.Add(pcm)
	if r := b.recording.Load(); r != nil {
		r.played(pcm)
	}
	return nil
}

// Close implements Device.
func (b *Booth) Close() error { return b.device.Close() }

// Mute hears silence in place of the device; what is played from a file is heard
// all the same.
func (b *Booth) Mute(on bool) { b.muted.Store(on) }

// Play mixes a file into what is heard, in place of one that plays; nil ends that.
// The players stay their owner's.
func (b *Booth) Play(p *FilePlayer) { b.playing.Store(p) }

// Record keeps both directions, in place of what recorded before; nil ends that.
// The recorders stay their owner's.
func (b *Booth) Record(r *Recorder) { b.recording.Store(r) }

// Levels are those of what the device hears, after all that is done to it here,
// and of what it plays.
func (b *Booth) Levels() (sent, heard Level) { return b.sent.Level(), b.heard.Level() }
