package rtpstream

import (
	"errors"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/srtp/v3"

	"star18/audio"
)

// ErrClosed is what a closed stream answers.
var ErrClosed = errors.New("rtp stream closed")

// closeGrace bounds how long Close waits for a device that does not return a
// frame. Frames are at most 160 ms, so a device that works is much faster.
const closeGrace = time.Second

// Stream is one RTP or SRTP stream in both directions. Three goroutines run it,
// and a fourth its RTCP (reporter); each owns the state of its stage, and what
// crosses between them is atomic.
//
//	send      Device.ReadFrame > mute > keys > [resample] > Codec.Encode > header > [seal] > socket
//	            ^ outgoing, sendKeys, change, target, sending, presses: loaded for each packet
//
//	receive   socket > header > arriving ------- play -------------+> Playout.Put
//	            ^ guard, own,     | try                            |
//	              incoming        v                                |
//	                           guard.open > authenticated ---------+
//	                              | fails                          |
//	                              v                                |
//	                           unauthenticated (window only) ------+
//
//	playout   Playout.Get > [resample] > [find keys] > Tone.Mix > Device.WriteFrame
//
// Keys come in by one pointer for each direction (guard, sendKeys), formats too
// (incoming, outgoing). The packet path takes no lock across I/O, writes no log
// and allocates nothing.
type Stream struct {
	conn    atomic.Pointer[Conn]
	device  audio.Device
	ptime   time.Duration // of the frames that it plays
	onEvent func(Event)
	begun   time.Time // the stream's clock counts from here

	send    sender
	receive receiver
	play    player

	control  sync.Mutex // orders the methods that change keys, format, SSRC and life
	format   Format
	keyed    bool          // made with Protection
	used     []fingerprint // of all keys, if so
	started  bool
	changing chan struct{} // held by ChangeSSRC

	guard    atomic.Pointer[guard]      // receiving with keys; nil: clear
	sendKeys atomic.Pointer[sendKeys]   // sending with keys; nil: clear; never nil again
	outgoing atomic.Pointer[outgoing]   // format to send in
	incoming atomic.Pointer[incoming]   // formats to receive, with the playout
	own      atomic.Pointer[ownSSRCs]   // what must not come back
	change   atomic.Pointer[ssrcChange] // wanted SSRC

	route  sync.Mutex // orders SetRemote and the latch, for two stores
	sdp    atomic.Pointer[netip.AddrPort]
	target atomic.Pointer[netip.AddrPort]

	ssrc       atomic.Uint32
	remoteSSRC atomic.Uint64
	sending    atomic.Bool
	receiving  atomic.Bool
	muted      atomic.Bool
	watching   atomic.Bool
	listening  atomic.Bool
	presses    chan pressing

	reporter    *reporter // nil: no RTCP
	reportTo    atomic.Pointer[reportRoute]
	rtcpSend    atomic.Pointer[srtp.Context] // of a stream made with Protection
	rtcpReceive atomic.Pointer[srtp.Context]
	mediaTime   atomic.Uint64 // see markTime

	tone  atomic.Pointer[audio.Tone]
	count counters

	stop                   chan struct{} // closed by Close
	sent, received, played chan struct{} // closed when the goroutine has ended
	closing                sync.Once
}

// New prepares a stream that sends and receives. It starts with Start.
func New(cfg Config) (*Stream, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	s := &Stream{
		device: cfg.Device, onEvent: cfg.OnEvent, begun: time.Now(),
		format: cfg.format(), ptime: cfg.Ptime,
		changing: make(chan struct{}, 1),
		presses:  make(chan pressing, maxPresses),
		stop:     make(chan struct{}),
		sent:     make(chan struct{}), received: make(chan struct{}), played: make(chan struct{}),
	}
	s.conn.Store(&cfg.Conn)
	s.reportTo.Store(&reportRoute{})
	s.outgoing.Store(newOutgoing(s.format, s.device.Rate()))
	s.incoming.Store(newIncoming(s.format, s.hearing))
	s.own.Store(&ownSSRCs{current: cfg.SSRC})
	s.ssrc.Store(cfg.SSRC)
	s.SetRemote(cfg.Remote)
	s.SetDirection(true, true)
	s.send = newSender(s, cfg)
	s.receive = newReceiver(s, cfg)
	s.play = newPlayer(s)
	s.reporter = newReporter(s, cfg)
	if cfg.Protection != nil {
		if err := s.protect(*cfg.Protection); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Start runs the stream. A stream that was started or closed stays as it is.
func (s *Stream) Start() {
	s.control.Lock()
	defer s.control.Unlock()
	if s.started || s.stopping() {
		return
	}
	s.started = true
	go s.receive.run()
	go s.send.run()
	go s.play.run()
	s.reporter.start()
}

// Close ends the stream and its socket and waits for its goroutines. The
// device stays open; one that does not return a frame is left behind after a
// second, and its goroutine ends with the next frame. No event starts after
// Close was called; OnEvent itself must not call it.
func (s *Stream) Close() {
	s.closing.Do(func() {
		s.control.Lock()
		close(s.stop)
		started := s.started
		s.control.Unlock()
		s.reporter.end(started) // its BYE may go by the stream's socket
		s.socket().Close()
	})
	if !s.isStarted() {
		return
	}
	grace := time.NewTimer(closeGrace)
	defer grace.Stop()
	for _, ended := range []chan struct{}{s.received, s.sent, s.played} {
		select {
		case <-ended:
		case <-grace.C:
			return
		}
	}
}

func (s *Stream) isStarted() bool {
	s.control.Lock()
	defer s.control.Unlock()
	return s.started
}

// stopping reports whether Close was called.
func (s *Stream) stopping() bool {
	select {
	case <-s.stop:
		return true
	default:
		return false
	}
}

// clock is the time since the stream was made, by the monotonic clock.
func (s *Stream) clock(now time.Time) time.Duration { return now.Sub(s.begun) }
