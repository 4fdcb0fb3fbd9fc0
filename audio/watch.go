package audio

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// ErrLate is what a device returns for a frame that is not there in time. The
// next one may be: it is a hiccup and no fault.
var ErrLate = errors.New("audio device is late")

// DeviceState says what a watched device is made of now.
type DeviceState string

// The states of a watched device.
const (
	DeviceRunning DeviceState = "running"  // what was wanted
	DeviceStandIn DeviceState = "stand_in" // something else, or only one direction of it
	DeviceLost    DeviceState = "lost"     // silence
)

// DeviceChange tells of another state.
type DeviceChange struct {
	State         DeviceState
	Input, Output string // names; empty is silence
	Reason        error  // why it is not as wanted; nil if it is
}

// Opened is a device that runs, by the names of its parts.
type Opened struct {
	Device        Device
	Input, Output string
	StandIn       error // why it is not the wanted one; nil if it is
}

// Watching is how a device is opened and opened again. Its functions are called
// by one goroutine, and may take their time unless something else is said.
type Watching struct {
	Rate int
	// Open opens what is wanted, or else, if standIn allows it, what can be had.
	Open func(standIn bool) (Opened, error)
	// Stale says that Open cannot see all devices as long as one is open; then the
	// stand-in is closed before it is called. May be nil.
	Stale func() bool
	// OnFault learns from the end of a device. It must not block. May be nil.
	OnFault func(error)
	// OnChange is told of every change. It must not block.
	OnChange func(DeviceChange)
}

// Watch is a device that is always there. It begins as silence and opens the real
// one meanwhile; when that one fails, silence takes over at the same pace until it,
// or another, can be opened. Whoever uses it never waits for a device.
//
//	ReadFrame, WriteFrame ─▶ what runs now, or silence
//	                             │ fault
//	vigil (decides) ◀─▶ one goroutine ─▶ Open, Close ─▶ OnChange
func Watch(c Watching) Device {
	w := &watched{cfg: c, faults: make(chan fault, 1), closed: make(chan struct{}), done: make(chan struct{})}
	w.in.rate, w.out.rate = c.Rate, c.Rate
	go w.run()
	return w
}

type watched struct {
	cfg     Watching
	in, out watchedSide
	current atomic.Pointer[Opened]
	faults  chan fault
	told    DeviceState // of the watch's goroutine

	closing sync.Once
	closed  chan struct{}
	done    chan struct{}
}

// fault is told by a direction; from is the device that it met it in.
type fault struct {
	from *Opened
	err  error
}

// watchedSide is one direction, used by its goroutine alone.
type watchedSide struct {
	pacer
	silent bool
	last   time.Time // end of the last frame of a device
}

func (w *watched) Rate() int { return w.cfg.Rate }

func (w *watched) ReadFrame(pcm []int16) error {
	if now := w.current.Load(); now != nil && w.usable(&w.in, now, now.Device.ReadFrame(pcm)) {
		return nil
	}
	clear(pcm)
	return w.in.pass(len(pcm), w.closed)
}

func (w *watched) WriteFrame(pcm []int16) error {
	if now := w.current.Load(); now != nil && w.usable(&w.out, now, now.Device.WriteFrame(pcm)) {
		return nil
	}
	return w.out.pass(len(pcm), w.closed)
}

// usable says whether the device did its work, and tells the watch if it failed.
// ErrClosed is no fault: the watch has closed it.
func (w *watched) usable(s *watchedSide, from *Opened, err error) bool {
	if err == nil {
		s.silent, s.last = false, time.Now()
		return true
	}
	if !errors.Is(err, ErrLate) && !errors.Is(err, ErrClosed) {
		select {
		case w.faults <- fault{from, err}:
		default: // one is told already
		}
	}
	return false
}

// pass waits for the time of n samples. Silence goes on where the sound ended, so
// that the time spent waiting for a device that is late is made up for.
func (s *watchedSide) pass(n int, closed <-chan struct{}) error {
	select {
	case <-closed:
		return ErrClosed
	default:
	}
	if !s.silent {
		s.silent = true
		s.start, s.samples = s.last, 0
	}
	return s.wait(n, closed)
}

// run owns the devices: it opens them, and nobody else closes them.
func (w *watched) run() {
	defer close(w.done)
	defer func() { w.become(nil) }()
	var v vigil
	timer := time.NewTimer(0)
	defer timer.Stop()
	for !w.isClosed() {
		next, rest := v.next(time.Now())
		switch next {
		case stepOpen:
			w.open(&v)
		case stepLook:
			w.look(&v)
		case stepRest:
			timer.Stop()
			if rest > 0 {
				timer.Reset(rest)
			}
			w.rest(&v, timer.C)
		}
	}
}

// open opens whatever can be had.
func (w *watched) open(v *vigil) {
	found, err := w.cfg.Open(true)
	if err != nil {
		w.tell(DeviceChange{State: DeviceLost, Reason: err})
		v.missing(time.Now())
		return
	}
	w.use(v, found)
}

// look tries to come back to the wanted device.
func (w *watched) look(v *vigil) {
	if w.cfg.Stale != nil && w.cfg.Stale() {
		w.become(nil)
		v.given(time.Now())
		w.open(v)
		return
	}
	found, err := w.cfg.Open(false)
	if err != nil {
		v.missing(time.Now())
		return
	}
	w.use(v, found)
}

func (w *watched) use(v *vigil, found Opened) {
	w.become(&found)
	v.opened(time.Now(), found.StandIn != nil)
	change := DeviceChange{State: DeviceRunning, Input: found.Input, Output: found.Output, Reason: found.StandIn}
	if found.StandIn != nil {
		change.State = DeviceStandIn
	}
	w.tell(change)
}

// tell says what has changed, and nothing twice: not every attempt that fails.
func (w *watched) tell(c DeviceChange) {
	if c.State != DeviceLost || w.told != DeviceLost {
		w.cfg.OnChange(c)
	}
	w.told = c.State
}

// rest waits for a fault, for the time of the next step, or for the end.
func (w *watched) rest(v *vigil, due <-chan time.Time) {
	select {
	case <-w.closed:
	case <-due:
	case f := <-w.faults:
		if f.from != w.current.Load() {
			return // of a device that is given up already
		}
		if w.cfg.OnFault != nil {
			w.cfg.OnFault(f.err)
		}
		w.tell(DeviceChange{State: DeviceLost, Reason: f.err})
		w.become(nil)
		v.lost(time.Now())
	}
}

// become changes over to another device, and closes the one before, which may
// take seconds if it hangs; the sound does not wait for that.
func (w *watched) become(next *Opened) {
	if before := w.current.Swap(next); before != nil {
		_ = before.Device.Close() // it is given up, whatever it says
	}
}

func (w *watched) isClosed() bool {
	select {
	case <-w.closed:
		return true
	default:
		return false
	}
}

// Close waits for an attempt that is under way.
func (w *watched) Close() error {
	w.closing.Do(func() { close(w.closed) })
	<-w.done
	return nil
}
