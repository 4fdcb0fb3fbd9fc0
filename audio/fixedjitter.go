package audio

import "time"

// Our own choices for the fixed jitter buffer.
const (
	// fixedDelay is the sound that waits before playing begins. 40 ms rides out
	// the jitter of an ordinary access network and is two packets of 20 ms.
	fixedDelay = 40 * time.Millisecond
	// maxDelay bounds what a burst may pile up; beyond it the oldest goes.
	maxDelay = 200 * time.Millisecond
	// driftSlack is how many packets above the target are jitter, not drift,
	// and driftTime how long it must last before one packet is merged away.
	driftSlack = 2
	driftTime  = time.Second
	// maxGap is the longest run of missing packets that is filled. A longer one
	// with sound behind it is a jump of the sender, not a loss.
	maxGap = 10

	// shortestPacket is the least packet time believed of a sender's timestamps.
	shortestPacket = 2500 * time.Microsecond

	fixedSlots = 64 // a power of two, above maxDelay at 10 ms packets
	// maxPayload is the longest audio packet: the 160 ms that RTP_Packet_Size
	// allows are 1280 octets of G.711, and no datagram is larger than 1500.
	maxPayload = 1500
	// defaultPacketRate is the packets a second until timestamps tell (20 ms).
	defaultPacketRate = 50
)

type jitterSlot struct {
	used   bool
	packet Packet
	data   [maxPayload]byte
}

// fixedBuffer waits for fixedDelay of sound, then plays packet after packet.
// When it runs dry it waits for fixedDelay again, so a delay that turns out too
// short grows by itself; when more than driftSlack packets too many wait for
// driftTime, it merges one away, so a sender with a faster clock, or a burst,
// never lengthens the delay for good.
type fixedBuffer struct {
	slots     [fixedSlots]jitterSlot
	clockRate int

	anchored bool   // next and newest mean something
	playing  bool   // the delay was reached and sound is left
	fresh    bool   // nothing played since Reset: next may still move back
	next     uint16 // sequence number to play next
	newest   uint16
	newestTS uint32
	count    int // slots in use
	ticks    int // clock units in one packet

	filling time.Time // when the first packet of this wait came
	over    time.Time // since when too much waits; zero if it does not
	dropped uint64
}

// NewFixedJitterBuffer makes a jitter buffer with a constant delay of 40 ms.
func NewFixedJitterBuffer(clockRate int) JitterBuffer {
	return &fixedBuffer{clockRate: clockRate, ticks: clockRate / defaultPacketRate}
}

func (b *fixedBuffer) Put(p Packet, now time.Time) Arrival {
	if !b.anchored {
		b.anchor(p)
	}
	if !b.makeRoom(p.Seq) {
		return ArrivalLate
	}
	slot := &b.slots[p.Seq%fixedSlots]
	if slot.used {
		return ArrivalDuplicate
	}
	if b.count == 0 {
		b.filling = now
	}
	b.store(slot, p)
	b.trim()
	return ArrivalStored
}

// anchor starts a sequence at its first packet.
func (b *fixedBuffer) anchor(p Packet) {
	b.anchored, b.fresh, b.playing = true, true, false
	b.next, b.newest, b.newestTS = p.Seq, p.Seq, p.Timestamp
}

// makeRoom brings seq inside the window of slots, or says that it is too late.
func (b *fixedBuffer) makeRoom(seq uint16) bool {
	ahead := int(int16(seq - b.next))
	switch {
	case ahead >= fixedSlots:
		b.clear()
		b.next = seq
	case ahead < 0 && b.fresh && int(int16(b.newest-seq)) < fixedSlots:
		b.next = seq // reordered at the very start
	case ahead < 0:
		return false
	}
	return true
}

func (b *fixedBuffer) store(slot *jitterSlot, p Packet) {
	n := copy(slot.data[:], p.Payload)
	slot.used, slot.packet = true, p
	slot.packet.Payload = slot.data[:n]
	b.count++
	if int16(p.Seq-b.newest) > 0 {
		b.measure(p)
		b.newest, b.newestTS = p.Seq, p.Timestamp
	}
}

// measure learns the packet time from two neighbours. A marker opens a talk
// spurt after a pause, so its distance says nothing (RFC 3551 section 4.1).
func (b *fixedBuffer) measure(p Packet) {
	step := int(int32(p.Timestamp - b.newestTS))
	shortest, longest := samplesIn(shortestPacket, b.clockRate), samplesIn(maxDelay, b.clockRate)
	if p.Seq == b.newest+1 && !p.Marker && step >= shortest && step <= longest {
		b.ticks = step
	}
}

// packets is how many packets make at least d.
func (b *fixedBuffer) packets(d time.Duration) int {
	return max(1, (samplesIn(d, b.clockRate)+b.ticks-1)/b.ticks)
}

// trim cuts a burst back to the target delay, oldest first.
func (b *fixedBuffer) trim() {
	if b.count <= b.packets(maxDelay) {
		return
	}
	for b.count > b.packets(fixedDelay) {
		b.skipToOldest()
		b.take()
		b.dropped++
	}
}

func (b *fixedBuffer) Next(now time.Time) (Packet, Step) {
	if b.count == 0 {
		b.playing, b.over = false, time.Time{}
		return Packet{}, StepWait
	}
	if !b.playing && !b.start(now) {
		return Packet{}, StepWait
	}
	if b.gap() > maxGap {
		b.skipToOldest()
	}
	if !b.slots[b.next%fixedSlots].used {
		b.next++
		return Packet{}, StepConceal
	}
	if b.drifted(now) && b.slots[(b.next+1)%fixedSlots].used {
		b.over = now
		b.dropped++
		return b.take(), StepMerge
	}
	return b.take(), StepPlay
}

// start begins to play once enough waits, or has waited long enough.
func (b *fixedBuffer) start(now time.Time) bool {
	if b.count < b.packets(fixedDelay) && now.Sub(b.filling) < fixedDelay {
		return false
	}
	b.skipToOldest()
	b.playing, b.fresh = true, false
	return true
}

// drifted says whether too much has waited for too long.
func (b *fixedBuffer) drifted(now time.Time) bool {
	if b.count < b.packets(fixedDelay)+driftSlack {
		b.over = time.Time{}
		return false
	}
	if b.over.IsZero() {
		b.over = now
	}
	return now.Sub(b.over) >= driftTime
}

// gap counts the missing packets before the oldest one that waits.
func (b *fixedBuffer) gap() int {
	for n := range fixedSlots {
		if b.slots[(b.next+uint16(n))%fixedSlots].used {
			return n
		}
	}
	return 0
}

func (b *fixedBuffer) skipToOldest() { b.next += uint16(b.gap()) }

// take hands out the packet whose turn it is.
func (b *fixedBuffer) take() Packet {
	slot := &b.slots[b.next%fixedSlots]
	slot.used = false
	b.count--
	b.next++
	return slot.packet
}

func (b *fixedBuffer) clear() {
	for i := range b.slots {
		b.slots[i].used = false
	}
	b.dropped += uint64(b.count)
	b.count = 0
}

func (b *fixedBuffer) Depth() int      { return b.count * b.ticks }
func (b *fixedBuffer) Dropped() uint64 { return b.dropped }

func (b *fixedBuffer) Reset() {
	b.clear()
	b.anchored, b.playing, b.over = false, false, time.Time{}
}
