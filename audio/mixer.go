package audio

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// mixQuantum is what a mixer moves at a time: short, because each party waits
// for one on both its ways through.
const mixQuantum = 10 * time.Millisecond

// Mixer is a conference: one real device and any number of parties, each behind
// a port that is the Device of its call. Everybody hears all others and not
// himself. The real device's clock moves everything.
//
//	device.ReadFrame ─▶ microphone ─┐
//	port 1 WriteFrame ─▶ voice 1 ───┼─▶ sum ─▶ minus own ─▶ port n ReadFrame
//	port 2 WriteFrame ─▶ voice 2 ───┘    └─▶ + tone ─▶ device.WriteFrame
//
// Sums are made in 32 bits and saturate once, at the end, so a party's own
// voice leaves no trace in what it hears.
type Mixer struct {
	device  Device
	quantum int
	tone    atomic.Pointer[Tone]
	ports   atomic.Pointer[[]*mixerPort] // replaced as a whole
	joining sync.Mutex                   // orders the replacements

	// of the goroutine that captures
	microphone, frame []int16
	sum               []int32

	speaker *fifo
	closing sync.Once
	stop    chan struct{}
}

// NewMixer prepares a conference without parties around d, which it closes. It
// works while Run does.
func NewMixer(d Device) *Mixer {
	q := samplesIn(mixQuantum, d.Rate())
	m := &Mixer{
		device: d, quantum: q,
		microphone: make([]int16, q), frame: make([]int16, q), sum: make([]int32, q),
		speaker: newFifo(speakerQuanta * q),
		stop:    make(chan struct{}),
	}
	m.ports.Store(&[]*mixerPort{})
	return m
}

// speakerQuanta bounds what waits for a device that plays slower than it
// captures.
const speakerQuanta = 4

// Run moves the sound until Close, or until the device is closed.
func (m *Mixer) Run() {
	var playing sync.WaitGroup
	playing.Go(m.play)
	for m.device.ReadFrame(m.microphone) == nil && !m.stopped() {
		m.mix()
	}
	m.Close()
	playing.Wait()
}

// play feeds the loudspeaker at its own pace.
func (m *Mixer) play() {
	pcm := make([]int16, m.quantum)
	for m.speaker.await(func(level int) bool { return level >= m.quantum }, m.stop, m.stop) == nil {
		m.speaker.take(pcm)
		if m.device.WriteFrame(pcm) != nil {
			return
		}
	}
}

// mix moves one quantum.
func (m *Mixer) mix() {
	clear(m.sum)
	ports := *m.ports.Load()
	for _, p := range ports {
		p.voice.take(p.said)
		for i, v := range p.said {
			m.sum[i] += int32(v)
		}
	}
	for _, p := range ports {
		for i := range m.frame {
			m.frame[i] = saturate32(m.sum[i] - int32(p.said[i]) + int32(m.microphone[i]))
		}
		p.hear(m.frame, m.quantum)
	}
	for i := range m.frame {
		m.frame[i] = saturate32(m.sum[i])
	}
	if t := m.tone.Load(); t != nil && t.Mix(m.frame) {
		m.tone.CompareAndSwap(t, nil)
	}
	m.speaker.put(m.frame, speakerQuanta*m.quantum)
}

func saturate32(v int32) int16 { return int16(max(-32768, min(32767, v))) }

// PlayTone mixes a tone into what the real device plays, and into nothing else.
func (m *Mixer) PlayTone(t *Tone) { m.tone.Store(t) }

// Close ends Run and every port.
func (m *Mixer) Close() error {
	m.closing.Do(func() { close(m.stop) })
	return m.device.Close()
}

func (m *Mixer) stopped() bool {
	select {
	case <-m.stop:
		return true
	default:
		return false
	}
}

// Join gives a further party its device; closing that leaves the conference.
func (m *Mixer) Join() Device {
	p := newMixerPort(m)
	m.joining.Lock()
	defer m.joining.Unlock()
	ports := append(slices.Clone(*m.ports.Load()), p)
	m.ports.Store(&ports)
	return p
}

func (m *Mixer) leave(p *mixerPort) {
	m.joining.Lock()
	defer m.joining.Unlock()
	ports := slices.DeleteFunc(slices.Clone(*m.ports.Load()), func(q *mixerPort) bool { return q == p })
	m.ports.Store(&ports)
}
