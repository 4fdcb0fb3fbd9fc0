package ua

import (
	"slices"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/securecall"
	"star18/securecall/replayfile"
)

// A recorded Hello and Final, played again in a later call to a callee that was
// restarted in between, are refused: nothing else in the protocol is fresh.
func TestReplayAcrossRestart(t *testing.T) {
	dir := t.TempDir()
	var recorded [][]byte
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, b *Config) {
			b.Secure.Replay = good(replayfile.Open(dir, b.Secure.Identity.Fingerprint()))
			tamper(a, func(msg []byte) []byte {
				if isInfo(msg) {
					recorded = append(recorded, slices.Clone(bodyOf(msg)))
				}
				return msg
			})
		})
		out, in := r.dial(true)
		time.Sleep(2 * time.Second)
		if count[Secured](r.callee) != 1 || len(recorded) != 2 {
			t.Fatalf("callee %v, %d messages", r.callee.names(), len(recorded))
		}
		out.Hangup()
		<-in.Done()
		r.close()
	})
	virtual(t, func(t *testing.T) {
		played := 0
		r := newRig(t, func(a, b *Config) {
			b.Secure.Replay = good(replayfile.Open(dir, b.Secure.Identity.Fingerprint()))
			a.Secure.Wire.Final = securecall.Split
			tamper(a, func(msg []byte) []byte {
				if isInfo(msg) {
					msg = withBody(msg, recorded[played])
					played++
				}
				return msg
			})
		})
		out, in := r.dial(true)
		time.Sleep(5 * time.Second)
		checkReason(t, r.callee, securecall.Replayed)
		checkReason(t, r.caller, securecall.PeerRefused)
		if got := must[NotSecured](r.callee); got.Status != 488 {
			t.Errorf("%+v", got)
		}
		checkAlive(t, r)
		out.Hangup()
		<-in.Done()
		r.close()
	})
}

// Nothing in the dialog can re-key a secured call, or make it less secure: a
// Hello or a Final that comes after the switch is refused.
func TestNoSecondKey(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, nil)
		sent := r.watchRTP()
		out, in := r.dial(true)
		time.Sleep(2 * time.Second)
		done := make(chan int, 2)
		out.post(func() {
			again, refusal := securecall.NewCaller(securecall.CallerConfig{
				Identity: r.caller.cfg.Secure.Identity, Wire: securecall.DefaultWire(), ExpectUserID: calleeUser,
			})
			if refusal != nil {
				panic(refusal)
			}
			out.exchange(func() *sip.Request {
				req := out.dlg.Request(sip.INFO)
				setBody(req, r.caller.cfg.Secure.Wire.ContentType, again.Hello(12345))
				return req
			}, func(res *sip.Response, err error) { done <- res.StatusCode })
		})
		if status := <-done; status != 488 {
			t.Errorf("a second Hello was answered with %d", status)
		}
		time.Sleep(2 * time.Second)
		checkAlive(t, r)
		checkSwitch(t, "callee", sent(r.callee.addr.Addr()))
		out.Hangup()
		<-in.Done()
		r.close()
		if e := in.Ended(); e.Secure != SecureDone || count[NotSecured](r.callee) != 0 {
			t.Errorf("%+v %v", e, r.callee.names())
		}
	})
}
