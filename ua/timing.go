package ua

import (
	"slices"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/sessiontimer"
)

// timing is the session timer of one call (RFC 4028): policy in ua/sessiontimer,
// messages and clock here. Owned by the call's goroutine.
type timing struct {
	call    *Call
	session sessiontimer.Session
	raised  time.Duration // the highest Min-SE that a 422 named
	updates bool          // the peer takes UPDATE
	round   int           // of the timers: an older one is stale
	refresh *time.Timer
	expire  *time.Timer
}

func (t *timing) policy() sessiontimer.Policy {
	return sessiontimer.Policy{Interval: t.call.line.cfg.SessionExpires, Min: t.call.line.cfg.MinSE}
}

// ask puts our wish into an INVITE or UPDATE.
func (t *timing) ask(req *sip.Request) {
	d := t.policy().Ask(t.raised, t.session)
	if d.Expires.Interval > 0 {
		req.AppendHeader(sip.NewHeader("Session-Expires", d.Expires.String()))
	}
	if d.MinSE > 0 {
		req.AppendHeader(sip.NewHeader("Min-SE", sessiontimer.Seconds(d.MinSE)))
	}
}

// raise takes a 422: the request is worth sending again with the longer interval
// that it names (RFC 4028 7.3). False if res is none, or brings nothing new.
func (t *timing) raise(res *sip.Response) bool {
	if res == nil || res.StatusCode != statusIntervalTooSmall {
		return false
	}
	least, err := sessiontimer.ParseSeconds(headerText(res, "Min-SE"))
	if err != nil || least <= t.raised {
		return false
	}
	t.raised = least
	return true
}

// granted reads the 2xx to our INVITE or UPDATE.
func (t *timing) granted(res *sip.Response) {
	t.learn(res)
	e, err := sessiontimer.ParseExpires(headerText(res, "Session-Expires"))
	if err != nil {
		t.call.line.log.Warn("session timer ignored", "call", t.call.id, "error", err)
	}
	t.run(sessiontimer.Granted(e))
}

// judge refuses a request whose interval is too short; nil lets it pass.
func (t *timing) judge(req *sip.Request) *sip.Response {
	least := t.policy().Judge(demandOf(req))
	if least == 0 {
		return nil
	}
	res := t.call.line.response(req, statusIntervalTooSmall, "Session Interval Too Small", t.call.key.localTag)
	res.AppendHeader(sip.NewHeader("Min-SE", sessiontimer.Seconds(least)))
	return res
}

// grant completes our 2xx to an INVITE or UPDATE; the session runs from it on.
func (t *timing) grant(req *sip.Request, res *sip.Response) {
	t.learn(req)
	e, require, session := t.policy().Grant(demandOf(req))
	if session.Running() {
		res.AppendHeader(sip.NewHeader("Session-Expires", e.String()))
	}
	if require && session.Running() {
		res.AppendHeader(sip.NewHeader("Require", "timer"))
	}
	t.run(session)
}

// learn notes whether the peer takes UPDATE: the better refresh, because it
// leaves the offered session alone.
func (t *timing) learn(msg headers) {
	if list := tokens(msg, "Allow"); len(list) > 0 {
		t.updates = slices.Contains(list, "update")
	}
}

func demandOf(req *sip.Request) sessiontimer.Demand {
	// What cannot be read asks for nothing: a telephone call is no place to be
	// strict about a timer.
	e, _ := sessiontimer.ParseExpires(headerText(req, "Session-Expires"))
	least, _ := sessiontimer.ParseSeconds(headerText(req, "Min-SE"))
	return sessiontimer.Demand{Expires: e, MinSE: least, Timer: slices.Contains(tokens(req, "Supported"), "timer")}
}

// run starts the clock anew: every refresh, of either side, comes through here.
func (t *timing) run(s sessiontimer.Session) {
	t.stop()
	t.session = s
	t.round++
	if !s.Running() {
		return
	}
	round := t.round
	current := func(fn func()) func() {
		return func() {
			if t.round == round && t.call.state == up {
				fn()
			}
		}
	}
	t.expire = t.call.after(s.ExpireAfter(), current(t.expired))
	if s.Ours {
		t.refresh = t.call.after(s.RefreshAfter(), current(t.refreshNow))
	}
}

func (t *timing) expired() {
	t.call.leave(Ended{By: Local, Cause: CauseSessionExpired})
}

func (t *timing) stop() {
	stopTimer(t.refresh)
	stopTimer(t.expire)
}
