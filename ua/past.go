package ua

import (
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/dialog"
	"star18/ua/sipnet"
)

// pastLimit bounds the memory of calls that have ended.
const pastLimit = 64

// past is the INVITEs of calls that have ended: an answer to one may still be on
// its way, from a telephone that a CANCEL did not reach or another fork, and
// would be repeated for 32 s and then ring into nothing (RFC 3261 13.2.2.4).
type past struct {
	mu    sync.Mutex
	calls map[dialogKey]pastInvite
}

type pastInvite struct {
	req   *sip.Request
	dst   sipnet.Hop
	until time.Time
	sent  map[string]bool // tags that were sent away
}

// rememberInvite keeps what a late answer to our INVITE needs, as long as one
// may come.
func (c *Call) rememberInvite() {
	if c.out.req == nil {
		return
	}
	p := &c.line.past
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	for key, old := range p.calls {
		if now.After(old.until) {
			delete(p.calls, key)
		}
	}
	if p.calls == nil {
		p.calls = map[dialogKey]pastInvite{}
	}
	if len(p.calls) >= pastLimit {
		return
	}
	sent := c.forks
	if sent == nil {
		sent = map[string]bool{}
	}
	if c.dlg != nil {
		sent[c.dlg.RemoteTag()] = true // it was told BYE, or said it
	}
	p.calls[c.key] = pastInvite{req: c.out.req, dst: c.out.dst, until: now.Add(ackLimit), sent: sent}
}

// take is the INVITE that a late answer belongs to, and whether its dialog has
// been sent away before: then only its ACK was lost.
func (p *past) take(key dialogKey, tag string) (invite pastInvite, again, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	invite, ok = p.calls[key]
	if !ok || time.Now().After(invite.until) || !invite.sent[tag] && len(invite.sent) > maxForks {
		return invite, false, false
	}
	again = invite.sent[tag]
	invite.sent[tag] = true
	return invite, again, true
}

// lateAnswer acknowledges a 2xx for a call that has ended, and hangs up.
func (l *Line) lateAnswer(key dialogKey, res *sip.Response) {
	tag := toTag(res)
	invite, again, ok := l.past.take(key, tag)
	if !ok || res.CSeq().SeqNo != invite.req.CSeq().SeqNo {
		return
	}
	d, err := dialog.NewUAC(invite.req, reachable(invite.req, res))
	if err != nil {
		return
	}
	l.wg.Go(func() { l.sendAway(d, res.CSeq().SeqNo, invite.dst, again) })
}

// reachable is an answer with a Contact: one without could be neither
// acknowledged nor hung up, so it gets the address that was called.
func reachable(invite *sip.Request, res *sip.Response) *sip.Response {
	if res.Contact() == nil {
		res.AppendHeader(&sip.ContactHeader{Address: *invite.Recipient.Clone()})
	}
	return res
}
