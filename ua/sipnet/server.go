package sipnet

import (
	"fmt"
	"sync"

	"github.com/emiago/sipgo/sip"
)

// ServerTx answers one request.
type ServerTx struct {
	tx  *sip.ServerTx
	req *sip.Request

	mu       sync.Mutex
	canceled bool
	onCancel func()
}

// serverTx wraps sipgo's transaction. For an INVITE it takes up the CANCEL and
// the ACKs: sipgo has already answered a CANCEL with 200 and 487 when it tells,
// and parks an ACK that came with the INVITE's own branch in a goroutine until
// somebody reads it.
func (e *Endpoint) serverTx(req *sip.Request, tx *sip.ServerTx) *ServerTx {
	s := &ServerTx{tx: tx, req: req}
	if !req.IsInvite() {
		return s
	}
	if !tx.OnCancel(func(*sip.Request) { s.cancel() }) {
		s.cancel()
	}
	e.wg.Go(func() {
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
	s.canceled = true
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

// Respond sends a response, also a 2xx again.
func (s *ServerTx) Respond(res *sip.Response) error {
	if err := s.tx.Respond(res); err != nil {
		return fmt.Errorf("respond %d to %s: %w", res.StatusCode, s.req.Method, err)
	}
	return nil
}
