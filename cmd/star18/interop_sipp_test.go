//go:build interop && linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// sipp is a running SIPp: one call by a script, as the gateway that Kamailio
// knows.
type sipp struct {
	t        *testing.T
	cmd      *exec.Cmd
	out      bytes.Buffer
	messages string // file with everything that it sent and received
}

func (s *site) sipp(t *testing.T, scenario string, args ...string) *sipp {
	t.Helper()
	dir := t.TempDir()
	p := &sipp{t: t, messages: filepath.Join(dir, "messages")}
	p.cmd = s.inside("sipp", append([]string{kamailioIP + ":5060", "-sf", filepath.Join(s.scripts, "sipp", scenario),
		"-i", kamailioIP, "-p", gatewayAt, "-mp", "6000", "-m", "1", "-nostdin",
		"-timeout", "25s", "-timeout_error", "-trace_msg", "-message_file", p.messages}, args...)...)
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = dir, &p.out, &p.out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ender(t, p.cmd)
	t.Cleanup(func() {
		if log, err := os.ReadFile(p.messages); t.Failed() && err == nil {
			t.Logf("SIPp:\n%s\n%s", log, &p.out)
		}
	})
	return p
}

// ender ends a program that the test has started, once.
func ender(t *testing.T, cmd *exec.Cmd) func() {
	end := sync.OnceFunc(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	t.Cleanup(end)
	return end
}

// done waits for its end: SIPp succeeds only if the call went as its script.
func (p *sipp) done() {
	p.t.Helper()
	if err := p.cmd.Wait(); err != nil {
		p.t.Fatalf("SIPp: %v", err)
	}
}

// answers is the number of 200 for the INVITE that SIPp received.
func (p *sipp) answers() int {
	p.t.Helper()
	log, err := os.ReadFile(p.messages)
	if err != nil {
		p.t.Fatal(err)
	}
	n := 0
	for message := range strings.SplitSeq(string(log), "-----------------------------------------------") {
		if strings.Contains(message, "message received") && strings.Contains(message, "SIP/2.0 200 ") &&
			strings.Contains(message, " INVITE\r\n") {
			n++
		}
	}
	return n
}

// fewest packets show that sound is sent for as long as the call: a busy machine
// may leave out some, and only some.
const fewest = 20

// answered is a call from SIPp to star18, which lasts for a second.
func (s *site) answered(t *testing.T, scenario string) (*phone, *sipp) {
	t.Helper()
	s.kamailio(t)
	near := s.phone(t, options{user: calleeUser, hz: calleeHz, args: []string{"answer", "--count", "1"}})
	near.await("registered")
	far := s.sipp(t, scenario, "-s", calleeUser, "-d", "1000")
	far.done()
	near.exits(exitDone)
	end := near.one("ended")
	if end.By != "remote" || end.Cause != "hangup" || end.Secure != "never" {
		t.Errorf("ended %+v", end)
	}
	if end.Rx.Packets > 0 || end.Tx.Packets < fewest {
		t.Errorf("%d packets from SIPp, %d to it; want none and some 50 in a second", end.Rx.Packets, end.Tx.Packets)
	}
	return near, far
}

func answersSIPp(t *testing.T, s *site) string {
	near, far := s.answered(t, "uac.xml")
	if n := far.answers(); n != 1 {
		t.Errorf("%d times 200, want 1", n)
	}
	return fmt.Sprintf("%d packets sent to who sends none, 200 once", near.one("ended").Tx.Packets)
}

func answersLateOffer(t *testing.T, s *site) string {
	near, _ := s.answered(t, "uac-late-offer.xml")
	return fmt.Sprintf("%s %d ms agreed in the ACK, %d packets sent", near.one("answered").Codec,
		near.one("answered").Ptime, near.one("ended").Tx.Packets)
}

// repeatsOK: the 200 is sent again after T1, then after twice as long and so
// on, until the ACK comes at 3 s (RFC 3261 13.3.1.4): at 0, 0.5 and 1.5 s. The
// next is due at 3.5 s, which a busy machine may see before the ACK.
func repeatsOK(t *testing.T, s *site) string {
	_, far := s.answered(t, "uac-late-ack.xml")
	n := far.answers()
	if n != 3 && n != 4 {
		t.Errorf("SIPp received the 200 %d times in 3 s, want 3", n)
	}
	return fmt.Sprintf("200 received %d times until the ACK at 3 s", n)
}

// callsOddSDP: a gateway that answers late, with a peculiar answer.
func callsOddSDP(t *testing.T, s *site) string {
	s.kamailio(t)
	far := s.sipp(t, "uas-odd.xml")
	near := s.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", "5550200", "--for", "2s"}})
	near.exits(exitDone)
	far.done()
	answered, end := near.one("answered"), near.one("ended")
	if answered.Codec != "PCMU" || answered.Ptime != 30 {
		t.Errorf("agreed on %s %d ms, the answer says PCMU 30 ms", answered.Codec, answered.Ptime)
	}
	if most := uint64(end.DurationMS/30) + 5; end.Tx.Packets < fewest || end.Tx.Packets > most {
		t.Errorf("%d packets sent, want from %d to %d", end.Tx.Packets, fewest, most)
	}
	wait := answered.Time.Sub(near.one("ringing").Time)
	return fmt.Sprintf("rang for %.1f s, %s %d ms, %d packets sent", wait.Round(100*time.Millisecond).Seconds(),
		answered.Codec, answered.Ptime, end.Tx.Packets)
}
