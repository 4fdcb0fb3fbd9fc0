package sipnet

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"github.com/emiago/sipgo/sip"
)

// ErrTimeout: no final response arrived in time (64*T1, RFC 3261 17.1).
// ErrClosed: the endpoint was closed, or the transaction abandoned.
var (
	ErrTimeout = errors.New("no response")
	ErrClosed  = errors.New("transaction ended")
)

// ClientTx is a request under way, perhaps still waiting for its connection.
type ClientTx struct {
	mu        sync.Mutex
	tx        *sip.ClientTx
	abandoned bool
	quit      context.CancelFunc
}

// Abandon ends the transaction: nothing is repeated and nothing is delivered
// from now on. The request that is on its way is not taken back.
func (c *ClientTx) Abandon() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.abandoned = true
	c.quit()
	if c.tx != nil {
		c.tx.Terminate()
	}
}

// carry hands the transaction over; false if nobody wants it any more.
func (c *ClientTx) carry(tx *sip.ClientTx) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.abandoned {
		c.tx = tx
	}
	return !c.abandoned
}

// Start sends req to dst and calls on for each response, in order, the last
// time with a final response or an error. on runs in a goroutine of the
// transaction's own. A Via is added; everything else must be there. A request
// that brings its Via, as a CANCEL does, goes by the transport that it names.
// What needs a connection that has yet to be made is sent when there is one;
// its failure is an ErrConnection given to on.
func (e *Endpoint) Start(req *sip.Request, dst Hop, on func(*sip.Response, error)) (*ClientTx, error) {
	ctx, quit := context.WithCancel(e.ctx)
	c := &ClientTx{quit: quit}
	t := &trip{e: e, c: c, ctx: ctx, req: req, dst: e.route(req, dst), on: on}
	t.bySize = t.dst.Transport != dst.Transport && req.Via() == nil
	t.carrier = e.streams.find(t.dst)
	if t.dst.Transport.Datagram() || t.carrier != nil {
		err := t.send()
		if err != nil && t.bySize {
			err = t.byDatagram()
		}
		if err != nil {
			quit()
			return nil, err
		}
		return c, nil
	}
	if !e.goes(t.connect) {
		quit()
		return nil, ErrClosed
	}
	return c, nil
}

// trip is one request from here to its answer.
type trip struct {
	e       *Endpoint
	c       *ClientTx
	ctx     context.Context
	req     *sip.Request
	dst     Hop
	bySize  bool    // a stream carries it only because it is long
	carrier *stream // that carries it, if one does
	heard   bool    // something has answered
	on      func(*sip.Response, error)
}

// connect makes the connection and sends. A long request goes by UDP after all
// where nobody listens for streams (RFC 3261 18.1.1).
func (t *trip) connect() {
	err := t.open()
	if err == nil {
		err = t.send()
	}
	if err != nil && t.bySize && t.ctx.Err() == nil {
		err = t.byDatagram()
	}
	if err != nil {
		t.end(nil, err)
	}
}

func (t *trip) open() error {
	ctx := t.ctx
	if t.bySize {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, sizeLimit)
		defer cancel()
	}
	s, err := t.e.connect(ctx, t.dst)
	t.carrier = s
	if err != nil && t.c.gone() {
		return ErrClosed
	}
	return err
}

func (c *ClientTx) gone() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.abandoned
}

// byDatagram sends a long request by UDP, with a Via and a branch of its own,
// and remembers that streams do not get there.
func (t *trip) byDatagram() error {
	t.e.sizes.refuse(t.dst.Addr)
	t.bySize, t.carrier, t.dst.Transport = false, nil, UDP
	t.req.RemoveHeader("Via")
	return t.send()
}

func (t *trip) send() error {
	t.e.address(t.req, t.dst)
	tx, err := t.e.tx.Request(context.Background(), t.req)
	if err != nil {
		return fmt.Errorf("send %s to %s: %w", t.req.Method, t.dst, t.why(connectionFault(err)))
	}
	if !t.c.carry(tx) {
		tx.Terminate()
		return ErrClosed
	}
	t.e.wg.Go(func() { t.pump(tx) })
	return nil
}

func (t *trip) end(res *sip.Response, err error) {
	t.c.quit()
	t.on(res, err)
}

// pump delivers up to the final response. sipgo's channel is unbuffered, and
// whoever stops reading blocks its state machine; after the final response it
// delivers nothing more. What answers an INVITE with a failure stays, unpumped,
// to acknowledge the repetitions (timer D); anything else is over, and a 2xx
// that comes again reaches OnRepeated2xx as a stray.
func (t *trip) pump(tx *sip.ClientTx) {
	for {
		select {
		case res := <-tx.Responses():
			if checkHeaders(res) != nil {
				continue
			}
			t.heard = true
			if res.IsProvisional() {
				t.on(res, nil)
				continue
			}
			if !tx.Origin().IsInvite() || res.IsSuccess() {
				tx.Terminate()
			}
			t.end(res, nil)
			return
		case <-tx.Done():
			t.ended(txError(tx.Err()))
			return
		}
	}
}

// why asks the connection for its end, which knows more.
func (t *trip) why(err error) error {
	if t.carrier != nil && t.carrier.over() && errors.Is(err, ErrConnection) {
		return t.carrier.fault()
	}
	return err
}

// ended: no final response comes. A stream that was chosen for the length and
// broke before anything was heard counts as refused.
func (t *trip) ended(err error) {
	err = t.why(err)
	if t.bySize && !t.heard && errors.Is(err, ErrConnection) && t.byDatagram() == nil {
		return
	}
	t.end(nil, err)
}

func txError(err error) error {
	switch {
	case errors.Is(err, sip.ErrTransactionTimeout):
		return ErrTimeout
	case errors.Is(err, sip.ErrTransactionTransport):
		return connectionFault(err)
	}
	return ErrClosed
}

// connectionFault gives sipgo's transport errors the one reason that callers
// compare with.
func connectionFault(err error) error {
	if errors.Is(err, ErrConnection) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrConnection, err)
}

// Do sends a request other than INVITE and waits for its final response.
func (e *Endpoint) Do(ctx context.Context, req *sip.Request, dst Hop) (*sip.Response, error) {
	type outcome struct {
		res *sip.Response
		err error
	}
	done := make(chan outcome, 1)
	tx, err := e.Start(req, dst, func(res *sip.Response, err error) {
		if err != nil || !res.IsProvisional() {
			done <- outcome{res, err}
		}
	})
	if err != nil {
		return nil, err
	}
	select {
	case o := <-done:
		return o.res, o.err
	case <-ctx.Done():
		tx.Abandon()
		return nil, ctx.Err()
	}
}

// Send writes a request outside any transaction: the ACK to a 2xx. One that
// needs a connection first is sent when there is one.
func (e *Endpoint) Send(req *sip.Request, dst Hop) error {
	dst = e.route(req, dst)
	if !dst.Transport.Datagram() && e.streams.find(dst) == nil {
		if !e.goes(func() { e.sendLater(req, dst) }) {
			return ErrClosed
		}
		return nil
	}
	return e.write(req, dst)
}

func (e *Endpoint) sendLater(req *sip.Request, dst Hop) {
	_, err := e.connect(e.ctx, dst)
	if err == nil {
		err = e.write(req, dst)
	}
	if err != nil {
		e.log.Warn("request not sent", "method", string(req.Method), "peer", dst.String(), "error", err)
	}
}

func (e *Endpoint) write(req *sip.Request, dst Hop) error {
	e.address(req, dst)
	if err := e.tp.WriteMsg(req); err != nil {
		return fmt.Errorf("send %s to %s: %w", req.Method, dst, connectionFault(err))
	}
	return nil
}

// address binds req to its destination and to the UDP socket: without Laddr
// sipgo opens another one for a peer that it has not heard from, whose Via says
// 0.0.0.0. A stream is found by its far end.
func (e *Endpoint) address(req *sip.Request, dst Hop) {
	req.SetTransport(dst.Transport.inVia())
	req.SetDestination(dst.Addr.String())
	req.Laddr = sip.Addr{}
	if dst.Transport.Datagram() {
		at := e.gate.LocalAddr().(*net.UDPAddr)
		req.Laddr = sip.Addr{IP: net.IP(unmap(at.AddrPort()).Addr().AsSlice()), Port: at.Port}
	}
	if req.Via() == nil {
		req.PrependHeader(e.via(dst))
	}
	if req.ContentLength() == nil {
		req.SetBody(req.Body())
	}
}

// via says where answers go: to the socket, or back over the connection. Its
// sent-by is then the connection's own end, which is where an element without
// another idea finds it.
func (e *Endpoint) via(dst Hop) *sip.ViaHeader {
	at := e.Addr()
	if s := e.streams.find(dst); s != nil && !dst.Transport.Datagram() {
		at = s.local
	}
	via := &sip.ViaHeader{
		ProtocolName:    "SIP",
		ProtocolVersion: "2.0",
		Transport:       dst.Transport.inVia(),
		Host:            HostText(at.Addr()),
		Port:            int(at.Port()),
		Params:          sip.NewParams(),
	}
	via.Params.Add("branch", sip.GenerateBranch())
	via.Params.Add("rport", "") // RFC 3581: answer to where this came from
	return via
}

// HostText writes an address as a SIP host: IPv6 in brackets.
func HostText(a netip.Addr) string {
	if a.Is6() {
		return "[" + a.String() + "]"
	}
	return a.String()
}
