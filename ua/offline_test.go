package ua

import (
	"errors"
	"net/netip"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"star18/ua/sipnet"
)

// Without a network there is no route to the registrar; then there is one.
func TestLineBeginsWithoutANetwork(t *testing.T) {
	virtual(t, func(t *testing.T) {
		var plugged atomic.Bool
		r, l := newLabRig(t, func(_, b *Config) {
			b.Listen, b.AwaitNetwork = ":5060", true
			b.LocalAddr = func(netip.AddrPort) (netip.Addr, error) {
				if !plugged.Load() {
					return netip.Addr{}, syscall.ENETUNREACH
				}
				return calleeAddr.Addr(), nil
			}
		}, nil)
		time.Sleep(5 * time.Second)
		if got := must[RegistrationFailed](r.callee); got.RetryIn <= 0 || !errors.Is(got.Err, ErrNoNetwork) {
			t.Errorf("no further attempt, or another reason: %+v", got)
		}
		if _, err := r.callee.Dial(t.Context(), Target{Number: callerUser}); !errors.Is(err, ErrNoNetwork) {
			t.Errorf("a call without a network: %v", err)
		}
		plugged.Store(true)
		r.callee.NetworkChanged()
		time.Sleep(time.Second)
		must[Registered](r.callee)
		if r.callee.Addr() != calleeAddr {
			t.Errorf("at %v, want %v", r.callee.Addr(), calleeAddr)
		}
		r.close()
		l.Close()
	})
}

// Who does not wait for a network is told at once that there is none.
func TestLineWithoutANetworkFails(t *testing.T) {
	virtual(t, func(t *testing.T) {
		_, err := NewLine(Config{
			User: callerUser, Domain: labDomain, Proxy: "192.0.2.53:5060", Transport: sipnet.UDP,
			Codecs:    []string{"PCMU"},
			RTP:       RTPConfig{PortMin: 20000, PortMax: 20098, Ptime: 20 * time.Millisecond},
			LocalAddr: func(netip.AddrPort) (netip.Addr, error) { return netip.Addr{}, syscall.ENETUNREACH },
		})
		if !errors.Is(err, syscall.ENETUNREACH) {
			t.Errorf("%v", err)
		}
	})
}
