package rtpstream

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio/rtpstream/memnet"
)

// synctest itself fails a test that leaves a goroutine behind; goleak in
// TestMain does so for the others.
func TestCloseWaitsAndEndsEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, alice, bob := call(t, nil)
		pass(time.Second)
		began := time.Now()
		alice.Close()
		if took := time.Since(began); took > 20*time.Millisecond {
			t.Errorf("close took %v, more than a frame", took)
		}
		for name, ended := range map[string]chan struct{}{"send": alice.sent, "receive": alice.received, "playout": alice.played} {
			select {
			case <-ended:
			default:
				t.Errorf("the %s goroutine runs on", name)
			}
		}
		if _, err := n.Listen(aliceAddr); err != nil {
			t.Errorf("the socket is open: %v", err)
		}
		alice.WatchFirst()
		pass(time.Second)
		if len(alice.events) != 0 {
			t.Errorf("events %v", alice.events)
		}
		alice.Close() // again
		alice.Start() // does nothing
		if bob.count(EventFault) != 0 {
			t.Error("bob noticed")
		}
	})
}

func TestCloseBeforeStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		alice := newEnd(t, n, aliceAddr, aliceHz, func(c *Config) { c.Remote = bobAddr })
		alice.Close()
		alice.Start()
		if _, err := n.Listen(aliceAddr); err != nil {
			t.Errorf("the socket is open: %v", err)
		}
		if err := alice.ChangeSSRC(t.Context(), 5); !errors.Is(err, ErrClosed) {
			t.Errorf("change of SSRC: %v", err)
		}
	})
}

func TestCloseFromManySides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, alice, _ := call(t, nil)
		pass(time.Second)
		var closers sync.WaitGroup
		for range 5 {
			closers.Go(alice.Close)
		}
		closers.Wait()
	})
}

// stuckDevice returns no frame until it is released.
type stuckDevice struct{ release chan struct{} }

func (d stuckDevice) Rate() int { return rate }

func (d stuckDevice) ReadFrame([]int16) error {
	<-d.release
	return nil
}

func (d stuckDevice) WriteFrame([]int16) error {
	<-d.release
	return nil
}

func (d stuckDevice) Close() error { return nil }

func TestCloseLeavesAStuckDeviceBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		device := stuckDevice{make(chan struct{})}
		n := memnet.New()
		alice := newEnd(t, n, aliceAddr, aliceHz, func(c *Config) { c.Device, c.Remote = device, bobAddr })
		w := tap(n, aliceAddr)
		alice.Start()
		pass(time.Second)
		began := time.Now()
		alice.Close()
		if took := time.Since(began); took != closeGrace {
			t.Errorf("close took %v", took)
		}
		close(device.release)
		<-alice.sent
		<-alice.played
		if len(w.all()) != 0 || alice.Stats().SendErrors != 0 {
			t.Error("a packet was sent after close")
		}
	})
}

// A callback that blocks, against its contract, holds Close up for the grace
// and is the last one: here the same packet would raise another event.
func TestNoEventStartsAfterClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := memnetWith(t)
		release := make(chan struct{})
		var kinds []EventKind
		bob := w.bob(t, func(c *Config) {
			c.OnEvent = func(e Event) {
				kinds = append(kinds, e.Kind)
				<-release
			}
		})
		must(t, bob.ArmReceive(rfcKeys(t)))
		bob.WatchFirst()
		w.from(aliceAddr, 1, w.peer.protected)
		bob.Close()
		close(release)
		<-bob.received
		if len(kinds) != 1 || kinds[0] != EventFirstAuthenticated {
			t.Errorf("events %v", kinds)
		}
	})
}

func TestClosedDeviceEndsItsSideOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, alice, bob := call(t, nil)
		pass(time.Second)
		alice.phone.Close()
		pass(time.Second)
		<-alice.sent
		<-alice.played
		before := alice.Stats().ReceivedClear.Packets
		pass(time.Second)
		if got := alice.Stats().ReceivedClear.Packets - before; got != 50 {
			t.Errorf("%d packets received, want 50", got)
		}
		bob.mustNotHear(aliceHz)
	})
}

// faultyConn is a socket whose reads and writes fail as told.
type faultyConn struct {
	*memnet.Conn
	mu    sync.Mutex
	read  []error // for the next reads
	write error
}

func (c *faultyConn) ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error) {
	if err := c.nextRead(); err != nil {
		return 0, netip.AddrPort{}, err
	}
	return c.Conn.ReadFromUDPAddrPort(b)
}

func (c *faultyConn) nextRead() (err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.read) > 0 {
		err, c.read = c.read[0], c.read[1:]
	}
	return err
}

func (c *faultyConn) WriteToUDPAddrPort(b []byte, to netip.AddrPort) (int, error) {
	c.mu.Lock()
	err := c.write
	c.mu.Unlock()
	if err != nil {
		return 0, err
	}
	return c.Conn.WriteToUDPAddrPort(b, to)
}

func (c *faultyConn) failWrites(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.write = err
}

// times repeats an error as the net package words it.
func times(n int, err error) (errs []error) {
	for range n {
		errs = append(errs, &net.OpError{Op: "read", Net: "udp", Err: err})
	}
	return errs
}

func TestSocketErrors(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		name  string
		read  []error
		fault error // nil: reading goes on
	}{
		{"port unreachable, for long", times(500, syscall.ECONNREFUSED), nil},
		{"too long a packet", times(3, syscall.EMSGSIZE), nil},
		{"windows: port unreachable", times(30, syscall.Errno(10054)), nil},
		{"windows: too long a packet", times(3, syscall.Errno(10040)), nil},
		{"unknown, a few", times(maxFaults-1, broken), nil},
		{"unknown, without end", times(maxFaults, broken), broken},
		{"closed under us", times(1, net.ErrClosed), net.ErrClosed},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := memnetWith(t)
				bob := w.bob(t, func(cfg *Config) { cfg.Conn = &faultyConn{Conn: cfg.Conn.(*memnet.Conn), read: c.read} })
				pass(5 * time.Second)
				before := bob.Stats().ReceivedClear.Packets
				w.from(aliceAddr, 5, w.peer.clear)
				s := bob.Stats()
				if s.SocketErrors != uint64(len(c.read)) {
					t.Errorf("%d errors counted, want %d", s.SocketErrors, len(c.read))
				}
				if got := s.ReceivedClear.Packets - before; (got == 5) != (c.fault == nil) {
					t.Errorf("%d packets received", got)
				}
				if c.fault == nil {
					if bob.count(EventFault) != 0 {
						t.Error("a fault was reported")
					}
					return
				}
				if bob.count(EventFault) != 1 || !errors.Is(bob.events[0].Err, c.fault) {
					t.Errorf("events %+v", bob.events)
				}
			})
		})
	}
}

func TestFailedWritesAreCountedAndSendingGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var conn *faultyConn
		_, _, bob := call(t, func(who int, c *Config) {
			if who == 0 {
				conn = &faultyConn{Conn: c.Conn.(*memnet.Conn)}
				c.Conn = conn
			}
		})
		bob.mustHear(aliceHz)
		conn.failWrites(syscall.ENETUNREACH)
		bob.mustNotHear(aliceHz)
		conn.failWrites(nil)
		bob.mustHear(aliceHz)
	})
}

func TestConfigIsChecked(t *testing.T) {
	for name, spoil := range map[string]func(c *Config){
		"no socket":            func(c *Config) { c.Conn = nil },
		"no codec":             func(c *Config) { c.Codec = nil },
		"no device":            func(c *Config) { c.Device = nil },
		"device at 11025 Hz":   func(c *Config) { c.Device = oddDevice{} },
		"payload type 128":     func(c *Config) { c.SendPT = 128 },
		"payload type 255":     func(c *Config) { c.RecvPT = 255 },
		"no packet time":       func(c *Config) { c.Ptime = 0 },
		"negative packet time": func(c *Config) { c.Ptime = -20 * time.Millisecond },
		"packet time 170 ms":   func(c *Config) { c.Ptime = 170 * time.Millisecond },
		"packet time 0.5 ms":   func(c *Config) { c.Ptime = 500 * time.Microsecond },
	} {
		c := testConfig(t, &sinkConn{}, newTelephone(aliceHz))
		spoil(&c)
		if _, err := New(c); !errors.Is(err, ErrConfig) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(testConfig(t, &sinkConn{}, newTelephone(aliceHz))); err != nil {
		t.Errorf("without a remote address or events: %v", err)
	}
}

// oddDevice has no whole number of samples in a millisecond.
type oddDevice struct{ stuckDevice }

func (oddDevice) Rate() int { return 11025 }
