package rtpstream

import (
	"math/rand/v2"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"star18/audio/rtpstream/report"
)

// RTCP is the control of a stream: reports of what was sent and received (RFC
// 3550 section 6). They are statistics only: no BYE and no SSRC in them is acted
// on.
//
// A stream whose keys came with offer and answer sends and takes SRTCP only (RFC
// 3711 section 3.4). One that became SRTP in mid-stream has no keys for it: its
// reports stay in clear, as the devices that do so have it. They tell counts and
// times, and a name that was drawn for this call.
type RTCP struct {
	Conn     Conn          // beside the stream's; nil: reports only where they share its port
	Interval time.Duration // between two reports; 0: none, and none is read
	CNAME    string        // random (RFC 7022)
}

// SetRemoteRTCP says where reports go: to an address of the SDP (RFC 3605); to
// the stream's own port, if mux (RFC 5761); else, without an address, to the port
// above the one that the stream goes to.
func (s *Stream) SetRemoteRTCP(addr netip.AddrPort, mux bool) {
	s.reportTo.Store(&reportRoute{addr: netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port()), mux: mux})
}

type reportRoute struct {
	addr netip.AddrPort
	mux  bool
}

// reporter is the goroutine of RTCP, which owns all but the atomic fields; a
// second one reads the socket into its queue.
//
//	socket > queue <- stream's own port, if shared
//	           |
//	           v
//	         [open] > report.Session > [seal] > socket      every few seconds
type reporter struct {
	s        *Stream
	conn     atomic.Pointer[Conn]
	interval time.Duration
	session  *report.Session
	queue    chan control
	free     chan []byte // buffers for what waits there
	plain    []byte
	view     atomic.Pointer[report.View]
	done     chan struct{}
	readers  sync.WaitGroup

	latched netip.AddrPort // where the peer's reports come from
	packets uint64         // sent at the report before
}

// control is a packet on its way to the reporter.
type control struct {
	data []byte
	src  netip.AddrPort
	mux  bool
}

// controlQueue packets may wait; a peer sends one in seconds.
const controlQueue = 4

func newReporter(s *Stream, cfg Config) *reporter {
	if cfg.RTCP.Interval <= 0 {
		return nil
	}
	r := &reporter{
		s: s, interval: cfg.RTCP.Interval, session: report.New(cfg.RTCP.CNAME, cfg.Codec.ClockRate()),
		queue: make(chan control, controlQueue), free: make(chan []byte, controlQueue),
		plain: make([]byte, 0, readSize), done: make(chan struct{}),
	}
	for range controlQueue {
		r.free <- make([]byte, readSize)
	}
	if cfg.RTCP.Conn != nil {
		r.conn.Store(&cfg.RTCP.Conn)
	}
	return r
}

// RebindRTCP moves the reports to another socket, as Rebind moves the stream.
func (s *Stream) RebindRTCP(conn Conn) error {
	s.control.Lock()
	defer s.control.Unlock()
	if s.stopping() || s.reporter == nil {
		_ = conn.Close()
		return ErrClosed
	}
	if old := s.reporter.conn.Swap(&conn); old != nil {
		return (*old).Close()
	}
	if s.started {
		s.reporter.readers.Go(s.reporter.read)
	}
	return nil
}

func (r *reporter) start() {
	if r == nil {
		return
	}
	if r.conn.Load() != nil {
		r.readers.Go(r.read)
	}
	go r.run()
}

// end waits for the last report, and closes the socket. It is called once, after
// stop was closed and with control free.
func (r *reporter) end(started bool) {
	if r == nil {
		return
	}
	if started {
		<-r.done
	}
	if conn := r.conn.Load(); conn != nil {
		_ = (*conn).Close()
	}
	r.readers.Wait()
}

// run reports until the stream is closed, and then says BYE.
func (r *reporter) run() {
	defer close(r.done)
	// The first one comes after half the time (RFC 3550 section 6.2).
	next := time.NewTimer(report.Interval(r.interval/2, rand.Float64()))
	defer next.Stop()
	for {
		select {
		case p := <-r.queue:
			r.take(p, time.Now())
			r.free <- p.data[:readSize]
		case <-next.C:
			r.send(time.Now(), false)
			next.Reset(report.Interval(r.interval, rand.Float64()))
		case <-r.s.stop:
			r.send(time.Now(), true)
			return
		}
	}
}

// read feeds the queue until its socket is closed and no other one is there.
func (r *reporter) read() {
	b := make([]byte, readSize)
	for faults := 0; faults < maxFaults; {
		conn := *r.conn.Load()
		n, src, err := conn.ReadFromUDPAddrPort(b)
		switch {
		case err == nil:
			faults = 0
			r.offer(b[:n], src, false)
		case r.s.stopping():
			return
		case conn != *r.conn.Load():
		default:
			if !transient(err) {
				faults++
			}
			time.Sleep(errorPause)
		}
	}
}

// offer puts a packet into the queue if it may be a report of the peer, or drops
// it: whoever floods us with reports only keeps others from being read.
func (r *reporter) offer(packet []byte, src netip.AddrPort, mux bool) {
	if r == nil || mux && !r.s.reportTo.Load().mux {
		return
	}
	src = netip.AddrPortFrom(src.Addr().Unmap(), src.Port())
	if !r.believes(packet, src) {
		r.s.count.refused.add(noReport)
		return
	}
	select {
	case b := <-r.free:
		r.queue <- control{b[:copy(b, packet)], src, mux} // has room: there are as many buffers
	default:
		r.s.count.refused.add(noReport)
	}
}

// take learns from a packet of the peer, which also shows where its reports are
// to go.
func (r *reporter) take(p control, now time.Time) {
	data := p.data
	if r.s.keyed {
		var ok bool
		if data, ok = r.open(data); !ok {
			r.s.count.refused.add(noReport)
			return
		}
	}
	peer, known := r.s.RemoteSSRC()
	if !r.session.Take(now, data, r.s.SSRC(), peer, known) {
		return
	}
	if !p.mux && r.s.receive.follows {
		r.latched = p.src
	}
	v := r.session.View()
	r.view.Store(&v)
}

// believes looks at what costs nothing. In clear a report must come from where the
// stream goes, or from where the SDP says; with keys the tag tells.
func (r *reporter) believes(packet []byte, src netip.AddrPort) bool {
	if r.s.keyed {
		return report.Begins(packet)
	}
	if !report.Plausible(packet) {
		return false
	}
	return src.Addr() == r.s.target.Load().Addr() || src.Addr() == r.s.reportTo.Load().addr.Addr()
}

func (r *reporter) open(packet []byte) (plain []byte, ok bool) {
	ctx := r.s.rtcpReceive.Load()
	if ctx == nil {
		return nil, false
	}
	plain, err := ctx.DecryptRTCP(r.plain, packet, nil)
	return plain, err == nil
}
