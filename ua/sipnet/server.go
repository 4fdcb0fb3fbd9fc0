package sipnet

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/emiago/sipgo/sip"
)

// ServerTx answers one request.
type ServerTx struct {
	tx      *sip.ServerTx
	req     *sip.Request
	invites *atomic.Int32 // under way at this endpoint

	mu       sync.Mutex
	last     []byte // the latest response to an INVITE, as text
	canceled bool
	onCancel func()
}

// serverTx wraps sipgo's transaction. For an INVITE it takes up the CANCEL and
// the ACKs: sipgo has already answered a CANCEL with 200 and 487 when it tells,
// and parks an ACK that came with the INVITE's own branch in a goroutine until
// somebody reads it.
func (e *Endpoint) serverTx(req *sip.Request, tx *sip.ServerTx) *ServerTx {
	s := &ServerTx{tx: tx, req: req, invites: &e.invites}
	if !req.IsInvite() {
		return s
	}
	if !tx.OnCancel(func(*sip.Request) { s.cancel() }) {
		s.cancel()
	}
	e.invites.Add(1)
	e.underWay.add(s)
	e.wg.Go(func() {
		defer e.invites.Add(-1)
		defer e.underWay.remove(s)
		for {
			select {
			case ack := <-tx.Acks():
				if checkRequest(ack) == nil {
					e.handler.OnRequest(ack, nil)
				}
			case <-tx.Done():
				return
			}
		}
	})
	return s
}

func (s *ServerTx) cancel() {
	s.mu.Lock()
	s.canceled, s.last = true, nil // sipgo has sent the 487
	fn := s.onCancel
	s.mu.Unlock()
	if fn != nil {
		fn()
	}
}

// OnCancel registers what to do when the caller gives up; it runs at once if
// that has already happened, and never blocks the transaction.
func (s *ServerTx) OnCancel(fn func()) {
	s.mu.Lock()
	s.onCancel = fn
	late := s.canceled
	s.mu.Unlock()
	if late {
		fn()
	}
}

// Cancelled: the caller gave up before a final response. A 2xx given to Respond
// has been sent if this is false after it: the transaction takes one of the two.
func (s *ServerTx) Cancelled() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.canceled
}

// Dismiss sends a final response and keeps nothing: the same request is answered
// anew when it comes again (RFC 3261 8.2.7). A transaction would be held for
// 32 s, and a flood of requests with it. Not for an INVITE, which must not ring
// after it has been refused.
func (s *ServerTx) Dismiss(res *sip.Response) error {
	defer s.tx.Terminate()
	return s.Respond(res)
}

// Ignore answers nothing, as if nobody were here.
func (s *ServerTx) Ignore() { s.tx.Terminate() }

// maxInvites is how many INVITEs are remembered. A refused one is held for 32 s
// without its ACK and its refusal repeated eleven times; in a flood of them it
// is dismissed.
const maxInvites = 256

// Respond sends a response, also a 2xx again.
func (s *ServerTx) Respond(res *sip.Response) error {
	if s.req.IsInvite() && res.StatusCode >= 300 && s.invites.Load() > maxInvites {
		defer s.tx.Terminate()
	}
	s.note(res)
	if err := s.tx.Respond(res); err != nil {
		return fmt.Errorf("respond %d to %s: %w", res.StatusCode, s.req.Method, err)
	}
	return nil
}

func (s *ServerTx) note(res *sip.Response) {
	if !s.req.IsInvite() {
		return
	}
	text := []byte(res.String())
	s.mu.Lock()
	s.last = text
	s.mu.Unlock()
}

func (s *ServerTx) latest() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}
