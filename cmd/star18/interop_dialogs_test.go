//go:build interop && linux

package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// called is a call from star18 to a script of SIPp, for a second after the
// answer.
func (s *site) called(t *testing.T, scenario string, args ...string) *phone {
	t.Helper()
	s.kamailio(t)
	far := s.sipp(t, scenario, args...)
	near := s.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", "5550200", "--for", "1s"}})
	near.exits(exitDone)
	far.done()
	if end := near.one("ended"); end.Cause != "hangup" || end.By != "local" || end.Tx.Packets < fewest {
		t.Errorf("ended %+v", end)
	}
	return near
}

func callsReliably(t *testing.T, s *site) string {
	near := s.called(t, "uas-prack.xml")
	near.one("ringing")
	near.one("early_media")
	return "two reliable responses acknowledged in order, by the recorded route"
}

// answersReliably: the ringing offers, and the 200 waits for the answer in the
// PRACK.
func answersReliably(t *testing.T, s *site) string {
	_, far := s.answered(t, "uac-prack.xml")
	n := far.received("SIP/2.0 180 ")
	if n < 2 {
		t.Errorf("the 180 came %d times until its PRACK after 0.8 s, want 2", n)
	}
	return fmt.Sprintf("180 received %d times until its PRACK, which answered its offer", n)
}

// received counts the messages that SIPp received and that begin so.
func (p *sipp) received(begin string) int {
	p.t.Helper()
	log, err := os.ReadFile(p.messages)
	if err != nil {
		p.t.Fatal(err)
	}
	n := 0
	for message := range strings.SplitSeq(string(log), "-----------------------------------------------") {
		if strings.Contains(message, "message received") && strings.Contains(message, "\n"+begin) {
			n++
		}
	}
	return n
}

// refreshes: star18 keeps its own call alive with an UPDATE after half of 90 s.
func refreshes(t *testing.T, s *site) string {
	s.kamailio(t)
	far := s.sipp(t, "uas-timer.xml", "-timeout", "80s")
	near := s.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", "5550200", "--for", "50s"}})
	near.await("answered")
	far.done()
	near.exits(exitDone)
	end := near.one("ended")
	if end.Cause != "hangup" || end.By != "local" {
		t.Errorf("ended %+v", end)
	}
	return fmt.Sprintf("refreshed by UPDATE after 45 s, call of %.0f s", float64(end.DurationMS)/1000)
}

// refreshesForCaller: the called line was made the refresher by a caller that
// does not take UPDATE.
func refreshesForCaller(t *testing.T, s *site) string {
	s.kamailio(t)
	near := s.phone(t, options{user: calleeUser, hz: calleeHz, args: []string{"answer", "--count", "1"}})
	near.await("registered")
	far := s.sipp(t, "uac-timer.xml", "-s", calleeUser, "-timeout", "80s")
	far.done()
	near.exits(exitDone)
	end := near.one("ended")
	if end.Cause != "hangup" || end.By != "remote" || end.DurationMS < 45000 {
		t.Errorf("ended %+v", end)
	}
	return fmt.Sprintf("refreshed by re-INVITE after 45 s, call of %.0f s", float64(end.DurationMS)/1000)
}

func callsForked(t *testing.T, s *site) string {
	near := s.called(t, "uas-fork.xml")
	near.one("early_media")
	return "two telephones rang, the second answered"
}

func callsMoved(t *testing.T, s *site) string {
	near := s.called(t, "uas-302.xml")
	if moved := near.one("redirected"); moved.Status != 302 || moved.Number != "5550200" {
		t.Errorf("redirected %+v", moved)
	}
	return "302 followed, what the URI smuggled left out"
}

func losesACKs(t *testing.T, s *site) string {
	s.called(t, "uas-lost-ack.xml")
	return "three times 200, three times ACK"
}

func ringsOnAndOn(t *testing.T, s *site) string {
	near := s.called(t, "uas-many-180.xml")
	near.one("ringing")
	return fmt.Sprintf("twelve times 180, told once, answered after %.1f s", near.one("answered").Time.Sub(near.one("ringing").Time).Seconds())
}

// cancelsByRoute: the CANCEL passes Kamailio although the 180 had a route.
func cancelsByRoute(t *testing.T, s *site) string {
	s.kamailio(t)
	far := s.sipp(t, "uas-ring-route.xml")
	near := s.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", "5550200"}})
	near.await("ringing")
	start := time.Now()
	near.interrupt()
	near.exits(exitNoCall)
	far.done()
	return fmt.Sprintf("cancelled in %d ms", time.Since(start).Milliseconds())
}

// hangsUpUnacknowledged: nobody acknowledges the 200 for 32 s.
func hangsUpUnacknowledged(t *testing.T, s *site) string {
	s.kamailio(t)
	near := s.phone(t, options{user: calleeUser, hz: calleeHz, args: []string{"answer", "--count", "1"}})
	near.await("registered")
	far := s.sipp(t, "uac-no-ack.xml", "-s", calleeUser, "-timeout", "60s")
	far.done()
	near.exits(exitDone)
	end := near.one("ended")
	if end.Cause != "no_ack" || end.By != "local" {
		t.Errorf("ended %+v", end)
	}
	return fmt.Sprintf("200 received %d times, BYE after %.1f s", far.answers(), float64(end.DurationMS)/1000)
}
