package securecall

import (
	"sync"
	"testing"
	"time"
)

// Oracle of this file: section 5, "after 20 failed blocks in an hour an
// identity answers Hellos with 415 (service_off, detail rate) for an hour,
// running calls untouched".

// movingClock is time that a test moves.
type movingClock struct{ now time.Time }

func (c *movingClock) Now() time.Time { return c.now }

func (c *movingClock) pass(d time.Duration) { c.now = c.now.Add(d) }

func TestLimiterCountsBlocksInAnHour(t *testing.T) {
	c := &movingClock{testNow}
	l := NewLimiter(c.Now)
	for range 19 {
		l.failed(1)
	}
	if l.rests() {
		t.Fatal("rests after 19 blocks")
	}
	c.pass(time.Hour) // all of them are too old now
	for range 9 {
		l.failed(2)
		c.pass(time.Minute)
	}
	l.failed(1)
	if l.rests() {
		t.Fatal("rests after 19 blocks in an hour")
	}
	l.failed(1)
	if !l.rests() {
		t.Fatal("does not rest after 20 blocks in an hour")
	}
	c.pass(time.Hour - time.Second)
	if !l.rests() {
		t.Error("rests for less than an hour")
	}
	c.pass(time.Second)
	if l.rests() {
		t.Error("rests for more than an hour")
	}
	l.failed(2)
	if l.rests() {
		t.Error("old failures count again after the rest")
	}
}

// A call that still runs cannot prolong the rest with single failures.
func TestRestIsNotProlonged(t *testing.T) {
	c := &movingClock{testNow}
	l := NewLimiter(c.Now)
	l.failed(maxFailedBlocks)
	c.pass(30 * time.Minute)
	l.failed(maxFailedBlocks - 1)
	c.pass(30 * time.Minute)
	if l.rests() {
		t.Error("rests for more than an hour")
	}
}

// A failure an hour old is forgotten one by one: the window slides.
func TestLimiterWindowSlides(t *testing.T) {
	c := &movingClock{testNow}
	l := NewLimiter(c.Now)
	for range 100 {
		l.failed(1)
		c.pass(4 * time.Minute) // 15 in any hour
	}
	if l.rests() || len(l.failures) > maxFailedBlocks {
		t.Errorf("rests %v, remembers %d failures", l.rests(), len(l.failures))
	}
}

func TestLimiterIsShared(t *testing.T) {
	l := NewLimiter(clock)
	var wg sync.WaitGroup
	for range maxFailedBlocks {
		wg.Go(func() { l.failed(1); _ = l.rests() })
	}
	wg.Wait()
	if !l.rests() {
		t.Error("failures of calls at the same time were lost")
	}
}

func TestIdentityRests(t *testing.T) {
	c := &movingClock{testNow}
	limiter := NewLimiter(c.Now)
	newCall := func() *Callee {
		return bobAnswers(t, func(cfg *CalleeConfig) { cfg.Limiter, cfg.Now = limiter, c.Now })
	}
	running, secured := newCall(), newCall()
	running.Receive("", aliceHello(t, aliceSSRC), atCallee)
	secured.Receive("", aliceHello(t, aliceSSRC), atCallee)
	for range maxFailedBlocks / maxOpened {
		call := newCall()
		if a := call.Receive("", aliceHello(t, aliceSSRC), atCallee); a.Status != 200 {
			t.Fatalf("refused too early: %v", a.Refusal)
		}
		call.Receive("", garbledFinal(1), atCallee)
		call.Receive("", garbledFinal(2), atCallee)
		call.Receive("", garbledFinal(2), atCallee) // repeated: does not count
	}
	late := newCall().Receive("", aliceHello(t, aliceSSRC), atCallee)
	wantRefusal(t, late.Refusal, ServiceOff, 415)
	if late.Refusal.Detail != "rate" || late.Status != 415 {
		t.Errorf("answered %+v", late)
	}
	if a := running.Receive("", finalFor(t, "running", Split), atCallee); a.Keys == nil {
		t.Errorf("a call whose hello was accepted before is refused: %v", a.Refusal)
	}
	c.pass(time.Hour)
	if a := newCall().Receive("", aliceHello(t, aliceSSRC), atCallee); a.Status != 200 {
		t.Errorf("after the rest: %v", a.Refusal)
	}
}

// A split Final has two blocks, and both count.
func TestSplitFinalCountsItsBlocks(t *testing.T) {
	bad := make([]byte, finalSplitLen)
	for i := wordLen; i < len(bad); i++ {
		bad[i] = 1
	}
	limiter := NewLimiter(clock)
	callee := bobAnswers(t, func(c *CalleeConfig) { c.Limiter = limiter })
	callee.Receive("", aliceHello(t, aliceSSRC), atCallee)
	wantRefusal(t, callee.Receive("", EncodeBody(bad), atCallee).Refusal, BadKeyBlock, 488)
	if len(limiter.failures) != 1 || limiter.failures[0].blocks != 2 {
		t.Errorf("recorded %+v, want two blocks", limiter.failures)
	}
}
