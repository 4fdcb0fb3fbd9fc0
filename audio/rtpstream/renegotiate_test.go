package rtpstream

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio"
)

func TestRenegotiateRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, alice, bob := call(t, nil)
		good := format(t, "PCMA", 20*time.Millisecond)
		for name, spoil := range map[string]func(f *Format){
			"no codec":         func(f *Format) { f.Codec = nil },
			"payload type 128": func(f *Format) { f.SendPT = 128 },
			"no packet time":   func(f *Format) { f.Ptime = 0 },
			"a rate too low":   func(f *Format) { f.Codec = slowCodec{f.Codec} },
		} {
			f := good
			spoil(&f)
			if err := alice.Renegotiate(f); !errors.Is(err, ErrConfig) {
				t.Errorf("%s: %v", name, err)
			}
		}
		bob.mustHear(aliceHz)
		alice.mustHear(bobHz)
	})
}

type slowCodec struct{ audio.Codec }

func (slowCodec) Rate() int { return 4000 }

// What stays the same keeps its coder, its decoder and its playout.
func TestRenegotiateTheSame(t *testing.T) {
	s := stepStream(t, &sinkConn{})
	coder := func() Format {
		f := format(t, "PCMU", 20*time.Millisecond)
		f.Codec = &remembering{Codec: f.Codec}
		return f
	}
	s.format = coder()
	out, in, codec := s.outgoing.Load(), s.incoming.Load(), s.format.Codec
	must(t, s.Renegotiate(coder()))
	if s.outgoing.Load() != out || s.incoming.Load() != in || s.format.Codec != codec {
		t.Error("the same format was taken for another")
	}
	must(t, s.Renegotiate(format(t, "PCMU", 30*time.Millisecond)))
	if s.outgoing.Load() == out || s.incoming.Load() != in {
		t.Error("packets that we send longer are no matter of the receiver")
	}
}

// remembering is a codec whose coder has a memory: two are not equal.
type remembering struct {
	audio.Codec
	_ int
}

// In the window a new format moves the payload type of the clear stream; SSRC
// and length stay those of the packets before.
func TestFormatChangeInTheWindow(t *testing.T) {
	for _, c := range []struct {
		name   string
		pt     byte
		ssrc   uint32
		size   int
		played bool
	}{
		{"old type", ptPCMU, peerSSRC, 160, true},
		{"new type", ptPCMA, peerSSRC, 160, true},
		{"type of neither", 3, peerSSRC, 160, false},
		{"other length", ptPCMA, peerSSRC, 80, false},
		{"other SSRC", ptPCMA, peerSSRC + 1, 160, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := stepStream(t, &sinkConn{})
			p := newPeer(t, rfcKeys(t), peerSSRC, 1)
			s.receive.handle(p.clear(make([]byte, 160)), bobAddr, time.Now())
			must(t, s.ArmReceive(rfcKeys(t)))
			must(t, s.Renegotiate(format(t, "PCMA", 20*time.Millisecond)))
			p.ssrc = c.ssrc
			packet := p.clear(make([]byte, c.size))
			packet[1] = c.pt
			s.receive.handle(packet, bobAddr, time.Now())
			if got := s.Stats().ReceivedClear.Packets == 2; got != c.played {
				t.Errorf("played: %v, want %v", got, c.played)
			}
		})
	}
}
