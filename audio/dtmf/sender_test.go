package dtmf

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// sent is what a sender makes of presses, a word for each packet time: "m160"
// the first packet and its duration, "160" another, "e800" an end, "-" audio.
func sent(s *Sender, step uint32, clock int, presses ...Press) (words []string, packets []Packet) {
	timestamp := uint32(1000)
	for range 5000 {
		if s.Ready() {
			if len(presses) == 0 {
				break
			}
			s.Begin(presses[0], timestamp, clock)
			presses = presses[1:]
		}
		now, active := s.Step(step)
		timestamp += step
		if !active {
			words = append(words, "-")
		}
		for _, p := range now {
			packets = append(packets, p)
			words = append(words, word(p))
		}
	}
	return words, packets
}

func word(p Packet) string {
	mark := ""
	if p.Marker {
		mark = "m"
	}
	if p.End {
		mark += "e"
	}
	return fmt.Sprintf("%s%d", mark, p.Duration)
}

// The oracle is RFC 4733 section 2.5.1: the marker first, durations that grow by
// the packet time, the end three times, and time between two presses.
func TestSender(t *testing.T) {
	for _, tt := range []struct {
		name  string
		step  uint32
		clock int
		held  time.Duration
		want  string
	}{
		{"100 ms at 20 ms", 160, 8000, 100 * time.Millisecond, "m160 320 480 640 e800 e800 e800 -"},
		{"100 ms at 30 ms", 240, 8000, 100 * time.Millisecond, "m240 480 720 e960 e960 e960"},
		{"100 ms at 60 ms", 480, 8000, 100 * time.Millisecond, "m480 e960 e960 e960"},
		{"on a 48 kHz clock", 960, 48000, 60 * time.Millisecond, "m960 1920 e2880 e2880 e2880 -"},
		{"shorter than a packet", 160, 8000, time.Millisecond, "me160 e160 e160 -"},
		{"no time at all", 160, 8000, 0, "me160 e160 e160 -"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var s Sender
			words, packets := sent(&s, tt.step, tt.clock, Press{5, tt.held}, Press{5, tt.held})
			once := tt.want
			if got := strings.Join(words, " "); got != once+" "+once {
				t.Errorf("sent %s\nwant twice %s", got, once)
			}
			second := packets[len(packets)/2:]
			for _, p := range packets[:len(packets)/2] {
				if p.Timestamp != 1000 || p.Event != 5 || p.Volume != volume {
					t.Errorf("%+v", p)
				}
			}
			for _, p := range second {
				if p.Timestamp != second[0].Timestamp {
					t.Errorf("%+v", p)
				}
			}
			// The pause is between the end of one and the beginning of the next.
			pause := time.Duration(second[0].Timestamp-1000-uint32(second[len(second)-1].Duration)) * time.Second / time.Duration(tt.clock)
			if pause < 40*time.Millisecond || pause > 120*time.Millisecond {
				t.Errorf("%v between two presses", pause)
			}
		})
	}
}

// A press of 20 s: segments of 0xFFFF, each beginning where the one before ends,
// one marker and one end in all (RFC 4733 section 2.5.1.3).
func TestSenderSegments(t *testing.T) {
	var s Sender
	_, packets := sent(&s, 160, 8000, Press{7, 20 * time.Second})
	var starts []uint32
	markers, ends, full := 0, 0, map[uint32]int{}
	for i, p := range packets {
		if i == 0 || p.Timestamp != packets[i-1].Timestamp {
			starts = append(starts, p.Timestamp)
		} else if p.Duration < packets[i-1].Duration {
			t.Fatalf("packet %d: %+v after %+v", i, p, packets[i-1])
		}
		if p.Marker {
			markers++
		}
		if p.End {
			ends++
		}
		if p.Duration == maxDuration {
			full[p.Timestamp]++
		}
	}
	if want := fmt.Sprint([]uint32{1000, 1000 + 0xFFFF, 1000 + 2*0xFFFF}); fmt.Sprint(starts) != want {
		t.Errorf("segments at %v, want %v", starts, want)
	}
	if markers != 1 || ends != finals || full[starts[0]] != finals || full[starts[1]] != finals {
		t.Errorf("%d markers, %d ends, full segments %v", markers, ends, full)
	}
	last := packets[len(packets)-1]
	if total := last.Timestamp - 1000 + uint32(last.Duration); total != 20*8000 {
		t.Errorf("%d units in all", total)
	}
	var r Receiver
	at := time.Unix(0, 0)
	if got := presses(&r, at, packets); got != "7" {
		t.Errorf("received as %q", got)
	}
}

func TestSenderAborts(t *testing.T) {
	var s Sender
	s.Begin(Press{1, time.Second}, 0, 8000)
	s.Step(160)
	s.Abort()
	if packets, active := s.Step(160); active || len(packets) > 0 || !s.Ready() {
		t.Errorf("%v after the abort", packets)
	}
}

func TestStepsDoNotAllocate(t *testing.T) {
	var s Sender
	var r Receiver
	now := time.Unix(0, 0)
	if n := testing.AllocsPerRun(1000, func() {
		if s.Ready() {
			s.Begin(Press{1, 9 * time.Second}, 0, 8000)
		}
		packets, _ := s.Step(160)
		for _, p := range packets {
			r.Take(p.Timestamp, p.Payload, now)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	d, pcm := NewDetector(8000), make([]int16, 160)
	if n := testing.AllocsPerRun(100, func() { d.Feed(pcm) }); n != 0 {
		t.Errorf("the detector: %v allocations", n)
	}
}
