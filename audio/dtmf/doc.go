// Package dtmf is the keys of a telephone in sound and in packets: the tones of
// ITU-T Q.23, found as Q.24 asks, and the named events of RFC 4733. It has no
// socket and no clock.
//
// The payload of an event packet, RFC 4733 section 2.3:
//
//	 0       8 9 10     16              32
//	| event |E|R| volume |   duration    |     duration in timestamp units
//
// One press on the wire, at 20 ms and 8000 Hz, with the audio's sequence and
// SSRC going on:
//
//	audio    seq 7   time 1120
//	event    seq 8   time 1280  marker  duration 160
//	event    seq 9   time 1280          duration 320
//	...
//	event    seq 12  time 1280          duration 800  end
//	event    seq 13  time 1280          duration 800  end    the same again, for
//	event    seq 14  time 1280          duration 800  end    those that get lost
//	audio    seq 15  time 2400
//
// A press longer than the duration can say goes on in another segment, whose
// timestamp is 0xFFFF higher (section 2.5.1.3).
package dtmf
