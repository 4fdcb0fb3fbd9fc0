package audio

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// plug is where a fake card is plugged in: each has a tone, so that it is heard
// which one runs.
type plug struct {
	mu     sync.Mutex
	wanted bool // is there
	other  bool
	opened int
	hangs  time.Duration // how long opening takes

	card *pulledCard // opened last
}

// pulledCard is a card until it is pulled: then it blocks for a moment, is late, and
// in the end fails.
type pulledCard struct {
	Device
	mu     sync.Mutex
	pulled time.Time
	closed atomic.Int32
}

func (c *pulledCard) pull() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pulled = time.Now()
}

func (c *pulledCard) state() error {
	c.mu.Lock()
	since := time.Since(c.pulled)
	gone := !c.pulled.IsZero()
	c.mu.Unlock()
	switch {
	case !gone:
		return nil
	case since < 40*time.Millisecond:
		time.Sleep(60 * time.Millisecond)
		return ErrLate
	case since < 500*time.Millisecond:
		return ErrLate
	}
	return errUnplugged
}

func (c *pulledCard) ReadFrame(pcm []int16) error {
	if err := c.state(); err != nil {
		return err
	}
	return c.Device.ReadFrame(pcm)
}

func (c *pulledCard) Close() error {
	c.closed.Add(1)
	return c.Device.Close()
}

func (p *plug) set(wanted, other bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wanted, p.other = wanted, other
}

// last is the card opened last.
func (p *plug) last() *pulledCard {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.card
}

var errMissing = errors.New("missing")

func (p *plug) open(standIn bool) (Opened, error) {
	time.Sleep(p.hangs)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.opened++
	switch {
	case p.wanted:
		p.card = &pulledCard{Device: NewToneSource(8000, 1000, -10)}
		return Opened{Device: p.card, Input: "wanted"}, nil
	case standIn && p.other:
		p.card = &pulledCard{Device: NewToneSource(8000, 500, -10)}
		return Opened{Device: p.card, Input: "other", StandIn: errMissing}, nil
	}
	return Opened{}, errMissing
}

// earwitness reads frames and notes what they are; every frame must keep the pace.
type earwitness struct {
	t     *testing.T
	d     Device
	start time.Time
	read  int
}

// hear reads for so long and says what the last frame was.
func (l *earwitness) hear(length time.Duration) (kind string) {
	l.t.Helper()
	pcm := make([]int16, 160)
	for range int(length / (20 * time.Millisecond)) {
		if err := l.d.ReadFrame(pcm); err != nil {
			l.t.Fatal(err)
		}
		l.read++
		if late := time.Since(l.start) - time.Duration(l.read)*20*time.Millisecond; late.Abs() > 70*time.Millisecond {
			l.t.Fatalf("frame %d comes %v from its time", l.read, late)
		}
	}
	crossings := 0
	for i := 1; i < len(pcm); i++ {
		if pcm[i-1] < 0 && pcm[i] >= 0 {
			crossings++
		}
	}
	switch {
	case crossings == 0:
		return "silence"
	case crossings > 15:
		return "wanted"
	}
	return "other"
}

func (l *earwitness) hears(what string, after time.Duration) {
	l.t.Helper()
	if got := l.hear(after); got != what {
		l.t.Fatalf("%v later %s is heard, want %s", after, got, what)
	}
}

func witness(t *testing.T, p *plug, stale func() bool) (*earwitness, func() []DeviceState) {
	var mu sync.Mutex
	var states []DeviceState
	d := Watch(Watching{Rate: 8000, Open: p.open, Stale: stale, OnChange: func(c DeviceChange) {
		mu.Lock()
		defer mu.Unlock()
		states = append(states, c.State)
		if (c.Reason == nil) != (c.State == DeviceRunning) {
			t.Errorf("%+v", c)
		}
	}})
	t.Cleanup(func() { d.Close() })
	return &earwitness{t: t, d: d, start: time.Now()}, func() []DeviceState {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(states)
	}
}

// A card is pulled in a call, another stands in, and the wanted one comes back: the
// frames keep their pace all the time.
func TestPulledCardComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &plug{wanted: true, other: true}
		l, states := witness(t, p, nil)
		l.hears("wanted", time.Second)
		p.set(false, true)
		first := p.last()
		first.pull()
		l.hears("silence", 200*time.Millisecond)
		l.hears("other", 500*time.Millisecond)
		p.set(true, true)
		l.hears("wanted", 6*time.Second)
		l.d.Close()
		if got, want := states(), []DeviceState{DeviceRunning, DeviceLost, DeviceStandIn, DeviceRunning}; !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
		if first.closed.Load() == 0 {
			t.Error("the lost card was never closed")
		}
	})
}

// Without any device there is silence, told once, until one comes.
func TestNoCardAtAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &plug{}
		l, states := witness(t, p, nil)
		l.hears("silence", time.Minute)
		p.mu.Lock()
		n := p.opened
		p.mu.Unlock()
		if n < 25 || n > 35 {
			t.Errorf("%d attempts in a minute", n)
		}
		p.set(true, false)
		l.hears("wanted", 6*time.Second)
		if got, want := states(), []DeviceState{DeviceLost, DeviceRunning}; !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
	})
}

// Opening takes eight seconds, as with a driver that hangs: nobody waits for it.
func TestNobodyWaitsForASlowCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &plug{wanted: true, hangs: 8 * time.Second}
		l, _ := witness(t, p, nil)
		l.hears("silence", 7*time.Second)
		l.hears("wanted", 2*time.Second)
	})
}

// Where the library cannot see new devices as long as one is open, the stand-in is
// closed for the look, but only if there is something new.
func TestStandInMakesRoomForTheLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &plug{other: true}
		var plugged atomic.Bool
		l, states := witness(t, p, func() bool { return plugged.Load() })
		l.hears("other", time.Minute)
		if n := p.last().closed.Load(); n != 0 {
			t.Errorf("the stand-in was closed %d times for nothing", n)
		}
		p.set(true, true)
		plugged.Store(true)
		l.hears("wanted", 6*time.Second)
		if got, want := states(), []DeviceState{DeviceStandIn, DeviceRunning}; !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
	})
}

func TestWatchDoesNotAllocate(t *testing.T) {
	w := &watched{faults: make(chan fault, 1), closed: make(chan struct{})}
	w.in.rate, w.out.rate = 8000, 8000
	w.current.Store(&Opened{Device: instant{}})
	pcm := make([]int16, 160)
	if n := testing.AllocsPerRun(100, func() { _, _ = w.ReadFrame(pcm), w.WriteFrame(pcm) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

// instant is a device without pace.
type instant struct{}

func (instant) Rate() int                { return 8000 }
func (instant) ReadFrame([]int16) error  { return nil }
func (instant) WriteFrame([]int16) error { return nil }
func (instant) Close() error             { return nil }
