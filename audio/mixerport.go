package audio

import (
	"sync"
	"sync/atomic"
	"time"
)

// longestFrame is the longest packet time of a call (RTP_Packet_Size).
const longestFrame = 160 * time.Millisecond

// mixerPort is the device of one party.
type mixerPort struct {
	mixer *Mixer
	voice *fifo        // what the party says: its call writes, the mixer takes
	said  []int16      // the quantum being mixed; the mixer's
	ear   *fifo        // what the party hears: the mixer writes, its call reads
	frame atomic.Int64 // samples that its call reads at a time

	closing sync.Once
	closed  chan struct{}
}

func newMixerPort(m *Mixer) *mixerPort {
	room := samplesIn(longestFrame, m.device.Rate()) + 2*m.quantum
	return &mixerPort{
		mixer: m, voice: newFifo(room), ear: newFifo(room),
		said: make([]int16, m.quantum), closed: make(chan struct{}),
	}
}

// Rate implements Device.
func (p *mixerPort) Rate() int { return p.mixer.device.Rate() }

// ReadFrame implements Device.
func (p *mixerPort) ReadFrame(pcm []int16) error {
	p.frame.Store(int64(len(pcm)))
	if err := p.ear.await(func(level int) bool { return level >= len(pcm) }, p.closed, p.mixer.stop); err != nil {
		return err
	}
	p.ear.take(pcm)
	return nil
}

// hear takes what the party is to hear. A call that stopped reading for a while
// goes on with the newest sound.
func (p *mixerPort) hear(pcm []int16, quantum int) {
	p.ear.put(pcm, int(p.frame.Load())+2*quantum)
}

// WriteFrame implements Device. It returns when the mixer would have too little
// at its next turn: the caller then has a whole quantum's time for the next
// frame, and nothing waits longer than a frame.
func (p *mixerPort) WriteFrame(pcm []int16) error {
	p.voice.put(pcm, cap(p.voice.pcm))
	return p.voice.await(func(level int) bool { return level < p.mixer.quantum }, p.closed, p.mixer.stop)
}

// Close implements Device.
func (p *mixerPort) Close() error {
	p.closing.Do(func() {
		close(p.closed)
		p.mixer.leave(p)
	})
	return nil
}
