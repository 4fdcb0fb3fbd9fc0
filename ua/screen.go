package ua

import (
	"github.com/emiago/sipgo/sip"

	"star18/ua/judge"
	"star18/ua/sipnet"
)

// screen lets the judge look at what arrives before sipgo does. What passes and
// yet cannot be parsed would be met with silence: it is answered too.
func (c *Config) screen(from sipnet.Hop, raw []byte) (pass, reply []byte) {
	look := judge.Stream
	switch {
	case from.Transport.Datagram():
		look = judge.Message
	case from.Transport.Framed():
		look = judge.Framed
	}
	v := look(raw, from.Addr)
	if v.Pass != nil {
		if _, err := sip.ParseMessage(v.Pass); err != nil {
			v = judge.Unreadable(v.Pass, from.Addr)
		}
	}
	if c.RestrictSource {
		v.Reply = nil // what is broken may be anybody's
	}
	if v.Pass == nil && v.Reason != judge.Keepalive {
		c.Log.Debug("message refused", "peer", from.Addr, "reason", v.Reason.String(), "detail", v.Detail, "answered", v.Reply != nil)
	}
	return v.Pass, v.Reply
}
