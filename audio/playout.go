package audio

import (
	"sync"
	"time"
)

// longestPacket is the most sound that maxPayload octets can carry: two bits a
// sample at 8000 Hz are 750 ms.
const longestPacket = 800 * time.Millisecond

// Playout turns received payloads into an even stream of samples:
//
//	Put > account (RFC 3550) > JitterBuffer > Decode > conceal > warp > Get
//
// Put is called by the goroutine that receives, Get by the one that plays. The
// lock is held for copies and arithmetic only, and nothing allocates.
type Playout struct {
	mu        sync.Mutex
	codec     Codec
	buffer    JitterBuffer
	conceal   *concealer
	reception reception

	warper warper
	owed   int // samples played more than packets were worth, see warper

	work    []int16 // past and the packets being stretched or merged
	frame   []int16 // the sound being played
	pending []int16 // what is left of frame
	ahead   []int16 // the packet after a gap, decoded already, and
	aheadOf uint16  // its sequence number
	packet  int     // samples in the last packet

	waiting   bool
	gap       bool // what was played last was made up
	longest   int  // samples of a packet
	concealed int  // samples
	counts    PlayoutStats
}

// PlayoutStats are counted since NewPlayout; Reset leaves them.
type PlayoutStats struct {
	Received   uint64  // packets, each once
	Lost       uint64  // expected and never received (RFC 3550 A.3)
	Late       uint64  // received after their turn
	Duplicates uint64  // received again
	Discarded  uint64  // oversized, undecodable, or far outside the sequence
	Dropped    uint64  // good packets given up to keep the delay bounded
	Corrected  uint64  // lost, and found in the packet after them
	Concealed  uint64  // packets' worth of audible sound made up
	Underruns  uint64  // times that nothing was there to play
	Gaps       uint64  // runs of missing packets, underruns included
	Restarts   uint64  // times that the sender's sequence began anew
	JitterMS   float64 // interarrival jitter (RFC 3550 A.8)
	DepthMS    float64 // sound waiting now
}

// NewPlayout makes a playout with the adaptive jitter buffer.
func NewPlayout(codec Codec) *Playout {
	return newPlayout(codec, NewAdaptiveJitterBuffer(codec.ClockRate()))
}

func newPlayout(codec Codec, buffer JitterBuffer) *Playout {
	conceal, longest := newConcealer(codec.Rate()), samplesIn(longestPacket, codec.Rate())
	past := len(conceal.past.pcm)
	return &Playout{
		codec:     codec,
		buffer:    buffer,
		conceal:   conceal,
		reception: reception{clockRate: codec.ClockRate()},
		longest:   longest,
		warper:    newWarper(codec.Rate(), past+2*longest),
		work:      make([]int16, past+2*longest),
		frame:     make([]int16, 3*longest),
		ahead:     make([]int16, 0, longest),
		packet:    codec.Rate() / defaultPacketRate,
	}
}

// Put takes a packet that arrived at now. It copies the payload.
func (p *Playout) Put(seq uint16, timestamp uint32, marker bool, payload []byte, now time.Time) {
	p.put(Packet{Seq: seq, Timestamp: timestamp, Marker: marker, Payload: payload}, now)
}

// PutNoise takes a packet of comfort noise (RFC 3389), which is made from its turn
// on until there is speech again: a pause, and not an underrun.
func (p *Playout) PutNoise(seq uint16, timestamp uint32, payload []byte, now time.Time) {
	p.put(Packet{Seq: seq, Timestamp: timestamp, Noise: true, Payload: payload}, now)
}

func (p *Playout) put(packet Packet, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(packet.Payload) > maxPayload {
		p.counts.Discarded++
		return
	}
	switch p.reception.place(packet.Seq) {
	case placeDuplicate:
		p.counts.Duplicates++
		return
	case placeSuspect:
		p.counts.Discarded++
		return
	case placeRestart:
		p.counts.Restarts++
		p.buffer.Reset()
	}
	p.reception.time(packet.Timestamp, now)
	switch p.buffer.Put(packet, now) {
	case ArrivalLate:
		p.counts.Late++
	case ArrivalDuplicate:
		p.counts.Duplicates++
	}
}

// Other accounts for a packet of the stream that holds no sound, such as a
// telephone event: it is no loss, and nothing is played in its place.
func (p *Playout) Other(seq uint16) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch p.reception.place(seq) {
	case placeDuplicate:
		p.counts.Duplicates++
	case placeSuspect:
		p.counts.Discarded++
	case placeRestart:
		p.counts.Restarts++
		p.buffer.Reset()
	}
}

// Get fills pcm, of any length, with the next sound.
func (p *Playout) Get(pcm []int16, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(pcm) > 0 {
		if len(p.pending) == 0 && !p.step(now) {
			p.invent(pcm)
			p.conceal.past.add(pcm)
			return
		}
		n := p.play(pcm)
		pcm = pcm[n:]
	}
}

// step fetches the next sound into pending, or says that there is none.
func (p *Playout) step(now time.Time) bool {
	packet, step := p.buffer.Next(now)
	switch step {
	case StepWait:
		p.wait()
		return false
	case StepConceal:
		if p.pending = p.correct(p.frame[:p.packet]); len(p.pending) > 0 {
			step = StepPlay
			break
		}
		p.missing()
		p.pending = p.lost(p.frame[:p.packet])
	case StepPlay:
		p.pending = p.decode(p.frame, packet)
	case StepStretch:
		p.stretch(packet)
	case StepMerge:
		p.merge(packet, now)
	}
	p.conceal.past.add(p.pending)
	p.waiting, p.gap = false, step == StepConceal
	return true
}

// play hands out pending sound.
func (p *Playout) play(pcm []int16) int {
	n := copy(pcm, p.pending)
	p.pending = p.pending[n:]
	return n
}

func (p *Playout) wait() {
	if p.conceal.resting {
		p.waiting, p.owed = true, 0
		return
	}
	if !p.waiting && p.conceal.any {
		p.counts.Underruns++
		p.missing()
	}
	p.waiting, p.gap, p.owed = true, true, 0
}

// missing counts runs: what is lost in a row is one.
func (p *Playout) missing() {
	if !p.gap {
		p.counts.Gaps++
	}
}

func (p *Playout) invent(pcm []int16) { p.concealed += p.conceal.fill(pcm) }

// stretch plays a packet in the time of two.
func (p *Playout) stretch(packet Packet) {
	from := copy(p.work, p.conceal.past.pcm)
	n := len(p.decode(p.work[from:], packet))
	p.warp(from, n, n)
}

// merge plays two packets in the time of the second.
func (p *Playout) merge(packet Packet, now time.Time) {
	from := copy(p.work, p.conceal.past.pcm)
	n := len(p.decode(p.work[from:], packet))
	next, step := p.buffer.Next(now)
	if step != StepPlay {
		p.pending = p.frame[:copy(p.frame, p.work[from:from+n])]
		return
	}
	m := len(p.decode(p.work[from+n:], next))
	p.warp(from, n+m, -n)
}

// warp makes pending of the packets in work from there on, in about extra
// samples more. What it comes to too much or too little the next time has less
// or more.
func (p *Playout) warp(from, samples, extra int) {
	n := p.warper.warp(p.frame, p.work[:from+samples], from, extra-p.owed)
	p.owed += n - samples - extra
	p.pending = p.frame[:n]
}

// Reset prepares for another stream or SSRC. The packet being played ends
// first, and fades out if nothing follows.
func (p *Playout) Reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.buffer.Reset()
	p.reception.started = false
	p.reception.timed = false
	p.reception.run = 0
}

// Reception is a receiver's account of a stream as a report of RTCP has it (RFC
// 3550 section 6.4.1).
type Reception struct {
	Expected uint64 // packets, by their sequence numbers
	Received uint64 // packets, each once
	Highest  uint32 // sequence number, with its cycles
	Jitter   uint32 // timestamp units
}

// Reception returns the account so far.
func (p *Playout) Reception() Reception {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := &p.reception
	return Reception{r.expected, r.received, r.cycles + uint32(r.highest), uint32(r.jitter)}
}

// Stats returns the counts so far.
func (p *Playout) Stats() PlayoutStats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.counts
	s.Received = p.reception.received
	s.Lost = p.reception.lost()
	s.Dropped = p.buffer.Dropped()
	s.Concealed = uint64((p.concealed + p.packet - 1) / p.packet)
	s.JitterMS = p.reception.jitterMS()
	s.DepthMS = float64(p.buffer.Depth())*1000/float64(p.codec.ClockRate()) +
		float64(len(p.pending))*1000/float64(p.codec.Rate())
	return s
}
