package audio

import (
	"testing"
	"time"
)

// Each benchmark handles one frame of 20 ms an operation.

func BenchmarkCodec(b *testing.B) {
	for _, name := range everyCodec {
		c, _ := NewCodec(name)
		pcm := noise(c.Rate() / 50)
		payload := make([]byte, 2*len(pcm))
		size := c.Encode(payload, pcm)
		b.Run(name+"/encode", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Encode(payload, pcm)
			}
		})
		b.Run(name+"/decode", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Decode(pcm, payload[:size])
			}
		})
	}
}

func benchmarkResample(b *testing.B, from, to int) {
	r, err := NewResampler(from, to)
	if err != nil {
		b.Fatal(err)
	}
	src, dst := noise(from/50), make([]int16, to/50+1)
	b.ReportAllocs()
	for b.Loop() {
		r.Process(dst, src)
	}
}

func BenchmarkResample48kTo8k(b *testing.B)  { benchmarkResample(b, 48000, 8000) }
func BenchmarkResample8kTo48k(b *testing.B)  { benchmarkResample(b, 8000, 48000) }
func BenchmarkResample44k1To8k(b *testing.B) { benchmarkResample(b, 44100, 8000) }

func BenchmarkPlayoutPutGet(b *testing.B) {
	c, _ := NewCodec("PCMU")
	p := NewPlayout(c)
	pcm, payload := make([]int16, frame20), make([]byte, frame20)
	now, seq, ts := time.Unix(0, 0), uint16(0), uint32(0)
	b.ReportAllocs()
	for b.Loop() {
		p.Put(seq, ts, false, payload, now)
		p.Get(pcm, now)
		seq, ts, now = seq+1, ts+frame20, now.Add(20*time.Millisecond)
	}
}

func BenchmarkToneMix(b *testing.B) {
	tone := NewTone(mustParse(b, "350@-19,440@-19;*(*/0/1+2)"), 8000)
	pcm := make([]int16, frame20)
	b.ReportAllocs()
	for b.Loop() {
		clear(pcm)
		tone.Mix(pcm)
	}
}

// One turn (10 ms) of a conference of three.
func BenchmarkMixer(b *testing.B) {
	m := NewMixer(NewSilence(8000))
	p, q := m.Join().(*mixerPort), m.Join().(*mixerPort)
	said := noise(m.quantum)
	b.ReportAllocs()
	for b.Loop() {
		p.voice.put(said, 1000)
		q.voice.put(said, 1000)
		m.mix()
	}
}
