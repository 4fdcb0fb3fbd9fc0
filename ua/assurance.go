package ua

import (
	"time"

	"star18/securecall"
)

const (
	// clearLimit is how long the peer's clear packets are tolerated after the
	// 2xx to the Final; noMediaLimit how long agreed keys wait for a packet
	// under them; downgradeLimit how long a secured call may hear only packets
	// that do not authenticate.
	clearLimit     = 2 * time.Second
	noMediaLimit   = 5 * time.Second
	downgradeLimit = 5 * time.Second
)

// assurance is what the user is told about a call's security. It says "secured"
// only when both have happened, in whatever order: the handshake succeeded, and
// a packet of the peer authenticated. It says "not secured" once before that,
// and once more if a secured call loses it.
type assurance struct {
	call     *Call
	hopByHop bool // keys in SDP: nobody is named
	peer     securecall.Peer
	agreed   bool
	proof    time.Time // of the first authenticated packet
	suite    string
	refused  bool
	final    bool // what is refused ends the call
	noMedia  *time.Timer
}

// keysAgreed: the handshake succeeded; now only a packet is missing.
func (a *assurance) keysAgreed(peer securecall.Peer) {
	if a.agreed || a.refused {
		return
	}
	a.agreed, a.peer = true, peer
	a.noMedia = a.call.after(noMediaLimit, func() {
		a.refuse(securecall.NoMedia, "hang up and dial again", 0)
	})
	a.judge()
}

// authenticated: the peer's first packet under the keys arrived.
func (a *assurance) authenticated(at time.Time, suite string) {
	a.proof, a.suite = at, suite
	a.judge()
}

func (a *assurance) judge() {
	c := a.call
	if !a.agreed || a.proof.IsZero() || a.refused || c.secure != SecureNever {
		return
	}
	a.noMedia.Stop()
	c.secure = SecureDone
	stopTimer(c.require)
	c.emit(a.secured())
	c.media.playTone(c.line.cfg.Secure.Tone, "secure")
}

func (a *assurance) secured() Secured {
	if a.hopByHop {
		return Secured{Method: MethodSDES, KeysInClear: !a.call.signalledByTLS(), Transform: a.suite, MS: a.delay()}
	}
	return Secured{
		Name: a.peer.DollarName(), Number: a.peer.UserID, Expires: a.peer.Expires.UTC(),
		Proven: a.peer.Proven, PublishedCA: a.peer.PublishedCA,
		Method: MethodXSipura, Transform: a.suite, MS: a.delay(),
	}
}

// delay is what the user waited for: from the ACK to the first authenticated
// packet. An INFO can overtake the ACK; then there was no delay.
func (a *assurance) delay() int64 {
	if a.call.ackAt.IsZero() || a.proof.Before(a.call.ackAt) {
		return 0
	}
	return a.proof.Sub(a.call.ackAt).Milliseconds()
}

// refuse says why the call is not secure. With secure.require it also ends it.
func (a *assurance) refuse(reason securecall.Reason, detail string, status int) {
	c := a.call
	if a.refused || c.secure != SecureNever {
		return
	}
	a.refused = true
	a.say(reason, detail, status)
}

func (a *assurance) say(reason securecall.Reason, detail string, status int) {
	c := a.call
	c.emit(NotSecured{Reason: reason, Detail: shown(detail), Status: status, Over: a.final})
	if c.line.cfg.Secure.Require && c.state == up {
		c.leave(Ended{By: Local, Cause: CauseSecurityRequired, Detail: string(reason)})
	}
}

// watch looks, once a second, whether a secured call still is: packets keep
// coming, and none of them has authenticated for a while.
func (a *assurance) watch() {
	c := a.call
	if c.secure != SecureDone {
		return
	}
	s := c.media.stream.Stats()
	if time.Since(s.LastAuthenticated) >= downgradeLimit && s.LastRefused.After(s.LastAuthenticated) {
		c.secure = SecureLost
		a.say(securecall.MediaDowngraded, "hang up and dial again", 0)
	}
}

// over: the call ended before anything could be said.
func (a *assurance) over() {
	stopTimer(a.noMedia)
	a.refuse(securecall.CallEnded, "", 0)
}
