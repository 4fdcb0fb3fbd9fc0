package ua

import (
	"context"
	"crypto/rand"
	"errors"
	"math/big"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/register"
	"star18/ua/sipnet"
)

// registration keeps one binding. What to send and when is decided by
// ua/register; this sends it. Its fields belong to run, except those that say
// otherwise.
type registration struct {
	line   *Line
	agent  *register.Agent
	box    *inbox
	callID sip.CallIDHeader
	tag    string
	seq    uint32

	servers servers
	sent    elsewhere
	flow    flow
	round   int // counts REGISTERs, so that answers to older ones are known
	abandon func()
	probes  int
	unprobe func()
	contact sip.Uri   // of the last REGISTER
	left    []sip.Uri // contacts of before, to be taken back
	dirty   bool      // the registrar may have a binding of ours
	moves   int       // Contacts changed in a row
	known   string    // the Contact that calls were told
	proof   proof
	asking  proof // of the probes

	ctx  context.Context // ended by stop
	quit context.CancelFunc
	gone chan struct{} // closed when run has ended
	once sync.Once

	outcome chan struct{} // closed when err is set
	err     error
}

func newRegistration(l *Line) *registration {
	policy := register.Policy{Expires: l.cfg.Expires, Jitter: randomBelow}
	r := &registration{
		line:    l,
		agent:   register.NewAgent(policy, l.cfg.Keepalive),
		box:     newInbox(),
		callID:  newCallID(l.Addr()),
		tag:     newTag(),
		gone:    make(chan struct{}),
		outcome: make(chan struct{}),
	}
	r.ctx, r.quit = context.WithCancel(context.Background())
	return r
}

// run registers until stop.
func (r *registration) run() {
	defer close(r.gone)
	defer r.box.close()
	r.do(r.agent.Wake(time.Now()))
	alarm := time.NewTimer(time.Hour)
	defer alarm.Stop()
	for {
		alarm.Stop()
		if due := r.agent.Due(); !due.IsZero() {
			alarm.Reset(max(time.Until(due), 0))
		}
		select {
		case <-r.box.wake:
		case <-alarm.C:
			r.do(r.agent.Tick(time.Now()))
		case <-r.ctx.Done():
			r.drop()
			return
		}
		for _, fn := range r.box.take() {
			fn()
		}
	}
}

// do carries out a decision.
func (r *registration) do(s register.Step) {
	if s.Another {
		r.sent.back()
		r.servers.failed(r.line.resolver)
	}
	if s.Told != nil {
		r.tell(*s.Told)
	}
	if s.Register {
		r.register()
	}
	if s.Probe {
		r.probe(s.Mirror)
	}
}

// drop forgets what is under way.
func (r *registration) drop() {
	for _, end := range []func(){r.abandon, r.unprobe} {
		if end != nil {
			end()
		}
	}
	r.abandon, r.unprobe = nil, nil
}

// register sends a REGISTER from where the line is now to where the registrar
// is now.
func (r *registration) register() {
	if r.abandon != nil {
		r.abandon()
		r.abandon = nil
	}
	r.round++
	round := r.round
	r.locate(func(hops []sipnet.Hop, err error) {
		if round != r.round {
			return
		}
		if err != nil {
			r.do(r.agent.Silent(time.Now(), err))
			return
		}
		if r.line.settle(hops[0]) {
			r.register()
			return
		}
		r.agent.Servers(len(hops))
		r.servers.choose(hops)
		r.line.follow(r.servers.hop)
		if err := r.line.online(r.servers.hop); err != nil {
			r.do(r.agent.Silent(time.Now(), err))
			return
		}
		r.connect(func(err error) {
			switch {
			case round != r.round:
			case err != nil:
				r.do(r.agent.Silent(time.Now(), err))
			default:
				r.send(round, nil)
			}
		})
	})
}

// connect opens the connection first, if there is to be one: the Contact is our
// end of it.
func (r *registration) connect(then func(error)) {
	hop := r.servers.hop
	if hop.Transport.Datagram() {
		then(nil)
		return
	}
	if r.agent.Down() {
		r.line.ep.Drop(hop) // a connection can be dead without knowing it
	}
	r.line.wg.Go(func() {
		_, err := r.line.ep.Connect(r.ctx, hop)
		r.box.put(func() { then(err) })
	})
}

// locate asks where the registrar is. DNS may take its time.
func (r *registration) locate(then func([]sipnet.Hop, error)) {
	q, err := r.line.proxyQuestion()
	if r.sent.at != nil {
		q, err = *r.sent.at, nil
	}
	if err != nil {
		then(nil, err)
		return
	}
	if hops, ok := r.line.resolver.Known(q); ok {
		then(hops, nil)
		return
	}
	r.line.wg.Go(func() {
		hops, err := r.line.resolver.Lookup(r.ctx, q)
		r.box.put(func() { then(hops, err) })
	})
}

// send sends the REGISTER of this round, with the answer to challenge if there
// is one.
func (r *registration) send(round int, challenge *sip.Response) {
	req := r.request()
	if !r.proof.add(r.line, r.line.credentials(), req, challenge) {
		r.settled(challenge)
		return
	}
	r.dirty = true
	tx, err := r.line.ep.Start(req, r.servers.hop, func(res *sip.Response, err error) {
		r.box.put(func() { r.heard(round, res, err) })
	})
	if err != nil {
		r.do(r.agent.Silent(time.Now(), err))
		return
	}
	r.abandon = tx.Abandon
}

func (r *registration) heard(round int, res *sip.Response, err error) {
	switch {
	case round != r.round:
	case err != nil:
		r.abandon = nil
		if errors.Is(err, sipnet.ErrTimeout) {
			err = register.ErrNoAnswer
		}
		r.do(r.agent.Silent(time.Now(), err))
	case res.IsProvisional():
	case challenged(res):
		r.send(round, res)
	default:
		r.abandon = nil
		r.settled(res)
	}
}

// settled takes the final response.
func (r *registration) settled(res *sip.Response) {
	if r.sent.follow(r.line, res) {
		r.do(r.agent.Again(time.Now()))
		return
	}
	if r.flow.withdraw(res) {
		r.do(r.agent.Again(time.Now()))
		return
	}
	if res.IsSuccess() {
		r.keepFlow(res)
	}
	step := r.agent.Answered(time.Now(), res, r.contact)
	r.servers.answered(r.line.resolver)
	if !res.IsSuccess() {
		if challenged(res) {
			r.proof.forget()
		}
		r.do(step)
		return
	}
	r.left, r.sent.count = nil, 0
	r.line.setRoutes(serviceRoutes(res))
	r.do(step)
	r.reached()
	r.mend(res)
}

func (r *registration) tell(next register.Next) {
	l := r.line
	aor := l.aor()
	if next.Outcome == register.Registered {
		l.emit(nil, Registered{AOR: aor.String(), Expires: int(next.Expires / time.Second), Via: r.via()})
		r.settle(nil)
		return
	}
	retry := int((next.Wait + time.Second - 1) / time.Second)
	l.emit(nil, RegistrationFailed{AOR: aor.String(), Status: next.Status, Reason: next.Reason, RetryIn: retry, Err: next.Err})
	r.settle(&RegistrationError{Status: next.Status, Reason: next.Reason})
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
