package netwatch

import (
	"context"
	"time"
)

const (
	// settle is how long the network must rest before it is looked at: a change
	// comes in pieces, an address before its route.
	settle = 150 * time.Millisecond
	// pace is how often sleep, and without netlink the network, is looked for.
	pace = 2 * time.Second
	// nap is the shortest sleep that counts. NAT bindings live longer, and a
	// clock may be set by less.
	nap = 3 * time.Second
)

// Config is where a watch looks; the zero value looks at the system.
type Config struct {
	// Look reads the network.
	Look func() (Snapshot, error)
	// Moves says that something in the network moved, until ctx ends. It is
	// closed, or nil, if nothing can say so.
	Moves func(ctx context.Context) <-chan struct{}
	// Slept is for how long the machine has slept altogether.
	Slept func() time.Duration
}

// Watch tells changes until ctx ends, and then closes the channel. Who reads
// late gets one Change for all that happened.
func Watch(ctx context.Context, c Config) <-chan Change {
	if c.Look == nil {
		c.Look = look
	}
	if c.Moves == nil {
		c.Moves = moves
	}
	if c.Slept == nil {
		c.Slept = slept
	}
	w := &watch{Config: c, out: make(chan Change)}
	moved := c.Moves(ctx) // before the first look: nothing may pass between
	w.told, _ = c.Look()
	w.seen, w.asleep = w.told, c.Slept()
	go w.run(ctx, moved)
	return w.out
}

type watch struct {
	Config
	out    chan Change
	told   Snapshot // as of the last Change
	seen   Snapshot // as of the last look
	asleep time.Duration
	next   Change // not yet told
}

func (w *watch) run(ctx context.Context, moved <-chan struct{}) {
	defer close(w.out)
	tick := time.NewTicker(pace)
	defer tick.Stop()
	rest := time.NewTimer(0)
	rest.Stop()
	defer rest.Stop()
	for {
		var out chan Change
		if w.next.Any() {
			out = w.out
		}
		select {
		case <-ctx.Done():
			return
		case out <- w.next:
			w.told, w.next = w.seen, Change{}
		case _, ok := <-moved:
			if !ok {
				moved = nil
				continue
			}
			rest.Reset(settle)
		case <-rest.C:
			w.look()
		case <-tick.C:
			if w.woke() || moved == nil {
				w.look()
			}
		}
	}
}

// look compares with what was told, not with the last look: an address that
// went and came back is no other address, but the way was away.
func (w *watch) look() {
	now, err := w.Look()
	if err != nil {
		return // the next move or tick looks again
	}
	moved := w.seen.changeTo(now).Any()
	w.seen = now
	next := w.told.changeTo(now)
	next.Woke = w.next.Woke
	next.Rerouted = next.Rerouted || moved && !next.Any() || w.next.Rerouted
	w.next = next
}

func (w *watch) woke() bool {
	before := w.asleep
	w.asleep = w.Slept()
	if w.asleep-before < nap {
		return false
	}
	w.next.Woke = true
	return true
}
