package audio

import (
	"math"
	"time"
)

// Our own choices for the adaptive jitter buffer.
const (
	firstDelay    = 40 * time.Millisecond
	enoughPackets = 50
	longestWait   = 480 * time.Millisecond
	damageMemory  = 1000
	enoughToMerge = 250
	justMissed    = latenessStep
	// maxGap is the longest run of missing packets that is filled. A longer one
	// with sound behind it is a jump of the sender, not a loss.
	maxGap = 10
)

const (
	mergeCost     = scaledFrame
	stretchCost   = 2 * scaledFrame
	changeHorizon = 300.0
	shortShare    = 0.35
	lateCost      = 0.7
	coveredCost   = 0.8
)

// adaptiveBuffer plays every packet at the delay that costs least.
type adaptiveBuffer struct {
	ring  jitterRing
	clock sendClock
	late  lateness

	anchored bool // ring.next and newest mean something
	fresh    bool // nothing played since Reset: ring.next may still move back
	spurt    bool // what comes next follows silence, not sound
	second   bool // the next packet is the second of a merge
	newest   uint16
	heard    int           // packets that came
	made     int           // steps without real sound since the last packet
	last     time.Duration // when the packet before was sent
	standing time.Duration // how long packets wait, at least
	damage   float64       // share of frames not heard as they were, slowly forgetting
	dropped  uint64
	asked    time.Time
}

// NewAdaptiveJitterBuffer makes a jitter buffer that follows the network.
func NewAdaptiveJitterBuffer(clockRate int) JitterBuffer {
	b := &adaptiveBuffer{clock: sendClock{rate: clockRate}}
	b.Reset()
	return b
}

func (b *adaptiveBuffer) Put(p Packet, now time.Time) Arrival {
	if !b.anchored {
		b.anchored, b.fresh, b.spurt = true, true, true
		b.ring.next, b.newest = p.Seq, p.Seq
	}
	base := b.clock.base()
	sent := b.clock.arrived(p, now)
	b.standing += base - b.clock.base()
	late := b.clock.wait(sent, now)
	if now.Sub(b.asked) < justMissed {
		late += justMissed
	}
	b.learn(p, late)
	if !b.makeRoom(p.Seq) {
		return ArrivalLate
	}
	if !b.ring.put(p, sent) {
		return ArrivalDuplicate
	}
	if int16(p.Seq-b.newest) > 0 {
		b.newest = p.Seq
	}
	b.bound()
	return ArrivalStored
}

// makeRoom brings seq inside the window of slots, or says that it is too late.
func (b *adaptiveBuffer) makeRoom(seq uint16) bool {
	ahead := int(int16(seq - b.ring.next))
	switch {
	case ahead >= jitterSlots:
		b.dropped += uint64(b.ring.clear())
		b.ring.next, b.spurt = seq, true
	case ahead < 0 && b.fresh && int(int16(b.newest-seq)) < jitterSlots:
		b.ring.next = seq // reordered at the very start
	case ahead < 0:
		return false
	}
	return true
}

// bound drops the oldest packets of a burst that is longer than longestWait.
func (b *adaptiveBuffer) bound() {
	for b.ring.count > 1 && time.Duration(b.ring.count)*b.clock.span() > longestWait {
		b.ring.skip(b.ring.gap(0))
		b.ring.take()
		b.dropped++
		b.spurt = true
	}
}

// learn takes a packet's lateness, and that of the packets lost before it: sound
// that waits that long can cover the gap. One packet of a gap is made up anyway.
func (b *adaptiveBuffer) learn(p Packet, late time.Duration) {
	b.heard++
	b.late.next()
	b.late.seen(late, 1)
	lost := int(int16(p.Seq-b.newest)) - 1
	for n := 2; n <= lost && lost <= maxGap; n++ {
		b.late.seen(late+time.Duration(n)*b.clock.span(), coveredCost)
	}
}

func (b *adaptiveBuffer) Next(now time.Time) (Packet, Step) {
	b.asked = now
	switch {
	case b.second:
		b.second = false
		return b.take(), StepPlay
	case b.ring.count == 0:
		b.made++
		return Packet{}, StepWait
	}
	gap := b.ring.gap(0)
	slot := b.ring.at(gap)
	wait := b.clock.wait(slot.sent, now)
	lost := b.lost(slot, gap)
	switch {
	case b.spurt && wait < b.want(wait, 0, 0, 1):
		return Packet{}, StepWait
	case lost > 0 && b.made == 0 && !b.spurt:
		b.made++
		return Packet{}, StepConceal
	}
	b.ring.skip(gap)
	if b.spurt || b.made > 0 {
		b.standing = wait
		b.rejoin()
	}
	b.standing = min(wait, b.standing+(wait-b.standing)/64)
	return b.play(now)
}

// lost is how many packets are missing before slot, by their time. A packet
// that follows silence, or so many that it is no loss, begins a new spurt.
func (b *adaptiveBuffer) lost(slot *jitterSlot, gap int) int {
	if b.spurt {
		return 0
	}
	span := b.clock.span()
	missing := gap
	if b.clock.sure {
		missing = int((slot.sent - b.last - span/2) / span)
	}
	if missing > gap || gap > maxGap {
		b.spurt = true
	}
	return min(missing, gap)
}

// rejoin: after made-up sound, the delay may be chosen anew.
func (b *adaptiveBuffer) rejoin() {
	if b.spurt {
		b.made, b.spurt, b.fresh = 0, false, false
		return
	}
	b.hurt(float64(b.made))
	b.made = 0
	if b.heard < enoughPackets {
		return
	}
	want := b.want(b.standing, 0, 0, 1)
	for b.standing > want && b.ring.at(1).used {
		b.ring.take()
		b.dropped++
		b.standing -= b.clock.span()
	}
}

// play hands out the packet whose turn it is, and has it stretched or merged
// where that pays.
func (b *adaptiveBuffer) play(now time.Time) (Packet, Step) {
	span := b.clock.span()
	if b.heard < enoughPackets {
		return b.take(), StepPlay
	}
	want := b.want(b.standing, mergeCost, stretchCost, changeHorizon)
	switch {
	case b.short(), want > b.standing-time.Duration(b.gapAhead())*span:
		b.standing += span
		b.hurt(2 * scaledFrame)
		return b.take(), StepStretch
	case want < b.standing && b.ring.at(1).used && b.heard > enoughToMerge:
		b.standing -= span
		b.dropped++
		b.second = true
		b.hurt(scaledFrame)
		return b.take(), StepMerge
	}
	return b.take(), StepPlay
}

// gapAhead is by how many packets the delay will shrink at the next gap.
func (b *adaptiveBuffer) gapAhead() int {
	n := 0
	for n < jitterSlots && b.ring.at(n).used {
		n++
	}
	g := b.ring.gap(n)
	if g == jitterSlots || g < 2 || n+g >= jitterSlots {
		return 0
	}
	return g - 1
}

// short: the packet that comes next is so overdue that it will probably miss
// its turn, unless the sound that is here is made to last.
func (b *adaptiveBuffer) short() bool {
	if b.ring.count > 1 {
		return false
	}
	span := b.clock.span()
	overdue := b.standing - span
	if overdue < 0 {
		return false
	}
	out := b.late.beyond(overdue)
	return out > 0 && b.late.beyond(b.standing)/out > shortShare
}

func (b *adaptiveBuffer) hurt(x float64) { b.damage += x / damageMemory }

func (b *adaptiveBuffer) take() Packet {
	b.damage -= b.damage / damageMemory
	slot := b.ring.take()
	b.last = slot.sent
	return slot.packet
}

// want is the delay to go to from a delay.
func (b *adaptiveBuffer) want(from time.Duration, less, more, horizon float64) time.Duration {
	if b.heard < enoughPackets {
		return firstDelay
	}
	return b.best(from, less, more, horizon)
}

// best is the delay among from, and whole packets more or less, that costs
// least over horizon frames, when every packet of change costs less or more.
func (b *adaptiveBuffer) best(from time.Duration, less, more, horizon float64) time.Duration {
	span := b.clock.span()
	frame := lossImpairment(b.damage)
	at := from + (longestWait-from)/span*span
	class, sum := latenessClasses, 0.0
	best, least := from, math.Inf(1)
	for ; at >= 0; at -= span {
		for first := int(at/latenessStep) + 1; class > first; {
			class--
			sum += b.late.weight[class]
		}
		c := horizon * (delayImpairment(at) + lateCost*frame*sum/max(b.late.total, 1))
		switch k := float64((at - from) / span); {
		case k > 0:
			c += more * k * frame
		case k < 0:
			c -= less * k * frame
		}
		if c < least {
			best, least = at, c
		}
	}
	return best
}

func (b *adaptiveBuffer) Following() (Packet, bool) {
	if b.ring.count == 0 {
		return Packet{}, false
	}
	return b.ring.at(b.ring.gap(0)).packet, true
}

func (b *adaptiveBuffer) Depth() int      { return b.ring.count * b.clock.packet }
func (b *adaptiveBuffer) Dropped() uint64 { return b.dropped }

func (b *adaptiveBuffer) Reset() {
	b.dropped += uint64(b.ring.clear())
	b.anchored, b.second = false, false
	b.heard, b.made = 0, 0
	b.clock.reset()
	b.late.reset()
}
