package audio

import "time"

const (
	// jitterSlots bounds what waits: a power of two, longestWait at 10 ms packets.
	jitterSlots = 64
	// maxPayload is the longest audio packet: the 160 ms that RTP_Packet_Size
	// allows are 1280 octets of G.711, and no datagram is larger than 1500.
	maxPayload = 1500
)

type jitterSlot struct {
	used   bool
	sent   time.Duration // on the sender's clock, see sendClock
	packet Packet
	data   [maxPayload]byte
}

// jitterRing keeps packets by their sequence number, all of them between next
// and jitterSlots after it.
type jitterRing struct {
	slots [jitterSlots]jitterSlot
	next  uint16 // sequence number to play next
	count int    // slots in use
}

func (r *jitterRing) at(ahead int) *jitterSlot {
	return &r.slots[(r.next+uint16(ahead))%jitterSlots]
}

// put copies a packet that lies in the window and says whether it is new.
func (r *jitterRing) put(p Packet, sent time.Duration) bool {
	slot := &r.slots[p.Seq%jitterSlots]
	if slot.used {
		return false
	}
	n := copy(slot.data[:], p.Payload)
	slot.used, slot.sent, slot.packet = true, sent, p
	slot.packet.Payload = slot.data[:n]
	r.count++
	return true
}

// gap counts the missing packets from ahead on, up to the first that is there.
// With none there it is jitterSlots.
func (r *jitterRing) gap(ahead int) int {
	for n := 0; ahead+n < jitterSlots; n++ {
		if r.at(ahead + n).used {
			return n
		}
	}
	return jitterSlots
}

// skip leaves missing packets behind.
func (r *jitterRing) skip(n int) { r.next += uint16(n) }

// take hands out the packet whose turn it is.
func (r *jitterRing) take() *jitterSlot {
	slot := r.at(0)
	slot.used = false
	r.count--
	r.next++
	return slot
}

// clear drops everything and says how many packets that were.
func (r *jitterRing) clear() (dropped int) {
	for i := range r.slots {
		r.slots[i].used = false
	}
	dropped, r.count = r.count, 0
	return dropped
}
