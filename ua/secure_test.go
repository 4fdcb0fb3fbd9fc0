package ua

import (
	"testing"
	"time"

	"star18/audio/measure"
	"star18/securecall"
)

// The whole of a secured call, as both ends tell it and as the wire shows it.
func TestSecureCall(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		sent := r.watchRTP()
		out, in := r.dial(true)
		time.Sleep(4 * time.Second)

		a, b := must[Secured](r.caller), must[Secured](r.callee)
		if a.Name != "$Joe Smith" || a.Number != calleeUser || !a.Proven {
			t.Errorf("caller sees %+v", a)
		}
		if b.Name != "$Test Caller" || b.Number != callerUser || b.Proven {
			t.Errorf("callee sees %+v: a caller proves nothing", b)
		}
		if a.MS > 100 || b.MS > 100 {
			t.Errorf("secured after %d and %d ms on a network without delay", a.MS, b.MS)
		}
		out.Hangup()
		<-out.Done()
		<-in.Done()
		r.close()

		sameEvents(t, r.caller, "dialing ringing answered securing secured tone ended")
		sameEvents(t, r.callee, "incoming answered securing secured tone ended")
		if e := out.Ended(); e.Secure != SecureDone || e.Cause != CauseHangup || e.By != Local {
			t.Errorf("caller ended %+v", e)
		}
		if e := in.Ended(); e.Secure != SecureDone || e.By != Remote {
			t.Errorf("callee ended %+v", e)
		}
		for _, host := range []string{"caller", "callee"} {
			from := map[string]*end{"caller": r.caller, "callee": r.callee}[host]
			checkSwitch(t, host, sent(from.addr.Addr()))
		}
	})
}

// checkSwitch: one SSRC, sequence numbers without a gap, and after the first
// packet that is longer by the tag of 10 octets never a clear one again.
func checkSwitch(t *testing.T, host string, packets []rtpPacket) {
	t.Helper()
	const clearLen, protectedLen = 12 + 160, 12 + 160 + 10
	protected, first := 0, packets[0]
	for i, p := range packets {
		if p.ssrc() != first.ssrc() {
			t.Fatalf("%s changed its SSRC", host)
		}
		if seq, want := uint16(p.data[2])<<8|uint16(p.data[3]), uint16(first.data[2])<<8+uint16(first.data[3])+uint16(i); seq != want {
			t.Fatalf("%s: sequence number %d, want %d", host, seq, want)
		}
		switch {
		case len(p.data) == protectedLen:
			protected++
		case len(p.data) != clearLen || protected > 0:
			t.Fatalf("%s: packet %d has %d octets after %d protected ones", host, i, len(p.data), protected)
		}
	}
	if protected < 100 {
		t.Errorf("%s sent %d protected packets", host, protected)
	}
}

// Each end hears the other's tone through SRTP, and its own secure tone mixed
// under it: 397 Hz 2.0 s after the switch, 507 Hz 0.3 s later.
func TestSecureSound(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		out, in := r.dial(true)
		for count[Secured](r.caller) == 0 || count[Secured](r.callee) == 0 {
			time.Sleep(5 * time.Millisecond)
		}
		time.Sleep(3 * time.Second)
		for _, tt := range []struct {
			e    *end
			hear float64
		}{{r.caller, calleeTone}, {r.callee, callerTone}} {
			pcm := tt.e.heard.last(2900 * time.Millisecond)
			if got := measure.LevelAt(pcm, 8000, tt.hear); got < -14 || got > -9 {
				t.Errorf("%s hears %.0f Hz at %.1f dBm0, want about -10", tt.e.user, tt.hear, got)
			}
			for _, beep := range []struct {
				hz         float64
				at, length int
			}{{397, 1900, 200}, {507, 2200, 100}} {
				bursts := measure.FindBursts(pcm, 8000, beep.hz)
				if len(bursts) != 1 || !near(bursts[0].StartMS, beep.at, 50) || !near(bursts[0].EndMS-bursts[0].StartMS, beep.length, 40) {
					t.Errorf("%s: %.0f Hz at %v, want %v ms from %v", tt.e.user, beep.hz, bursts, beep.length, beep.at)
				}
			}
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

func near(got, want, tolerance int) bool { return got > want-tolerance && got < want+tolerance }

func TestClearCallStaysSilentAboutSecurity(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		out, in := r.dial(false)
		time.Sleep(3 * time.Second)
		in.Hangup()
		<-out.Done()
		r.close()
		sameEvents(t, r.caller, "dialing ringing answered ended")
		sameEvents(t, r.callee, "incoming answered ended")
		if e := out.Ended(); e.Secure != SecureNever {
			t.Errorf("secure %q", e.Secure)
		}
	})
}

// Whatever goes wrong with security, the call stays up in clear and the reason
// is told once, at the ends that are concerned.
func TestStaysInClear(t *testing.T) {
	for _, tt := range []struct {
		name           string
		change         func(caller, callee *Config)
		caller, callee securecall.Reason
	}{
		{"callee has no identity", func(_, b *Config) { b.Secure.Identity = nil }, securecall.PeerRefused, securecall.NoIdentity},
		{"callee's service is off", func(_, b *Config) { b.Secure.Service = false }, securecall.PeerRefused, securecall.ServiceOff},
		{"caller has no identity", func(a, _ *Config) { a.Secure.Identity = nil }, securecall.NoIdentity, ""},
		{"caller's service is off", func(a, _ *Config) { a.Secure.Service = false }, securecall.ServiceOff, ""},
		{"callee cannot remember keys", func(_, b *Config) { b.Secure.Replay = nil }, securecall.PeerRefused, securecall.LocalError},
	} {
		t.Run(tt.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, tt.change)
				out, in := r.dial(true)
				time.Sleep(40 * time.Second)
				checkReason(t, r.caller, tt.caller)
				checkReason(t, r.callee, tt.callee)
				checkAlive(t, r)
				out.Hangup()
				<-in.Done()
				r.close()
			})
		})
	}
}

func checkReason(t *testing.T, e *end, want securecall.Reason) {
	t.Helper()
	if n := count[NotSecured](e); want == "" {
		if n != 0 {
			t.Errorf("%s was told not_secured: %+v", e.user, must[NotSecured](e))
		}
		return
	} else if n != 1 {
		t.Errorf("%s was told not_secured %d times", e.user, n)
		return
	}
	if got := must[NotSecured](e); got.Reason != want {
		t.Errorf("%s was told %+v, want %s", e.user, got, want)
	}
}

// checkAlive: both ends hear the other's tone in clear.
func checkAlive(t *testing.T, r *rig) {
	t.Helper()
	for e, hz := range map[*end]float64{r.caller: calleeTone, r.callee: callerTone} {
		if got := measure.LevelAt(e.heard.last(time.Second), 8000, hz); got < -14 {
			t.Errorf("the call is not alive: %s hears %.0f Hz at %.1f dBm0", e.user, hz, got)
		}
	}
}
