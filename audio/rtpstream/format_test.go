package rtpstream

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio"
)

const (
	ptPCMU = 0
	ptPCMA = 8
)

// format is a codec under its static payload type.
func format(t testing.TB, name string, ptime time.Duration) Format {
	t.Helper()
	codec, err := audio.NewCodec(name)
	must(t, err)
	return Format{Codec: codec, SendPT: codec.PayloadType(), RecvPT: codec.PayloadType(), Ptime: ptime}
}

// mustNotClick holds every step of the sound under the steepest slope of the
// sine, with room for the coding noise of G.711.
func mustNotClick(t *testing.T, pcm []int16, hz float64) {
	t.Helper()
	limit := tonePeak*2*math.Pi*hz/rate*1.15 + 500
	for i := range pcm[1:] {
		if step := math.Abs(float64(pcm[i+1]) - float64(pcm[i])); step > limit {
			t.Errorf("a step of %.0f at sample %d, the sine's own is below %.0f", step, i, limit)
			return
		}
	}
}

// A re-INVITE changes the format first at one end, at the other one a trip
// later. Nothing of it is heard, the wire shows one stream, and a protected one
// stays protected.
func TestFormatChange(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name string
		from string
		to   Format
	}{
		{"codec", "PCMU", format(t, "PCMA", 20*ms)},
		{"back", "PCMA", format(t, "PCMU", 20*ms)},
		{"longer packets", "PCMU", format(t, "PCMU", 30*ms)},
		{"shorter packets", "PCMU", format(t, "PCMU", 10*ms)},
		{"codec and packets", "PCMU", format(t, "PCMA", 30*ms)},
		{"payload type", "PCMU", Format{Codec: format(t, "PCMU", 20*ms).Codec, SendPT: 96, RecvPT: 96, Ptime: 20 * ms}},
	} {
		for _, protected := range []bool{false, true} {
			name := c.name + map[bool]string{false: " in clear", true: " protected"}[protected]
			t.Run(name, func(t *testing.T) { changeFormat(t, c.from, c.to, protected) })
		}
	}
}

func changeFormat(t *testing.T, from string, to Format, protected bool) {
	synctest.Test(t, func(t *testing.T) {
		n, alice, bob := call(t, func(_ int, c *Config) {
			f := format(t, from, 20*time.Millisecond)
			c.Codec, c.SendPT, c.RecvPT = f.Codec, f.SendPT, f.RecvPT
		})
		w := tap(n, aliceAddr)
		if protected {
			secureWith(t, alice, bob, beginningWith(HMACMD5_80), beginningWith(HMACMD5_80))
		}
		pass(time.Second)
		since, mark := bob.phone.now(), len(w.all())
		must(t, bob.Renegotiate(to))
		pass(70 * time.Millisecond)
		must(t, alice.Renegotiate(to))
		pass(3 * time.Second)

		heard := bob.phone.heard(since)
		mustNotClick(t, heard, aliceHz)
		if to.Ptime <= 20*time.Millisecond {
			checkUnbroken(t, "bob hears", heard, aliceHz)
		} else if u := bob.Stats().Playout.Underruns; u > 1 {
			t.Errorf("%d underruns", u) // the first longer packet comes later than the buffer may bear
		}
		bob.mustHear(aliceHz)
		if s := bob.Stats(); s.Rejected() != 0 || s.OtherPayload != 0 || s.Playout.Lost+s.Playout.Late+s.Playout.Discarded != 0 {
			t.Errorf("statistics %+v", s)
		}
		alice.mustHear(bobHz)
		checkFormatOnTheWire(t, w, mark, to, protected)
	})
}

// checkFormatOnTheWire: one SSRC and one sequence throughout; each packet is as
// long as its format says and its timestamp follows from the one before.
func checkFormatOnTheWire(t *testing.T, w *wiretap, mark int, to Format, protected bool) {
	t.Helper()
	hs, packets := w.headers(t), w.all()
	tag, changed := 0, false
	if protected {
		tag = tags[HMACMD5_80].size
	}
	for i := mark; i < len(hs); i++ {
		units := len(packets[i-1].Data) - fixedHeader - tag // G.711: an octet is a unit
		if hs[i].seq != hs[i-1].seq+1 || hs[i].ssrc != hs[0].ssrc || hs[i].time != hs[i-1].time+uint32(units) {
			t.Fatalf("packet %d does not continue the stream: %+v after %+v", i, hs[i], hs[i-1])
		}
		now := hs[i].pt == to.SendPT && len(packets[i].Data) == fixedHeader+tag+to.frame(rate)
		if changed && !now {
			t.Fatalf("packet %d of type %d with %d octets", i, hs[i].pt, len(packets[i].Data))
		}
		changed = changed || now
	}
	if !changed {
		t.Error("the format did not change")
	}
}

func TestManyFormatChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, alice, bob := call(t, nil)
		pass(time.Second)
		since := bob.phone.now()
		for n := range 5 * slots {
			to := format(t, []string{"PCMA", "PCMU"}[n%2], time.Duration(10+n%3*10)*time.Millisecond)
			must(t, bob.Renegotiate(to))
			pass(40 * time.Millisecond)
			must(t, alice.Renegotiate(to))
			pass(90 * time.Millisecond)
		}
		mustNotClick(t, bob.phone.heard(since), aliceHz)
		if s := bob.Stats(); s.OtherPayload != 0 || s.Playout.Discarded != 0 {
			t.Errorf("statistics %+v", s)
		}
		bob.mustHear(aliceHz)
	})
}

// wideClock is a codec whose timestamps count faster than its samples, as those
// of Opus do.
type wideClock struct{ audio.Codec }

func (wideClock) Name() string   { return "wide" }
func (wideClock) ClockRate() int { return 2 * rate }

func TestChangeToAnotherClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, alice, bob := call(t, nil)
		w := tap(n, aliceAddr)
		pass(time.Second)
		since := bob.phone.now()
		to := format(t, "PCMU", 20*time.Millisecond)
		to.Codec, to.SendPT, to.RecvPT = wideClock{to.Codec}, 97, 97
		must(t, bob.Renegotiate(to))
		must(t, alice.Renegotiate(to))
		bob.mustHear(aliceHz)
		mustNotClick(t, bob.phone.heard(since), aliceHz)
		if j := bob.Stats().Playout.JitterMS; j > 1 { // by the old clock each packet would be 20 ms off
			t.Errorf("jitter %.1f ms on a network without any", j)
		}
		hs := w.headers(t)
		for i := range hs[1:] {
			want := uint32(160)
			if hs[i].pt == 97 {
				want = 320
			}
			if hs[i+1].time-hs[i].time != want || hs[i+1].seq != hs[i].seq+1 {
				t.Fatalf("%+v after %+v", hs[i+1], hs[i])
			}
		}
	})
}
