package lab

import (
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// faults are those armed and not yet used up.
type faults struct {
	mu       sync.Mutex
	in, out  map[sip.RequestMethod]int
	refusals map[sip.RequestMethod]refusal
	holdACK  time.Duration
	stale    bool
	dead     time.Time // until when
}

type refusal struct{ status, left int }

// DropRequests loses the next n requests of a method on arrival.
func (l *Lab) DropRequests(method string, n int) {
	l.fault.mu.Lock()
	defer l.fault.mu.Unlock()
	if l.fault.in == nil {
		l.fault.in = make(map[sip.RequestMethod]int)
	}
	l.fault.in[sip.RequestMethod(method)] = n
}

// DropResponses loses the next n final responses to a method as they leave,
// repetitions counted.
func (l *Lab) DropResponses(method string, n int) {
	l.fault.mu.Lock()
	defer l.fault.mu.Unlock()
	if l.fault.out == nil {
		l.fault.out = make(map[sip.RequestMethod]int)
	}
	l.fault.out[sip.RequestMethod(method)] = n
}

// Refuse answers the next n requests of a method with this status, before
// anything else is looked at: an INFO that a proxy does not let through.
func (l *Lab) Refuse(method string, status, n int) {
	l.fault.mu.Lock()
	defer l.fault.mu.Unlock()
	if l.fault.refusals == nil {
		l.fault.refusals = make(map[sip.RequestMethod]refusal)
	}
	l.fault.refusals[sip.RequestMethod(method)] = refusal{status, n}
}

// HoldACK keeps the next ACK to a 2xx back for d, so that what follows it
// arrives before it.
func (l *Lab) HoldACK(d time.Duration) {
	l.fault.mu.Lock()
	defer l.fault.mu.Unlock()
	l.fault.holdACK = d
}

// StaleOnce answers the next request that carries credentials with a new
// challenge marked stale, whether they are right or not.
func (l *Lab) StaleOnce() {
	l.fault.mu.Lock()
	defer l.fault.mu.Unlock()
	l.fault.stale = true
}

// Forget loses all registrations and nonces, as a registrar does that was
// started again.
func (l *Lab) Forget() {
	l.where.forget()
	l.auth.Forget()
}

// Dead is a registrar that ends now and is started again after d: it hears and
// says nothing until then, and has lost all registrations and nonces.
func (l *Lab) Dead(d time.Duration) {
	l.Forget()
	l.fault.mu.Lock()
	defer l.fault.mu.Unlock()
	l.fault.dead = l.cfg.Now().Add(d)
}

func (l *Lab) isDead() bool {
	l.fault.mu.Lock()
	defer l.fault.mu.Unlock()
	return l.cfg.Now().Before(l.fault.dead)
}

func (f *faults) losesIn(msg sip.Message) bool {
	if _, ok := msg.(*sip.Request); !ok {
		return false
	}
	return f.take(&f.in, msg)
}

func (f *faults) losesOut(msg sip.Message) bool {
	if res, ok := msg.(*sip.Response); !ok || res.IsProvisional() {
		return false
	}
	return f.take(&f.out, msg)
}

func (f *faults) take(from *map[sip.RequestMethod]int, msg sip.Message) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := method(msg)
	if (*from)[m] == 0 {
		return false
	}
	(*from)[m]--
	return true
}

func (f *faults) takeRefusal(m sip.RequestMethod) (status int, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.refusals[m]
	if r.left == 0 {
		return 0, false
	}
	r.left--
	f.refusals[m] = r
	return r.status, true
}

func (f *faults) takeHold() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.holdACK
	f.holdACK = 0
	return d
}

func (f *faults) takeStale() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	was := f.stale
	f.stale = false
	return was
}
