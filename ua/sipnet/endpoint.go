package sipnet

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Handler takes what arrives unasked. Both methods run in goroutines of their
// own, several at a time, and must not block for long.
type Handler interface {
	// OnRequest gets a checked request and the transaction that answers it; an
	// ACK has none (tx is nil).
	OnRequest(req *sip.Request, tx *ServerTx)
	// OnRepeated2xx gets a 2xx to an INVITE that arrived again, or late.
	OnRepeated2xx(res *sip.Response)
}

// Endpoint is one UDP socket with its transactions.
type Endpoint struct {
	local   netip.AddrPort
	conn    net.PacketConn
	tp      *sip.TransportLayer
	tx      *sip.TransactionLayer
	handler Handler
	log     *slog.Logger

	invites atomic.Int32 // server transactions under way

	gate *gate
	wg   sync.WaitGroup // the reader, and a pump for each transaction
	once sync.Once
}

// Listen serves conn until Close. It returns once the socket is known to the
// transport layer, so that a request can be sent at once.
func Listen(conn net.PacketConn, h Handler, log *slog.Logger) (*Endpoint, error) {
	udp, ok := conn.LocalAddr().(*net.UDPAddr)
	if !ok {
		return nil, fmt.Errorf("sip socket: not UDP: %T", conn.LocalAddr())
	}
	quiet := slog.New(redactor{log.Handler()})
	e := &Endpoint{
		local:   unmap(udp.AddrPort()),
		conn:    conn,
		handler: h,
		log:     log,
	}
	e.tp = sip.NewTransportLayer(net.DefaultResolver, sip.NewParser(), nil, sip.WithTransportLayerLogger(quiet))
	e.tx = sip.NewTransactionLayer(e.tp,
		sip.WithTransactionLayerLogger(quiet),
		sip.WithTransactionLayerUnhandledResponseHandler(e.onStray))
	e.tx.OnRequest(e.onRequest)

	e.gate = &gate{PacketConn: conn, ready: make(chan struct{}), closing: make(chan struct{}), drained: make(chan struct{})}
	e.wg.Go(func() {
		// ServeUDP returns when the socket closes; its error says nothing more.
		_ = e.tp.ServeUDP(e.gate)
	})
	<-e.gate.ready
	return e, nil
}

// Addr is the local address, never unspecified if the socket was bound to one.
func (e *Endpoint) Addr() netip.AddrPort { return e.local }

// drainTime is what messages that were read before Close need to reach their
// transaction.
const drainTime = 20 * time.Millisecond

// Close ends every transaction, closes the socket and waits for what Endpoint
// started. Reading stops first: a message still under way inside sipgo when the
// socket has left its pool would make it open another one, which nobody closes.
func (e *Endpoint) Close() error {
	var err error
	e.once.Do(func() {
		close(e.gate.closing)
		err = e.conn.SetReadDeadline(time.Now())
		time.Sleep(drainTime)
		e.tx.Close()
		err = errors.Join(err, e.tp.Close(), e.conn.Close())
		close(e.gate.drained)
	})
	e.wg.Wait()
	return err
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
	if checkHeaders(res) == nil && res.CSeq().MethodName == sip.INVITE && res.IsSuccess() {
		e.handler.OnRepeated2xx(res)
	}
}

func unmap(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}
