package rtpstream

import (
	"testing"
	"testing/synctest"
	"time"
)

// withNoise lets alice suppress silence; bob takes 13 without having agreed on it.
func withNoise(who int, c *Config) {
	if who == 0 {
		c.NoiseSendPT = 13
	}
}

// Alice speaks, is silent, speaks again. On the wire the sequence has no hole, the
// timestamp counts time, and the packet after the silence has the marker (RFC 3551
// section 4.1); in the silence there is a description at once and each second (RFC
// 3389). Bob hears no loss in it.
func TestSilenceOnTheWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, alice, bob := call(t, withNoise)
		w := tap(n, aliceAddr)
		pass(1500 * time.Millisecond)
		alice.SetMute(true)
		pass(3 * time.Second)
		alice.SetMute(false)
		pass(500 * time.Millisecond)
		bob.mustHear(aliceHz)

		list := w.headers(t)
		noise, speech := 0, 0
		for i, h := range list {
			if h.seq != list[0].seq+uint16(i) {
				t.Fatalf("packet %d: sequence number %d", i, h.seq)
			}
			after := i > 0 && list[i-1].pt == 13
			if h.pt == 13 {
				noise++
				if h.marker || len(w.all()[i].Data) != fixedHeader+11 {
					t.Errorf("noise: %+v", h)
				}
				continue
			}
			speech++
			if h.marker != (i == 0 || after) {
				t.Errorf("packet %d after noise %v: marker %v", i, after, h.marker)
			}
			if i > 0 && !after && h.time != list[i-1].time+160 {
				t.Errorf("packet %d: timestamp %d after %d", i, h.time, list[i-1].time)
			}
		}
		if took := list[len(list)-1].time - list[0].time; took < 8000*9/2 {
			t.Errorf("the timestamp counts %d units in 5 s", took)
		}
		if noise < 3 || noise > 4 || speech < 140 || speech > 160 {
			t.Errorf("%d packets of speech, %d of noise", speech, noise)
		}
		s := bob.Stats()
		if p := s.Playout; p.Lost+p.Late+p.Underruns+p.Concealed != 0 || s.OtherPayload != 0 {
			t.Errorf("bob's statistics: %+v", s)
		}
	})
}

// Under keys every packet is sent, silence or not (RFC 6562 section 3).
func TestProtectedStreamsAreNeverSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, alice, bob := call(t, withNoise)
		pass(1500 * time.Millisecond)
		secure(t, alice, bob)
		w := tap(n, aliceAddr)
		alice.SetMute(true)
		pass(2 * time.Second)
		list := w.headers(t)
		if len(list) < 98 {
			t.Errorf("%d packets in 2 s", len(list))
		}
		for _, h := range list {
			if h.pt == 13 {
				t.Fatalf("%+v", h)
			}
		}
	})
}

// 13 is taken unless another number was agreed on (RFC 3389 section 4).
func TestNumbersOfNoise(t *testing.T) {
	f := testConfig(t, nil, nil)
	format := f.format()
	if got := format.noise(); got != 13 {
		t.Errorf("payload type %d for PCMU, want 13", got)
	}
	format.NoiseRecvPT = 98
	if got := format.noise(); got != 98 {
		t.Errorf("payload type %d where 98 was agreed on", got)
	}
}
