package ua

import (
	"errors"
	"slices"
	"testing"
	"time"

	"star18/audio/measure"
)

// Three ends in a conference mixed at one of them: everybody hears both others
// and not himself, by their tones. One call is secured and one is not, which is
// said; each keeps its own security. Who leaves is missed by the others only.
func TestConference(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, nil)
		a, b, c := tr.caller, tr.callee, tr.third
		ab, ba := a.call(b, true)
		cb, bc := c.call(b, false)
		if err := b.Conference(ba, bc); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		a.hears(b, c)
		b.hears(a, c)
		c.hears(a, b)
		got := must[Conference](b)
		if !got.Mixed || !slices.Equal(got.Calls, []string{ba.ID(), bc.ID()}) {
			t.Errorf("%+v", got)
		}
		for _, i := range b.Calls() {
			if !i.Active || !i.Conference || i.HeldByUs {
				t.Errorf("%+v", i)
			}
		}
		if lastOf[TonePlayed](b).Name != "conference" {
			t.Errorf("%v", b.names())
		}
		if at := measure.LevelAt(a.heard.last(time.Second), 8000, 350); at > -45 {
			t.Errorf("the other side hears the tone at %.1f dBm0", at)
		}
		cb.Hangup()
		<-bc.Done()
		time.Sleep(time.Second)
		a.hears(b)
		b.hears(a)
		if over := lastOf[Conference](b); len(over.Calls) != 0 || over.Mixed {
			t.Errorf("%+v", over)
		}
		ab.Hangup()
		<-ba.Done()
		tr.close()
		if e := ab.Ended(); e.Secure != SecureDone || e.Rx.Rejected != 0 {
			t.Errorf("%+v", e)
		}
	})
}

// Both calls are secured: nothing is mixed into the clear.
func TestSecuredConference(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, nil)
		a, b, c := tr.caller, tr.callee, tr.third
		_, ba := a.call(b, true)
		_, bc := c.call(b, true)
		if err := b.Conference(bc, ba); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		a.hears(b, c)
		c.hears(a, b)
		if got := must[Conference](b); got.Mixed {
			t.Errorf("%+v", got)
		}
		tr.close()
	})
}

// A member is spoken to alone, and comes back; the other one hears nothing of
// that, and a call that waits stays outside.
func TestConferenceHoldsOne(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, nil)
		a, b, c := tr.caller, tr.callee, tr.third
		_, ba := a.call(b, false)
		_, bc := c.call(b, false)
		for range 2 {
			if err := b.Conference(ba, bc); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * time.Second)
			a.hears(b, c)
			if err := bc.Hold(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * time.Second)
			a.hears(b)
			b.hears(a)
			c.hears()
		}
		if err := bc.Resume(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		a.hears()
		b.hears(c)
		if err := b.Conference(ba); !errors.Is(err, ErrNoOther) {
			t.Error(err)
		}
		bc.Hangup()
		<-bc.Done()
		if err := b.Conference(ba, bc); !errors.Is(err, ErrNotUp) {
			t.Error(err)
		}
		tr.close()
	})
}

// A call that cannot be resumed any more leaves the conference as it was.
func TestConferenceOutlivesAFailedResume(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, nil)
		a, b, c := tr.caller, tr.callee, tr.third
		_, gone := a.call(b, false)
		gone.Hangup()
		<-gone.Done()
		_, ba := a.call(b, false)
		_, bc := c.call(b, false)
		if err := b.Conference(ba, bc); err != nil {
			t.Fatal(err)
		}
		if err := gone.Resume(); !errors.Is(err, ErrNotUp) {
			t.Error(err)
		}
		time.Sleep(2 * time.Second)
		a.hears(b, c)
		b.hears(a, c)
		tr.close()
	})
}

// The user who made the conference leaves it and connects the others.
func TestConferenceBecomesTransfer(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, allowRefer)
		a, b, c := tr.caller, tr.callee, tr.third
		_, ba := a.call(b, false)
		_, bc := c.call(b, false)
		if err := b.Conference(ba, bc); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		if err := ba.TransferTo(bc); err != nil {
			t.Fatal(err)
		}
		<-ba.Done()
		<-bc.Done()
		time.Sleep(3 * time.Second)
		a.hears(c)
		c.hears(a)
		b.hears()
		tr.close()
	})
}
