//go:build cgo

package portaudio

import (
	"runtime"
	"syscall"
	"testing"
)

// policy is how the calling thread is scheduled (sched_getscheduler(2)): 2 is in
// real time by turns, and its threads to come are not.
func policy(t *testing.T) uintptr {
	t.Helper()
	p, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_GETSCHEDULER, 0, 0, 0)
	if errno != 0 {
		t.Fatal(errno)
	}
	return p
}

// The thread that calls back is in real time, where that is allowed, and no other.
func TestUrgent(t *testing.T) {
	const turns, alone = 2, 0x40000000
	before, within := policy(t), make(chan uintptr)
	go func() {
		runtime.LockOSThread() // for good: the thread ends with the goroutine
		urgent()
		within <- policy(t)
	}()
	switch got := <-within; got {
	case turns | alone:
	case before:
		t.Log("not allowed here")
	default:
		t.Errorf("policy %#x, was %#x", got, before)
	}
	if now := policy(t); now != before {
		t.Errorf("another thread has policy %#x, had %#x", now, before)
	}
}
