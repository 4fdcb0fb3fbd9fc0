package register

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"
)

// world walks an Agent through time, 10 ms a step. What it sends is repeated as
// RFC 3261 17.1.2.1 says and meets a registrar that lives, or does not.
type world struct {
	agent    *Agent
	now      time.Time
	dead     bool
	deaf     bool // to OPTIONS
	mirror   int  // how an OPTIONS to ourselves is answered
	register *request
	probe    *request

	packets, registers, probes int
	told                       []Next
	bound                      time.Time // the last 200
}

// request is one on its way.
type request struct {
	begun, next time.Time
	gap         time.Duration
	mirror      bool
}

const step = 10 * time.Millisecond

func newWorld() *world {
	p := Policy{Expires: time.Hour, Jitter: func(n int64) int64 { return rand.Int64N(max(n, 1)) }}
	w := &world{agent: NewAgent(p, 15*time.Second), now: time.Unix(1000, 0), mirror: 200}
	w.do(w.agent.Wake(w.now))
	return w
}

func (w *world) do(s Step) {
	if s.Told != nil {
		w.told = append(w.told, *s.Told)
	}
	if s.Register {
		w.registers++
		w.register = &request{w.now, w.now, 500 * time.Millisecond, false}
	}
	if s.Probe {
		w.probes++
		w.probe = &request{w.now, w.now, 500 * time.Millisecond, s.Mirror}
	}
}

// sent: the request is on the wire at this moment.
func (w *world) sent(r *request) bool {
	if r == nil || w.now.Before(r.next) {
		return false
	}
	r.next, r.gap = r.next.Add(r.gap), min(2*r.gap, 4*time.Second)
	w.packets++
	return !w.dead
}

func (w *world) run(d time.Duration) {
	for end := w.now.Add(d); w.now.Before(end); w.now = w.now.Add(step) {
		if w.sent(w.register) {
			w.register, w.bound = nil, w.now
			w.do(w.agent.Answered(w.now, response(200, "Contact", "<"+ours.String()+">;expires=3600"), ours))
		}
		if w.sent(w.probe) && !w.deaf {
			status := 200
			if w.probe.mirror {
				status = w.mirror
			}
			w.probe = nil
			w.do(w.agent.ProbeAnswered(w.now, response(status)))
		}
		if r := w.register; r != nil && w.now.Sub(r.begun) >= 32*time.Second {
			w.register = nil
			w.do(w.agent.Silent(w.now, errors.New("no response")))
		}
		if due := w.agent.Due(); !due.IsZero() && !w.now.Before(due) {
			w.do(w.agent.Tick(w.now))
		}
	}
}

// However long the registrar was dead, from whatever moment on, and whether it
// answers OPTIONS or not: 2.1 s after its return it has our REGISTER, as long as
// the outage is young.
func TestReturnIsNoticed(t *testing.T) {
	for _, deaf := range []bool{false, true} {
		for range 200 {
			w := newWorld()
			w.deaf = deaf
			w.run(3*time.Minute + time.Duration(rand.Int64N(int64(time.Minute))))
			w.dead = true
			dead := 70*time.Second + time.Duration(rand.Int64N(int64(5*time.Second)))
			w.run(dead)
			w.dead = false
			back := w.now
			w.run(5 * time.Second)
			if took := w.bound.Sub(back); took < 0 || took > 2100*time.Millisecond {
				t.Errorf("dead for %v (deaf to OPTIONS: %v): registered after %v", dead, deaf, took)
			}
		}
	}
}

// An outage costs less than two packets a second at first, and less later; the
// agent tells of it now and then, and never gives up.
func TestOutageIsPolite(t *testing.T) {
	w := newWorld()
	w.run(time.Minute)
	w.dead = true
	for _, tt := range []struct {
		d    time.Duration
		most float64 // packets a second
	}{{5 * time.Minute, 1.7}, {30 * time.Minute, 1.2}, {3 * time.Hour, 0.8}} {
		before, told := w.packets, len(w.told)
		w.run(tt.d)
		if rate := float64(w.packets-before) / tt.d.Seconds(); rate > tt.most || rate < 0.1 {
			t.Errorf("%.2f packets a second in %v", rate, tt.d)
		}
		if n := len(w.told) - told; n < 1 || n > int(tt.d/(15*time.Second)) {
			t.Errorf("told %d times in %v", n, tt.d)
		}
	}
	w.dead = false
	back := w.now
	w.run(30 * time.Second)
	if took := w.bound.Sub(back); took < 0 || took > pauseOld+5*time.Second {
		t.Errorf("after hours, registered after %v", took)
	}
}

// A calm day: few REGISTERs, one OPTIONS in a quarter of a minute.
func TestCalmIsCheap(t *testing.T) {
	w := newWorld()
	w.run(2 * time.Hour)
	if perHour := w.registers / 2; perHour > 14 {
		t.Errorf("%d REGISTER an hour", perHour)
	}
	if perHour := w.probes / 2; perHour < 200 || perHour > 280 {
		t.Errorf("%d OPTIONS an hour", perHour)
	}
}

// A registrar that loses its locations shows it by the mirror; one that says 404
// of everybody is not asked so for long.
func TestMirror(t *testing.T) {
	w := newWorld()
	w.run(time.Minute)
	w.mirror = 404
	lost := w.now
	w.run(15 * time.Second)
	if !w.bound.After(lost) {
		t.Error("not registered anew")
	}
	n := w.registers
	w.run(4 * time.Minute)
	if w.registers > n+1 {
		t.Errorf("%d REGISTER for a mirror that is blind", w.registers-n)
	}
	w = newWorld()
	w.mirror = 405
	w.run(4 * time.Minute)
	if w.registers != 1 {
		t.Errorf("%d REGISTER where the mirror is not allowed", w.registers)
	}
}

// Of two servers the one that is not there costs two seconds; when both are
// dead each has its turn.
func TestServersInTurn(t *testing.T) {
	w := newWorld()
	w.agent.Servers(2)
	w.dead = true
	w.run(20 * time.Second)
	if w.registers < 9 || w.registers > 12 {
		t.Errorf("%d REGISTER in 20 s", w.registers)
	}
	s := w.agent.Answered(w.now, response(503, "Retry-After", "100"), ours)
	if !s.Register || !s.Another {
		t.Errorf("after 503: %+v", s)
	}
	if s = w.agent.Answered(w.now, response(503), ours); s.Register || s.Told == nil {
		t.Errorf("after 503 of both: %+v", s)
	}
}

// A connection that never lasts is not made anew in an endless hurry.
func TestFlappingConnection(t *testing.T) {
	w := newWorld()
	n := 0
	for end := w.now.Add(10 * time.Minute); w.now.Before(end); {
		w.run(50 * time.Millisecond)
		if w.register == nil && w.agent.bound {
			n++
			w.do(w.agent.ConnectionLost(w.now))
		}
	}
	if n < 10 || n > 40 {
		t.Errorf("%d connections in ten minutes", n)
	}
}
