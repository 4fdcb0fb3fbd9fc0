package ua

import (
	"bytes"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"star18/audio/measure"
	"star18/audio/rtpstream/memnet"
	"star18/ua/sdp"
)

// Hold and resume in a secured call: nothing clear in between, the same SSRC,
// counters going on, and both ends hear each other again.
func TestHoldSecured(t *testing.T) {
	for _, byCaller := range []bool{true, false} {
		virtual(t, func(t *testing.T) {
			r := newRig(t, nil)
			sent := r.watchRTP()
			out, in := r.dial(true)
			time.Sleep(4 * time.Second)
			holder, held := out, r.callee
			if !byCaller {
				holder, held = in, r.caller
			}
			if err := holder.Hold(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(3 * time.Second)
			if got := must[Held](held); got.By != string(Remote) {
				t.Errorf("%+v", got)
			}
			before := len(sent(held.addr.Addr()))
			time.Sleep(time.Second)
			if after := len(sent(held.addr.Addr())); after != before {
				t.Errorf("the held end sent %d packets", after-before)
			}
			if err := holder.Resume(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(3 * time.Second)
			checkAlive(t, r)
			checkSwitch(t, "caller", sent(r.caller.addr.Addr()))
			checkSwitch(t, "callee", sent(r.callee.addr.Addr()))
			out.Hangup()
			<-in.Done()
			r.close()
			if e := out.Ended(); e.Secure != SecureDone || e.Rx.Rejected != 0 {
				t.Errorf("%+v", e)
			}
		})
	}
}

// A hold before the second stage: it waits for the resumption (specification
// section 2).
func TestHoldDelaysStage(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, _ *Config) { a.Secure.StartDelay = 2 * time.Second })
		r.loseRTP(r.callee).Store(true)
		out, in := r.dial(true)
		if err := in.Hold(); err != nil {
			t.Fatal(err)
		}
		r.net.SetFilter(nil)
		time.Sleep(10 * time.Second)
		if count[Securing](r.caller) != 0 {
			t.Error("the second stage began on hold")
		}
		if err := in.Resume(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		if count[Secured](r.caller) != 1 || count[Secured](r.callee) != 1 {
			t.Errorf("caller %v, callee %v", r.caller.names(), r.callee.names())
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// Both ends hold in the same moment: 491 for both, and the waits of RFC 3261
// 14.1 let first one and then the other through.
func TestGlare(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		out, in := r.dial(false)
		time.Sleep(time.Second)
		errs := make(chan error, 2)
		go func() { errs <- out.Hold() }()
		go func() { errs <- in.Hold() }()
		for range 2 {
			if err := <-errs; err != nil {
				t.Errorf("hold: %v", err)
			}
		}
		time.Sleep(time.Second)
		for _, c := range []*Call{out, in} {
			if err := c.Resume(); err != nil {
				t.Errorf("resume: %v", err)
			}
		}
		time.Sleep(2 * time.Second)
		checkAlive(t, r)
		out.Hangup()
		<-in.Done()
		if err := out.Hold(); !errors.Is(err, ErrNotUp) {
			t.Errorf("hold after the end: %v", err)
		}
		r.close()
	})
}

// A peer that refuses the re-INVITE loses nothing: the call goes on as it was.
func TestHoldRefused(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, _ *Config) {
			tamper(a, func(msg []byte) []byte {
				if bytes.HasPrefix(msg, []byte("INVITE")) && !bytes.Contains(msg, []byte("CSeq: 1 INVITE")) {
					return withBody(msg, bytes.Replace(bodyOf(msg), []byte("RTP/AVP"), []byte("RTP/SAVP"), 1))
				}
				return msg
			})
		})
		out, in := r.dial(true)
		time.Sleep(3 * time.Second)
		if err := out.Hold(); err == nil {
			t.Error("held although the peer refused")
		}
		time.Sleep(2 * time.Second)
		if got := measure.LevelAt(r.caller.heard.last(time.Second), 8000, calleeTone); got < -14 {
			t.Errorf("caller hears %.1f dBm0", got)
		}
		in.Hangup()
		<-out.Done()
		r.close()
	})
}

// A re-INVITE with another codec and packet time in a secured call: the same
// SSRC, keys and counters go on, nothing leaves in clear, both hear each other.
func TestCodecChangeSecured(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, _ *Config) { a.Codecs = []string{"PCMU"} })
		sent := r.watchRTP()
		out, in := r.dial(true)
		time.Sleep(3 * time.Second)
		changed := make(chan struct{})
		out.post(func() {
			r.caller.cfg.RTP.Ptime = 30 * time.Millisecond
			r.caller.formats = slices.DeleteFunc(slices.Clone(r.callee.formats), func(c sdp.Codec) bool { return c.Name == "PCMU" })
			close(changed)
		})
		<-changed
		if err := out.Hold(); err != nil {
			t.Fatal(err)
		}
		if err := out.Resume(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		checkAlive(t, r)
		for _, e := range []*end{r.caller, r.callee} {
			packets := sent(e.addr.Addr())
			first, last := packets[0], packets[len(packets)-1]
			if pt := last.data[1] & 0x7f; pt != 8 || len(last.data) != 12+240+10 || last.ssrc() != first.ssrc() {
				t.Errorf("%s ends with payload type %d, %d octets, SSRC %x after %x", e.user, pt, len(last.data), last.ssrc(), first.ssrc())
			}
			protected := false
			for i, p := range packets {
				switch {
				case len(p.data) == 12+160+10 || len(p.data) == 12+240+10:
					protected = true
				case protected:
					t.Fatalf("%s: packet %d has %d octets after the switch", e.user, i, len(p.data))
				}
			}
		}
		out.Hangup()
		<-in.Done()
		r.close()
		if e := out.Ended(); e.Secure != SecureDone || e.Rx.Rejected != 0 {
			t.Errorf("%+v", e)
		}
	})
}

// Both forms of our hold are a hold for the other end, whichever it uses itself,
// and end with the sound back in both directions. Two holds need two resumptions.
func TestHoldForms(t *testing.T) {
	for _, forms := range [][2]HoldForm{{HoldSendOnly, HoldZero}, {HoldZero, HoldSendOnly}, {HoldZero, HoldZero}} {
		virtual(t, func(t *testing.T) {
			var zero, sendonly atomic.Int32
			r := newRig(t, func(a, b *Config) { a.Hold, b.Hold = forms[0], forms[1] })
			r.net.Tap(func(p memnet.Packet) {
				if bytes.HasPrefix(p.Data, []byte("INVITE")) && bytes.Contains(p.Data, []byte("c=IN IP4 0.0.0.0")) {
					zero.Add(1)
				}
				if bytes.HasPrefix(p.Data, []byte("INVITE")) && bytes.Contains(p.Data, []byte("a=sendonly")) {
					sendonly.Add(1)
				}
			})
			out, in := r.dial(true)
			time.Sleep(3 * time.Second)
			for i, c := range []*Call{out, in} {
				if err := c.Hold(); err != nil {
					t.Fatalf("hold %d: %v", i, err)
				}
				time.Sleep(time.Second)
			}
			if count[Held](r.caller) != 2 || count[Held](r.callee) != 2 {
				t.Errorf("caller %v, callee %v", r.caller.names(), r.callee.names())
			}
			want := int32(0)
			for _, f := range forms {
				if f == HoldZero {
					want++
				}
			}
			if zero.Load() != want || sendonly.Load() != 2 {
				t.Errorf("%d holds by address, %d by direction", zero.Load(), sendonly.Load())
			}
			if err := out.Resume(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			if level := measure.LevelAt(r.callee.heard.last(500*time.Millisecond), 8000, callerTone); level > -50 {
				t.Errorf("a callee who holds hears %.1f dBm0", level)
			}
			if err := in.Resume(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(3 * time.Second)
			checkAlive(t, r)
			out.Hangup()
			<-in.Done()
			r.close()
			if e := out.Ended(); e.Secure != SecureDone || e.Rx.Rejected != 0 {
				t.Errorf("%+v", e)
			}
		})
	}
}

// The answer to our resumption says whether the other side holds, too: it may have
// ended its own hold with ours, or begun one.
func TestResumptionTellsOfTheirHold(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		in, ok := p.reached(r, "")
		turned := func(change func() error, answer string) {
			done := make(chan error, 1)
			go func() { done <- change() }()
			p.reply(p.next("INVITE"), "200 OK", "", p.contact(), p.sound(20000, "a="+answer+"\r\n"))
			p.next("ACK")
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		p.on(ok, "INVITE", 2, p.contact(), p.sound(20000, "a=sendonly\r\n"))
		p.next("SIP/2.0 200")
		p.on(ok, "ACK", 2, "", "")
		for _, resumed := range []struct {
			answer string
			held   bool
		}{{"sendonly", true}, {"sendrecv", false}, {"inactive", true}} {
			turned(in.Hold, "inactive")
			turned(in.Resume, resumed.answer)
			if got := in.Info().HeldByPeer; got != resumed.held {
				t.Errorf("held by the peer: %t after the answer %s", got, resumed.answer)
			}
		}
		if held, resumed := count[Held](r.callee), count[Resumed](r.callee); held != 3+2 || resumed != 3+1 {
			t.Errorf("%v", r.callee.names())
		}
		in.Hangup()
		p.reply(p.next("BYE"), "200 OK", "", "", "")
		p.end(r)
	})
}
