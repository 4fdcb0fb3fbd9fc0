package rtpstream

import (
	"testing"
	"testing/synctest"
	"time"

	"star18/audio"
	"star18/audio/dtmf"
)

// wideHz is above what a codec of 8000 Hz carries.
const wideHz = 5000.0

// atWide gives both ends a device of 48 kHz, and alice a voice of this frequency.
func atWide(hz float64) func(who int, c *Config) {
	return func(who int, c *Config) {
		phone := c.Device.(*telephone)
		phone.at = 48000
		if who == 0 {
			phone.hz = hz
		}
	}
}

// A live call goes through codecs of all rates while the device stays open at its
// own. On the wire it is one stream whose timestamps count by the clock of each
// (RFC 3551 section 4.5.2 for G722, RFC 7160 section 4.1 for the change).
func TestChangeToAnotherRate(t *testing.T) {
	for _, protected := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			n, alice, bob := call(t, atWide(aliceHz))
			w := tap(n, aliceAddr)
			if protected {
				secureWith(t, alice, bob, beginningWith(HMACMD5_80), beginningWith(HMACMD5_80))
			}
			units := map[uint8]uint32{ptPCMU: 160}
			for _, codec := range []string{"G722", "L16/16000", "G726-32", "L16/48000", "PCMU"} {
				to := format(t, codec, 10*time.Millisecond)
				units[to.SendPT] = uint32(to.frame(to.Codec.ClockRate()))
				mark := len(w.all())
				must(t, bob.Renegotiate(to))
				must(t, alice.Renegotiate(format(t, codec, 10*time.Millisecond)))
				bob.mustHear(aliceHz)
				alice.mustHear(bobHz)
				hs := w.headers(t)
				for i := mark + 2; i < len(hs); i++ {
					if h, before := hs[i], hs[i-1]; h.seq != before.seq+1 || h.ssrc != before.ssrc ||
						h.pt == before.pt && h.time-before.time != units[h.pt] {
						t.Fatalf("%s: %+v after %+v", codec, h, before)
					}
				}
			}
			if s := bob.Stats(); s.Playout.Discarded != 0 || s.AuthFailed != 0 {
				t.Errorf("statistics %+v", s)
			}
		})
	}
}

// What a wideband codec is for reaches the ear, and what a narrow one cannot carry
// does not come back as something else.
func TestWidebandEndToEnd(t *testing.T) {
	for codec, wide := range map[string]bool{"PCMU": false, "G726-32": false, "G722": true, "L16/16000": true} {
		t.Run(codec, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, _, bob := call(t, func(who int, c *Config) {
					f := format(t, codec, 20*time.Millisecond)
					c.Codec, c.SendPT, c.RecvPT = f.Codec, f.SendPT, f.RecvPT
					atWide(wideHz)(who, c)
				})
				if wide {
					bob.mustHear(wideHz)
					return
				}
				bob.mustNotHear(wideHz)
				bob.mustNotHear(8000 - wideHz) // its image
			})
		})
	}
}

// Keys in the sound are heard at the rate of the device, whatever the codec.
func TestKeysInWidebandSound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, alice, bob := call(t, func(who int, c *Config) {
			f := format(t, "G722", 20*time.Millisecond)
			c.Codec, c.SendPT, c.RecvPT = f.Codec, f.SendPT, f.RecvPT
			atWide(aliceHz)(who, c)
		})
		pass(time.Second)
		bob.DetectKeys(true)
		must(t, alice.Press([]dtmf.Press{{Event: 5, Held: 100 * time.Millisecond}}, true))
		pass(time.Second)
		if n := bob.count(EventKey); n != 1 {
			t.Errorf("%d keys heard", n)
		}
	})
}

// The way of a frame through the conversions allocates nothing.
func TestConversionAllocatesNothing(t *testing.T) {
	codec, err := audio.NewCodec("G722")
	must(t, err)
	out := newOutgoing(Format{Codec: codec, Ptime: 20 * time.Millisecond}, 48000)
	payload := make([]byte, maxPayload)
	s := &Stream{device: &telephone{at: 48000}, ptime: 20 * time.Millisecond}
	h, pcm, now := s.hearing(codec), make([]int16, 960), time.Now()
	if n := testing.AllocsPerRun(100, func() {
		out.convert()
		out.encode(payload, out.coded)
		h.get(pcm, now)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
