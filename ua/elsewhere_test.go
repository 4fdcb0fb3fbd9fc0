package ua

import (
	"context"
	"errors"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

// redirector answers each REGISTER with 302 to this URI.
func redirector(t *testing.T, r *rig, at netip.AddrPort, to string) *atomic.Int32 {
	t.Helper()
	conn, err := r.net.Listen(at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	asked := new(atomic.Int32)
	go func() {
		buf := make([]byte, 8192)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			msg, err := sip.ParseMessage(buf[:n])
			if req, ok := msg.(*sip.Request); ok && err == nil && req.Method == sip.REGISTER {
				asked.Add(1)
				res := sip.NewResponseFromRequest(req, sip.StatusMovedTemporarily, "Moved Temporarily", nil)
				res.AppendHeader(sip.NewHeader("Contact", "<"+to+">"))
				_, _ = conn.WriteTo([]byte(res.String()), from)
			}
		}
	}()
	return asked
}

// RFC 3261 8.1.3.4: a registrar that names another one is followed there, and a
// ring of them not for ever.
func TestRegistrarSendsElsewhere(t *testing.T) {
	for _, tt := range []struct {
		name, to string
		ok       bool
		most     int32
	}{
		{"to a registrar", "sip:" + labAddr.String(), true, 1},
		{"to itself", "sip:" + deadServer.String(), false, maxElsewhere + 1},
		{"to a sips address", "sips:" + labAddr.String(), false, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r, l := newLabRig(t, nil, nil)
				r.await()
				asked := redirector(t, r, deadServer, tt.to)
				cfg := r.config(callerUser, netip.MustParseAddrPort("192.0.2.9:5060"), deadServer)
				cfg.Register, cfg.Expires = true, time.Hour
				third := r.newEnd(cfg, callerTone)
				third.Start()
				err := third.AwaitRegistered(t.Context())
				var refused *RegistrationError
				if tt.ok != (err == nil) || err != nil && (!errors.As(err, &refused) || refused.Status != 302) {
					t.Errorf("%v", err)
				}
				if n := asked.Load(); n > tt.most {
					t.Errorf("asked %d times", n)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				third.Close(ctx)
				r.close()
				l.Close()
			})
		})
	}
}
