package demo

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"path/filepath"
	"runtime"
	"time"

	"star18/audio"
	"star18/cmd/internal/capture"
	"star18/cmd/internal/ladder"
	"star18/cmd/internal/say"
	"star18/securecall"
	"star18/securecall/published"
	"star18/ua"
	"star18/ua/digest"
	"star18/ua/lab"
)

// Who takes part. The callee is the vendor's published example, the caller is
// issued on the spot by its published CA.
const (
	domain     = "star18.test"
	callerUser = "14085550001"
	callerName = "Demo Caller"
	callerHz   = 620
	calleeUser = "14085551234"
	calleeName = "Joe Smith"
	calleeHz   = 1010

	// Dialed is what the caller types.
	Dialed = "*18" + calleeUser
)

// Options of a run.
type Options struct {
	Dir    string                       // where the recordings go
	Out    io.Writer                    // the ladder and the events
	JSON   bool                         // events as JSON lines, no ladder
	Card   func() (audio.Device, error) // the caller's loudspeaker; nil for none
	NoCard func(error)                  // told when it fails; the call goes on

	// Each is shown the configuration of either line before it starts; nil for
	// nobody.
	Each func(*ua.Config)

	// Listen opens every socket; nil means the operating system's.
	Listen func(netip.AddrPort) (ua.Socket, error)
}

// Result is what came of it.
type Result struct {
	Verdicts []Verdict
	Files    []string
	Took     time.Duration
}

// OK is whether every verdict holds.
func (r Result) OK() bool {
	for _, v := range r.Verdicts {
		if !v.OK {
			return false
		}
	}
	return len(r.Verdicts) > 0
}

// run is one demo under way.
type run struct {
	Options
	start          time.Time
	lab            *lab.Lab
	caller, callee *end
	watch          *watch
	ladder         *ladder.Ladder
	tap            *capture.Tap
	pcap           *capture.File
	queues         []*say.Queue
	left           int              // goroutines more than before
	adjust         func(*ua.Config) // what a measurement does otherwise
}

func (r *run) ends() []*end { return []*end{r.caller, r.callee} }

func (r *run) other(e *end) *end {
	if e == r.caller {
		return r.callee
	}
	return r.caller
}

// Run makes the call and judges it. Its error says that the demo itself could
// not run; what went wrong in the call is in the verdicts.
func Run(ctx context.Context, o Options) (Result, error) {
	before := goroutines()
	o.Out = &lineWriter{w: o.Out}
	r := &run{Options: o, start: time.Now(), watch: newWatch()}
	files := []string{filepath.Join(o.Dir, "caller.wav"), filepath.Join(o.Dir, "callee.wav"), filepath.Join(o.Dir, "call.pcapng")}
	err := r.open(files[2])
	if err == nil {
		r.call(ctx)
	}
	if err = errors.Join(err, r.close()); err != nil {
		return Result{}, err
	}
	r.left = leftOver(before)
	err = errors.Join(r.caller.ear.save(files[0]), r.callee.ear.save(files[1]))
	return Result{r.verdicts(), files, time.Since(r.start)}, err
}

// leftOver waits a moment for goroutines that are about to end, and counts the
// rest.
func leftOver(before int) int {
	for range 100 {
		if goroutines() <= before {
			return 0
		}
		time.Sleep(10 * time.Millisecond)
	}
	return goroutines() - before
}

// goroutines counts those that run code of a phone. runtime.NumGoroutine would
// count the runtime's own cleaners too, which come and go.
func goroutines() int {
	buf := make([]byte, 1<<20)
	n := 0
	for stack := range bytes.SplitSeq(buf[:runtime.Stack(buf, true)], []byte("\n\n")) {
		if bytes.Contains(stack, []byte("star18/")) || bytes.Contains(stack, []byte("emiago/sipgo")) {
			n++
		}
	}
	return n
}

func (r *run) open(pcap string) error {
	if r.Listen == nil {
		r.Listen = listenUDP
	}
	conn, err := r.Listen(loopback)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	proxy := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	if r.pcap, err = capture.Create(pcap); err != nil {
		return errors.Join(err, conn.Close())
	}
	r.openTap(proxy)
	passwords := map[string]digest.Secret{callerUser: password(), calleeUser: password()}
	r.lab, err = lab.Start(lab.Config{Conn: conn, Domain: domain, Users: passwords, RecordRoute: true})
	if err != nil {
		return errors.Join(fmt.Errorf("demo: %w", err), conn.Close())
	}
	callerID, calleeID, err := identities()
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	r.caller = r.newEnd("caller", callerUser, callerHz)
	r.callee = r.newEnd("callee", calleeUser, calleeHz)
	r.caller.ear.open = r.Card
	return errors.Join(r.openLine(r.caller, passwords[callerUser], callerID, ladder.Caller),
		r.openLine(r.callee, passwords[calleeUser], calleeID, ladder.Callee))
}

var loopback = netip.MustParseAddrPort("127.0.0.1:0")

func listenUDP(addr netip.AddrPort) (ua.Socket, error) {
	return net.ListenUDP("udp", net.UDPAddrFromAddrPort(addr))
}

func password() digest.Secret { return digest.Secret(rand.Text()) }

func (r *run) openTap(proxy netip.AddrPort) {
	sinks := []capture.Sink{r.pcap.Add, r.watch.add}
	if !r.JSON {
		r.ladder = ladder.New(r.Out, r.start)
		r.ladder.Assign(proxy, ladder.Proxy)
		sinks = append(sinks, r.ladder.Add)
	}
	r.tap = capture.NewTap(sinks...)
}

func (r *run) newEnd(name, user string, hz float64) *end {
	var teller say.Teller = say.People{W: r.Out, Prefix: fmt.Sprintf("       %s  ", name)}
	if r.JSON {
		teller = say.JSON{W: r.Out}
	}
	q := say.NewQueue(teller)
	r.queues = append(r.queues, q)
	return newEnd(name, user, hz, q)
}

// identities are the published example and a fresh certificate under its CA.
func identities() (caller, callee *securecall.Identity, err error) {
	now := time.Now()
	callee, err = securecall.NewIdentity(published.MiniCertificate(), published.PrivateKey(), securecall.UTC, now)
	if err != nil {
		return nil, nil, fmt.Errorf("the published identity: %w", err)
	}
	ca, err := securecall.ParseCAKey(published.CAKey())
	if err != nil {
		return nil, nil, fmt.Errorf("the published CA: %w", err)
	}
	expiry, err := securecall.ParseExpiry(now.AddDate(0, 0, 1).UTC().Format(time.RFC3339), securecall.UTC)
	if err != nil {
		return nil, nil, err
	}
	issued, err := securecall.Issue(ca, securecall.Request{Name: callerName, UserID: callerUser, Expiry: expiry}, rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	caller, err = securecall.NewIdentity(issued.MiniCertificateParameter(), issued.PrivateKeyParameter(), securecall.UTC, now)
	return caller, callee, err
}
