package register

import (
	"time"

	"github.com/emiago/sipgo/sip"
)

// The times of a line that is registered are our choice.
const (
	// repeated: an answer that took longer may be one to a repetition (T1).
	repeated = 500 * time.Millisecond
	// late answers to keepalives make a REGISTER, but not more often than this.
	lateSpacing = time.Minute

	// longestRefresh finds a registrar that lost its locations unnoticed;
	// deafRefresh is in place of the keepalive where OPTIONS is not answered.
	longestRefresh = 5 * time.Minute
	deafRefresh    = time.Minute
	deafAfter      = 2

	// firstLook is how soon a new binding is tried: what comes after a restart may
	// not last.
	firstLook = 2 * time.Second

	// wakeSpacing is between two signs of a changed network, flapSpacing what a
	// connection must have lasted not to be made anew more and more slowly.
	wakeSpacing = 250 * time.Millisecond
	flapSpacing = 10 * time.Second
)

// Step is what to do now. A request that was under way is forgotten for a new
// one of its kind.
type Step struct {
	Register bool // send a REGISTER
	Another  bool // to the next server
	Probe    bool // send an OPTIONS
	Mirror   bool // to our own address of record
	Told     *Next
}

// Agent decides. Give every event to its method, do what the Step says, and call
// Tick at Due. Make it with NewAgent; it is not for several goroutines.
type Agent struct {
	Policy
	Keepalive time.Duration // between two probes while bound; 0: none

	registering  bool
	registerSent time.Time
	register     time.Time     // when the next REGISTER is due; zero: none is planned
	life         time.Duration // of the REGISTER under way, if it is short
	took         time.Duration // that the last answer needed
	servers      int
	attempt      int // since something was answered
	tried        int // servers that sent us away
	flaps        int

	probing   bool
	probeSent time.Time
	probe     time.Time // when the next probe is due; zero: none is planned
	probeLife time.Duration

	bound bool
	ever  bool // bound
	mirror
	heard bool      // an OPTIONS was answered
	deaf  int       // keepalives unanswered by a registrar that lives
	asked bool      // the REGISTER under way follows an unanswered keepalive
	lost  int       // probes unanswered in a row
	down  time.Time // since when; zero: all is well
	told  bool      // of this outage
}

// NewAgent has nothing planned; Wake begins.
func NewAgent(p Policy, keepalive time.Duration) *Agent {
	return &Agent{Policy: p, Keepalive: keepalive, servers: 1}
}

// Wake is for the beginning, for a network that came or changed, and for a
// machine that slept: whatever was under way is worth nothing.
func (a *Agent) Wake(now time.Time) Step {
	a.fails, a.deaf, a.flaps, a.attempt = 0, 0, 0, 0
	a.mirror = mirror{}
	a.probing, a.lost = false, 0
	if !a.registerSent.IsZero() && now.Sub(a.registerSent) < wakeSpacing {
		a.registering, a.register = false, a.registerSent.Add(wakeSpacing)
		return Step{}
	}
	return a.start(now)
}

// Again sends a REGISTER with something changed: another Contact.
func (a *Agent) Again(now time.Time) Step { return a.start(now) }

// ConnectionLost is for the connection to the registrar: calls come over it. One
// that never lasts is not made anew in a hurry.
func (a *Agent) ConnectionLost(now time.Time) Step {
	if now.Sub(a.registerSent) >= flapSpacing {
		a.flaps = 0
		return a.start(now)
	}
	a.flaps++
	a.registering, a.bound = false, false
	a.register = now.Add(a.jittered(min(firstRetry<<min(a.flaps-1, 10), lastRetry)))
	return Step{}
}

// Due is when Tick has something to do; zero: never.
func (a *Agent) Due() time.Time {
	var due time.Time
	for _, t := range []struct {
		on bool
		at time.Time
	}{
		{a.probing, a.probeSent.Add(a.probeLife)},
		{a.registering && a.short(), a.registerSent.Add(a.life)},
		{!a.registering && !a.register.IsZero(), a.register},
		{!a.probing && !a.probe.IsZero(), a.probe},
	} {
		if t.on && (due.IsZero() || t.at.Before(due)) {
			due = t.at
		}
	}
	return due
}

// Tick does what is due.
func (a *Agent) Tick(now time.Time) Step {
	var s Step
	if a.probing && !now.Before(a.probeSent.Add(a.probeLife)) {
		s = a.ProbeSilent(now)
	}
	switch {
	case a.registering && a.short() && !now.Before(a.registerSent.Add(a.life)):
		a.beginOutage(a.registerSent)
		var told *Next
		if a.attempt >= a.servers { // before that there is another one to ask
			told = a.tellOutage()
		}
		s = a.start(now)
		s.Another, s.Told = true, told
	case !a.registering && !a.register.IsZero() && !now.Before(a.register):
		s = a.start(now)
	}
	if !a.probing && !a.probe.IsZero() && !now.Before(a.probe) {
		a.probing, a.probeSent, a.probe = true, now, time.Time{}
		a.probeLife = a.between(lifeLeast, lifeMost)
		s.Probe, s.Mirror = true, a.look()
	}
	return s
}

// start sends a REGISTER. If it is not answered soon, probes watch for the
// registrar, where it is known to answer them.
func (a *Agent) start(now time.Time) Step {
	a.registering, a.registerSent, a.register = true, now, time.Time{}
	a.attempt++
	a.life = a.lifetime()
	a.probe = time.Time{}
	if a.heard && !a.probing {
		a.probe = now.Add(a.between(lifeLeast, lifeMost))
	}
	return Step{Register: true}
}

// Servers says how many there are for the REGISTER that was just asked for.
func (a *Agent) Servers(n int) {
	if n != a.servers {
		a.servers = n
		a.life = a.lifetime()
	}
}

// Answered takes the final response to the REGISTER under way; see
// Policy.Answered.
func (a *Agent) Answered(now time.Time, res *sip.Response, contact sip.Uri) Step {
	a.registering = false
	a.took = min(now.Sub(a.registerSent), 10*time.Second)
	a.alive()
	asked := a.asked
	a.asked = false
	next := a.Policy.Answered(res, contact)
	switch {
	case next.Outcome == TooBrief:
		return a.start(now)
	case next.Outcome == Registered:
		if asked && !a.heard {
			a.deaf++
		}
		next.Wait = a.refresh(next.Wait)
		look := a.Keepalive
		if !a.bound {
			look = min(look, firstLook)
		}
		a.bound, a.ever, a.attempt, a.tried = true, true, 0, 0
		a.alone = onlyOurs(res, contact)
		a.register = now.Add(next.Wait)
		a.keep(now, look)
		return Step{Told: &next}
	case res.StatusCode == sip.StatusServiceUnavailable && a.tried+1 < a.servers:
		a.tried++
		s := a.start(now)
		s.Another = true
		return s
	}
	a.bound, a.attempt, a.tried = false, 0, 0
	a.register, a.probe = now.Add(next.Wait), time.Time{}
	return Step{Told: &next}
}

// Silent takes the end of a REGISTER that nobody answered, or that could not be
// sent.
func (a *Agent) Silent(now time.Time, err error) Step {
	if !a.registering {
		return Step{}
	}
	next := a.Policy.Silent(err)
	a.registering, a.bound = false, false
	a.beginOutage(a.registerSent)
	if a.heard && a.servers == 1 {
		if soon := later(now, a.registerSent.Add(turnLeast)).Add(a.pause(now)); !a.probing && (a.probe.IsZero() || soon.Before(a.probe)) {
			a.probe = soon
		}
	} else {
		at := later(now, a.registerSent.Add(a.between(turnLeast, turnMost))).Add(a.pause(now))
		next.Wait = at.Sub(now)
	}
	a.register = now.Add(next.Wait)
	if a.told && a.short() {
		return Step{Another: true}
	}
	a.told = true
	return Step{Another: true, Told: &next}
}

// ProbeAnswered takes the answer to the probe under way: somebody is there.
func (a *Agent) ProbeAnswered(now time.Time, res *sip.Response) Step {
	if !a.probing {
		return Step{}
	}
	missing := a.missing(res.StatusCode)
	late, back := now.Sub(a.probeSent) >= repeated, a.lost > 0
	a.probing, a.heard, a.deaf = false, true, 0
	a.alive()
	switch {
	case back:
		return a.start(now)
	case a.registering:
		a.probe = now.Add(a.between(lifeLeast, lifeMost))
	case a.bound && missing:
		return a.start(now)
	case a.bound && late && now.Sub(a.registerSent) >= lateSpacing:
		return a.start(now) // what lost the first one may have been a restart
	case a.bound:
		a.keep(now, a.Keepalive)
	}
	return Step{}
}

// ProbeSilent takes the end of a probe that nobody answered, or that could not
// be sent.
func (a *Agent) ProbeSilent(now time.Time) Step {
	if !a.probing {
		return Step{}
	}
	a.probing = false
	a.lost++
	a.beginOutage(a.probeSent)
	if a.bound && !a.registering {
		a.bound, a.asked, a.attempt = false, true, 1
		return a.start(now)
	}
	a.probe = time.Time{}
	if a.heard {
		a.probe = later(now, a.probeSent.Add(a.between(turnLeast, turnMost))).Add(a.pause(now))
	}
	if a.told {
		return Step{}
	}
	return Step{Told: a.tellOutage()}
}

// keep plans the next keepalive of a bound line.
func (a *Agent) keep(now time.Time, in time.Duration) {
	a.probing, a.probe = false, time.Time{}
	if a.Keepalive > 0 && a.deaf < deafAfter {
		a.probe = now.Add(a.jittered(in))
	}
}

// refresh is when a binding is renewed that the registrar would keep for longer.
func (a *Agent) refresh(wait time.Duration) time.Duration {
	longest := longestRefresh
	switch {
	case a.Keepalive <= 0:
		return wait
	case a.deaf >= deafAfter:
		longest = deafRefresh
	}
	if wait <= longest {
		return wait
	}
	return a.jittered(longest)
}

// jittered is d shortened by up to a tenth.
func (a *Agent) jittered(d time.Duration) time.Duration { return a.between(d-d/10, d) }

func (a *Agent) between(least, most time.Duration) time.Duration {
	return least + time.Duration(a.Jitter(int64(most-least)+1))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
