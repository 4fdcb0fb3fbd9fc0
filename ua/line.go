package ua

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/securecall"
	"star18/ua/arrival"
	"star18/ua/digest"
	"star18/ua/resolve"
	"star18/ua/sdp"
	"star18/ua/sipnet"
)

// Line is one registered identity and its calls. Its methods may be called from
// any goroutine.
type Line struct {
	cfg      Config
	log      *slog.Logger
	ep       *sipnet.Endpoint
	resolver *resolve.Resolver
	auth     digest.Session
	limiter  *securecall.Limiter // of the identity: it outlives a call
	incoming chan *Call
	desk     *Desk

	formats []sdp.Codec // what it offers
	rate    int         // of its sound

	proxies proxies

	mu       sync.Mutex
	rules    arrival.Rules
	waiting  bool           // see CallsConfig.Waiting
	hideID   bool           // see SetHideID
	messages *Messages      // told last
	mailbox  *subscription  // nil: none
	reg      *registration  // of a started line that registers
	public   netip.AddrPort // where others see our socket, if not where it is
	routes   []sip.Uri      // that the registrar wants our requests to take
	calls    map[dialogKey]*Call
	flow     bool // the registrar keeps our way to it (RFC 5626)
	closed   bool

	offline atomic.Bool                      // see Config.AwaitNetwork
	way     atomic.Pointer[sipnet.Transport] // see transport

	past past // calls that have ended

	wg sync.WaitGroup // the registration and every call
}

// dialogKey finds the call of a request: its Call-ID and our tag.
type dialogKey struct{ callID, localTag string }

// ringingQueue is how many incoming calls may wait to be looked at.
const ringingQueue = 8

// NewLine opens the SIP socket. Nothing is sent before Start or Dial.
func NewLine(cfg Config) (*Line, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	formats, rate, err := cfg.readCodecs()
	if err != nil {
		return nil, err
	}
	l := &Line{
		cfg:      cfg,
		formats:  formats,
		rate:     rate,
		log:      cfg.Log,
		limiter:  securecall.NewLimiter(time.Now),
		resolver: resolve.New(resolve.Config{Speaks: cfg.speaks()}),
		incoming: make(chan *Call, ringingQueue),
		waiting:  cfg.Calls.Waiting,
		calls:    map[dialogKey]*Call{},
	}
	if l.desk = cfg.Desk; l.desk == nil {
		l.desk = NewDesk()
	}
	if err := l.SetRules(cfg.Calls.Rules); err != nil {
		return nil, fmt.Errorf("%w: calls: %w", ErrConfig, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), resolveLimit)
	defer cancel()
	l.settleTransport(ctx)
	local, err := l.localAddress(ctx)
	if err != nil {
		local, err = l.homeless(err)
	}
	if err != nil {
		return nil, err
	}
	l.desk.admit(l)
	if l.ep, err = sipnet.Listen(local, cfg.endpoint(), l); err != nil {
		l.desk.dismiss()
		return nil, fmt.Errorf("sip.listen %s: %w", local, err)
	}
	return l, nil
}

// Start begins to register, if the line is configured to, and goes on until
// Close.
func (l *Line) Start() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.reg == nil && l.cfg.Register && !l.closed {
		l.reg = newRegistration(l)
		l.wg.Go(l.reg.run)
	}
	if l.mailbox == nil && l.cfg.Calls.Messages && l.cfg.Calls.Mailbox != "" && !l.closed {
		l.mailbox = newSubscription(l)
		l.wg.Go(l.mailbox.run)
	}
}

// AwaitRegistered waits for the outcome of the first registration: nil,
// a *RegistrationError, or the context's error. A line that does not register,
// or was not started, has nothing to wait for.
func (l *Line) AwaitRegistered(ctx context.Context) error {
	l.mu.Lock()
	reg := l.reg
	l.mu.Unlock()
	if reg == nil {
		return nil
	}
	return reg.await(ctx)
}

// Addr is the line's own SIP address.
func (l *Line) Addr() netip.AddrPort { return l.ep.Addr() }

// Incoming delivers calls that ring here.
func (l *Line) Incoming() <-chan *Call { return l.incoming }

// Close hangs up every call, takes the registration back, and ends everything
// the line started. ctx bounds how long it is polite about that.
func (l *Line) Close(ctx context.Context) error {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	calls := l.all() // no further one is added
	for _, c := range calls {
		c.Hangup()
	}
	for _, c := range calls {
		select {
		case <-c.Done():
		case <-ctx.Done():
			c.abort()
		}
	}
	if l.mailbox != nil { // after closed was set, nobody writes this or reg
		l.mailbox.stop(ctx)
	}
	if l.reg != nil {
		l.reg.stop(ctx)
	}
	l.desk.chime.silence()
	err := l.ep.Close()
	l.wg.Wait()
	l.desk.dismiss()
	return err
}

// add makes a call findable and gives it its goroutine. It fails if the line is
// closing, or has become busy or got the same call while an incoming one was looked at.
func (l *Line) add(c *Call) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return ErrLineClosed
	case !c.outgoing && l.alreadyHere(c.in.req):
		return errMerged
	case c.origin != nil || c.replaces != nil: // another call goes for it
	case c.outgoing && len(l.calls) >= l.cfg.Calls.Max, !c.outgoing && l.full():
		return ErrTooMany
	}
	l.desk.name(c)
	c.publish()
	l.calls[c.key] = c
	l.desk.enter(c)
	l.wg.Go(c.run)
	return nil
}

func (l *Line) remove(c *Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.calls, c.key)
	l.desk.forget(c)
}

func (l *Line) find(key dialogKey) *Call {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.calls[key]
}

// busy: no further call can ring here.
func (l *Line) busy() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.full()
}

// full is busy for those who hold the lock. Whoever speaks by another line of the
// desk is in a call as well.
func (l *Line) full() bool {
	all, waiting := l.desk.all(), l.waiting
	for _, c := range all {
		if c.target.Waiting != nil {
			waiting = *c.target.Waiting
		}
	}
	return len(l.calls) >= l.cfg.Calls.Max || len(all) > 0 && !waiting
}

// SetWaiting lets a call ring while there is another, by any line of the desk, or
// not.
func (l *Line) SetWaiting(on bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = on
}

func (l *Line) emit(c *Call, ev Event) {
	if l.cfg.OnEvent != nil {
		l.cfg.OnEvent(c, ev)
	}
}

// localAddress is where to listen: sip.listen, its host filled in with the
// address from which the operating system would reach the proxy. It must be a
// real address, for it goes into Via, Contact and SDP.
func (l *Line) localAddress(ctx context.Context) (netip.AddrPort, error) {
	host, port, err := splitListen(l.cfg.Listen)
	if err != nil {
		return netip.AddrPort{}, err
	}
	if host.IsValid() && !host.IsUnspecified() {
		return netip.AddrPortFrom(host, port), nil
	}
	proxy, err := l.proxyAddr(ctx)
	if err != nil {
		return netip.AddrPort{}, err
	}
	from, err := l.cfg.LocalAddr(proxy.Addr)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("no route to %s: %w", proxy, err)
	}
	return netip.AddrPortFrom(from, port), nil
}

// contact is where the line can be reached: its socket, or its own end of the
// connection that it made to its proxy, over which its calls come.
func (l *Line) contact() sip.Uri {
	l.mu.Lock()
	a := l.public
	l.mu.Unlock()
	if !a.IsValid() {
		a = l.ep.Reached(l.transport())
	}
	uri := sip.Uri{Scheme: "sip", User: l.cfg.User, Host: sipnet.HostText(a.Addr()), Port: int(a.Port())}
	if t := l.transport(); !t.Datagram() {
		uri.UriParams = sip.NewParams()
		uri.UriParams.Add("transport", t.InURI())
	}
	return uri
}

// aor is the line's address of record.
func (l *Line) aor() sip.Uri {
	return sip.Uri{Scheme: "sip", User: l.cfg.User, Host: l.cfg.Domain}
}
