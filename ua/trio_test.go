package ua

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"star18/audio"
	"star18/audio/measure"
	"star18/ua/digest"
	"star18/ua/lab"
)

// trio is three lines that call each other through a lab, in virtual time. Each
// speaks a tone of its own and takes several calls.
type trio struct {
	*rig
	lab   *lab.Lab
	third *end
}

const (
	thirdUser  = "14085557777"
	fourthUser = "14085558888" // of tests that have one
	thirdTone  = 1450.0
)

var thirdAddr = netip.MustParseAddrPort("192.0.2.3:5060")

// newTrio makes the lines and waits until all are registered; change may alter
// their configurations first.
func newTrio(t *testing.T, change func(a, b, c *Config)) *trio {
	t.Helper()
	tr := &trio{}
	var third Config
	tr.rig, tr.lab = newLabRig(t, func(a, b *Config) {
		third = *a
		third.User, third.AuthUser, third.Listen = thirdUser, "", thirdAddr.String()
		third.DisplayName = "User " + thirdUser[7:]
		third.Secure.Identity = identity(thirdUser)
		for _, cfg := range []*Config{a, b, &third} {
			cfg.Calls = CallsConfig{
				Max: 4, Waiting: true,
				WaitingTone: factoryTone("call-waiting"), ConferenceTone: factoryTone("conference"),
			}
		}
		if change != nil {
			change(a, b, &third)
		}
	}, func(c *lab.Config) {
		c.Users = map[string]digest.Secret{callerUser: "secret-word", calleeUser: "secret-word", thirdUser: "secret-word", fourthUser: "secret-word"}
	})
	tr.third = tr.newEnd(third, thirdTone)
	tr.third.Start()
	tr.await()
	if err := tr.third.AwaitRegistered(t.Context()); err != nil {
		t.Fatal(err)
	}
	return tr
}

func factoryTone(name string) *audio.ToneScript {
	script, ok := audio.NamedTone(name)
	if !ok {
		panic(name)
	}
	return &script
}

func (tr *trio) close() {
	tr.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := tr.third.Close(ctx); err != nil {
		tr.t.Errorf("close: %v", err)
	}
	for _, e := range []*end{tr.caller, tr.callee} {
		if err := e.Close(ctx); err != nil {
			tr.t.Errorf("close: %v", err)
		}
	}
	tr.lab.Close()
	time.Sleep(time.Minute)
}

// place dials without waiting for an answer.
func (e *end) place(to *end, secure bool) *Call {
	e.t.Helper()
	out, err := e.Dial(e.t.Context(), Target{Dialed: to.user, Number: to.user, Secure: secure})
	if err != nil {
		e.t.Fatal(err)
	}
	return out
}

// ring is the call that rings here.
func (e *end) ring() *Call {
	e.t.Helper()
	select {
	case in := <-e.Incoming():
		return in
	case <-time.After(time.Minute):
		e.t.Fatalf("%s: nothing rings", e.user)
		return nil
	}
}

// call places a call and has it answered.
func (e *end) call(to *end, secure bool) (out, in *Call) {
	e.t.Helper()
	out = e.place(to, secure)
	in = to.ring()
	time.Sleep(ringTime)
	if err := in.Answer(); err != nil {
		e.t.Fatalf("answer: %v", err)
	}
	<-out.Answered()
	time.Sleep(3 * time.Second)
	return out, in
}

var endTones = map[string]float64{callerUser: callerTone, calleeUser: calleeTone, thirdUser: thirdTone}

// hears: exactly these ends sound here, in the next second.
func (e *end) hears(others ...*end) {
	e.t.Helper()
	before := e.heard.total()
	time.Sleep(time.Second)
	pcm := e.heard.last(time.Duration(e.heard.total()-before) * time.Second / 8000)
	if len(pcm) < 7000 {
		pcm = make([]int16, 8000) // the device plays nothing
	}
	for user, hz := range endTones {
		want := false
		for _, o := range others {
			want = want || o.user == user
		}
		got := measure.LevelAt(pcm, 8000, hz)
		if want && (got < -12 || got > -8) {
			e.t.Errorf("%s hears %s at %.1f dBm0", e.user, user, got)
		}
		if !want && got > -45 {
			e.t.Errorf("%s hears %s at %.1f dBm0 and should not", e.user, user, got)
		}
	}
}

func (r *recorder) total() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.pcm)
}

// lastOf is the latest event of a kind.
func lastOf[E Event](e *end) E {
	e.t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := len(e.events) - 1; i >= 0; i-- {
		if got, ok := e.events[i].(E); ok {
			return got
		}
	}
	var none E
	e.t.Errorf("%s: no %s", e.user, none.EventName())
	return none
}
