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

	newest  int64 // number of the last packet that came
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
	p.newest, p.started = in.number, true
	p.buffer.Put(audio.Packet{
		Seq:       uint16(in.number),
		Timestamp: uint32(in.number * clockRate * int64(tick) / int64(time.Second)),
		Payload:   []byte{0},
	}, p.start.Add(in.arrival))
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
	return p.newest + int64(int16(packet.Seq-uint16(p.newest)))
}
