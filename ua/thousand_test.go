//go:build interop && linux

package ua

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"
)

// settleTime is what the longest timer of a transaction that has ended takes:
// timer H and its kind, 64*T1 (RFC 3261 17.2.1).
const settleTime = 40 * time.Second

// TestInteropThousandCalls places a thousand calls over real sockets, of every
// kind of end, between two lines that go on living. Afterwards nothing of them
// is left.
func TestInteropThousandCalls(t *testing.T) {
	const count = 1000
	caller, callee := loopbackPair(t)
	for kind := range endings { // whatever is made once is made now
		oneCall(t, caller, callee, kind)
	}
	time.Sleep(settleTime)
	before := hold(t)
	start := time.Now()
	for i := range count {
		oneCall(t, caller, callee, i%len(endings))
	}
	took := time.Since(start)
	time.Sleep(settleTime)
	after := hold(t)
	t.Logf("%d calls in %.1f s; before %s; after %s", count, took.Seconds(), before, after)
	if after.goroutines > before.goroutines || after.descriptors > before.descriptors {
		buf := make([]byte, 1<<20)
		t.Errorf("something is left\n%s", buf[:runtime.Stack(buf, true)])
	}
	if grown := int64(after.heap) - int64(before.heap); grown > int64(count)*1024 {
		t.Errorf("%d bytes of memory a call are left", grown/int64(count))
	}
}

// endings are the ways in which a call ends.
var endings = []struct {
	name string
	run  func(t *testing.T, out, in *Call)
}{
	{"the caller hangs up", func(t *testing.T, out, in *Call) { mustAnswer(t, in); <-out.Answered(); out.Hangup() }},
	{"the callee hangs up", func(t *testing.T, out, in *Call) { mustAnswer(t, in); <-out.Answered(); in.Hangup() }},
	{"given up while it rings", func(t *testing.T, out, in *Call) { out.Hangup() }},
	{"declined", func(t *testing.T, out, in *Call) {
		if err := in.Reject(603); err != nil {
			t.Fatal(err)
		}
	}},
}

func mustAnswer(t *testing.T, in *Call) {
	t.Helper()
	if err := in.Answer(); err != nil {
		t.Fatal(err)
	}
}

func oneCall(t *testing.T, caller, callee *Line, kind int) {
	t.Helper()
	out, err := caller.Dial(t.Context(), Target{Dialed: calleeUser, Number: calleeUser, Secure: true})
	if err != nil {
		t.Fatal(err)
	}
	var in *Call
	select {
	case in = <-callee.Incoming():
	case <-out.Done():
		t.Fatalf("%s: never rang: %+v", endings[kind].name, out.Ended())
	}
	endings[kind].run(t, out, in)
	for _, c := range []*Call{out, in} {
		select {
		case <-c.Done():
		case <-time.After(settleTime):
			t.Fatalf("%s: never ended", endings[kind].name)
		}
	}
}

// loopbackPair are two lines that know each other, on real sockets.
func loopbackPair(t *testing.T) (caller, callee *Line) {
	t.Helper()
	r := &rig{t: t}
	open := func(cfg Config) *Line {
		cfg.ListenUDP, cfg.Listen = nil, "127.0.0.1:0"
		l, err := NewLine(cfg)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close(t.Context()) })
		return l
	}
	callee = open(r.config(calleeUser, calleeAddr, callerAddr))
	return open(r.config(callerUser, callerAddr, callee.Addr())), callee
}

// holdings are what a process has at a moment.
type holdings struct {
	goroutines, descriptors int
	heap                    uint64
}

func (h holdings) String() string {
	return fmt.Sprintf("%d goroutines, %d descriptors, %d KB", h.goroutines, h.descriptors, h.heap/1024)
}

func hold(t *testing.T) holdings {
	t.Helper()
	runtime.GC()
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return holdings{runtime.NumGoroutine(), len(open), mem.HeapAlloc}
}
