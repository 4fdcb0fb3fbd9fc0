package sipnet

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Handler takes what arrives unasked. Its methods run in goroutines of their
// own, several at a time, and must not block for long.
type Handler interface {
	// OnRequest gets a checked request and the transaction that answers it; an
	// ACK has none (tx is nil).
	OnRequest(req *sip.Request, tx *ServerTx)
	// OnRepeated2xx gets a 2xx to an INVITE that arrived again, or late.
	OnRepeated2xx(res *sip.Response)
	// OnConnLost tells that the connection to hop broke; nobody answers there
	// until another one is made, which the next request does.
	OnConnLost(hop Hop, err error)
}

// Endpoint is one local address with its transactions: a UDP socket, a TCP
// listener, and the connections made by either side.
type Endpoint struct {
	sockets Sockets
	tls     TLSConfig
	path    string // of the WebSocket server
	door    door
	tp      *sip.TransportLayer
	tx      *sip.TransactionLayer
	handler Handler
	log     *slog.Logger

	invites  atomic.Int32 // server transactions under way
	underWay underWay

	gate    *gate
	feeds   map[Transport]*feed
	streams streams
	sizes   sizes

	ctx  context.Context // ended by Close
	quit context.CancelFunc
	wg   sync.WaitGroup // readers, writers, a pump for each transaction
	once sync.Once

	rebinding sync.Mutex // one at a time; taken before mu
	mu        sync.Mutex
	local     netip.AddrPort
	listener  net.Listener
	closed    bool
}

// Listen opens the sockets at local and serves them until Close. It returns once
// the transport layer knows them, so that a request can be sent at once.
func Listen(local netip.AddrPort, cfg Config, h Handler) (*Endpoint, error) {
	opened, err := cfg.Sockets.open(local)
	if err != nil {
		return nil, err
	}
	quiet := slog.New(redactor{cfg.Log.Handler()})
	e := &Endpoint{
		sockets: cfg.Sockets,
		tls:     cfg.TLS,
		path:    cfg.Path,
		handler: h,
		log:     cfg.Log,
		streams: newStreams(),
		local:   opened.local,
	}
	e.door = door{cfg.Screen, e.underWay.elsewhere, cfg.Watch}
	e.gate = newGate(opened.udp, e.door)
	e.ctx, e.quit = context.WithCancel(context.Background())
	e.tp = sip.NewTransportLayer(noNames(), sip.NewParser(), nil,
		sip.WithTransportLayerLogger(quiet), sip.WithTransportLayerTransports(transports()))
	e.tx = sip.NewTransactionLayer(e.tp,
		sip.WithTransactionLayerLogger(quiet),
		sip.WithTransactionLayerUnhandledResponseHandler(e.onStray),
		sip.WithTransactionLayerTerminateOnConnClose())
	e.tx.OnRequest(e.onRequest)
	e.serve()
	e.listen(opened.tcp)
	return e, nil
}

// noNames keeps sipgo from asking DNS for a name that a Via carries.
func noNames() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errNoDial }}
}

// serve gives sipgo the gate and the feeds. What its Serve methods return when
// those end says nothing more.
func (e *Endpoint) serve() {
	e.feeds = map[Transport]*feed{}
	for _, t := range []Transport{TCP, TLS} {
		e.feeds[t] = &feed{local: e.gate.LocalAddr(), conns: make(chan net.Conn), over: e.ctx.Done()}
	}
	e.wg.Go(func() { _ = e.tp.ServeTCP(e.feeds[TCP]) })
	e.wg.Go(func() { _ = e.tp.ServeTLS(e.feeds[TLS]) })
	e.wg.Go(func() { _ = e.tp.ServeUDP(e.gate) })
	<-e.gate.ready
}

// listen takes what others open; l is nil where there is no listener.
func (e *Endpoint) listen(l net.Listener) {
	if l == nil {
		if e.sockets.ListenTCP != nil {
			e.log.Warn("no TCP at the SIP address: requests too long for UDP will not arrive", "address", e.local.String())
		}
		return
	}
	e.listener = l
	e.wg.Go(func() { e.accept(l) })
}

// Addr is the local address, never unspecified if the socket was bound to one.
func (e *Endpoint) Addr() netip.AddrPort {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.local
}

// goes starts f unless the endpoint is closing.
func (e *Endpoint) goes(f func()) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return false
	}
	e.wg.Go(f)
	return true
}

// drainTime is what messages that were read before Close need to reach their
// transaction.
const drainTime = 20 * time.Millisecond

// Close ends every transaction, closes the sockets and waits for what Endpoint
// started. Reading stops first: a message still under way inside sipgo when the
// socket has left its pool would make it open another one, which nobody closes.
func (e *Endpoint) Close() error {
	var err error
	e.once.Do(func() {
		listener := e.shut()
		close(e.gate.closing)
		err = e.gate.SetReadDeadline(time.Now())
		if listener != nil {
			err = errors.Join(err, listener.Close())
		}
		time.Sleep(drainTime)
		e.tx.Close()
		e.quit()
		e.streams.close()
		err = errors.Join(err, e.tp.Close(), e.gate.Close())
		close(e.gate.drained)
	})
	e.wg.Wait()
	return err
}

// shut lets nothing more begin.
func (e *Endpoint) shut() net.Listener {
	e.rebinding.Lock()
	defer e.rebinding.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	return e.listener
}

func (e *Endpoint) onRequest(req *sip.Request, tx *sip.ServerTx) {
	if err := checkRequest(req); err != nil {
		e.log.Debug("request refused", "method", string(req.Method), "error", err)
		refuse(req, tx)
		return
	}
	if req.IsAck() {
		// The ACK to a 2xx is a transaction of its own that nothing answers;
		// sipgo would keep it for ever, and swallow the ACK's repetitions.
		tx.Terminate()
		e.handler.OnRequest(req, nil)
		return
	}
	e.handler.OnRequest(req, e.serverTx(req, tx))
}

func refuse(req *sip.Request, tx *sip.ServerTx) {
	if req.IsAck() {
		tx.Terminate()
		return
	}
	_ = tx.Respond(sip.NewResponseFromRequest(req, sip.StatusBadRequest, "Bad Request", nil))
}

// onStray sees responses that no transaction claims. Only a 2xx to an INVITE
// matters: its sender repeats it until an ACK arrives.
func (e *Endpoint) onStray(res *sip.Response) {
	if checkResponse(res) == nil && res.CSeq().MethodName == sip.INVITE && res.IsSuccess() {
		e.handler.OnRepeated2xx(res)
	}
}

// Origin is where a request came from, by which what answers it goes back.
func (e *Endpoint) Origin(req *sip.Request) Hop {
	from, err := netip.ParseAddrPort(req.Source())
	if err != nil {
		return Hop{}
	}
	at := Hop{Transport: transportOf(req), Addr: unmap(from)}
	for _, framed := range []Transport{WS, WSS} {
		if over := (Hop{Transport: framed, Addr: at.Addr}); framed.carrier() == at.Transport && e.streams.find(over) != nil {
			return over
		}
	}
	return at
}

// transportOf is how sipgo thinks that it came: the carrier.
func transportOf(req *sip.Request) Transport { return Transport(sip.NetworkToLower(req.Transport())) }

func unmap(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}
