package ua

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"star18/audio/rtpstream/memnet"
	"star18/ua/digest"
	"star18/ua/lab"
	"star18/ua/sipnet"
)

// TestExamine: an examination finds what is wrong and changes nothing. The
// oracle is the lab's registrar, which shares no code with the line.
func TestExamine(t *testing.T) {
	hop := sipnet.Hop{Transport: sipnet.UDP, Addr: labAddr}
	examine := func(t *testing.T, change func(*Config), setup func(*rig, *lab.Lab)) Examination {
		r, l := newLabRig(t, func(a, _ *Config) {
			a.Register = false
			change(a)
		}, nil)
		setup(r, l)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		x := r.caller.Examine(ctx, hop)
		r.close()
		l.Close()
		return x
	}
	nothing := func(*rig, *lab.Lab) {}
	t.Run("all is well", func(t *testing.T) {
		virtual(t, func(t *testing.T) {
			x := examine(t, func(*Config) {}, nothing)
			if x.Alive.Status == 0 || x.Known.Status != 200 || !x.Asked || len(x.Offered) == 0 || x.Offered[0] != digest.SHA256 {
				t.Errorf("%+v", x)
			}
			if x.Seen != callerAddr || x.Local != callerAddr || x.Contacts != nil {
				t.Errorf("seen as %v, at %v; bound to %v", x.Seen, x.Local, x.Contacts)
			}
		})
	})
	t.Run("over a connection", func(t *testing.T) {
		virtual(t, func(t *testing.T) {
			r := newStreamRig(t, sipnet.TCP, func(a, _ *Config) { a.Register = false })
			x := r.caller.Examine(t.Context(), sipnet.Hop{Transport: sipnet.TCP, Addr: labAddr})
			if x.Known.Status != 200 || x.Local == callerAddr || x.Seen != x.Local {
				t.Errorf("seen as %v, at %v: %+v", x.Seen, x.Local, x.Known)
			}
			r.finish()
		})
	})
	t.Run("wrong password", func(t *testing.T) {
		virtual(t, func(t *testing.T) {
			x := examine(t, func(c *Config) { c.Password = "guess" }, nothing)
			if x.Alive.Status == 0 || x.Known.Status == 200 || x.Known.Status == 0 {
				t.Errorf("%+v", x)
			}
		})
	})
	t.Run("no answer", func(t *testing.T) {
		virtual(t, func(t *testing.T) {
			x := examine(t, func(*Config) {}, func(r *rig, _ *lab.Lab) {
				r.net.SetFilter(func(netip.AddrPort, netip.AddrPort, []byte) memnet.Verdict { return memnet.Verdict{Drop: true} })
			})
			if x.Alive.Err == nil || x.Alive.Status != 0 || x.Known != (Reply{}) {
				t.Errorf("%+v", x)
			}
		})
	})
}
