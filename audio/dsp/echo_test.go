//go:build cgo && speexdsp

package dsp

import (
	"fmt"
	"math"
	"testing"
)

// trial is one scene with an echo, measured. The far end talks from the first
// moment on; what reaches the microphone has its level less loss dB, a
// reverberation of 0.25 s whose whole is stronger than the direct sound by 5 dB,
// a loudspeaker with 2.5 % of third harmonic at full scale, and noise.
type trial struct {
	name   string
	rate   int
	cfg    Config
	noise  float64 // dBFS
	near   float64 // dBFS of the talker at this end; 0 for none
	since  float64 // when that begins, s
	jump   float64 // seconds at which the delay grows by 100 ms; 0 for none
	ppm    float64 // by which both clocks differ
	length float64 // seconds
}

// result is its measure.
type result struct {
	erle  func(from, to float64) balance
	delay float64 // the error of the last estimate, ms
	first float64 // when the canceller began, s
	near  float64 // near end against the distortion of it, dB
}

// balance is the energy of an echo, and of what is left of it.
type balance struct{ echo, left float64 }

func (b balance) and(o balance) balance { return balance{b.echo + o.echo, b.left + o.left} }

// dB is the echo-return-loss enhancement.
func (b balance) dB() float64 { return 10 * math.Log10(b.echo/max(b.left, 1)) }

const (
	roomDelay = 0.08
	loss      = 6
)

var trials = []trial{
	{name: "narrowband", rate: 8000, cfg: Config{Echo: true}, noise: -76, length: 12},
	{name: "wideband", rate: 16000, cfg: Config{Echo: true}, noise: -76, length: 12},
	{name: "48 kHz", rate: 48000, cfg: Config{Echo: true}, noise: -76, length: 12},
	{name: "noise suppressed", rate: 16000, cfg: Config{Echo: true, Noise: true}, noise: -76, length: 12},
	{name: "in noise of -50 dBFS", rate: 16000, cfg: Config{Echo: true, Noise: true}, noise: -50, length: 12},
	{name: "delay grows by 100 ms", rate: 16000, cfg: Config{Echo: true}, noise: -76, jump: 6, length: 16},
	{name: "clocks differ by 100 ppm", rate: 16000, cfg: Config{Echo: true}, noise: -76, ppm: 100, length: 30},
	{name: "both talk, narrowband", rate: 8000, cfg: Config{Echo: true}, noise: -76, near: -26, since: 6, length: 16},
	{name: "both talk, wideband", rate: 16000, cfg: Config{Echo: true}, noise: -76, near: -26, since: 6, length: 16},
	{name: "both talk from the beginning", rate: 16000, cfg: Config{Echo: true}, noise: -76, near: -26, length: 16},
}

func (tr trial) run(tb testing.TB, seed uint64) result {
	n := int(tr.length * float64(tr.rate))
	far := farTalk(tr.rate, n, seed)
	echo := newRoom(tr.rate, roomDelay, 0.25, loss).echo(far)
	end := roomDelay
	if tr.jump != 0 {
		end += 0.1
		at := int(tr.jump * float64(tr.rate))
		copy(echo[at:], newRoom(tr.rate, end, 0.25, loss).echo(far)[at:])
	}
	if tr.ppm != 0 {
		echo = drifted(echo, tr.ppm)
		end -= tr.ppm * 1e-6 * tr.length
	}
	noise := hiss(n, 3, tr.noise)
	parts := [][]float64{echo, noise}
	own := make([]float64, n)
	if tr.near != 0 {
		at := int(tr.since * float64(tr.rate))
		copy(own[at:], floats(talk(tr.rate, n-at, seed+100, tr.near)))
		parts = append(parts, own)
	}
	r := scene{rate: tr.rate, far: far, mic: microphone(parts...), cfg: tr.cfg}.withSpeex(tb)
	first, last := r.found()
	res := result{first: first, delay: last - 1000*end}
	heard := microphone(echo)
	quiet := scene{rate: tr.rate, far: make([]int16, n), mic: microphone(noise, own), cfg: tr.cfg, engaged: true}.withSpeex(tb)
	res.erle = func(from, to float64) balance {
		left := float64(mean(seconds(r.out, tr.rate, from, to))) - float64(mean(seconds(quiet.out, tr.rate, from, to)))
		return balance{float64(mean(seconds(heard, tr.rate, from, to))), max(left, 0)}
	}
	if tr.near != 0 {
		res.near = clarity(seconds(quiet.out, tr.rate, 6, tr.length), seconds(r.out, tr.rate, 6, tr.length))
	}
	return res
}

// farTalk begins at once.
func farTalk(rate, n int, seed uint64) []int16 {
	pcm := talk(rate, n+2*rate, seed, -20)
	for i := 0; ; i += rate / 100 {
		if mean(pcm[i:i+rate/100]) > farLevel {
			return pcm[i : i+n]
		}
	}
}

// clarity is a signal against the difference to it, in dB.
func clarity(want, got []int16) float64 {
	var signal, wrong float64
	for i := range want {
		d := float64(got[i]) - float64(want[i])
		signal, wrong = signal+float64(want[i])*float64(want[i]), wrong+d*d
	}
	return 10 * math.Log10(signal/wrong)
}

// figures are over some talkers together, none of whom is among those that the
// choices of this package were tried with (1 to 6).
func (tr trial) figures(tb testing.TB, talkers int) map[string]float64 {
	share := 1 / float64(talkers)
	sum, erle := map[string]float64{}, map[string]balance{}
	for seed := range talkers {
		r := tr.run(tb, 41+uint64(seed))
		sum["s-until-found"] += r.first * share
		sum["ms-off"] += math.Abs(r.delay) * share
		for what, at := range tr.windows() {
			erle[what] = erle[what].and(r.erle(at, at+1))
		}
		if tr.near != 0 {
			sum["dB-near"] += r.near * share
			continue
		}
		erle["dB-at-end"] = erle["dB-at-end"].and(r.erle(tr.length-4, tr.length))
	}
	for what, b := range erle {
		sum[what] = b.dB()
	}
	return sum
}

// windows are the seconds that are looked at.
func (tr trial) windows() map[string]float64 {
	switch {
	case tr.near != 0 && tr.since == 0:
		return nil
	case tr.jump != 0:
		return map[string]float64{"dB-1s-after-jump": tr.jump + 1, "dB-2s-after-jump": tr.jump + 2}
	}
	return map[string]float64{"dB-at-1s": 1, "dB-at-2s": 2, "dB-at-5s": 5}
}

// echoColumns are the figures of a trial, each under one of its names.
var echoColumns = []struct {
	title string
	units []string
}{
	{"1 s", []string{"dB-at-1s", "dB-1s-after-jump"}},
	{"2 s", []string{"dB-at-2s", "dB-2s-after-jump"}},
	{"5 s", []string{"dB-at-5s"}},
	{"end", []string{"dB-at-end"}},
	{"near", []string{"dB-near"}},
	{"found, s", []string{"s-until-found"}},
	{"off, ms", []string{"ms-off"}},
}

// BenchmarkEcho prints what is left of an echo: the echo-return-loss enhancement
// 1, 2 and 5 s after the far end began to talk, or after the delay grew, and at the
// end; in double-talk the near end against all that differs from the near end
// alone; the time until the delay was found, and the error of it.
func BenchmarkEcho(b *testing.B) {
	if b.N > 1 {
		return // printed in the first run
	}
	fmt.Printf("\n%-30s", "echo return loss, dB after")
	for _, c := range echoColumns {
		fmt.Printf(" %9s", c.title)
	}
	fmt.Println()
	for _, tr := range trials {
		fmt.Printf("%-30s%s\n", tr.name, echoRow(tr.figures(b, 4)))
	}
}

func echoRow(figures map[string]float64) (row string) {
	for _, c := range echoColumns {
		cell := "-"
		for _, unit := range c.units {
			if v, ok := figures[unit]; ok {
				cell = fmt.Sprintf("%.1f", v)
			}
		}
		row += fmt.Sprintf(" %9s", cell)
	}
	return row
}

// What one talker must come down to, with some dB in hand for another rounding.
func TestEchoIsCancelled(t *testing.T) {
	least := map[string]map[string]float64{
		"narrowband":                   {"dB-at-1s": 12, "dB-at-2s": 18, "dB-at-5s": 20},
		"wideband":                     {"dB-at-1s": 10, "dB-at-2s": 12, "dB-at-5s": 15},
		"delay grows by 100 ms":        {"dB-2s-after-jump": 12, "dB-at-end": 20},
		"both talk, narrowband":        {"dB-near": 10},
		"clocks differ by 100 ppm":     {"dB-at-end": 20},
		"both talk from the beginning": {"dB-near": 10},
	}
	for _, tr := range trials {
		if least[tr.name] == nil {
			continue
		}
		got := tr.figures(t, 1)
		if got["ms-off"] > 5 {
			t.Errorf("%s: the delay is off by %.1f ms", tr.name, got["ms-off"])
		}
		for what, want := range least[tr.name] {
			if got[what] < want {
				t.Errorf("%s: %.1f %s, want %v", tr.name, got[what], what, want)
			}
		}
	}
}
