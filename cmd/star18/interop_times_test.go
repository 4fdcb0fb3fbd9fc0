//go:build interop && linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// repetitions of each time; the median counts, for a busy machine has bad moments.
const repetitions = 5

// times compares star18 with baresip in the same place and by the same clock:
// from the first INVITE to the ACK that follows the 200, at the caller, and from
// the start of the program to the 200 that registers it. Both answer a challenge
// each time, and both have sound files at either end.
func times(t *testing.T, s *site) string {
	s.kamailio(t)
	n := s.sniff(t)
	called := s.phone(t, options{user: calleeUser, hz: calleeHz, args: []string{"answer"}})
	called.await("registered")

	var ours, starts []time.Duration
	for range repetitions {
		n.clear()
		begun := time.Now()
		p := s.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", calleeUser, "--for", "300ms"}})
		p.exits(exitDone)
		ours = append(ours, n.setup(t))
		starts = append(starts, n.registered(t, callerUser).Sub(begun))
	}

	other := s.baresip(t, "")
	var theirs []time.Duration
	for range repetitions {
		n.clear()
		other.command(t, "dial", "sip:"+calleeUser+"@"+kamailioIP)
		time.Sleep(300 * time.Millisecond)
		other.command(t, "hangup")
		theirs = append(theirs, n.setup(t))
		time.Sleep(200 * time.Millisecond)
	}
	other.stop()
	var theirStarts []time.Duration
	for range repetitions {
		theirStarts = append(theirStarts, other.restart(t, n))
	}
	if median(ours) > 3*median(theirs)+20*time.Millisecond {
		t.Errorf("INVITE to ACK in %v, baresip's in %v", median(ours), median(theirs))
	}
	return fmt.Sprintf("INVITE to ACK %s ms, baresip %s ms; start to registered %s ms, baresip %s ms",
		spread(ours), spread(theirs), spread(starts), spread(theirStarts))
}

// setup is the time from the caller's first INVITE to its last ACK.
func (n *sniffer) setup(t *testing.T) time.Duration {
	t.Helper()
	invites := n.sip("INVITE ", 0, 5060)
	if len(invites) == 0 {
		t.Fatal("no INVITE was seen")
	}
	port := invites[0].from.Port()
	acks := n.sip("ACK ", port, 5060)
	if len(acks) == 0 {
		t.Fatal("no ACK was seen")
	}
	return acks[len(acks)-1].at.Sub(invites[0].at)
}

// registered is when the 200 to the first REGISTER of a user passed.
func (n *sniffer) registered(t *testing.T, user string) time.Time {
	t.Helper()
	for _, d := range n.sip("SIP/2.0 200", 5060, 0) {
		if strings.Contains(d.data, " REGISTER\r\n") && strings.Contains(d.data, user) {
			return d.at
		}
	}
	t.Fatalf("%s was not registered", user)
	return time.Time{}
}

// restart runs baresip alone, with what the script has written for it.
func (b *baresip) restart(t *testing.T, n *sniffer) time.Duration {
	t.Helper()
	n.clear()
	log, err := os.Create(filepath.Join(b.dir, "again.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd := b.site.inside("baresip", "-4", "-s", "-f", b.dir)
	cmd.Stdout, cmd.Stderr = log, log
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	for time.Since(begun) < patience && len(n.sip("SIP/2.0 200", 5060, 0)) == 0 {
		time.Sleep(20 * time.Millisecond)
	}
	return n.registered(t, baresipUser).Sub(begun)
}

func median(all []time.Duration) time.Duration {
	all = slices.Sorted(slices.Values(all))
	return all[len(all)/2]
}

func spread(all []time.Duration) string {
	return fmt.Sprintf("%.1f (%.1f-%.1f)", float64(median(all).Microseconds())/1000,
		float64(slices.Min(all).Microseconds())/1000, float64(slices.Max(all).Microseconds())/1000)
}
