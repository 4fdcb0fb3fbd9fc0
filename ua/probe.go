package ua

import (
	"time"

	"github.com/emiago/sipgo/sip"
)

// probe asks the registrar's server whether it is there: any answer will do. With
// mirror it asks for ourselves. It also finds a changed address of which nobody
// told.
func (r *registration) probe(mirror bool) {
	if r.unprobe != nil {
		r.unprobe()
		r.unprobe = nil
	}
	if r.line.follow(r.servers.hop) {
		r.do(r.agent.Wake(time.Now()))
		return
	}
	r.probes++
	r.sendProbe(r.probes, mirror, nil)
}

func (r *registration) sendProbe(n int, mirror bool, challenge *sip.Response) {
	req := r.options(mirror)
	if challenge == nil && !mirror {
		r.asking.forget() // whoever just listens for a sign of life needs no proof
	}
	if !r.asking.add(r.line, r.line.credentials(), req, challenge) {
		r.do(r.agent.ProbeAnswered(time.Now(), challenge))
		return
	}
	tx, err := r.line.ep.Start(req, r.servers.hop, func(res *sip.Response, err error) {
		r.box.put(func() { r.probed(n, mirror, res, err) })
	})
	if err != nil {
		r.do(r.agent.ProbeSilent(time.Now()))
		return
	}
	r.unprobe = tx.Abandon
}

func (r *registration) probed(n int, mirror bool, res *sip.Response, err error) {
	switch {
	case n != r.probes:
	case err != nil:
		r.unprobe = nil
		r.do(r.agent.ProbeSilent(time.Now()))
	case res.IsProvisional():
	case mirror && challenged(res):
		r.sendProbe(n, mirror, res)
	default:
		r.unprobe = nil
		r.do(r.agent.ProbeAnswered(time.Now(), res))
	}
}

func (r *registration) options(mirror bool) *sip.Request {
	l := r.line
	uri := sip.Uri{Scheme: "sip", Host: l.cfg.Domain}
	if mirror {
		uri = l.aor()
	}
	req := sip.NewRequest(sip.OPTIONS, uri)
	from := sip.FromHeader{Address: l.aor(), Params: sip.NewParams()}
	from.Params.Add("tag", newTag())
	callID, forwards := newCallID(l.Addr()), sip.MaxForwardsHeader(70)
	l.preload(req, nil)
	req.AppendHeader(&from)
	req.AppendHeader(&sip.ToHeader{Address: uri, Params: sip.NewParams()})
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: 1, MethodName: sip.OPTIONS})
	req.AppendHeader(&forwards)
	req.AppendHeader(&sip.ContactHeader{Address: l.contact()})
	l.stamp(req)
	return req
}
