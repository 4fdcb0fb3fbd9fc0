package ua

import (
	"context"
	"net/netip"
	"testing"
	"time"
)

// Two lines of one person: a call by the second waits for the one by the first,
// puts it on hold when it is answered, and both can be joined. The oracle is what
// each end hears by its tone.
func TestDeskOfTwoLines(t *testing.T) {
	virtual(t, func(t *testing.T) {
		second := Config{}
		tr := newTrio(t, func(_, b, c *Config) {
			b.Desk = NewDesk()
			second = *c
			second.User, second.Listen, second.Desk = fourthUser, netip.MustParseAddrPort("192.0.2.4:5060").String(), b.Desk
		})
		a, b, c := tr.caller, tr.callee, tr.third
		d := tr.newEnd(second, 0) // its device is never opened
		d.Start()
		if err := d.AwaitRegistered(t.Context()); err != nil {
			t.Fatal(err)
		}
		ab, ba := a.call(b, true)
		cd := c.place(d, false)
		dc := d.ring()
		time.Sleep(ringTime)
		if ba.ID() != "c1" || dc.ID() != "c2" {
			t.Errorf("the calls are %s and %s", ba.ID(), dc.ID())
		}
		if !lastOf[Incoming](d).Waiting || lastOf[TonePlayed](b).Name != "call-waiting" {
			t.Errorf("it does not wait for the other line's: %v, %v", b.names(), d.names())
		}
		if err := dc.Answer(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		b.hears(c) // at the device of both
		c.hears(b)
		a.hears()
		if now, err := d.Swap(); err != nil || now != ba {
			t.Fatal(now, err)
		}
		time.Sleep(3 * time.Second)
		b.hears(a)
		c.hears()
		if err := d.Conference(ba, dc); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		a.hears(b, c)
		c.hears(a, b)
		if told := lastOf[Conference](d); len(told.Calls) != 2 || !told.Mixed {
			t.Errorf("%+v", told)
		}
		cd.Hangup()
		<-dc.Done()
		d.SetWaiting(false)
		refused := c.place(d, false)
		if <-refused.Done(); refused.Ended().Cause != CauseBusy {
			t.Errorf("without call waiting the other line is not busy: %+v", refused.Ended())
		}
		ab.Hangup()
		<-ba.Done()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if err := d.Close(ctx); err != nil {
			t.Error(err)
		}
		tr.close()
	})
}

// A line that leaves does not wait for a call by another line of the desk.
func TestDeskLeft(t *testing.T) {
	virtual(t, func(t *testing.T) {
		tr := newTrio(t, func(_, b, c *Config) { b.Desk = NewDesk(); c.Desk = b.Desk })
		_, ba := tr.caller.call(tr.callee, false)
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if err := tr.third.Close(ctx); err != nil || time.Since(began) > time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		tr.callee.hears(tr.caller)
		ba.Hangup()
		<-ba.Done()
		for _, e := range []*end{tr.caller, tr.callee} {
			if err := e.Close(ctx); err != nil {
				t.Error(err)
			}
		}
		tr.lab.Close()
		time.Sleep(time.Minute)
	})
}
