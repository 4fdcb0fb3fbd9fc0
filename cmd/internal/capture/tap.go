package capture

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"star18/ua"
)

// Datagram is one packet on the wire. Data is valid until the sink returns.
type Datagram struct {
	Time     time.Time
	From, To netip.AddrPort
	Data     []byte

	// Stream: Data is a piece of a TCP connection; Seq bytes went before it, and
	// Ack the other way.
	Stream   bool
	Seq, Ack uint32
}

// IsRTP tells media from signalling on their first byte: RTP and RTCP version
// 2 begin with 0x80 to 0xbf (RFC 3550 section 5.1), SIP with a letter.
func (d *Datagram) IsRTP() bool { return len(d.Data) >= 12 && d.Data[0]>>6 == 2 }

// Sink takes datagrams, one at a time, in the order of the queue.
type Sink func(*Datagram)

// queueLength is ten seconds of two calls in both directions.
const queueLength = 2048

// recordSize holds any RTP packet and most SIP messages; a larger one costs an
// allocation, on a path that allocates anyway.
const recordSize = 2048

type record struct {
	Datagram
	received bool
	buf      [recordSize]byte
}

// Tap is the queue between the sockets and the sinks.
type Tap struct {
	sinks   []Sink
	queue   chan *record
	free    chan *record
	stop    chan struct{}
	done    chan struct{}
	dropped atomic.Uint64

	mu  sync.Mutex
	own map[netip.AddrPort]bool
}

// NewTap starts the goroutine that feeds the sinks.
func NewTap(sinks ...Sink) *Tap {
	t := &Tap{
		sinks: sinks,
		queue: make(chan *record, queueLength),
		free:  make(chan *record, queueLength),
		stop:  make(chan struct{}),
		done:  make(chan struct{}),
		own:   map[netip.AddrPort]bool{},
	}
	go t.run()
	return t
}

// Close hands over what is queued and returns how many datagrams were dropped.
// Sockets still open afterwards work on, unseen.
func (t *Tap) Close() uint64 {
	close(t.stop)
	<-t.done
	return t.dropped.Load()
}

// Wrap returns s with every datagram copied.
func (t *Tap) Wrap(s ua.Socket) ua.Socket {
	local := addrPort(s.LocalAddr())
	t.mu.Lock()
	t.own[local] = true
	t.mu.Unlock()
	return &socket{Socket: s, tap: t, local: local}
}

func (t *Tap) put(from, to netip.AddrPort, data []byte, received bool) {
	t.queueUp(Datagram{From: unmap(from), To: unmap(to), Data: data}, received)
}

// queueUp copies d into a free record.
func (t *Tap) queueUp(d Datagram, received bool) {
	var r *record
	select {
	case r = <-t.free:
	default:
		r = new(record)
	}
	r.Datagram, r.received = d, received
	r.Time, r.Data = time.Now(), append(r.buf[:0], d.Data...)
	select {
	case t.queue <- r:
	default:
		t.dropped.Add(1)
	}
}

func (t *Tap) run() {
	defer close(t.done)
	for {
		select {
		case r := <-t.queue:
			t.deliver(r)
		case <-t.stop:
			t.drain()
			return
		}
	}
}

func (t *Tap) drain() {
	for {
		select {
		case r := <-t.queue:
			t.deliver(r)
		default:
			return
		}
	}
}

// deliver skips what one wrapped socket receives from another: it was copied
// when it was sent.
func (t *Tap) deliver(r *record) {
	if !r.received || r.Stream || !t.isOwn(r.From) {
		for _, sink := range t.sinks {
			sink(&r.Datagram)
		}
	}
	r.Data = nil
	select {
	case t.free <- r:
	default:
	}
}

func (t *Tap) isOwn(a netip.AddrPort) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.own[a]
}
