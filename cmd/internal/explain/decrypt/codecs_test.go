package decrypt

import (
	"math"
	"testing"
	"time"

	"star18/audio"
	"star18/audio/measure"
	"star18/cmd/internal/explain/decode"
)

// Whatever the codec, its rate and its clock, a second of a tone becomes a second of
// it in the recording: the oracle is the tone.
func TestEveryCodecIsRecorded(t *testing.T) {
	const hz, peak = 440, 8000
	for _, name := range []string{"PCMU", "G722", "G726-32", "AAL2-G726-32", "L16/16000"} {
		codec, err := audio.NewCodec(name)
		if err != nil {
			t.Fatal(err)
		}
		s, start := &Stream{Stream: &decode.Stream{Codec: codec.Name(), Clock: codec.ClockRate()}}, time.Unix(1000, 0)
		pcm, payload := make([]int16, codec.Rate()/50), make([]byte, 1500)
		for i := range 50 {
			for k := range pcm {
				pcm[k] = int16(peak * math.Sin(2*math.Pi*hz*float64(i*len(pcm)+k)/float64(codec.Rate())))
			}
			n := codec.Encode(payload, pcm)
			data := rtpPacket(uint16(i), uint32(i*codec.ClockRate()/50), nil)
			s.packets = append(s.packets, played{decode.Packet{At: start.Add(time.Duration(i) * 20 * time.Millisecond), Data: data}, append([]byte(nil), payload[:n]...)})
		}
		pieces, err := s.decode(start)
		if err != nil {
			t.Fatal(err)
		}
		var all []int16
		for _, p := range pieces {
			if p.at != len(all) {
				t.Fatalf("%s: a piece at %d after %d samples", name, p.at, len(all))
			}
			all = append(all, p.pcm...)
		}
		want := 20 * math.Log10(peak/22651.0) // 0 dBm0 by G.711
		if level := measure.LevelAt(all[4000:], rate, hz); len(all) != rate || math.Abs(level-want) > 0.5 {
			t.Errorf("%s: %d samples at %.1f dBm0, want %.1f", name, len(all), level, want)
		}
	}
}
