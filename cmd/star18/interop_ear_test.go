//go:build interop && linux

package main

import (
	"encoding/binary"
	"io"
	"math"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"star18/audio/measure"
)

const earRate = 48000

// ear listens at a source of the sound server and knows when each sample was there.
//
// The server hands sound out in blocks, some later than others; the earliest ones
// around a sample tell its time. Two ears of the same kind are late by the same, so
// that their difference is right.
type ear struct {
	pcm    []int16
	blocks []earBlock
	stop   func()
}

// earBlock: the samples before end were there at the time.
type earBlock struct {
	end  int
	time time.Time
}

func listenAt(t *testing.T, env []string, source string) *ear {
	t.Helper()
	cmd := exec.Command("parec", "-d", source, "--raw", "--format=s16le", "--rate=48000", "--channels=1", "--latency-msec=10")
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	e := &ear{}
	var reader sync.WaitGroup
	reader.Go(func() { e.read(out) })
	e.stop = sync.OnceFunc(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		reader.Wait()
		_ = cmd.Wait()
	})
	t.Cleanup(e.stop)
	return e
}

func (e *ear) read(from io.Reader) {
	raw, have := make([]byte, 1<<16), 0
	for {
		n, err := from.Read(raw[have:])
		now := time.Now()
		have += n
		whole := have &^ 1
		for i := 0; i < whole; i += 2 {
			e.pcm = append(e.pcm, int16(binary.LittleEndian.Uint16(raw[i:])))
		}
		have = copy(raw, raw[whole:have])
		e.blocks = append(e.blocks, earBlock{len(e.pcm), now})
		if err != nil {
			return
		}
	}
}

// at is when a sample was there.
func (e *ear) at(sample int) time.Time {
	var first time.Time
	for _, b := range e.blocks {
		if off := b.end - sample; off < -2*earRate || off > 2*earRate {
			continue
		}
		if at := b.time.Add(-samplesOf(b.end-sample, earRate)); first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return first
}

func samplesOf(n, rate int) time.Duration {
	return time.Duration(n) * time.Second / time.Duration(rate)
}

// onsets are the samples at which a tone begins after a silence of 100 ms.
func onsets(pcm []int16, rate int, hz float64) []int {
	var list []int
	window, step := rate/500, rate/4000
	silent, sounding := rate/10, false
	quiet := silent // samples
	for i := 0; i+window <= len(pcm); i += step {
		switch a := measure.Amplitude(pcm[i:i+window], rate, hz); {
		case a > 2000:
			if !sounding && quiet >= silent {
				list = append(list, i)
			}
			sounding, quiet = true, 0
		case a < 1000:
			if quiet += step; quiet > rate/200 {
				sounding = false
			}
		}
	}
	return list
}

// missing is how much of a tone of this length, from this sample, is not there.
func missing(pcm []int16, from int, length time.Duration, hz float64) time.Duration {
	gone := time.Duration(0)
	ms := earRate / 1000
	loud := 0.0
	for i := 0; i < int(length.Milliseconds()) && from+(i+2)*ms <= len(pcm); i++ {
		loud = math.Max(loud, measure.Amplitude(pcm[from+i*ms:from+(i+2)*ms], earRate, hz))
	}
	for i := 20; i < int(length.Milliseconds())-20; i++ {
		at := from + i*ms
		if at+2*ms > len(pcm) || measure.Amplitude(pcm[at:at+2*ms], earRate, hz) < loud/4 {
			gone += time.Millisecond
		}
	}
	return gone
}
