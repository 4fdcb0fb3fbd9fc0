package ua

import (
	"cmp"
	"context"
	"fmt"

	"github.com/emiago/sipgo/sip"
)

// Dial places a call; one that has the sound is put on hold. ctx bounds the preparations only: once Dial has returned,
// Hangup gives the call up. A call that wants security and cannot have it is
// placed all the same, and says so, unless security is required.
func (l *Line) Dial(ctx context.Context, target Target) (*Call, error) {
	uri, err := target.uri(l.cfg.Domain)
	if err != nil {
		return nil, err
	}
	return l.place(ctx, target, uri, nil)
}

// place is Dial for an address that is known; from is the transfer that asked
// for it, or nil.
func (l *Line) place(ctx context.Context, target Target, uri sip.Uri, from *referral) (*Call, error) {
	if err := cmp.Or(l.mayDial(target), l.codecWish(target)); err != nil {
		return nil, err
	}
	hops, err := l.hopsBy(ctx, target.service(l), uri)
	if err != nil {
		return nil, err
	}
	if err := l.online(hops[0]); err != nil {
		return nil, err
	}
	l.openWay(ctx, hops[0])
	m, err := newMedia(l)
	if err != nil {
		return nil, err
	}
	c := l.newCall(m)
	c.outgoing, c.target = true, target
	c.key = dialogKey{string(newCallID(l.Addr())), newTag()}
	c.out = outgoingInvite{to: uri, uri: uri, dst: hops[0], others: hops[1:]}
	c.stage = newCallerStage(c)
	if target.Secure && l.cfg.Secure.Service && l.cfg.Secure.outgoing() == MethodSDES {
		m.keying, c.stage = newKeying(), newSDESStage(c)
	}
	if from != nil {
		c.origin = from
		c.out.extra, c.out.foreign = from.headers(), !l.known(uri)
	}
	if c.parked = from != nil && !from.sounding; !c.parked {
		l.makeRoom(c)
	}
	c.post(c.invite)
	if err := l.add(c); err != nil {
		m.close()
		return nil, err
	}
	return c, nil
}

// mayDial refuses, before anything is sent, a call that secure.require would
// hang up anyway, and one that was asked to stay in clear. A call of which
// nobody said either is an ordinary one.
func (l *Line) mayDial(t Target) error {
	s := l.cfg.Secure
	switch {
	case !s.Require:
		return nil
	case t.InClear:
		return fmt.Errorf("%w: this call was asked to stay in clear", ErrSecurityImpossible)
	case !t.Secure:
		return nil
	case !s.Service:
		return fmt.Errorf("%w: secure.service is off", ErrSecurityImpossible)
	case s.Identity == nil && s.outgoing() == MethodXSipura:
		return fmt.Errorf("%w: %w", ErrSecurityImpossible, s.identityFault())
	}
	return nil
}

func (l *Line) newCall(m *media) *Call {
	c := &Call{
		line:     l,
		media:    m,
		box:      newInbox(),
		done:     make(chan struct{}),
		answered: make(chan struct{}),
		secure:   SecureNever,
	}
	m.call, c.timing.call = c, c
	return c
}
