package dtmf

import "time"

// finals is how often the end of an event and of a segment is sent (RFC 4733
// section 2.5.1.4).
const finals = 3

// Packet is one event packet to send now.
type Packet struct {
	Payload
	Marker    bool
	Timestamp uint32
}

// Sender makes the packets of presses, one after the other. It is stepped once
// for each packet time, by the goroutine that sends the audio, in whose place
// its packets go. The zero value sends nothing.
type Sender struct {
	event   Event
	active  bool   // sends events
	started bool   // the first packet has gone out
	left    uint32 // units of the press that no packet has covered yet
	start   uint32 // timestamp of the segment
	elapsed uint32 // units since then
	repeats int    // ends still to send
	gap     uint32 // units until the next press may begin

	out [finals + 1]Packet
}

// Ready reports whether a press may begin with the next step.
func (s *Sender) Ready() bool { return !s.active && s.gap == 0 }

// Begin takes a press whose sound would begin at this timestamp of the audio,
// on this clock in Hz.
func (s *Sender) Begin(p Press, timestamp uint32, clock int) {
	*s = Sender{event: p.Event, active: true, start: timestamp, left: max(1, units(p.Held, clock)), gap: units(Gap, clock)}
}

func units(d time.Duration, clock int) uint32 { return uint32(d * time.Duration(clock) / time.Second) }

// Abort forgets the press: the stream does not send any more.
func (s *Sender) Abort() { *s = Sender{} }

// Step goes on by one packet time, in timestamp units, and returns what to send
// in place of the audio. active false: send the audio. The packets are valid
// until the next step.
func (s *Sender) Step(step uint32) (packets []Packet, active bool) {
	switch {
	case !s.active:
		s.gap -= min(s.gap, step)
		return nil, false
	case s.repeats > 0:
		return s.repeat(step), true
	}
	out := s.out[:0]
	s.elapsed += step
	for s.elapsed > maxDuration {
		out = s.segment(out)
	}
	end := step >= s.left
	s.left -= min(s.left, step)
	out = append(out, s.packet(uint16(s.elapsed), end))
	if end {
		s.repeats = finals - 1
	}
	return out, true
}

// repeat sends the end once more. The time it takes is part of the gap.
func (s *Sender) repeat(step uint32) []Packet {
	s.gap -= min(s.gap, step)
	s.repeats--
	s.active = s.repeats > 0
	return append(s.out[:0], s.packet(uint16(s.elapsed), true))
}

// segment ends a segment at the longest duration and begins the next one. Its
// last packet goes out as often as an end does, at once: the next one is due.
func (s *Sender) segment(out []Packet) []Packet {
	for range finals {
		out = append(out, s.packet(maxDuration, false))
	}
	s.start += maxDuration
	s.elapsed -= maxDuration
	return out
}

// packet marks the first of a press only (RFC 4733 section 2.5.1.1).
func (s *Sender) packet(duration uint16, end bool) Packet {
	first := !s.started
	s.started = true
	return Packet{
		Payload: Payload{Event: s.event, End: end, Volume: volume, Duration: duration},
		Marker:  first, Timestamp: s.start,
	}
}
