package ua

import (
	"errors"
	"fmt"
	"net/netip"

	"star18/ua/sipnet"
)

// ErrNoNetwork is the reason of a call or a registration from a machine that is in
// no network, or in one without a route to the server.
var ErrNoNetwork = errors.New("this machine has no way to the line's server")

// nowhere is where a line listens that began without a network: a socket that
// nobody reaches, until follow finds the way to the server.
var nowhere = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// homeless begins a line without a network, if it may, and the fault is not one of
// the configuration.
func (l *Line) homeless(fault error) (netip.AddrPort, error) {
	_, port, err := splitListen(l.cfg.Listen)
	if !l.cfg.AwaitNetwork || err != nil || errors.Is(fault, ErrConfig) || errors.Is(fault, ErrBadTarget) {
		return netip.AddrPort{}, fault
	}
	l.log.Warn("the line begins without a network", "error", fault)
	l.offline.Store(true)
	return netip.AddrPortFrom(nowhere, port), nil
}

// online looks for the way to hop, if there was none yet. Nothing is sent from
// nowhere.
func (l *Line) online(hop sipnet.Hop) error {
	if l.offline.Load() {
		l.follow(hop)
	}
	if l.offline.Load() {
		return fmt.Errorf("%w: %s", ErrNoNetwork, hop)
	}
	return nil
}
