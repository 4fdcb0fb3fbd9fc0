package ua

import (
	"bytes"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"star18/audio"
	"star18/audio/measure"
)

// A second call rings into a secured one: the tone is heard at this end only,
// the answer puts the first call on hold, swapping goes back and forth, and the
// first call stays secure through all of it.
func TestCallWaiting(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, nil)
		a, b, c := tr.caller, tr.callee, tr.third
		ab, ba := a.call(b, true)
		b.hears(a)
		cb := c.place(b, false)
		bc := b.ring()
		time.Sleep(550 * time.Millisecond)
		if got := must[TonePlayed](b); got.Name != "secure" || lastOf[TonePlayed](b).Name != "call-waiting" {
			t.Errorf("tones: %v", b.names())
		}
		if !lastOf[Incoming](b).Waiting {
			t.Error("the event does not say that it rings into another call")
		}
		if here, there := measure.LevelAt(b.heard.last(time.Second), 8000, 440), measure.LevelAt(a.heard.last(time.Second), 8000, 440); here < -32 || there > -60 {
			t.Errorf("the waiting tone has %.1f dBm0 here and %.1f at the other side", here, there)
		}
		if err := bc.Answer(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		b.hears(c)
		c.hears(b)
		a.hears()
		if got := lastOf[Held](a); got.By != string(Remote) {
			t.Errorf("%+v", got)
		}
		info := b.Calls()
		if len(info) != 2 || !info[0].HeldByUs || info[0].Active || info[0].Secure != SecureDone || !info[1].Active || info[1].Secure != SecureNever || info[1].Number != thirdUser {
			t.Errorf("%+v", info)
		}
		for range 2 {
			if now, err := b.Swap(); err != nil || now != ba {
				t.Fatal(now, err)
			}
			time.Sleep(3 * time.Second)
			b.hears(a)
			a.hears(b)
			c.hears()
			if now, err := b.Swap(); err != nil || now != bc {
				t.Fatal(now, err)
			}
			time.Sleep(3 * time.Second)
			b.hears(c)
			a.hears()
		}
		cb.Hangup()
		<-bc.Done()
		if b.Calls()[0].Active {
			t.Error("a call on hold became active by itself")
		}
		if err := ba.Resume(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		b.hears(a)
		a.hears(b)
		ba.Hangup()
		<-ab.Done()
		tr.close()
		if e := ab.Ended(); e.Secure != SecureDone || e.Rx.Rejected != 0 {
			t.Errorf("%+v", e)
		}
		if _, err := b.Swap(); !errors.Is(err, ErrNoOther) {
			t.Errorf("swap of nothing: %v", err)
		}
	})
}

// The limits of a line: calls.waiting off, calls.max reached. 486 in both cases
// (RFC 3261 21.4.24).
func TestLineIsFull(t *testing.T) {
	for _, calls := range []CallsConfig{{Max: 4}, {Max: 1, Waiting: true}, {}} {
		virtual(t, func(t *testing.T) {
			tr := newTrio(t, func(_, b, _ *Config) { b.Calls = calls })
			out, in := tr.caller.call(tr.callee, false)
			refused := tr.third.place(tr.callee, false)
			<-refused.Done()
			if e := refused.Ended(); e.Status != 486 || count[Incoming](tr.callee) != 1 {
				t.Errorf("%+v", e)
			}
			out.Hangup()
			<-in.Done()
			tr.close()
		})
	}
}

// A waiting caller is told so if calls.reply_182 says it (RFC 3261 21.1.4).
func TestReply182(t *testing.T) {
	virtual(t, func(t *testing.T) {
		var seen atomic.Bool
		tr := newTrio(t, func(_, b, _ *Config) {
			b.Calls.Reply182 = true
			tamper(b, func(msg []byte) []byte {
				if bytes.HasPrefix(msg, []byte("SIP/2.0 182 ")) {
					seen.Store(true)
				}
				return msg
			})
		})
		tr.caller.call(tr.callee, false)
		if seen.Load() {
			t.Error("182 to a call that does not wait")
		}
		tr.third.place(tr.callee, false)
		tr.callee.ring()
		time.Sleep(time.Second)
		if !seen.Load() || count[Ringing](tr.third) != 1 {
			t.Errorf("182 seen: %v; %v", seen.Load(), tr.third.names())
		}
		tr.close()
	})
}

// A call that waits sounds as its Alert-Info asks (CWT1 to CWT9), and its end ends
// that tone.
func TestWaitingToneByAlertInfo(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, func(_, b, c *Config) {
			script, _ := audio.OwnTone("cwt2", "1900@-16;*(.5/.5/1)")
			b.Tones.Scripts = map[string]*audio.ToneScript{"cwt2": &script}
			tamper(c, func(msg []byte) []byte {
				return bytes.Replace(msg, []byte("\r\nExpires:"), []byte("\r\nAlert-Info: info=Bellcore-r2\r\nExpires:"), 1)
			})
		})
		tr.caller.call(tr.callee, false)
		waiting := tr.third.place(tr.callee, false)
		tr.callee.ring()
		time.Sleep(time.Second)
		if got := lastOf[TonePlayed](tr.callee); got.Name != "cwt2" {
			t.Errorf("heard %s", got.Name)
		}
		if level := measure.LevelAt(tr.callee.heard.last(time.Second), 8000, 1900); level < -25 {
			t.Errorf("the waiting tone has %.1f dBm0", level)
		}
		waiting.Hangup()
		<-waiting.Done()
		time.Sleep(1500 * time.Millisecond)
		if level := measure.LevelAt(tr.callee.heard.last(time.Second), 8000, 1900); level > -60 {
			t.Errorf("after the call has ended it has %.1f dBm0", level)
		}
		tr.close()
	})
}

// unacceptableHold makes the peer answer every hold with 488.
func unacceptableHold(msg []byte) []byte {
	if bytes.HasPrefix(msg, []byte("INVITE")) && bytes.Contains(msg, []byte("a=sendonly")) {
		return withBody(msg, bytes.Replace(bodyOf(msg), []byte("RTP/AVP"), []byte("RTP/SAVP"), 1))
	}
	return msg
}

// A peer that will not be held loses neither call: it hears silence, is not
// heard, and is back after a swap.
func TestWaitingCallWhenHoldIsRefused(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, func(_, b, _ *Config) { tamper(b, unacceptableHold) })
		a, b, c := tr.caller, tr.callee, tr.third
		a.call(b, false)
		c.call(b, false)
		b.hears(c)
		a.hears()
		if got := lastOf[Held](b); got.Detail == "" {
			t.Errorf("%+v: nothing says that the peer did not agree", got)
		}
		if _, err := b.Swap(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		b.hears(a)
		a.hears(b)
		c.hears()
		if len(b.Calls()) != 2 {
			t.Errorf("%+v", b.Calls())
		}
		tr.close()
	})
}

// Swapping faster than the peers answer ends with the call that was asked for
// last.
func TestSwapInAHurry(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, nil)
		a, b, c := tr.caller, tr.callee, tr.third
		_, ba := a.call(b, false)
		_, bc := c.call(b, false)
		done := make(chan error, 4)
		for _, call := range []*Call{ba, bc, ba, bc} {
			go func() { done <- call.Resume() }()
			time.Sleep(time.Millisecond)
		}
		for range 4 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		time.Sleep(5 * time.Second)
		b.hears(c)
		c.hears(b)
		a.hears()
		tr.close()
	})
}

// Dialling a second number puts the first call on hold; the waiting call whose
// caller gives up, and one that cannot be answered any more, change nothing.
func TestConsultation(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, nil)
		a, b, c := tr.caller, tr.callee, tr.third
		ab, _ := a.call(b, false)
		a.call(c, false)
		a.hears(c)
		b.hears()
		c.hears(a)
		if err := ab.Resume(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		a.hears(b)
		c.hears()
		late := c.place(a, false)
		in := a.ring()
		time.Sleep(time.Second)
		late.Hangup()
		<-in.Done()
		if err := in.Answer(); !errors.Is(err, ErrNotRinging) {
			t.Error(err)
		}
		time.Sleep(2 * time.Second)
		a.hears(b)
		tr.close()
	})
}

// Three calls at once, one of them secured: swapping goes round, each is heard
// alone, and all end well.
func TestThreeCallsAtOnce(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, nil)
		a, b, c := tr.caller, tr.callee, tr.third
		_, first := a.call(b, true)
		_, second := c.call(b, false)
		third, _ := b.call(c, false)
		order := []*Call{first, second, third}
		heard := [][]*end{{a}, {}, {c}} // c holds its own first call since the second
		for round := range 6 {
			now, err := b.Swap()
			if err != nil || now != order[round%3] {
				t.Fatalf("round %d: %v %v", round, now.ID(), err)
			}
			time.Sleep(2 * time.Second)
			b.hears(heard[round%3]...)
			active := 0
			for _, i := range b.Calls() {
				if i.Active {
					active++
				}
			}
			if active != 1 || len(b.Calls()) != 3 {
				t.Errorf("%+v", b.Calls())
			}
		}
		if _, err := b.Dial(t.Context(), Target{Number: callerUser}); err != nil {
			t.Errorf("a fourth call: %v", err)
		}
		if _, err := b.Dial(t.Context(), Target{Number: callerUser}); !errors.Is(err, ErrTooMany) {
			t.Errorf("a fifth call: %v", err)
		}
		tr.close()
		if e := first.Ended(); e.Secure != SecureDone || e.Rx.Rejected != 0 {
			t.Errorf("%+v", e)
		}
	})
}
