package ua

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/dialog"
	"star18/ua/mwi"
)

// subscription asks a server for the state of the mailbox, in a dialog of its
// own. What is not said to be shared belongs to run.
//
//	SUBSCRIBE ─▶ 2xx ─▶ wait ─▶ SUBSCRIBE in the dialog ...
//	    ▲                └─ NOTIFY that ends it, 481 ─▶ a new dialog
//	    └──────────────────────────────────────────────────┘
type subscription struct {
	line    *Line
	policy  mwi.Policy
	expires time.Duration
	seq     uint32
	dlg     *dialog.Dialog
	ended   chan mwi.Step // by a NOTIFY

	ctx  context.Context
	quit context.CancelFunc
	gone chan struct{}

	mu  sync.Mutex // guards what follows, which the reader of NOTIFY needs
	key dialogKey
	tag string // of the server, once it is known
	cs  uint32 // of its last NOTIFY
	end mwi.Policy
}

func newSubscription(l *Line) *subscription {
	s := &subscription{line: l, expires: mwi.Expires, ended: make(chan mwi.Step, 1), gone: make(chan struct{})}
	s.ctx, s.quit = context.WithCancel(context.Background())
	s.anew()
	return s
}

// anew forgets the dialog.
func (s *subscription) anew() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key = dialogKey{string(newCallID(s.line.Addr())), newTag()}
	s.tag, s.cs, s.dlg, s.seq = "", 0, nil, 0
}

func (s *subscription) is(callID, localTag string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.key == dialogKey{callID, localTag}
}

// admit takes NOTIFYs of one server, in order: the first to answer has the
// subscription (RFC 6665 4.1.4 lets us refuse the other forks).
func (s *subscription) admit(req *sip.Request) bool {
	tag := fromTag(req)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tag == "" {
		s.tag = tag
	}
	if tag == "" || tag != s.tag || req.CSeq().SeqNo < s.cs {
		return false
	}
	s.cs = req.CSeq().SeqNo
	return true
}

// noteState reads Subscription-State: terminated;reason=...;retry-after=...
func (s *subscription) noteState(text string) {
	state, params, _ := strings.Cut(text, ";")
	if !strings.EqualFold(strings.TrimSpace(state), "terminated") {
		return
	}
	reason, after := "", time.Duration(0)
	for p := range strings.SplitSeq(params, ";") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(p), "="); strings.ToLower(name) {
		case "reason":
			reason = value
		case "retry-after":
			after = seconds(value)
		}
	}
	s.mu.Lock()
	step := s.end.Terminated(reason, after)
	s.mu.Unlock()
	select {
	case s.ended <- step:
	default: // it has ended already
	}
}

// run subscribes until stop, after the registration.
func (s *subscription) run() {
	defer close(s.gone)
	_ = s.line.AwaitRegistered(s.ctx) // without one the server may know us all the same
	for s.ctx.Err() == nil {
		step := s.subscribe(s.ctx, s.expires)
		switch {
		case s.ctx.Err() != nil:
			return
		case step.Lower > 0:
			s.expires = step.Lower
			continue
		}
		if !s.wait(step) {
			s.line.log.Info("the server keeps no message summary")
			return
		}
	}
}

// wait passes the time of a step, or of the one that a NOTIFY brings; false if
// there is nothing more to wait for.
func (s *subscription) wait(step mwi.Step) bool {
	for {
		if step.Give {
			s.anew()
			return false
		}
		if step.Anew {
			s.anew()
		}
		select {
		case <-time.After(step.Wait):
			return true
		case step = <-s.ended:
		case <-s.ctx.Done():
			return true
		}
	}
}

// stop ends run and the subscription, politely but no longer than ctx.
func (s *subscription) stop(ctx context.Context) {
	s.quit()
	<-s.gone
	if s.dlg != nil {
		s.subscribe(ctx, 0)
	}
}

// subscribe sends one SUBSCRIBE and answers its challenges.
func (s *subscription) subscribe(ctx context.Context, expires time.Duration) mwi.Step {
	l := s.line
	var challenge *sip.Response
	var proof proof
	for {
		req, hopURI, err := s.request(expires)
		if err != nil {
			return mwi.Step{Give: true}
		}
		if !proof.add(l, l.credentials(), req, challenge) {
			return s.policy.Answered(challenge.StatusCode, 0, 0, 0)
		}
		dst, err := l.nextHop(ctx, hopURI)
		if err != nil {
			return s.policy.Silent()
		}
		res, err := l.ep.Do(ctx, req, dst)
		switch {
		case err != nil:
			return s.policy.Silent()
		case challenged(res):
			challenge = res
		default:
			s.settle(req, res)
			return s.policy.Answered(res.StatusCode, headerSeconds(res, "Expires"), headerSeconds(res, "Min-Expires"), headerSeconds(res, "Retry-After"))
		}
	}
}

// settle keeps the dialog that a first success makes.
func (s *subscription) settle(req *sip.Request, res *sip.Response) {
	if !res.IsSuccess() {
		return
	}
	if s.dlg != nil {
		_ = s.dlg.RefreshTarget(res) // without a Contact the old one stays
		return
	}
	dlg, err := dialog.NewUAC(req, res)
	if err != nil {
		s.line.log.Info("the message summary has no dialog", "error", err)
		return // the next SUBSCRIBE begins anew
	}
	s.dlg = dlg
	s.mu.Lock()
	s.tag = dlg.RemoteTag()
	s.mu.Unlock()
}

// request is the next SUBSCRIBE, and the URI whose host it goes to.
func (s *subscription) request(expires time.Duration) (*sip.Request, sip.Uri, error) {
	l := s.line
	var req *sip.Request
	var to sip.Uri
	if s.dlg != nil {
		req, to = s.dlg.Request(sip.SUBSCRIBE), s.dlg.NextHop()
	} else {
		var err error
		if to, err = l.forwardURI(l.cfg.Calls.Mailbox); err != nil {
			return nil, to, err
		}
		req = s.first(to)
	}
	seconds := sip.ExpiresHeader(expires / time.Second)
	req.AppendHeader(&sip.ContactHeader{Address: l.contact()})
	req.AppendHeader(sip.NewHeader("Event", mwi.Event))
	req.AppendHeader(sip.NewHeader("Accept", mwi.ContentType))
	req.AppendHeader(&seconds)
	l.stamp(req)
	return req, to, nil
}

// first is a SUBSCRIBE outside of any dialog.
func (s *subscription) first(to sip.Uri) *sip.Request {
	l := s.line
	s.seq++
	req := sip.NewRequest(sip.SUBSCRIBE, to)
	l.preload(req, l.serviceRoute())
	from := sip.FromHeader{DisplayName: l.displayName(), Address: l.aor(), Params: sip.NewParams()}
	from.Params.Add("tag", s.key.localTag)
	callID, forwards := sip.CallIDHeader(s.key.callID), sip.MaxForwardsHeader(70)
	req.AppendHeader(&from)
	req.AppendHeader(&sip.ToHeader{Address: to, Params: sip.NewParams()})
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: s.seq, MethodName: sip.SUBSCRIBE})
	req.AppendHeader(&forwards)
	return req
}
