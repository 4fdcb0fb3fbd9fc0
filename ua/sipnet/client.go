package sipnet

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/emiago/sipgo/sip"
)

// ErrTimeout: no final response arrived in time (64*T1, RFC 3261 17.1).
// ErrClosed: the endpoint was closed, or the transaction abandoned.
var (
	ErrTimeout = errors.New("no response")
	ErrClosed  = errors.New("transaction ended")
)

// ClientTx is a request under way.
type ClientTx struct{ tx *sip.ClientTx }

// Abandon ends the transaction: nothing is repeated and nothing is delivered
// from now on. The request that is on its way is not taken back.
func (c *ClientTx) Abandon() { c.tx.Terminate() }

// Start sends req to dst and calls on for each response, in order, the last
// time with a final response or an error. on runs in the transaction's own
// goroutine. A Via is added; everything else must be there.
func (e *Endpoint) Start(req *sip.Request, dst Hop, on func(*sip.Response, error)) (*ClientTx, error) {
	e.address(req, dst)
	tx, err := e.tx.Request(context.Background(), req)
	if err != nil {
		return nil, fmt.Errorf("send %s to %s: %w", req.Method, dst, err)
	}
	e.wg.Go(func() { e.pump(tx, on) })
	return &ClientTx{tx}, nil
}

// pump delivers up to the final response. sipgo's channel is unbuffered, and
// whoever stops reading blocks its state machine; after the final response it
// delivers nothing more. What answers an INVITE with a failure stays, unpumped,
// to acknowledge the repetitions (timer D); anything else is over, and a 2xx
// that comes again reaches OnRepeated2xx as a stray.
func (e *Endpoint) pump(tx *sip.ClientTx, on func(*sip.Response, error)) {
	for {
		select {
		case res := <-tx.Responses():
			if checkHeaders(res) != nil {
				continue
			}
			if res.IsProvisional() {
				on(res, nil)
				continue
			}
			if !tx.Origin().IsInvite() || res.IsSuccess() {
				tx.Terminate()
			}
			on(res, nil)
			return
		case <-tx.Done():
			on(nil, txError(tx.Err()))
			return
		}
	}
}

func txError(err error) error {
	switch {
	case errors.Is(err, sip.ErrTransactionTimeout):
		return ErrTimeout
	case errors.Is(err, sip.ErrTransactionTransport):
		return err
	}
	return ErrClosed
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

// Send writes a request outside any transaction: the ACK to a 2xx.
func (e *Endpoint) Send(req *sip.Request, dst Hop) error {
	e.address(req, dst)
	if err := e.tp.WriteMsg(req); err != nil {
		return fmt.Errorf("send %s to %s: %w", req.Method, dst, err)
	}
	return nil
}

// address binds req to this socket and its destination. Without Laddr sipgo
// opens another socket for a peer that it has not heard from, whose Via says
// 0.0.0.0.
func (e *Endpoint) address(req *sip.Request, dst Hop) {
	req.SetTransport("UDP")
	req.SetDestination(dst.Addr.String())
	req.Laddr = sip.Addr{IP: net.IP(e.local.Addr().AsSlice()), Port: int(e.local.Port())}
	if req.Via() == nil {
		req.PrependHeader(e.via())
	}
	if req.ContentLength() == nil {
		req.SetBody(req.Body())
	}
}

func (e *Endpoint) via() *sip.ViaHeader {
	via := &sip.ViaHeader{
		ProtocolName:    "SIP",
		ProtocolVersion: "2.0",
		Transport:       "UDP",
		Host:            HostText(e.local.Addr()),
		Port:            int(e.local.Port()),
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
