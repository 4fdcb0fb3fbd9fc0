package rtpstream

import (
	"math"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"star18/audio"
	"star18/audio/measure"
	"star18/audio/rtpstream/memnet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	rate = 8000
	// tonePeak is about -10 dBm0: an ordinary voice level.
	tonePeak = 7000
	toneDBm0 = -10.2 // 20 log10(7000 / 22651): G.711's 0 dBm0 has that peak
)

// telephone is a device in virtual time: it captures a sine and keeps what is
// played. It is paced by absolute ticks, so it does not drift.
type telephone struct {
	hz     float64
	at     int // samples a second
	began  time.Time
	closed chan struct{}
	once   sync.Once

	captured int // samples, of the reading goroutine

	mu     sync.Mutex
	played []int16
}

func newTelephone(hz float64) *telephone {
	return &telephone{hz: hz, at: rate, began: time.Now(), closed: make(chan struct{})}
}

func (p *telephone) Rate() int { return p.at }

func (p *telephone) ReadFrame(pcm []int16) error {
	for i := range pcm {
		pcm[i] = sine(p.hz*rate/float64(p.at), p.captured)
		p.captured++
	}
	return p.until(p.captured)
}

func (p *telephone) WriteFrame(pcm []int16) error {
	p.mu.Lock()
	p.played = append(p.played, pcm...)
	n := len(p.played)
	p.mu.Unlock()
	return p.until(n)
}

// until waits for the moment at which n samples have passed.
func (p *telephone) until(n int) error {
	tick := time.NewTimer(time.Until(p.began.Add(time.Duration(n) * time.Second / time.Duration(p.at))))
	defer tick.Stop()
	select {
	case <-p.closed:
		return audio.ErrClosed
	case <-tick.C:
		return nil
	}
}

func (p *telephone) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

// now is the moment in the recording that is being played now.
func (p *telephone) now() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.played)
}

// heard is what was played since a moment.
func (p *telephone) heard(since int) []int16 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]int16(nil), p.played[since:]...)
}

func sine(hz float64, n int) int16 {
	return int16(tonePeak * math.Sin(2*math.Pi*hz*float64(n)/rate))
}

// end is one stream with its telephone.
type end struct {
	*Stream
	t     *testing.T
	phone *telephone
	addr  netip.AddrPort

	mu     sync.Mutex
	events []Event
}

var (
	aliceAddr = netip.MustParseAddrPort("192.0.2.1:16384")
	bobAddr   = netip.MustParseAddrPort("192.0.2.2:16384")
)

const (
	aliceHz = 440.0
	bobHz   = 1300.0
	forgeHz = 2100.0
)

// call connects alice and bob and lets them talk. change may alter the
// configuration of each (0 is alice).
func call(t *testing.T, change func(who int, c *Config)) (*memnet.Network, *end, *end) {
	t.Helper()
	n := memnet.New()
	alice := newEnd(t, n, aliceAddr, aliceHz, func(c *Config) {
		c.Remote, c.SSRC, c.Seq, c.Timestamp = bobAddr, 0xa11ce, 1000, 5000
		if change != nil {
			change(0, c)
		}
	})
	bob := newEnd(t, n, bobAddr, bobHz, func(c *Config) {
		c.Remote, c.SSRC, c.Seq, c.Timestamp = aliceAddr, 0xb0b, 2000, 900000
		if change != nil {
			change(1, c)
		}
	})
	alice.Start()
	bob.Start()
	return n, alice, bob
}

// newEnd makes a stream that the test closes.
func newEnd(t *testing.T, n *memnet.Network, addr netip.AddrPort, hz float64, change func(c *Config)) *end {
	t.Helper()
	conn, err := n.Listen(addr)
	if err != nil {
		t.Fatal(err)
	}
	e := &end{t: t, phone: newTelephone(hz), addr: addr}
	c := testConfig(t, conn, e.phone)
	c.OnEvent = e.keep
	change(&c)
	e.Stream, err = New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		e.phone.Close()
		e.Close()
	})
	return e
}

func testConfig(t testing.TB, conn Conn, device audio.Device) Config {
	t.Helper()
	codec, err := audio.NewCodec("PCMU")
	if err != nil {
		t.Fatal(err)
	}
	return Config{Conn: conn, Codec: codec, SendPT: testPT, RecvPT: testPT, Ptime: 20 * time.Millisecond, Device: device}
}

func (e *end) keep(ev Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.events = append(e.events, ev)
}

// count is how often an event came.
func (e *end) count(kind EventKind) (n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, ev := range e.events {
		if ev.Kind == kind {
			n++
		}
	}
	return n
}

// pass lets virtual time go by, until just before a tick of the telephones.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// settling is longer than the jitter buffer and the concealment together.
const settling = 300 * time.Millisecond

// hears measures a frequency in what is played during d from now, after the
// sound of before has died away.
func (e *end) hears(hz float64, d time.Duration) float64 {
	e.t.Helper()
	pass(settling)
	since := e.phone.now()
	pass(d)
	return measure.LevelAt(e.phone.heard(since), e.phone.at, hz)
}

// mustHear and mustNotHear state what a user would notice: the voice at its
// level, or nothing of it (60 dB below).
func (e *end) mustHear(hz float64) {
	e.t.Helper()
	if level := e.hears(hz, 500*time.Millisecond); math.Abs(level-toneDBm0) > 1 {
		e.t.Errorf("%v Hz at %.1f dBm0, want %.1f", hz, level, toneDBm0)
	}
}

func (e *end) mustNotHear(hz float64) {
	e.t.Helper()
	if level := e.hears(hz, 500*time.Millisecond); level > toneDBm0-50 {
		e.t.Errorf("%v Hz at %.1f dBm0, want silence", hz, level)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// secure takes both ends through the change, as a handshake would.
func secure(t *testing.T, caller, callee *end) {
	t.Helper()
	pass(100 * time.Millisecond) // the clear stream that the window continues
	k := rfcKeys(t)
	must(t, callee.ArmReceive(k))
	must(t, caller.ArmReceive(k))
	must(t, callee.ProtectSend(k))
	callee.LimitClear(2 * time.Second)
	pass(30 * time.Millisecond)
	must(t, caller.ProtectSend(k))
	caller.LimitClear(2 * time.Second)
	pass(100 * time.Millisecond)
}

// wiretap keeps the packets that one address sends.
type wiretap struct {
	mu      sync.Mutex
	packets []memnet.Packet
}

func tap(n *memnet.Network, from netip.AddrPort) *wiretap {
	w := &wiretap{}
	n.Tap(func(p memnet.Packet) {
		if p.From == from {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.packets = append(w.packets, p)
		}
	})
	return w
}

func (w *wiretap) all() []memnet.Packet {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]memnet.Packet(nil), w.packets...)
}

// headers are the parsed packets.
func (w *wiretap) headers(t *testing.T) (hs []header) {
	t.Helper()
	for _, p := range w.all() {
		h, ok := parsed(p.Data)
		if !ok {
			t.Fatalf("no RTP on the wire: %x", p.Data)
		}
		hs = append(hs, h)
	}
	return hs
}

// parsed is parseHeader for those who need not know the cause.
func parsed(b []byte) (header, bool) {
	h, c := parseHeader(b)
	return h, c == accepted
}

// sinePayload is a packet of a sine, encoded by the codec.
func sinePayload(t testing.TB, hz float64, samples, n int) []byte {
	t.Helper()
	codec, err := audio.NewCodec("PCMU")
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, samples)
	for i := range pcm {
		pcm[i] = sine(hz, n*samples+i)
	}
	b := make([]byte, samples)
	return b[:codec.Encode(b, pcm)]
}
