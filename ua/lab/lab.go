package lab

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/digest"
)

// ErrConn: the socket cannot carry a lab, which names its own address in every
// message that it forwards.
var ErrConn = errors.New("lab needs a UDP socket bound to one address")

// What a Config leaves open. The expiry bounds are those of a common registrar's
// test setup.
const (
	defaultMinExpires = 5 * time.Second
	defaultMaxExpires = 600 * time.Second
	nonceLifetime     = 60 * time.Second
)

// sipgo refuses UDP messages above 1300 bytes; an INVITE with credentials, two
// Vias and a Record-Route is longer. 65507 is the largest datagram there is, 200
// what sipgo subtracts. Its own logger shows messages, so it has none.
func init() {
	sip.SetDefaultLogger(slog.New(slog.DiscardHandler))
	sip.UDPMTUSize = 65507 + 200
}

// Config is a lab's whole setup.
type Config struct {
	Conn        net.PacketConn // UDP, bound to one address; Close closes it
	TCP, TLS    net.Listener   // what comes over connections too; nil: nothing. Close closes them
	Domain      string
	Users       map[string]digest.Secret
	Algorithms  []digest.Algorithm // offered in this order; none: SHA-256, MD5
	MinExpires  time.Duration      // of a registration, else 423; 0: 5 s
	MaxExpires  time.Duration      // longer ones are cut to it; 0: 600 s
	RecordRoute bool               // stay in the path of the dialogs
	Log         *slog.Logger       // nil: none
	Now         func() time.Time   // nil: time.Now
	OnMessage   func(Message)      // each datagram as it passes; see Message
}

// Lab is a running registrar and proxy.
type Lab struct {
	cfg   Config
	self  netip.AddrPort
	log   *slog.Logger
	gate  *gate
	wires *streams
	tp    *sip.TransportLayer
	tx    *sip.TransactionLayer
	auth  *digest.Server
	where *bindings
	fault faults

	closing  chan struct{}
	once     sync.Once
	reader   sync.WaitGroup
	handlers sync.WaitGroup // requests being decided on
	watchers sync.WaitGroup // transactions under way

	watching sync.Mutex // keeps OnMessage to one call at a time
	blind    bool       // closed: no more calls

	mu      sync.Mutex // guards what follows; never held over a call into sipgo
	closed  bool
	turns   map[string]*turn   // by sipgo's key: requests that it knows
	invites map[string]*invite // by txKey: what a CANCEL or an ACK may refer to
	legs    map[string]*leg    // by our branch: requests sent on
}

// Start serves cfg.Conn until Close.
func Start(cfg Config) (*Lab, error) {
	udp, ok := cfg.Conn.LocalAddr().(*net.UDPAddr)
	if !ok || udp.IP == nil || udp.IP.IsUnspecified() {
		return nil, fmt.Errorf("%w, not %v", ErrConn, cfg.Conn.LocalAddr())
	}
	cfg.fill()
	l := &Lab{
		cfg:     cfg,
		self:    plain(udp.AddrPort()),
		log:     cfg.Log,
		where:   &bindings{now: cfg.Now},
		closing: make(chan struct{}),
		turns:   make(map[string]*turn),
		invites: make(map[string]*invite),
		legs:    make(map[string]*leg),
	}
	l.auth = &digest.Server{
		Realm:      cfg.Domain,
		Algorithms: cfg.Algorithms,
		Lifetime:   nonceLifetime,
		Now:        cfg.Now,
		Password: func(user string) (digest.Secret, bool) {
			password, ok := cfg.Users[user]
			return password, ok
		},
	}
	l.serve()
	return l, nil
}

func (cfg *Config) fill() {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if len(cfg.Algorithms) == 0 {
		cfg.Algorithms = []digest.Algorithm{digest.SHA256, digest.MD5}
	}
	if cfg.MinExpires == 0 {
		cfg.MinExpires = defaultMinExpires
	}
	if cfg.MaxExpires == 0 {
		cfg.MaxExpires = defaultMaxExpires
	}
}

// serve returns once sipgo has the socket in its pool, which it does before the
// first read: sent earlier, a request would leave from a socket of its own.
func (l *Lab) serve() {
	quiet := slog.New(slog.DiscardHandler)
	l.wires = newStreams(l.cfg.Conn, l.cfg.TCP, l.cfg.TLS)
	l.gate = &gate{PacketConn: l.wires, lab: l, ready: make(chan struct{}), sources: make(map[string]struct{})}
	l.tp = sip.NewTransportLayer(net.DefaultResolver, sip.NewParser(), nil, sip.WithTransportLayerLogger(quiet))
	l.tx = sip.NewTransactionLayer(l.tp,
		sip.WithTransactionLayerLogger(quiet),
		sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {}))
	l.tx.OnRequest(l.onRequest)
	l.reader.Go(func() {
		// It returns when the socket is closed and has nothing else to say.
		_ = l.tp.ServeUDP(l.gate)
	})
	<-l.gate.ready
}

// Addr is the address of the registrar and proxy.
func (l *Lab) Addr() netip.AddrPort { return l.self }

// Close ends every transaction, closes the socket and waits until nothing of the
// lab runs any more.
func (l *Lab) Close() error {
	var err error
	l.once.Do(func() {
		l.mu.Lock()
		l.closed = true
		l.mu.Unlock()
		close(l.closing)
		l.handlers.Wait()
		l.tx.Close()
		l.watchers.Wait()
		err = l.wires.Close() // last: nothing is left that would send
		l.reader.Wait()
		l.watching.Lock()
		l.blind = true
		l.watching.Unlock()
	})
	return err
}

// enter counts one more handler, unless the lab is closing.
func (l *Lab) enter() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.handlers.Add(1)
	return true
}

func plain(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}
