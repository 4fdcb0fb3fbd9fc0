package dtmf

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// presses is what a receiver makes of packets that come 20 ms apart.
func presses(r *Receiver, at time.Time, packets []Packet) (keys string) {
	for i, p := range packets {
		if r.Take(p.Timestamp, p.Payload, at.Add(time.Duration(i)*20*time.Millisecond)) {
			keys += p.Event.String()
		}
	}
	return keys
}

func typed(t *testing.T, keys string) []Packet {
	t.Helper()
	events, err := Parse(keys)
	if err != nil {
		t.Fatal(err)
	}
	var list []Press
	for _, e := range events {
		list = append(list, Press{e, DefaultHeld})
	}
	var s Sender
	_, packets := sent(&s, 160, 8000, list...)
	return packets
}

const keypad = "1123#5*0!9988D"

// What reaches a receiver of one press is enough, whatever is lost, doubled or
// overtaken inside it; and every press is told once.
func TestReceiverSurvives(t *testing.T) {
	whole := typed(t, keypad)
	rnd := rand.New(rand.NewPCG(1, 2))
	keep := func(p float64) func([]Packet) []Packet {
		return func(one []Packet) []Packet {
			var out []Packet
			for _, p2 := range one {
				if rnd.Float64() < p {
					out = append(out, p2)
				}
			}
			if len(out) == 0 {
				out = append(out, one[rnd.IntN(len(one))])
			}
			return out
		}
	}
	for name, change := range map[string]func([]Packet) []Packet{
		"nothing lost": func(one []Packet) []Packet { return one },
		"starts lost":  func(one []Packet) []Packet { return one[3:] },
		"ends lost":    func(one []Packet) []Packet { return one[:3] },
		"first only":   func(one []Packet) []Packet { return one[:1] },
		"an end only":  func(one []Packet) []Packet { return one[len(one)-1:] },
		"half lost":    keep(0.5),
		"nine in ten":  keep(0.1),
		"doubled":      func(one []Packet) []Packet { return append(slices.Clone(one), one...) },
		"backwards":    func(one []Packet) []Packet { one = slices.Clone(one); slices.Reverse(one); return one },
		"shuffled": func(one []Packet) []Packet {
			one = slices.Clone(one)
			rnd.Shuffle(len(one), func(i, j int) { one[i], one[j] = one[j], one[i] })
			return one
		},
		"without marker": func(one []Packet) []Packet { return marked(one, false) },
		"marker on all":  func(one []Packet) []Packet { return marked(one, true) },
	} {
		for range 50 {
			var all []Packet
			for _, one := range byPress(whole) {
				all = append(all, change(one)...)
			}
			var r Receiver
			if got := presses(&r, time.Unix(0, 0), all); got != keypad {
				t.Errorf("%s: %q, want %q", name, got, keypad)
				break
			}
		}
	}
}

func marked(one []Packet, marker bool) []Packet {
	one = slices.Clone(one)
	for i := range one {
		one[i].Marker = marker
	}
	return one
}

// byPress cuts a sequence of packets where the timestamp changes.
func byPress(packets []Packet) (out [][]Packet) {
	for i, p := range packets {
		if i == 0 || p.Timestamp != packets[i-1].Timestamp {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], p)
	}
	return out
}

// A packet of the press before that was overtaken by the next one is not a press.
func TestReceiverOvertaken(t *testing.T) {
	one := byPress(typed(t, "12"))
	order := slices.Concat(one[0][:4], one[1][:2], one[0][4:], one[1][2:])
	var r Receiver
	if got := presses(&r, time.Unix(0, 0), order); got != "12" {
		t.Errorf("%q", got)
	}
}

// Senders that do not keep the timestamp of the beginning: it runs with each
// packet, also through the repeated ends, or stands still between presses.
func TestReceiverOddClocks(t *testing.T) {
	running := typed(t, "55#")
	for i := range running {
		running[i].Timestamp = 1000 + uint32(i)*160
	}
	// ends repeat the duration while the clock runs on
	var r Receiver
	if got := presses(&r, time.Unix(0, 0), running); got != "55#" {
		t.Errorf("running clock: %q", got)
	}
	one := byPress(typed(t, "5"))[0]
	r = Receiver{}
	if got := presses(&r, time.Unix(0, 0), one) + presses(&r, time.Unix(4, 0), one); got != "55" {
		t.Errorf("clock that stands still: %q", got)
	}
	far := byPress(typed(t, "6"))[0]
	for i := range far {
		far[i].Timestamp -= 2 * reach
	}
	if got := presses(&r, time.Unix(4, 300e6), far); got != "6" {
		t.Errorf("clock that began anew far back: %q", got)
	}
	r = Receiver{}
	presses(&r, time.Unix(4, 0), one)
	back := byPress(typed(t, "5"))[0]
	for i := range back {
		back[i].Timestamp -= 900
	}
	if got := presses(&r, time.Unix(10, 0), back); got != "5" {
		t.Errorf("clock that began anew: %q", got)
	}
}

// A timestamp that wraps in a press and between two is like any other.
func TestReceiverWraps(t *testing.T) {
	packets := typed(t, "11")
	for i := range packets {
		packets[i].Timestamp += 0xFFFFFFFF - 1000
	}
	var r Receiver
	if got := presses(&r, time.Unix(0, 0), packets); got != "11" {
		t.Errorf("%q", got)
	}
}

// Modem and trunk events share the format (RFC 4733 section 3); none is a key.
func TestReceiverIgnoresOtherEvents(t *testing.T) {
	var r Receiver
	if r.Take(1, Payload{Event: 32, Duration: 160}, time.Unix(0, 0)) || r.any {
		t.Error("a fax tone is a key")
	}
}

// FuzzReceiver: packets of all kinds never make more presses than packets, and
// the same packet again right away never makes one.
func FuzzReceiver(f *testing.F) {
	f.Add([]byte{1, 10, 0, 160, 0, 0, 3, 232})
	f.Fuzz(func(t *testing.T, data []byte) {
		var r Receiver
		now := time.Unix(0, 0)
		for len(data) >= 8 {
			p, ok := ParsePayload(data)
			if !ok {
				t.Fatal("four octets are an event")
			}
			timestamp := uint32(data[4])<<24 | uint32(data[5])<<16 | uint32(data[6])<<8 | uint32(data[7])
			r.Take(timestamp, p, now)
			if r.Take(timestamp, p, now) {
				t.Fatalf("%+v twice", p)
			}
			data, now = data[8:], now.Add(20*time.Millisecond)
		}
	})
}
