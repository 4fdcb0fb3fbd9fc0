package ua

import (
	"testing"
	"time"
)

// Requests that arrive in the wrong order are taken in that of their numbers; a number
// that never comes holds up the next one for a moment only, and one that comes after
// that is refused (RFC 3261 12.2.2).
func TestOvertakenRequests(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		in, ok := p.reached(r, "")
		p.on(ok, "OPTIONS", 4, "", "")
		p.on(ok, "INFO", 3, "", "")
		p.on(ok, "NOTIFY", 2, "", "")
		for _, want := range []string{"2 NOTIFY", "3 INFO", "4 OPTIONS"} {
			p.next("SIP/2.0 200").wants(t, "CSeq", want)
		}
		begin := time.Now()
		p.on(ok, "OPTIONS", 8, "", "")
		p.on(ok, "OPTIONS", 6, "", "")
		p.next("SIP/2.0 200").wants(t, "CSeq", "6 OPTIONS")
		p.next("SIP/2.0 200").wants(t, "CSeq", "8 OPTIONS")
		if waited := time.Since(begin); waited != overtakenWait {
			t.Errorf("a missing number held up the next one for %v", waited)
		}
		p.on(ok, "OPTIONS", 5, "", "")
		p.next("SIP/2.0 500").wants(t, "CSeq", "5 OPTIONS")
		in.Hangup()
		p.reply(p.next("BYE"), "200 OK", "", "", "")
		p.end(r)
	})
}

// What waits at the end of a call is told so.
func TestOvertakingAtTheEnd(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		in, ok := p.reached(r, "")
		p.on(ok, "OPTIONS", 9, "", "")
		time.Sleep(time.Millisecond)
		p.on(ok, "BYE", 2, "", "")
		p.next("SIP/2.0 481").wants(t, "CSeq", "9 OPTIONS")
		p.next("SIP/2.0 200").wants(t, "CSeq", "2 BYE")
		<-in.Done()
		p.end(r)
	})
}

// A request that waits while the call ends is answered all the same: nobody repeats a
// BYE for half a minute because it crossed ours.
func TestRequestAtTheEnd(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, p := scriptedCaller(t, nil)
		in, ok := p.reached(r, "")
		in.post(func() {
			p.on(ok, "BYE", 2, "", "")
			time.Sleep(10 * time.Millisecond)
			in.finish(Ended{By: Local, Cause: CauseHangup})
		})
		p.next("SIP/2.0 481").wants(t, "CSeq", "2 BYE")
		<-in.Done()
		p.end(r)
	})
}
