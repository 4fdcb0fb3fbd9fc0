//go:build interop && linux

package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// lossyCalls: each tenth packet of SIP is lost, to and from Kamailio, on the way
// of either telephone. Every call comes about, and ends at both sides.
func lossyCalls(t *testing.T, s *site) string {
	p := s.pair(t)
	p.far.kamailio(t)
	count := 50
	if testing.Short() {
		count = 5
	}
	// Where they arrive: what is dropped on its way out fails at the sender.
	for end, rule := range map[*site]string{p.far: "--dport", p.near: "--sport"} {
		args := "-A INPUT -p udp " + rule + " 5060 -m statistic --mode random --probability 0.1 -j DROP"
		end.run(t, "iptables", strings.Fields(args)...)
	}
	callee := p.near.phone(t, options{user: calleeUser, hz: calleeHz, args: []string{"answer", "--count", fmt.Sprint(count)}})
	callee.await("registered")
	var setups []time.Duration
	for range count {
		caller := p.near.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", calleeUser, "--for", "100ms"}})
		caller.exits(exitDone)
		if end := caller.one("ended"); end.Cause != "hangup" || end.By != "local" {
			t.Errorf("call %d ended by %s: %s", len(setups)+1, end.By, end.Cause)
		}
		setups = append(setups, caller.one("answered").Time.Sub(caller.one("dialing").Time))
	}
	callee.exits(exitDone)
	ended := 0
	for _, ev := range callee.seen {
		if ev.Event == "ended" && ev.Cause == "hangup" {
			ended++
		}
	}
	if ended != count {
		t.Errorf("%d of %d calls ended with a hangup at the callee", ended, count)
	}
	slices.Sort(setups)
	return fmt.Sprintf("10 %% of SIP lost: %d of %d calls; answered after %.2f s in the middle, %.2f s at worst",
		len(setups), count, setups[len(setups)/2].Seconds(), setups[len(setups)-1].Seconds())
}
