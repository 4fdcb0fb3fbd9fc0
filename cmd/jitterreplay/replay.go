package main

import (
	"fmt"
	"io"
	"time"

	"star18/audio"
)

const (
	tick      = 20 * time.Millisecond
	clockRate = 8000
	// after is how long the buffer is asked after the last packet.
	after = 500 * time.Millisecond
)

// player drives a buffer as audio.Playout does, tick for tick.
type player struct {
	buffer audio.JitterBuffer
	out    io.Writer
	start  time.Time // of the trace

	newest  packet // of those that came
	paused  int64  // packets' worth of silence that was not sent, up to newest
	started bool
	again   int64 // the packet that is stretched over this tick too, or none
}

const none = -1

// replay plays a trace and writes the log.
func replay(in io.Reader, out io.Writer) error {
	trace, err := readTrace(in)
	if err != nil || len(trace) == 0 {
		return err
	}
	p := player{
		buffer: audio.NewAdaptiveJitterBuffer(clockRate), out: out,
		start: time.Unix(0, 0), again: none,
	}
	end := trace[len(trace)-1].arrival + after
	for at := time.Duration(0); at <= end; at += tick {
		for len(trace) > 0 && trace[0].arrival <= at {
			p.put(trace[0])
			trace = trace[1:]
		}
		if err := p.play(at); err != nil {
			return err
		}
	}
	return nil
}

func (p *player) put(in packet) {
	paused := p.paused + p.silence(in)
	if !p.started || in.number > p.newest.number {
		p.newest, p.paused, p.started = in, paused, true
	}
	p.buffer.Put(audio.Packet{
		Seq:       uint16(in.number),
		Timestamp: uint32((in.number + paused) * clockRate * int64(tick) / int64(time.Second)),
		Payload:   []byte{0},
	}, p.start.Add(in.arrival))
}

// silence is for how many packets' time the sender sent none between newest and
// this one: timestamps count on then. To whole packets it hides how far off the
// sender's clock is, as timestamps do.
func (p *player) silence(in packet) int64 {
	if !p.started {
		return 0
	}
	more := in.sent - p.newest.sent - time.Duration(in.number-p.newest.number)*tick
	return int64(more.Round(tick) / tick)
}

// play writes the line of a tick. Before the first packet there is none.
func (p *player) play(at time.Duration) error {
	number, scaled := p.next(p.start.Add(at))
	var err error
	switch {
	case scaled:
		_, err = fmt.Fprintln(p.out, at.Microseconds(), number, "a")
	case p.started:
		_, err = fmt.Fprintln(p.out, at.Microseconds(), number)
	}
	return err
}

// next is the packet heard in this tick, and whether it is stretched or merged.
func (p *player) next(now time.Time) (number int64, scaled bool) {
	if p.again != none {
		number, p.again = p.again, none
		return number, true
	}
	packet, step := p.buffer.Next(now)
	switch step {
	case audio.StepPlay:
		return p.number(packet), false
	case audio.StepStretch:
		p.again = p.number(packet)
		return p.again, true
	case audio.StepMerge:
		packet, _ = p.buffer.Next(now)
		return p.number(packet), true
	}
	return none, false
}

// number is a packet's number in the trace, the nearest to those coming in.
func (p *player) number(packet audio.Packet) int64 {
	return p.newest.number + int64(int16(packet.Seq-uint16(p.newest.number)))
}
