package lab

import (
	"context"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"
)

// leg is a request on its way through: what came in, and what went out.
type leg struct {
	up       *sip.ServerTx
	upstream string // where responses go
	req, fwd *sip.Request

	// answered is set by the reader as the final response passes, which is before
	// watch hears of it: a CANCEL behind an answer must not go on.
	answered atomic.Bool
}

// forward sends a request on within a transaction of its own (RFC 3261 16.6).
func (l *Lab) forward(req *sip.Request, tx *sip.ServerTx) {
	fwd, to, status := l.onward(req)
	if status != 0 {
		l.respond(req, tx, status, reasons[status])
		return
	}
	if req.IsInvite() {
		l.respond(req, tx, sip.StatusTrying, "Trying")
	}
	if l.cfg.RecordRoute && makesDialog(req.Method) {
		l.recordRoute(req, fwd, to)
	}
	branch := l.stamp(fwd, to)
	g := &leg{
		up:       tx,
		upstream: sip.NewResponseFromRequest(req, sip.StatusTrying, "Trying", nil).Destination(),
		req:      req,
		fwd:      fwd,
	}
	l.mu.Lock()
	l.legs[branch] = g
	l.mu.Unlock()
	l.onEnd(tx, func() { delete(l.legs, branch) })
	down, err := l.tx.Request(context.Background(), fwd)
	if err != nil {
		l.log.Warn("request not sent on", "method", req.Method.String(), "peer", to, "error", err)
		l.respond(req, tx, sip.StatusServiceUnavailable, "Service Unavailable")
		return
	}
	inv := l.invite(txKey(req))
	l.watchers.Go(func() { l.watch(g, down, inv) })
}

// passBack sends a response to where its request came from (RFC 3261 16.7) and
// says whether sipgo is to see it: its client transaction must know, to stop
// repeating the request and to acknowledge a refusal. It runs in the reader, so
// that a 180 cannot be overtaken by the 200 behind it; a repeated 2xx passes
// again, which is what its sender waits for.
func (l *Lab) passBack(res *sip.Response) bool {
	via := res.Via()
	if via == nil || res.CSeq() == nil {
		return false
	}
	branch, _ := via.Params.Get("branch")
	l.mu.Lock()
	g := l.legs[branch]
	l.mu.Unlock()
	if g == nil {
		return true // over, but sipgo may have to acknowledge it once more
	}
	if res.CSeq().MethodName != g.fwd.Method || res.StatusCode == sip.StatusTrying {
		return true
	}
	back := res.Clone()
	back.RemoveHeader("Via")
	if back.Via() == nil {
		return false
	}
	back.SetDestination(g.upstream)
	if !back.IsProvisional() {
		g.answered.Store(true)
	}
	if err := g.up.Respond(back); err != nil {
		l.log.Warn("response not passed back", "status", res.StatusCode, "error", err)
	}
	return true
}

// passACK sends the ACK to a 2xx on, which no transaction carries (RFC 3261
// 16.11). One for a user of ours by name, outside any route, is the late
// repetition of an ACK to a refusal and ends here.
func (l *Lab) passACK(req *sip.Request) {
	if req.Route() == nil && l.ours(&req.Recipient) {
		return
	}
	fwd, to, status := l.onward(req)
	if status != 0 {
		return
	}
	l.stamp(fwd, to)
	send := func() {
		if !l.enter() {
			return
		}
		defer l.handlers.Done()
		if err := l.tp.WriteMsg(fwd); err != nil {
			l.log.Warn("ACK not sent on", "peer", to, "error", err)
		}
	}
	if d := l.fault.takeHold(); d > 0 {
		time.AfterFunc(d, send)
		return
	}
	send()
}

func addrOf(a netip.AddrPort) sip.Addr {
	return sip.Addr{IP: net.IP(a.Addr().AsSlice()), Port: int(a.Port())}
}
