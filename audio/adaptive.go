package audio

import (
	"math"
	"time"
)

// Our own choices for the adaptive jitter buffer.
const (
	// firstDelay holds until enoughPackets tell of the network: it rides out the
	// jitter of an ordinary access network. Until steadyPackets it may only grow;
	// a call should not begin with its sound hurried.
	firstDelay    = 40 * time.Millisecond
	enoughPackets = 50
	steadyPackets = 100
	// longestGap is the longest run of missing packets that is filled. A longer
	// one with sound behind it is a jump of the sender, not a loss.
	longestGap = 20
	// justMissed is how short after Next a packet counts as later than that: the
	// next time it may be the other way round.
	justMissed = latenessStep
)

// adaptiveBuffer plays every packet at the delay that costs least.
//
//	Put   sendClock (how late?) > delayChoice.late > jitterRing
//	Next  nothing there          wait
//	      silence before it      wait until the delay is right
//	      packets missing        conceal one tick, skip the rest
//	      sound made up before   skip to the right delay
//	      gap ahead, overdue     stretch
//	      delay too short, long  stretch, merge
//
// A gap of many packets costs one concealed tick, not many: the delay shrinks by
// the others, and comes back by stretching the packets before and after. A
// stretched packet is heard far less than an invented one (Liang, Faerber and
// Girod, 2003). Likewise a packet that is overdue is bridged by stretching what
// there is, and once sound was made up anyway, any delay may follow it.
type adaptiveBuffer struct {
	ring   jitterRing
	clock  sendClock
	choice delayChoice
	gaps   overtaken

	anchored bool   // ring.next and newest mean something
	fresh    bool   // nothing played since Reset: ring.next may still move back
	spurt    bool   // what comes next follows silence, not sound
	second   bool   // what comes next is the second packet of a merge
	resting  bool   // the last packet played was comfort noise
	newest   uint16 // sequence number
	came     int    // packets since Reset
	made     int    // steps without real sound since the last packet

	asked    time.Time     // last call of Next
	last     time.Duration // when the last packet played was sent
	standing leastWait
	dropped  uint64
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
	sent := b.learn(p, now)
	if !b.makeRoom(p.Seq) {
		return ArrivalLate
	}
	if !b.ring.put(p, sent) {
		return ArrivalDuplicate
	}
	switch ahead := int(int16(p.Seq - b.newest)); {
	case ahead > 0:
		b.gaps.open(ahead - 1)
		b.newest = p.Seq
	case ahead < 0:
		b.gaps.fill()
	}
	b.bound()
	return ArrivalStored
}

// learn takes a packet's lateness. Of packets lost before it, all but one were
// covered had this one been there in time, so they are as good as late. Those
// that were only overtaken speak for themselves.
func (b *adaptiveBuffer) learn(p Packet, now time.Time) (sent time.Duration) {
	base := b.clock.base()
	sent = b.clock.arrived(p, now)
	moved := base - b.clock.base()
	b.standing.shift(moved)
	if moved < -transitStep {
		b.choice.late.doubt()
	}
	late := b.clock.wait(sent, now)
	if now.Sub(b.asked) < justMissed {
		late += justMissed
	}
	b.came++
	b.choice.late.seen(late)
	missing := int(int16(p.Seq-b.newest)) - 1
	share := (1 - stretchCost) * b.gaps.lost()
	for n := 2; n <= missing && missing <= longestGap; n++ {
		b.choice.late.weigh(late+time.Duration(n)*b.clock.span(), share)
	}
	return sent
}

// makeRoom brings seq inside the window of slots, or says that it is too late.
func (b *adaptiveBuffer) makeRoom(seq uint16) bool {
	ahead := int(int16(seq - b.ring.next))
	switch {
	case ahead >= jitterSlots:
		b.dropped += uint64(b.ring.clear())
		b.ring.next, b.spurt, b.second = seq, true, false
	case ahead < 0 && b.fresh && int(int16(b.newest-seq)) < jitterSlots:
		b.ring.next = seq // reordered at the very start
	case ahead < 0:
		return false
	}
	return true
}

// bound drops the oldest of a burst.
func (b *adaptiveBuffer) bound() {
	for b.ring.count > 1 && time.Duration(b.ring.count)*b.clock.span() > longestWait {
		b.ring.skip(b.ring.gap(0))
		b.ring.take()
		b.dropped++
		b.spurt, b.second = true, false
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
	switch lost := b.lost(slot, gap); {
	case b.spurt && wait < b.free(wait):
		return Packet{}, StepWait
	case !b.spurt && lost > 0 && b.made == 0:
		b.made++
		return Packet{}, StepConceal
	}
	b.ring.skip(gap)
	if b.spurt || b.made > 0 {
		b.rejoin(wait)
	}
	b.standing.see(b.clock.wait(b.ring.at(0).sent, now))
	return b.play()
}

// lost is how many packets are missing before slot, by their time: numbers may
// have gone to packets without sound. A packet that follows silence begins a new
// spurt; without a marker or comfort noise before it, that takes more silence than a packet can be long, since
// the packet time may have changed. So does one behind too many missing.
func (b *adaptiveBuffer) lost(slot *jitterSlot, gap int) int {
	if b.spurt || !b.clock.sure {
		return gap
	}
	span := b.clock.span()
	missing := int((slot.sent - b.last - span/2) / span)
	silence := time.Duration(missing-gap) * span
	b.spurt = gap > longestGap || silence > largestPacket ||
		silence > 0 && (slot.packet.Marker || b.resting)
	return min(missing, gap)
}

// free is the best delay where a change costs nothing.
func (b *adaptiveBuffer) free(wait time.Duration) time.Duration {
	if b.came < enoughPackets {
		return firstDelay
	}
	return b.choice.best(wait, b.clock.span(), 0, 1)
}

// rejoin goes from silence or sound made up to the packet that should be heard
// next; it waited that long.
func (b *adaptiveBuffer) rejoin(wait time.Duration) {
	if !b.spurt {
		b.choice.hurt(float64(b.made))
	}
	b.made, b.spurt, b.fresh = 0, false, false
	if b.came >= enoughPackets {
		for want := b.free(wait); wait > want && b.ring.at(1).used; wait -= b.clock.span() {
			b.ring.take()
			b.dropped++
		}
	}
	b.standing.set(wait)
}

// play hands out the packet whose turn it is, and has it stretched or merged
// with the next where that pays.
func (b *adaptiveBuffer) play() (Packet, Step) {
	if b.came < enoughPackets || b.ring.at(0).packet.Noise {
		return b.take(), StepPlay
	}
	span := b.clock.span()
	// What the delay will be after the next gap is what can still be changed.
	after := b.standing.get() - time.Duration(b.shrinks())*span
	want := b.choice.best(max(after, 0), span, changeCost, float64(changeHorizon/span))
	switch {
	case want > after || b.overdue():
		b.standing.shift(span)
		b.choice.hurt(stretchCost)
		return b.take(), StepStretch
	case want < after && b.came > steadyPackets && b.ring.at(1).used && !b.ring.at(1).packet.Noise:
		b.standing.shift(-span)
		b.choice.hurt(mergeCost)
		b.dropped++
		b.second = true
		return b.take(), StepMerge
	}
	return b.take(), StepPlay
}

// shrinks is by how many packets the delay will probably shrink at the next gap.
func (b *adaptiveBuffer) shrinks() int {
	there := 0
	for there < jitterSlots && b.ring.at(there).used {
		there++
	}
	if gap := b.ring.gap(there); there+gap < jitterSlots {
		return max(int(math.Round(float64(gap)*b.gaps.lost()))-1, 0)
	}
	return 0
}

// overdue: the packet that comes next is so late that it will probably miss its
// turn, unless the sound that is here is made to last.
func (b *adaptiveBuffer) overdue() bool {
	if b.ring.next+uint16(b.ring.count) != b.newest+1 {
		return false // there is a gap before
	}
	standing := b.standing.get()
	late := standing - time.Duration(b.ring.count)*b.clock.span()
	return late >= 0 && b.choice.overdue(late, standing)
}

func (b *adaptiveBuffer) take() Packet {
	b.choice.heard()
	slot := b.ring.take()
	b.last, b.resting = slot.sent, slot.packet.Noise
	return slot.packet
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
	b.came, b.made = 0, 0
	b.clock.reset()
	b.choice.reset()
	b.gaps = overtaken{}
}
