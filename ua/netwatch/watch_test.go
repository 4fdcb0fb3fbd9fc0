package netwatch

import (
	"context"
	"fmt"
	"net/netip"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// machine is a computer whose network and sleep the test decides.
type machine struct {
	t     *testing.T
	now   atomic.Pointer[Snapshot]
	moves chan struct{}
	slept atomic.Int64
	looks atomic.Int32
	out   <-chan Change
}

func machineWith(t *testing.T, moves chan struct{}, addrs ...string) *machine {
	m := &machine{t: t, moves: moves}
	m.have(addrs...)
	m.out = Watch(t.Context(), Config{
		Look:  func() (Snapshot, error) { m.looks.Add(1); return *m.now.Load(), nil },
		Moves: func(context.Context) <-chan struct{} { return moves },
		Slept: func() time.Duration { return time.Duration(m.slept.Load()) },
	})
	return m
}

func (m *machine) have(addrs ...string) {
	var s Snapshot
	for _, a := range addrs {
		s.Addrs = append(s.Addrs, netip.MustParseAddr(a))
	}
	m.now.Store(&s)
}

func (m *machine) move(addrs ...string) {
	m.have(addrs...)
	m.moves <- struct{}{}
}

// within asserts that the next change comes in time and reads like this.
func (m *machine) within(d time.Duration, want string) {
	m.t.Helper()
	start := time.Now()
	select {
	case c := <-m.out:
		if got := fmt.Sprintf("%v %v %v %v", c.Came, c.Gone, c.Rerouted, c.Woke); got != want {
			m.t.Errorf("told %s, want %s", got, want)
		}
		m.t.Logf("after %v", time.Since(start))
	case <-time.After(d):
		m.t.Errorf("nothing told within %v, want %s", d, want)
	}
}

func (m *machine) quiet(d time.Duration) {
	m.t.Helper()
	select {
	case c := <-m.out:
		m.t.Errorf("told %+v, want silence", c)
	case <-time.After(d):
	}
}

func virtual(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

// A change comes in pieces and is told once, when it rests.
func TestOneChangeOfManyMoves(t *testing.T) {
	virtual(t, func(t *testing.T) {
		m := machineWith(t, make(chan struct{}), "192.0.2.1")
		m.quiet(time.Hour)
		m.move()
		time.Sleep(settle / 2)
		m.move("198.51.100.7")
		time.Sleep(settle / 2)
		m.move("198.51.100.7", "2001:db8::7")
		m.within(settle+time.Millisecond, "[198.51.100.7 2001:db8::7] [192.0.2.1] false false")
		m.quiet(time.Hour)
		if n := m.looks.Load(); n != 2 {
			t.Errorf("looked %d times, want at the beginning and once", n)
		}
	})
}

// A link that is away and comes back is told both times.
func TestLinkDownAndUp(t *testing.T) {
	virtual(t, func(t *testing.T) {
		m := machineWith(t, make(chan struct{}), "192.0.2.1")
		m.move()
		m.within(settle+time.Millisecond, "[] [192.0.2.1] false false")
		time.Sleep(30 * time.Second)
		m.move("192.0.2.1")
		m.within(settle+time.Millisecond, "[192.0.2.1] [] false false")
	})
}

// Who reads late learns that the way was away, though the address is the same.
func TestReadLate(t *testing.T) {
	virtual(t, func(t *testing.T) {
		m := machineWith(t, make(chan struct{}), "192.0.2.1")
		m.move()
		time.Sleep(time.Second)
		m.move("192.0.2.1")
		time.Sleep(time.Second)
		m.within(time.Millisecond, "[] [] true false")
		m.quiet(time.Hour)
	})
}

func TestMovesThatChangeNothing(t *testing.T) {
	virtual(t, func(t *testing.T) {
		m := machineWith(t, make(chan struct{}), "192.0.2.1")
		for range 10 {
			m.move("192.0.2.1")
			m.quiet(time.Second)
		}
	})
}

// Without anybody who says so, looking finds it; so it does when that ends.
func TestPolling(t *testing.T) {
	for name, moves := range map[string]chan struct{}{"never": nil, "no longer": make(chan struct{})} {
		t.Run(name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				moves := moves
				if moves != nil {
					moves = make(chan struct{})
					close(moves)
				}
				m := machineWith(t, moves, "192.0.2.1")
				time.Sleep(time.Minute + time.Millisecond)
				m.have("192.0.2.2")
				m.within(pace+time.Millisecond, "[192.0.2.2] [192.0.2.1] false false")
			})
		})
	}
}

// A lid that was closed is noticed when it opens, address or not.
func TestWoke(t *testing.T) {
	virtual(t, func(t *testing.T) {
		m := machineWith(t, make(chan struct{}), "192.0.2.1")
		m.slept.Add(int64(time.Second)) // a clock that is set a little
		m.quiet(time.Minute)
		m.slept.Add(int64(8 * time.Hour))
		m.within(pace+time.Millisecond, "[] [] false true")
		m.slept.Add(int64(time.Hour))
		m.have("192.0.2.2")
		m.within(pace+time.Millisecond, "[192.0.2.2] [192.0.2.1] false true")
	})
}

// The channel closes with the context, and nothing stays behind: synctest
// would not return.
func TestEnds(t *testing.T) {
	virtual(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		out := Watch(ctx, Config{Look: func() (Snapshot, error) { return Snapshot{}, nil },
			Moves: func(context.Context) <-chan struct{} { return nil }})
		cancel()
		if c, ok := <-out; ok {
			t.Errorf("told %+v", c)
		}
	})
}

// The system can be looked at, and its watch ends.
func TestSystem(t *testing.T) {
	if _, err := look(); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	moved := moves(ctx)
	cancel()
	if moved != nil {
		for range moved {
		}
	}
	if d := slept(); d < -time.Second {
		t.Errorf("slept %v", d)
	}
}
