package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

var (
	errFields  = errors.New("a packet is three whole numbers: arrival, number, sent")
	errOrder   = errors.New("the packet comes before the one above it")
	errTooLong = errors.New("more than a day")
	errNumber  = errors.New("a number is out of range")
)

// longestTrace bounds what a wrong number may cost.
const longestTrace = 24 * time.Hour

// latestSent lets a sender count from any epoch, and two of them be subtracted.
const latestSent = math.MaxInt64 / 2 * time.Nanosecond

// packet is a line of a trace.
type packet struct {
	arrival time.Duration
	number  int64 // not wrapped
	sent    time.Duration
}

// readTrace reads a trace, or says in which line it is wrong.
func readTrace(in io.Reader) ([]packet, error) {
	var trace []packet
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		p, err := parsePacket(lines.Text())
		if n := len(trace); err == nil && n > 0 && p.arrival < trace[n-1].arrival {
			err = errOrder
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", len(trace)+1, err)
		}
		trace = append(trace, p)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", len(trace)+1, err)
	}
	return trace, nil
}

func parsePacket(line string) (packet, error) {
	fields := strings.Fields(line)
	if len(fields) != 3 {
		return packet{}, errFields
	}
	var numbers [3]int64
	for i, f := range fields {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return packet{}, errFields
		}
		numbers[i] = n
	}
	switch arrival, number, sent := numbers[0], numbers[1], numbers[2]; {
	case arrival < 0 || arrival > longestTrace.Microseconds():
		return packet{}, errTooLong
	case number < 0 || number > math.MaxInt32, max(sent, -sent) > latestSent.Microseconds():
		return packet{}, errNumber
	default:
		return packet{microseconds(arrival), number, microseconds(sent)}, nil
	}
}

func microseconds(n int64) time.Duration { return time.Duration(n) * time.Microsecond }
