package rtpstream

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// numbered is a key like no other one.
func numbered(t testing.TB, n byte, name Transform) Keys {
	k := listing(t, 0, name)
	k.Master[0] ^= n
	return k
}

// protections are the two ends' views of a pair of keys.
func protections(t testing.TB, a, b byte, name Transform) (alices, bobs Protection) {
	alice, bob := numbered(t, a, name), numbered(t, b, name)
	return Protection{Send: alice, Receive: bob}, Protection{Send: bob, Receive: alice}
}

// protectedCall is a call that begins with keys.
func protectedCall(t *testing.T, name Transform, change func(*Config)) (n *wire, alice, bob *end, taps []*wiretap) {
	a, b := protections(t, 1, 2, name)
	net, alice, bob := call(t, func(who int, c *Config) {
		c.Protection = []*Protection{&a, &b}[who]
		if change != nil {
			change(c)
		}
	})
	return &wire{t: t, net: net}, alice, bob, []*wiretap{tap(net, aliceAddr), tap(net, bobAddr)}
}

func TestProtectedFromTheFirstPacket(t *testing.T) {
	for _, name := range Transforms() {
		t.Run(name.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, alice, bob, taps := protectedCall(t, name, nil)
				alice.mustHear(bobHz)
				bob.mustHear(aliceHz)
				mustUse(t, alice, bob, name, name)
				for _, e := range []*end{alice, bob} {
					if s := e.Stats(); e.count(EventFirstAuthenticated) != 1 || s.SentClear.Packets+s.ReceivedClear.Packets+s.Rejected() != 0 {
						t.Errorf("%d first packets, %+v", e.count(EventFirstAuthenticated), s)
					}
				}
				for _, w := range taps {
					for i, p := range w.all() {
						if len(p.Data) != clearSize+tags[name].size {
							t.Fatalf("packet %d has %d octets", i, len(p.Data))
						}
					}
				}
			})
		})
	}
}

// Nothing clear, nothing under another key, and no way to clear.
func TestProtectedPlaysNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := memnetWith(t)
		_, p := protections(t, 1, 2, HMACSHA1_80)
		bob := w.bob(t, func(c *Config) { c.Protection = &p })
		w.mustNotPlay(bob, w.peer.clear)
		bob.DisarmReceive()
		bob.LimitClear(time.Hour)
		w.mustNotPlay(bob, w.peer.clear)
		w.mustNotPlay(bob, w.peer.protected) // under rfcKeys
		w.peer = newPeer(t, p.Send, peerSSRC, 1000)
		w.mustNotPlay(bob, w.peer.protected) // our own key, sent back
		w.peer = newPeer(t, p.Receive, peerSSRC, 1000)
		w.mustPlay(bob, w.peer.protected)
		w.mustNotPlay(bob, w.peer.clear)
		for name, err := range map[string]error{
			"arm": bob.ArmReceive(rfcKeys(t)), "protect": bob.ProtectSend(rfcKeys(t)),
		} {
			if !errors.Is(err, ErrOtherKeys) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := bob.ChangeSSRC(t.Context(), 5); !errors.Is(err, ErrProtected) {
			t.Errorf("change of SSRC: %v", err)
		}
	})
}

func protectedStep(t testing.TB, p Protection) *Stream {
	t.Helper()
	c := testConfig(t, &sinkConn{}, newTelephone(aliceHz))
	c.Remote, c.SSRC, c.Protection = bobAddr, ourSSRC, &p
	s, err := New(c)
	must(t, err)
	return s
}

func TestKeysThatAreRefused(t *testing.T) {
	good := func() Protection {
		_, p := protections(t, 1, 2, HMACSHA1_80)
		return p
	}
	for name, c := range map[string]struct {
		spoil func(p *Protection)
		want  error
	}{
		"two transforms":                {func(p *Protection) { p.Send.Transforms = Transforms() }, ErrTransforms},
		"no transform":                  {func(p *Protection) { p.Receive.Transforms = nil }, ErrTransforms},
		"no tag":                        {func(p *Protection) { p.Receive.Transforms = []Transform{None} }, ErrTransforms},
		"unknown transform":             {func(p *Protection) { p.Receive.Transforms = []Transform{"rot13"} }, ErrUnknownTransform},
		"a role":                        {func(p *Protection) { p.Send.Role = Caller }, ErrTransforms},
		"one key for both":              {func(p *Protection) { p.Send = p.Receive }, ErrKeyUsed},
		"one key for both, other suite": {func(p *Protection) { p.Send = p.Receive; p.Send.Transforms = []Transform{HMACSHA1_32} }, ErrKeyUsed},
	} {
		p := good()
		c.spoil(&p)
		config := testConfig(t, &sinkConn{}, newTelephone(aliceHz))
		config.Protection = &p
		if _, err := New(config); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		s := protectedStep(t, Protection{Send: numbered(t, 5, HMACSHA1_80), Receive: numbered(t, 6, HMACSHA1_80)})
		guard, keys := s.guard.Load(), s.sendKeys.Load()
		if err := s.Rekey(p); !errors.Is(err, c.want) {
			t.Errorf("%s in a call: %v, want %v", name, err, c.want)
		}
		if s.guard.Load() != guard || s.sendKeys.Load() != keys {
			t.Errorf("%s: half taken", name)
		}
	}
}
