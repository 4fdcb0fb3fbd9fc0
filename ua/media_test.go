package ua

import (
	"bytes"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"star18/audio/measure"
	"star18/audio/rtpstream/memnet"
	"star18/securecall"
)

// loseRTP drops the RTP that comes from host while the switch is on.
func (r *rig) loseRTP(host *end) *atomic.Bool {
	var on atomic.Bool
	r.net.SetFilter(func(from, to netip.AddrPort, _ []byte) memnet.Verdict {
		return memnet.Verdict{Drop: on.Load() && to.Port() > 10000 && from.Addr() == host.addr.Addr()}
	})
	return &on
}

// Keys agreed, but nothing of the callee arrives: no_media at the caller, who
// goes on sending protected packets only.
func TestNoMedia(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.loseRTP(r.callee).Store(true)
		sent := r.watchRTP()
		out, in := r.dial(true)
		time.Sleep(8 * time.Second)
		checkReason(t, r.caller, securecall.NoMedia)
		if count[Secured](r.caller) != 0 || count[Secured](r.callee) != 1 {
			t.Errorf("caller %v, callee %v", r.caller.names(), r.callee.names())
		}
		packets := sent(r.caller.addr.Addr())
		if last := packets[len(packets)-1]; len(last.data) != 182 {
			t.Errorf("the caller's last packet has %d octets", len(last.data))
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// The 200 to the Final is lost for ever, but the callee's protected packets
// arrive: they say the same (specification section 5).
func TestAuthenticatedPacketReplacesLostAnswer(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(_, b *Config) {
			tamper(b, func(msg []byte) []byte {
				if bytes.HasPrefix(msg, []byte("SIP/2.0 200")) && bytes.Contains(msg, []byte(" INFO\r\n")) && len(bodyOf(msg)) == 0 {
					return nil
				}
				return msg
			})
		})
		out, in := r.dial(true)
		time.Sleep(40 * time.Second)
		if count[Secured](r.caller) != 1 || count[Secured](r.callee) != 1 || count[NotSecured](r.caller) != 0 {
			t.Errorf("caller %v, callee %v", r.caller.names(), r.callee.names())
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// A secured call into which somebody sends clear packets, while the peer's own
// no longer arrive, has lost its security: it is said, nothing of it is played,
// and what we send stays protected.
func TestDowngraded(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		sent := r.watchRTP()
		lose := r.loseRTP(r.callee)
		out, in := r.dial(true)
		time.Sleep(3 * time.Second)
		packets := sent(r.callee.addr.Addr())
		clear := packets[0].data // of the stage before the switch
		lose.Store(true)
		rtpCaller := sent(r.caller.addr.Addr())[0].from
		for range 400 {
			seq := uint16(clear[2])<<8 + uint16(clear[3]) + 1
			clear[2], clear[3] = byte(seq>>8), byte(seq)
			r.net.Inject(packets[0].from, rtpCaller, clear)
			time.Sleep(20 * time.Millisecond)
		}
		checkReason(t, r.caller, securecall.MediaDowngraded)
		if level := measure.LevelAt(r.caller.heard.last(2*time.Second), 8000, calleeTone); level > -50 {
			t.Errorf("clear packets were played: %.1f dBm0", level)
		}
		out.Hangup()
		<-in.Done()
		r.close()
		if e := out.Ended(); e.Secure != SecureLost || e.Rx.Rejected < 300 {
			t.Errorf("%+v", e)
		}
		if e := in.Ended(); e.Secure != SecureDone {
			t.Errorf("callee: %+v", e)
		}
	})
}

// The caller announces the callee's own SSRC: one key for both directions would
// encrypt two streams with one keystream. The callee takes a fresh SSRC, on the
// wire before its answer, and the call becomes secure.
func TestSSRCCollisionAtCallee(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		sent := r.watchRTP()
		out := r.place(true)
		in := r.ring()
		time.Sleep(ringTime)
		// Both draw theirs at random; here chance has made them equal.
		moved := make(chan uint32, 1)
		out.post(func() { moved <- out.media.ssrc })
		ssrc := <-moved
		in.post(func() { in.media.ssrc = ssrc })
		if err := in.Answer(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(4 * time.Second)
		if count[Secured](r.caller) != 1 || count[Secured](r.callee) != 1 {
			t.Errorf("caller %v, callee %v", r.caller.names(), r.callee.names())
		}
		for _, p := range sent(r.callee.addr.Addr()) {
			if len(p.data) == 182 && p.ssrc() == ssrc {
				t.Fatal("the callee encrypted under the caller's SSRC")
			}
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// 30 ms at one end and 20 ms at the other: each hears the other.
func TestMixedPtime(t *testing.T) {
	for _, codec := range []string{"PCMU", "PCMA"} {
		virtual(t, func(t *testing.T) {
			r := newRig(t, func(a, b *Config) {
				a.Codecs = []string{codec}
				b.RTP.Ptime = 30 * time.Millisecond
			})
			out, in := r.dial(true)
			time.Sleep(3 * time.Second)
			checkAlive(t, r)
			if got := must[Answered](r.caller).Codec; got != codec {
				t.Errorf("codec %s", got)
			}
			if count[Secured](r.caller) != 1 || count[Secured](r.callee) != 1 {
				t.Errorf("caller %v, callee %v", r.caller.names(), r.callee.names())
			}
			out.Hangup()
			<-in.Done()
			r.close()
		})
	}
}

// The start rule (specification section 2): the first packet of the answered
// party starts the second stage; without one, the delay after the ACK does.
func TestStart(t *testing.T) {
	for _, tt := range []struct {
		name        string
		delay       time.Duration
		silent      bool
		least, most time.Duration
	}{
		{"first packet", 200 * time.Millisecond, false, 0, 40 * time.Millisecond},
		{"delay", 200 * time.Millisecond, true, 195 * time.Millisecond, 210 * time.Millisecond},
		{"at once", 0, true, 0, time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, func(a, _ *Config) { a.Secure.StartDelay = tt.delay })
				r.loseRTP(r.callee).Store(tt.silent)
				var hello atomic.Int64
				begin := time.Now()
				r.net.Tap(func(p memnet.Packet) {
					if isInfo(p.Data) && hello.Load() == 0 {
						hello.Store(int64(time.Since(begin)))
					}
				})
				out, in := r.dial(true)
				acked := time.Since(begin)
				time.Sleep(time.Second)
				if got := time.Duration(hello.Load()) - acked; got < tt.least || got > tt.most {
					t.Errorf("hello %v after the ACK, want %v to %v", got, tt.least, tt.most)
				}
				out.Hangup()
				<-in.Done()
				r.close()
			})
		})
	}
}
