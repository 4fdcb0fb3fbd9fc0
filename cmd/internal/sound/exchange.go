package sound

import (
	"sync"
	"sync/atomic"

	"star18/audio"
)

// Use takes other devices from now on, in the calls that are up too.
func (o *Opener) Use(in, out Spec) {
	o.mu.Lock()
	o.In, o.Out = in, out
	var live []*exchanged
	for e := range o.live {
		live = append(live, e)
	}
	o.mu.Unlock()
	for _, e := range live {
		e.exchange(o.fresh(e.Rate()))
	}
}

// Using are the devices of the next call.
func (o *Opener) Using() (in, out Spec) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.In, o.Out
}

// exchanged is the device of a call, whose place another can take while the call
// is inside it: one atomic load more in each frame.
type exchanged struct {
	o       *Opener
	current atomic.Pointer[audio.Device]

	mu     sync.Mutex // of exchange and Close
	closed bool
}

func (o *Opener) exchangeable(d audio.Device) *exchanged {
	e := &exchanged{o: o}
	e.current.Store(&d)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.live == nil {
		o.live = map[*exchanged]bool{}
	}
	o.live[e] = true
	return e
}

func (e *exchanged) exchange(d audio.Device) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		d.Close()
		return
	}
	old := e.current.Swap(&d)
	(*old).Close()
}

// Rate implements audio.Device.
func (e *exchanged) Rate() int { return (*e.current.Load()).Rate() }

// ReadFrame implements audio.Device. What fails because another device has come
// is done with that one.
func (e *exchanged) ReadFrame(pcm []int16) error {
	for {
		d := e.current.Load()
		if err := (*d).ReadFrame(pcm); err == nil || d == e.current.Load() {
			return err
		}
	}
}

// WriteFrame implements audio.Device.
func (e *exchanged) WriteFrame(pcm []int16) error {
	for {
		d := e.current.Load()
		if err := (*d).WriteFrame(pcm); err == nil || d == e.current.Load() {
			return err
		}
	}
}

// Close implements audio.Device.
func (e *exchanged) Close() error {
	e.o.mu.Lock()
	delete(e.o.live, e)
	e.o.mu.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	return (*e.current.Load()).Close()
}
