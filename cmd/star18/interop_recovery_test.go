//go:build interop && linux

package main

import (
	"fmt"
	"path/filepath"
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

// vigil is a site of two namespaces with a telephone that waits for calls, and
// somebody who asks for it.
type vigil struct {
	*pair
	near *phone
	ask  *prober
	stop func() // the registrar
	over string
}

func (s *site) vigil(t *testing.T, over string) *vigil {
	t.Helper()
	v := &vigil{pair: s.pair(t), over: over}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	v.stop = v.far.kamailio(t, "MD5", "600", ca)
	args := []string{"answer", "--count", "1"}
	if over != "udp" {
		args = append(args, overStream(over, ca)...)
	}
	v.near = v.pair.near.phone(t, options{user: calleeUser, hz: calleeHz, args: args})
	v.near.await("registered")
	v.ask = v.asker(t, kamailioIP, calleeUser)
	v.ask.reachable(t, time.Now(), recoverWithin)
	return v
}

// recovered asserts and tells how long it took, and that a call works. The
// caller comes from the other side, by UDP.
func (v *vigil) recovered(t *testing.T, since time.Time) string {
	t.Helper()
	took := v.ask.reachable(t, since, giveUpAsking)
	if took > recoverWithin {
		t.Errorf("reachable again after %v, want %v", took.Round(time.Millisecond), recoverWithin)
	}
	far := v.far.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", "*18" + calleeUser, "--for", "1s"}})
	far.exits(exitDone)
	if end := far.one("ended"); end.Secure != "secured" || end.Cause != "hangup" {
		t.Errorf("the call after it ended %s, %v", end.Cause, end.Secure)
	}
	v.near.exits(exitDone)
	return fmt.Sprintf("reachable again after %.2f s, and secured", took.Seconds())
}

func linkDown(t *testing.T, s *site, over string) string {
	v := s.vigil(t, over)
	down := long(30*time.Second, 6*time.Second)
	v.ip(t, "link set v1 down")
	time.Sleep(down)
	v.ip(t, "link set v1 up")
	return fmt.Sprintf("link down %v: %s", down, v.recovered(t, time.Now()))
}

// registrarDead: it comes back with no memory of anybody.
func registrarDead(t *testing.T, s *site, over string) string {
	v := s.vigil(t, over)
	dead := long(75*time.Second, 8*time.Second)
	v.stop()
	time.Sleep(dead)
	v.far.kamailio(t)
	return fmt.Sprintf("registrar dead %v, locations lost: %s", dead, v.recovered(t, time.Now()))
}

// newAddress is another lease of the same network.
const newAddress = "10.99.0.77"

func addressChanged(t *testing.T, s *site, over string) string {
	v := s.vigil(t, over)
	v.ip(t, "addr del "+phoneIP+"/24 dev v1")
	v.ip(t, "addr add "+newAddress+"/24 dev v1")
	return "address changed: " + v.recovered(t, time.Now())
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
