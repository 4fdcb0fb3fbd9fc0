package sipnet

import (
	"context"
	"errors"
	"fmt"

	"github.com/emiago/sipgo/sip"
)

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
			if checkResponse(res) != nil {
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
