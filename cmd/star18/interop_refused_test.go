//go:build interop && linux

package main

import (
	"fmt"
	"testing"
	"time"
)

// busy: the line called is a star18 that talks to somebody else.
func busy(t *testing.T, s *site) string {
	s.kamailio(t)
	far := s.baresip(t, "")
	called := s.phone(t, options{user: calleeUser, hz: calleeHz, args: []string{"answer", "--count", "1"}})
	called.await("registered")
	far.command(t, "dial", "sip:"+calleeUser+"@"+kamailioIP)
	called.await("answered")
	figures := s.mustFail(t, calleeUser, 486, "busy")
	far.command(t, "hangup")
	called.exits(exitDone)
	if end := called.one("ended"); end.By != "remote" || end.Cause != "hangup" {
		t.Errorf("the call in progress ended by %s: %s", end.By, end.Cause)
	}
	return figures
}

func declined(t *testing.T, s *site) string {
	s.kamailio(t)
	gateway := s.sipp(t, "uas-decline.xml")
	figures := s.mustFail(t, "5550603", 603, "declined")
	gateway.done()
	return figures
}

// unknownNumber: Kamailio has no location for it.
func unknownNumber(t *testing.T, s *site) string {
	s.kamailio(t)
	return s.mustFail(t, "14085559999", 404, "not_found")
}

// noAnswer: it rings, until Kamailio loses patience after 3 s.
func noAnswer(t *testing.T, s *site) string {
	s.kamailio(t)
	gateway := s.sipp(t, "uas-ring.xml")
	figures := s.mustFail(t, "5550180", 408, "no_answer")
	gateway.done()
	return figures
}

// mustFail calls a number that cannot be reached.
func (s *site) mustFail(t *testing.T, number string, status int, cause string) string {
	t.Helper()
	p := s.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", number}})
	p.exits(exitNoCall)
	end := p.one("ended")
	if end.Status != status || end.Cause != cause || end.By != "remote" {
		t.Errorf("ended by %s: %d %s; want by remote: %d %s", end.By, end.Status, end.Cause, status, cause)
	}
	return fmt.Sprintf("%d %s after %d ms, exit 3", end.Status, end.Cause, end.Time.Sub(p.one("dialing").Time).Milliseconds())
}

func wrongPassword(t *testing.T, s *site) string {
	s.kamailio(t)
	p := s.phone(t, options{user: callerUser, hz: callerHz, password: "wrong", args: []string{"call", calleeUser}})
	p.exits(exitUnregistered)
	failed := p.one("registration_failed")
	if failed.Status != 401 {
		t.Errorf("status %d, want 401", failed.Status)
	}
	return fmt.Sprintf("registration_failed %d %q, exit 2", failed.Status, failed.Reason)
}

// granted is for how long Kamailio registers in the next test, in seconds: the
// line asks for 60 and has to live with less.
const granted = 10

// registrarRestarted: between two calls Kamailio is ended and started again,
// and has forgotten where everybody is. Nobody tells the called line; it is
// reachable again with its next refresh.
func registrarRestarted(t *testing.T, s *site) string {
	stop := s.kamailio(t, "MD5", fmt.Sprint(granted))
	callee := s.phone(t, options{user: calleeUser, hz: calleeHz, args: []string{"answer", "--count", "2"}})
	callee.await("registered")
	s.secureCall(t)
	stop()
	s.kamailio(t, "MD5", fmt.Sprint(granted))
	restarted := time.Now()
	lost := s.unreachable(t)
	again := callee.await("registered")
	for again.Time.Before(restarted) {
		again = callee.await("registered")
	}
	s.secureCall(t)
	callee.exits(exitDone)
	took := again.Time.Sub(restarted)
	if took > granted*time.Second {
		t.Errorf("reachable after %v, want within %d s", took, granted)
	}
	return fmt.Sprintf("registered for %d s; after the restart %d, reachable again in %.1f s, and secured", granted, lost, took.Seconds())
}

// unreachable proves that the location is lost.
func (s *site) unreachable(t *testing.T) (status int) {
	t.Helper()
	p := s.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", "*18" + calleeUser}})
	p.exits(exitNoCall)
	return p.one("ended").Status
}

func (s *site) secureCall(t *testing.T) {
	t.Helper()
	p := s.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", "*18" + calleeUser, "--for", "500ms"}})
	p.exits(exitDone)
	if end := p.one("ended"); end.Secure != "secured" {
		t.Errorf("ended %v, want secured", end.Secure)
	}
}
