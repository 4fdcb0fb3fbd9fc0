package audio

import "time"

// Our own choices for the sender's clock.
const (
	// transitSpans spans of transitSpan are how long the fastest packet counts
	// as the network's own delay: a clock 200 ppm off moves it by 2 ms.
	transitSpan  = time.Second
	transitSpans = 10
	// transitStep is what every packet of a whole span must be late before the
	// network is taken to have become slower: no jitter is as constant.
	transitStep = 60 * time.Millisecond
	// standstill is how much later than the one before a packet must come for
	// the sender to have stopped its clock, as on hold. Had the network held it
	// back instead, the packets behind it would come at once, and put that right.
	standstill = 400 * time.Millisecond

	// shortestPacket and largestPacket are the packet times believed of a
	// sender's timestamps.
	shortestPacket = 2500 * time.Microsecond
	largestPacket  = 200 * time.Millisecond
	// defaultPacketRate is the packets a second until timestamps tell (20 ms).
	defaultPacketRate = 50
)

// sendClock reads timestamps: when a packet was sent, how much later than the
// fastest of late it came, and how long packets are.
type sendClock struct {
	rate int // clock units per second

	known  bool
	epoch  time.Time // arrival of the first packet, zero of all times here
	newest uint16
	stamp  uint32        // of newest, and
	units  int64         // the same without wrap
	last   time.Duration // transit of the packet before

	packet int  // clock units in one packet
	other  int  // what the last two packets say instead
	sure   bool // packet was measured
	noise  bool // newest is comfort noise, and lasts until there is speech

	fastest [transitSpans]time.Duration // of each span, the current one first
	turned  time.Time
}

func (c *sendClock) reset() { *c = sendClock{rate: c.rate, packet: c.rate / defaultPacketRate} }

// arrived takes a packet and says when it was sent.
func (c *sendClock) arrived(p Packet, now time.Time) (sent time.Duration) {
	if !c.known {
		c.known, c.epoch, c.turned = true, now, now
		c.newest, c.stamp = p.Seq, p.Timestamp
		return 0
	}
	sent = c.duration(c.units + int64(int32(p.Timestamp-c.stamp)))
	transit := now.Sub(c.epoch) - sent
	newer := int16(p.Seq-c.newest) > 0
	if d := transit - c.last; d > standstill || d < -maxTransitJump {
		// The timestamps began anew, the network did not.
		sent += d
		transit = c.last
		if newer {
			c.units, c.stamp = c.clockUnits(sent), p.Timestamp
		}
	}
	if newer {
		c.measure(p)
		c.units += int64(int32(p.Timestamp - c.stamp))
		c.newest, c.stamp, c.noise = p.Seq, p.Timestamp, p.Noise
	}
	c.last = transit
	c.turn(transit, now)
	return sent
}

// measure learns the packet time from two neighbours. A marker opens a talk
// spurt after a pause, so its distance says nothing (RFC 3551 section 4.1); nor
// does one distance alone, which may be a pause without marker.
func (c *sendClock) measure(p Packet) {
	step := int(int32(p.Timestamp - c.stamp))
	if p.Seq != c.newest+1 || p.Marker || c.noise ||
		step < samplesIn(shortestPacket, c.rate) || step > samplesIn(largestPacket, c.rate) {
		return
	}
	if step == c.other {
		c.packet, c.sure = step, true
	}
	c.other = step
}

// turn keeps the fastest transit of each span. What is known is given up when
// the network has become slower, and after silence in which clocks drift.
func (c *sendClock) turn(transit time.Duration, now time.Time) {
	switch since := now.Sub(c.turned); {
	case since >= transitSpans*transitSpan:
		c.slower(transit)
		c.turned = now
	case since >= transitSpan:
		if c.fastest[0]-c.base() > transitStep {
			c.slower(c.fastest[0])
		}
		copy(c.fastest[1:], c.fastest[:])
		c.fastest[0], c.turned = transit, now
	}
	c.fastest[0] = min(c.fastest[0], transit)
}

func (c *sendClock) slower(transit time.Duration) {
	for i := range c.fastest {
		c.fastest[i] = transit
	}
}

// base is the network's own transit time.
func (c *sendClock) base() time.Duration {
	least := c.fastest[0]
	for _, f := range c.fastest[1:] {
		least = min(least, f)
	}
	return least
}

// wait is how long something sent then has waited above the network's own
// transit time.
func (c *sendClock) wait(sent time.Duration, now time.Time) time.Duration {
	return now.Sub(c.epoch) - sent - c.base()
}

// span is the packet time.
func (c *sendClock) span() time.Duration { return c.duration(int64(c.packet)) }

func (c *sendClock) duration(units int64) time.Duration {
	rate := int64(c.rate)
	return time.Duration(units/rate)*time.Second + time.Duration(units%rate)*time.Second/time.Duration(rate)
}

func (c *sendClock) clockUnits(d time.Duration) int64 {
	rate := int64(c.rate)
	return int64(d/time.Second)*rate + int64(d%time.Second)*rate/int64(time.Second)
}
