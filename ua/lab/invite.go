package lab

import (
	"net/netip"
	"sync"

	"github.com/emiago/sipgo/sip"
)

// invite is an INVITE transaction as a later CANCEL or ACK finds it.
type invite struct {
	once      sync.Once
	cancelled chan struct{}
}

func (l *Lab) invite(key string) *invite {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.invites[key]
}

// adopt makes an INVITE known to its CANCEL, and takes the ACKs that sipgo offers
// over an unbuffered channel.
func (l *Lab) adopt(req *sip.Request, tx *sip.ServerTx) {
	key := txKey(req)
	l.mu.Lock()
	l.invites[key] = &invite{cancelled: make(chan struct{})}
	l.mu.Unlock()
	l.onEnd(tx, func() { delete(l.invites, key) })
	l.watchers.Go(func() {
		for {
			select {
			case <-tx.Acks():
			case <-tx.Done():
				return
			}
		}
	})
}

// cancel answers a CANCEL hop by hop (RFC 3261 16.10). The INVITE gets its own
// final response from whoever has it; sipgo would send a 487 at once, also when
// the callee has just answered.
func (l *Lab) cancel(req *sip.Request, from netip.AddrPort) {
	inv := l.invite(txKey(req))
	if inv == nil {
		l.reply(req, from, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
		return
	}
	l.reply(req, from, sip.StatusOK, "OK")
	inv.once.Do(func() { close(inv.cancelled) })
}
