package audio

import (
	"testing"
	"time"
)

// arrival is a packet on its way through a model of a network.
type arrival struct {
	at     time.Duration
	packet Packet
	length time.Duration // of its sound
	sent   time.Duration // on the true clock
}

// sending makes the packets of a sender whose clock starts anywhere.
type sending struct {
	rate    int // clock units per second
	seq     uint16
	stamp   uint32
	now     time.Duration // on the true clock
	list    []arrival
	ppm     float64       // by which the sender's clock is fast
	transit time.Duration // of the packets to come
	marked  bool          // the next packet opens a talk spurt
}

func newSending() *sending { return &sending{rate: 8000, seq: 65500, stamp: 1<<32 - 4000} }

// send sends sound for so long in packets of so much.
func (s *sending) send(total, length time.Duration) {
	for ; total > 0; total -= length {
		s.list = append(s.list, arrival{s.now + s.transit, Packet{Seq: s.seq, Timestamp: s.stamp, Marker: s.marked, Payload: []byte{0}}, length, s.now})
		s.marked = false
		s.seq++
		s.skip(length)
	}
}

// skip lets time pass, timestamps with it.
func (s *sending) skip(d time.Duration) {
	s.stamp += uint32(samplesIn(d, s.rate))
	s.now += time.Duration(float64(d) / (1 + s.ppm*1e-6))
}

// heard is what a listener got of a stream.
type heard struct {
	waits, conceals, stretches, merges int
	splices                            int           // the next packet is not the next, with no sound made up between
	delay                              time.Duration // of the last packet
	longest                            time.Duration // delay
	packets                            int
	total                              time.Duration // of the delays of all ticks with sound of a packet
}

// listening plays a buffer as Playout does for a device that takes its sound in
// frames of any length.
type listening struct {
	buffer  JitterBuffer
	frame   time.Duration
	list    []arrival
	now     time.Duration
	pending time.Duration
	sent    map[uint16]arrival
	before  uint16
	heard
	made bool
}

func newListening(s *sending, frame time.Duration) *listening {
	return &listening{
		buffer: NewAdaptiveJitterBuffer(s.rate), frame: frame, list: s.list,
		sent: map[uint16]arrival{}, made: true,
	}
}

var lineStart = time.Unix(1000, 0)

// until plays up to a moment and returns what was heard since the last call.
func (l *listening) until(t *testing.T, end time.Duration) heard {
	t.Helper()
	l.heard = heard{}
	for ; l.now < end; l.now += l.frame {
		for ; len(l.list) > 0 && l.list[0].at <= l.now; l.list = l.list[1:] {
			a := l.list[0]
			l.sent[a.packet.Seq] = a
			l.buffer.Put(a.packet, lineStart.Add(a.at))
		}
		for l.pending < l.frame {
			l.step()
		}
		l.pending -= l.frame
		if depth := l.depth(); depth > longestWait+100*time.Millisecond {
			t.Fatalf("%v wait at %v", depth, l.now)
		}
	}
	return l.heard
}

func (l *listening) depth() time.Duration {
	b := l.buffer.(*adaptiveBuffer)
	return time.Duration(b.Depth()) * time.Second / time.Duration(b.clock.rate)
}

func (l *listening) step() {
	p, step := l.buffer.Next(lineStart.Add(l.now))
	length := l.sent[p.Seq].length
	switch step {
	case StepWait:
		l.waits++
		l.pending, l.made = l.frame, true
		return
	case StepConceal:
		l.conceals++
		l.pending, l.made = l.pending+20*time.Millisecond, true
		return
	case StepStretch:
		l.stretches++
		l.play(p, 2*length)
		l.total += 2*l.delay + length
	case StepMerge:
		l.merges++
		l.play(p, 0)
		p, _ = l.buffer.Next(lineStart.Add(l.now))
		l.play(p, l.sent[p.Seq].length)
		l.total += l.delay
	case StepPlay:
		l.play(p, length)
		l.total += l.delay
	}
}

func (l *listening) play(p Packet, length time.Duration) {
	if p.Seq != l.before+1 && !(l.made && int16(p.Seq-l.before) > 0) && l.packets > 0 {
		l.splices++
	}
	l.delay = l.now + l.pending - l.sent[p.Seq].sent
	l.longest = max(l.longest, l.delay)
	l.before, l.made = p.Seq, false
	l.pending += length
	l.packets++
}
