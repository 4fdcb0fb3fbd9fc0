//go:build interop && linux

package main

import (
	"fmt"
	"testing"
	"time"
)

// recoverWithin is how long after the end of a fault the line must be
// reachable, and give is when the test stops asking.
const (
	recoverWithin = 3 * time.Second
	giveUpAsking  = 20 * time.Second
)

// long is a fault's length, or its short form.
func long(full, short time.Duration) time.Duration {
	if testing.Short() {
		return short
	}
	return full
}

// registered is a site of two namespaces with a telephone that waits for calls,
// and somebody who asks for it.
func (s *site) registered(t *testing.T) (p *pair, stop func(), near *phone, ask *asker) {
	t.Helper()
	p = s.pair(t)
	stop = p.far.kamailio(t)
	near = p.near.phone(t, options{user: calleeUser, hz: calleeHz, args: []string{"answer", "--count", "1"}})
	near.await("registered")
	ask = p.asker(t, kamailioIP, calleeUser)
	ask.reachable(t, time.Now(), recoverWithin)
	return p, stop, near, ask
}

// recovered asserts and tells how long it took, and that a call works.
func recovered(t *testing.T, p *pair, near *phone, ask *asker, since time.Time) string {
	t.Helper()
	took := ask.reachable(t, since, giveUpAsking)
	if took > recoverWithin {
		t.Errorf("reachable again after %v, want %v", took.Round(time.Millisecond), recoverWithin)
	}
	far := p.far.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", "*18" + calleeUser, "--for", "1s"}})
	far.exits(exitDone)
	if end := far.one("ended"); end.Secure != "secured" || end.Cause != "hangup" {
		t.Errorf("the call after it ended %s, %v", end.Cause, end.Secure)
	}
	near.exits(exitDone)
	return fmt.Sprintf("reachable again after %.2f s, and secured", took.Seconds())
}

func linkDown(t *testing.T, s *site) string {
	p, _, near, ask := s.registered(t)
	down := long(30*time.Second, 6*time.Second)
	p.ip(t, "link set v1 down")
	time.Sleep(down)
	p.ip(t, "link set v1 up")
	return fmt.Sprintf("link down %v: %s", down, recovered(t, p, near, ask, time.Now()))
}

// registrarDead: it comes back with no memory of anybody.
func registrarDead(t *testing.T, s *site) string {
	p, stop, near, ask := s.registered(t)
	dead := long(75*time.Second, 8*time.Second)
	stop()
	time.Sleep(dead)
	p.far.kamailio(t)
	return fmt.Sprintf("registrar dead %v, locations lost: %s", dead, recovered(t, p, near, ask, time.Now()))
}

// newAddress is another lease of the same network.
const newAddress = "10.99.0.77"

func addressChanged(t *testing.T, s *site) string {
	p, _, near, ask := s.registered(t)
	p.ip(t, "addr del "+phoneIP+"/24 dev v1")
	p.ip(t, "addr add "+newAddress+"/24 dev v1")
	return "address changed: " + recovered(t, p, near, ask, time.Now())
}

// addressChangedInCall: both hear each other again, and the end of the call
// reaches the other side.
func addressChangedInCall(t *testing.T, s *site) string {
	p := s.pair(t)
	p.far.kamailio(t)
	far := p.far.phone(t, options{user: calleeUser, hz: calleeHz, args: []string{"answer", "--count", "1"}})
	far.await("registered")
	near := p.near.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", "*18" + calleeUser}})
	near.await("secured")
	far.await("secured")
	ask := p.asker(t, kamailioIP, callerUser)
	time.Sleep(time.Second)

	p.ip(t, "addr del "+phoneIP+"/24 dev v1")
	p.ip(t, "addr add "+newAddress+"/24 dev v1")
	moved := time.Now()
	took := ask.reachable(t, moved, giveUpAsking)
	if took > recoverWithin {
		t.Errorf("reachable again after %v, want %v", took.Round(time.Millisecond), recoverWithin)
	}
	speak(time.Until(moved.Add(recoverWithin)) + 1500*time.Millisecond)
	near.interrupt()
	near.exits(exitDone)
	far.exits(exitDone)
	for _, end := range []event{near.one("ended"), far.one("ended")} {
		if end.Cause != "hangup" || end.Secure != "secured" {
			t.Errorf("ended by %s: %s, %v; want hangup, secured", end.By, end.Cause, end.Secure)
		}
	}
	return fmt.Sprintf("reachable again after %.2f s; then star18 hears %s, is heard %s, still secured", took.Seconds(),
		readWAV(t, near.file("heard.wav")).last(second).mustBe(t, calleeHz, star18Level),
		readWAV(t, far.file("heard.wav")).last(second).mustBe(t, callerHz, star18Level))
}
