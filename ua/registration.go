package ua

import (
	"context"
	"crypto/rand"
	"math/big"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/register"
	"star18/ua/sipnet"
)

// registration runs one binding. Its fields belong to run, except those that
// say otherwise.
type registration struct {
	line   *Line
	policy register.Policy
	callID sip.CallIDHeader
	tag    string
	seq    uint32
	bound  bool

	ctx  context.Context // ended by stop
	quit context.CancelFunc
	lost chan struct{} // the connection has gone
	gone chan struct{} // closed when run has ended
	once sync.Once

	outcome chan struct{} // closed when err is set
	err     error
}

func newRegistration(l *Line) *registration {
	r := &registration{
		line:    l,
		policy:  register.Policy{Expires: l.cfg.Expires, Jitter: randomBelow},
		callID:  newCallID(l.Addr()),
		tag:     newTag(),
		lost:    make(chan struct{}, 1),
		gone:    make(chan struct{}),
		outcome: make(chan struct{}),
	}
	r.ctx, r.quit = context.WithCancel(context.Background())
	return r
}

// run registers until stop, then unregisters.
func (r *registration) run() {
	defer close(r.gone)
	for r.ctx.Err() == nil {
		next := r.attempt(r.ctx)
		if r.ctx.Err() != nil {
			return
		}
		r.tell(next)
		r.pause(next.Wait)
	}
}

// pause waits for the next attempt: until it is due, or the connection has gone
// over which calls come. A server that takes connections and drops them is not
// asked in an endless hurry.
func (r *registration) pause(wait time.Duration) {
	begun := time.Now()
	select {
	case <-time.After(wait):
	case <-r.ctx.Done():
	case <-r.lost:
		select {
		case <-time.After(lostPause - min(time.Since(begun), lostPause)):
		case <-r.ctx.Done():
		}
	}
}

const lostPause = time.Second

// connLost may be called from any goroutine.
func (r *registration) connLost(hop sipnet.Hop) {
	if hop.Transport != r.line.cfg.Transport {
		return
	}
	select {
	case r.lost <- struct{}{}:
	default:
	}
}

func (r *registration) tell(next register.Next) {
	l := r.line
	switch next.Outcome {
	case register.TooBrief:
		return
	case register.Registered:
		r.bound = true
		aor, via := l.aor(), l.ep.Reached(l.cfg.Transport)
		l.emit(nil, Registered{AOR: aor.String(), Expires: int(next.Expires / time.Second), Via: sipnet.Hop{Transport: l.cfg.Transport, Addr: via}.String()})
		r.settle(nil)
	default:
		l.emit(nil, RegistrationFailed{Status: next.Status, Reason: next.Reason, RetryIn: int(next.Wait.Round(time.Second) / time.Second)})
		r.settle(&RegistrationError{Status: next.Status, Reason: next.Reason})
	}
}

// settle records the first outcome, for await.
func (r *registration) settle(err error) {
	r.once.Do(func() {
		r.err = err
		close(r.outcome)
	})
}

func (r *registration) await(ctx context.Context) error {
	select {
	case <-r.outcome:
		return r.err
	case <-r.gone:
		return ErrLineClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// stop ends run and takes the binding back, politely but no longer than ctx.
func (r *registration) stop(ctx context.Context) {
	r.quit()
	<-r.gone
	if r.bound {
		r.policy.Expires = 0
		r.attempt(ctx)
	}
}

// attempt sends one REGISTER and answers one challenge.
func (r *registration) attempt(ctx context.Context) register.Next {
	dst, err := r.line.proxyAddr(ctx)
	if err != nil {
		return r.policy.Silent(err)
	}
	// The connection first: the Contact is our end of it.
	if _, err := r.line.ep.Connect(ctx, dst); err != nil {
		return r.policy.Silent(err)
	}
	res, err := r.exchange(ctx, dst)
	if err != nil {
		return r.policy.Silent(err)
	}
	return r.policy.Answered(res, r.line.contact())
}

func (r *registration) exchange(ctx context.Context, dst sipnet.Hop) (*sip.Response, error) {
	res, err := r.line.ep.Do(ctx, r.request(), dst)
	for try := 1; err == nil && challenged(res) && try <= maxChallenges; try++ {
		req := r.request()
		if !r.line.authorize(req, res, try) {
			return res, nil
		}
		res, err = r.line.ep.Do(ctx, req, dst)
	}
	return res, err
}

func (r *registration) request() *sip.Request {
	l := r.line
	r.seq++
	aor := l.aor()
	req := sip.NewRequest(sip.REGISTER, sip.Uri{Scheme: "sip", Host: l.cfg.Domain})
	from := sip.FromHeader{DisplayName: l.displayName(), Address: aor, Params: sip.NewParams()}
	from.Params.Add("tag", r.tag)
	callID, forwards := r.callID, sip.MaxForwardsHeader(70)
	expires := sip.ExpiresHeader(r.policy.Expires / time.Second)
	req.AppendHeader(&from)
	req.AppendHeader(&sip.ToHeader{DisplayName: l.displayName(), Address: aor, Params: sip.NewParams()})
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: r.seq, MethodName: sip.REGISTER})
	req.AppendHeader(&forwards)
	req.AppendHeader(&sip.ContactHeader{Address: l.contact()})
	req.AppendHeader(&expires)
	l.stamp(req)
	return req
}

func randomBelow(n int64) int64 {
	if n <= 0 {
		return 0
	}
	v, err := rand.Int(rand.Reader, big.NewInt(n))
	if err != nil {
		return 0
	}
	return v.Int64()
}
