package ua

import (
	"sync/atomic"
	"testing"
	"time"

	"star18/audio"
	"star18/audio/measure"
)

// With a bell of its own a line rings there and nowhere else, and not by what its
// own calls have to say; the call has the other device. A bell that hangs holds up
// neither the answer nor the end.
func TestBell(t *testing.T) {
	for _, hangs := range []bool{false, true} {
		virtual(t, func(t *testing.T) {
			bell := &recorder{}
			var opened atomic.Int32
			r := newRig(t, func(a, b *Config) {
				a.Tones, b.Tones = allTones(), allTones()
				a.OpenRing = func(int) (audio.Device, error) {
					t.Error("the caller opened its bell")
					return nil, errNoDevice
				}
				b.OpenRing = func(rate int) (audio.Device, error) {
					if opened.Add(1); hangs {
						time.Sleep(20 * time.Second)
					}
					return bell.wrap(audio.NewSilence(rate)), nil
				}
			})
			out := r.place(false)
			in := r.ring()
			time.Sleep(1500 * time.Millisecond)
			if level := measure.Level(r.callee.heard.last(time.Second)); level != measure.Silence {
				t.Errorf("it rings at the ear, at %.0f dBm0", level)
			}
			if hz := measure.Dominant(bell.last(time.Second), 8000); !hangs && (hz < 1995 || hz > 2005) {
				t.Errorf("the bell has %.0f Hz, want 2000", hz)
			}
			start := time.Now()
			if err := in.Answer(); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took > 100*time.Millisecond {
				t.Errorf("the answer took %v", took)
			}
			time.Sleep(2 * time.Second)
			hearsHz(t, r.callee, time.Second, callerTone-5, callerTone+5)
			out.Hangup()
			<-in.Done()
			time.Sleep(time.Minute)
			r.close()
			if n := opened.Load(); n != 1 {
				t.Errorf("the bell was opened %d times, want once", n)
			}
		})
	}
}

// An invitation that says how long it holds rings no longer (RFC 3261 13.3.1), and one
// that was taken in time is not ended by it.
func TestInvitationExpires(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		begin := time.Now()
		p.invite("Expires: 30\r\n", p.sound(20000))
		in := r.ring()
		p.next("SIP/2.0 487")
		if took := time.Since(begin).Round(time.Second); took != 30*time.Second {
			t.Errorf("rang for %v", took)
		}
		<-in.Done()
		if e := in.Ended(); e.By != Remote || e.Cause != CauseCancelled {
			t.Errorf("%+v", e)
		}
		p.end(r)
	})
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		in, _ := p.reached(r, "Expires: 5\r\n")
		p.none("SIP/2.0 487", time.Minute)
		in.Hangup()
		p.reply(p.next("BYE"), "200 OK", "", "", "")
		p.end(r)
	})
}
