//go:build cgo && opus

package opus

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"star18/audio"
	"star18/audio/measure/speech"
)

// syllables are vowels of changing pitch and colour, five a second, with pauses.
func syllables(samples int) []int16 {
	pcm, phase := make([]int16, samples), 0.0
	for i := range pcm {
		at := float64(i) / rate
		phase += (140 + 40*math.Sin(2*math.Pi*2.3*at)) / rate
		v, formant := 0.0, 700+400*math.Sin(2*math.Pi*3.1*at)
		for n := 1; n <= 20; n++ {
			off := (float64(n)*140 - formant) / 200
			v += math.Sin(2*math.Pi*phase*float64(n)) / (1 + off*off)
		}
		pcm[i] = int16(5000 * v * max(0, math.Sin(2*math.Pi*5*at)))
	}
	return pcm
}

// A packet that was lost is found in the next one, much nearer to what it was than
// what can be made up; and where that one brings nothing, nothing is found.
func TestCorrect(t *testing.T) {
	for _, tt := range []struct {
		fmtp  string // what the peer asks for
		frame int    // samples
		found bool
	}{
		{newCodec(t).Fmtp(), rate / 50, true},
		{"useinbandfec=1", rate / 100, true},
		{"", rate / 50, false},
		{"useinbandfec=0", rate / 50, false},
	} {
		packets := encoded(t, tt.fmtp, syllables(2*rate), tt.frame)
		lost := losses(len(packets), 0.2)
		whole, _ := decoded(t, packets, tt.frame, nil, false)
		concealed, _ := decoded(t, packets, tt.frame, lost, false)
		corrected, found := decoded(t, packets, tt.frame, lost, true)
		if tt.found != (found > 0) {
			t.Errorf("%q, %d samples: %d found", tt.fmtp, tt.frame, found)
		}
		made, right := likeness(whole, concealed, lost, tt.frame), likeness(whole, corrected, lost, tt.frame)
		if tt.found && right < made+6 {
			t.Errorf("%q, %d samples: %.1f dB corrected, %.1f dB concealed", tt.fmtp, tt.frame, right, made)
		}
	}
}

// RFC 6716 sections 3.1 and 4.2.3: configuration, frames, then a voice flag for
// each 20 ms, then the flag of redundancy.
func TestCorrects(t *testing.T) {
	for _, tt := range []struct {
		payload []byte
		want    bool
	}{
		{nil, false},
		{[]byte{1 << 3}, false},
		{[]byte{1 << 3, 0b01000000}, true},  // voice coding, 20 ms
		{[]byte{1 << 3, 0b10111111}, false}, // the other bits do not matter
		{[]byte{8 << 3, 0b01000000}, true},  // 10 ms
		{[]byte{10 << 3, 0b00100000}, true}, // 40 ms
		{[]byte{10 << 3, 0b11011111}, false},
		{[]byte{11 << 3, 0b00010000}, true},   // 60 ms
		{[]byte{15 << 3, 0b01000000}, true},   // hybrid, 20 ms
		{[]byte{16 << 3, 0b11111111}, false},  // no voice coding
		{[]byte{1<<3 | 1, 0b01000000}, false}, // two frames
	} {
		if got := corrects(tt.payload); got != tt.want {
			t.Errorf("%08b: %v", tt.payload, got)
		}
	}
}

// BenchmarkConcealment prints how like a packet is what is heard in its stead: made
// up by libopus, and found in the next packet; and how much correction costs the
// sound that comes through.
func BenchmarkConcealment(b *testing.B) {
	const frame = rate / 50
	pcm := recorded(60)
	if b.N > 1 || len(pcm) == 0 {
		return // printed in the first run
	}
	fmt.Printf("\nOpus, recorded speech, %d s, packets lost one at a time\n%-22s", len(pcm)/rate, "SNR, dB")
	shares := []float64{0.01, 0.03, 0.05, 0.10}
	for _, share := range shares {
		fmt.Printf("%8.0f %%", 100*share)
	}
	for _, fmtp := range []string{"", "useinbandfec=1"} {
		packets := encoded(b, fmtp, pcm, frame)
		whole, _ := decoded(b, packets, frame, nil, false)
		fmt.Printf("\n%-22s", map[bool]string{true: "without correction", false: "with correction"}[fmtp == ""])
		for _, share := range shares {
			lost := losses(len(packets), share)
			heard, _ := decoded(b, packets, frame, lost, true)
			fmt.Printf("%10.1f", likeness(whole, heard, lost, frame))
		}
		fmt.Printf("   %d octets a packet", len(packets[0]))
	}
	fmt.Println()
}

// recorded is speech of 8000 Hz at the codec's rate.
func recorded(seconds int) (pcm []int16) {
	resampler, err := audio.NewResampler(8000, rate)
	if err != nil {
		return nil
	}
	buffer := make([]int16, 4096)
	for in := speech.Recorded(8000, seconds); len(in) > 0; {
		written, read := resampler.Process(buffer, in)
		pcm, in = append(pcm, buffer[:written]...), in[read:]
	}
	return pcm
}

func encoded(t testing.TB, fmtp string, pcm []int16, frame int) (packets [][]byte) {
	t.Helper()
	c := newCodec(t)
	c.Configure(fmtp)
	for at := 0; at+frame <= len(pcm); at += frame {
		p := make([]byte, 1500)
		packets = append(packets, p[:c.Encode(p, pcm[at:at+frame])])
	}
	return packets
}

// losses are a share of n packets, by chance, never two in a row.
func losses(n int, share float64) []bool {
	random, lost := rand.New(rand.NewPCG(1, 2)), make([]bool, n)
	for i := 1; i+1 < n; i++ {
		lost[i] = !lost[i-1] && random.Float64() < share
	}
	return lost
}

// decoded is what is heard of the packets, and how many were found in others.
func decoded(t testing.TB, packets [][]byte, frame int, lost []bool, correct bool) (heard []int16, found int) {
	t.Helper()
	c, pcm := newCodec(t), make([]int16, frame)
	for i, p := range packets {
		switch {
		case lost == nil || !lost[i]:
			if _, err := c.Decode(pcm, p); err != nil {
				t.Fatal(err)
			}
		case correct && c.Correct(pcm, packets[i+1]) == frame:
			found++
		default:
			c.Conceal(pcm)
		}
		heard = append(heard, pcm...)
	}
	return heard, found
}

// likeness is the segmental signal-to-noise ratio within the lost packets that had
// speech in them (above -44 dBm0), in dB, each held to -10 to 35.
func likeness(whole, heard []int16, lost []bool, frame int) float64 {
	sum, n := 0.0, 0
	for i := range lost {
		var sound, fault float64
		for k := i * frame; k < (i+1)*frame; k++ {
			off := float64(whole[k]) - float64(heard[k])
			sound, fault = sound+float64(whole[k])*float64(whole[k]), fault+off*off
		}
		if lost[i] && sound > 100*100*float64(frame) {
			sum, n = sum+min(35, max(-10, 10*math.Log10(sound/max(fault, 1)))), n+1
		}
	}
	return sum / float64(max(1, n))
}
