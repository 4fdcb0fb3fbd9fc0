package ua

import (
	"bytes"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"star18/audio/rtpstream/memnet"
	"star18/ua/refer"
)

// story is what an end told of transfers.
func (e *end) story() []Transfer {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []Transfer
	for _, ev := range e.events {
		if t, ok := ev.(Transfer); ok {
			out = append(out, t)
		}
	}
	return out
}

func allowRefer(a, b, c *Config) {
	for _, cfg := range []*Config{a, b, c} {
		cfg.Calls.Refer = ReferAllow
	}
}

// The caller transfers the callee to a third line (RFC 5589 6.1): hold, REFER,
// the news, BYE; the callee speaks to the third line then. The call was secured,
// so the new one is wanted secure; it begins in clear, says so, and runs a second
// stage of its own, with keys of its own.
func TestBlindTransferOfASecuredCall(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, allowRefer)
		a, b, c := tr.caller, tr.callee, tr.third
		ab, ba := a.call(b, true)
		if err := ab.Transfer(Target{Number: thirdUser}); err != nil {
			t.Fatal(err)
		}
		cb := c.ring()
		time.Sleep(3 * time.Second)
		a.hears()
		b.hears()
		if got := ab.Info(); !got.HeldByUs || got.Active {
			t.Errorf("%+v", got)
		}
		if err := cb.Answer(); err != nil {
			t.Fatal(err)
		}
		<-ab.Done()
		<-ba.Done()
		time.Sleep(4 * time.Second)
		b.hears(c)
		c.hears(b)
		a.hears()
		checkStory(t, a, Transferor, 100, 180, 200)
		checkStory(t, b, Transferee, 0, 180, 200)
		placed := b.story()[0]
		if !placed.SecureLost || placed.NewCall == "" || placed.Target != "sip:"+thirdUser+"@"+labDomain {
			t.Errorf("%+v", placed)
		}
		bc := ba.Successor()
		if bc == nil || bc.ID() != placed.NewCall || ab.Successor() != nil {
			t.Fatalf("successor %v", bc)
		}
		if e := ab.Ended(); e.Cause != CauseTransferred || e.Secure != SecureDone {
			t.Errorf("%+v", e)
		}
		if count[Secured](b) != 2 || lastOf[Secured](b).Number != thirdUser || count[Secured](c) != 1 {
			t.Errorf("the new call is not secured: %v", b.names())
		}
		bc.Hangup()
		<-cb.Done()
		tr.close()
		// The other side's first packet, still in clear, may come when there are keys
		// already: it continues no stream that was heard before, and is refused.
		if e := cb.Ended(); e.Secure != SecureDone || e.Rx.Rejected > 1 {
			t.Errorf("%+v", e)
		}
	})
}

// checkStory: the transfer passed through these states and is done.
func checkStory(t *testing.T, e *end, role TransferRole, states ...int) {
	t.Helper()
	story := e.story()
	var got []int
	for _, s := range story {
		if s.Status != 202 { // which the first NOTIFY may overtake
			got = append(got, s.Status)
		}
		if s.Role != role {
			t.Errorf("%s: %+v", e.user, s)
		}
	}
	if len(got) != len(states) || !story[len(story)-1].Done {
		t.Fatalf("%s: %+v, want %v", e.user, story, states)
	}
	for i := range got {
		if got[i] != states[i] {
			t.Errorf("%s: %v, want %v", e.user, got, states)
		}
	}
}

// A call in clear stays in clear behind a transfer, and one that was not wanted
// secure does not become so.
func TestTransferOfAClearCallStaysClear(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, allowRefer)
		a, b, c := tr.caller, tr.callee, tr.third
		ab, ba := a.call(b, false)
		// The callee transfers this time.
		if err := ba.Transfer(Target{Number: thirdUser}); err != nil {
			t.Fatal(err)
		}
		cb := c.ring()
		if err := cb.Answer(); err != nil {
			t.Fatal(err)
		}
		<-ab.Done()
		time.Sleep(4 * time.Second)
		a.hears(c)
		c.hears(a)
		if got := a.story()[0]; got.SecureLost || count[Securing](a)+count[NotSecured](a) != 0 {
			t.Errorf("%+v %v", got, a.names())
		}
		if name := lastOf[Transfer](a).By; name != "<sip:"+calleeUser+"@"+labDomain+">" {
			t.Errorf("referred by %q", name)
		}
		tr.close()
	})
}

// The target is busy, or does not answer: both ends learn it, and the call goes
// on between them, secured as before.
func TestTransferFails(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, allowRefer)
		a, b, c := tr.caller, tr.callee, tr.third
		ab, _ := a.call(b, true)
		if err := ab.Transfer(Target{Number: thirdUser}); err != nil {
			t.Fatal(err)
		}
		cb := c.ring()
		time.Sleep(time.Second)
		cb.Reject(486)
		time.Sleep(5 * time.Second)
		checkStory(t, a, Transferor, 100, 180, 486)
		checkStory(t, b, Transferee, 0, 180, 486)
		a.hears(b)
		b.hears(a)
		if i := ab.Info(); i.Secure != SecureDone || i.HeldByUs || !i.Active || len(b.Calls()) != 1 {
			t.Errorf("%+v", i)
		}
		tr.close()
	})
}

// calls.refer: refuse says 603; so does ask where nobody can be asked, which is
// the default. The call goes on.
func TestTransferIsRefused(t *testing.T) {
	for _, policy := range []ReferPolicy{ReferRefuse, ReferAsk, ""} {
		virtual(t, func(t *testing.T) {
			tr := newTrio(t, func(_, b, _ *Config) { b.Calls.Refer = policy })
			a, b := tr.caller, tr.callee
			ab, _ := a.call(b, false)
			if err := ab.Transfer(Target{Number: thirdUser}); !errors.Is(err, errReferRefused) {
				t.Errorf("%q: %v", policy, err)
			}
			time.Sleep(3 * time.Second)
			a.hears(b)
			b.hears(a)
			if got := lastOf[Transfer](b); got.Status != 603 || !got.Done || got.Role != Transferee {
				t.Errorf("%+v", got)
			}
			if len(b.Calls()) != 1 || count[Incoming](tr.third) != 0 {
				t.Error("somebody was called")
			}
			tr.close()
		})
	}
}

// calls.refer: ask. The peer waits (pending), the user decides; silence is a no.
func TestTransferIsAsked(t *testing.T) {
	for _, decision := range []string{"yes", "no", ""} {
		virtual(t, func(t *testing.T) {
			tr := newTrio(t, func(_, b, _ *Config) { b.Calls.Attended = true })
			a, b, c := tr.caller, tr.callee, tr.third
			ab, ba := a.call(b, false)
			if err := ba.AcceptTransfer(); !errors.Is(err, ErrNoTransfer) {
				t.Error(err)
			}
			if err := ab.Transfer(Target{Number: thirdUser}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Second)
			if got := must[Transfer](b); !got.Asking || len(b.Calls()) != 1 {
				t.Fatalf("%+v", got)
			}
			switch decision {
			case "yes":
				if err := ba.AcceptTransfer(); err != nil {
					t.Fatal(err)
				}
				c.ring().Answer()
				<-ba.Done()
				time.Sleep(3 * time.Second)
				b.hears(c)
			case "no":
				if err := ba.RefuseTransfer(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(3 * time.Second)
				checkStory(t, a, Transferor, 100, 603)
				a.hears(b)
			default:
				time.Sleep(askLimit)
				checkStory(t, a, Transferor, 100, 603)
				a.hears(b)
			}
			tr.close()
		})
	}
}

// Attended transfer (RFC 5589 7.1): A speaks to B, consults C, and connects them.
// C's call is replaced by B's INVITE (RFC 3891), whether or not it was secured;
// C is told that who is there now is not the one who was.
func TestAttendedTransfer(t *testing.T) {
	for _, secure := range []bool{false, true} {
		virtual(t, func(t *testing.T) {
			tr := newTrio(t, allowRefer)
			a, b, c := tr.caller, tr.callee, tr.third
			ab, ba := a.call(b, secure)
			ac, ca := a.call(c, secure)
			b.hears()
			a.hears(c)
			if err := ab.TransferTo(ac); err != nil {
				t.Fatal(err)
			}
			for _, old := range []*Call{ab, ba, ac, ca} {
				<-old.Done()
			}
			time.Sleep(4 * time.Second)
			b.hears(c)
			c.hears(b)
			a.hears()
			if len(a.Calls()) != 0 || len(b.Calls()) != 1 || len(c.Calls()) != 1 {
				t.Errorf("%v %v %v", a.Calls(), b.Calls(), c.Calls())
			}
			got := must[Transfer](c)
			if got.Role != TransferTo || got.OldCall != ca.ID() || got.SecureLost != secure || got.By == "" {
				t.Errorf("%+v", got)
			}
			if in := lastOf[Incoming](c); in.Replaces != ca.ID() || in.FromNumber != calleeUser {
				t.Errorf("%+v", in)
			}
			if count[Ringing](b) != 0 {
				t.Error("it rang at the target")
			}
			cb := ca.Successor()
			if cb == nil || cb.Info().Secure != map[bool]SecureState{true: SecureDone, false: SecureNever}[secure] {
				t.Errorf("successor %v", cb)
			}
			if secure && (lastOf[Secured](c).Number != calleeUser || lastOf[Secured](b).Number != thirdUser) {
				t.Errorf("%v", c.names())
			}
			tr.close()
		})
	}
}

// Only a dialog that is there, with both its tags, is replaced (RFC 3891 3). A
// confirmed one is not for early-only; one that rings here is not ours to give.
func TestReplacesIsJudged(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, nil)
		a, b, c := tr.caller, tr.callee, tr.third
		_, ba := a.call(b, false)
		c.place(b, false)
		bc := b.ring()
		x := newStranger(t, tr.rig)
		own, other := ba.key.localTag, ba.dlg.RemoteTag()
		for _, tt := range []struct{ replaces, want string }{
			{ba.key.callID + ";to-tag=" + own + ";from-tag=guess", "481"},
			{ba.key.callID + ";to-tag=guess;from-tag=" + other, "481"},
			{ba.key.callID + ";to-tag=" + other + ";from-tag=" + own, "481"},
			{"guess;to-tag=" + own + ";from-tag=" + other, "481"},
			{ba.key.callID + ";to-tag=" + own + ";from-tag=" + other + ";early-only", "486"},
			{bc.key.callID + ";to-tag=" + bc.key.localTag + ";from-tag=" + bc.dlg.RemoteTag(), "481"},
			{ba.key.callID + ";to-tag=" + own, "400"},
			{"", "400"},
			{"a;to-tag=b;from-tag=c\r\nReplaces: a;to-tag=b;from-tag=c", "400"},
		} {
			if got := x.ask("INVITE", "Require: replaces\r\nReplaces: "+tt.replaces+"\r\n", ""); got != tt.want {
				t.Errorf("%q: %s, want %s", tt.replaces, got, tt.want)
			}
		}
		time.Sleep(2 * time.Second)
		b.hears(a)
		if len(b.Calls()) != 2 {
			t.Errorf("%+v", b.Calls())
		}
		x.close()
		tr.close()
	})
}

// Hostile REFERs: a stranger's are refused (403 outside a call, 481 with guessed
// tags), the peer's own where they are not a call to somebody.
func TestHostileRefer(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, allowRefer)
		a, b := tr.caller, tr.callee
		_, ba := a.call(b, false)
		x := newStranger(t, tr.rig)
		good := "Refer-To: <sip:" + thirdUser + "@" + labDomain + ">\r\n"
		if got := x.ask("REFER", good, ""); got != "403" {
			t.Errorf("outside a call: %s", got)
		}
		if got := x.ask("REFER", good, "guess;"+ba.key.callID); got != "481" {
			t.Errorf("with a guessed tag: %s", got)
		}
		x.from = "stranger"
		if got := x.ask("REFER", good, ba.key.localTag+";"+ba.key.callID); got != "481" {
			t.Errorf("with a wrong From tag: %s", got)
		}
		x.from, x.seq = ba.dlg.RemoteTag(), 5000 // the peer's own tags from here on
		for _, tt := range []struct{ header, want string }{
			{"", "400"},
			{good + good, "400"},
			{"Refer-To: <http://example.test/>\r\n", "416"},
			{"Refer-To: <sips:1@example.com>\r\n", "416"},
			{"Refer-To: <sip:1@example.test;method=BYE>\r\n", "403"},
			{"Refer-To: <sip:1@example.test?Route=%3Csip%3Aevil%3E>\r\n", "403"},
			{"Refer-To: <sip:1%0d%0aX%3A@example.test>\r\n", "400"},
		} {
			if got := x.ask("REFER", tt.header, ba.key.localTag+";"+ba.key.callID); got != tt.want {
				t.Errorf("%q: %s, want %s", tt.header, got, tt.want)
			}
			time.Sleep(5 * time.Second)
		}
		if got := x.ask("NOTIFY", "Event: refer\r\nSubscription-State: terminated\r\n", ba.key.localTag+";"+ba.key.callID); got != "481" {
			t.Errorf("news of a transfer that nobody asked for: %s", got)
		}
		if count[Incoming](tr.third) != 0 {
			t.Error("somebody was called")
		}
		x.close()
		tr.close()
	})
}

// A peer that wants no news of its REFER gets none (RFC 4488 4), and the transfer
// is done all the same.
func TestReferWithoutSubscription(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, allowRefer)
		a, b, c := tr.caller, tr.callee, tr.third
		_, ba := a.call(b, false)
		var notified atomic.Bool
		tr.net.Tap(func(p memnet.Packet) {
			if bytes.HasPrefix(p.Data, []byte("NOTIFY")) {
				notified.Store(true)
			}
		})
		x := newStranger(t, tr.rig) // with the tags of the peer
		x.from, x.seq = ba.dlg.RemoteTag(), 5000
		headers := "Require: norefersub\r\nRefer-Sub: false\r\nRefer-To: <sip:" + thirdUser + "@" + labDomain + ">\r\n"
		if got := x.ask("REFER", headers, ba.key.localTag+";"+ba.key.callID); got != "202" {
			t.Fatal(got)
		}
		if err := c.ring().Answer(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		b.hears(c)
		if got := x.ask("REFER", headers, ba.key.localTag+";"+ba.key.callID); got != "603" {
			t.Errorf("a second transfer of the same call: %s", got)
		}
		<-ba.Done() // by our own BYE, since the peer sends none
		if e := ba.Ended(); e.Cause != CauseTransferred || notified.Load() {
			t.Errorf("%+v, notified: %v", e, notified.Load())
		}
		x.close()
		tr.close()
	})
}

// A call of ours that still rings at the far end is replaced too (RFC 3891 3): it
// is given up by a CANCEL, and we speak to who took its place.
func TestReplacesAnEarlyDialogOfOurs(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, nil)
		a, b, c := tr.caller, tr.callee, tr.third
		ab := a.place(b, false)
		ba := b.ring()
		time.Sleep(time.Second)
		var name refer.Replaces
		_ = ab.ask(func(then func(error)) {
			for tag := range ab.out.early {
				name = refer.Replaces{CallID: ab.key.callID, ToTag: ab.key.localTag, FromTag: tag, EarlyOnly: true}
			}
			then(nil)
		})
		to := refer.Target{Scheme: refer.SIP, User: callerUser, Host: labDomain, Replaces: &name}
		uri := good(c.referredURI(to))
		ended := c.newCall(good(newMedia(c.Line))) // whoever asked for it is gone
		ended.box.close()
		ended.media.conn.Close()
		ca, err := c.Line.place(t.Context(), Target{Number: callerUser}, uri, &referral{call: ended, to: to, sounding: true})
		if err != nil {
			t.Fatal(err)
		}
		<-ca.Answered()
		<-ab.Done()
		<-ba.Done()
		time.Sleep(3 * time.Second)
		a.hears(c)
		c.hears(a)
		if e := ba.Ended(); e.Cause != CauseCancelled {
			t.Errorf("%+v", e)
		}
		if e := ab.Ended(); e.Cause != CauseTransferred || ab.Successor() == nil {
			t.Errorf("%+v", e)
		}
		tr.close()
	})
}

// The transferor hangs up without waiting for the end (which RFC 5589 6.1 allows
// it): the new call does not depend on the old one.
func TestTransferorLeavesEarly(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, allowRefer)
		a, b, c := tr.caller, tr.callee, tr.third
		ab, ba := a.call(b, false)
		if err := ab.Transfer(Target{Number: thirdUser}); err != nil {
			t.Fatal(err)
		}
		cb := c.ring()
		time.Sleep(time.Second)
		ab.Hangup()
		<-ba.Done()
		cb.Answer()
		time.Sleep(3 * time.Second)
		b.hears(c)
		c.hears(b)
		if got := lastOf[Transfer](a); !got.Done || got.Status != 180 {
			t.Errorf("%+v", got)
		}
		tr.close()
	})
}

// A REFER on a call that waits does not take the sound from the one that speaks,
// even where transfers are allowed.
func TestTransferOfAWaitingCallWaits(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, allowRefer)
		a, b, c := tr.caller, tr.callee, tr.third
		ab, ba := a.call(b, false)
		c.call(b, false)
		if err := ab.Transfer(Target{Number: thirdUser}); err != nil {
			t.Fatal(err)
		}
		cb := c.ring()
		if err := cb.Answer(); err != nil { // c holds its first call to b by this
			t.Fatal(err)
		}
		<-ba.Done()
		time.Sleep(3 * time.Second)
		if next := ba.Successor(); next == nil || next.Info().Active || !next.Info().HeldByUs {
			t.Errorf("%+v", b.Calls())
		}
		tr.close()
	})
}
