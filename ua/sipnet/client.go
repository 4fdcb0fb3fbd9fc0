package sipnet

import (
	"context"
	"errors"
	"fmt"
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
