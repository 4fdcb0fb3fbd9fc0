package ua

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio"
	"star18/audio/rtpstream/memnet"
	"star18/securecall"
	"star18/securecall/published"
)

// rig is two lines on a network in memory, in virtual time: nothing here waits
// for a real clock. The caller is 14085550001, the callee 14085551234; each
// speaks a tone of its own.
type rig struct {
	t              *testing.T
	net            *memnet.Network
	caller, callee *end
}

// end is a line with everything that it told.
type end struct {
	*Line
	t      *testing.T
	user   string
	addr   netip.AddrPort
	mu     sync.Mutex
	events []Event
	heard  *recorder
}

const (
	callerUser = "14085550001"
	calleeUser = "14085551234"
	callerTone = 620.0
	calleeTone = 1010.0
	labDomain  = "example.test"
)

var (
	callerAddr = netip.MustParseAddrPort("192.0.2.1:5060")
	calleeAddr = netip.MustParseAddrPort("192.0.2.2:5060")
)

// virtual runs a test in virtual time.
func virtual(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

// newRig makes both lines; change may alter their configurations first.
func newRig(t *testing.T, change func(caller, callee *Config)) *rig {
	t.Helper()
	r := &rig{t: t, net: memnet.New()}
	a, b := r.config(callerUser, callerAddr, calleeAddr), r.config(calleeUser, calleeAddr, callerAddr)
	if change != nil {
		change(&a, &b)
	}
	r.caller, r.callee = r.newEnd(a, callerTone), r.newEnd(b, calleeTone)
	return r
}

func (r *rig) config(user string, addr, peer netip.AddrPort) Config {
	tone, err := audio.ParseToneScript(audio.SecureTone)
	if err != nil {
		r.t.Fatal(err)
	}
	return Config{
		User: user, Domain: labDomain, DisplayName: "User " + user[7:], Password: "secret-" + "word",
		Proxy: peer.String(), Listen: addr.String(), Codecs: []string{"PCMU", "PCMA"},
		RTP: RTPConfig{PortMin: 16384, PortMax: 16482, Ptime: 20 * time.Millisecond, Symmetric: true},
		Secure: SecureConfig{
			Service: true, Identity: identity(user), Wire: securecall.DefaultWire(),
			StartDelay: 200 * time.Millisecond, InfoTimeout: 16 * time.Second,
			Tone: &tone, Replay: securecall.NewMemoryReplay(), TrustPublishedCA: true,
		},
		ListenUDP: func(at netip.AddrPort) (Socket, error) { return r.net.Listen(at) },
	}
}

func (r *rig) newEnd(cfg Config, hz float64) *end {
	r.t.Helper()
	e := &end{t: r.t, user: cfg.User, heard: &recorder{}}
	cfg.OnEvent = e.record
	if cfg.OpenDevice == nil {
		cfg.OpenDevice = func(rate int) (audio.Device, error) {
			return e.heard.wrap(audio.NewToneSource(rate, hz, -10)), nil
		}
	}
	if os.Getenv("STAR18_TEST_LOG") != "" {
		cfg.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug})).With("line", cfg.User)
	}
	line, err := NewLine(cfg)
	if err != nil {
		r.t.Fatal(err)
	}
	e.Line, e.addr = line, line.Addr()
	return e
}

// close ends both lines, as the end of every test.
func (r *rig) close() {
	for _, e := range []*end{r.caller, r.callee} {
		if e == nil { // a scripted peer stands there
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		if err := e.Close(ctx); err != nil {
			r.t.Errorf("close %s: %v", e.user, err)
		}
		cancel()
	}
	// What sipgo leaves behind for its longest timer (32 s) must go by itself.
	time.Sleep(time.Minute)
}

// ringTime is long enough for a 180 not to be overtaken by the 200.
const ringTime = 300 * time.Millisecond

// dial places a call and lets the callee answer it.
func (r *rig) dial(secure bool) (out, in *Call) {
	r.t.Helper()
	out = r.place(secure)
	in = r.ring()
	time.Sleep(ringTime)
	if err := in.Answer(); err != nil {
		r.t.Fatalf("answer: %v", err)
	}
	<-out.Answered()
	return out, in
}

func (r *rig) place(secure bool) *Call {
	r.t.Helper()
	out, err := r.caller.Dial(r.t.Context(), Target{Dialed: calleeUser, Number: calleeUser, Secure: secure})
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

func (r *rig) ring() *Call {
	r.t.Helper()
	select {
	case in := <-r.callee.Incoming():
		return in
	case <-time.After(time.Minute):
		r.t.Fatal("nothing rings")
		return nil
	}
}

func (e *end) record(_ *Call, ev Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.events = append(e.events, ev)
}

// names is what an end told, in order.
func (e *end) names() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []string
	for _, ev := range e.events {
		out = append(out, ev.EventName())
	}
	return out
}

// told finds the first event of this kind.
func told[E Event](e *end) (E, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, ev := range e.events {
		if got, ok := ev.(E); ok {
			return got, true
		}
	}
	var none E
	return none, false
}

func must[E Event](e *end) E {
	e.t.Helper()
	ev, ok := told[E](e)
	if !ok {
		e.t.Fatalf("%s: no %s among %v", e.user, ev.EventName(), e.names())
	}
	return ev
}

func count[E Event](e *end) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := 0
	for _, ev := range e.events {
		if _, ok := ev.(E); ok {
			n++
		}
	}
	return n
}

// sameEvents compares an end's story with what it should be.
func sameEvents(t *testing.T, e *end, want string) {
	t.Helper()
	if got := e.names(); !slices.Equal(got, strings.Fields(want)) {
		t.Errorf("%s told\n  %s\nwant\n  %s", e.user, strings.Join(got, " "), want)
	}
}

// recorder keeps what an end hears.
type recorder struct {
	mu  sync.Mutex
	pcm []int16
}

type recordingDevice struct {
	audio.Device
	to *recorder
}

func (r *recorder) wrap(d audio.Device) audio.Device { return &recordingDevice{d, r} }

func (d *recordingDevice) WriteFrame(pcm []int16) error {
	d.to.mu.Lock()
	d.to.pcm = append(d.to.pcm, pcm...)
	d.to.mu.Unlock()
	return d.Device.WriteFrame(pcm)
}

// last is the sound of the latest d.
func (r *recorder) last(d time.Duration) []int16 {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := min(int(d.Seconds()*8000), len(r.pcm))
	return slices.Clone(r.pcm[len(r.pcm)-n:])
}

// identity is the mini-certificate of a user: the callee is the vendor's
// published Joe Smith, the caller is issued by the same CA.
func identity(user string) *securecall.Identity {
	if user == calleeUser {
		return good(securecall.NewIdentity(published.MiniCertificate(), published.PrivateKey(), securecall.UTC, time.Now()))
	}
	return issue(good(securecall.ParseCAKey(published.CAKey())), user, "2034-01-01")
}

func issue(ca *securecall.CAKey, user, expiry string) *securecall.Identity {
	until := good(securecall.ParseExpiry(expiry, securecall.UTC))
	issued := good(securecall.Issue(ca, securecall.Request{Name: "Test Caller", UserID: user, Expiry: until}, rand.Reader))
	return good(securecall.NewIdentity(issued.MiniCertificateParameter(), issued.PrivateKeyParameter(), securecall.UTC, time.Now()))
}

// good is for fixtures, which cannot fail.
func good[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// rtpPackets watches the RTP that one address sends.
type rtpPacket struct {
	at   time.Time
	from netip.AddrPort
	data []byte
}

func (p rtpPacket) ssrc() uint32 { return binary.BigEndian.Uint32(p.data[8:]) }

func (r *rig) watchRTP() func(from netip.Addr) []rtpPacket {
	var mu sync.Mutex
	var all []rtpPacket
	r.net.Tap(func(p memnet.Packet) {
		if p.To.Port() < 10000 || len(p.Data) < 12 {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		all = append(all, rtpPacket{time.Now(), p.From, slices.Clone(p.Data)})
	})
	return func(from netip.Addr) []rtpPacket {
		mu.Lock()
		defer mu.Unlock()
		var out []rtpPacket
		for _, p := range all {
			if p.from.Addr() == from {
				out = append(out, p)
			}
		}
		return out
	}
}

func (p rtpPacket) String() string { return fmt.Sprintf("%v %d bytes", p.from, len(p.data)) }
